//! What each step sends.

use std::io::Read;
use std::net::TcpStream;
use std::time::Duration;

use iter8_testkit::{Script, ScriptedServer, Step, wait_until};

use crate::client::{End, GET, connect, expect, get, rest, send};

const OK: &str = "HTTP/1.1 200 Scripted\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok";
const LIMIT: Duration = Duration::from_secs(20);

fn always(steps: impl Into<Vec<Step>>) -> ScriptedServer {
    ScriptedServer::start(Script::always(steps))
}

/// All that one GET is answered with.
fn answer(steps: impl Into<Vec<Step>>) -> (String, End) {
    get(&always(steps))
}

fn closed(text: &str) -> (String, End) {
    (text.to_owned(), End::Closed)
}

#[test]
fn replies_and_raw_bytes() {
    assert_eq!(answer([Step::ok("ok")]), closed(OK));
    let headers = vec![("Content-Length".to_owned(), "7".to_owned())];
    let own = Step::Reply { status: 503, headers, body: b"ab".to_vec() };
    assert_eq!(answer([own]), closed("HTTP/1.1 503 Scripted\r\nContent-Length: 7\r\n\r\nab"));
    assert_eq!(answer([Step::raw("a"), Step::raw("b"), Step::Close, Step::raw("c")]), closed("ab"));
}

#[test]
fn connections_are_kept_unless_a_close_is_asked_for() {
    let server = always([Step::ok("ok")]);
    let stream = connect(&server);
    send(&stream, &GET.repeat(2));
    expect(&stream, &OK.repeat(2));
    send(&stream, "GET / HTTP/1.1\r\nconnection: close\r\n\r\n");
    assert_eq!(rest(&stream), (OK.as_bytes().to_vec(), End::Closed));
    assert_eq!((server.connections(), server.request_count()), (1, 3));
}

#[test]
fn slow_bytes_and_waits() {
    let gap = Duration::from_millis(2);
    assert_eq!(answer([Step::SlowBytes { bytes: b"slow".to_vec(), gap }]), closed("slow"));
    assert_eq!(answer([Step::Wait(gap), Step::ok("ok")]), closed(OK));
}

#[test]
fn closes_and_resets() {
    assert_eq!(answer([Step::Close]), closed(""));
    assert_eq!(answer([Step::Reset]), (String::new(), End::Reset));
}

#[test]
fn ends_right_after_the_accept() {
    let server = always([Step::ResetAfterAccept]);
    assert_eq!(rest(&connect(&server)), (Vec::new(), End::Reset));
    let server = always([Step::CloseAfterAccept]);
    assert_eq!(rest(&connect(&server)), (Vec::new(), End::Closed));
    assert_eq!((server.connections(), server.request_count()), (1, 0));
}

#[test]
fn never_answers_until_the_peer_leaves_or_the_server_stops() {
    assert_eq!(answer([Step::NeverAnswer]), closed(""));
    let server = always([Step::NeverAnswer]);
    let stream = connect(&server);
    send(&stream, GET);
    assert!(wait_until(LIMIT, || server.request_count() == 1));
    assert_eq!(server.open_connections(), 1);
    drop(server);
    assert_eq!(rest(&stream), (Vec::new(), End::Closed));
}

#[test]
fn a_stop_ends_long_waits() {
    let server = always([Step::Wait(Duration::from_hours(1))]);
    let stream = connect(&server);
    send(&stream, GET);
    assert!(wait_until(LIMIT, || server.request_count() == 1));
    drop(server);
    assert_eq!(rest(&stream), (Vec::new(), End::Closed));
}

#[test]
fn garbage_is_what_it_is() {
    let bytes = || {
        let server = always([Step::Garbage { seed: 7, bytes: 1000 }]);
        let stream = connect(&server);
        send(&stream, GET);
        rest(&stream)
    };
    assert_eq!(bytes().0.len(), 1000);
    assert_eq!(bytes(), bytes());
}

#[test]
fn endless_ends_with_the_peer() {
    let server = always([Step::Endless]);
    let stream = connect(&server);
    send(&stream, GET);
    expect(&stream, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nxxxxx");
    let mut much = vec![0; 10_000_000];
    (&stream).read_exact(&mut much).unwrap();
    assert!(much.iter().all(|&byte| byte == b'x'));
    drop(stream);
    assert!(wait_until(LIMIT, || server.open_connections() == 0));
}

#[test]
fn endless_ends_with_the_server() {
    let server = always([Step::Endless]);
    let stream = connect(&server);
    send(&stream, GET);
    assert!(wait_until(LIMIT, || server.request_count() == 1));
    // Nothing reads: the server is stuck in a write.
    drop(server);
}

#[test]
fn sized_bodies() {
    let (text, end) = answer([Step::Sized { bytes: 200_000 }]);
    assert_eq!(end, End::Closed);
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 200000\r\n\r\n";
    assert_eq!(text, format!("{head}{}", "x".repeat(200_000)));

    let (text, _) = answer([Step::ChunkedSized { bytes: 65_539 }]);
    let body = format!("10000\r\n{}\r\n3\r\nxxx\r\n0\r\n\r\n", "x".repeat(65_536));
    assert_eq!(text, format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{body}"));
    let (text, _) = answer([Step::ChunkedSized { bytes: 0 }]);
    assert!(text.ends_with("\r\n\r\n0\r\n\r\n"));
}

#[test]
fn lying_lengths() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n";
    assert_eq!(answer([Step::LyingLength { said: 4, sent: 2 }]), closed(&format!("{head}xx")));
    let server = always([Step::LyingLength { said: 4, sent: 6 }]);
    let stream = connect(&server);
    send(&stream, &GET.repeat(2));
    expect(&stream, &format!("{head}xxxxxx").repeat(2));
}

#[test]
fn two_responses_to_one_request() {
    let one = |body: &str| {
        format!("HTTP/1.1 200 Scripted\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    };
    assert_eq!(answer([Step::TwoResponses]), closed(&(one("first") + &one("second"))));
}

#[test]
fn heads_of_any_size() {
    let (text, _) = answer([Step::HeadOfBytes(70_000)]);
    assert_eq!(text.len(), 70_000);
    assert!(text.ends_with("x\r\n\r\n"));
}

#[test]
fn interim_answers_come_before_the_body() {
    let server = always([Step::Interim100, Step::ok("ok")]);
    let stream = connect(&server);
    send(&stream, "PUT / HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n");
    expect(&stream, "HTTP/1.1 100 Continue\r\n\r\n");
    send(&stream, "body");
    expect(&stream, OK);
    assert_eq!(server.requests()[0].body, b"body");
}

#[test]
fn without_an_interim_answer_the_body_is_not_awaited() {
    let server = always([Step::ok("ok")]);
    let stream = connect(&server);
    send(&stream, "PUT / HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n");
    assert_eq!(rest(&stream), (OK.as_bytes().to_vec(), End::Closed));
}

#[test]
fn idle_connections_are_closed_after_so_many_answers() {
    let kept = "HTTP/1.1 200 Scripted\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok";
    let server = always([Step::KeepAliveThenClose { after: 2 }]);
    for _ in 0..2 {
        let stream: TcpStream = connect(&server);
        send(&stream, GET);
        expect(&stream, kept);
        send(&stream, GET);
        assert_eq!(rest(&stream), (kept.as_bytes().to_vec(), End::Closed));
    }
}
