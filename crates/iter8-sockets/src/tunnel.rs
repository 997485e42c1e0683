//! A way through a proxy to a server (RFC 9110, section 9.3.6).

use std::fmt;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use rustix::io::Errno;

use crate::peer::{peek_some, receive_some, send_some};

/// Most bytes that a proxy may answer with: its page about an error is not among them, and the heads
/// of those in wide use have some hundred.
const MAX_HEAD: usize = 16 * 1024;

/// Bytes that are looked at together.
const PIECE: usize = 2048;

/// Asks a proxy for a way to one server.
#[derive(Clone)]
pub struct Tunnel {
    request: Arc<[u8]>,
}

impl fmt::Debug for Tunnel {
    /// Not the request, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tunnel").finish_non_exhaustive()
    }
}

/// Why a proxy gives no way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TunnelError {
    /// It says so.
    #[error("the proxy answers CONNECT with status {0}")]
    Refused(u16),
    /// What it says is not HTTP.
    #[error("the proxy does not answer CONNECT as HTTP/1.1 has it")]
    Garbage,
    /// It never comes to the point.
    #[error("the proxy answers CONNECT with a head of more than {MAX_HEAD} bytes")]
    TooLong,
    /// It says nothing.
    #[error("the proxy closed the connection instead of an answer to CONNECT")]
    Closed,
    /// The connection to it broke.
    #[error("the proxy: {}", .0.kind())]
    Io(Errno),
}

impl Tunnel {
    /// A way to a host and port, such as `web:443`. `authorization` is the value of the field
    /// `Proxy-Authorization`; neither may have line breaks.
    pub fn new(authority: &str, authorization: Option<&str>) -> Self {
        let field = authorization.map(|value| format!("Proxy-Authorization: {value}\r\n"));
        let field = field.unwrap_or_default();
        let request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{field}\r\n");
        Self { request: request.into_bytes().into() }
    }
}

/// A tunnel that is being made.
#[derive(Debug, Default)]
pub(crate) struct Digging {
    sent: usize,
    head: Vec<u8>,
    received: usize,
}

impl Digging {
    /// Goes on; whether the way is open. Not a byte is taken of what follows the proxy's answer.
    pub(crate) fn go_on(&mut self, socket: &OwnedFd, tunnel: &Tunnel) -> Result<bool, TunnelError> {
        while self.sent < tunnel.request.len() {
            match send_some(socket, &tunnel.request[self.sent..]).map_err(TunnelError::Io)? {
                Some(sent) => self.sent += sent,
                None => return Ok(false),
            }
        }
        let mut piece = [0; PIECE];
        loop {
            let Some(seen) = peek_some(socket, &mut piece).map_err(TunnelError::Io)? else {
                return Ok(false);
            };
            if seen == 0 {
                return Err(TunnelError::Closed);
            }
            let before = self.head.len();
            self.head.extend_from_slice(&piece[..seen]);
            let from = before.saturating_sub(3);
            let end = self.head[from..].windows(4).position(|four| four == b"\r\n\r\n");
            let taken = end.map_or(seen, |at| from + at + 4 - before);
            self.take(socket, &mut piece[..taken])?;
            if end.is_some() {
                match status(&self.head)? {
                    200..=299 => return Ok(true),
                    100..=199 => self.head.clear(),
                    status => return Err(TunnelError::Refused(status)),
                }
            } else if !is_begun(&self.head) {
                return Err(TunnelError::Garbage);
            }
            if self.received > MAX_HEAD {
                return Err(TunnelError::TooLong);
            }
        }
    }

    /// Receives what has been seen.
    fn take(&mut self, socket: &OwnedFd, piece: &mut [u8]) -> Result<(), TunnelError> {
        let mut taken = 0;
        while taken < piece.len() {
            match receive_some(socket, &mut piece[taken..]).map_err(TunnelError::Io)? {
                Some(0) | None => return Err(TunnelError::Closed),
                Some(some) => taken += some,
            }
        }
        self.received += taken;
        Ok(())
    }
}

const VERSION: &[u8] = b"HTTP/1.";

/// Whether it begins as an answer does.
fn is_begun(head: &[u8]) -> bool {
    let length = head.len().min(VERSION.len());
    head[..length] == VERSION[..length]
}

fn status(head: &[u8]) -> Result<u16, TunnelError> {
    let digits = head.strip_prefix(VERSION).and_then(|rest| match rest {
        [b'0'..=b'9', b' ', digits @ ..] => digits.first_chunk::<3>(),
        _ => None,
    });
    let status = digits.filter(|digits| digits.iter().all(u8::is_ascii_digit));
    let status = status.map(|digits| digits.iter().fold(0, |n, d| n * 10 + u16::from(d - b'0')));
    status.filter(|status| *status >= 100).ok_or(TunnelError::Garbage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_have_a_status() {
        for (head, expected) in [
            ("HTTP/1.1 200 Connection established\r\n", Ok(200)),
            ("HTTP/1.0 407\r\n", Ok(407)),
            ("HTTP/1.1  200\r\n", Err(TunnelError::Garbage)),
            ("HTTP/1.1 099 x", Err(TunnelError::Garbage)),
            ("HTTP/1.1 2", Err(TunnelError::Garbage)),
            ("HTTP/2 200 OK", Err(TunnelError::Garbage)),
            ("", Err(TunnelError::Garbage)),
        ] {
            assert_eq!(status(head.as_bytes()), expected, "{head:?}");
        }
        assert!(
            is_begun(b"") && is_begun(b"HTT") && is_begun(b"HTTP/1.0") && !is_begun(b"SSH-2.0")
        );
    }

    #[test]
    fn no_password_is_printed() {
        let tunnel = Tunnel::new("web:443", Some("Basic c2VjcmV0"));
        assert!(tunnel.request.ends_with(b"\r\nProxy-Authorization: Basic c2VjcmV0\r\n\r\n"));
        assert!(!format!("{tunnel:?}").contains("c2VjcmV0"));
    }
}
