//! The least that a client can do: the loop of iter8 without all that makes a load test.
//!
//! It sends a fixed request, counts bytes until the length of the answer is reached, and sends
//! again. Nothing is read, timed or recorded, so that whatever a client takes beyond this is its own.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, ensure};
use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};

use crate::clock::Moment;
use crate::output;
use crate::server::fast::ANSWER;

/// The word by which this program is told to be it.
pub(crate) const NAME: &str = "bound";

/// Requests between two looks at the clock.
const STRIDE: u64 = 1024;

/// This program as what is measured: as many requests as go in these seconds. It reports as
/// `wrk.lua` does.
pub(crate) fn run(address: &str, connections: &str, seconds: &str) -> anyhow::Result<()> {
    let (connections, seconds): (u64, u64) = (connections.parse()?, seconds.parse()?);
    let (epoll, mut streams) = connect(address, connections)?;
    let request = format!("GET / HTTP/1.1\r\nHost: {address}\r\nUser-Agent: bound\r\n\r\n");
    for stream in &mut streams {
        stream.write_all(request.as_bytes())?;
    }
    let mut left = vec![ANSWER.len(); streams.len()];
    let (begun, limit) = (Moment::now(), Duration::from_secs(seconds));
    let (mut done, mut look) = (0, STRIDE);
    let mut events = Vec::with_capacity(64);
    let mut buffer = vec![0; 64 * 1024];
    while done < look || begun.elapsed() < limit {
        if done >= look {
            look += STRIDE;
        }
        events.clear();
        epoll::wait(&epoll, spare_capacity(&mut events), None)?;
        for event in &events {
            let index = usize::try_from(event.data.u64())?;
            let received = match streams[index].read(&mut buffer) {
                Ok(received) => received,
                Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
                Err(error) => return Err(error).context("failed to receive"),
            };
            ensure!((1..=left[index]).contains(&received), "the answer has another length");
            left[index] -= received;
            if left[index] == 0 {
                left[index] = ANSWER.len();
                done += 1;
                streams[index].write_all(request.as_bytes())?;
            }
        }
    }
    output::print(&format!("#total {done} {}\n", begun.elapsed().as_micros()))
}

fn connect(
    address: &str,
    connections: u64,
) -> anyhow::Result<(std::os::fd::OwnedFd, Vec<TcpStream>)> {
    let epoll = epoll::create(CreateFlags::CLOEXEC)?;
    let mut streams = Vec::new();
    for token in 0..connections {
        let stream = TcpStream::connect(address).context("the service is gone")?;
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        let flags = EventFlags::IN | EventFlags::OUT | EventFlags::RDHUP | EventFlags::ET;
        epoll::add(&epoll, &stream, EventData::new_u64(token), flags)?;
        streams.push(stream);
    }
    Ok((epoll, streams))
}
