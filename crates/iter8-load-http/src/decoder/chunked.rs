//! The end of a chunked body (RFC 9112, section 7.1).

use super::ProtocolError;

/// Longest line with the size and the extensions of a chunk: nobody uses extensions.
const MAX_LINE: u32 = 4 * 1024;

/// Longest trailer section: as much as a head.
const MAX_TRAILERS: u32 = 64 * 1024;

/// A chunked body of which nothing is kept but its place.
#[derive(Debug, Default)]
pub(super) struct ChunkedBody {
    state: State,
    /// Size of the chunk being read, or what is left of it.
    size: u64,
    /// Bytes of the size line, or of the trailers, so far.
    line: u32,
    body_bytes: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    /// Before the first digit of a size.
    #[default]
    Start,
    Size,
    /// Blanks after the size.
    Blank,
    Extension,
    /// After the CR of a size line.
    SizeEnd,
    Data,
    /// Before the line end that follows the data.
    DataEnd,
    /// After the CR of that.
    DataLineFeed,
    /// At the beginning of a line after the last chunk.
    TrailerStart,
    Trailer,
    /// After the CR of the empty line that ends it all.
    LastLineFeed,
}

impl ChunkedBody {
    /// Bytes of the chunks so far.
    pub(super) fn body_bytes(&self) -> u64 {
        self.body_bytes
    }

    /// Takes the next bytes; how many of them belong to the body, once it is complete.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Result<Option<usize>, ProtocolError> {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if self.state == State::Data {
                at += self.skip(bytes.len() - at);
                continue;
            }
            at += 1;
            if self.step(byte)? {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// Skips data of the chunk, as many as there are of `available` bytes.
    fn skip(&mut self, available: usize) -> usize {
        let length = usize::try_from(self.size).map_or(available, |size| size.min(available));
        self.size -= length as u64;
        self.body_bytes = self.body_bytes.saturating_add(length as u64);
        if self.size == 0 {
            self.state = State::DataEnd;
        }
        length
    }

    /// Takes one byte that is not data; `true` after the last one of the body. A line may end
    /// with a bare LF, as RFC 9112, section 2.2, allows recipients to accept.
    fn step(&mut self, byte: u8) -> Result<bool, ProtocolError> {
        let next = match (self.state, byte) {
            (State::Start | State::Size, b) if b.is_ascii_hexdigit() => {
                self.add_digit(b)?;
                State::Size
            }
            (State::Size | State::Blank, b' ' | b'\t') => State::Blank,
            (State::Size | State::Blank | State::Extension, b'\r') => State::SizeEnd,
            (State::Size | State::Blank | State::Extension | State::SizeEnd, b'\n') => {
                self.line = 0;
                if self.size == 0 { State::TrailerStart } else { State::Data }
            }
            (State::Size | State::Blank, b';') | (State::Extension, _) => State::Extension,
            (State::DataEnd, b'\r') => State::DataLineFeed,
            (State::DataEnd | State::DataLineFeed, b'\n') => State::Start,
            (State::TrailerStart, b'\r') => State::LastLineFeed,
            (State::TrailerStart | State::LastLineFeed, b'\n') => return Ok(true),
            (State::Trailer, b'\n') => State::TrailerStart,
            (State::TrailerStart | State::Trailer, _) => State::Trailer,
            _ => return Err(ProtocolError::MalformedChunk),
        };
        self.state = next;
        self.limit()?;
        Ok(false)
    }

    fn add_digit(&mut self, byte: u8) -> Result<(), ProtocolError> {
        let digit = char::from(byte).to_digit(16).ok_or(ProtocolError::MalformedChunk)?;
        let size = self.size.checked_mul(16).ok_or(ProtocolError::MalformedChunk)?;
        self.size = size | u64::from(digit);
        Ok(())
    }

    /// Counts the bytes that carry nothing, so that a server cannot send them for ever.
    fn limit(&mut self) -> Result<(), ProtocolError> {
        let most = match self.state {
            State::Size | State::Blank | State::Extension => MAX_LINE,
            State::Trailer | State::TrailerStart => MAX_TRAILERS,
            _ => return Ok(()),
        };
        self.line += 1;
        if self.line > most { Err(ProtocolError::ChunkLineTooLong) } else { Ok(()) }
    }
}
