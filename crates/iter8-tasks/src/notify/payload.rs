//! From an experiment to the bytes that are sent.

use iter8_model::credential::Redactor;
use iter8_template::{Environment, Limits, RenderError, Templates, Zone};
use serde_json::Value as Json;

use super::credentials::Credentials;
use super::data::Data;
use super::digest::Room;
use super::preset::Preset;

/// Why there is no payload.
#[derive(Debug, thiserror::Error)]
pub(super) enum PayloadError {
    /// The template cannot be executed.
    #[error(transparent)]
    Render(Box<RenderError>),
    /// The result is no text.
    #[error("the payload is no text in UTF-8")]
    NoText,
    /// The result is larger than allowed.
    #[error("the payload has {size} bytes, which is more than the {largest} that are allowed")]
    TooLarge {
        /// Bytes of the payload.
        size: usize,
        /// Bytes allowed.
        largest: usize,
    },
}

/// Makes payloads.
pub(super) struct Writer<'a> {
    /// The templates.
    pub(super) templates: &'a Templates,
    /// Which of them.
    pub(super) name: &'a str,
    /// The built-in payload that it is; `None` for a template of the user.
    pub(super) preset: Option<&'static Preset>,
    /// Most bytes.
    pub(super) largest: usize,
    /// Credentials that the template may place.
    pub(super) credentials: &'a Credentials,
    /// Masks all others.
    pub(super) redactor: &'a Redactor,
}

/// A payload.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Payload {
    /// What is sent.
    pub(super) text: String,
    /// What is wrong with it as JSON, if anything is.
    pub(super) not_json: Option<String>,
}

/// The world that templates see.
pub(super) struct World<'a> {
    pub(super) now: jiff::Timestamp,
    pub(super) zone: Zone,
    pub(super) random: &'a dyn Fn(&mut [u8]),
    pub(super) interrupted: &'a dyn Fn() -> bool,
}

impl Writer<'_> {
    /// Makes the payload. A built-in one that is too large is made again with fewer rows, first of
    /// metrics, then of objectives, until it fits.
    pub(super) fn write(&self, data: &Data, world: &World<'_>) -> Result<Payload, PayloadError> {
        let rows = data.rows();
        let Some(preset) = self.preset else {
            let payload = self.render(data, rows, world)?;
            return self.check_size(payload);
        };
        let mut room = preset.rows.min(rows);
        loop {
            let payload = self.render(data, room, world)?;
            let fits = payload.text.len() <= self.largest && keeps_to(preset, &payload.text);
            match room.less() {
                Some(less) if !fits => room = less,
                _ => return self.check_size(payload),
            }
        }
    }

    fn check_size(&self, payload: Payload) -> Result<Payload, PayloadError> {
        let (size, largest) = (payload.text.len(), self.largest);
        if size <= largest { Ok(payload) } else { Err(PayloadError::TooLarge { size, largest }) }
    }

    fn render(&self, data: &Data, room: Room, world: &World<'_>) -> Result<Payload, PayloadError> {
        let mut random = |buffer: &mut [u8]| (world.random)(buffer);
        let mut environment = Environment {
            now: world.now,
            zone: world.zone.clone(),
            random: &mut random,
            interrupted: world.interrupted,
            limits: Limits::default(),
        };
        let rendered = self.templates.render(self.name, &data.value(room), &mut environment);
        let bytes = rendered.map_err(|error| PayloadError::Render(Box::new(error)))?;
        let text = String::from_utf8(bytes).map_err(|_| PayloadError::NoText)?;
        let text = self.redactor.redact(&text);
        let not_json = serde_json::from_str::<serde::de::IgnoredAny>(&text).err();
        let text = match not_json {
            None => self.credentials.place_in_json(&text),
            Some(_) => self.credentials.place(&text),
        };
        Ok(Payload { text, not_json: not_json.map(|error| error.to_string()) })
    }
}

/// Whether no text of a payload is longer than its service takes.
fn keeps_to(preset: &Preset, text: &str) -> bool {
    fn longest(value: &Json) -> usize {
        match value {
            Json::String(text) => text.encode_utf16().count(),
            Json::Array(items) => items.iter().map(longest).max().unwrap_or(0),
            Json::Object(fields) => fields.values().map(longest).max().unwrap_or(0),
            Json::Null | Json::Bool(_) | Json::Number(_) => 0,
        }
    }
    preset.longest == usize::MAX
        || serde_json::from_str::<Json>(text).is_ok_and(|value| longest(&value) <= preset.longest)
}
