//! One socket and the HTTP/2 connection on it.

use iter8_h2::Connection;
use iter8_sockets::{Link, LinkError};

/// One socket and the HTTP/2 connection on it. A connection of the test that the server wants to
/// end gets a new session at once, while the old one carries its last requests.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) link: Link,
    pub(crate) h2: Connection,
    /// The connection of the test that it serves.
    pub(crate) connection: usize,
    /// When dialling began.
    pub(crate) since: u64,
    /// When something came last.
    pub(crate) received: u64,
    /// Slots whose requests are in the output and have not been sent.
    pub(crate) unsent: Vec<usize>,
    /// Bytes not yet counted for a request.
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    /// Whether the peer owes an answer to a ping.
    pub(crate) is_asked: bool,
    /// Whether it waits to be flushed.
    pub(crate) is_dirty: bool,
}

impl Session {
    pub(crate) fn is_open(&self) -> bool {
        self.link.has_socket() && !self.link.is_dialing()
    }

    /// Sends what is to be sent, as far as the socket takes it.
    pub(crate) fn flush(&mut self) -> Result<(), LinkError> {
        while !self.h2.output().is_empty() {
            let Some(sent) = self.link.send(self.h2.output())? else { return Ok(()) };
            self.h2.advance(sent);
            self.bytes_out += sent as u64;
        }
        self.link.flush().map(|_| ())
    }
}
