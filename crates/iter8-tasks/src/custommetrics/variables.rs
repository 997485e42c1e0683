//! The variables that a provider template sees.

use iter8_template as template;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// The variable that moves the start of the window.
const STARTING_TIME: &str = "startingTime";

/// The variable that tells the length of the window.
const ELAPSED: &str = "elapsedTimeSeconds";

/// Why there are no variables.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot parse startingTime: expected a time such as 2026-01-31T12:00:00Z, got {0}")]
pub struct StartingTimeError(String);

/// The variables of one version.
#[derive(Debug, Clone, PartialEq)]
pub struct Variables {
    merged: Map<String, Value>,
    elapsed_seconds: i64,
}

impl Variables {
    /// Merges the variables of a version into a copy of those of all versions, and adds the time
    /// since the start, in whole seconds and at least one.
    ///
    /// The start is the variable `startingTime`, or else `start`, or else `now`.
    // Differs from Iter8 0.13: the stored values stay as they are, and the time is never below 1 s,
    // which no store takes for a window.
    pub fn new(
        values: &Map<String, Value>,
        of_version: &Map<String, Value>,
        start: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, StartingTimeError> {
        let mut merged = values.clone();
        merge(&mut merged, of_version);
        let start = starting_time(&merged)?.or(start).unwrap_or(now);
        let elapsed_seconds = now.duration_since(start).as_secs().max(1);
        Ok(Self { merged, elapsed_seconds })
    }

    /// The data of a template.
    pub fn data(&self) -> template::Value {
        let map = template::Map::from(&self.merged);
        map.set(ELAPSED, template::Value::int64(self.elapsed_seconds));
        template::Value::Map(map)
    }
}

/// The variable `startingTime`, if it is set.
pub(super) fn starting_time(
    values: &Map<String, Value>,
) -> Result<Option<Timestamp>, StartingTimeError> {
    match values.get(STARTING_TIME) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => {
            text.parse().map(Some).map_err(|_| StartingTimeError(format!("{text:?}")))
        }
        Some(other) => Err(StartingTimeError(other.to_string())),
    }
}

/// Adds the entries of one map to another, maps within maps entry by entry. What is empty replaces
/// nothing: null, false, 0, an empty text, list or map.
fn merge(into: &mut Map<String, Value>, from: &Map<String, Value>) {
    for (key, new) in from {
        match (into.get_mut(key), new) {
            (Some(Value::Object(old)), Value::Object(new)) => merge(old, new),
            (Some(_), new) if is_empty(new) => {}
            (Some(old), new) => old.clone_from(new),
            (None, new) => drop(into.insert(key.clone(), new.clone())),
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(boolean) => !boolean,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        let Value::Object(map) = value else { panic!("not a map") };
        map
    }

    fn merged(values: Value, of_version: Value) -> Value {
        let mut merged = map(values);
        merge(&mut merged, &map(of_version));
        Value::Object(merged)
    }

    #[test]
    fn versions_win_but_for_empty_values() {
        let cases = [
            (json!({"a": 1}), json!({"b": 2}), json!({"a": 1, "b": 2})),
            (json!({"a": 1}), json!({"a": 2}), json!({"a": 2})),
            (
                json!({"l": {"app": "web", "v": "v0"}, "x": 1}),
                json!({"l": {"v": "v1", "w": "new"}}),
                json!({"l": {"app": "web", "v": "v1", "w": "new"}, "x": 1}),
            ),
            (
                json!({"a": {"b": {"c": 1, "d": 2}}}),
                json!({"a": {"b": {"c": 3}}}),
                json!({"a": {"b": {"c": 3, "d": 2}}}),
            ),
            // Lists are values.
            (json!({"a": [1, 2]}), json!({"a": [3]}), json!({"a": [3]})),
            // What is empty does not override, but it fills a gap.
            (
                json!({"a": 1, "b": "x", "c": true, "d": [1], "e": {"f": 1}, "g": 5}),
                json!({"a": 0, "b": "", "c": false, "d": [], "e": {}, "g": null}),
                json!({"a": 1, "b": "x", "c": true, "d": [1], "e": {"f": 1}, "g": 5}),
            ),
            (json!({}), json!({"a": 0, "b": "", "c": {}}), json!({"a": 0, "b": "", "c": {}})),
            (json!({"a": 0}), json!({"a": 0.0}), json!({"a": 0})),
            // Shapes may differ.
            (json!({"a": {"b": 1}}), json!({"a": "text"}), json!({"a": "text"})),
            (json!({"a": "text"}), json!({"a": {"b": 1}}), json!({"a": {"b": 1}})),
            (json!({"a": "text"}), json!({"a": {}}), json!({"a": "text"})),
            (json!({"a": null}), json!({"a": 1}), json!({"a": 1})),
        ];
        for (values, of_version, expected) in cases {
            let shown = format!("{values} and {of_version}");
            assert_eq!(merged(values, of_version), expected, "{shown}");
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_window_ends_now_and_has_at_least_a_second() {
        let check = |values: Value, start: Option<&str>, expected: i64| {
            let now = at("2026-01-31T12:00:00.9Z");
            let variables = Variables::new(&map(values), &Map::new(), start.map(at), now);
            assert_eq!(variables.unwrap().elapsed_seconds, expected);
        };
        let start = Some("2026-01-31T11:59:00Z");
        check(json!({}), start, 60);
        check(json!({}), None, 1);
        check(json!({}), Some("2026-01-31T12:00:00.5Z"), 1);
        check(json!({}), Some("2026-02-01T12:00:00Z"), 1);
        check(json!({"startingTime": "2026-01-31T11:00:00Z"}), start, 3600);
        check(json!({"startingTime": "2026-01-31T12:59:50+01:00"}), start, 10);
        check(json!({"startingTime": "2027-01-31T11:00:00Z"}), start, 1);
        check(json!({"startingTime": ""}), start, 60);
        check(json!({"startingTime": null}), start, 60);
        // It is not for the user to say.
        check(json!({"elapsedTimeSeconds": 5}), start, 60);
    }

    #[test]
    fn each_version_may_start_at_its_own_time() {
        let values = map(json!({"startingTime": "2026-01-31T11:00:00Z"}));
        let own = map(json!({"startingTime": "2026-01-31T11:59:00Z"}));
        let now = at("2026-01-31T12:00:00Z");
        let variables = Variables::new(&values, &own, None, now).unwrap();
        assert_eq!(variables.elapsed_seconds, 60);
        assert_eq!(values["startingTime"], "2026-01-31T11:00:00Z");
    }

    #[test]
    fn a_starting_time_is_a_time() {
        for (value, shown) in [
            (json!("yesterday"), "\"yesterday\""),
            (json!("2026-01-31T12:00:00"), "\"2026-01-31T12:00:00\""),
            (json!(1_700_000_000), "1700000000"),
        ] {
            let values = map(json!({"startingTime": value}));
            let error = Variables::new(&values, &Map::new(), None, Timestamp::UNIX_EPOCH);
            let expected = format!(
                "cannot parse startingTime: expected a time such as 2026-01-31T12:00:00Z, got {shown}"
            );
            assert_eq!(error.unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn templates_see_the_time_as_a_whole_number() {
        let values = map(json!({"labels": {"app": "web"}, "elapsedTimeSeconds": "x"}));
        let start = Some(Timestamp::UNIX_EPOCH);
        let now = at("2026-01-31T12:00:00Z");
        let data = Variables::new(&values, &Map::new(), start, now).unwrap().data();
        let template::Value::Map(data) = data else { panic!("not a map") };
        let elapsed = data.get(ELAPSED.as_bytes()).unwrap();
        assert_eq!(elapsed.type_name(), "int64");
        assert!(matches!(elapsed, template::Value::Int(1_769_860_800, _)));
    }
}
