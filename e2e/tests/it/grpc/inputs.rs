//! Inputs that are downloaded, bounds of schedules, warm-ups, and what is accepted but not used.

use iter8_testkit::{ScriptedServer, Step};
use serde_json::{Value, json};

use super::{Stage, UNARY, text, texts};
use crate::measured::merged;

/// A call that takes 50 ms.
fn slow() -> Value {
    json!({"responseSize": 50, "responseStatus": {"message": "slow"}})
}

#[test]
fn descriptors_data_and_metadata_are_downloaded() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/grpc");
    let proto = std::fs::read_to_string(format!("{folder}/test.proto")).unwrap();
    let files = ScriptedServer::answering(move |request| {
        let body = match request.target() {
            "/test.proto" => proto.clone(),
            "/data" => json!([text("x"), text("y")]).to_string(),
            // The field 7, response_status, whose field 2 is "hi".
            "/binary" => "\x3a\x04\x12\x02hi".to_owned(),
            "/metadata" => r#"{"from": "url"}"#.to_owned(),
            _ => return vec![Step::reply(404, "no such file")],
        };
        vec![Step::ok(&body)]
    });
    let url = |path: &str| format!("{}{path}", files.url());
    for (inputs, expected) in [
        (json!({"dataURL": url("data"), "data": text("not this")}), ["x", "y"]),
        (json!({"binaryDataURL": url("binary"), "dataURL": url("data")}), ["hi", "hi"]),
        (json!({"protoURL": url("test.proto"), "import-paths": [folder]}), ["", ""]),
        (json!({"metadataURL": url("metadata"), "metadata": {"from": "inputs"}}), ["", ""]),
    ] {
        let stage = Stage::new(&[]);
        let all = json!({"call": UNARY, "total": 2, "concurrency": 1});
        assert_eq!(stage.run(merged(all, &inputs)).counts(), (2, 0), "{inputs}");
        let calls = stage.calls(2);
        assert_eq!(texts(&calls), expected, "{inputs}");
        let from = &calls[0]["metadata"]["from"];
        let is_given = inputs.get("metadataURL").is_some();
        assert_eq!(*from, if is_given { json!(["url"]) } else { Value::Null }, "{inputs}");
        let asked = stage.server.calls().len() > 2;
        assert_eq!(asked, inputs.get("protoURL").is_none(), "{inputs}");
    }
    let stage = Stage::new(&[]);
    for name in ["dataURL", "binaryDataURL", "protoURL", "metadataURL"] {
        let error = stage.error(json!({"call": UNARY, name: url("nothing")}));
        assert!(error.contains("nothing: the server answered 404"), "{name}: {error}");
    }
}

#[test]
fn schedules_stop_changing_after_a_while() {
    let stage = Stage::new(&[]);
    // 50/s for 400 ms, then at once 150/s, where steps would have come to 100/s.
    let rate = json!({"call": UNARY, "load-schedule": "step", "load-start": 50, "load-step": 50,
        "load-end": 150, "load-step-duration": "400ms", "load-max-duration": "400ms",
        "duration": "1s"});
    assert_eq!(stage.run(rate).counts(), (20 + 90, 0));
    // One call at a time for half a second, then eight, where steps would have left it at one.
    let several = json!({"call": UNARY, "data": slow(), "concurrency-schedule": "step",
        "concurrency-start": 1, "concurrency-end": 8, "concurrency-step": 1,
        "concurrency-step-duration": "10s", "concurrency-max-duration": "500ms", "duration": "1s"});
    let (calls, errors) = stage.run(several).counts();
    assert!((30..=98).contains(&calls) && errors == 0, "{calls}");
}

#[test]
fn warm_ups_are_made_and_forgotten() {
    for (warm_up, least) in
        [(json!({"warmupNumRequests": 7}), 12), (json!({"warmupDuration": "300ms"}), 6)]
    {
        let stage = Stage::new(&[]);
        let all = json!({"call": UNARY, "total": 5, "concurrency": 1});
        assert_eq!(stage.run(merged(all, &warm_up)).counts(), (5, 0), "{warm_up}");
        let seen = stage.seen().len();
        let is_right =
            if warm_up.get("warmupDuration").is_some() { seen >= least } else { seen == least };
        assert!(is_right, "{warm_up}: {seen}");
    }
}

#[test]
fn an_endpoint_that_cannot_be_tested_may_be_skipped() {
    let stage = Stage::new(&[]);
    let endpoints = json!({"gone": {"host": "127.0.0.1:1"}, "here": {}});
    let inputs = json!({"call": UNARY, "total": 3, "onError": "skip", "endpoints": endpoints});
    let told = stage.run(inputs).finished.logs("connection refused");
    assert!(told.stdout.contains("grpc-here/request-count"), "{told}");
    assert!(!told.stdout.contains("grpc-gone/request-count"), "{told}");
    let inputs = json!({"call": UNARY, "total": 3, "endpoints": endpoints});
    assert!(stage.error(inputs).ends_with("connection refused"));
}

#[test]
fn what_is_of_no_use_here_is_accepted() {
    let stage = Stage::new(&[]);
    let inputs = json!({"call": UNARY, "total": 3, "count-errors": true, "output": "file",
        "format": "json", "debug": "log"});
    assert_eq!(stage.run(inputs).counts(), (3, 0));
    assert!(!stage.workspace.has("file") && !stage.workspace.has("log"));
}
