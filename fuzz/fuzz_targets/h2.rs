//! What an HTTP/2 server may send, cut at any place, with a user who does this and that meanwhile.
//!
//! The first two bytes of the input are options and a seed of cuts and deeds. With the lowest bit,
//! the rest is frames in short form, of which heads and lengths are made right: type, flags,
//! stream, length, payload. Without it, the rest is the bytes of the server as they are.
//!
//! Nothing panics; events come in their order; however the bytes are cut, they are the same; what
//! we send are whole frames, no longer than the peer allows; and memory for it is bounded.

#![no_main]

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use iter8_h2::{
    Cause, Connection, ConnectionError, ErrorCode, Fields, Head, OUTPUT_BOUND, RequestField,
    Settings, Sink, StreamId,
};
use libfuzzer_sys::fuzz_target;

/// Longest stream that is also fed byte by byte.
const BYTE_BY_BYTE: usize = 2_000;

/// A body that no window takes at once.
static BODY: LazyLock<Arc<[u8]>> = LazyLock::new(|| vec![1; 100_000].into());

fuzz_target!(|data: &[u8]| {
    let Some((&[options, seed], rest)) = data.split_first_chunk() else { return };
    let stream = if options & 1 != 0 { frames(rest) } else { rest.to_vec() };
    let settings = settings(options);
    let whole = feed(&[&stream], &settings);
    assert_eq!(feed(&cut(&stream, seed), &settings), whole, "cut with seed {seed}");
    if stream.len() <= BYTE_BY_BYTE {
        let bytes: Vec<&[u8]> = stream.chunks(1).collect();
        assert_eq!(feed(&bytes, &settings), whole, "byte by byte");
    }
    meddle(&cut(&stream, seed), &settings, seed);
});

fn settings(options: u8) -> Settings {
    let is_small = options & 2 != 0;
    Settings {
        stream_window: if is_small { 50 } else { 1 << 20 },
        header_table_size: if is_small { 100 } else { 4_096 },
        max_header_list_size: if is_small { 300 } else { 64 << 10 },
        fields: if options & 4 != 0 { Fields::Ignored } else { Fields::Reported },
        ..Settings::default()
    }
}

/// SETTINGS and the frames of the short form.
fn frames(mut rest: &[u8]) -> Vec<u8> {
    let mut stream = vec![0, 0, 0, 4, 0, 0, 0, 0, 0];
    while let Some((&[kind, flags, number, length], behind)) = rest.split_first_chunk() {
        let (payload, behind) = behind.split_at(behind.len().min(length.into()));
        let length = payload.len().to_be_bytes()[7];
        stream.extend_from_slice(&[0, 0, length, kind % 12, flags, 0, 0, 0, number]);
        stream.extend_from_slice(payload);
        rest = behind;
    }
    stream
}

/// Pieces of irregular lengths, at most 64 of them and one for the rest.
fn cut(stream: &[u8], seed: u8) -> Vec<&[u8]> {
    let mut state = u32::from(seed);
    let mut rest = stream;
    let mut pieces = Vec::new();
    while !rest.is_empty() && pieces.len() < 64 {
        let widths = [1, 4, 40, 400];
        let length = next(&mut state) as usize % widths[state as usize >> 28 & 3] + 1;
        let (piece, left) = rest.split_at(length.min(rest.len()));
        pieces.push(piece);
        rest = left;
    }
    pieces.push(rest);
    pieces
}

/// Constants of Numerical Recipes, section 7.1; the upper bits are the better ones.
fn next(state: &mut u32) -> u32 {
    *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    *state >> 8
}

fn head(method: &str) -> Head {
    Head::new([
        RequestField::stable(":method", method),
        RequestField::stable(":scheme", "http"),
        RequestField::stable(":authority", "web:8080"),
        RequestField::varying(":path", "/"),
        RequestField::secret("authorization", "Bearer abc"),
    ])
    .expect("the head is right")
}

/// How far a response is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    Head,
    Data,
    Trailers,
}

/// Checks the order of events and remembers them.
#[derive(Debug, Default)]
struct Checker {
    phases: HashMap<u32, Phase>,
    events: Vec<String>,
    fields_are_ignored: bool,
}

impl Checker {
    fn phase(&mut self, token: u32) -> &mut Phase {
        self.phases.get_mut(&token).expect("events come for open streams only")
    }
}

impl Sink for Checker {
    fn head(&mut self, token: u32, status: u16) {
        assert!((200..=999).contains(&status));
        assert_eq!(std::mem::replace(self.phase(token), Phase::Head), Phase::Open);
        self.events.push(format!("{token} head {status}"));
    }

    fn field(&mut self, token: u32, name: &[u8], value: &[u8]) {
        assert!(!self.fields_are_ignored && !name.is_empty() && !name.starts_with(b":"));
        assert!(!name.iter().any(u8::is_ascii_uppercase));
        assert!(matches!(self.phase(token), Phase::Head | Phase::Trailers));
        self.events.push(format!("{token} {name:?}: {value:?}"));
    }

    fn data(&mut self, token: u32, data: &[u8]) {
        assert!(!data.is_empty());
        assert!(matches!(self.phase(token), Phase::Head | Phase::Data));
        *self.phase(token) = Phase::Data;
        // Pieces that follow each other are one.
        let prefix = format!("{token} data ");
        let text: String = data.iter().map(|byte| format!("{byte:02x}")).collect();
        match self.events.last_mut() {
            Some(last) if last.starts_with(&prefix) => last.push_str(&text),
            _ => self.events.push(prefix + &text),
        }
    }

    fn trailers(&mut self, token: u32) {
        assert!(matches!(self.phase(token), Phase::Head | Phase::Data));
        *self.phase(token) = Phase::Trailers;
        self.events.push(format!("{token} trailers"));
    }

    fn end(&mut self, token: u32) {
        assert_ne!(self.phases.remove(&token), Some(Phase::Open));
        self.events.push(format!("{token} end"));
    }

    fn reset(&mut self, token: u32, code: ErrorCode, cause: Cause) {
        assert!(self.phases.remove(&token).is_some());
        self.events.push(format!("{token} reset {code} {cause:?}"));
    }

    fn pong(&mut self, payload: [u8; 8]) {
        self.events.push(format!("pong {payload:?}"));
    }
}

/// Five requests, then bytes in pieces: the events and the error.
fn feed(pieces: &[&[u8]], settings: &Settings) -> (Vec<String>, Option<ConnectionError>) {
    let mut connection = Connection::new(settings);
    let fields_are_ignored = settings.fields == Fields::Ignored;
    let mut checker = Checker { fields_are_ignored, ..Checker::default() };
    for token in 0..5 {
        let method = if token == 2 { "HEAD" } else { "GET" };
        connection.open(token, &head(method), true).expect("a hundred are allowed");
        checker.phases.insert(token, Phase::Open);
    }
    let error = pieces.iter().find_map(|piece| connection.receive(piece, &mut checker).err());
    (checker.events, error)
}

/// A user who opens, sends, resets and reads as the seed says, between the pieces.
fn meddle(pieces: &[&[u8]], settings: &Settings, seed: u8) {
    let mut connection = Connection::new(settings);
    let mut checker = Checker::default();
    let (get, post) = (head("GET"), head("POST"));
    let mut streams: Vec<(u32, StreamId)> = Vec::new();
    let mut sent = Vec::new();
    let (mut state, mut token) = (u32::from(seed), 0);
    for piece in pieces {
        for _ in 0..3 {
            let deed = next(&mut state);
            let chosen = streams.get(deed as usize / 16 % streams.len().max(1)).copied();
            match (deed % 8, chosen) {
                (0..3, _) => {
                    let (head, is_end) = if deed & 8 == 0 { (&get, true) } else { (&post, false) };
                    if let Some(stream) = connection.open(token, head, is_end) {
                        checker.phases.insert(token, Phase::Open);
                        streams.push((token, stream));
                        token += 1;
                    }
                }
                (3, Some((_, stream))) => connection.send(stream, &[2; 70], deed & 8 != 0),
                (4, Some((_, stream))) => {
                    connection.send_shared(stream, Arc::clone(&BODY), deed & 8 != 0);
                }
                (5, Some((token, stream))) if deed & 8 != 0 => {
                    connection.reset(stream, ErrorCode::CANCEL);
                    checker.phases.remove(&token);
                }
                (6, _) => {
                    let count = connection.output().len() / 2;
                    sent.extend_from_slice(&connection.output()[..count]);
                    connection.advance(count);
                }
                _ => {}
            }
        }
        let is_over = connection.receive(piece, &mut checker).is_err();
        let open = if is_over { 0 } else { checker.phases.len() };
        assert_eq!(connection.active_streams(), open);
        assert!(connection.output().len() < OUTPUT_BOUND + 200_000);
        if is_over {
            break;
        }
    }
    while !connection.output().is_empty() {
        sent.extend_from_slice(connection.output());
        connection.advance(connection.output().len());
    }
    check_frames(&sent);
}

/// Whole frames behind the preface.
fn check_frames(sent: &[u8]) {
    let mut rest = &sent[24..];
    while let Some((head, behind)) = rest.split_first_chunk::<9>() {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        assert!(length <= 64 << 10 && head[3] <= 9, "{head:?}");
        rest = &behind[length..];
    }
    assert!(rest.is_empty());
}
