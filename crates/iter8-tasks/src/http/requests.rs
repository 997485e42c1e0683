//! Requests that a test sends in turns, from inputs or from a file.

use std::num::NonZeroU64;
use std::path::Path;

use iter8_load_http::Entry;
use iter8_model::task::catalogue::ParameterKind;
use iter8_model::task::{InputError, normalise_value};
use iter8_model::yaml;
use serde_json::{Map, Value};

use super::settings::texts;
use crate::files;

/// Largest file of requests: as many as a cycle has turns, of some hundred bytes each.
const LARGEST: u64 = 16 << 20;

/// The requests of a test, and the path of the list for messages.
pub(super) fn requests(
    inputs: &Map<String, Value>,
    path: &str,
) -> Result<(Vec<Entry>, String), InputError> {
    let at = |name: &str| format!("{path}.{name}");
    let file = inputs.get("requestsFile").and_then(Value::as_str);
    match (inputs.get("requests"), file) {
        (Some(_), Some(_)) => {
            let error =
                InputError::new(at("requestsFile"), "requests and requestsFile exclude each other");
            Err(error.with_hint("put all requests into the file"))
        }
        (None, Some(file)) => Ok((entries(&read(file, &at("requestsFile"))?), at("requestsFile"))),
        (Some(list), None) => Ok((entries(list), at("requests"))),
        (None, None) => Ok((Vec::new(), at("requests"))),
    }
}

fn read(file: &str, path: &str) -> Result<Value, InputError> {
    let failed = |error: &dyn std::fmt::Display| {
        InputError::new(path, format!("cannot read {file}: {error}"))
    };
    let bytes = files::read(Path::new(file), LARGEST).map_err(|error| failed(&error))?;
    let text = String::from_utf8(bytes).map_err(|error| failed(&error))?;
    let list = yaml::parse_document(&text).map_err(|error| failed(&error))?;
    let list = normalise_value(ParameterKind::Requests, &list, path)?;
    match reference(&list, path) {
        None => Ok(list),
        Some(place) => {
            let error = InputError::new(place, "a file of requests holds no references");
            Err(error.with_hint(
                "headers of the task may have references, and join those of each request",
            ))
        }
    }
}

/// The place of a reference, if there is one where a text is expected.
fn reference(list: &Value, path: &str) -> Option<String> {
    let members = list.as_array()?.iter().enumerate().flat_map(|(index, request)| {
        let place = format!("{path}[{index}]");
        let members = request.as_object().into_iter().flatten();
        members.map(move |(name, value)| (format!("{place}.{name}"), name, value))
    });
    members.into_iter().find_map(|(place, name, value)| match value {
        Value::Object(headers) if name == "headers" => {
            let found = headers.iter().find(|(_, value)| value.is_object());
            found.map(|(header, _)| format!("{place}.{header}"))
        }
        Value::Object(_) => Some(place),
        _ => None,
    })
}

fn entries(list: &Value) -> Vec<Entry> {
    list.as_array().into_iter().flatten().map(entry).collect()
}

fn entry(value: &Value) -> Entry {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let weight = value.get("weight").and_then(Value::as_u64).and_then(NonZeroU64::new);
    Entry {
        url: text("url").map(str::to_owned),
        method: text("method").map(str::to_owned),
        headers: texts(value.get("headers")),
        body: text("payloadStr").map(|text| text.as_bytes().into()),
        content_type: text("contentType").map(str::to_owned),
        weight: weight.unwrap_or(NonZeroU64::MIN),
    }
}

#[cfg(test)]
mod tests;
