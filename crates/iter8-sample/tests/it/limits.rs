//! What clients may take, and how everything ends.

use std::time::Duration;

use iter8_sample::{Limits, Listen, Redirect, SampleConfig, serve};
use iter8_testkit::wait_until;

use crate::client::{LIMIT, connect, start};

fn limited(limits: Limits) -> SampleConfig {
    SampleConfig { limits, ..SampleConfig::default() }
}

#[test]
fn one_connection_too_many_is_refused() {
    let running = start(limited(Limits { connections: 2, ..Limits::default() }));
    let mut kept = connect(&running);
    kept.get("/");
    let mut other = connect(&running);
    other.get("/");
    let mut refused = connect(&running);
    let answer = refused.answer();
    assert_eq!((answer.status, answer.header("connection")), (503, Some("close")));
    assert!(refused.is_closed());
    drop(other);
    assert!(wait_until(LIMIT, || running.stats().connections_open == 1));
    assert_eq!(connect(&running).get("/").status, 200);
    assert_eq!(kept.get("/").status, 200);
    let stats = running.stop();
    assert_eq!((stats.connections_accepted, stats.connections_refused), (3, 1));
    assert_eq!((stats.requests, stats.service_time.count()), (4, 4));
}

#[test]
fn long_heads_are_refused() {
    let running = start(SampleConfig::default());
    let mut client = connect(&running);
    let fits = "x".repeat(60_000);
    client.send(format!("GET / HTTP/1.1\r\nhost: a\r\nfiller: {fits}\r\n\r\n"));
    assert_eq!(client.answer().status, 200);
    let long = "x".repeat(70_000);
    client.send(format!("GET / HTTP/1.1\r\nhost: a\r\nfiller: {long}\r\n\r\n"));
    assert_eq!(client.answer().status, 431);
    assert!(client.is_closed());
    let mut client = connect(&running);
    client.send(format!("GET / HTTP/1.1\r\nhost: a\r\n{}\r\n", "a: b\r\n".repeat(200)));
    assert_eq!(client.answer().status, 431);
}

#[test]
fn silent_connections_are_closed() {
    let idle = Duration::from_millis(30);
    let running = start(limited(Limits { idle, ..Limits::default() }));
    assert!(connect(&running).is_closed());
    let mut client = connect(&running);
    client.send("GET / HT");
    assert_eq!(client.answer().status, 408);
    assert!(client.is_closed());
    let mut client = connect(&running);
    client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nabc");
    assert_eq!(client.answer().status, 408);
}

#[test]
fn a_stop_ends_everything() {
    let running = start(SampleConfig::default());
    let mut idle = connect(&running);
    idle.get("/");
    let mut waiting = connect(&running);
    waiting.send("GET /delay/1h HTTP/1.1\r\nhost: a\r\n\r\n");
    let mut streaming = connect(&running);
    streaming.send("GET /bytes/900GiB HTTP/1.1\r\nhost: a\r\n\r\n");
    assert!(wait_until(LIMIT, || running.stats().requests == 3));
    let stats = running.stop();
    assert_eq!((stats.connections_open, stats.connections_accepted), (0, 3));
    assert!(idle.is_closed() && waiting.is_closed());
}

#[test]
fn a_drop_frees_the_address() {
    let running = start(SampleConfig::default());
    let listen = running.address().clone();
    connect(&running).get("/");
    let taken = serve(SampleConfig { listen: listen.clone(), ..SampleConfig::default() });
    assert_eq!(taken.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
    drop(running);
    let again = start(SampleConfig { listen, ..SampleConfig::default() });
    assert_eq!(connect(&again).get("/").status, 200);
}

#[test]
fn impossible_settings_are_refused() {
    let redirect = Some(Redirect { status: 302, location: "/a b".to_owned() });
    let error = serve(SampleConfig { redirect, ..SampleConfig::default() }).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    assert!(error.to_string().starts_with("invalid redirect location"));
    let listen = Listen::Unix("/no/such/folder/socket".into());
    assert!(serve(SampleConfig { listen, ..SampleConfig::default() }).is_err());
}
