//! The bytes that came in on a connection and were not yet taken.

use std::io;

use crate::socket::Socket;

/// Bytes the buffer begins with: more than nearly every head, and fair pieces of a large body.
const FIRST: usize = 16 * 1024;

/// A growing window on a socket. What a client sent ahead stays in it for the next request.
#[derive(Debug)]
pub(crate) struct Input<'a> {
    socket: &'a Socket,
    buffer: Vec<u8>,
    begin: usize,
    end: usize,
    most: usize,
}

impl<'a> Input<'a> {
    /// A window of at most `most` bytes.
    pub(crate) fn new(socket: &'a Socket, most: usize) -> Self {
        let most = most.max(1);
        Self { socket, buffer: vec![0; FIRST.min(most)], begin: 0, end: 0, most }
    }

    /// The bytes that are there.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[self.begin..self.end]
    }

    /// Whether no further byte has room.
    pub(crate) fn is_full(&self) -> bool {
        self.end - self.begin == self.most
    }

    /// Takes the first `count` bytes away.
    pub(crate) fn consume(&mut self, count: usize) {
        assert!(count <= self.end - self.begin, "only bytes that are there can be taken");
        self.begin += count;
        if self.begin == self.end {
            (self.begin, self.end) = (0, 0);
        }
    }

    /// Reads more; 0 at the end of the stream. Must not be called when full.
    pub(crate) fn fill(&mut self) -> io::Result<usize> {
        assert!(!self.is_full(), "there is room for what is read");
        if self.end == self.buffer.len() {
            if self.begin > 0 {
                self.buffer.copy_within(self.begin..self.end, 0);
                self.end -= self.begin;
                self.begin = 0;
            } else {
                self.buffer.resize((self.buffer.len() * 2).min(self.most), 0);
            }
        }
        let count = self.socket.read(&mut self.buffer[self.end..])?;
        self.end += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixStream;

    #[test]
    fn keeps_what_was_not_taken() {
        let (near, far) = UnixStream::pair().unwrap();
        let (near, far) = (Socket::Unix(near), Socket::Unix(far));
        let mut input = Input::new(&near, 6);
        far.write_all(b"abcd").unwrap();
        assert_eq!(input.fill().unwrap(), 4);
        input.consume(3);
        far.write_all(b"efghi").unwrap();
        assert_eq!(input.fill().unwrap(), 2);
        assert!(!input.is_full());
        input.fill().unwrap();
        assert!(input.is_full());
        assert_eq!(input.bytes(), b"defghi");
        input.consume(6);
        assert_eq!(input.bytes(), b"");
        drop(far);
        assert_eq!(input.fill().unwrap(), 0);
    }

    #[test]
    fn grows_to_its_bound() {
        let (near, far) = UnixStream::pair().unwrap();
        let (near, far) = (Socket::Unix(near), Socket::Unix(far));
        far.write_all(&vec![7; 20_000]).unwrap();
        let mut input = Input::new(&near, 20_000);
        while !input.is_full() {
            assert_ne!(input.fill().unwrap(), 0);
        }
        assert_eq!(input.bytes(), vec![7; 20_000]);
    }
}
