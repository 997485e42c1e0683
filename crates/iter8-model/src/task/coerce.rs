//! Reading task inputs by the catalogue: names in any case, values coerced to their kind.

mod access;
mod bulk;
mod requests;
mod slos;
mod tree;

use serde_json::{Map, Number, Value, json};

use super::catalogue::{ParameterKind, Scope, TaskEntry};
use crate::credential::in_place_of_text;
use crate::duration;
use access::{auth, exports, tls};
use bulk::{messages, size, texts};
use requests::requests;
use slos::slos;
use tree::{tree, trees};

/// An input that cannot be used: where it stands, what is wrong, and what may help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct InputError {
    /// Where, such as `http.endpoints.cart.qps`.
    pub path: String,
    /// What is wrong and what was expected.
    pub message: String,
    /// Advice, if there is some; a whole sentence without its full stop.
    pub hint: Option<String>,
}

impl InputError {
    /// An error without advice.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into(), hint: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// What to do with inputs that the catalogue does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownKeys {
    /// They are errors, as in values: a misspelt key must not pass for a default.
    Reject,
    /// They are left out, as documents of other versions may have them.
    Ignore,
}

/// Reads the inputs of a task: canonical names, coerced values, nulls left out, the order kept.
///
/// `path` names the place for errors.
pub fn normalise_inputs(
    entry: &TaskEntry,
    inputs: &Map<String, Value>,
    path: &str,
    unknown: UnknownKeys,
) -> Result<Map<String, Value>, InputError> {
    let mut normal = Map::new();
    for (key, value) in inputs {
        let path = format!("{path}.{key}");
        let Some(parameter) = entry.parameter(key) else {
            match unknown {
                UnknownKeys::Reject => return Err(unknown_key(&path, key, entry)),
                UnknownKeys::Ignore => continue,
            }
        };
        if value.is_null() {
            continue;
        }
        let value = match parameter.kind {
            ParameterKind::Endpoints => endpoints(entry, value, &path, unknown)?,
            kind => normalise_value(kind, value, &path)?,
        };
        normal.insert(parameter.name.to_owned(), value);
    }
    Ok(normal)
}

fn unknown_key(path: &str, key: &str, entry: &TaskEntry) -> InputError {
    let known: Vec<&str> = entry.parameters.iter().map(|parameter| parameter.name).collect();
    let hint = match crate::suggest::closest(key, known.iter().copied()) {
        Some(name) => format!("did you mean {name:?}?"),
        None => format!("known are {}", known.join(", ")),
    };
    InputError::new(path, format!("unknown parameter of task {}", entry.name)).with_hint(hint)
}

fn endpoints(
    entry: &TaskEntry,
    value: &Value,
    path: &str,
    unknown: UnknownKeys,
) -> Result<Value, InputError> {
    let mut normal = Map::new();
    for (id, inputs) in as_object(value, path)? {
        let path = format!("{path}.{id}");
        if id.is_empty() || id.contains('/') {
            return Err(InputError::new(
                path,
                "the name of an endpoint must not be empty or have a /",
            )
            .with_hint("the name becomes part of metric names such as http-NAME/error-rate"));
        }
        let empty = Map::new();
        let inputs = if inputs.is_null() { &empty } else { as_object(inputs, &path)? };
        for key in inputs.keys() {
            let outside = entry.parameter(key).filter(|found| found.scope != Scope::Endpoint);
            let nested = entry.parameter(key).filter(|p| p.kind == ParameterKind::Endpoints);
            if let Some(parameter) = outside.or(nested)
                && unknown == UnknownKeys::Reject
            {
                let message = format!("{} may not stand in an endpoint", parameter.name);
                return Err(InputError::new(format!("{path}.{key}"), message).with_hint(format!(
                    "set {}.{} for all endpoints",
                    entry.name, parameter.name
                )));
            }
        }
        normal.insert(id.clone(), Value::Object(normalise_inputs(entry, inputs, &path, unknown)?));
    }
    Ok(Value::Object(normal))
}

/// Coerces one value to the kind of its parameter.
pub fn normalise_value(
    kind: ParameterKind,
    value: &Value,
    path: &str,
) -> Result<Value, InputError> {
    match kind {
        ParameterKind::Text | ParameterKind::Credential | ParameterKind::Webhook => {
            text_or_reference(value, path)
        }
        ParameterKind::Plain => text(value, path).map(Value::String),
        ParameterKind::Bool => boolean(value, path),
        ParameterKind::Integer { min, max } => integer(value, min, max, path),
        ParameterKind::Number => number(value, path).map(float),
        ParameterKind::Rate => rate(value, path),
        ParameterKind::Duration => duration_text(value, path).map(Value::String),
        ParameterKind::Size => size(value, path),
        ParameterKind::Choice(choices) => choice(value, choices, path),
        ParameterKind::Texts => texts(value, path),
        ParameterKind::TextMap => text_map(value, path),
        ParameterKind::Tree => tree(value, path),
        ParameterKind::Trees => trees(value, path),
        ParameterKind::Messages => messages(value, path),
        ParameterKind::Auth => auth(value, path),
        ParameterKind::Tls => tls(value, path),
        ParameterKind::Exports => exports(value, path),
        ParameterKind::ByProvider(kind) => by_provider(*kind, value, path),
        ParameterKind::Percentiles => percentiles(value, path),
        ParameterKind::Ranges => list(value, path, range),
        ParameterKind::Stages => list(value, path, stage),
        ParameterKind::Requests => requests(value, path),
        ParameterKind::Slos => slos(value, path),
        ParameterKind::Endpoints => as_object(value, path).cloned().map(Value::Object),
    }
}

fn expected(what: &str, value: &Value, path: &str) -> InputError {
    let got = match value {
        Value::Null => "nothing".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a map".to_owned(),
        scalar => shortened(&scalar.to_string()),
    };
    InputError::new(path, format!("expected {what}, got {got}"))
}

/// Long values do not belong into one-line messages.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn as_object<'a>(value: &'a Value, path: &str) -> Result<&'a Map<String, Value>, InputError> {
    value.as_object().ok_or_else(|| expected("a map", value, path))
}

/// A map whose place may hold a credential, which an error must not repeat.
fn as_private_object<'a>(
    value: &'a Value,
    path: &str,
) -> Result<&'a Map<String, Value>, InputError> {
    value.as_object().ok_or_else(|| match value {
        Value::String(_) => InputError::new(path, "expected a map, got text"),
        Value::Number(_) => InputError::new(path, "expected a map, got a number"),
        _ => expected("a map", value, path),
    })
}

fn list(
    value: &Value,
    path: &str,
    item: fn(&Value, &str) -> Result<Value, InputError>,
) -> Result<Value, InputError> {
    let items = value.as_array().ok_or_else(|| expected("a list", value, path))?;
    let items = items.iter().enumerate();
    items.map(|(index, value)| item(value, &format!("{path}[{index}]"))).collect()
}

fn text(value: &Value, path: &str) -> Result<String, InputError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(boolean) => Ok(boolean.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => Err(expected("text", value, path)),
    }
}

/// A text, or the reference that stands for one.
fn text_or_reference(value: &Value, path: &str) -> Result<Value, InputError> {
    match in_place_of_text(value, path)? {
        Some(reference) => Ok(reference.to_json()),
        None => text(value, path).map(Value::String),
    }
}

fn boolean(value: &Value, path: &str) -> Result<Value, InputError> {
    match value {
        Value::Bool(_) => Ok(value.clone()),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(Value::Bool(true)),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(Value::Bool(false)),
        _ => Err(expected("true or false", value, path)),
    }
}

fn number(value: &Value, path: &str) -> Result<f64, InputError> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite()).ok_or_else(|| expected("a number", value, path))
}

/// A JSON number, whole if it can be.
fn float(number: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "below 2⁵³ in magnitude and whole")]
    if number.fract() == 0.0 && number.abs() < 9e15 {
        return json!(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

fn integer(value: &Value, min: i64, max: i64, path: &str) -> Result<Value, InputError> {
    let what = match (min, max) {
        (min, i64::MAX) => format!("a whole number from {min}"),
        (min, max) => format!("a whole number from {min} to {max}"),
    };
    let whole = match value {
        Value::Number(number) => number.as_i64().or_else(|| whole_number(number.as_f64()?)),
        Value::String(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| whole_number(text.parse().ok()?))
        }
        _ => None,
    };
    let whole = whole.filter(|whole| (min..=max).contains(whole));
    whole.map(|whole| json!(whole)).ok_or_else(|| expected(&what, value, path))
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and below 2⁵³")]
fn whole_number(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() <= 9e15).then_some(number as i64)
}

fn rate(value: &Value, path: &str) -> Result<Value, InputError> {
    if value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("max")) {
        return Ok(json!("max"));
    }
    number(value, path)
        .map(float)
        .map_err(|_| expected("a number of requests per second or \"max\"", value, path))
}

fn duration_text(value: &Value, path: &str) -> Result<String, InputError> {
    let text = text(value, path)?;
    match duration::parse(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(InputError::new(path, error.to_string())),
    }
}

fn choice(value: &Value, choices: &[&str], path: &str) -> Result<Value, InputError> {
    // Some choices are numbers to YAML, such as a version.
    let text = match value {
        Value::Number(number) => Some(number.to_string()),
        value => value.as_str().map(str::to_owned),
    };
    let found = text
        .as_deref()
        .and_then(|text| choices.iter().find(|choice| choice.eq_ignore_ascii_case(text)));
    found
        .map(|choice| json!(choice))
        .ok_or_else(|| expected(&format!("one of {}", choices.join(", ")), value, path))
}

fn text_map(value: &Value, path: &str) -> Result<Value, InputError> {
    let mut texts = Map::new();
    for (key, value) in as_private_object(value, path)? {
        texts.insert(key.clone(), text_or_reference(value, &format!("{path}.{key}"))?);
    }
    Ok(Value::Object(texts))
}

fn by_provider(kind: ParameterKind, value: &Value, path: &str) -> Result<Value, InputError> {
    let mut normal = Map::new();
    for (name, value) in as_object(value, path)? {
        let path = format!("{path}.{name}");
        if name.is_empty() || name.contains('/') {
            let message = "the name of a provider must not be empty or have a /";
            return Err(InputError::new(path, message)
                .with_hint("the name becomes the first part of metric names: NAME/METRIC"));
        }
        normal.insert(name.clone(), normalise_value(kind, value, &path)?);
    }
    Ok(Value::Object(normal))
}

fn percentiles(value: &Value, path: &str) -> Result<Value, InputError> {
    list(value, path, |value, path| {
        let percent = number(value, path)?;
        if percent > 0.0 && percent <= 100.0 {
            return Ok(float(percent));
        }
        Err(expected("a percentile above 0 and up to 100", value, path))
    })
}

/// Members of a map by their canonical names; anything but `known` is an error.
fn members<'a>(
    value: &'a Value,
    known: &[&'static str],
    path: &str,
) -> Result<Vec<(&'static str, &'a Value)>, InputError> {
    let mut members = Vec::new();
    for (key, value) in as_object(value, path)? {
        let Some(name) = known.iter().find(|name| name.eq_ignore_ascii_case(key)) else {
            let message = format!("unknown key; expected {}", known.join(", "));
            return Err(InputError::new(format!("{path}.{key}"), message));
        };
        if !value.is_null() {
            members.push((*name, value));
        }
    }
    Ok(members)
}

fn range(value: &Value, path: &str) -> Result<Value, InputError> {
    let mut range = Map::new();
    for (name, value) in members(value, &["lower", "upper"], path)? {
        let bound =
            integer(value, i64::from(i32::MIN), i64::from(i32::MAX), &format!("{path}.{name}"))?;
        range.insert(name.to_owned(), bound);
    }
    if range.is_empty() {
        return Err(InputError::new(path, "a range needs lower, upper or both"));
    }
    if let (Some(lower), Some(upper)) = (range.get("lower"), range.get("upper"))
        && lower.as_i64() > upper.as_i64()
    {
        return Err(InputError::new(path, format!("lower ({lower}) is above upper ({upper})")));
    }
    Ok(Value::Object(range))
}

fn stage(value: &Value, path: &str) -> Result<Value, InputError> {
    let mut stage = Map::new();
    for (name, value) in members(value, &["duration", "qps", "shape"], path)? {
        let path = format!("{path}.{name}");
        let value = match name {
            "duration" => Value::String(duration_text(value, &path)?),
            "shape" => choice(value, &["ramp", "step"], &path)?,
            _ => {
                let rate = number(value, &path)?;
                if rate < 0.0 {
                    return Err(expected("a rate of 0 or more", value, &path));
                }
                float(rate)
            }
        };
        stage.insert(name.to_owned(), value);
    }
    for needed in ["duration", "qps"] {
        if !stage.contains_key(needed) {
            return Err(InputError::new(path, format!("a stage needs {needed}")));
        }
    }
    Ok(Value::Object(stage))
}

#[cfg(test)]
mod tests;
