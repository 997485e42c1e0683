//! The endpoints of a load test, and what each of them takes from its task.

use serde_json::{Map, Value};

use super::catalogue::DEFAULT_PERCENTILES;

/// How inputs of an endpoint meet those of its task.
///
/// Percentiles are united, those of the endpoint first; what is not named here is replaced.
#[derive(Debug, Clone, Copy)]
pub struct Merging {
    /// Parameters of which only one is in force: a choice at an endpoint replaces all of them.
    pub choices: &'static [&'static [&'static str]],
    /// Parameters that put others of the task out of force.
    pub replaced: &'static [(&'static str, &'static [&'static str])],
    /// Maps that an endpoint adds to, by names without case.
    pub joined: &'static [&'static str],
}

/// One load test of a task.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// Its name; `None` for a task without endpoints.
    pub id: Option<String>,
    /// Its inputs, with what it takes from the task.
    pub inputs: Map<String, Value>,
    /// The path of its inputs, for messages.
    pub path: String,
}

impl Merging {
    /// The load tests of a task whose inputs are at `path`, in their order.
    pub fn endpoints(&self, inputs: &Map<String, Value>, path: &str) -> Vec<Endpoint> {
        let endpoints = inputs.get("endpoints").and_then(Value::as_object);
        let Some(endpoints) = endpoints.filter(|endpoints| !endpoints.is_empty()) else {
            return vec![Endpoint { id: None, inputs: inputs.clone(), path: path.to_owned() }];
        };
        let endpoint = |(id, own): (&String, &Value)| {
            let inputs = self.merge(inputs, own.as_object().unwrap_or(&Map::new()));
            Endpoint { id: Some(id.clone()), inputs, path: format!("{path}.endpoints.{id}") }
        };
        endpoints.iter().map(endpoint).collect()
    }

    fn merge(
        &self,
        task: &Map<String, Value>,
        endpoint: &Map<String, Value>,
    ) -> Map<String, Value> {
        let mut merged = task.clone();
        merged.shift_remove("endpoints");
        for choices in self.choices {
            if choices.iter().any(|name| endpoint.contains_key(*name)) {
                merged.retain(|name, _| !choices.contains(&name.as_str()));
            }
        }
        for (name, replaced) in self.replaced {
            if endpoint.contains_key(*name) {
                merged.retain(|name, _| !replaced.contains(&name.as_str()));
            }
        }
        for (name, value) in endpoint {
            match (name.as_str(), merged.get_mut(name), value) {
                (name, Some(Value::Object(base)), Value::Object(own))
                    if self.joined.contains(&name) =>
                {
                    base.retain(|old, _| !own.keys().any(|new| new.eq_ignore_ascii_case(old)));
                    base.extend(own.clone());
                }
                ("percentiles", Some(Value::Array(base)), Value::Array(own)) => {
                    let of_task = std::mem::take(base);
                    base.extend(own.iter().cloned().chain(of_task));
                }
                _ => drop(merged.insert(name.clone(), value.clone())),
            }
        }
        merged
    }
}

/// The percentiles that are asked for, then the default ones, each once.
pub fn percentiles(inputs: &Map<String, Value>) -> Vec<f64> {
    let asked = inputs.get("percentiles").and_then(Value::as_array).into_iter().flatten();
    let all = asked.filter_map(Value::as_f64).chain(DEFAULT_PERCENTILES);
    all.fold(Vec::new(), |mut unique, percent| {
        if !unique.contains(&percent) {
            unique.push(percent);
        }
        unique
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MERGING: Merging = Merging {
        choices: &[&["count", "duration"]],
        replaced: &[("rate", &["stages"])],
        joined: &["headers"],
    };

    fn merged(task: Value, endpoint: &Value) -> Value {
        let (Value::Object(mut task), path) = (task, "http") else { panic!("a map") };
        task.insert("endpoints".to_owned(), json!({"a": endpoint}));
        let endpoints = MERGING.endpoints(&task, path);
        assert_eq!((endpoints[0].id.as_deref(), endpoints.len()), (Some("a"), 1));
        assert_eq!(endpoints[0].path, "http.endpoints.a");
        Value::Object(endpoints[0].inputs.clone())
    }

    #[test]
    fn an_endpoint_wins_over_its_task() {
        for (task, endpoint, expected) in [
            (json!({"x": 1, "y": 2}), json!({"x": 0}), json!({"x": 0, "y": 2})),
            (json!({"count": 1}), json!({"duration": "1s"}), json!({"duration": "1s"})),
            (json!({"stages": [], "rate": 1}), json!({"rate": 2}), json!({"rate": 2})),
            (
                json!({"headers": {"A": "1", "B": "2"}, "other": {"a": 1}}),
                json!({"headers": {"a": "3"}, "other": {"b": 2}}),
                json!({"headers": {"B": "2", "a": "3"}, "other": {"b": 2}}),
            ),
            (
                json!({"percentiles": [1]}),
                json!({"percentiles": [2]}),
                json!({"percentiles": [2, 1]}),
            ),
            (json!({"x": 1}), Value::Null, json!({"x": 1})),
        ] {
            assert_eq!(merged(task, &endpoint), expected);
        }
    }

    #[test]
    fn a_task_without_endpoints_is_one_test() {
        for inputs in [json!({"x": 1}), json!({"x": 1, "endpoints": {}})] {
            let Value::Object(inputs) = inputs else { panic!("a map") };
            let endpoints = MERGING.endpoints(&inputs, "p");
            let expected = Endpoint { id: None, inputs, path: "p".to_owned() };
            assert_eq!(endpoints, [expected]);
        }
    }

    #[test]
    fn percentiles_are_there_once() {
        let Value::Object(inputs) = json!({"percentiles": [99.5, 50]}) else { panic!("a map") };
        assert_eq!(percentiles(&inputs), [99.5, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9]);
        assert_eq!(percentiles(&Map::new()).len(), 6);
    }
}
