//! What servers see.

use std::collections::{BTreeMap, BTreeSet};
use std::num::{NonZeroU64, NonZeroUsize};
use std::sync::Arc;

use iter8_load_http::{Entry, Target};
use iter8_testkit::{Captured, Script, ScriptedServer, Step};

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

/// Which request a number is does not depend on who sends it.
#[test]
fn requests_take_turns_by_weight() {
    let entry = |url: &str, weight| Entry {
        url: Some(url.to_owned()),
        weight: NonZeroU64::new(weight).unwrap(),
        ..Entry::default()
    };
    let requests = vec![
        entry("/often", 5),
        Entry { method: Some("PUT".to_owned()), ..entry("/put", 2) },
        Entry { body: Some(Arc::from(*b"{uuid}")), ..entry("/fresh/{uuid}", 1) },
        Entry { body: Some(vec![b'x'; 100_000].into()), ..entry("/large", 2) },
    ];
    for (connections, threads) in [(1, 1), (3, 2), (8, 2)] {
        let server = ok_server();
        let target = Target { requests: requests.clone(), ..target(&server.url()) };
        let threads = NonZeroUsize::new(threads).unwrap();
        let plan = closed(count(200), connections).with_threads(threads);
        let measurement = load(&plan, target);
        assert_eq!(verdicts(&measurement), "200 × 200");
        let mut seen = BTreeMap::new();
        for request in server.requests() {
            let path = request.target().split('/').nth(1).unwrap().to_owned();
            let shape = format!("{} /{path} {}", request.method(), request.body_size);
            *seen.entry(shape).or_insert(0) += 1;
        }
        let expected = [
            ("GET /often 0", 100),
            ("PUT /put 0", 40),
            ("POST /fresh 36", 20),
            ("POST /large 100000", 40),
        ];
        assert_eq!(seen, expected.map(|(shape, count)| (shape.to_owned(), count)).into());
    }
}

#[test]
fn one_connection_sends_requests_in_their_order() {
    let server = ok_server();
    let entry = |url: &str| Entry { url: Some(url.to_owned()), ..Entry::default() };
    let requests = vec![entry("/a"), entry("/b/{uuid}"), entry("/c/{uuid}")];
    load(&closed(count(8), 1), Target { requests, ..target(&server.url()) });
    let seen = server.requests();
    let order: String = seen.iter().map(|request| &request.target()[1..2]).collect();
    assert_eq!(order, "abcabcab");
    let own: BTreeSet<&str> = seen.iter().map(Captured::target).collect();
    assert_eq!(own.len(), 6, "{own:?}");
}

#[test]
fn requests_are_redirected_as_what_they_are() {
    let server = ScriptedServer::start(Script::in_turn([
        vec![Step::raw("HTTP/1.1 307 Away\r\nLocation: next\r\nContent-Length: 0\r\n\r\n")],
        vec![Step::ok("x")],
    ]));
    let entry = |url: &str, body: &[u8]| Entry {
        url: Some(url.to_owned()),
        body: Some(body.into()),
        ..Entry::default()
    };
    let requests = vec![entry("/x/first", b"1"), entry("/y/second", b"2")];
    let target = Target { requests, follow_redirects: true, ..target(&server.url()) };
    assert_eq!(verdicts(&load(&closed(count(2), 1), target)), "200 × 2");
    let seen = server.requests();
    let seen: Vec<_> =
        seen.iter().map(|request| (request.target(), request.body.as_slice())).collect();
    assert_eq!(seen, [("/x/first", &b"1"[..]), ("/x/next", b"1"), ("/y/second", b"2")]);
}
