//! Frames made by hand, and frames taken apart.

use std::fmt::Write;

use iter8_h2::{Connection, Head, RequestField, Settings, StreamId};

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const PRIORITY: u8 = 2;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PUSH_PROMISE: u8 = 5;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;

pub(crate) const ACK: u8 = 1;
pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;
pub(crate) const PADDED: u8 = 8;
pub(crate) const WITH_PRIORITY: u8 = 32;
/// Both ends at once.
pub(crate) const WHOLE: u8 = END_STREAM | END_HEADERS;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// SETTINGS with these identifiers and values.
pub(crate) fn settings(values: &[(u16, u32)]) -> Vec<u8> {
    let values =
        values.iter().map(|(id, value)| [&id.to_be_bytes()[..], &value.to_be_bytes()].concat());
    frame(SETTINGS, 0, 0, &values.collect::<Vec<_>>().concat())
}

pub(crate) fn window_update(stream: u32, increment: u32) -> Vec<u8> {
    frame(WINDOW_UPDATE, 0, stream, &increment.to_be_bytes())
}

/// A block of literals that are not kept, behind indexes of the static table.
pub(crate) fn block(indexes: &[u8], fields: &[(&str, &str)]) -> Vec<u8> {
    let mut out: Vec<u8> = indexes.iter().map(|index| 0x80 | index).collect();
    for (name, value) in fields {
        out.push(0);
        for text in [name, value] {
            out.push(u8::try_from(text.len()).ok().filter(|length| *length < 127).unwrap());
            out.extend_from_slice(text.as_bytes());
        }
    }
    out
}

/// HEADERS with status 200 and these fields.
pub(crate) fn ok(flags: u8, stream: u32, fields: &[(&str, &str)]) -> Vec<u8> {
    frame(HEADERS, flags | END_HEADERS, stream, &block(&[8], fields))
}

/// HEADERS with these fields and nothing else.
pub(crate) fn headers(flags: u8, stream: u32, fields: &[(&str, &str)]) -> Vec<u8> {
    frame(HEADERS, flags | END_HEADERS, stream, &block(&[], fields))
}

/// Our frames, one line each: type, flags if any, stream, length or content.
pub(crate) fn describe(bytes: &[u8]) -> Vec<String> {
    const NAMES: [&str; 10] = [
        "data",
        "headers",
        "priority",
        "reset",
        "settings",
        "push",
        "ping",
        "goaway",
        "window",
        "continuation",
    ];
    let mut rest = bytes.strip_prefix(PREFACE).unwrap_or(bytes);
    let mut lines = Vec::new();
    while let Some((head, behind)) = rest.split_first_chunk::<9>() {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        let (payload, behind) = behind.split_at(length);
        let mut line = format!("{} {stream}", NAMES[usize::from(head[3])]);
        if head[4] != 0 {
            write!(line, " flags {}", head[4]).unwrap();
        }
        let number = |from: usize| u32::from_be_bytes(payload[from..from + 4].try_into().unwrap());
        match head[3] {
            RST_STREAM | WINDOW_UPDATE => write!(line, ": {}", number(0)).unwrap(),
            GOAWAY => write!(line, ": {}", number(4)).unwrap(),
            PING => write!(line, ": {}", payload.escape_ascii()).unwrap(),
            _ => write!(line, ": {length} bytes").unwrap(),
        }
        lines.push(line);
        rest = behind;
    }
    assert!(rest.is_empty(), "frames are whole");
    lines
}

/// What is in the output, which is taken as sent.
pub(crate) fn sent(connection: &mut Connection) -> Vec<String> {
    let mut lines = Vec::new();
    while !connection.output().is_empty() {
        lines.extend(describe(connection.output()));
        connection.advance(connection.output().len());
    }
    lines
}

pub(crate) fn get() -> Head {
    request("GET")
}

pub(crate) fn request(method: &str) -> Head {
    Head::new([
        RequestField::stable(":method", method),
        RequestField::stable(":scheme", "http"),
        RequestField::stable(":authority", "web:8080"),
        RequestField::varying(":path", "/"),
    ])
    .unwrap()
}

/// A connection with the peer's settings, stream 1 with token 10, whose request is complete, and
/// stream 3 with token 30, whose request is not.
pub(crate) fn opened(
    settings_of_ours: &Settings,
    values: &[(u16, u32)],
) -> (Connection, [StreamId; 2]) {
    let mut connection = Connection::new(settings_of_ours);
    connection.receive(&settings(values), &mut ()).unwrap();
    let one = connection.open(10, &get(), true).unwrap();
    let three = connection.open(30, &request("POST"), false).unwrap();
    sent(&mut connection);
    (connection, [one, three])
}
