//! When responses count as come.

use std::io::Write;
use std::iter::once;
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, Sender, channel};

use iter8_h2::{Head, RequestField};
use iter8_load::Verdict;
use iter8_sockets::Peer;

use super::*;
use crate::slot::{Body, Request};

const MS: u64 = 1_000_000;

/// A busy machine may take its time to begin with stamps.
const PATIENCE: u64 = 60_000 * MS;

/// Requests without content, of which every answer is fine.
struct Plain(Head);

impl Protocol for Plain {
    fn request(&mut self, _: usize, _: u64) -> Option<Request<'_>> {
        Some(Request { head: &self.0, body: Body::Empty, is_whole: true, next: None })
    }

    fn head(&mut self, _: usize, _: u16) {}

    fn verdict(&mut self, _: usize) -> Verdict {
        Verdict::Status(200)
    }
}

/// A server that answers the next stream when it is told, and says when it has.
struct Server {
    address: SocketAddr,
    go: Sender<()>,
    done: Receiver<()>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (go, told) = channel();
        let (tell, done) = channel();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            // SETTINGS, of which there are none.
            stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).unwrap();
            for id in (1_u32..).step_by(2) {
                if told.recv().is_err() {
                    return;
                }
                // HEADERS with status 200, which end head and stream.
                let frame = [&[0, 0, 1, 1, 5][..], &id.to_be_bytes(), &[0x88]].concat();
                stream.write_all(&frame).unwrap();
                tell.send(()).unwrap();
            }
        });
        Self { address, go, done }
    }

    fn pool(&self, is_stamped: bool) -> Pool<Plain> {
        let fields = [(":method", "GET"), (":scheme", "http"), (":authority", "x"), (":path", "/")];
        let head = Head::new(fields.map(|(name, value)| RequestField::stable(name, value)));
        let plan = PoolPlan {
            endpoint: Endpoint {
                peers: once(Peer::Tcp(self.address)).collect(),
                tunnel: None,
                encryption: None,
            },
            connections: 1,
            width: 1,
            first_address: 0,
            is_spread: false,
            timeout: PATIENCE,
            connect_timeout: PATIENCE,
            keepalive: None,
            settings: Settings::default(),
            is_stamped,
        };
        let mut pool = Pool::new(plan, Plain(head.unwrap())).unwrap();
        pool.open(0);
        while !matches!(pool.next(PATIENCE).unwrap(), Event::Opened { .. }) {}
        pool
    }

    /// The end of a request whose answer lies in the socket for `idle` before the worker looks at
    /// it; and when that was written.
    fn exchange(&self, pool: &mut Pool<Plain>, idle: u64) -> (u64, u64) {
        let now = pool.now();
        pool.start(0, Ticket { number: 0, intended: Some(now) }, now);
        assert!(matches!(pool.next(now).unwrap(), Event::Woke));
        self.go.send(()).unwrap();
        self.done.recv().unwrap();
        let written = pool.now();
        while pool.now() < written + idle {}
        loop {
            if let Event::Finished { outcome, .. } = pool.next(written + PATIENCE).unwrap() {
                assert_eq!(outcome.verdict, Verdict::Status(200));
                return (outcome.done, written);
            }
        }
    }
}

#[test]
fn with_stamps_responses_end_when_they_come_not_when_they_are_read() {
    const IDLE: u64 = 40 * MS;
    let server = Server::start();
    let mut pool = server.pool(true);
    let end = pool.now() + PATIENCE;
    while pool.buffers.arrival().is_none() {
        assert!(pool.now() < end, "the kernel does not stamp");
        server.exchange(&mut pool, 0);
    }
    let (done, written) = server.exchange(&mut pool, IDLE);
    assert!(done < written + IDLE / 2, "{done} is not when it came, which was before {written}");
}

#[test]
fn without_stamps_responses_end_when_they_are_read() {
    const IDLE: u64 = 20 * MS;
    let server = Server::start();
    let (done, written) = server.exchange(&mut server.pool(false), IDLE);
    assert!(done >= written + IDLE);
}
