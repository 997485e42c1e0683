//! Sizes, lists of texts, and content of messages.

use serde_json::{Value, json};

use super::tree::tree;
use super::{InputError, expected, list, text};
use crate::size;

/// A size as it was written, if it is one.
pub(super) fn size(value: &Value, path: &str) -> Result<Value, InputError> {
    match value {
        Value::Number(number) if number.as_u64().is_some() => Ok(value.clone()),
        Value::String(text) => match size::parse(text) {
            Ok(_) => Ok(value.clone()),
            Err(error) => Err(InputError::new(path, error.to_string())),
        },
        _ => Err(expected("a size such as 4MB", value, path)),
    }
}

/// A list of texts; one text is a list of it.
pub(super) fn texts(value: &Value, path: &str) -> Result<Value, InputError> {
    match value {
        Value::Array(_) => list(value, path, |value, path| text(value, path).map(Value::String)),
        _ => Ok(json!([text(value, path)?])),
    }
}

/// A map, a list of maps, or `@` for standard input.
pub(super) fn messages(value: &Value, path: &str) -> Result<Value, InputError> {
    match value {
        Value::Object(_) => tree(value, path),
        Value::Array(_) => list(value, path, tree),
        Value::String(text) if text.trim() == "@" => Ok(json!("@")),
        _ => Err(expected("a map, a list of maps or \"@\"", value, path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Read = fn(&Value, &str) -> Result<Value, InputError>;

    fn check(read: Read, cases: &[(Value, Result<Value, &str>)]) {
        for (value, expected) in cases {
            let read = read(value, "p").map_err(|error| error.to_string());
            assert_eq!(read, expected.clone().map_err(str::to_owned), "{value}");
        }
    }

    #[test]
    fn sizes_stay_as_they_are() {
        let unknown =
            "p: unknown unit \"XB\" in size \"4XB\"; expected B, kB, KiB, MB, MiB, GB or GiB";
        check(
            size,
            &[
                (json!("4MB"), Ok(json!("4MB"))),
                (json!(4096), Ok(json!(4096))),
                (json!("4XB"), Err(unknown)),
                (json!(-1), Err("p: expected a size such as 4MB, got -1")),
                (json!({}), Err("p: expected a size such as 4MB, got a map")),
            ],
        );
    }

    #[test]
    fn one_text_is_a_list() {
        check(
            texts,
            &[
                (json!("a"), Ok(json!(["a"]))),
                (json!(["a", 1]), Ok(json!(["a", "1"]))),
                (json!([]), Ok(json!([]))),
                (json!([[]]), Err("p[0]: expected text, got a list")),
                (json!({}), Err("p: expected text, got a map")),
            ],
        );
    }

    #[test]
    fn messages_are_maps() {
        let what = "p: expected a map, a list of maps or \"@\", got \"a\"";
        check(
            messages,
            &[
                (json!({"a": [1]}), Ok(json!({"a": [1]}))),
                (json!([{"a": 1}, {}]), Ok(json!([{"a": 1}, {}]))),
                (json!(" @ "), Ok(json!("@"))),
                (json!("a"), Err(what)),
                (json!([1]), Err("p[0]: expected a map, got 1")),
                (json!({"envRef": "A"}), Err("p: expected a map, got a reference")),
            ],
        );
    }
}
