//! Methods: how they are found and called, and how calls end.

use serde_json::json;

use super::{BOTH_STREAM, CLIENT_STREAM, SERVER_STREAM, STDIN, Stage, UNARY};
use iter8_e2e::Workspace;
use iter8_e2e::service::GrpcServer;

#[test]
fn all_four_kinds_are_called() {
    let stage = Stage::new(&[]);
    assert_eq!(stage.run(json!({"call": UNARY, "total": 30})).counts(), (30, 0));
    let parameters = json!({"responseParameters": [{"size": 5}, {"size": 50, "intervalUs": 3000}]});
    let told = stage.run(json!({"call": SERVER_STREAM, "total": 20, "data": parameters}));
    assert_eq!((told.counts(), told.metric("message-count")), ((20, 0), 40.0));
    assert!(told.metric("message-latency-p50") >= 2.0, "{}", told.finished);
    let messages = json!([{"payload": {"body": "aGVsbG8="}}, {"payload": {"body": "eA=="}}]);
    let told = stage.run(json!({"call": CLIENT_STREAM, "total": 20, "data": messages}));
    assert_eq!(told.counts(), (20, 0));
    let each =
        json!([{"responseParameters": [{"size": 1}]}, {"responseParameters": [{"size": 2}]}]);
    let told = stage.run(json!({"call": BOTH_STREAM, "total": 20, "data": each}));
    assert_eq!((told.counts(), told.metric("message-count")), ((20, 0), 40.0));
    let calls = stage.calls(90);
    assert!(calls.iter().all(|call| call["ended"] == "OK"), "{calls:?}");
    let sent = |at: usize| calls[at]["messages"].as_array().map(Vec::len);
    assert_eq!((sent(0), sent(35), sent(55), sent(75)), (Some(1), Some(1), Some(2), Some(2)));
}

#[test]
fn descriptors_come_from_files_or_from_the_server() {
    let stage = Stage::new(&["-alpha"]);
    let proto = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/grpc/test.proto");
    let read = |name: &str| std::fs::read_to_string(proto.replace("test.proto", name)).unwrap();
    let set = stage.workspace.path().join("test.protoset");
    GrpcServer::write_protoset(&set);
    stage.workspace.write("elsewhere.proto", read("test.proto"));
    stage.workspace.write("imports/messages.proto", read("messages.proto"));
    for description in [
        json!({"proto": proto}),
        json!({"proto": "elsewhere.proto", "import-paths": ["imports"]}),
        json!({"protoset": set}),
        // The older reflection, as this server has no other.
        json!({}),
        json!({"reflect-metadata": {"who": "me"}}),
    ] {
        let mut inputs = json!({"call": UNARY, "total": 5});
        inputs.as_object_mut().unwrap().extend(description.as_object().unwrap().clone());
        assert_eq!(stage.run(inputs).counts(), (5, 0), "{description}");
    }
    let asked = stage.server.calls();
    let asked: Vec<_> =
        asked.iter().filter(|call| call["method"].as_str().unwrap().contains("Info")).collect();
    assert!(asked.iter().any(|call| call["metadata"]["who"][0] == "me"), "{asked:?}");
    assert!(asked.iter().any(|call| call["ended"] == "OK"));
}

#[test]
fn the_health_service_needs_no_descriptors() {
    let stage = Stage::new(&[]);
    assert_eq!(stage.run(json!({"health": true, "total": 7})).counts(), (7, 0));
    let calls = stage.calls(7);
    assert_eq!(calls[0]["method"], "/grpc.health.v1.Health/Check");
}

#[test]
fn what_cannot_be_called_is_told() {
    let stage = Stage::new(&[]);
    let host = stage.server.host();
    let failed = format!("Error: failed to run task 1 (grpc): failed to load-test {host}: ");
    let known = "methods are CacheableUnaryCall, EmptyCall, FullDuplexCall, HalfDuplexCall, \
                 StreamingInputCall, StreamingOutputCall, UnaryCall, UnimplementedCall";
    assert_eq!(
        stage.error(json!({"call": "grpc.testing.TestService.Unary"})),
        format!("{failed}service grpc.testing.TestService has no method \"Unary\"; {known}")
    );
    let unknown = stage.error(json!({"call": "no.Such.Call"}));
    assert!(unknown.contains("the server has no service no.Such; it has grpc."), "{unknown}");
    let proto = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/grpc/test.proto");
    let nobody = json!({"host": "127.0.0.1:1", "call": UNARY, "proto": proto});
    assert_eq!(
        stage.error(nobody),
        "Error: failed to run task 1 (grpc): failed to load-test 127.0.0.1:1: failed to connect to \
         127.0.0.1:1: connection refused"
    );
    // Before anything starts, since all is here.
    let wrong = json!({"call": UNARY, "proto": proto, "data": {"responseSize": "many"}});
    let early = stage.error(wrong);
    assert!(early.starts_with("Error: grpc: "), "{early}");
    assert!(stage.seen().is_empty());
}

#[test]
fn statuses_are_errors_unless_ok() {
    let stage = Stage::new(&[]);
    let status = json!({"responseStatus": {"code": 7, "message": "not you\nor me"}});
    let told = stage.run(json!({"call": UNARY, "total": 10, "data": status}));
    assert_eq!((told.counts(), told.metric("error-rate")), ((10, 10), 1.0));
    told.finished.logs("the server says with status 7: \"not you\\nor me\"").logs("10 × status 7");
    let mixed = json!([{"responseStatus": {"code": 14}}, {}, {}, {}]);
    let told = stage.run(json!({"call": UNARY, "total": 40, "data": mixed}));
    assert_eq!((told.counts(), told.metric("error-rate")), ((40, 10), 0.25));
}

#[test]
fn calls_have_a_time_limit() {
    let stage = Stage::new(&[]);
    let slow = json!({"responseSize": 5000, "responseStatus": {"message": "slow"}});
    let inputs = json!({"call": UNARY, "total": 4, "timeout": "300ms", "data": slow});
    let told = stage.run(inputs);
    assert_eq!(told.counts(), (4, 4));
    assert!(told.metric("latency-max") < 3000.0, "{}", told.finished);
    let calls = stage.calls(4);
    let deadline = calls[3]["deadline"].as_f64().unwrap();
    assert!(deadline > 0.0 && deadline <= 0.3, "{deadline}");
    // Twenty seconds unless one is given.
    let stage = Stage::new(&[]);
    stage.run(json!({"call": UNARY, "total": 1}));
    let deadline = stage.calls(1)[0]["deadline"].as_f64().unwrap();
    assert!(deadline > 15.0 && deadline <= 20.0, "{deadline}");
}

#[test]
fn messages_have_a_largest_size() {
    let stage = Stage::new(&[]);
    let large = json!({"responseSize": 100_000});
    let with = |more: &str, size: &str| {
        stage.run(json!({"call": UNARY, "total": 3, "data": large, more: size})).counts()
    };
    assert_eq!(with("max-recv-message-size", "200KB"), (3, 0));
    assert_eq!(with("max-recv-message-size", "50KB"), (3, 3));
    assert_eq!(with("max-send-message-size", "1MB"), (3, 0));
    let body = json!({"payload": {"body": "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"}});
    let small = json!({"call": UNARY, "data": body, "max-send-message-size": "8B"});
    assert!(stage.error(small).contains("max-send-message-size"));
}

/// gRPC itself allows 4 MiB unless told otherwise; here a message may have nearly 2 GiB.
#[test]
fn messages_of_any_size_come_and_go() {
    const MIB: u64 = 1 << 20;
    let stage = Stage::new(&["-largest=134217728"]);
    for size in [0, 1, 64 << 10, MIB, 4 * MIB - 10, 4 * MIB, 64 * MIB] {
        let data = json!({"responseSize": size});
        let told = stage.run(json!({"call": UNARY, "total": 2, "concurrency": 1, "data": data}));
        assert_eq!(told.counts(), (2, 0), "{size}\n{}", told.finished);
        let (bytes, expected) = (told.metric("bytes"), 2.0 * size as f64);
        assert!(bytes >= expected && bytes < expected * 1.01 + 2000.0, "{size}: {bytes} bytes");
    }
    for size in [1, 64 << 10, 3 * MIB, 16 * MIB] {
        let body = "A".repeat(usize::try_from(size).unwrap().next_multiple_of(4));
        let data = json!({"payload": {"body": body}}).to_string();
        let data = stage.workspace.write("data.json", data);
        let inputs = json!({"call": UNARY, "total": 2, "concurrency": 1, "data-file": data});
        let told = stage.run(inputs);
        assert_eq!(told.counts(), (2, 0), "{size}\n{}", told.finished);
    }
}

/// A gibibyte in 1,024 messages takes no more than two of them do.
#[test]
fn a_stream_of_a_gibibyte_is_read_in_little_memory() {
    let stage = Stage::new(&[]);
    let parameters = vec![json!({"size": 1 << 20}); 1024];
    let data = json!({"responseParameters": parameters});
    let told =
        stage.run(json!({"call": SERVER_STREAM, "total": 1, "data": data, "timeout": "60s"}));
    assert_eq!((told.counts(), told.count("message-count")), ((1, 0), 1024), "{}", told.finished);
    assert!(told.metric("bytes") > f64::from(1 << 30));
    assert!(told.peak < 32 << 10, "{} KiB", told.peak);
}

#[test]
fn results_say_what_they_are_called_and_come_from() {
    let stage = Stage::new(&[]);
    let endpoints = json!({"call": UNARY, "total": 4, "name": "n", "tags": {"a": "b"}, "endpoints": {
        "one": {}, "two": {"total": 6, "data": STDIN.parse::<serde_json::Value>().unwrap()},
    }});
    let told = stage.run(endpoints);
    assert!(told.metrics.is_empty(), "each endpoint has metrics of its own");
    let report = &told.finished.stdout;
    assert!(report.contains("grpc-one/latency-p99") && report.contains("grpc-two/request-count"));
    let told = stage.run(json!({"call": UNARY, "total": 4, "warmup": true}));
    assert!(told.metrics.is_empty());
}

#[test]
fn servers_are_reached_over_unix_domain_sockets() {
    let folder = tempfile::TempDir::new().unwrap();
    let socket = folder.path().join("socket");
    let server = GrpcServer::start_at(&socket);
    let stage = Stage { server, workspace: Workspace::new() };
    let path = socket.display();
    // Both spellings of gRPC, and reflection over the same socket.
    for host in [format!("unix:{path}"), format!("unix://{path}")] {
        let told = stage.run(json!({"host": host, "call": UNARY, "total": 20, "concurrency": 4}));
        assert_eq!(told.counts(), (20, 0), "{host}");
    }
    let calls = stage.calls(40);
    assert!(calls.iter().all(|call| call["metadata"][":authority"][0] == "localhost"), "{calls:?}");
    assert!(calls.iter().all(|call| call["peer"] == "@" || call["peer"] == ""), "{calls:?}");
    let nobody = format!("unix:{path}.not");
    let error = stage.error(json!({"host": nobody, "call": UNARY}));
    assert!(error.ends_with(&format!("ask {nobody} for its services: no such socket")), "{error}");
}
