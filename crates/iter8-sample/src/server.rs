//! Starting, accepting and stopping.

use std::collections::VecDeque;
use std::io;
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::clock::{self, Moment};
use crate::config::{Listen, SampleConfig};
use crate::connection;
use crate::freeze::Gate;
use crate::registry::Registry;
use crate::request::Fault;
use crate::response::{Manner, Response};
use crate::socket::{Arrival, Listener, Socket, Waker};
use crate::stats::{Answers, Stats};

/// How long a stop waits for connections: far above the 50 ms after which a waiting request
/// notices the stop, and still bearable at a terminal.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// Stack of a connection thread: eight times what it was seen to use, so that a thousand of them
/// cost little address space.
const STACK: usize = 256 * 1024;

/// How long refused connections are kept so that their 503 arrives before the close.
const REFUSED_KEPT: Duration = Duration::from_secs(1);

/// Refused connections kept at once; beyond it the oldest is closed.
const REFUSED_MOST: usize = 64;

/// Pause after a failed accept. Mostly the process is out of file descriptors, and only the end
/// of another connection helps.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) config: SampleConfig,
    pub(crate) gate: Gate,
    pub(crate) requests: AtomicU64,
    /// Answers by the first digit of their status, from 2.
    pub(crate) answers: [AtomicU64; 4],
    pub(crate) rejected: AtomicU64,
    registry: Arc<Registry>,
    stopping: AtomicBool,
}

impl Shared {
    /// Waits for the end of a freeze, if there is one at present.
    pub(crate) fn hold(&self) -> Result<(), Fault> {
        if self.gate.is_always_open() {
            return Ok(());
        }
        while let Some(end) = self.gate.closed_until(Moment::now()) {
            if !clock::sleep_until(end, &self.stopping) {
                return Err(Fault::Over);
            }
        }
        Ok(())
    }

    /// Lets `latency` pass.
    pub(crate) fn wait(&self, latency: Duration) -> Result<(), Fault> {
        let deadline = Moment::now().after(latency).ok_or(Fault::Over)?;
        if clock::sleep_until(deadline, &self.stopping) { Ok(()) } else { Err(Fault::Over) }
    }

    /// Counts an answer that is about to be given.
    pub(crate) fn count(&self, status: u16) {
        let class = usize::from(status / 100).saturating_sub(2);
        if let Some(count) = self.answers.get(class) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// What the service did so far.
    pub(crate) fn stats(&self) -> Stats {
        let counts = self.registry.counts();
        Stats {
            requests: self.requests.load(Ordering::Relaxed),
            answers: Answers(self.answers.each_ref().map(|count| count.load(Ordering::Relaxed))),
            rejected: self.rejected.load(Ordering::Relaxed),
            connections_open: counts.open,
            connections_accepted: counts.accepted,
            connections_refused: counts.refused,
            service_time: self.registry.merged(),
        }
    }
}

/// Starts the service; it runs on its own threads until it is stopped or dropped.
///
/// Errors: the address cannot be bound, a thread cannot be started, or (`InvalidInput`) the
/// configuration asks for a status or location that no answer could carry.
pub fn serve(config: SampleConfig) -> io::Result<Running> {
    config.check()?;
    let (listener, waker) = Listener::bind(&config.listen)?;
    let address = listener.address()?;
    let shared = Arc::new(Shared {
        gate: Gate::new(&config.freezes),
        requests: AtomicU64::new(0),
        answers: Default::default(),
        rejected: AtomicU64::new(0),
        registry: Arc::new(Registry::new(config.limits.connections)),
        stopping: AtomicBool::new(false),
        config,
    });
    let acceptor = {
        let shared = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("sample-accept".to_owned())
            .spawn(move || accept(&shared, &listener))?
    };
    Ok(Running { shared, address, waker: Some(waker), acceptor: Some(acceptor) })
}

/// A running service. Dropping it stops it.
#[derive(Debug)]
pub struct Running {
    shared: Arc<Shared>,
    address: Listen,
    waker: Option<Waker>,
    acceptor: Option<JoinHandle<()>>,
}

impl Running {
    /// Where the service listens, with the port it really has.
    pub fn address(&self) -> &Listen {
        &self.address
    }

    /// The URL of the root path. With a unix socket, which has no URL of its own, the host is
    /// `localhost`.
    pub fn url(&self) -> String {
        match &self.address {
            Listen::Tcp(address) => format!("http://{address}/"),
            Listen::Unix(_) => "http://localhost/".to_owned(),
        }
    }

    /// What the service did so far.
    pub fn stats(&self) -> Stats {
        self.shared.stats()
    }

    /// Stops the service and says what it did. Requests under way are cut off; a connection that
    /// does not end within five seconds is left to itself.
    pub fn stop(mut self) -> Stats {
        self.halt();
        self.shared.stats()
    }

    fn halt(&mut self) {
        self.shared.stopping.store(true, Ordering::Relaxed);
        self.waker = None;
        if let Some(acceptor) = self.acceptor.take() {
            // A panic of the acceptor was printed where it happened; there is no more to do.
            let _ = acceptor.join();
            self.shared.registry.interrupt();
            self.shared.registry.wait_idle(STOP_LIMIT);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.halt();
    }
}

/// Accepts until the listener is woken.
fn accept(shared: &Arc<Shared>, listener: &Listener) {
    let mut refused = VecDeque::new();
    loop {
        match listener.accept(REFUSED_KEPT) {
            Ok(Arrival::Connection(socket)) => {
                // In a freeze nothing is accepted either; a stop shows at the next arrival.
                let _ = shared.hold();
                if let Err(socket) = admit(shared, Arc::new(socket)) {
                    refuse(&socket);
                    if refused.len() == REFUSED_MOST {
                        refused.pop_front();
                    }
                    refused.push_back(socket);
                }
            }
            Ok(Arrival::Nothing) => refused.clear(),
            Ok(Arrival::Woken) => return,
            Err(_) => std::thread::sleep(ACCEPT_PAUSE),
        }
    }
}

/// Gives a connection its thread; gives it back when there are too many.
fn admit(shared: &Arc<Shared>, socket: Arc<Socket>) -> Result<(), Arc<Socket>> {
    let Some(slot) = shared.registry.open(&socket) else { return Err(socket) };
    let thread = std::thread::Builder::new().name("sample".to_owned()).stack_size(STACK);
    let shared = Arc::clone(shared);
    let spawned = thread.spawn(move || {
        clock::sharpen_timer();
        connection::serve(&shared, &slot);
    });
    spawned.map(drop).map_err(|_| socket)
}

/// Answers 503 without waiting for anything. The request is not read: whatever it is, it comes
/// too late.
fn refuse(socket: &Socket) {
    let response = Response::refusal(503, "too many connections");
    let mut bytes = Vec::new();
    response.write_all_into(Manner::LAST, &mut bytes);
    if socket.set_nonblocking().is_ok() {
        // The send buffer of a new connection is empty, so that this is complete or hopeless.
        let _ = socket.write_all(&bytes);
    }
    socket.shutdown(Shutdown::Write);
}
