//! From JSON values.

use serde_json::Value as Json;

use super::{List, Map, Text, Value};

impl From<&Json> for Value {
    /// As Go decodes JSON: every number becomes a `float64`.
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => Self::Nil,
            Json::Bool(value) => Self::Bool(*value),
            // Numbers are finite in JSON; those beyond the range of f64 become infinite.
            Json::Number(number) => Self::Float(number.as_f64().unwrap_or(f64::INFINITY)),
            Json::String(text) => Self::text(text.as_str()),
            Json::Array(items) => {
                Self::List(List::new(items.iter().map(Self::from).collect::<Vec<_>>()))
            }
            Json::Object(entries) => Self::Map(Map::from(entries)),
        }
    }
}

impl From<&serde_json::Map<String, Json>> for Map {
    fn from(entries: &serde_json::Map<String, Json>) -> Self {
        let entries = entries.iter();
        entries.map(|(key, value)| (Text::from(key.as_str()), Value::from(value))).collect()
    }
}
