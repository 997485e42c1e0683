//! Reading requests and keeping them for assertions.

use std::io::{self, Read};

/// Bytes of a head; a longer one ends the connection.
const HEAD_MOST: usize = 1 << 20;

/// Bytes of a body that are kept; all of them are counted.
const BODY_KEPT: usize = 1 << 20;

/// A request as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    /// The number of the connection, from 0 in the order of arrival.
    pub connection: usize,
    /// The head with its empty line; bytes outside UTF-8 are replaced.
    pub head: String,
    /// The body without the framing of chunks, cut at 1 MiB.
    pub body: Vec<u8>,
    /// Bytes of the whole body.
    pub body_size: u64,
}

impl Captured {
    /// The method.
    pub fn method(&self) -> &str {
        self.head.split(' ').next().unwrap_or_default()
    }

    /// The target, usually path and query.
    pub fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// The value of the first header field of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        fields
            .filter(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .next()
    }

    /// Whether the client waits to be asked for the body.
    pub(crate) fn expects_continue(&self) -> bool {
        self.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue"))
    }

    /// Whether the client wants the connection to be closed.
    pub(crate) fn asks_for_close(&self) -> bool {
        let option = self.header("connection").unwrap_or_default();
        option.eq_ignore_ascii_case("close")
            || (self.head.contains(" HTTP/1.0\r\n") && !option.eq_ignore_ascii_case("keep-alive"))
    }
}

/// Reads requests from a stream one after the other.
#[derive(Debug)]
pub(crate) struct Reader<R> {
    stream: R,
    connection: usize,
    ahead: Vec<u8>,
}

impl<R: Read> Reader<R> {
    pub(crate) fn new(stream: R, connection: usize) -> Self {
        Self { stream, connection, ahead: Vec::new() }
    }

    /// Reads a head; `None` when the stream ends before one is complete.
    pub(crate) fn head(&mut self) -> io::Result<Option<Captured>> {
        loop {
            if let Some(at) = self.ahead.windows(4).position(|four| four == b"\r\n\r\n") {
                let head: Vec<u8> = self.ahead.drain(..at + 4).collect();
                let head = String::from_utf8_lossy(&head).into_owned();
                let connection = self.connection;
                return Ok(Some(Captured { connection, head, body: Vec::new(), body_size: 0 }));
            }
            if self.ahead.len() > HEAD_MOST || !self.more()? {
                return Ok(None);
            }
        }
    }

    /// Reads the body that belongs to the head of `request`.
    pub(crate) fn body(&mut self, request: &mut Captured) -> io::Result<()> {
        let is_chunked = request.header("transfer-encoding").is_some();
        if !is_chunked {
            let length = request.header("content-length").and_then(|text| text.parse().ok());
            return self.piece(length.unwrap_or(0), request);
        }
        loop {
            let line = self.line()?;
            let digits = line.split(';').next().unwrap_or_default().trim();
            let size = u64::from_str_radix(digits, 16)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
            if size == 0 {
                while !self.line()?.is_empty() {}
                return Ok(());
            }
            self.piece(size, request)?;
            self.line()?;
        }
    }

    /// Reads and forgets until the stream ends.
    pub(crate) fn drain(&mut self) -> io::Result<()> {
        let mut scrap = [0; 4096];
        while self.stream.read(&mut scrap)? > 0 {}
        Ok(())
    }

    fn piece(&mut self, size: u64, request: &mut Captured) -> io::Result<()> {
        let mut left = size;
        while left > 0 {
            if self.ahead.is_empty() && !self.more()? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let take = usize::try_from(left).map_or(self.ahead.len(), |n| n.min(self.ahead.len()));
            let room = (BODY_KEPT - request.body.len()).min(take);
            request.body.extend_from_slice(&self.ahead[..room]);
            request.body_size += take as u64;
            self.ahead.drain(..take);
            left -= take as u64;
        }
        Ok(())
    }

    fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(at) = self.ahead.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = self.ahead.drain(..=at).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            if self.ahead.len() > HEAD_MOST || !self.more()? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// Reads more ahead; `false` at the end of the stream.
    fn more(&mut self) -> io::Result<bool> {
        let mut piece = [0; 16 * 1024];
        let count = self.stream.read(&mut piece)?;
        self.ahead.extend_from_slice(&piece[..count]);
        Ok(count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(wire: &str) -> Vec<Captured> {
        let mut reader = Reader::new(wire.as_bytes(), 7);
        let mut all = Vec::new();
        while let Some(mut request) = reader.head().unwrap() {
            reader.body(&mut request).unwrap();
            all.push(request);
        }
        all
    }

    #[test]
    fn pipelined_requests_are_told_apart() {
        let all = read(
            "POST /a?b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc\
             PUT /c HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n\
             2;x=1\r\nde\r\n1\r\nf\r\n0\r\nsum: 1\r\n\r\nGET /g HTTP/1.0\r\n\r\nGET /cut HT",
        );
        let shown: Vec<(&str, &str, &[u8], u64)> =
            all.iter().map(|r| (r.method(), r.target(), r.body.as_slice(), r.body_size)).collect();
        assert_eq!(
            shown,
            [
                ("POST", "/a?b", b"abc".as_slice(), 3),
                ("PUT", "/c", b"def".as_slice(), 3),
                ("GET", "/g", b"".as_slice(), 0),
            ]
        );
        assert_eq!(all[0].header("HOST"), Some("x"));
        assert_eq!(all[0].header("none"), None);
        assert_eq!(all[0].connection, 7);
        assert!(!all[0].asks_for_close() && all[2].asks_for_close());
    }

    #[test]
    fn large_bodies_are_counted_and_cut() {
        let size = BODY_KEPT + 10;
        let wire = format!("POST / HTTP/1.1\r\ncontent-length: {size}\r\n\r\n{}", "x".repeat(size));
        let all = read(&wire);
        assert_eq!((all[0].body.len(), all[0].body_size), (BODY_KEPT, size as u64));
    }

    #[test]
    fn cut_bodies_are_errors() {
        for body in ["content-length: 5\r\n\r\nabc", "transfer-encoding: chunked\r\n\r\n5\r\nabc"] {
            let wire = format!("POST / HTTP/1.1\r\n{body}");
            let mut reader = Reader::new(wire.as_bytes(), 0);
            let mut request = reader.head().unwrap().unwrap();
            let error = reader.body(&mut request).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
            assert_eq!(request.body, b"abc");
        }
    }
}
