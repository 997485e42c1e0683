//! Services of the bench itself. They understand requests without a body, and just those.

pub(crate) mod fast;
pub(crate) mod stamped;

use std::net::{Ipv4Addr, TcpListener};

use crate::output;

/// A listener on any free port, whose URL is printed for whoever started this process.
fn listen() -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    output::print(&format!("http://{}/\n", listener.local_addr()?))?;
    Ok(listener)
}

/// Finds the ends of request heads in a stream.
#[derive(Debug, Default)]
struct Heads {
    /// How many bytes of the final CR LF CR LF were seen.
    matched: usize,
}

impl Heads {
    /// How many heads end within the next bytes.
    fn count(&mut self, bytes: &[u8]) -> usize {
        const END: &[u8; 4] = b"\r\n\r\n";
        let mut ends = 0;
        for &byte in bytes {
            self.matched = match byte {
                byte if byte == END[self.matched] => self.matched + 1,
                b'\r' => 1,
                _ => 0,
            };
            if self.matched == END.len() {
                (self.matched, ends) = (0, ends + 1);
            }
        }
        ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_end_wherever_the_bytes_are_cut() {
        let stream = b"GET / HTTP/1.1\r\nA: b\r\n\r\nGET /\r\r\n\r\nGET / HTTP";
        assert_eq!(Heads::default().count(stream), 2);
        for size in 1..stream.len() {
            let mut heads = Heads::default();
            let ends: usize = stream.chunks(size).map(|piece| heads.count(piece)).sum();
            assert_eq!(ends, 2, "in pieces of {size}");
        }
    }
}
