//! How connections begin, live and die.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::os::unix::net::UnixListener;

use iter8_load::{Control, run};
use iter8_load_http::{HttpPlan, HttpTransport, Target};
use iter8_testkit::{Script, ScriptedServer, Step};

use crate::{closed, count, sequence, target, verdicts};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Answers requests without a body on one connection after the other, until the peer closes.
fn answer_all<S: Read + Write>(mut stream: S) {
    let mut seen = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        seen.extend_from_slice(&buffer[..read]);
        if seen.ends_with(b"\r\n\r\n") {
            seen.clear();
            if stream.write_all(OK).is_err() {
                return;
            }
        }
    }
}

#[test]
fn ipv6_works() {
    // A machine without IPv6 has nothing to test here.
    let Ok(listener) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) else {
        return;
    };
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || answer_all(listener.accept().unwrap().0));
    let measurement = sequence(3, target(&format!("http://{address}/")));
    assert_eq!(verdicts(&measurement), "200 × 3");
}

#[test]
fn unix_sockets_work() {
    let folder = std::env::temp_dir().join(format!("iter8-load-http-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    std::thread::spawn(move || answer_all(listener.accept().unwrap().0));
    let request = Target { unix_socket: Some(path), ..target("http://no.such.host.invalid/") };
    let measurement = sequence(3, request);
    assert_eq!(verdicts(&measurement), "200 × 3");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn names_are_resolved_and_dead_addresses_skipped() {
    let server = ScriptedServer::start(Script::always([Step::ok("x")]));
    let by_name = format!("http://localhost:{}/", server.address().port());
    assert_eq!(verdicts(&sequence(3, target(&by_name))), "200 × 3");
    // An address where nobody listens comes first for every other connection.
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let plan = HttpPlan::try_from(target(&server.url())).unwrap();
    let transport = HttpTransport::with_addresses(plan, &[nobody, server.address()]).unwrap();
    let measurement = run(&closed(count(20), 4), &transport, &Control::default()).unwrap();
    assert_eq!(verdicts(&measurement), "200 × 20");
}

#[test]
fn a_host_without_address_is_an_error_before_any_request() {
    let plan = HttpPlan::try_from(target("http://no.such.host.invalid/")).unwrap();
    let error = HttpTransport::resolve(plan).unwrap_err();
    assert!(error.to_string().contains("no.such.host.invalid"), "{error}");
}

#[test]
fn a_close_that_is_announced_is_no_error() {
    let closing = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
    let server = ScriptedServer::start(Script::always([Step::raw(closing), Step::Close]));
    let measurement = sequence(5, target(&server.url()));
    assert_eq!(verdicts(&measurement), "200 × 5");
    assert_eq!(server.connections(), 5);
    assert_eq!(measurement.recorder.counts().reconnects, 4);
    assert_eq!(measurement.recorder.counts().retries, 0);
    assert_eq!(measurement.recorder.connect().count(), 5);
}

#[test]
fn without_keep_alive_each_request_has_its_connection() {
    let server = ScriptedServer::start(Script::always([Step::ok("x")]));
    let request = Target { keep_alive: false, ..target(&server.url()) };
    let measurement = sequence(4, request);
    assert_eq!(verdicts(&measurement), "200 × 4");
    assert_eq!(server.connections(), 4);
    assert!(server.requests().iter().all(|r| r.header("connection") == Some("close")));
}

#[test]
fn a_kept_connection_found_dead_is_replaced_without_an_error() {
    let server = ScriptedServer::start(Script::always([Step::KeepAliveThenClose { after: 2 }]));
    let measurement = sequence(7, target(&server.url()));
    assert_eq!(verdicts(&measurement), "200 × 7");
    assert_eq!(server.connections(), 4);
    assert_eq!(measurement.recorder.counts().reconnects, 3);
}

#[test]
fn a_reset_of_a_kept_connection_is_retried_once() {
    // Each connection answers once and resets when it sees the second request.
    let script = Script::per_connection([vec![Step::ok("x")], vec![Step::Reset]]);
    let server = ScriptedServer::start(script);
    let measurement = sequence(5, target(&server.url()));
    assert_eq!(verdicts(&measurement), "200 × 5");
    assert_eq!(measurement.recorder.counts().retries, 4);
    assert_eq!(server.connections(), 5);
}

#[test]
fn a_close_after_the_first_byte_of_a_response_is_not_retried() {
    let script =
        Script::per_connection([vec![Step::ok("x")], vec![Step::raw("HTTP/1.1 200"), Step::Close]]);
    let server = ScriptedServer::start(script);
    let measurement = sequence(4, target(&server.url()));
    assert_eq!(verdicts(&measurement), "200 × 2, connection closed early × 2");
    assert_eq!(measurement.recorder.counts().retries, 0);
}
