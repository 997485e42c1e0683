//! Load tests and their warm-ups.

use iter8_model::task::InputError;
use serde_json::{Map, Value};

/// What the two kinds of load tests call the same things.
pub(super) struct Load {
    /// Parameters that each test must have, with one that takes its place by being true.
    needed: &'static [(&'static str, Option<&'static str>)],
    /// What bounds the number of requests.
    count: &'static str,
    /// All that bounds a test; a warm-up has its own bound only.
    bounds: &'static [&'static str],
}

/// Tests of HTTP.
pub(super) const HTTP: Load = Load {
    needed: &[("url", None)],
    count: "numRequests",
    bounds: &["numRequests", "duration", "stages", "warmupNumRequests", "warmupDuration"],
};

/// Tests of gRPC.
pub(super) const GRPC: Load = Load {
    needed: &[("host", None), ("call", Some("health"))],
    count: "total",
    bounds: &[
        "total",
        "duration",
        "max-duration",
        "skipFirst",
        "warmupNumRequests",
        "warmupDuration",
    ],
};

/// A load test, preceded by its warm-up if there is one.
pub(super) fn compile(
    load: &Load,
    with: Map<String, Value>,
    name: &str,
) -> Result<Vec<Map<String, Value>>, InputError> {
    for (needed, instead) in load.needed {
        check_needed(&with, needed, *instead, name)?;
    }
    let mut tests = Vec::new();
    for (warmup, bound) in [("warmupNumRequests", load.count), ("warmupDuration", "duration")] {
        if let Some(amount) = with.get(warmup).filter(|_| tests.is_empty()) {
            tests.push(warm_up(load, &with, bound, amount));
        }
    }
    tests.push(with);
    Ok(tests)
}

fn check_needed(
    with: &Map<String, Value>,
    needed: &str,
    instead: Option<&str>,
    name: &str,
) -> Result<(), InputError> {
    let is_there = |inputs: &Value| {
        let replaced = instead.and_then(|instead| inputs.get(instead)?.as_bool());
        inputs.get(needed).is_some() || replaced == Some(true)
    };
    if is_there(&Value::Object(with.clone())) {
        return Ok(());
    }
    let endpoints = with.get("endpoints").and_then(Value::as_object);
    let Some(endpoints) = endpoints.filter(|endpoints| !endpoints.is_empty()) else {
        let message = format!("please set the {needed} parameter or the endpoints parameter");
        return Err(InputError::new(name, message));
    };
    match endpoints.iter().find(|(_, endpoint)| !is_there(endpoint)) {
        None => Ok(()),
        Some((id, _)) => {
            let message = format!("endpoint {id:?} does not have a {needed} parameter");
            Err(InputError::new(format!("{name}.endpoints.{id}"), message))
        }
    }
}

/// The same test with another bound and its results forgotten. Whatever else bounds it, at the
/// top or in an endpoint, is dropped.
fn warm_up(
    load: &Load,
    with: &Map<String, Value>,
    bound: &str,
    amount: &Value,
) -> Map<String, Value> {
    let unbounded = |inputs: &Map<String, Value>| -> Map<String, Value> {
        let kept = inputs.iter().filter(|(key, _)| !load.bounds.contains(&key.as_str()));
        kept.map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    let mut test = unbounded(with);
    if let Some(Value::Object(endpoints)) = test.get_mut("endpoints") {
        for endpoint in endpoints.values_mut() {
            *endpoint = Value::Object(endpoint.as_object().map(unbounded).unwrap_or_default());
        }
    }
    test.insert(bound.to_owned(), amount.clone());
    test.insert("warmup".to_owned(), Value::Bool(true));
    test
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn compiled(with: Value) -> Result<Vec<Value>, String> {
        let Value::Object(with) = with else { panic!("not a map") };
        let tests = compile(&GRPC, with, "grpc").map_err(|error| error.to_string())?;
        Ok(tests.into_iter().map(Value::Object).collect())
    }

    #[test]
    fn each_test_needs_a_host_and_a_call() {
        let cases = [
            (json!({}), "grpc: please set the host parameter or the endpoints parameter"),
            (
                json!({"host": "h"}),
                "grpc: please set the call parameter or the endpoints parameter",
            ),
            (
                json!({"call": "a.B.C", "endpoints": {"a": {}}}),
                "grpc.endpoints.a: endpoint \"a\" does not have a host parameter",
            ),
            (
                json!({"host": "h", "endpoints": {"a": {"health": true}, "b": {"health": false}}}),
                "grpc.endpoints.b: endpoint \"b\" does not have a call parameter",
            ),
        ];
        for (with, expected) in cases {
            assert_eq!(compiled(with).unwrap_err(), expected);
        }
        for with in [
            json!({"host": "h", "health": true}),
            json!({"host": "h", "endpoints": {"a": {"call": "a.B.C"}, "b": {"health": true}}}),
        ] {
            assert_eq!(compiled(with.clone()), Ok(vec![with]));
        }
    }

    #[test]
    fn warm_ups_have_a_total_of_their_own() {
        let with = json!({
            "host": "h", "call": "a.B.C", "total": 100, "skipFirst": 10, "warmupNumRequests": 5,
            "endpoints": {"a": {"max-duration": "9s", "rps": 3}},
        });
        let tests = compiled(with.clone()).unwrap();
        let warm_up = json!({
            "host": "h", "call": "a.B.C", "total": 5, "warmup": true, "endpoints": {"a": {"rps": 3}},
        });
        assert_eq!(tests, [warm_up, with]);
    }
}
