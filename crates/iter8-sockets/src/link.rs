//! One connection: how it comes about, and what passes over it.

use std::os::fd::OwnedFd;

use iter8_load::Failure;
use rustix::io::Errno;

use crate::buffers::{Buffers, SIZE};
use crate::encrypted::Encrypted;
use crate::endpoint::Endpoint;
use crate::peer::{connected, send_some};
use crate::poller::Poller;
use crate::stamps::Stamps;
use crate::tunnel::{Digging, TunnelError};

/// One connection, which may be closed and opened again.
#[derive(Debug)]
pub struct Link {
    /// Its place among those of the poller.
    index: u32,
    /// Counts its sockets, so that events of closed ones can be told apart.
    generation: u32,
    /// Which of the addresses it uses.
    address: usize,
    socket: Option<OwnedFd>,
    encrypted: Option<Box<Encrypted>>,
    digging: Option<Box<Digging>>,
    dialing: Option<Dial>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dial {
    /// To this one of the addresses, counted from the first that is tried.
    Connecting {
        tried: usize,
    },
    Digging,
    ShakingHands,
}

/// How far opening has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialing {
    /// Something else must happen first.
    Pending,
    /// It is open.
    Open,
}

/// What came of receiving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// [`Buffers::received`] has some bytes.
    Data {
        /// Whether the socket has no more, so that the next bytes raise an event.
        is_drained: bool,
    },
    /// There is nothing at present.
    Nothing,
    /// The peer will send no more.
    End,
}

/// Why a connection cannot be opened or used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LinkError {
    /// The system says so.
    #[error("{}", words(*.0))]
    Io(Errno),
    /// Encryption.
    #[error("TLS: {0}")]
    Tls(rustls::Error),
    /// The connection was closed without the farewell that TLS demands.
    #[error("connection closed without the end that TLS demands")]
    Truncated,
    /// A proxy.
    #[error(transparent)]
    Tunnel(#[from] TunnelError),
}

impl LinkError {
    /// How a request is counted that could not connect for this reason.
    pub fn connect_failure(&self) -> Failure {
        match self {
            Self::Io(Errno::CONNREFUSED) => Failure::ConnectRefused,
            Self::Io(Errno::TIMEDOUT) => Failure::ConnectTimeout,
            Self::Io(Errno::MFILE | Errno::NFILE | Errno::ADDRNOTAVAIL | Errno::NOBUFS) => {
                Failure::NoSocket
            }
            Self::Io(_) | Self::Tunnel(_) => Failure::ConnectOther,
            Self::Tls(_) | Self::Truncated => Failure::Tls,
        }
    }

    /// How a request is counted whose open connection broke for this reason.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Io(Errno::CONNRESET | Errno::PIPE) => Failure::Reset,
            Self::Io(_) | Self::Tunnel(_) => Failure::Other,
            Self::Tls(_) => Failure::Tls,
            Self::Truncated => Failure::ClosedEarly,
        }
    }
}

/// The standard library's words, but where a path leads nowhere.
fn words(error: Errno) -> String {
    match error {
        Errno::NOENT => "no such socket".to_owned(),
        _ => error.kind().to_string(),
    }
}

impl Link {
    /// A closed connection, the one of number `index` at its poller, which will use the addresses
    /// from number `address` on.
    pub fn new(index: u32, address: usize) -> Self {
        Self {
            index,
            generation: 0,
            address,
            socket: None,
            encrypted: None,
            digging: None,
            dialing: None,
        }
    }

    /// What it is called at the poller at present. Each socket has its own token.
    #[inline]
    pub fn token(&self) -> u64 {
        u64::from(self.generation) << 32 | u64::from(self.index)
    }

    /// The number of the connection that a token is about.
    #[inline]
    pub fn index_of(token: u64) -> usize {
        usize::try_from(token & u64::from(u32::MAX)).expect("32 bits fit")
    }

    /// Whether it is being opened.
    #[inline]
    pub fn is_dialing(&self) -> bool {
        self.dialing.is_some()
    }

    /// Whether there is a socket, open or being opened.
    #[inline]
    pub fn has_socket(&self) -> bool {
        self.socket.is_some()
    }

    /// The protocol that the server chose by ALPN.
    pub fn protocol(&self) -> Option<&[u8]> {
        self.encrypted.as_ref().and_then(|encrypted| encrypted.protocol())
    }

    /// Closes the socket.
    pub fn close(&mut self) {
        self.socket = None;
        self.encrypted = None;
        self.digging = None;
        self.dialing = None;
        self.generation = self.generation.wrapping_add(1);
    }

    /// Begins to open the connection, anew if it is open. An address that cannot be reached is
    /// followed by the next one.
    pub fn dial(
        &mut self,
        endpoint: &Endpoint,
        poller: &Poller,
        buffers: &mut Buffers,
    ) -> Result<Dialing, LinkError> {
        self.dial_from(0, endpoint, poller, buffers)
    }

    /// Goes on opening, after an event.
    pub fn resume(
        &mut self,
        endpoint: &Endpoint,
        poller: &Poller,
        buffers: &mut Buffers,
    ) -> Result<Dialing, LinkError> {
        match (self.dialing, &self.socket) {
            (Some(Dial::Connecting { tried }), Some(socket)) => match connected(socket) {
                Ok(()) => {
                    // From now on begin with the address that answered.
                    self.address = self.address.wrapping_add(tried);
                    self.on_connected(endpoint, buffers)
                }
                Err(error) if tried + 1 >= endpoint.peers.len() => Err(LinkError::Io(error)),
                Err(_) => self.dial_from(tried + 1, endpoint, poller, buffers),
            },
            (Some(Dial::Digging), Some(_)) => self.dig(endpoint, buffers),
            (Some(Dial::ShakingHands), Some(_)) => self.shake_hands(buffers),
            _ => Ok(Dialing::Pending),
        }
    }

    fn dial_from(
        &mut self,
        first: usize,
        endpoint: &Endpoint,
        poller: &Poller,
        buffers: &mut Buffers,
    ) -> Result<Dialing, LinkError> {
        let peers = &endpoint.peers;
        let mut failed = Errno::ADDRNOTAVAIL;
        for tried in first..peers.len() {
            self.close();
            let peer = &peers[self.address.wrapping_add(tried) % peers.len()];
            let connecting = peer.connect().and_then(|connecting| {
                if buffers.are_stamped() {
                    Stamps::ask(&connecting.socket);
                }
                let watched = poller.watch(&connecting.socket, self.token());
                watched.map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
                Ok(connecting)
            });
            match connecting {
                Ok(connecting) => {
                    self.socket = Some(connecting.socket);
                    self.dialing = Some(Dial::Connecting { tried });
                    if connecting.is_connected {
                        return self.on_connected(endpoint, buffers);
                    }
                    return Ok(Dialing::Pending);
                }
                Err(error) => failed = error,
            }
        }
        Err(LinkError::Io(failed))
    }

    fn on_connected(
        &mut self,
        endpoint: &Endpoint,
        buffers: &mut Buffers,
    ) -> Result<Dialing, LinkError> {
        if endpoint.tunnel.is_none() {
            return self.on_arrived(endpoint, buffers);
        }
        self.digging = Some(Box::default());
        self.dialing = Some(Dial::Digging);
        self.dig(endpoint, buffers)
    }

    fn dig(&mut self, endpoint: &Endpoint, buffers: &mut Buffers) -> Result<Dialing, LinkError> {
        let (Some(socket), Some(digging), Some(tunnel)) =
            (&self.socket, &mut self.digging, &endpoint.tunnel)
        else {
            return Ok(Dialing::Pending);
        };
        if !digging.go_on(socket, tunnel)? {
            return Ok(Dialing::Pending);
        }
        self.digging = None;
        self.on_arrived(endpoint, buffers)
    }

    fn on_arrived(
        &mut self,
        endpoint: &Endpoint,
        buffers: &mut Buffers,
    ) -> Result<Dialing, LinkError> {
        let Some(encryption) = &endpoint.encryption else {
            self.dialing = None;
            return Ok(Dialing::Open);
        };
        self.encrypted = Some(Box::new(Encrypted::new(encryption)?));
        self.dialing = Some(Dial::ShakingHands);
        self.shake_hands(buffers)
    }

    fn shake_hands(&mut self, buffers: &mut Buffers) -> Result<Dialing, LinkError> {
        let (Some(socket), Some(encrypted)) = (&self.socket, &mut self.encrypted) else {
            return Ok(Dialing::Pending);
        };
        if !encrypted.shake_hands(socket, buffers)? {
            return Ok(Dialing::Pending);
        }
        self.dialing = None;
        Ok(Dialing::Open)
    }

    /// Sends what fits of some bytes; `None` when nothing does at present. What was encrypted and
    /// has not gone out counts as sent, see [`Link::flush`].
    #[inline]
    pub fn send(&mut self, bytes: &[u8]) -> Result<Option<usize>, LinkError> {
        let Some(socket) = &self.socket else { return Err(LinkError::Io(Errno::NOTCONN)) };
        match &mut self.encrypted {
            None => send_some(socket, bytes).map_err(LinkError::Io),
            Some(encrypted) => encrypted.send(socket, bytes),
        }
    }

    /// Sends what was encrypted and has not gone out; whether nothing is left.
    #[inline]
    pub fn flush(&mut self) -> Result<bool, LinkError> {
        match (&self.socket, &mut self.encrypted) {
            (Some(socket), Some(encrypted)) => encrypted.flush(socket),
            _ => Ok(true),
        }
    }

    /// Receives what is there.
    #[inline]
    pub fn receive(&mut self, buffers: &mut Buffers) -> Result<Received, LinkError> {
        let Some(socket) = &self.socket else { return Ok(Received::Nothing) };
        if let Some(encrypted) = &mut self.encrypted {
            return encrypted.receive(socket, buffers);
        }
        match buffers.receive(socket, 0..SIZE) {
            Ok(Some(0)) => Ok(Received::End),
            Ok(Some(received)) => {
                buffers.fill_raw(received);
                Ok(Received::Data { is_drained: received < SIZE })
            }
            Ok(None) => Ok(Received::Nothing),
            Err(error) => Err(LinkError::Io(error)),
        }
    }
}
