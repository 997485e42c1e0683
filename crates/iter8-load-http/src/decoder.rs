//! Reading a response, byte by byte if need be, without any I/O.
//!
//! The decoder is fed with whatever arrives and says when the response is complete. Bodies are
//! counted and thrown away. However the bytes are cut, the outcome is the same. The rules are
//! those of RFC 9112, section 6.3.

mod chunked;
mod head;

use chunked::ChunkedBody;
use head::{Framing, Head, parse_head};

/// Longest head of a response: far more than the 8 to 16 KiB that servers themselves allow, and
/// little enough to keep for each connection.
pub const MAX_HEAD: usize = 64 * 1024;

/// Most header fields of a response; the proxies in wide use allow 100.
pub const MAX_HEADERS: usize = 128;

/// Most interim responses (100, 103) before the final one: servers send one or two.
pub const MAX_INTERIM: u32 = 16;

/// Why what came back is no response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    /// Not HTTP at all, or a malformed or overlong list of header fields.
    #[error("response head is malformed")]
    MalformedHead(#[source] httparse::Error),
    /// The head does not end within [`MAX_HEAD`] bytes.
    #[error("response head is longer than {MAX_HEAD} bytes")]
    HeadTooLong,
    /// A status below 100.
    #[error("response has status {0}")]
    InvalidStatus(u16),
    /// The server never comes to the point.
    #[error("more than {MAX_INTERIM} interim responses")]
    TooManyInterim,
    /// The server switched to a protocol that nobody asked for.
    #[error("server switched protocols")]
    SwitchedProtocols,
    /// A content length that is no number, or several that differ.
    #[error("content length is invalid")]
    InvalidContentLength,
    /// A chunk that does not follow the rules, or whose size does not fit 64 bits.
    #[error("chunked body is malformed")]
    MalformedChunk,
    /// Chunk extensions or trailers beyond any use.
    #[error("chunk extension or trailer is too long")]
    ChunkLineTooLong,
    /// Bytes that nobody asked for follow the response.
    #[error("bytes follow the response")]
    TrailingBytes,
}

/// What is expected of the next response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Expected {
    /// The request was HEAD: there is no body, whatever the head says.
    pub no_body: bool,
    /// Keep the location of a redirect.
    pub location: bool,
}

/// A response that was read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Response {
    /// Its status, from 100 to 999.
    pub status: u16,
    /// Bytes of its body, without the framing of chunks.
    pub body_bytes: u64,
    /// Whether the connection can carry another request.
    pub keep_alive: bool,
}

/// How far a response is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// More bytes are needed.
    More,
    /// The response is complete after `consumed` of the bytes just fed.
    Complete {
        /// Bytes that belong to the response; the rest does not.
        consumed: usize,
        /// The response.
        response: Response,
    },
}

/// Decodes one response after the other.
#[derive(Debug, Default)]
pub struct ResponseDecoder {
    expected: Expected,
    state: State,
    /// The part of a head that came without its end. Keeps its memory from response to response.
    partial: Vec<u8>,
    interim: u32,
    status: u16,
    keep_alive: bool,
    body_bytes: u64,
    location: Option<String>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Head,
    /// So many bytes are left.
    Length(u64),
    Chunked(ChunkedBody),
    UntilClose,
}

impl ResponseDecoder {
    /// A decoder for a first response.
    pub fn new(expected: Expected) -> Self {
        Self { expected, ..Self::default() }
    }

    /// Forgets the last response and expects the next one.
    #[inline]
    pub fn begin(&mut self, expected: Expected) {
        self.expected = expected;
        self.state = State::Head;
        self.partial.clear();
        self.interim = 0;
        self.body_bytes = 0;
        self.location = None;
    }

    /// Takes the next bytes.
    ///
    /// After an error, or after a complete response, call [`Self::begin`] before anything else.
    #[inline]
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Progress, ProtocolError> {
        let mut consumed = 0;
        if matches!(self.state, State::Head) {
            match self.feed_head(bytes)? {
                Some(length) => consumed = length,
                None => return Ok(Progress::More),
            }
        }
        let rest = &bytes[consumed..];
        let taken = match &mut self.state {
            State::Head => return Ok(Progress::More),
            State::UntilClose => {
                self.body_bytes = self.body_bytes.saturating_add(rest.len() as u64);
                return Ok(Progress::More);
            }
            State::Length(left) => {
                let length = usize::try_from(*left).map_or(rest.len(), |left| left.min(rest.len()));
                *left -= length as u64;
                self.body_bytes = self.body_bytes.saturating_add(length as u64);
                (*left == 0).then_some(length)
            }
            State::Chunked(body) => {
                let taken = body.feed(rest)?;
                self.body_bytes = body.body_bytes();
                taken
            }
        };
        Ok(taken.map_or(Progress::More, |taken| Progress::Complete {
            consumed: consumed + taken,
            response: self.response(),
        }))
    }

    /// The connection was closed: the response, if that is how it was to end.
    pub fn end(&self) -> Option<Response> {
        matches!(self.state, State::UntilClose).then(|| self.response())
    }

    /// Where a redirect leads, if that was to be kept and the response is one.
    pub fn take_location(&mut self) -> Option<String> {
        self.location.take()
    }

    fn response(&self) -> Response {
        Response {
            status: self.status,
            body_bytes: self.body_bytes,
            keep_alive: self.keep_alive && !matches!(self.state, State::UntilClose),
        }
    }

    /// Reads heads up to the final one. The number of bytes that belong to them, once the final
    /// one is complete.
    fn feed_head(&mut self, bytes: &[u8]) -> Result<Option<usize>, ProtocolError> {
        let mut consumed = 0;
        loop {
            let rest = &bytes[consumed..];
            // Nearly always the head is there as a whole and is parsed where it lies.
            let before = self.partial.len();
            let head = if before == 0 {
                parse_head(&rest[..rest.len().min(MAX_HEAD)], self.expected)?
            } else {
                self.partial.extend_from_slice(&rest[..rest.len().min(MAX_HEAD - before)]);
                parse_head(&self.partial, self.expected)?
            };
            let Some(head) = head else {
                if before == 0 {
                    self.partial.extend_from_slice(&rest[..rest.len().min(MAX_HEAD)]);
                }
                if self.partial.len() == MAX_HEAD {
                    return Err(ProtocolError::HeadTooLong);
                }
                return Ok(None);
            };
            consumed += head.length - before;
            self.partial.clear();
            if self.accept(head)? {
                return Ok(Some(consumed));
            }
        }
    }

    /// Notes what a head says; `false` for an interim one.
    fn accept(&mut self, head: Head) -> Result<bool, ProtocolError> {
        match head.status {
            0..=99 => return Err(ProtocolError::InvalidStatus(head.status)),
            101 => return Err(ProtocolError::SwitchedProtocols),
            100..=199 => {
                self.interim += 1;
                if self.interim > MAX_INTERIM {
                    return Err(ProtocolError::TooManyInterim);
                }
                return Ok(false);
            }
            _ => {}
        }
        self.status = head.status;
        self.keep_alive = head.keep_alive;
        self.location = head.location;
        self.state = match head.framing {
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::Chunked(ChunkedBody::default()),
            Framing::UntilClose => State::UntilClose,
        };
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
