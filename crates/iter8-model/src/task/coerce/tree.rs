//! Maps of anything, in which references may stand for texts.

use serde_json::{Map, Value};

use super::{InputError, as_object};
use crate::credential::Reference;

/// A map as it is; references in it must be proper ones.
pub(super) fn tree(value: &Value, path: &str) -> Result<Value, InputError> {
    let map = as_object(value, path)?;
    // A reference stands for a text, and this is to be a map.
    if Reference::read(value, path)?.is_some() {
        return Err(InputError::new(path, "expected a map, got a reference"));
    }
    check_members(map, path)?;
    Ok(value.clone())
}

/// A list of such maps; nothing stands for an empty one.
pub(super) fn trees(value: &Value, path: &str) -> Result<Value, InputError> {
    super::list(value, path, |value, path| match value {
        Value::Null => Ok(Value::Object(Map::new())),
        _ => tree(value, path),
    })
}

fn check(value: &Value, path: &str) -> Result<(), InputError> {
    match value {
        Value::Object(_) if Reference::read(value, path)?.is_some() => Ok(()),
        Value::Object(map) => check_members(map, path),
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            items.try_for_each(|(index, item)| check(item, &format!("{path}[{index}]")))
        }
        _ => Ok(()),
    }
}

fn check_members(map: &Map<String, Value>, path: &str) -> Result<(), InputError> {
    map.iter().try_for_each(|(key, value)| check(value, &format!("{path}.{key}")))
}
