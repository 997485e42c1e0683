//! What an exchange over HTTP/2 costs apart from sockets.
//!
//! Requests are encoded on one connection and answered with bytes made before, of which only the
//! numbers of streams change. So this is the time of `iter8-h2` and of nothing else but the copying of
//! these bytes.

use anyhow::{Context, bail, ensure};
use iter8_h2::{Connection, Fields, Head, RequestField, Settings, Sink};

use crate::child;
use crate::output::{self, Output};
use crate::samples::Spread;
use crate::service::CLIENT;

const ROUNDS: usize = 9;
/// A multiple of the streams at a time; so many that starting the program does not count.
const EXCHANGES: u32 = 3_200_000;

/// Streams at a time, as in a usual load test.
const STREAMS: u32 = 32;

/// A message of gRPC: five bytes of its own and a short text.
const MESSAGE: &[u8] = b"\0\0\0\0\x07\x0a\x05world";

const MODES: [(&str, &str); 2] =
    [("get", "GET, 13 bytes of content"), ("grpc", "gRPC, 12 bytes both ways, fields read")];

pub(crate) fn measure(output: &mut Output) -> anyhow::Result<()> {
    output.line(&format!(
        "{ROUNDS} rounds of {EXCHANGES} exchanges, {STREAMS} at a time, nanoseconds of processor time \
         per exchange: median [least … largest]"
    ))?;
    let own = child::own_program()?;
    for (mode, what) in MODES {
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let measured = child::run(Some(CLIENT), &[&own, "h2", mode])?;
            times.push(measured.processor.as_nanos() as f64 / f64::from(EXCHANGES));
        }
        output.line(&format!("{what:<40}{:>24.0}", Spread::of(times)))?;
    }
    Ok(())
}

/// This program as what is measured.
pub(crate) fn exchange(mode: &str) -> anyhow::Result<()> {
    let plan = match mode {
        "get" => Plan::get()?,
        "grpc" => Plan::grpc()?,
        _ => bail!("there is no mode {mode}"),
    };
    let count = run(plan, EXCHANGES)?;
    output::print(&format!("{count} exchanges\n"))
}

/// What is exchanged.
struct Plan {
    settings: Settings,
    head: Head,
    content: &'static [u8],
    /// Frames of a first response, which fills the table, and of the others.
    responses: [Vec<u8>; 2],
}

impl Plan {
    fn get() -> anyhow::Result<Self> {
        let head = Head::new([
            RequestField::stable(":method", "GET"),
            RequestField::stable(":scheme", "http"),
            RequestField::stable(":authority", "web:8080"),
            RequestField::stable(":path", "/hello"),
            RequestField::stable("user-agent", "iter8"),
        ])?;
        let fields = [("content-type", "text/plain"), ("content-length", "13")];
        let date = ("date", "Wed, 25 Nov 2026 03:00:00 GMT");
        let first = kept(&[fields[0], fields[1], date]);
        let content = frame(0, 1, b"Hello, world!");
        Ok(Self {
            settings: Settings { fields: Fields::Ignored, ..Settings::default() },
            head,
            content: &[],
            responses: [first, vec![0x88, 0xc0, 0xbf, 0xbe]]
                .map(|block| [frame(1, 4, &block), content.clone()].concat()),
        })
    }

    fn grpc() -> anyhow::Result<Self> {
        let head = Head::new([
            RequestField::stable(":method", "POST"),
            RequestField::stable(":scheme", "http"),
            RequestField::stable(":authority", "web:8080"),
            RequestField::stable(":path", "/helloworld.Greeter/SayHello"),
            RequestField::stable("te", "trailers"),
            RequestField::stable("content-type", "application/grpc"),
            RequestField::stable("user-agent", "iter8"),
            RequestField::varying("grpc-timeout", "20000000u"),
        ])?;
        let first = kept(&[("content-type", "application/grpc")]);
        let trailers = &kept(&[("grpc-status", "0"), ("grpc-message", "")])[1..];
        let message = frame(0, 0, MESSAGE);
        let response = |head: &[u8], trailers: &[u8]| {
            [frame(1, 4, head), message.clone(), frame(1, 5, trailers)].concat()
        };
        Ok(Self {
            settings: Settings::default(),
            head,
            content: MESSAGE,
            responses: [response(&first, trailers), response(&[0x88, 0xc0], &[0xbf, 0xbe])],
        })
    }
}

fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    // Payloads here are shorter than 256 bytes.
    let length = payload.len().to_le_bytes()[0];
    [&[0, 0, length, kind, flags, 0, 0, 0, 0], payload].concat()
}

/// Status 200 and fields that enter the table.
fn kept(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut block = vec![0x88];
    for (name, value) in fields {
        block.push(0x40);
        for text in [name, value] {
            block.push(text.len().to_le_bytes()[0]);
            block.extend_from_slice(text.as_bytes());
        }
    }
    block
}

/// Counts what comes.
#[derive(Debug, Default)]
struct Counter {
    right: u32,
    ended: u32,
    bytes: usize,
    is_ok: bool,
}

impl Sink for Counter {
    fn head(&mut self, _: u32, status: u16) {
        self.right += u32::from(status == 200);
    }

    fn field(&mut self, _: u32, name: &[u8], value: &[u8]) {
        self.is_ok |= name == b"grpc-status" && value == b"0";
    }

    fn data(&mut self, _: u32, data: &[u8]) {
        self.bytes += data.len();
    }

    fn end(&mut self, _: u32) {
        self.ended += 1;
    }
}

fn run(mut plan: Plan, exchanges: u32) -> anyhow::Result<u32> {
    let mut connection = Connection::new(&plan.settings);
    let mut counter = Counter::default();
    connection.receive(&frame(4, 0, &[]), &mut counter)?;
    let timeout = plan.head.slot("grpc-timeout");
    let [first, later] = &plan.responses;
    let mut answers = Vec::new();
    let mut sent = 0;
    let mut begun = 0;
    while begun < exchanges {
        answers.clear();
        for token in 0..STREAMS {
            if let Some(slot) = timeout {
                plan.head.set(slot, b"19999999u");
            }
            let is_end = plan.content.is_empty();
            let stream = connection.open(token, &plan.head, is_end).context("no free stream")?;
            if !is_end {
                connection.send(stream, plan.content, true);
            }
            let response = if begun == 0 { first } else { later };
            answer(&mut answers, response, stream.number());
            begun += 1;
        }
        sent += std::hint::black_box(connection.output()).len();
        connection.advance(connection.output().len());
        connection.receive(&answers, &mut counter)?;
    }
    ensure!(counter.ended == begun && counter.right == begun, "{counter:?} of {begun}");
    ensure!(sent > 0 && counter.bytes > 0 && (plan.content.is_empty() || counter.is_ok));
    Ok(begun)
}

/// Appends a response with this number in the head of each frame.
fn answer(answers: &mut Vec<u8>, response: &[u8], stream: u32) {
    let mut head = answers.len();
    answers.extend_from_slice(response);
    while head < answers.len() {
        answers[head + 5..head + 9].copy_from_slice(&stream.to_be_bytes());
        head += 9 + usize::from(answers[head + 2]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_are_exchanged() {
        for plan in [Plan::get().unwrap(), Plan::grpc().unwrap()] {
            assert_eq!(run(plan, 100).unwrap(), 128);
        }
    }
}
