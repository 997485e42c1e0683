//! Requests that a load test sends in turns.

use serde_json::{Map, Value};

use super::{InputError, integer, list, members, text_map, text_or_reference};

const MEMBERS: [&str; 6] = ["url", "method", "headers", "payloadStr", "contentType", "weight"];

/// A list of at least one request.
pub(super) fn requests(value: &Value, path: &str) -> Result<Value, InputError> {
    let requests = list(value, path, request)?;
    if requests.as_array().is_some_and(Vec::is_empty) {
        return Err(InputError::new(path, "expected at least one request"));
    }
    Ok(requests)
}

fn request(value: &Value, path: &str) -> Result<Value, InputError> {
    let mut request = Map::new();
    for (name, value) in members(value, &MEMBERS, path)? {
        let path = format!("{path}.{name}");
        let value = match name {
            "headers" => text_map(value, &path)?,
            "weight" => integer(value, 1, i64::MAX, &path)?,
            _ => text_or_reference(value, &path)?,
        };
        request.insert(name.to_owned(), value);
    }
    Ok(Value::Object(request))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(value: &Value, expected: Result<Value, &str>) {
        let read = requests(value, "p").map_err(|error| error.to_string());
        assert_eq!(read, expected.map_err(str::to_owned), "{value}");
    }

    #[test]
    fn requests_are_read_in_any_case() {
        check(
            &json!([{}, {"URL": "/a", "Weight": "2", "headers": {"n": 1}, "payloadstr": 5}]),
            Ok(json!([{}, {"url": "/a", "weight": 2, "headers": {"n": "1"}, "payloadStr": "5"}])),
        );
        let reference =
            json!([{"headers": {"Authorization": {"envRef": "TOKEN"}}, "method": null}]);
        check(&reference, Ok(json!([{"headers": {"Authorization": {"envRef": "TOKEN"}}}])));
    }

    #[test]
    fn requests_that_are_none() {
        check(&json!([]), Err("p: expected at least one request"));
        check(&json!({"url": "/"}), Err("p: expected a list, got a map"));
        check(&json!(["/"]), Err("p[0]: expected a map, got \"/\""));
        check(&json!([{"weight": 0}]), Err("p[0].weight: expected a whole number from 1, got 0"));
        check(
            &json!([{"path": "/"}]),
            Err(
                "p[0].path: unknown key; expected url, method, headers, payloadStr, contentType, weight",
            ),
        );
    }
}
