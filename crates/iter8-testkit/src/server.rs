//! A server on 127.0.0.1 that follows a script.

mod perform;

use std::fmt;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::capture::Captured;
use crate::script::{Script, Step};
use perform::converse;

/// Requests kept for assertions; later ones are only counted.
const KEPT: usize = 10_000;

/// How long a stop waits for the threads of connections, which notice it at once.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// How long anything may take to be written or the listener to be woken, in a test.
const IO_LIMIT: Duration = Duration::from_secs(30);

/// A running server; stops when dropped.
#[derive(Debug)]
pub struct ScriptedServer {
    stage: Arc<Stage>,
    address: SocketAddr,
    acceptor: Option<JoinHandle<()>>,
}

/// The steps for a request that was read whole.
type Decide = dyn Fn(&Captured) -> Vec<Step> + Send + Sync;

struct Answer(Box<Decide>);

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer")
    }
}

/// What the threads of a server share.
#[derive(Debug)]
struct Stage {
    script: Script,
    /// Stands in for the script where steps depend on the request.
    answer: Option<Answer>,
    /// Lists given out so far, where they are counted over all connections.
    turns: AtomicUsize,
    connections: AtomicUsize,
    requests: AtomicUsize,
    captured: Mutex<Vec<Captured>>,
    stopping: AtomicBool,
    open: Mutex<Vec<Arc<TcpStream>>>,
    /// Signalled at a stop and at the end of each connection; belongs to `open`.
    changed: Condvar,
}

impl ScriptedServer {
    /// Starts a server on a free port of 127.0.0.1. Panics when there is none, as a test should.
    pub fn start(script: Script) -> Self {
        Self::begin(script, None)
    }

    /// Starts a server that reads each request whole, and then does what `answer` says. Panics as
    /// [`Self::start`] does.
    pub fn answering(answer: impl Fn(&Captured) -> Vec<Step> + Send + Sync + 'static) -> Self {
        Self::begin(Script::in_turn([]), Some(Answer(Box::new(answer))))
    }

    fn begin(script: Script, answer: Option<Answer>) -> Self {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port to listen on");
        let address = listener.local_addr().expect("a bound listener has an address");
        let stage = Arc::new(Stage {
            script,
            answer,
            turns: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
            requests: AtomicUsize::new(0),
            captured: Mutex::default(),
            stopping: AtomicBool::new(false),
            open: Mutex::default(),
            changed: Condvar::new(),
        });
        let shared = Arc::clone(&stage);
        let acceptor = std::thread::spawn(move || accept(&shared, &listener));
        Self { stage, address, acceptor: Some(acceptor) }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of its root path.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// How many connections arrived so far.
    pub fn connections(&self) -> usize {
        self.stage.connections.load(Ordering::SeqCst)
    }

    /// How many connections are open at present.
    pub fn open_connections(&self) -> usize {
        lock(&self.stage.open).len()
    }

    /// How many requests were read so far.
    pub fn request_count(&self) -> usize {
        self.stage.requests.load(Ordering::SeqCst)
    }

    /// The requests read so far, the first 10,000 of them. A request is here before the first
    /// byte of its answer is sent.
    pub fn requests(&self) -> Vec<Captured> {
        lock(&self.stage.captured).clone()
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.stage.stopping.store(true, Ordering::SeqCst);
        // The acceptor waits for a connection: this is one.
        let woken = TcpStream::connect_timeout(&self.address, IO_LIMIT);
        if let (Some(acceptor), Ok(_)) = (self.acceptor.take(), woken) {
            let _ = acceptor.join();
        }
        let open = lock(&self.stage.open);
        for stream in open.iter() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        self.stage.changed.notify_all();
        let _ = self.stage.changed.wait_timeout_while(open, STOP_LIMIT, |open| !open.is_empty());
    }
}

impl Stage {
    /// Waits; `false` when the server is stopped meanwhile.
    fn wait(&self, span: Duration) -> bool {
        let open = lock(&self.open);
        let is_going_on = |_: &mut Vec<_>| !self.stopping.load(Ordering::SeqCst);
        let waited = self.changed.wait_timeout_while(open, span, is_going_on);
        waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// The number of the next list for a connection that had `own` before, and takes it.
    fn next_turn(&self, own: usize) -> usize {
        if self.script.is_per_connection() {
            own
        } else {
            self.turns.fetch_add(1, Ordering::SeqCst)
        }
    }

    fn keep(&self, request: Captured) {
        let mut captured = lock(&self.captured);
        if captured.len() < KEPT {
            captured.push(request);
        }
        self.requests.fetch_add(1, Ordering::SeqCst);
    }
}

fn accept(stage: &Arc<Stage>, listener: &TcpListener) {
    for stream in listener.incoming() {
        if stage.is_stopping() {
            return;
        }
        // A peer that left before it was accepted is no connection.
        let Ok(stream) = stream else { continue };
        let number = stage.connections.fetch_add(1, Ordering::SeqCst);
        let stream = Arc::new(stream);
        lock(&stage.open).push(Arc::clone(&stream));
        let stage = Arc::clone(stage);
        std::thread::spawn(move || {
            // How a connection fails is the business of the test, which sees the other side.
            let _ = converse(&stage, &stream, number);
            lock(&stage.open).retain(|other| !Arc::ptr_eq(other, &stream));
            drop(stream);
            stage.changed.notify_all();
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
