//! Responses as they should be and as they should not.

use expect_test::{Expect, expect};
use iter8_h2::Settings;

use crate::recorder::Recorder;
use crate::wire::*;

/// Events and our frames after these bytes on a connection with both streams.
fn check(frames: &[Vec<u8>], expected: &Expect) {
    let lines = |chunk: usize| {
        let (mut connection, _) = opened(&Settings::default(), &[]);
        let mut recorder = Recorder::default();
        for part in frames.concat().chunks(chunk) {
            connection.receive(part, &mut recorder).unwrap();
        }
        let ours = sent(&mut connection).into_iter().map(|line| format!("-> {line}"));
        recorder.lines().into_iter().chain(ours).collect::<Vec<_>>().join("\n")
    };
    let whole = lines(usize::MAX);
    assert_eq!(lines(1), whole, "byte by byte");
    expected.assert_eq(&whole);
}

#[test]
fn a_response_with_content_and_trailers() {
    check(
        &[
            ok(0, 1, &[("content-type", "application/grpc"), ("set-cookie", "")]),
            frame(DATA, 0, 1, b"hel"),
            frame(DATA, 0, 1, b""),
            frame(DATA, 0, 1, b"lo"),
            headers(END_STREAM, 1, &[("grpc-status", "0")]),
        ],
        &expect![[r"
            10 head 200
            10 field content-type: application/grpc
            10 field set-cookie: 
            10 data hello
            10 trailers
            10 field grpc-status: 0
            10 end"]],
    );
}

#[test]
fn trailers_only() {
    check(
        &[ok(END_STREAM, 3, &[("grpc-status", "12")])],
        &expect![[r"
            30 head 200
            30 field grpc-status: 12
            30 end
            -> reset 3: 0"]],
    );
}

#[test]
fn interim_responses_are_passed_over() {
    let hints = || headers(0, 1, &[(":status", "103"), ("link", "</a>")]);
    check(
        &[headers(0, 1, &[(":status", "100")]), hints(), ok(END_STREAM, 1, &[("a", "b")])],
        &expect![[r"
            10 head 200
            10 field a: b
            10 end"]],
    );
    let many = [vec![hints(); 16], vec![ok(END_STREAM, 1, &[])]].concat();
    check(
        &many,
        &expect![[r"
            10 head 200
            10 end"]],
    );
    check(
        &vec![hints(); 17],
        &expect![[r"
            10 reset ENHANCE_YOUR_CALM Fault(TooManyInterim)
            -> reset 1: 11"]],
    );
}

/// Each of these ends stream 1 with PROTOCOL_ERROR and leaves the connection alone.
fn check_malformed(frames: &[Vec<u8>], fault: &str) {
    let (mut connection, _) = opened(&Settings::default(), &[]);
    let mut recorder = Recorder::default();
    connection.receive(&frames.concat(), &mut recorder).unwrap();
    let line = format!("10 reset PROTOCOL_ERROR Fault({fault})");
    assert_eq!(recorder.lines().last(), Some(&line), "{frames:?}");
    assert_eq!(sent(&mut connection), ["reset 1: 1"]);
    assert_eq!(connection.active_streams(), 1);
    // What was still on its way for the stream does no harm.
    let late = [ok(0, 1, &[]), frame(DATA, END_STREAM, 1, b"late")].concat();
    connection.receive(&late, &mut recorder).unwrap();
    connection.receive(&ok(END_STREAM, 3, &[]), &mut recorder).unwrap();
    assert_eq!(recorder.lines().last().map(String::as_str), Some("30 end"));
}

#[test]
fn malformed_heads() {
    for fields in [
        &[][..],
        &[("a", "b")],
        &[("a", "b"), (":status", "200")],
        &[(":status", "200"), (":status", "200")],
        &[(":status", "101")],
    ] {
        check_malformed(&[headers(0, 1, fields)], "Status");
    }
    check_malformed(&[headers(END_STREAM, 1, &[(":status", "100")])], "Status");
    for fields in [
        &[(":status", "2")][..],
        &[(":status", "200"), ("Server", "x")],
        &[(":status", "200"), ("a", "b"), (":path", "/")],
        &[(":status", "200"), ("", "x")],
        &[(":status", "200"), ("a", "b\n")],
        &[(":status", "200"), ("connection", "close")],
        &[(":status", "200"), ("content-length", "x")],
    ] {
        check_malformed(&[headers(0, 1, fields)], "Field");
    }
    check_malformed(&[ok(0, 1, &[("a", "b"), (":status", "200")])], "Status");
}

#[test]
fn malformed_content_and_trailers() {
    check_malformed(&[frame(DATA, 0, 1, b"x")], "DataBeforeHead");
    check_malformed(&[frame(DATA, END_STREAM, 1, b"")], "DataBeforeHead");
    check_malformed(&[ok(0, 1, &[]), headers(0, 1, &[("a", "b")])], "Trailers");
    check_malformed(&[ok(0, 1, &[]), headers(END_STREAM, 1, &[(":status", "200")])], "Field");
    check_malformed(&[ok(0, 1, &[]), headers(END_STREAM, 1, &[("A", "b")])], "Field");
    let length = |flags, length| ok(flags, 1, &[("content-length", length)]);
    for frames in [
        &[length(END_STREAM, "1")][..],
        &[length(0, "1"), frame(DATA, 0, 1, b"xy")],
        &[length(0, "3"), frame(DATA, 0, 1, b"xy"), frame(DATA, 0, 1, b"zz")],
        &[length(0, "3"), frame(DATA, END_STREAM, 1, b"xy")],
        &[length(0, "3"), frame(DATA, 0, 1, b"xy"), headers(END_STREAM, 1, &[])],
        &[length(0, "3"), frame(DATA, END_STREAM | PADDED, 1, &[1, b'x', 0])],
        &[ok(0, 1, &[("content-length", "1"), ("content-length", "2")])],
    ] {
        check_malformed(frames, "ContentLength");
    }
}

#[test]
fn lengths_that_are_right_or_do_not_matter() {
    let twice = [("content-length", "3"), ("content-length", "3")];
    check(
        &[ok(0, 1, &twice), frame(DATA, 0, 1, b"ab"), frame(DATA, END_STREAM, 1, b"c")],
        &expect![[r"
            10 head 200
            10 field content-length: 3
            10 field content-length: 3
            10 data abc
            10 end"]],
    );
    check(
        &[frame(HEADERS, WHOLE, 1, &block(&[11], &[("content-length", "5")]))],
        &expect![[r"
            10 head 304
            10 field content-length: 5
            10 end"]],
    );
    let (mut connection, _) = opened(&Settings::default(), &[]);
    connection.open(50, &request("HEAD"), true).unwrap();
    let mut recorder = Recorder::default();
    connection.receive(&ok(END_STREAM, 5, &[("content-length", "5")]), &mut recorder).unwrap();
    assert_eq!(recorder.lines(), ["50 head 200", "50 field content-length: 5", "50 end"]);
}

#[test]
fn an_answer_before_the_request_is_complete() {
    let (mut connection, [_, three]) = opened(&Settings::default(), &[]);
    connection.send(three, &vec![0; 100_000], true);
    assert_eq!(connection.queued(three), 100_000 - 65_535);
    sent(&mut connection);
    let mut recorder = Recorder::default();
    let answer = [ok(0, 3, &[]), frame(DATA, END_STREAM, 3, b"enough")].concat();
    connection.receive(&answer, &mut recorder).unwrap();
    assert_eq!(recorder.lines(), ["30 head 200", "30 data enough", "30 end"]);
    assert_eq!(sent(&mut connection), ["reset 3: 0"]);
    // Whatever the user still does with the stream does nothing.
    connection.send(three, b"more", true);
    connection.reset(three, iter8_h2::ErrorCode::CANCEL);
    let quiet = [window_update(3, 9), frame(RST_STREAM, 0, 3, &[0; 4])].concat();
    connection.receive(&quiet, &mut recorder).unwrap();
    assert_eq!((connection.queued(three), recorder.events.len()), (0, 3));
    assert!(sent(&mut connection).is_empty());
}
