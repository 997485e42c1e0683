//! One connection from its first byte to its close.

use std::net::Shutdown;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::clock::Moment;
use crate::draw;
use crate::input::Input;
use crate::output::Output;
use crate::registry::{Slot, lock};
use crate::request::body::{Body as RequestBody, Progress, more};
use crate::request::{Fault, Framing, Head, read_head};
use crate::response::{Body, Manner, Response};
use crate::routes::{Route, answer, ordinary};
use crate::server::Shared;
use crate::socket::Socket;

/// How long and how much is still read from a peer after the last answer. A close with unread
/// bytes becomes a reset, which may overtake that answer (RFC 9112, 9.6).
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 1 << 20;

/// Serves a connection until either side ends it.
pub(crate) fn serve(shared: &Shared, slot: &Slot) {
    let socket = &*slot.socket;
    let limits = &shared.config.limits;
    if socket.prepare(limits.idle).is_err() {
        // Gone before it began.
        return;
    }
    let mut connection = Connection {
        shared,
        slot,
        input: Input::new(socket, limits.head_bytes),
        output: Output::new(shared, socket),
    };
    loop {
        match connection.exchange() {
            Ok(true) => {}
            Ok(false) => break,
            Err(Fault::Refused { status, why }) => {
                shared.rejected.fetch_add(1, Ordering::Relaxed);
                let response = Response::refusal(status, why);
                if response.write(Manner::LAST, &mut connection.output).is_err() {
                    return;
                }
                break;
            }
            Err(Fault::Over | Fault::Failed(_)) => return,
        }
    }
    linger(socket, LINGER.min(limits.idle));
}

struct Connection<'a> {
    shared: &'a Shared,
    slot: &'a Slot,
    input: Input<'a>,
    output: Output<'a>,
}

impl Connection<'_> {
    /// One request and its answer; whether the connection is kept.
    fn exchange(&mut self) -> Result<bool, Fault> {
        let head = read_head(&mut self.input, self.shared.config.limits.idle)?;
        let begun = Moment::now();
        let route = Route::of(&head.path);
        if route.is_control() {
            self.shared.hold()?;
            self.discard_body(&head)?;
            let shared = self.shared;
            let response = answer(&shared.config, &route, &head, || shared.stats());
            response.write(Manner::new(&head, shared.config.chunked), &mut self.output)?;
            return Ok(head.keeps_alive);
        }
        self.shared.gate.first_request(begun);
        let number = self.shared.requests.fetch_add(1, Ordering::Relaxed);
        self.shared.hold()?;
        self.process(&head, &route, number)?;
        let nanos = Moment::now().since(begun).as_nanos();
        lock(&self.slot.recorder).record(u64::try_from(nanos).unwrap_or(u64::MAX));
        Ok(head.keeps_alive)
    }

    /// Reads the body, takes the time and answers.
    fn process(&mut self, head: &Head, route: &Route, number: u64) -> Result<(), Fault> {
        let config = &self.shared.config;
        let response = if draw::is_error(config, number) {
            ordinary(config, config.error_status, &head.path)
        } else {
            answer(config, route, head, || self.shared.stats())
        };
        let is_echo = matches!(response.body, Body::Echo(_));
        if !is_echo {
            self.discard_body(head)?;
        }
        let latency = match route {
            Route::Delay(latency) => *latency,
            _ => draw::latency(config, number),
        };
        if !latency.is_zero() {
            self.shared.wait(latency)?;
        }
        self.shared.count(response.status);
        let manner = Manner::new(head, config.chunked);
        if is_echo {
            self.echo(head, &response, manner)
        } else {
            response.write(manner, &mut self.output)
        }
    }

    /// Answers with the body of the request while that still comes in.
    fn echo(&mut self, head: &Head, response: &Response, manner: Manner) -> Result<(), Fault> {
        self.invite_body(head)?;
        response.write_head(manner, self.output.buffer());
        let sends_body = response.has_body(manner);
        let is_chunked = head.framing == Framing::Chunked;
        let mut body = RequestBody::new(head.framing);
        loop {
            let Self { input, output, shared, .. } = self;
            let progress = body.take(input, |piece| {
                shared.hold()?;
                if sends_body { output.write_piece(piece, is_chunked) } else { Ok(()) }
            });
            match progress {
                Ok(Progress::Done) => break,
                // A client may wait for this piece before it sends the next.
                Ok(Progress::Unfinished) => {
                    output.flush()?;
                    more(input).map_err(|_| Fault::Over)?;
                }
                // The answer has begun: what is wrong with the body can only be shown by its end.
                Err(Fault::Refused { .. }) => {
                    shared.rejected.fetch_add(1, Ordering::Relaxed);
                    output.flush()?;
                    return Err(Fault::Over);
                }
                Err(fault) => return Err(fault),
            }
        }
        if sends_body && is_chunked {
            self.output.write(b"0\r\n\r\n")?;
        }
        self.output.flush()
    }

    fn discard_body(&mut self, head: &Head) -> Result<(), Fault> {
        self.invite_body(head)?;
        let mut body = RequestBody::new(head.framing);
        while body.take(&mut self.input, |_| self.shared.hold())? == Progress::Unfinished {
            more(&mut self.input)?;
        }
        Ok(())
    }

    /// Asks for the body where the client waits to be asked.
    fn invite_body(&mut self, head: &Head) -> Result<(), Fault> {
        if head.expects_continue && head.has_body() && self.input.bytes().is_empty() {
            self.output.write(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            self.output.flush()?;
        }
        Ok(())
    }
}

/// Ends the sending side and reads until the peer ends its own, within bounds.
fn linger(socket: &Socket, limit: Duration) {
    socket.shutdown(Shutdown::Write);
    if socket.limit_reads(limit).is_err() {
        return;
    }
    let begun = Moment::now();
    let mut scrap = [0; 4096];
    let mut total = 0;
    while total < LINGER_BYTES && Moment::now().since(begun) < limit {
        match socket.read(&mut scrap) {
            Ok(0) | Err(_) => return,
            Ok(count) => total += count,
        }
    }
}
