//! Credentials that a payload itself has to hold, such as PagerDuty's routing key.
//!
//! Payloads are masked before they are sent. Templates therefore see a marker in place of each
//! credential among the settings, and the credential takes the marker's place after the masking,
//! wherever the template has put it. A template cannot look at a credential, and text that happens
//! to be equal to one is masked all the same.

use std::fmt::Write as _;

use iter8_model::credential::{Reference, Secret};
use serde_json::{Map, Value};

/// Bytes of a marker's random part: nothing in an experiment looks like it by chance.
const RANDOM: usize = 16;

/// Credentials by their markers.
#[derive(Debug, Default)]
pub(super) struct Credentials(Vec<(String, Secret)>);

impl Credentials {
    /// The settings with markers in place of credentials: of every text that stands where `stored`
    /// has a reference.
    pub(super) fn mark(
        stored: &Map<String, Value>,
        resolved: &Map<String, Value>,
        random: &dyn Fn(&mut [u8]),
    ) -> (Map<String, Value>, Self) {
        let mut credentials = Self::default();
        let marked = credentials.mark_map(stored, resolved, random);
        (marked, credentials)
    }

    fn mark_map(
        &mut self,
        stored: &Map<String, Value>,
        resolved: &Map<String, Value>,
        random: &dyn Fn(&mut [u8]),
    ) -> Map<String, Value> {
        let resolved = resolved.iter();
        resolved
            .map(|(key, value)| {
                let stored = stored.get(key).unwrap_or(&Value::Null);
                (key.clone(), self.mark_value(stored, value, random))
            })
            .collect()
    }

    fn mark_value(
        &mut self,
        stored: &Value,
        resolved: &Value,
        random: &dyn Fn(&mut [u8]),
    ) -> Value {
        match (stored, resolved) {
            (Value::Object(_), Value::String(secret))
                if matches!(Reference::read(stored, ""), Ok(Some(_))) =>
            {
                let mut bytes = [0; RANDOM];
                random(&mut bytes);
                let mut marker = String::from("iter8-credential-");
                for byte in bytes {
                    // Writing to a string cannot fail.
                    let _ = write!(marker, "{byte:02x}");
                }
                self.0.push((marker.clone(), secret.as_str().into()));
                Value::String(marker)
            }
            (Value::Object(stored), Value::Object(resolved)) => {
                Value::Object(self.mark_map(stored, resolved, random))
            }
            (Value::Array(stored), Value::Array(resolved)) => {
                let pairs = stored.iter().zip(resolved);
                pairs.map(|(stored, value)| self.mark_value(stored, value, random)).collect()
            }
            (_, plain) => plain.clone(),
        }
    }

    /// A text with the credentials in place of their markers.
    pub(super) fn place(&self, text: &str) -> String {
        self.place_as(text, str::to_owned)
    }

    /// The same for JSON, where markers stand within strings.
    pub(super) fn place_in_json(&self, text: &str) -> String {
        self.place_as(text, |secret| {
            let quoted = Value::from(secret).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        })
    }

    fn place_as(&self, text: &str, written: impl Fn(&str) -> String) -> String {
        self.0.iter().fold(text.to_owned(), |text, (marker, secret)| {
            text.replace(marker, &written(secret.reveal()))
        })
    }
}
