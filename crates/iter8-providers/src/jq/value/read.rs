//! JSON text to values.

use std::fmt;
use std::rc::Rc;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{Entry, Growing, Json, Text};
use crate::jq::meter::{self, Exhausted, LARGEST_TEXT, Limit};

/// Reads a text that holds one value.
///
/// Fails for what is no JSON, and for values that take too much; then the meter has the reason.
pub(in crate::jq) fn read(text: &[u8]) -> Result<Json, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = Reader.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Makes values as they come, so that a limit ends the reading. The depth is limited by the
/// library, to 128.
struct Reader;

impl<'de> DeserializeSeed<'de> for Reader {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Number(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        if text.len() > LARGEST_TEXT {
            return Err(E::custom(meter_error(meter::exhaust(Limit::Text))));
        }
        Ok(Json::text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut kept = Growing::new();
        while let Some(item) = items.next_element_seed(Reader)? {
            kept.push(item).map_err(|limit| A::Error::custom(meter_error(limit)))?;
        }
        Ok(Json::list(kept.finish()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut kept: Growing<Entry> = Growing::new();
        while let Some(key) = entries.next_key::<Box<str>>()? {
            let value = entries.next_value_seed(Reader)?;
            let entry = (Rc::new(Text::new(key)), value);
            kept.push(entry).map_err(|limit| A::Error::custom(meter_error(limit)))?;
        }
        Ok(Json::map(kept.finish()))
    }
}

fn meter_error(_: Exhausted) -> &'static str {
    "too large"
}
