//! Requests as they arrive: whole, split, wrong.

use super::*;

fn head(text: &str) -> Head {
    let (head, length) = parse(text.as_bytes()).unwrap().unwrap();
    assert_eq!(length, text.len());
    head
}

fn refusal(text: &str) -> (u16, &'static str) {
    match parse(text.as_bytes()) {
        Err(Fault::Refused { status, why }) => (status, why),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_plain_request() {
    let expected = Head {
        omits_body: false,
        path: "/a/b".to_owned(),
        version: Version::Http11,
        keeps_alive: true,
        expects_continue: false,
        framing: Framing::Length(0),
        content_type: None,
    };
    assert_eq!(head("GET /a/b?c=/d HTTP/1.1\r\nHost: x\r\n\r\n"), expected);
    assert!(!expected.has_body());
}

#[test]
fn fields_that_matter() {
    let post = head(
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 12\r\nContent-Length: 12\r\n\
         expect: 100-Continue\r\nconnection: upgrade, Close\r\ncontent-type: text/plain\r\n\r\n",
    );
    assert_eq!(post.framing, Framing::Length(12));
    assert!(post.expects_continue && !post.keeps_alive && post.has_body());
    assert_eq!(post.content_type.as_deref(), Some("text/plain"));
    let chunked = head("PUT / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: Chunked\r\n\r\n");
    assert_eq!(chunked.framing, Framing::Chunked);
    assert!(head("HEAD / HTTP/1.1\r\nhost: x\r\n\r\n").omits_body);
}

#[test]
fn http_1_0_closes_unless_asked() {
    let plain = head("GET / HTTP/1.0\r\n\r\n");
    assert!(plain.version == Version::Http10 && !plain.keeps_alive);
    assert!(head("GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n").keeps_alive);
    assert!(!head("GET / HTTP/1.0\r\nexpect: 100-continue\r\n\r\n").expects_continue);
}

#[test]
fn paths() {
    for (target, path) in [
        ("/", "/"),
        ("/a?b#c", "/a"),
        ("/a://b", "/a://b"),
        ("http://h:80/a/b?c", "/a/b"),
        ("http://h", "/"),
        ("http://h?q=/x", "/"),
        ("*", "*"),
    ] {
        assert_eq!(path_of(target), path, "{target}");
    }
}

#[test]
fn incomplete_heads_are_awaited() {
    let whole = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    for length in 0..whole.len() {
        assert!(matches!(parse(&whole.as_bytes()[..length]), Ok(None)), "{length}");
    }
}

#[test]
fn refusals() {
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(FIELDS + 1));
    let cases = [
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", 400),
        ("GET\0 / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/2.0\r\n\r\n", 505),
        ("CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n", 501),
        ("GET / HTTP/1.1\r\nhost: a\r\ncontent-length: +1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 1, 1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999999999999999\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\n\r\n", 501),
        (
            "GET / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ncontent-length: 1\r\n\r\n",
            400,
        ),
        ("GET / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: a\r\nexpect: rain\r\n\r\n", 417),
        (many.as_str(), 431),
    ];
    for (text, status) in cases {
        assert_eq!(refusal(text).0, status, "{text}");
    }
}
