//! What HTTP/1.1 demands of a server.

use iter8_sample::SampleConfig;
use iter8_testkit::wait_until;

use crate::client::{LIMIT, connect, start};

#[test]
fn pipelined_requests_are_answered_in_order() {
    let running = start(SampleConfig::default());
    let mut client = connect(&running);
    client.send(
        "\r\nGET /1 HTTP/1.1\r\nhost: a\r\n\r\n\
         POST /2 HTTP/1.1\r\nhost: a\r\ncontent-length: 12\r\n\r\nGET /x HTTP/\
         POST /3 HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n\
         1\r\nx\r\n0\r\nt: u\r\n\r\nHEAD /4 HTTP/1.1\r\nhost: a\r\n\r\n",
    );
    for path in ["/1", "/2", "/3"] {
        assert_eq!(client.answer().json()["path"], path);
    }
    assert_eq!(client.head().header("content-length"), Some("57"));
    assert_eq!(client.get("/5").json()["path"], "/5");
}

#[test]
fn head_has_the_fields_of_get_and_no_body() {
    for chunked in [false, true] {
        let running = start(SampleConfig { chunked, ..SampleConfig::default() });
        let mut client = connect(&running);
        let get = client.get("/bytes/70000");
        client.send("HEAD /bytes/70000 HTTP/1.1\r\nhost: a\r\n\r\n");
        assert_eq!(client.head().head, get.head);
        client.send("HEAD /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi");
        assert_eq!(client.head().header("content-length"), Some("2"));
        assert_eq!(client.get("/").status, 200);
    }
}

#[test]
fn connections_close_when_asked() {
    let running = start(SampleConfig::default());
    let mut client = connect(&running);
    client.send("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\nGET /unread HTTP/1.1\r\n");
    assert_eq!(client.answer().header("connection"), Some("close"));
    assert!(client.is_closed());
    drop(client);
    assert!(wait_until(LIMIT, || running.stats().connections_open == 0));
    assert_eq!(running.stats().requests, 1);
}

#[test]
fn http_1_0_clients() {
    let running = start(SampleConfig { chunked: true, ..SampleConfig::default() });
    let mut client = connect(&running);
    client.send("GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n");
    let answer = client.answer();
    assert_eq!(answer.header("connection"), Some("keep-alive"));
    assert_eq!(answer.header("transfer-encoding"), None);
    client.send("GET / HTTP/1.0\r\n\r\n");
    assert_eq!(client.answer().header("connection"), Some("close"));
    assert!(client.is_closed());
}

#[test]
fn bodies_are_invited() {
    let running = start(SampleConfig::default());
    let mut client = connect(&running);
    for path in ["/", "/echo"] {
        client.send(format!(
            "PUT {path} HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n"
        ));
        assert_eq!(client.head().head, "HTTP/1.1 100 Continue\r\n\r\n");
        client.send("body");
        assert_eq!(client.answer().status, 200);
    }
    // Who does not wait is not invited.
    client
        .send("PUT / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\nbody");
    assert_eq!(client.answer().status, 200);
}

#[test]
fn large_bodies_are_read_and_forgotten() {
    let running = start(SampleConfig::default());
    let mut client = connect(&running);
    let megabyte = vec![b'z'; 1 << 20];
    client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 20971520\r\n\r\n");
    for _ in 0..20 {
        client.send(&megabyte);
    }
    assert_eq!(client.answer().status, 200);
    client.send("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
    for _ in 0..20 {
        client.send("100000\r\n");
        client.send(&megabyte);
        client.send("\r\n");
    }
    client.send("0\r\n\r\n");
    assert_eq!(client.answer().status, 200);
}

#[test]
fn bad_requests_are_refused_and_the_connection_closed() {
    let cases = [
        ("nonsense\r\n\r\n", 400),
        ("\u{1}\u{2}\u{3}", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/3.0\r\n\r\n", 505),
        ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: a\r\nexpect: tea\r\n\r\n", 417),
    ];
    let running = start(SampleConfig::default());
    for (text, status) in cases {
        let mut client = connect(&running);
        client.send(text);
        let answer = client.answer();
        assert_eq!(answer.status, status, "{text:?}");
        assert_eq!(answer.header("connection"), Some("close"));
        assert!(answer.json()["error"].is_string());
        assert!(client.is_closed());
    }
    assert_eq!(running.stop().rejected, cases.len() as u64);
}

#[test]
fn an_echo_of_a_bad_body_ends_early() {
    let running = start(SampleConfig::default());
    let mut client = connect(&running);
    client.send(
        "POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\nx\r\n",
    );
    assert_eq!(client.head().status, 200);
    assert_eq!(client.exactly(6), b"1\r\na\r\n");
    assert!(client.is_closed());
}
