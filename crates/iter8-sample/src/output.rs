//! The bytes on their way to a client.

use crate::request::Fault;
use crate::server::Shared;
use crate::socket::Socket;

/// Bytes gathered before they are written: large enough that system calls do not matter, small
/// enough for a thousand connections.
const GATHERED: usize = 64 * 1024;

/// Gathers what is written, so that a small answer is one packet, and lets nothing out during a
/// freeze.
#[derive(Debug)]
pub(crate) struct Output<'a> {
    shared: &'a Shared,
    socket: &'a Socket,
    buffer: Vec<u8>,
}

impl<'a> Output<'a> {
    pub(crate) fn new(shared: &'a Shared, socket: &'a Socket) -> Self {
        Self { shared, socket, buffer: Vec::new() }
    }

    /// The gathered bytes, to be added to.
    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Adds bytes, and writes what is gathered when it is a lot.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= GATHERED { self.flush() } else { Ok(()) }
    }

    /// Adds one piece of a body, as a chunk if `is_chunked`.
    pub(crate) fn write_piece(&mut self, piece: &[u8], is_chunked: bool) -> Result<(), Fault> {
        if !is_chunked {
            return self.write(piece);
        }
        if piece.is_empty() {
            // An empty chunk would end the body.
            return Ok(());
        }
        self.write(format!("{:x}\r\n", piece.len()).as_bytes())?;
        self.write(piece)?;
        self.write(b"\r\n")
    }

    /// Writes everything gathered.
    pub(crate) fn flush(&mut self) -> Result<(), Fault> {
        self.shared.hold()?;
        self.socket.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}
