//! Non-blocking sockets towards TCP and unix peers.

use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::path::PathBuf;

use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketAddrUnix, SocketFlags, SocketType, connect, recv,
    send, socket_with, sockopt,
};

/// The other end of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// An address and a port.
    Tcp(SocketAddr),
    /// The path of a Unix domain socket.
    Unix(PathBuf),
}

/// A socket that is connected, or will be.
#[derive(Debug)]
pub(crate) struct Connecting {
    pub(crate) socket: OwnedFd,
    pub(crate) is_connected: bool,
}

impl Peer {
    /// Begins to connect without waiting.
    pub(crate) fn connect(&self) -> Result<Connecting, Errno> {
        let family = match self {
            Self::Tcp(SocketAddr::V4(_)) => AddressFamily::INET,
            Self::Tcp(SocketAddr::V6(_)) => AddressFamily::INET6,
            Self::Unix(_) => AddressFamily::UNIX,
        };
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let socket = socket_with(family, SocketType::STREAM, flags, None)?;
        let connecting = match self {
            Self::Tcp(address) => {
                // A request goes out when it is written, not when the last answer was confirmed.
                sockopt::set_tcp_nodelay(&socket, true)?;
                connect(&socket, address)
            }
            Self::Unix(path) => connect(&socket, &SocketAddrUnix::new(path.as_path())?),
        };
        match connecting {
            Ok(()) => Ok(Connecting { socket, is_connected: true }),
            Err(Errno::INPROGRESS) => Ok(Connecting { socket, is_connected: false }),
            Err(error) => Err(error),
        }
    }
}

/// Whether a socket that became writable is connected, or why not.
pub(crate) fn connected(socket: &OwnedFd) -> Result<(), Errno> {
    sockopt::socket_error(socket)?
}

/// Sends what fits; `None` when nothing does at present.
#[inline]
pub(crate) fn send_some(socket: &OwnedFd, bytes: &[u8]) -> Result<Option<usize>, Errno> {
    loop {
        match send(socket, bytes, SendFlags::NOSIGNAL | SendFlags::DONTWAIT) {
            Ok(sent) => return Ok(Some(sent)),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => return Ok(None),
            Err(error) => return Err(error),
        }
    }
}

/// Looks at what is there, as [`receive_some`] does, and leaves it there.
pub(crate) fn peek_some(socket: &OwnedFd, buffer: &mut [u8]) -> Result<Option<usize>, Errno> {
    receive(socket, buffer, RecvFlags::DONTWAIT | RecvFlags::PEEK)
}

/// Receives what is there; `None` when nothing is at present, `Some(0)` at the end.
#[inline]
pub(crate) fn receive_some(socket: &OwnedFd, buffer: &mut [u8]) -> Result<Option<usize>, Errno> {
    receive(socket, buffer, RecvFlags::DONTWAIT)
}

#[inline]
fn receive(socket: &OwnedFd, buffer: &mut [u8], flags: RecvFlags) -> Result<Option<usize>, Errno> {
    loop {
        match recv(socket, &mut *buffer, flags) {
            Ok((received, _)) => return Ok(Some(received)),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => return Ok(None),
            Err(error) => return Err(error),
        }
    }
}
