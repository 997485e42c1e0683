//! From an experiment to the bytes that are sent.

use std::sync::Arc;

use iter8_model::credential::Redactor;
use serde_json::Value as Json;

use super::credentials::Credentials;
use super::data::Data;
use super::digest::Room;
use super::preset::Preset;
use super::template::Chosen;
use crate::rendering::{Renderer, RenderingError};

/// Why there is no payload.
#[derive(Debug, thiserror::Error)]
pub(super) enum PayloadError {
    /// The template makes no text.
    #[error(transparent)]
    Render(#[from] RenderingError),
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
pub(super) struct Writer {
    /// The template.
    pub(super) chosen: Arc<Chosen>,
    /// Most bytes.
    pub(super) largest: usize,
    /// Credentials that the template may place.
    pub(super) credentials: Arc<Credentials>,
    /// Masks all others.
    pub(super) redactor: Redactor,
}

/// A payload.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Payload {
    /// What is sent.
    pub(super) text: String,
    /// What is wrong with it as JSON, if anything is.
    pub(super) not_json: Option<String>,
}

impl Writer {
    /// Makes the payload. A built-in one that is too large is made again with fewer rows, first of
    /// metrics, then of objectives, until it fits.
    pub(super) fn write(&self, data: &Data, renderer: &Renderer) -> Result<Payload, PayloadError> {
        let rows = data.rows();
        let Some(preset) = self.chosen.preset else {
            let payload = self.render(data, rows, renderer)?;
            return self.check_size(payload);
        };
        let mut room = preset.rows.min(rows);
        loop {
            let payload = self.render(data, room, renderer)?;
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

    fn render(
        &self,
        data: &Data,
        room: Room,
        renderer: &Renderer,
    ) -> Result<Payload, PayloadError> {
        let Chosen { templates, name, .. } = &*self.chosen;
        let text = renderer.render(templates, name, &data.value(room))?;
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
