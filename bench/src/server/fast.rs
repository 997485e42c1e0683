//! The fastest service that one thread can be: it answers at once and looks at nothing.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use anyhow::Context;
use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};

use super::{Heads, listen};

pub(crate) const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\nHello, world!";

/// The token of the listener; connections have smaller ones.
const LISTENER: u64 = u64::MAX;

/// Serves until it is killed.
pub(crate) fn serve() -> anyhow::Result<()> {
    let listener = listen()?;
    let epoll = epoll::create(CreateFlags::CLOEXEC).context("failed to make an epoll")?;
    epoll::add(&epoll, &listener, EventData::new_u64(LISTENER), EventFlags::IN)?;
    let mut connections: Vec<Option<Connection>> = Vec::new();
    let mut events = Vec::with_capacity(64);
    loop {
        events.clear();
        epoll::wait(&epoll, spare_capacity(&mut events), None)?;
        for event in &events {
            let token = event.data.u64();
            if token == LISTENER {
                let (stream, _) = listener.accept()?;
                stream.set_nonblocking(true)?;
                stream.set_nodelay(true)?;
                let data = EventData::new_u64(connections.len() as u64);
                epoll::add(&epoll, &stream, data, EventFlags::IN)?;
                connections.push(Some(Connection { stream, heads: Heads::default() }));
                continue;
            }
            let slot = usize::try_from(token).ok().and_then(|index| connections.get_mut(index));
            if let Some(slot) = slot
                && slot.as_mut().is_some_and(|connection| connection.answer().is_err())
            {
                *slot = None;
            }
        }
    }
}

struct Connection {
    stream: TcpStream,
    heads: Heads,
}

impl Connection {
    /// Answers what has come; an error also at the end of the stream.
    fn answer(&mut self) -> std::io::Result<()> {
        let mut buffer = [0; 16 * 1024];
        let length = match self.stream.read(&mut buffer) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(length) => length,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        };
        for _ in 0..self.heads.count(&buffer[..length]) {
            self.stream.write_all(ANSWER)?;
        }
        Ok(())
    }
}
