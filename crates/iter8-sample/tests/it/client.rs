//! A client that reads answers strictly.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use iter8_sample::{Listen, Running, SampleConfig, serve};

pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// An answer, its body put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A connection to a service.
pub(crate) struct Client<S: Read> {
    stream: BufReader<S>,
}

pub(crate) fn start(config: SampleConfig) -> Running {
    serve(config).unwrap()
}

pub(crate) fn connect(running: &Running) -> Client<TcpStream> {
    let Listen::Tcp(address) = running.address() else { panic!("a TCP service") };
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream.set_nodelay(true).unwrap();
    Client { stream: BufReader::new(stream) }
}

pub(crate) fn connect_unix(running: &Running) -> Client<UnixStream> {
    let Listen::Unix(path) = running.address() else { panic!("a unix service") };
    let stream = UnixStream::connect(path).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    Client { stream: BufReader::new(stream) }
}

impl<S: Read + Write> Client<S> {
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.get_mut().write_all(bytes.as_ref()).unwrap();
    }

    /// One GET and its answer.
    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.send(format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n"));
        self.answer()
    }

    /// The next answer with its body.
    pub(crate) fn answer(&mut self) -> Answer {
        let mut answer = self.head();
        if answer.header("transfer-encoding") == Some("chunked") {
            loop {
                let size = usize::from_str_radix(self.line().trim_end(), 16).unwrap();
                let piece = self.exactly(size + 2);
                assert!(piece.ends_with(b"\r\n"));
                if size == 0 {
                    break;
                }
                answer.body.extend_from_slice(&piece[..size]);
            }
        } else if let Some(length) = answer.header("content-length") {
            answer.body = self.exactly(length.parse().unwrap());
        }
        answer
    }

    /// The next head; its body is not read.
    pub(crate) fn head(&mut self) -> Answer {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            head.push_str(&self.line());
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head, body: Vec::new() }
    }

    pub(crate) fn exactly(&mut self, size: usize) -> Vec<u8> {
        let mut bytes = vec![0; size];
        self.stream.read_exact(&mut bytes).unwrap();
        bytes
    }

    /// Whether the server closes without sending anything more.
    pub(crate) fn is_closed(&mut self) -> bool {
        match self.stream.fill_buf() {
            Ok(bytes) => bytes.is_empty(),
            Err(error) => error.kind() == ErrorKind::ConnectionReset,
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert_ne!(self.stream.read_line(&mut line).unwrap(), 0, "the server closed");
        line
    }
}
