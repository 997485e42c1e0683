//! When responses end that wait in their sockets.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::*;
use crate::plan::HttpPlan;
use crate::target::Target;

const MS: u64 = 1_000_000;

/// Far longer than all that happens here: on a busy machine the kernel has taken ten seconds to begin
/// with stamps.
const PATIENCE: u64 = 60_000 * MS;

const WHOLE: &[&str] = &["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"];
const IN_PIECES: &[&str] = &["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "ok"];
const UNTIL_THE_END: &[&str] = &["HTTP/1.1 200 OK\r\n\r\nok", ""];

/// A server of one connection that writes a piece of its answer whenever it is told to, and tells
/// when that is done. An empty piece is the end of the connection.
struct Server {
    address: SocketAddr,
    go: Sender<()>,
    done: Receiver<()>,
}

impl Server {
    fn start(pieces: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (go, told) = channel::<()>();
        let (tell, done) = channel();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = [0; 4096];
            for piece in pieces.iter().cycle() {
                if told.recv().is_err() {
                    return;
                }
                // What was asked is all the same; reading keeps the window open.
                if piece.starts_with("HTTP") {
                    let _ = stream.read(&mut head).unwrap();
                }
                if piece.is_empty() {
                    drop(stream);
                    tell.send(()).unwrap();
                    return;
                }
                stream.write_all(piece.as_bytes()).unwrap();
                tell.send(()).unwrap();
            }
        });
        Self { address, go, done }
    }

    fn transport(&self) -> HttpTransport {
        let url = format!("http://{}/", self.address);
        HttpTransport::resolve(HttpPlan::try_from(Target::new(url)).unwrap()).unwrap()
    }

    /// Has the next piece written, and returns when it is.
    fn write(&self) {
        self.go.send(()).unwrap();
        self.done.recv().unwrap();
    }
}

fn opened(transport: &HttpTransport, has_schedule: bool) -> Http1<'_> {
    let mut reactor = Http1::new(transport, 0, 1, has_schedule).unwrap();
    reactor.open(0);
    let end = reactor.now() + PATIENCE;
    while !matches!(reactor.next(end).unwrap(), Event::Opened { .. }) {}
    reactor
}

/// The end of a request whose answer, of these pieces, lies in the socket for `idle` before the
/// worker looks at it; and when the last piece was written.
fn exchange(reactor: &mut Http1<'_>, server: &Server, pieces: usize, idle: u64) -> (u64, u64) {
    let now = reactor.now();
    reactor.start(0, Ticket { number: 0, intended: Some(now) }, now);
    for piece in 1..=pieces {
        server.write();
        let written = reactor.now();
        while reactor.now() < written + idle {}
        if piece == pieces {
            loop {
                if let Event::Finished { outcome, .. } = reactor.next(written + PATIENCE).unwrap() {
                    return (outcome.done, written);
                }
            }
        }
        while !reactor.needs_attention {
            let now = reactor.now();
            assert!(matches!(reactor.next(now).unwrap(), Event::Woke));
        }
    }
    unreachable!("there is at least one piece")
}

/// Exchanges until the kernel stamps, which it does a moment after it was asked.
fn warm(reactor: &mut Http1<'_>, server: &Server) {
    let end = reactor.now() + PATIENCE;
    while reactor.buffers.arrival().is_none() && reactor.now() < end {
        exchange(reactor, server, 1, 0);
    }
    assert!(reactor.buffers.arrival().is_some(), "the kernel does not stamp");
}

#[test]
fn with_a_schedule_responses_end_when_they_come_not_when_they_are_read() {
    const IDLE: u64 = 40 * MS;
    let server = Server::start(WHOLE);
    let transport = server.transport();
    let mut reactor = opened(&transport, true);
    warm(&mut reactor, &server);
    let (done, written) = exchange(&mut reactor, &server, 1, IDLE);
    assert!(done < written + IDLE / 2, "{done} is not when it came, which was before {written}");
}

#[test]
fn in_a_closed_loop_responses_end_when_they_are_read() {
    const IDLE: u64 = 20 * MS;
    let server = Server::start(WHOLE);
    let transport = server.transport();
    let mut reactor = opened(&transport, false);
    let (done, written) = exchange(&mut reactor, &server, 1, IDLE);
    assert!(done >= written + IDLE);
}

#[test]
fn only_responses_whose_time_is_known_may_wait() {
    let check = |pieces: &'static [&'static str], has_schedule: bool, expected: bool| {
        let server = Server::start(pieces);
        let transport = server.transport();
        let mut reactor = opened(&transport, has_schedule);
        if pieces.len() == 1 && has_schedule {
            warm(&mut reactor, &server);
        }
        exchange(&mut reactor, &server, pieces.len(), 0);
        let naps = |from: u64, to: u64| reactor.may_nap(from, to);
        assert_eq!(naps(0, LONGEST_NAP), expected, "{pieces:?} {has_schedule}");
        assert!(!naps(0, LONGEST_NAP + 1) && !naps(5, 5) && !naps(5, 0));
    };
    check(WHOLE, true, true);
    check(WHOLE, false, false);
    check(IN_PIECES, true, false);
    check(UNTIL_THE_END, true, false);
}

#[test]
fn what_came_during_a_nap_is_seen_after_it() {
    let server = Server::start(WHOLE);
    let transport = server.transport();
    let mut reactor = opened(&transport, true);
    warm(&mut reactor, &server);
    let now = reactor.now();
    reactor.start(0, Ticket { number: 0, intended: Some(now) }, now);
    let wake_at = reactor.now() + LONGEST_NAP;
    assert!(matches!(reactor.next(wake_at).unwrap(), Event::Woke));
    assert!(reactor.now() >= wake_at);
    server.write();
    // It may sleep once more first, if it had no time to sleep before.
    let mut next = || reactor.next(reactor.now() + LONGEST_NAP / 2).unwrap();
    assert!([next(), next()].iter().any(|event| matches!(event, Event::Finished { .. })));
}

#[test]
fn connections_that_are_being_opened_cannot_wait() {
    let server = Server::start(WHOLE);
    let transport = server.transport();
    let mut reactor = opened(&transport, true);
    warm(&mut reactor, &server);
    assert!(reactor.may_nap(0, LONGEST_NAP));
    reactor.impatient += 1;
    assert!(!reactor.may_nap(0, LONGEST_NAP));
    reactor.impatient -= 1;
    for _ in 0..3 {
        reactor.connections[0].close();
        reactor.open(0);
        assert_eq!(reactor.impatient, usize::from(reactor.connections[0].is_impatient()));
        reactor.abandon(0);
        assert_eq!(reactor.impatient, 0);
    }
}
