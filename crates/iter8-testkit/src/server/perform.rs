//! One connection of a scripted server: reading requests and performing steps.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::{IO_LIMIT, Stage};
use crate::capture::Reader;
use crate::script::Step;

/// Bytes of streamed bodies written at once.
const BLOCK: usize = 64 * 1024;

/// What streamed bodies consist of.
static FILLER: [u8; BLOCK] = [b'x'; BLOCK];

/// What a step leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    /// The connection is kept.
    Kept,
    /// It is to be closed.
    Closed,
}

/// Serves one connection to its end.
pub(super) fn converse(stage: &Stage, stream: &TcpStream, number: usize) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(IO_LIMIT))?;
    let mut actor =
        Actor { stage, stream, reader: Reader::new(stream, number), had: 0, idle_answers: 0 };
    if actor.is_over_at_once()? {
        return Ok(());
    }
    while actor.answer_one()? == After::Kept {}
    Ok(())
}

struct Actor<'a> {
    stage: &'a Stage,
    stream: &'a TcpStream,
    reader: Reader<&'a TcpStream>,
    /// Requests of this connection so far.
    had: usize,
    /// Answers so far of the step that closes after some.
    idle_answers: usize,
}

impl Actor<'_> {
    /// Performs a step that is due before anything is read; whether there was one.
    fn is_over_at_once(&mut self) -> io::Result<bool> {
        use std::sync::atomic::Ordering::SeqCst;
        let script = &self.stage.script;
        let step_of =
            |turn: usize| script.steps(turn).first().filter(|step| step.is_after_accept());
        let due = if script.is_per_connection() {
            step_of(0)
        } else {
            // The turn is taken only if it is such a step: else the first request takes it.
            let taken = self
                .stage
                .turns
                .fetch_update(SeqCst, SeqCst, |turn| step_of(turn).map(|_| turn + 1));
            taken.ok().and_then(step_of)
        };
        let Some(step) = due else { return Ok(false) };
        self.perform(step)?;
        Ok(true)
    }

    fn answer_one(&mut self) -> io::Result<After> {
        let Some(mut request) = self.reader.head()? else { return Ok(After::Closed) };
        let turn = self.stage.next_turn(self.had);
        self.had += 1;
        let mut steps = self.stage.script.steps(turn);
        let mut is_awaited = true;
        if let [Step::Interim100, rest @ ..] = steps {
            self.perform(&Step::Interim100)?;
            steps = rest;
        } else if request.expects_continue() {
            // Never asked, the client need not send the body, and nothing after it can be read.
            is_awaited = false;
        }
        let closes = request.asks_for_close() || !is_awaited;
        let read = if is_awaited { self.reader.body(&mut request) } else { Ok(()) };
        let answered;
        if let (Some(answer), Ok(())) = (&self.stage.answer, &read) {
            answered = (answer.0)(&request);
            steps = &answered;
        }
        self.stage.keep(request);
        read?;
        for step in steps {
            if self.perform(step)? == After::Closed {
                return Ok(After::Closed);
            }
        }
        Ok(if closes { After::Closed } else { After::Kept })
    }

    fn perform(&mut self, step: &Step) -> io::Result<After> {
        match step {
            Step::Reply { status, headers, body } => self.send(&reply(*status, headers, body)),
            Step::Raw(bytes) => self.send(bytes),
            Step::SlowBytes { bytes, gap } => self.send_slowly(bytes, *gap),
            Step::Wait(span) => Ok(self.wait(*span)),
            Step::Reset | Step::ResetAfterAccept => {
                rustix::net::sockopt::set_socket_linger(self.stream, Some(Duration::ZERO))?;
                Ok(After::Closed)
            }
            Step::Close | Step::CloseAfterAccept => Ok(After::Closed),
            Step::NeverAnswer => {
                self.reader.drain()?;
                Ok(After::Closed)
            }
            Step::Garbage { seed, bytes } => {
                self.send(&garbage(*seed, *bytes))?;
                Ok(After::Closed)
            }
            Step::Endless => self.send_for_ever(),
            Step::Sized { bytes } => {
                self.send(&head(&format!("content-length: {bytes}\r\n")))?;
                self.send_body(*bytes, false)
            }
            Step::ChunkedSized { bytes } => {
                self.send(&head("transfer-encoding: chunked\r\n"))?;
                self.send_body(*bytes, true)?;
                self.send(b"0\r\n\r\n")
            }
            Step::LyingLength { said, sent } => {
                self.send(&head(&format!("content-length: {said}\r\n")))?;
                self.send_body(*sent, false)?;
                Ok(if sent < said { After::Closed } else { After::Kept })
            }
            Step::TwoResponses => {
                self.send(&[reply(200, &[], b"first"), reply(200, &[], b"second")].concat())
            }
            Step::HeadOfBytes(bytes) => self.send(&head_of(*bytes)),
            Step::Interim100 => self.send(b"HTTP/1.1 100 Continue\r\n\r\n"),
            Step::KeepAliveThenClose { after } => {
                self.send(&reply(
                    200,
                    &[("connection".to_owned(), "keep-alive".to_owned())],
                    b"ok",
                ))?;
                self.idle_answers += 1;
                Ok(if self.idle_answers < *after { After::Kept } else { After::Closed })
            }
        }
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<After> {
        let mut stream = self.stream;
        stream.write_all(bytes)?;
        Ok(After::Kept)
    }

    fn send_slowly(&mut self, bytes: &[u8], gap: Duration) -> io::Result<After> {
        for (at, byte) in bytes.iter().enumerate() {
            if at > 0 && self.wait(gap) == After::Closed {
                return Ok(After::Closed);
            }
            self.send(&[*byte])?;
        }
        Ok(After::Kept)
    }

    fn send_body(&mut self, bytes: u64, is_chunked: bool) -> io::Result<After> {
        let mut left = bytes;
        while left > 0 {
            let take = usize::try_from(left).map_or(BLOCK, |left| left.min(BLOCK));
            if is_chunked {
                self.send(format!("{take:x}\r\n").as_bytes())?;
            }
            self.send(&FILLER[..take])?;
            if is_chunked {
                self.send(b"\r\n")?;
            }
            left -= take as u64;
        }
        Ok(After::Kept)
    }

    /// Ends by the error that the peer or the stop causes.
    fn send_for_ever(&mut self) -> io::Result<After> {
        self.send(&head("connection: close\r\n"))?;
        while !self.stage.is_stopping() {
            self.send(&FILLER)?;
        }
        Ok(After::Closed)
    }

    fn wait(&self, span: Duration) -> After {
        if self.stage.wait(span) { After::Kept } else { After::Closed }
    }
}

/// The head of a 200 with these fields, each with its line end.
fn head(fields: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\n{fields}\r\n").into_bytes()
}

fn reply(status: u16, headers: &[(String, String)], body: &[u8]) -> Vec<u8> {
    let mut out = format!("HTTP/1.1 {status} Scripted\r\n");
    for (name, value) in headers {
        // Writing to a string cannot fail.
        let _ = write!(out, "{name}: {value}\r\n");
    }
    let frames = |name: &str| {
        name.eq_ignore_ascii_case("content-length")
            || name.eq_ignore_ascii_case("transfer-encoding")
    };
    if !headers.iter().any(|(name, _)| frames(name)) {
        let _ = write!(out, "content-length: {}\r\n", body.len());
    }
    out.push_str("\r\n");
    let mut out = out.into_bytes();
    out.extend_from_slice(body);
    out
}

/// A head of `bytes` bytes, as near as its fixed parts allow.
fn head_of(bytes: usize) -> Vec<u8> {
    let fixed = head("content-length: 0\r\nfiller: \r\n").len();
    let filler = "x".repeat(bytes.saturating_sub(fixed));
    head(&format!("content-length: 0\r\nfiller: {filler}\r\n"))
}

/// Random bytes by xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift
/// generators, scrambled", 2016). The seed is made odd, as zero is no state.
fn garbage(seed: u64, bytes: usize) -> Vec<u8> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_be_bytes()[0]
    };
    (0..bytes).map(|_| next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_have_the_size_asked_for() {
        for bytes in [48, 49, 8192, 100_000] {
            assert_eq!(head_of(bytes).len(), bytes);
        }
        assert_eq!(head_of(0).len(), 48);
    }

    #[test]
    fn garbage_repeats() {
        assert_eq!(garbage(3, 100), garbage(3, 100));
        assert_ne!(garbage(3, 100), garbage(5, 100));
        assert_eq!(garbage(0, 7).len(), 7);
    }

    #[test]
    fn a_length_is_added_unless_given() {
        let text =
            |headers: &[(String, String)]| String::from_utf8(reply(204, headers, b"ab")).unwrap();
        assert_eq!(text(&[]), "HTTP/1.1 204 Scripted\r\ncontent-length: 2\r\n\r\nab");
        let own = [("Content-Length".to_owned(), "9".to_owned())];
        assert_eq!(text(&own), "HTTP/1.1 204 Scripted\r\nContent-Length: 9\r\n\r\nab");
    }
}
