//! Request bodies, taken piece by piece: never more than the input window is in memory.

use super::{Fault, Framing, is_timeout};
use crate::input::Input;

/// Bytes of one line that announces a chunk, with its extensions, which are ignored.
const CHUNK_LINE: usize = 4 * 1024;

/// Bytes of all trailer fields together, which are ignored.
const TRAILERS: usize = 16 * 1024;

/// Where in a body the reader stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// This many bytes of data are left; then the body, or the chunk, ends.
    Data(u64),
    ChunkLine,
    ChunkEnd,
    /// Trailer fields, of which this many bytes were already taken.
    Trailers(usize),
    Done,
}

/// How far a body was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// More has to be read.
    Unfinished,
    /// The body is complete; what follows in the input is the next request.
    Done,
}

/// Takes a body from an input.
#[derive(Debug)]
pub(crate) struct Body {
    state: State,
    is_chunked: bool,
}

impl Body {
    pub(crate) fn new(framing: Framing) -> Self {
        match framing {
            Framing::Length(0) => Self { state: State::Done, is_chunked: false },
            Framing::Length(length) => Self { state: State::Data(length), is_chunked: false },
            Framing::Chunked => Self { state: State::ChunkLine, is_chunked: true },
        }
    }

    /// Takes what is there of the body and hands its data to `use_piece`. Never reads, so that
    /// the caller can do what is due before a wait.
    pub(crate) fn take(
        &mut self,
        input: &mut Input<'_>,
        mut use_piece: impl FnMut(&[u8]) -> Result<(), Fault>,
    ) -> Result<Progress, Fault> {
        loop {
            let has_moved = match self.state {
                State::Done => return Ok(Progress::Done),
                State::Data(_) if input.bytes().is_empty() => false,
                State::Data(left) => {
                    let there = input.bytes();
                    let take = usize::try_from(left).map_or(there.len(), |n| n.min(there.len()));
                    use_piece(&there[..take])?;
                    input.consume(take);
                    self.state = match left - take as u64 {
                        0 if self.is_chunked => State::ChunkEnd,
                        0 => State::Done,
                        left => State::Data(left),
                    };
                    true
                }
                State::ChunkLine => self.chunk_line(input)?,
                State::ChunkEnd => self.chunk_end(input)?,
                State::Trailers(taken) => self.trailer(input, taken)?,
            };
            if !has_moved {
                return Ok(Progress::Unfinished);
            }
        }
    }

    /// Takes the line that announces a chunk; `false` when it is not complete.
    fn chunk_line(&mut self, input: &mut Input<'_>) -> Result<bool, Fault> {
        match httparse::parse_chunk_size(input.bytes()) {
            Ok(httparse::Status::Complete((length, size))) => {
                input.consume(length);
                self.state = if size == 0 { State::Trailers(0) } else { State::Data(size) };
                Ok(true)
            }
            Ok(httparse::Status::Partial) if input.bytes().len() < CHUNK_LINE => Ok(false),
            Ok(httparse::Status::Partial) => Err(Fault::bad("a chunk line is too long")),
            Err(_) => Err(Fault::bad("a chunk size is malformed")),
        }
    }

    /// Takes the line end behind the data of a chunk; `false` when it is not complete.
    fn chunk_end(&mut self, input: &mut Input<'_>) -> Result<bool, Fault> {
        match input.bytes() {
            [] | [b'\r'] => Ok(false),
            [b'\r', b'\n', ..] => {
                input.consume(2);
                self.state = State::ChunkLine;
                Ok(true)
            }
            _ => Err(Fault::bad("a chunk does not end where it should")),
        }
    }

    /// Takes one line of the trailer section; `false` when it is not complete.
    fn trailer(&mut self, input: &mut Input<'_>, taken: usize) -> Result<bool, Fault> {
        let line = input.bytes().iter().position(|&byte| byte == b'\n');
        let length = line.map_or(input.bytes().len(), |at| at + 1);
        if taken + length > TRAILERS {
            return Err(Fault::bad("the trailer fields are too long"));
        }
        let Some(at) = line else { return Ok(false) };
        let is_last = matches!(&input.bytes()[..at], [] | [b'\r']);
        input.consume(length);
        self.state = if is_last { State::Done } else { State::Trailers(taken + length) };
        Ok(true)
    }
}

/// Reads more of an unfinished body.
pub(crate) fn more(input: &mut Input<'_>) -> Result<(), Fault> {
    if input.is_full() {
        return Err(Fault::bad("a line of the body is too long"));
    }
    match input.fill() {
        Ok(0) => Err(Fault::Over),
        Ok(_) => Ok(()),
        Err(error) if is_timeout(&error) => {
            Err(Fault::Refused { status: 408, why: "the request body took too long" })
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::socket::Socket;
    use std::net::Shutdown;
    use std::os::unix::net::UnixStream;

    /// The data of a body and what is left behind it, or the fault.
    fn read(framing: Framing, wire: &[u8], window: usize) -> Result<(Vec<u8>, Vec<u8>), String> {
        let (near, far) = UnixStream::pair().unwrap();
        let (near, far) = (Socket::Unix(near), Socket::Unix(far));
        far.write_all(wire).unwrap();
        far.shutdown(Shutdown::Write);
        let mut input = Input::new(&near, window);
        let mut body = Body::new(framing);
        let mut data = Vec::new();
        let mut keep = |piece: &[u8]| {
            data.extend_from_slice(piece);
            Ok(())
        };
        loop {
            match body.take(&mut input, &mut keep).map_err(|fault| fault.to_string())? {
                Progress::Done => break,
                Progress::Unfinished => more(&mut input).map_err(|fault| fault.to_string())?,
            }
        }
        let mut rest = input.bytes().to_vec();
        while input.fill().unwrap() > 0 {
            rest = input.bytes().to_vec();
        }
        Ok((data, rest))
    }

    #[test]
    fn bodies_end_where_they_say() {
        let cases: [(Framing, &[u8], &str, &str); 6] = [
            (Framing::Length(0), b"GET", "", "GET"),
            (Framing::Length(3), b"abcGET", "abc", "GET"),
            (Framing::Chunked, b"0\r\n\r\nGET", "", "GET"),
            (Framing::Chunked, b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\nGET", "abcde", "GET"),
            (Framing::Chunked, b"1\r\na\r\n0\r\nx-sum: 1\r\ny: 2\r\n\r\nGET", "a", "GET"),
            (Framing::Chunked, b"A\r\n0123456789\r\n0\r\n\r\n", "0123456789", ""),
        ];
        for window in [20, 64, 4096] {
            for (framing, wire, data, rest) in cases {
                let expected = (data.as_bytes().to_vec(), rest.as_bytes().to_vec());
                assert_eq!(read(framing, wire, window), Ok(expected), "{wire:?} in {window}");
            }
        }
    }

    #[test]
    fn faults() {
        let long = [b"1;".as_slice(), &[b'x'; 5000]].concat();
        let trailers = [b"0\r\n".as_slice(), &b"a: 0123456789\r\n".repeat(1500)].concat();
        let cases: [(Framing, &[u8], &str); 6] = [
            (Framing::Length(4), b"abc", "the connection is over"),
            (Framing::Chunked, b"x\r\n", "refused with 400: a chunk size is malformed"),
            (
                Framing::Chunked,
                b"fffffffffffffffff\r\n",
                "refused with 400: a chunk size is malformed",
            ),
            (
                Framing::Chunked,
                b"1\r\nabc",
                "refused with 400: a chunk does not end where it should",
            ),
            (Framing::Chunked, &long, "refused with 400: a chunk line is too long"),
            (Framing::Chunked, &trailers, "refused with 400: the trailer fields are too long"),
        ];
        for (framing, wire, expected) in cases {
            assert_eq!(read(framing, wire, 65_536), Err(expected.to_owned()));
        }
    }
}
