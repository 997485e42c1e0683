//! The receiving end of the parser: values that refuse what JSON would lose.
//!
//! `serde_json::Value` itself keeps the last of two keys that are different in YAML and the same
//! as strings (`1` and `"1"`), and cannot take integers of more than 64 bits.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

/// A value read from YAML.
pub(super) struct Document(pub(super) Value);

struct DocumentVisitor;

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DocumentVisitor)
    }
}

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = Document;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a YAML value")
    }

    fn visit_unit<E: Error>(self) -> Result<Document, E> {
        Ok(Document(Value::Null))
    }

    fn visit_none<E: Error>(self) -> Result<Document, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Document, D::Error> {
        Document::deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Document, E> {
        Ok(Document(Value::Bool(value)))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Document, E> {
        Ok(Document(Value::from(value)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Document, E> {
        Ok(Document(Value::from(value)))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Document, E> {
        match Number::from_f64(value) {
            Some(number) => Ok(Document(Value::Number(number))),
            None => Err(E::custom("a number that is not finite")),
        }
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Document, E> {
        self.visit_string(value.to_owned())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Document, E> {
        Ok(Document(Value::String(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Document, A::Error> {
        let mut list = Vec::new();
        while let Some(Document(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Document(Value::Array(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Document, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let Document(value) = entries.next_value()?;
            match map.entry(key) {
                Entry::Vacant(vacant) => {
                    vacant.insert(value);
                }
                Entry::Occupied(occupied) => {
                    return Err(A::Error::custom(format_args!(
                        "duplicate key {:?}",
                        occupied.key()
                    )));
                }
            }
        }
        Ok(Document(Value::Object(map)))
    }
}
