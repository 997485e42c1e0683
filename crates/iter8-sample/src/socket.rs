//! TCP and unix sockets behind one type, and a listener that can be woken.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::config::Listen;

/// One accepted connection. All methods take `&self`, so that a stop can close it from outside.
#[derive(Debug)]
pub(crate) enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Socket {
    /// Reads what is there, waiting for at least one byte; 0 at the end of the stream.
    pub(crate) fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let result = match self {
                Self::Tcp(stream) => (&mut &*stream).read(buffer),
                Self::Unix(stream) => (&mut &*stream).read(buffer),
            };
            match result {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }

    pub(crate) fn write_all(&self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => (&mut &*stream).write_all(bytes),
            Self::Unix(stream) => (&mut &*stream).write_all(bytes),
        }
    }

    /// Prepares an accepted socket: blocking, without Nagle's delay, no wait above `limit`.
    pub(crate) fn prepare(&self, limit: Duration) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => {
                stream.set_nonblocking(false)?;
                stream.set_nodelay(true)?;
            }
            Self::Unix(stream) => stream.set_nonblocking(false)?,
        }
        self.limit_reads(limit)?;
        match self {
            Self::Tcp(stream) => stream.set_write_timeout(Some(limit)),
            Self::Unix(stream) => stream.set_write_timeout(Some(limit)),
        }
    }

    /// Lets no read wait longer than `limit`, which is not zero.
    pub(crate) fn limit_reads(&self, limit: Duration) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.set_read_timeout(Some(limit)),
            Self::Unix(stream) => stream.set_read_timeout(Some(limit)),
        }
    }

    pub(crate) fn set_nonblocking(&self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.set_nonblocking(true),
            Self::Unix(stream) => stream.set_nonblocking(true),
        }
    }

    /// Ends one or both directions; a peer that has already gone is no matter.
    pub(crate) fn shutdown(&self, how: Shutdown) {
        let _ = match self {
            Self::Tcp(stream) => stream.shutdown(how),
            Self::Unix(stream) => stream.shutdown(how),
        };
    }
}

/// A listening socket together with the end of a pair that wakes it.
#[derive(Debug)]
pub(crate) struct Listener {
    kind: Kind,
    woken: UnixStream,
}

#[derive(Debug)]
enum Kind {
    Tcp(TcpListener),
    /// With the path, which is removed on drop.
    Unix(UnixListener, PathBuf),
}

/// Wakes a [`Listener`] for ever, when dropped.
#[derive(Debug)]
pub(crate) struct Waker(#[expect(dead_code, reason = "dropping it is the signal")] UnixStream);

/// What a wait for a connection ended with.
#[derive(Debug)]
pub(crate) enum Arrival {
    Connection(Socket),
    /// The waker was dropped.
    Woken,
    /// Nothing came within the limit, or it went again before it was accepted.
    Nothing,
}

impl Listener {
    /// Binds `listen`.
    pub(crate) fn bind(listen: &Listen) -> io::Result<(Self, Waker)> {
        let (waker, woken) = UnixStream::pair()?;
        let kind = match listen {
            Listen::Tcp(address) => {
                let listener = TcpListener::bind(address)?;
                listener.set_nonblocking(true)?;
                Kind::Tcp(listener)
            }
            Listen::Unix(path) => {
                let listener = UnixListener::bind(path)?;
                listener.set_nonblocking(true)?;
                Kind::Unix(listener, path.clone())
            }
        };
        Ok((Self { kind, woken }, Waker(waker)))
    }

    /// The address really bound.
    pub(crate) fn address(&self) -> io::Result<Listen> {
        match &self.kind {
            Kind::Tcp(listener) => listener.local_addr().map(Listen::Tcp),
            Kind::Unix(_, path) => Ok(Listen::Unix(path.clone())),
        }
    }

    /// Waits for a connection, a wake-up or the end of `limit`.
    pub(crate) fn accept(&self, limit: Duration) -> io::Result<Arrival> {
        let mut waits = [
            PollFd::from_borrowed_fd(self.woken.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(self.as_fd(), PollFlags::IN),
        ];
        let limit = Timespec::try_from(limit)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        match poll(&mut waits, Some(&limit)) {
            Ok(0) | Err(Errno::INTR) => return Ok(Arrival::Nothing),
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        if !waits[0].revents().is_empty() {
            return Ok(Arrival::Woken);
        }
        let accepted = match &self.kind {
            Kind::Tcp(listener) => listener.accept().map(|(stream, _)| Socket::Tcp(stream)),
            Kind::Unix(listener, _) => listener.accept().map(|(stream, _)| Socket::Unix(stream)),
        };
        match accepted {
            Ok(socket) => Ok(Arrival::Connection(socket)),
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::Interrupted => Ok(Arrival::Nothing),
                _ => Err(error),
            },
        }
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match &self.kind {
            Kind::Tcp(listener) => listener.as_fd(),
            Kind::Unix(listener, _) => listener.as_fd(),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Kind::Unix(_, path) = &self.kind {
            let _ = std::fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listener() -> (Listener, Waker, std::net::SocketAddr) {
        let (listener, waker) = Listener::bind(&"127.0.0.1:0".parse().unwrap()).unwrap();
        let Ok(Listen::Tcp(address)) = listener.address() else { unreachable!() };
        (listener, waker, address)
    }

    #[test]
    fn accepts_times_out_and_wakes() {
        let (listener, waker, address) = listener();
        assert_ne!(address.port(), 0);
        assert!(matches!(listener.accept(Duration::ZERO), Ok(Arrival::Nothing)));
        let _client = TcpStream::connect(address).unwrap();
        let arrival = listener.accept(Duration::from_secs(5)).unwrap();
        let Arrival::Connection(Socket::Tcp(stream)) = arrival else { panic!("{arrival:?}") };
        let socket = Socket::Tcp(stream);
        socket.prepare(Duration::from_secs(1)).unwrap();
        let Socket::Tcp(stream) = &socket else { unreachable!() };
        assert!(stream.nodelay().unwrap());
        drop(waker);
        assert!(matches!(listener.accept(Duration::from_secs(5)), Ok(Arrival::Woken)));
    }
}
