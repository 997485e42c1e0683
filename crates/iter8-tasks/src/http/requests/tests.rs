//! Lists of requests, from inputs and from files.

use iter8_model::task::catalogue::HTTP;
use iter8_model::task::{UnknownKeys, normalise_inputs};
use iter8_template::Zone;
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::http::settings::resolve;

/// Path and weight of each request of each test, or what is wrong, with its hint.
fn told(inputs: &Value) -> String {
    let inputs = inputs.as_object().unwrap();
    let normal = normalise_inputs(&HTTP, inputs, "http", UnknownKeys::Reject);
    let tests = match normal.and_then(|inputs| resolve(&inputs, "http", &Zone::UTC)) {
        Ok(tests) => tests,
        Err(error) => {
            let hint = error.hint.as_ref().map(|hint| format!(" ({hint})"));
            return format!("{error}{}", hint.unwrap_or_default());
        }
    };
    let line = |entry: &Entry| format!("{}×{}", entry.url.as_deref().unwrap_or("-"), entry.weight);
    let tests = tests
        .iter()
        .map(|test| test.target.requests.iter().map(line).collect::<Vec<_>>().join(" "));
    tests.collect::<Vec<_>>().join("; ")
}

#[test]
fn lists_come_from_inputs_or_from_a_file() {
    let folder = TempDir::new().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let yaml = file("a.yaml", "- url: /a\n- {url: /b, weight: 3}\n");
    let json = file("b.json", r#"[{"url": "/c", "headers": {"X-N": 1}}]"#);
    for (inputs, expected) in [
        (json!({"url": "h"}), ""),
        (json!({"url": "h", "requests": [{}, {"url": "/x", "weight": 2}]}), "-×1 /x×2"),
        (json!({"url": "h", "requestsFile": yaml}), "/a×1 /b×3"),
        (json!({"url": "h", "requestsFile": json}), "/c×1"),
        // An endpoint's choice counts, wherever it takes it from.
        (
            json!({"url": "h", "requests": [{}], "endpoints": {"a": {"requestsFile": yaml}, "b": {}}}),
            "/a×1 /b×3; -×1",
        ),
    ] {
        assert_eq!(told(&inputs), expected, "{inputs}");
    }
}

#[test]
fn lists_that_cannot_be() {
    let folder = TempDir::new().unwrap();
    let with_file = |text: &str| {
        let path = folder.path().join("file");
        std::fs::write(&path, text).unwrap();
        let told = told(&json!({"url": "http://h/", "requestsFile": path}));
        told.replace(&path.display().to_string(), "FILE")
    };
    let with_list = |list: Value| told(&json!({"url": "http://h/", "requests": list}));
    let file = "http.requestsFile";
    for (told, expected) in [
        (with_list(json!([])), "http.requests: expected at least one request"),
        (
            with_list(json!([{}, {"url": "http://other/"}])),
            "http.requests[1].url: http://other does not lead to http://h, as all requests of one test do \
             (endpoints test several servers, each by itself)",
        ),
        (with_list(json!([{"method": "G T"}])), "http.requests[0].method: invalid method \"G T\""),
        (
            with_list(json!([{"weight": 65_536}, {}])),
            "http.requests: the weights add up to 65537 after division by their greatest common divisor, \
             and may to 65536",
        ),
        (
            told(&json!({"url": "h", "requests": [{}], "requestsFile": "f"})),
            "http.requestsFile: requests and requestsFile exclude each other \
             (put all requests into the file)",
        ),
        (with_file(""), &format!("{file}: expected a list, got nothing")),
        (with_file("- {url: [}"), &format!("{file}: cannot read FILE: line 1, column 9: ")),
        (
            with_file("- {}\n- {headers: {A b: x}}"),
            &format!("{file}[1].headers: invalid header name \"A b\""),
        ),
        (
            with_file("- {}\n- {headers: {Cookie: {envRef: C}}}"),
            &format!("{file}[1].headers.Cookie: a file of requests holds no references"),
        ),
        (
            with_file("- {payloadStr: {envRef: C}}"),
            &format!("{file}[0].payloadStr: a file of requests holds no references"),
        ),
    ] {
        assert!(told.starts_with(expected), "{told}");
    }
}
