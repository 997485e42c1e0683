//! What servers see.

use std::collections::BTreeSet;
use std::sync::Arc;

use iter8_load_http::Target;
use iter8_testkit::{Script, ScriptedServer, Step};

use crate::{closed, count, load, sequence, target, verdicts};

fn ok_server() -> ScriptedServer {
    ScriptedServer::start(Script::always([Step::ok("hello")]))
}

#[test]
fn method_path_headers_and_body_arrive() {
    let server = ok_server();
    let request = Target {
        method: Some("PATCH".to_owned()),
        headers: vec![
            ("X-Trace".to_owned(), "1".to_owned()),
            ("host".to_owned(), "alias.example".to_owned()),
        ],
        body: Arc::from(*b"{}"),
        content_type: Some("application/json".to_owned()),
        ..target(&format!("{}a/b?c=d", server.url()))
    };
    sequence(2, request);
    for seen in server.requests() {
        assert_eq!((seen.method(), seen.target()), ("PATCH", "/a/b?c=d"));
        assert_eq!(seen.header("x-trace"), Some("1"));
        assert_eq!(seen.header("host"), Some("alias.example"));
        assert_eq!(seen.header("content-type"), Some("application/json"));
        assert!(seen.header("user-agent").unwrap().starts_with("iter8/"));
        assert_eq!(seen.body, b"{}");
    }
    assert_eq!(server.request_count(), 2);
}

#[test]
fn large_bodies_are_sent_in_parts() {
    let server = ok_server();
    let body: Vec<u8> = (0..10_000_000u32).map(|n| n.to_le_bytes()[0]).collect();
    let request = Target { body: body.clone().into(), ..target(&server.url()) };
    let measurement = load(&closed(count(4), 2), request);
    assert_eq!(verdicts(&measurement), "200 × 4");
    let seen = server.requests();
    assert_eq!(seen.len(), 4);
    // The server keeps the first MiB.
    assert!(seen.iter().all(|request| request.body == body[..1 << 20]));
    assert!(seen.iter().all(|request| request.body_size == 10_000_000));
    let bytes = measurement.recorder.counts().bytes_out;
    assert!((40_000_000..40_002_000).contains(&bytes), "{bytes}");
}

#[test]
fn uuids_are_fresh_in_each_request_of_each_connection() {
    let server = ok_server();
    let request = Target {
        body: Arc::from(*b"id={uuid}"),
        ..target(&format!("{}item/{{uuid}}", server.url()))
    };
    load(&closed(count(50), 5), request);
    let seen = server.requests();
    let ids: BTreeSet<String> = seen
        .iter()
        .flat_map(|request| {
            let path = request.target().strip_prefix("/item/").unwrap().to_owned();
            let body = String::from_utf8(request.body[3..].to_vec()).unwrap();
            assert_eq!((path.len(), body.len()), (36, 36));
            [path, body]
        })
        .collect();
    assert_eq!(ids.len(), 100);
}

#[test]
fn every_connection_carries_its_part() {
    let server = ok_server();
    let measurement = load(&closed(count(200), 8), target(&server.url()));
    assert_eq!(verdicts(&measurement), "200 × 200");
    assert_eq!(server.connections(), 8);
    assert_eq!(measurement.recorder.connect().count(), 8);
    assert_eq!(measurement.recorder.counts().reconnects, 0);
}
