//! Every form of body, and what servers get wrong about it.

use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use iter8_testkit::{Script, ScriptedServer, Step};

use crate::{sequence, target, verdicts};

/// Sends requests over one connection and compares the verdicts, the connections that the server
/// saw, and checks that there was no error that was not expected.
#[track_caller]
fn check(steps: impl Into<Vec<Step>>, requests: u64, expected: &str, connections: usize) {
    let server = ScriptedServer::start(Script::always(steps));
    let measurement = sequence(requests, target(&server.url()));
    assert_eq!(verdicts(&measurement), expected);
    assert_eq!(server.connections(), connections, "connections");
    assert_eq!(measurement.requests(), requests);
}

#[test]
fn length_chunks_and_close_all_end_a_body() {
    check([Step::ok("hello")], 3, "200 × 3", 1);
    check([Step::Sized { bytes: 0 }], 3, "200 × 3", 1);
    check([Step::ChunkedSized { bytes: 0 }], 3, "200 × 3", 1);
    check([Step::ChunkedSized { bytes: 70_000 }], 3, "200 × 3", 1);
    check([Step::raw("HTTP/1.1 200 OK\r\n\r\nall the rest"), Step::Close], 3, "200 × 3", 3);
    check([Step::raw("HTTP/1.0 200 OK\r\n\r\n"), Step::Close], 2, "200 × 2", 2);
}

#[test]
fn large_bodies_are_streamed_and_counted() {
    let large = 10 * 1024 * 1024;
    for step in [Step::Sized { bytes: large }, Step::ChunkedSized { bytes: large }] {
        let server = ScriptedServer::start(Script::always([step]));
        let measurement = sequence(3, target(&server.url()));
        assert_eq!(verdicts(&measurement), "200 × 3");
        assert_eq!(server.connections(), 1);
        let bytes = measurement.recorder.counts().bytes_in;
        assert!((3 * large..3 * large + 600_000).contains(&bytes), "{bytes}");
    }
}

/// Sends one request and compares the bytes that came with what the server sent.
#[track_caller]
fn check_bytes(steps: Vec<Step>, sent: u64) {
    let server = ScriptedServer::start(Script::always(steps));
    let measurement = sequence(1, target(&server.url()));
    assert_eq!(verdicts(&measurement), "200 × 1");
    assert_eq!(measurement.recorder.counts().bytes_in, sent);
}

#[test]
fn every_byte_of_a_response_is_counted() {
    let length = |text: &str| text.len() as u64;
    let chunked = length("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n");
    let lines = |size: u64| length(&format!("{size:x}\r\n\r\n"));
    for bytes in [0, 1, 65_535, 65_536, 65_537, 1 << 20, 100_000_000] {
        let head = length(&format!("HTTP/1.1 200 OK\r\ncontent-length: {bytes}\r\n\r\n"));
        check_bytes(vec![Step::Sized { bytes }], head + bytes);
        // The server sends chunks of 64 KiB, and one of what is left.
        let (whole, rest) = (bytes / 65_536, bytes % 65_536);
        let frames = whole * lines(65_536) + if rest > 0 { lines(rest) } else { 0 };
        check_bytes(vec![Step::ChunkedSized { bytes }], chunked + frames + bytes);
    }
    let rest = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(300_000));
    check_bytes(vec![Step::raw(&rest), Step::Close], length(&rest));
}

#[test]
fn resets_and_ends_are_errors_wherever_they_come() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for part in [
        "HTTP/1.1 2".to_owned(),
        "HTTP/1.1 200 OK\r\nContent-Le".to_owned(),
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n12345678".to_owned(),
        chunked.to_owned(),
        format!("{chunked}5\r\nabc"),
        format!("{chunked}5\r\nabcde\r\n"),
        format!("{chunked}5\r\nabcde\r\n0\r\n"),
        format!("{chunked}5\r\nabcde\r\n0\r\nX-End: 1\r\n"),
    ] {
        check([Step::raw(&part), Step::Reset], 2, "connection reset × 2", 2);
        check([Step::raw(&part), Step::Close], 2, "connection closed early × 2", 2);
    }
    // A body that ends with its connection must not end with a reset.
    let open = Step::raw("HTTP/1.1 200 OK\r\n\r\nall the");
    check([open, Step::Reset], 2, "connection reset × 2", 2);
}

#[test]
fn every_status_is_counted_as_it_is() {
    let next = AtomicU16::new(200);
    let server = ScriptedServer::answering(move |_| {
        let status = next.fetch_add(1, Ordering::SeqCst);
        // These have no content.
        vec![Step::reply(status, if matches!(status, 204 | 304) { "" } else { "body" })]
    });
    let measurement = sequence(800, target(&server.url()));
    let counted: Vec<_> = measurement.recorder.counts().statuses().collect();
    assert_eq!(counted, (200..1000).map(|status| (status, 1)).collect::<Vec<_>>());
    assert_eq!((server.connections(), measurement.recorder.counts().failures().count()), (1, 0));
}

#[test]
fn bodies_just_around_the_size_of_the_buffer() {
    for bytes in 65_400..65_600u64 {
        if bytes % 20 == 0 {
            check([Step::Sized { bytes }], 2, "200 × 2", 1);
        }
    }
    // Exactly one buffer, head included, and then something that nobody asked for.
    for (extra, expected) in [("", "200 × 1"), ("x", "protocol error × 1")] {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 65494\r\n\r\n";
        assert_eq!(head.len() + 65_494, 65_536);
        let body = "y".repeat(65_494);
        check([Step::raw(format!("{head}{body}{extra}"))], 1, expected, 1);
    }
}

#[test]
fn responses_that_come_byte_by_byte() {
    let bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    let slow = Step::SlowBytes { bytes: bytes.to_vec(), gap: Duration::from_micros(200) };
    check([slow], 2, "200 × 2", 1);
}

#[test]
fn errors_keep_the_connection_when_their_body_has_an_end() {
    check([Step::reply(404, "no such page")], 3, "404 × 3", 1);
    check([Step::reply(503, "")], 3, "503 × 3", 1);
}

#[test]
fn responses_without_a_body() {
    check([Step::raw("HTTP/1.1 204 No Content\r\n\r\n")], 3, "204 × 3", 1);
    check([Step::raw("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n")], 3, "304 × 3", 1);
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
    let server = ScriptedServer::start(Script::always([Step::raw(head)]));
    let request = crate::Target { method: Some("HEAD".to_owned()), ..target(&server.url()) };
    assert_eq!(verdicts(&sequence(3, request)), "200 × 3");
    assert_eq!(server.connections(), 1);
}

#[test]
fn interim_responses_do_not_count() {
    check([Step::Interim100, Step::ok("x")], 3, "200 × 3", 1);
    let hints = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    check([Step::raw(hints), Step::Interim100, Step::ok("x")], 2, "200 × 2", 1);
    check([Step::raw(hints.repeat(17)), Step::ok("x")], 1, "protocol error × 1", 1);
    check([Step::raw("HTTP/1.1 101 Switching Protocols\r\n\r\n")], 1, "protocol error × 1", 1);
}

#[test]
fn lengths_that_lie_are_errors_and_cost_the_connection() {
    check([Step::LyingLength { said: 10, sent: 5 }], 2, "connection closed early × 2", 2);
    check([Step::LyingLength { said: 5, sent: 10 }], 2, "protocol error × 2", 2);
    let conflicting = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab";
    check([Step::raw(conflicting)], 2, "protocol error × 2", 2);
    check([Step::TwoResponses], 2, "protocol error × 2", 2);
}

#[test]
fn garbage_is_an_error_of_the_protocol() {
    check([Step::Garbage { seed: 7, bytes: 500 }], 2, "protocol error × 2", 2);
    check([Step::raw("220 smtp.example ESMTP\r\n")], 2, "protocol error × 2", 2);
    check([Step::HeadOfBytes(70_000)], 1, "protocol error × 1", 1);
    check([Step::HeadOfBytes(60_000)], 2, "200 × 2", 1);
}
