//! TLS over a non-blocking socket: records in, records out, and nothing in between that waits.

use std::fmt;
use std::mem::take;
use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustls::client::UnbufferedClientConnection;
use rustls::unbuffered::{
    ConnectionState, EncodeError, EncryptError, InsufficientSizeError, UnbufferedStatus,
};

use crate::buffers::{Buffers, RECORD, SIZE};
use crate::endpoint::Encryption;
use crate::link::{LinkError, Received};
use crate::peer::send_some;

/// Bytes encrypted before they are sent: one record of the largest size. What does not go out
/// holds back the next ones, so that no more than this and what the protocol says itself waits.
const AT_ONCE: usize = 1 << 14;

/// What a record adds to its content at most: head, type, explicit nonce, tag and padding of the
/// suites in use, with room to spare.
const OVERHEAD: usize = 256;

/// The TLS side of a connection.
pub(crate) struct Encrypted {
    tls: UnbufferedClientConnection,
    /// The beginning of a record whose end has not come.
    inbox: Vec<u8>,
    /// What the server said together with its part of the handshake.
    early: Vec<u8>,
    /// Records that wait for the socket, from `sent` on.
    outbox: Vec<u8>,
    sent: usize,
    is_closed: bool,
}

impl fmt::Debug for Encrypted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encrypted").finish_non_exhaustive()
    }
}

/// What the library wants next.
enum Wants {
    /// Nothing; it may encrypt.
    Nothing,
    /// More of the handshake.
    More,
}

impl Encrypted {
    pub(crate) fn new(encryption: &Encryption) -> Result<Self, LinkError> {
        let (config, name) = (encryption.config.clone(), encryption.name.clone());
        let tls = UnbufferedClientConnection::new(config, name).map_err(LinkError::Tls)?;
        Ok(Self {
            tls,
            inbox: Vec::new(),
            early: Vec::new(),
            outbox: Vec::new(),
            sent: 0,
            is_closed: false,
        })
    }

    /// The protocol that the server chose by ALPN.
    pub(crate) fn protocol(&self) -> Option<&[u8]> {
        self.tls.alpn_protocol()
    }

    /// Goes on with the handshake; whether it is complete. What the server said meanwhile, as it may
    /// in TLS 1.3, waits for the first [`Encrypted::receive`].
    pub(crate) fn shake_hands(
        &mut self,
        socket: &OwnedFd,
        buffers: &mut Buffers,
    ) -> Result<bool, LinkError> {
        loop {
            let mut held = take(&mut self.inbox);
            let mut used = 0;
            let mut early = take(&mut self.early);
            let wants = self.process(&mut held, &mut used, &mut early);
            self.early = early;
            held.drain(..used);
            self.inbox = held;
            // An alert of ours says why it failed, if there is one.
            let flushed = self.flush(socket);
            let wants = wants?;
            flushed?;
            match wants {
                Wants::Nothing => return Ok(self.outbox.is_empty()),
                Wants::More => match buffers.receive(socket, 0..SIZE) {
                    Ok(Some(0)) => return Err(LinkError::Io(Errno::CONNRESET)),
                    Ok(Some(received)) => {
                        self.inbox.extend_from_slice(&buffers.raw[..received]);
                    }
                    Ok(None) => return Ok(false),
                    Err(error) => return Err(LinkError::Io(error)),
                },
            }
        }
    }

    /// Receives into the buffers.
    #[inline]
    pub(crate) fn receive(
        &mut self,
        socket: &OwnedFd,
        buffers: &mut Buffers,
    ) -> Result<Received, LinkError> {
        buffers.plain.clear();
        buffers.fill_plain();
        if !self.outbox.is_empty() {
            self.flush(socket)?;
        }
        if !self.early.is_empty() {
            buffers.plain.append(&mut self.early);
            buffers.forget_arrival();
            return Ok(Received::Data { is_drained: false });
        }
        loop {
            if self.is_closed {
                return Ok(Received::End);
            }
            let held = self.inbox.len();
            buffers.raw[..held].copy_from_slice(&self.inbox);
            // Records that came with the end of the handshake have to be worked on first.
            let received = match held {
                ..=RECORD => buffers.receive(socket, held..buffers.raw.len()),
                _ => Ok(None),
            };
            let received = received.map_err(LinkError::Io)?;
            let filled = held + received.unwrap_or(0);
            if received.is_none() && held == 0 {
                return Ok(Received::Nothing);
            }
            let is_full = filled == buffers.raw.len();
            let mut used = 0;
            let result = self.process(&mut buffers.raw[..filled], &mut used, &mut buffers.plain);
            self.inbox.clear();
            self.inbox.extend_from_slice(&buffers.raw[used..filled]);
            result?;
            if self.sent < self.outbox.len() {
                self.flush(socket)?;
            }
            if !buffers.plain.is_empty() {
                let is_drained = matches!(received, Some(1..)) && !is_full && !self.is_closed;
                return Ok(Received::Data { is_drained });
            }
            match received {
                None => return Ok(Received::Nothing),
                // Without a farewell, nobody knows whether this is the end or was made one.
                Some(0) if !self.is_closed => return Err(LinkError::Truncated),
                Some(_) => {}
            }
        }
    }

    /// Sends what fits; `None` when nothing does at present.
    #[inline]
    pub(crate) fn send(
        &mut self,
        socket: &OwnedFd,
        bytes: &[u8],
    ) -> Result<Option<usize>, LinkError> {
        if !self.flush(socket)? {
            return Ok(None);
        }
        let bytes = &bytes[..bytes.len().min(AT_ONCE)];
        self.encrypt(bytes)?;
        self.flush(socket)?;
        Ok(Some(bytes.len()))
    }

    /// Sends records that wait; whether none is left.
    #[inline]
    pub(crate) fn flush(&mut self, socket: &OwnedFd) -> Result<bool, LinkError> {
        while self.sent < self.outbox.len() {
            match send_some(socket, &self.outbox[self.sent..]) {
                Ok(Some(sent)) => self.sent += sent,
                Ok(None) => return Ok(false),
                Err(error) => return Err(LinkError::Io(error)),
            }
        }
        self.outbox.clear();
        self.sent = 0;
        Ok(true)
    }

    fn encrypt(&mut self, bytes: &[u8]) -> Result<(), LinkError> {
        let Self { tls, outbox, .. } = self;
        loop {
            let UnbufferedStatus { state, .. } = tls.process_tls_records(&mut []);
            match state.map_err(LinkError::Tls)? {
                ConnectionState::WriteTraffic(mut writer) => {
                    return append(outbox, bytes.len() + OVERHEAD, |room| {
                        writer.encrypt(bytes, room).map_err(|error| match error {
                            EncryptError::InsufficientSize(size) => Some(size),
                            EncryptError::EncryptExhausted => None,
                        })
                    });
                }
                // Such as an update of keys.
                ConnectionState::EncodeTlsData(mut record) => {
                    append(outbox, OVERHEAD, |room| encode(record.encode(room)))?;
                }
                ConnectionState::TransmitTlsData(done) => done.done(),
                _ => return Err(LinkError::Io(Errno::PIPE)),
            }
        }
    }

    /// Lets the library work on what came in. Counts how many bytes it is done with.
    fn process(
        &mut self,
        incoming: &mut [u8],
        used: &mut usize,
        plain: &mut Vec<u8>,
    ) -> Result<Wants, LinkError> {
        let Self { tls, outbox, is_closed, .. } = self;
        loop {
            let UnbufferedStatus { mut discard, state } =
                tls.process_tls_records(&mut incoming[*used..]);
            let wants = match state {
                Ok(ConnectionState::ReadTraffic(mut records)) => {
                    while let Some(record) = records.next_record() {
                        let record = record.map_err(LinkError::Tls)?;
                        plain.extend_from_slice(record.payload);
                        discard += record.discard;
                    }
                    None
                }
                Ok(ConnectionState::EncodeTlsData(mut record)) => {
                    append(outbox, OVERHEAD, |room| encode(record.encode(room)))?;
                    None
                }
                Ok(ConnectionState::TransmitTlsData(done)) => {
                    done.done();
                    None
                }
                Ok(ConnectionState::PeerClosed | ConnectionState::Closed) => {
                    *is_closed = true;
                    Some(Wants::Nothing)
                }
                Ok(ConnectionState::BlockedHandshake) => Some(Wants::More),
                Ok(_) => Some(Wants::Nothing),
                Err(error) => {
                    *used += discard;
                    return Err(LinkError::Tls(error));
                }
            };
            *used += discard;
            if let Some(wants) = wants {
                return Ok(wants);
            }
        }
    }
}

fn encode(result: Result<usize, EncodeError>) -> Result<usize, Option<InsufficientSizeError>> {
    result.map_err(|error| match error {
        EncodeError::InsufficientSize(size) => Some(size),
        EncodeError::AlreadyEncoded => None,
    })
}

/// Appends what `write` puts into room that is given to it: `guess` bytes at first, then what it
/// asks for.
fn append(
    to: &mut Vec<u8>,
    guess: usize,
    mut write: impl FnMut(&mut [u8]) -> Result<usize, Option<InsufficientSizeError>>,
) -> Result<(), LinkError> {
    let begin = to.len();
    let mut room = guess;
    loop {
        to.resize(begin + room, 0);
        match write(&mut to[begin..]) {
            Ok(written) => {
                to.truncate(begin + written);
                return Ok(());
            }
            Err(Some(size)) if size.required_size > room => room = size.required_size,
            Err(_) => {
                to.truncate(begin);
                return Err(LinkError::Tls(rustls::Error::EncryptError));
            }
        }
    }
}
