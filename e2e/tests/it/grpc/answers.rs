//! How calls end: every code, what an HTTP status means, and what is no answer at all.

use serde_json::{Map, Value, json};

use super::{CLIENT_STREAM, SERVER_STREAM, Stage};

/// Calls of the health service, which need no descriptors, answered as their metadata asks; see
/// `pretend` in `e2e/grpc/web.go`. `told` are their errors, without any if they are none.
#[track_caller]
fn check(stage: &Stage, answer: &[(&str, &str)], told: &str) {
    let metadata = answer.iter().map(|(name, value)| (format!("answer-{name}"), json!(value)));
    let metadata: Map<String, Value> = metadata.collect();
    let run = stage.run(json!({"health": true, "total": 3, "metadata": metadata}));
    let errors = if told.is_empty() { 0 } else { 3 };
    assert_eq!(run.counts(), (3, errors), "{answer:?}\n{}", run.finished);
    let expected = if told.is_empty() { String::new() } else { format!("3 × {told}") };
    assert_eq!(run.errors(), expected, "{answer:?}\n{}", run.finished);
}

#[test]
fn every_code_is_counted() {
    let stage = Stage::new(&["-web"]);
    check(&stage, &[("status", "0"), ("body", "message")], "");
    for code in 1..=16 {
        let (code, told) = (code.to_string(), format!("status {code}"));
        check(&stage, &[("status", &code)], &told);
        check(&stage, &[("status", &code), ("body", "message")], &told);
    }
    // Codes that nobody knows are the code for the unknown.
    for code in ["17", "999", "99999999999", "-1", "none", "0x0"] {
        check(&stage, &[("status", code), ("body", "message")], "status 2");
    }
    let words = [("status", "9"), ("message", "not%20now")];
    let metadata = json!({"answer-status": words[0].1, "answer-message": words[1].1});
    let told = stage.run(json!({"health": true, "total": 3, "metadata": metadata}));
    told.finished.logs("the server says with status 9: \"not now\"");
}

#[test]
fn without_a_code_the_status_of_http_tells() {
    let stage = Stage::new(&["-web"]);
    for (http, code) in [
        ("200", 2),
        ("301", 2),
        ("400", 13),
        ("401", 16),
        ("403", 7),
        ("404", 12),
        ("418", 2),
        ("429", 14),
        ("500", 2),
        ("502", 14),
        ("503", 14),
        ("504", 14),
    ] {
        let told = format!("status {code}");
        for body in ["none", "page", "message"] {
            check(&stage, &[("http", http), ("body", body)], &told);
        }
    }
    // A code says more than the status before it.
    check(&stage, &[("http", "503"), ("body", "page"), ("status", "8")], "status 8");
}

#[test]
fn answers_have_as_many_messages_as_promised() {
    let stage = Stage::new(&["-web"]);
    for body in ["none", "two", "half"] {
        check(&stage, &[("status", "0"), ("body", body)], "status 13");
    }
    for body in ["none", "message", "half"] {
        check(&stage, &[("status", "0"), ("body", body), ("cut", "reset")], "status 13");
    }
    let proto = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/grpc/test.proto");
    let ends = |call: &str, body: &str| {
        let metadata = json!({"answer-status": "0", "answer-body": body});
        let inputs = json!({"call": call, "proto": proto, "total": 3, "metadata": metadata});
        stage.run(inputs).errors().to_owned()
    };
    for body in ["none", "message", "two"] {
        assert_eq!(ends(SERVER_STREAM, body), "", "{body}");
    }
    assert_eq!(ends(SERVER_STREAM, "half"), "3 × status 13");
    assert_eq!(ends(CLIENT_STREAM, "message"), "");
    assert_eq!(ends(CLIENT_STREAM, "two"), "3 × status 13");
}
