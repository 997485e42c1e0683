//! What calls send: data, metadata, templates, and how messages travel.

use serde_json::{Value, json};

use super::{BOTH_STREAM, CLIENT_STREAM, SERVER_STREAM, Stage, UNARY, text, texts};

/// What the server saw of a run.
fn seen(stage: &Stage, inputs: Value) -> Vec<Value> {
    let (sent, _) = stage.run(inputs).counts();
    stage.calls(usize::try_from(sent).unwrap())
}

#[test]
fn data_comes_from_inputs_files_and_stdin() {
    let binary = [&[0x3a, 4, 0x12, 2][..], b"hi"].concat();
    let delimited: Vec<u8> = [&[6][..], &binary, &[6], &binary[..4], b"ho"].concat();
    for (inputs, expected) in [
        (json!({"data": text("a")}), vec!["a"; 4]),
        (json!({"data": [text("a"), text("b"), text("c")]}), vec!["a", "b", "c", "a"]),
        (json!({"data-file": "list.json", "data": text("not this")}), vec!["x", "y", "x", "y"]),
        (json!({"data": "@"}), vec!["from stdin"; 4]),
        (json!({"binary-file": "one.bin", "data-file": "list.json"}), vec!["hi"; 4]),
        (json!({"binary-file": "two.bin"}), vec!["hi", "ho", "hi", "ho"]),
        (json!({}), vec![""; 4]),
    ] {
        let stage = Stage::new(&[]);
        stage.workspace.write("list.json", json!([text("x"), text("y")]).to_string());
        stage.workspace.write("one.bin", &binary);
        stage.workspace.write("two.bin", &delimited);
        let mut all = json!({"call": UNARY, "total": 4, "concurrency": 1});
        all.as_object_mut().unwrap().extend(inputs.as_object().unwrap().clone());
        assert_eq!(texts(&seen(&stage, all)), expected, "{inputs}");
    }
}

#[test]
fn templates_are_evaluated_for_each_call() {
    let stage = Stage::new(&[]);
    let template = "{{.RequestNumber}} {{.WorkerID}} {{.MethodName}} {{randomString 4}} {{.UUID}} \
                    {{.TimestampUnix}} {{randomInt 3 4}} {{upper .ServiceName}}";
    let inputs = json!({
        "call": UNARY, "total": 3, "concurrency": 1, "name": "load", "data": text(template),
        "metadata": {"x-number": "{{.RequestNumber}}", "plain": "p"},
    });
    let calls = seen(&stage, inputs);
    let texts = texts(&calls);
    assert_eq!(texts.len(), 3);
    for (number, text) in texts.iter().enumerate() {
        let parts: Vec<&str> = text.split(' ').collect();
        let expected = [&number.to_string(), "load:g0c0", "UnaryCall"];
        assert_eq!(parts[..3], expected, "{text}");
        assert_eq!((parts[3].len(), parts[4].len(), parts[6]), (4, 36, "3"), "{text}");
        assert_eq!(parts[7], "TESTSERVICE");
        let metadata = &calls[number]["metadata"];
        assert_eq!(
            (&metadata["x-number"][0], &metadata["plain"][0]),
            (&json!(number.to_string()), &json!("p"))
        );
    }
    assert_ne!(texts[0].split(' ').nth(4), texts[1].split(' ').nth(4));
    // One that cannot be evaluated is told before anything is sent.
    let stage = Stage::new(&[]);
    let error = stage.error(json!({"call": UNARY, "data": text("{{.Nope}}")}));
    assert!(error.contains("Nope"), "{error}");
    assert!(stage.seen().is_empty());
}

#[test]
fn templates_may_be_left_as_they_are() {
    let stage = Stage::new(&[]);
    let inputs = json!({"call": UNARY, "total": 1, "data": text("{{.RequestNumber}}"), "disable-template-data": true});
    assert_eq!(texts(&seen(&stage, inputs)), ["{{.RequestNumber}}"]);
    let stage = Stage::new(&[]);
    let inputs =
        json!({"call": UNARY, "data": text("{{newUUID}}"), "disable-template-functions": true});
    assert!(stage.error(inputs).contains("newUUID"));
}

#[test]
fn metadata_comes_from_inputs_or_a_file_and_may_be_binary() {
    let stage = Stage::new(&[]);
    let inputs = json!({"call": UNARY, "total": 1, "authority": "shop.example",
        "metadata": {"X-One": "1", "data-bin": "aGVsbG8=", "authorization": "Bearer t"}});
    let call = seen(&stage, inputs).remove(0);
    let metadata = &call["metadata"];
    assert_eq!(metadata["x-one"], json!(["1"]));
    assert_eq!(metadata["data-bin"], json!(["hello"]));
    assert_eq!(metadata["authorization"], json!(["Bearer t"]));
    assert_eq!(metadata[":authority"], json!(["shop.example"]));
    assert!(metadata["user-agent"][0].as_str().unwrap().starts_with("grpc-iter8/"));
    let stage = Stage::new(&[]);
    stage.workspace.write("metadata.json", r#"{"from": "file"}"#);
    let inputs = json!({"call": UNARY, "total": 1, "metadata": {"from": "inputs"},
        "metadata-file": "metadata.json"});
    assert_eq!(seen(&stage, inputs)[0]["metadata"]["from"], json!(["file"]));
}

#[test]
fn messages_may_be_compressed() {
    let stage = Stage::new(&[]);
    let inputs = json!({"call": UNARY, "total": 3, "enable-compression": true,
        "data": {"responseSize": 10_000, "responseStatus": {"message": "zip"}}});
    let told = stage.run(inputs);
    assert_eq!(told.counts(), (3, 0));
    // The server answers as it was asked.
    assert!(told.metric("bytes") < 3000.0, "{}", told.finished);
    assert_eq!(texts(&stage.calls(3)), ["zip", "zip", "zip"]);
}

#[test]
fn streams_send_as_many_as_asked_and_pause_between() {
    let stage = Stage::new(&[]);
    let data = json!([{"payload": {"body": "YQ=="}}, {"payload": {"body": "Yg=="}}]);
    let inputs = json!({"call": CLIENT_STREAM, "total": 1, "data": data,
        "stream-call-count": 5, "stream-interval": "40ms"});
    let call = seen(&stage, inputs).remove(0);
    let bodies: Vec<_> =
        call["messages"].as_array().unwrap().iter().map(|m| &m["payload"]["body"]).collect();
    assert_eq!(bodies, ["YQ==", "Yg==", "YQ==", "Yg==", "YQ=="]);
    let seconds: Vec<f64> =
        call["seconds"].as_array().unwrap().iter().filter_map(Value::as_f64).collect();
    assert!(seconds[4] - seconds[0] >= 0.15, "{seconds:?}");
    // After a while no more are sent, and that is no error.
    let stage = Stage::new(&[]);
    let inputs = json!({"call": BOTH_STREAM, "total": 1, "data": data, "stream-call-count": 1000,
        "stream-interval": "20ms", "stream-call-duration": "200ms"});
    assert_eq!(stage.run(inputs).counts(), (1, 0));
    let sent = stage.calls(1)[0]["messages"].as_array().unwrap().len();
    assert!((2..=12).contains(&sent), "{sent}");
}

#[test]
fn each_message_of_a_stream_may_be_evaluated() {
    let stage = Stage::new(&[]);
    let data = json!({"payload": {"body": "{{randomString 8 | b64enc}}"}});
    let inputs = json!({"call": CLIENT_STREAM, "total": 1, "data": data,
        "stream-call-count": 3, "stream-dynamic-messages": true});
    let call = seen(&stage, inputs).remove(0);
    let messages = call["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 3);
    assert!(messages[0] != messages[1] && messages[1] != messages[2], "{messages:?}");
    let fixed = json!({"call": CLIENT_STREAM, "data": {}, "stream-dynamic-messages": true});
    let error = stage.error(fixed);
    assert!(error.contains("default message provider cannot be used with static data"), "{error}");
}

/// Gaps of 2, 30 and 90 ms after each first message: their number and their quantiles are known,
/// except for how late a server wakes up. None is shorter than it was to be.
#[test]
fn times_between_messages_are_told() {
    let stage = Stage::new(&[]);
    let gaps = [0, 2, 2, 2, 2, 2, 30, 30, 30, 90];
    let parameters: Vec<Value> =
        gaps.map(|gap| json!({"size": 9, "intervalUs": gap * 1000})).into_iter().collect();
    let data = json!({"responseParameters": parameters});
    let inputs = json!({"call": SERVER_STREAM, "total": 10, "concurrency": 5, "data": data,
        "percentiles": [10, 50, 75, 95]});
    let told = stage.run(inputs);
    assert_eq!((told.counts(), told.count("message-count")), ((10, 0), 100), "{}", told.finished);
    for (name, least, most) in [
        ("message-latency-p50", 2.0, 22.0),
        ("message-latency-p75", 30.0, 50.0),
        ("message-latency-p95", 90.0, 110.0),
        ("message-latency-max", 90.0, 500.0),
        ("message-latency-mean", 21.0, 41.0),
    ] {
        let found = told.metric(name);
        // A thousandth is the resolution of the histogram.
        assert!(found >= least * 0.999 && found < most, "{name}: {found}\n{}", told.finished);
    }
    // A call's own time is the sum of its gaps.
    assert!(told.metric("latency-min") >= 190.0, "{}", told.finished);
}

#[test]
fn streams_of_a_server_may_be_ended() {
    let stage = Stage::new(&[]);
    let many = json!({"responseParameters": vec![json!({"size": 3, "intervalUs": 5000}); 100]});
    let inputs = json!({"call": SERVER_STREAM, "total": 2, "data": many, "stream-call-count": 4});
    let told = stage.run(inputs);
    assert_eq!((told.counts(), told.metric("message-count")), ((2, 0), 8.0));
    let inputs =
        json!({"call": SERVER_STREAM, "total": 2, "data": many, "stream-call-duration": "100ms"});
    let told = stage.run(inputs);
    assert_eq!(told.counts(), (2, 0));
    assert!(told.metric("message-count") < 100.0 && told.metric("latency-max") >= 99.0);
}
