//! What several targets need.

use iter8_model::task::TaskSpec;
use serde_json::{Map, Value};

/// Whether two values are the same to a user: YAML as we write it keeps the value of a number, not
/// whether it was written `5` or `5.0`, and sorts the keys of maps.
pub fn same(one: &Value, two: &Value) -> bool {
    match (one, two) {
        (Value::Number(one), Value::Number(two)) => one == two || one.as_f64() == two.as_f64(),
        (Value::Array(one), Value::Array(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| same(one, two))
        }
        (Value::Object(one), Value::Object(two)) => same_map(one, two),
        _ => one == two,
    }
}

/// The same for maps.
pub fn same_map(one: &Map<String, Value>, two: &Map<String, Value>) -> bool {
    let has = |key: &String, value: &Value| two.get(key).is_some_and(|other| same(value, other));
    one.len() == two.len() && one.iter().all(|(key, value)| has(key, value))
}

/// Panics unless two lists of tasks are the same to a user.
pub fn assert_same_tasks(one: &[TaskSpec], two: &[TaskSpec], written: &str) {
    assert_eq!(one.len(), two.len(), "{written}");
    for (one, two) in one.iter().zip(two) {
        assert_eq!((one.kind, &one.condition), (two.kind, &two.condition), "{written}");
        let is_same = same_map(&one.with, &two.with);
        assert!(is_same, "{:?} is not {:?}\n{written}", one.with, two.with);
    }
}
