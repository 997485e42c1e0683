//! Events as lines of text.

use iter8_h2::{Cause, ErrorCode, Sink};

/// Remembers what it is told. Pieces of data that follow each other become one line.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Recorder {
    pub(crate) events: Vec<Event>,
}

/// What was told, with the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    Head(u32, u16),
    Field(u32, String, String),
    Data(u32, Vec<u8>),
    Trailers(u32),
    End(u32),
    Reset(u32, ErrorCode, Cause),
    Pong([u8; 8]),
}

impl Recorder {
    /// The events as text, one a line; `.` stands for no event at all.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.events.iter().map(Event::line).collect()
    }

    /// Streams that have come to an end, whichever.
    pub(crate) fn ended(&self) -> usize {
        self.events.iter().filter(|e| matches!(e, Event::End(_) | Event::Reset(..))).count()
    }

    /// Content of one response.
    pub(crate) fn content(&self, token: u32) -> Vec<u8> {
        let data = self.events.iter().filter_map(|event| match event {
            Event::Data(of, data) if *of == token => Some(data.as_slice()),
            _ => None,
        });
        data.collect::<Vec<_>>().concat()
    }

    /// Events of one response.
    pub(crate) fn of(&self, token: u32) -> Vec<String> {
        let prefix = format!("{token} ");
        self.lines().into_iter().filter(|line| line.starts_with(&prefix)).collect()
    }
}

impl Event {
    fn line(&self) -> String {
        match self {
            Self::Head(token, status) => format!("{token} head {status}"),
            Self::Field(token, name, value) => format!("{token} field {name}: {value}"),
            Self::Data(token, data) if data.len() < 20 => {
                format!("{token} data {}", data.escape_ascii())
            }
            Self::Data(token, data) => format!("{token} data of {} bytes", data.len()),
            Self::Trailers(token) => format!("{token} trailers"),
            Self::End(token) => format!("{token} end"),
            Self::Reset(token, code, cause) => format!("{token} reset {code} {cause:?}"),
            Self::Pong(payload) => format!("pong {}", payload.escape_ascii()),
        }
    }
}

impl Sink for Recorder {
    fn head(&mut self, token: u32, status: u16) {
        self.events.push(Event::Head(token, status));
    }

    fn field(&mut self, token: u32, name: &[u8], value: &[u8]) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        self.events.push(Event::Field(token, text(name), text(value)));
    }

    fn data(&mut self, token: u32, data: &[u8]) {
        assert!(!data.is_empty(), "empty data is no event");
        match self.events.last_mut() {
            Some(Event::Data(before, all)) if *before == token => all.extend_from_slice(data),
            _ => self.events.push(Event::Data(token, data.to_vec())),
        }
    }

    fn trailers(&mut self, token: u32) {
        self.events.push(Event::Trailers(token));
    }

    fn end(&mut self, token: u32) {
        self.events.push(Event::End(token));
    }

    fn reset(&mut self, token: u32, code: ErrorCode, cause: Cause) {
        self.events.push(Event::Reset(token, code, cause));
    }

    fn pong(&mut self, payload: [u8; 8]) {
        self.events.push(Event::Pong(payload));
    }
}
