//! What comes back: messages with prefixes, in pieces of any size.

use std::io::Read;

use flate2::read::GzDecoder;

use crate::frame::{COMPRESSED, PREFIX_BYTES};
use crate::structure::is_message;

/// How closely messages are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intake {
    /// Their lengths are checked, nothing is kept.
    Count,
    /// They are unpacked and must be whole fields; a buffer as large as the largest is kept.
    Check,
}

/// A message that has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    /// Its bytes on the wire, without the prefix.
    pub wire_bytes: usize,
    /// The message, unpacked; empty if it is only counted.
    pub body: &'a [u8],
}

/// Why a response is wrong. Each stands for a status that a client would report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// A message is larger than allowed.
    #[error("a message of {bytes} bytes or more is larger than max-recv-message-size ({max})")]
    TooLarge {
        /// Its size, as far as it is known.
        bytes: usize,
        /// The bound.
        max: usize,
    },
    /// The flag is neither 0 nor 1.
    #[error("a message has the unknown flag {0}")]
    Flag(u8),
    /// A message is compressed although the response does not say with what, or with what this
    /// crate does not know.
    #[error("a message is compressed, but not with gzip")]
    Encoding,
    /// A compressed message cannot be unpacked.
    #[error("a compressed message cannot be unpacked")]
    Gzip,
    /// It is no protobuf message.
    #[error("a message does not decode")]
    Malformed,
    /// The response ends within a message.
    #[error("the response ends within a message")]
    Incomplete,
}

impl ReadError {
    /// The status of a call whose response is so.
    pub fn code(self) -> crate::Code {
        match self {
            Self::TooLarge { .. } => crate::Code::ResourceExhausted,
            Self::Encoding => crate::Code::Unimplemented,
            Self::Flag(_) | Self::Gzip | Self::Malformed | Self::Incomplete => {
                crate::Code::Internal
            }
        }
    }
}

/// Reads the messages of one response after the other; its buffers are kept between them.
#[derive(Debug)]
pub struct MessageReader {
    intake: Intake,
    max_bytes: usize,
    gzip: bool,
    messages: u64,
    bytes: u64,
    prefix: [u8; PREFIX_BYTES],
    /// Bytes of the prefix that have arrived.
    prefix_bytes: usize,
    /// Bytes of the message that have not arrived yet.
    pending: usize,
    buffer: Vec<u8>,
    unpacked: Vec<u8>,
}

impl MessageReader {
    /// A reader of messages of at most so many bytes, packed or unpacked.
    pub fn new(intake: Intake, max_bytes: usize) -> Self {
        Self {
            intake,
            max_bytes,
            gzip: false,
            messages: 0,
            bytes: 0,
            prefix: [0; PREFIX_BYTES],
            prefix_bytes: 0,
            pending: 0,
            buffer: Vec::new(),
            unpacked: Vec::new(),
        }
    }

    /// Begins a new response; `encoding` is its `grpc-encoding`.
    pub fn begin(&mut self, encoding: Option<&[u8]>) {
        self.gzip = encoding == Some(b"gzip");
        (self.messages, self.bytes) = (0, 0);
        (self.prefix_bytes, self.pending) = (0, 0);
        self.buffer.clear();
    }

    /// Messages that have arrived whole.
    pub fn messages(&self) -> u64 {
        self.messages
    }

    /// Bytes that have arrived, prefixes included.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes a piece of the response, and calls with each message that it completes.
    pub fn feed(
        &mut self,
        mut piece: &[u8],
        mut each: impl FnMut(Message<'_>),
    ) -> Result<(), ReadError> {
        self.bytes += piece.len() as u64;
        loop {
            if self.prefix_bytes < PREFIX_BYTES {
                let wanted = (PREFIX_BYTES - self.prefix_bytes).min(piece.len());
                let (head, rest) = piece.split_at(wanted);
                self.prefix[self.prefix_bytes..][..wanted].copy_from_slice(head);
                self.prefix_bytes += wanted;
                piece = rest;
                if self.prefix_bytes < PREFIX_BYTES {
                    return Ok(());
                }
                self.begin_message()?;
            }
            let taken = self.pending.min(piece.len());
            let (body, rest) = piece.split_at(taken);
            if self.intake == Intake::Check {
                self.buffer.extend_from_slice(body);
            }
            self.pending -= taken;
            piece = rest;
            if self.pending > 0 {
                return Ok(());
            }
            self.complete(&mut each)?;
        }
    }

    /// Checks that the response ends between messages.
    pub fn finish(&self) -> Result<(), ReadError> {
        if self.prefix_bytes == 0 { Ok(()) } else { Err(ReadError::Incomplete) }
    }

    fn length(&self) -> usize {
        let [_, length @ ..] = self.prefix;
        usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX)
    }

    fn begin_message(&mut self) -> Result<(), ReadError> {
        let (flag, bytes) = (self.prefix[0], self.length());
        if flag > COMPRESSED {
            return Err(ReadError::Flag(flag));
        }
        if flag == COMPRESSED && !self.gzip {
            return Err(ReadError::Encoding);
        }
        if bytes > self.max_bytes {
            return Err(ReadError::TooLarge { bytes, max: self.max_bytes });
        }
        self.pending = bytes;
        Ok(())
    }

    fn complete(&mut self, each: &mut impl FnMut(Message<'_>)) -> Result<(), ReadError> {
        if self.intake == Intake::Check && self.prefix[0] == COMPRESSED {
            self.unpack()?;
        } else {
            std::mem::swap(&mut self.unpacked, &mut self.buffer);
        }
        if !is_message(&self.unpacked) {
            return Err(ReadError::Malformed);
        }
        each(Message { wire_bytes: self.length(), body: &self.unpacked });
        self.buffer.clear();
        self.unpacked.clear();
        self.prefix_bytes = 0;
        self.messages += 1;
        Ok(())
    }

    fn unpack(&mut self) -> Result<(), ReadError> {
        // One byte more than allowed tells that there is too much.
        let limit = (self.max_bytes as u64).saturating_add(1);
        let mut unpacking = GzDecoder::new(self.buffer.as_slice()).take(limit);
        let bytes = unpacking.read_to_end(&mut self.unpacked).map_err(|_| ReadError::Gzip)?;
        if bytes > self.max_bytes {
            return Err(ReadError::TooLarge { bytes, max: self.max_bytes });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
