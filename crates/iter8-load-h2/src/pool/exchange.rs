//! What passes over open connections.

use iter8_h2::{Cause as ResetCause, ErrorCode, Sink};
use iter8_sockets::Received;

use super::Pool;
use super::end::Ended;
use crate::cause::Cause;
use crate::session::Session;
use crate::slot::{Body, Flow, Protocol, Request, Slot};

/// Reads in a row before other connections have their turn, so that one endless body cannot starve
/// the schedule.
const READS_AT_ONCE: u32 = 16;

impl<P: Protocol> Pool<P> {
    /// Opens streams for requests that wait, as many as the server allows.
    pub(super) fn open_streams(&mut self, session: usize) {
        let connection = self.sessions[session].connection;
        while self.sessions[session].h2.free_streams() > 0
            && let Some(slot) = self.waiting[connection].pop_front()
        {
            self.send(session, slot);
        }
    }

    fn send(&mut self, session: usize, slot: usize) {
        let Session { h2, unsent, .. } = &mut self.sessions[session];
        let Slot { number, stream, .. } = &mut self.slots[slot];
        let Some(request) = self.protocol.request(slot, *number) else {
            self.ended.push((token(slot), Ended::Complete));
            self.take_ended(self.clock.now());
            return;
        };
        let is_all = request.is_whole && matches!(request.body, Body::Empty);
        let Request { is_whole, next, .. } = request;
        let Some(opened) = h2.open(token(slot), request.head, is_all) else {
            self.waiting[self.sessions[session].connection].push_front(slot);
            return;
        };
        match request.body {
            Body::Empty => {}
            Body::Own(bytes) => h2.send(opened, bytes, is_whole),
            Body::Shared(bytes) => h2.send_shared(opened, bytes.clone(), is_whole),
        }
        *stream = Some((session, opened));
        unsent.push(slot);
        self.touch(session);
        self.set_next(slot, next);
    }

    /// Sends what waits. The requests in it begin now.
    pub(super) fn flush(&mut self, session: usize) {
        let Session { unsent, .. } = &self.sessions[session];
        if !unsent.is_empty() {
            let now = self.clock.now();
            for slot in self.sessions[session].unsent.drain(..) {
                let Slot { attempt, free, has_waited, .. } = &mut self.slots[slot];
                if let Some(attempt) = attempt {
                    attempt.sent.get_or_insert(now);
                }
                // Who waited for a connection or a stream was not free before.
                if *has_waited {
                    *free = now;
                }
            }
        }
        if !self.sessions[session].is_open() {
            return;
        }
        if let Err(error) = self.sessions[session].flush() {
            // The server may have answered before it closed.
            self.receive(session);
            if self.sessions[session].is_open() {
                self.lose(session, &Cause::Link(error));
            }
        }
    }

    /// Takes note of what the poller saw.
    pub(super) fn on_event(&mut self, session: usize) {
        if self.sessions[session].link.is_dialing() {
            self.resume(session);
        } else if self.sessions[session].link.has_socket() {
            self.receive(session);
            // The socket may have room again, and the windows too.
            if self.sessions[session].is_open() {
                self.touch(session);
                self.settle(session);
            }
        }
    }

    /// Receives what is there.
    fn receive(&mut self, session: usize) {
        for _ in 0..READS_AT_ONCE {
            let Session { link, h2, bytes_in, .. } = &mut self.sessions[session];
            let is_drained = match link.receive(&mut self.buffers) {
                Ok(Received::Data { is_drained }) => is_drained,
                Ok(Received::Nothing) => return,
                Ok(Received::End) => return self.lose(session, &Cause::Closed),
                Err(error) => return self.lose(session, &Cause::Link(error)),
            };
            let now = self.clock.now();
            let came = self.buffers.arrival().map_or(now, |arrival| arrival.min(now));
            let bytes = self.buffers.received();
            *bytes_in += bytes.len() as u64;
            let (protocol, ended) = (&mut self.protocol, &mut self.ended);
            let mut events = Events { protocol, ended, now: came, has_pong: false };
            let result = h2.receive(bytes, &mut events);
            let has_pong = events.has_pong;
            self.take_ended(came);
            self.sessions[session].received = now;
            self.sessions[session].is_asked &= !has_pong;
            if let Err(error) = result {
                // The farewell is a courtesy.
                let _ = self.sessions[session].flush();
                return self.lose(session, &Cause::Connection(error));
            }
            if is_drained {
                return;
            }
        }
        if !self.again.contains(&session) {
            self.again.push_back(session);
        }
    }

    /// After something came: opens streams that are free now, replaces a session that the server
    /// wants to end, and closes it once it carries nothing.
    fn settle(&mut self, session: usize) {
        let Session { connection, ref h2, .. } = self.sessions[session];
        let is_spent = h2.is_closing() && h2.active_streams() == 0;
        if is_spent {
            self.retire(session);
        }
        if !self.waiting[connection].is_empty() {
            self.serve(connection);
        }
    }

    /// The connection is gone, with whatever it carries.
    pub(super) fn lose(&mut self, session: usize, cause: &Cause) {
        let Session { connection, received, .. } = self.sessions[session];
        self.retire(session);
        let first = connection * self.plan.width;
        for slot in first..first + self.plan.width {
            if self.slots[slot].stream.is_none_or(|(of, _)| of != session) {
                continue;
            }
            let is_unheard = self.slots[slot].attempt.as_ref().is_some_and(|attempt| {
                attempt.is_reused
                    && !attempt.retried
                    && attempt.sent.is_some_and(|sent| sent > received)
            });
            // The server closed a kept connection just when it was used again, as it may. That
            // is no failure of the request.
            if is_unheard && matches!(cause, Cause::Closed | Cause::Link(_)) {
                self.repeat(slot);
            } else {
                self.fail(slot, cause.failure(), cause.clone());
            }
        }
        if !self.waiting[connection].is_empty() {
            self.serve(connection);
        }
    }

    /// Takes the stream of a request away, because nobody waits for it any more.
    pub(super) fn cancel(&mut self, slot: usize) {
        if let Some((session, stream)) = self.slots[slot].stream.take() {
            self.sessions[session].h2.reset(stream, ErrorCode::CANCEL);
            self.touch(session);
        }
    }
}

/// The token of a slot at its connection.
fn token(slot: usize) -> u32 {
    u32::try_from(slot).expect("a plan has at most 2^32 requests at a time")
}

fn slot_of(token: u32) -> usize {
    usize::try_from(token).expect("32 bits fit")
}

/// Passes events on, and remembers the ends.
struct Events<'a, P> {
    protocol: &'a mut P,
    ended: &'a mut Vec<(u32, Ended)>,
    now: u64,
    has_pong: bool,
}

impl<P: Protocol> Sink for Events<'_, P> {
    #[inline]
    fn head(&mut self, token: u32, status: u16) {
        self.protocol.head(slot_of(token), status);
    }

    #[inline]
    fn field(&mut self, token: u32, name: &[u8], value: &[u8]) {
        self.protocol.field(slot_of(token), name, value);
    }

    #[inline]
    fn data(&mut self, token: u32, data: &[u8]) {
        if self.protocol.data(slot_of(token), data, self.now) == Flow::Enough {
            self.ended.push((token, Ended::Enough));
        }
    }

    fn pong(&mut self, _: [u8; 8]) {
        self.has_pong = true;
    }

    #[inline]
    fn end(&mut self, token: u32) {
        self.ended.push((token, Ended::Complete));
    }

    #[inline]
    fn reset(&mut self, token: u32, code: ErrorCode, cause: ResetCause) {
        self.ended.push((
            token,
            match cause {
                ResetCause::Peer => Ended::Failed(Cause::Reset(code)),
                ResetCause::Unprocessed => Ended::Unprocessed(code),
                ResetCause::Fault(fault) => Ended::Failed(Cause::Fault(fault)),
            },
        ));
    }
}
