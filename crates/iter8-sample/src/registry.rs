//! The open connections: their number is bounded, their recordings outlive them, and a stop
//! closes them from outside.

use std::net::Shutdown;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use iter8_stats::Histogram;

use crate::socket::Socket;

/// The recording of one connection at a time. Its lock is contended only while someone asks for
/// the statistics.
pub(crate) type Recorder = Arc<Mutex<Histogram>>;

/// All connections.
#[derive(Debug)]
pub(crate) struct Registry {
    inner: Mutex<Inner>,
    /// Signalled when the last connection closes.
    idle: Condvar,
    most: usize,
}

#[derive(Debug, Default)]
struct Inner {
    /// One per connection; a closed one is used again, recording included, so that neither
    /// memory nor the work of a close grows with the number of connections there ever were.
    places: Vec<Place>,
    free: Vec<usize>,
    accepted: u64,
    refused: u64,
}

struct Place {
    recorder: Recorder,
    socket: Option<Arc<Socket>>,
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The thousands of counts of the recording would hide everything else.
        f.debug_struct("Place").field("socket", &self.socket).finish_non_exhaustive()
    }
}

/// Counts of connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) open: usize,
    pub(crate) accepted: u64,
    pub(crate) refused: u64,
}

/// One open connection; closes when dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    registry: Arc<Registry>,
    index: usize,
    pub(crate) socket: Arc<Socket>,
    pub(crate) recorder: Recorder,
}

impl Registry {
    /// A registry of at most `most` connections.
    pub(crate) fn new(most: usize) -> Self {
        Self { inner: Mutex::default(), idle: Condvar::new(), most }
    }

    /// Takes a connection in; `None` when there are too many, which is counted.
    pub(crate) fn open(self: &Arc<Self>, socket: &Arc<Socket>) -> Option<Slot> {
        let mut inner = lock(&self.inner);
        let index = match inner.free.pop() {
            Some(index) => index,
            None if inner.places.len() < self.most => {
                inner.places.push(Place { recorder: Recorder::default(), socket: None });
                inner.places.len() - 1
            }
            None => {
                inner.refused += 1;
                return None;
            }
        };
        inner.accepted += 1;
        let place = &mut inner.places[index];
        place.socket = Some(Arc::clone(socket));
        let recorder = Arc::clone(&place.recorder);
        Some(Slot { registry: Arc::clone(self), index, socket: Arc::clone(socket), recorder })
    }

    /// The counts at present.
    pub(crate) fn counts(&self) -> Counts {
        let inner = lock(&self.inner);
        Counts { open: inner.open(), accepted: inner.accepted, refused: inner.refused }
    }

    /// All recordings as one.
    pub(crate) fn merged(&self) -> Histogram {
        // The recordings are locked one by one after this lock is released, so that connections
        // open and close meanwhile.
        let recorders: Vec<Recorder> =
            lock(&self.inner).places.iter().map(|place| Arc::clone(&place.recorder)).collect();
        let mut merged = Histogram::new();
        for recorder in recorders {
            merged.merge(&lock(&recorder));
        }
        merged
    }

    /// Ends the reads and writes of every connection.
    pub(crate) fn interrupt(&self) {
        for place in &lock(&self.inner).places {
            if let Some(socket) = &place.socket {
                socket.shutdown(Shutdown::Both);
            }
        }
    }

    /// Waits until no connection is open, at most `limit`; whether none is.
    pub(crate) fn wait_idle(&self, limit: Duration) -> bool {
        let inner = lock(&self.inner);
        let waited = self.idle.wait_timeout_while(inner, limit, |inner| inner.open() > 0);
        let (inner, _) = waited.unwrap_or_else(PoisonError::into_inner);
        inner.open() == 0
    }
}

impl Inner {
    fn open(&self) -> usize {
        self.places.len() - self.free.len()
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut inner = lock(&self.registry.inner);
        inner.places[self.index].socket = None;
        inner.free.push(self.index);
        if inner.open() == 0 {
            self.registry.idle.notify_all();
        }
    }
}

/// Locks; a panic of another holder leaves counts that are still counts.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixStream;

    fn socket() -> (Arc<Socket>, Socket) {
        let (near, far) = UnixStream::pair().unwrap();
        (Arc::new(Socket::Unix(near)), Socket::Unix(far))
    }

    #[test]
    fn bounds_and_reuses_places() {
        let registry = Arc::new(Registry::new(2));
        let (near, _far) = socket();
        let first = registry.open(&near).unwrap();
        let second = registry.open(&near).unwrap();
        assert!(registry.open(&near).is_none());
        assert_eq!(registry.counts(), Counts { open: 2, accepted: 2, refused: 1 });
        assert!(!registry.wait_idle(Duration::ZERO));
        lock(&first.recorder).record(10);
        lock(&second.recorder).record(20);
        drop(first);
        let third = registry.open(&near).unwrap();
        lock(&third.recorder).record(30);
        drop((second, third));
        assert!(registry.wait_idle(Duration::ZERO));
        assert_eq!(registry.counts(), Counts { open: 0, accepted: 3, refused: 1 });
        let merged = registry.merged();
        assert_eq!((merged.count(), merged.min(), merged.max()), (3, Some(10), Some(30)));
    }

    #[test]
    fn an_interrupt_ends_reads() {
        let registry = Arc::new(Registry::new(1));
        let (near, _far) = socket();
        let slot = registry.open(&near).unwrap();
        registry.interrupt();
        assert_eq!(slot.socket.read(&mut [0; 8]).unwrap(), 0);
    }
}
