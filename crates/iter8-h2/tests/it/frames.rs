//! Every error that a frame can be, whole and byte by byte.

use iter8_h2::{ConnectionError, Fields, HpackError, Settings};

use crate::recorder::Recorder;
use crate::wire::*;

/// What comes of bytes after both streams were opened: events, the error, and our frames.
fn outcome(bytes: &[u8], chunk: usize) -> (Vec<String>, Option<ConnectionError>, Vec<String>) {
    let (mut connection, _) = opened(&Settings::default(), &[]);
    let mut recorder = Recorder::default();
    let mut chunks = bytes.chunks(chunk);
    let error = chunks.find_map(|chunk| connection.receive(chunk, &mut recorder).err());
    let lines = sent(&mut connection);
    if error.is_some() {
        assert_eq!(connection.receive(&[], &mut recorder).err(), error);
        assert_eq!((connection.active_streams(), connection.free_streams()), (0, 0));
        assert!(connection.is_closing());
    }
    (recorder.lines(), error, lines)
}

/// The connection fails, and the last thing that the peer hears is the code.
fn check_error(bytes: &[Vec<u8>], error: ConnectionError) {
    let bytes = bytes.concat();
    let whole = outcome(&bytes, usize::MAX);
    assert_eq!(whole.1, Some(error), "{bytes:?}");
    assert_eq!(whole.2.last(), Some(&format!("goaway 0: {}", error.code().0)));
    assert_eq!(outcome(&bytes, 1), whole, "{bytes:?} byte by byte");
}

/// The connection goes on after these events and frames of ours.
fn check(bytes: &[Vec<u8>], events: &[&str], frames: &[&str]) {
    let bytes = bytes.concat();
    let whole = outcome(&bytes, usize::MAX);
    assert_eq!(whole.1, None, "{bytes:?}");
    assert_eq!(
        (whole.0.as_slice(), whole.2.as_slice()),
        (&events.map_owned()[..], &frames.map_owned()[..])
    );
    assert_eq!(outcome(&bytes, 1), whole, "{bytes:?} byte by byte");
}

trait MapOwned {
    fn map_owned(&self) -> Vec<String>;
}

impl MapOwned for [&str] {
    fn map_owned(&self) -> Vec<String> {
        self.iter().map(ToString::to_string).collect()
    }
}

#[test]
fn a_peer_begins_with_settings() {
    for bytes in [
        &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
        &frame(SETTINGS, ACK, 0, &[]),
        &frame(PING, 0, 0, &[0; 8]),
        &frame(77, 0, 0, &[]),
    ] {
        for chunk in [1, 100] {
            let mut connection = iter8_h2::Connection::new(&Settings::default());
            let result = bytes.chunks(chunk).try_for_each(|part| connection.receive(part, &mut ()));
            assert_eq!(result, Err(ConnectionError::NoSettings));
            assert!(!connection.is_established());
        }
    }
}

#[test]
fn sizes() {
    let size = |kind, length| ConnectionError::FrameSize { kind, length };
    for (kind, flags, stream, length) in [
        (DATA, 0, 1, 16_385),
        (77, 0, 0, 16_385),
        (DATA, PADDED, 1, 0),
        (HEADERS, PADDED, 1, 0),
        (HEADERS, WITH_PRIORITY, 1, 4),
        (HEADERS, WITH_PRIORITY | PADDED, 1, 5),
        (RST_STREAM, 0, 1, 3),
        (RST_STREAM, 0, 1, 5),
        (SETTINGS, 0, 0, 5),
        (SETTINGS, ACK, 0, 6),
        (PING, 0, 0, 7),
        (PING, 0, 0, 9),
        (GOAWAY, 0, 0, 7),
        (WINDOW_UPDATE, 0, 0, 3),
        (WINDOW_UPDATE, 0, 1, 5),
    ] {
        let payload = vec![0; length as usize];
        check_error(&[frame(kind, flags, stream, &payload)], size(kind, length));
    }
}

#[test]
fn streams() {
    for (kind, stream, length) in [
        (DATA, 0, 0),
        (DATA, 2, 0),
        (DATA, 5, 0),
        (HEADERS, 0, 1),
        (HEADERS, 4, 1),
        (HEADERS, 5, 1),
        (PRIORITY, 0, 5),
        (RST_STREAM, 0, 4),
        (RST_STREAM, 5, 4),
        (SETTINGS, 1, 0),
        (PING, 1, 8),
        (GOAWAY, 1, 8),
        (WINDOW_UPDATE, 5, 4),
        (WINDOW_UPDATE, 2, 4),
    ] {
        let payload = vec![0x88; length];
        let error = ConnectionError::WrongStream { kind, stream };
        check_error(&[frame(kind, END_HEADERS, stream, &payload)], error);
    }
}

#[test]
fn padding() {
    let padded = [&[2][..], b"data", &[0; 2]].concat();
    let head = [&[3, 0, 0, 0, 1, 16][..], &block(&[8], &[]), &[0; 3]].concat();
    check(
        &[
            frame(HEADERS, END_HEADERS | PADDED | WITH_PRIORITY, 1, &head),
            frame(DATA, PADDED, 1, &padded),
            frame(DATA, PADDED, 1, &[0]),
            frame(DATA, PADDED, 1, &[1, 0]),
            frame(DATA, PADDED | END_STREAM, 1, &[0]),
        ],
        &["10 head 200", "10 data data", "10 end"],
        &[],
    );
    for payload in [&[1][..], &[4, 0, 0, 0]] {
        check_error(&[ok(0, 1, &[]), frame(DATA, PADDED, 1, payload)], ConnectionError::Padding);
        check_error(&[frame(HEADERS, END_HEADERS | PADDED, 1, payload)], ConnectionError::Padding);
    }
    // As much padding as there is room.
    let all = [&[255][..], &[0; 255]].concat();
    check(
        &[ok(0, 1, &[]), frame(DATA, PADDED | END_STREAM, 1, &all)],
        &["10 head 200", "10 end"],
        &[],
    );
}

#[test]
fn continuation() {
    let head = block(&[8], &[("a", "b")]);
    let begin = || frame(HEADERS, END_STREAM, 1, &head[..2]);
    check(
        &[
            begin(),
            frame(CONTINUATION, 0, 1, &[]),
            frame(CONTINUATION, 0, 1, &head[2..4]),
            frame(CONTINUATION, END_HEADERS, 1, &head[4..]),
        ],
        &["10 head 200", "10 field a: b", "10 end"],
        &[],
    );
    for other in [
        frame(CONTINUATION, END_HEADERS, 3, &[]),
        frame(DATA, 0, 1, &[]),
        frame(PING, 0, 0, &[0; 8]),
        frame(HEADERS, END_HEADERS, 1, &[]),
        frame(77, 0, 1, &[]),
    ] {
        check_error(&[begin(), other], ConnectionError::Interrupted);
    }
    for stream in [0, 1, 2] {
        let lonely = frame(CONTINUATION, END_HEADERS, stream, &[]);
        check_error(&[lonely], ConnectionError::Interrupted);
    }
    let whole = frame(HEADERS, WHOLE, 1, &head);
    check_error(&[whole, frame(CONTINUATION, END_HEADERS, 1, &[])], ConnectionError::Interrupted);
}

#[test]
fn what_a_server_must_not_send() {
    check_error(&[frame(PUSH_PROMISE, END_HEADERS, 1, &[0, 0, 0, 2, 0x82])], ConnectionError::Push);
    let setting = |id, value| ConnectionError::Setting { id, value };
    for (id, value) in [(2, 1), (4, 1 << 31), (5, 16_383), (5, 1 << 24)] {
        check_error(&[settings(&[(id, value)])], setting(id, value));
    }
    check_error(&[window_update(0, 0)], ConnectionError::ZeroIncrement);
    check_error(&[window_update(0, 0x7fff_ffff)], ConnectionError::WindowOverflow);
    let grown = [window_update(3, 0x7ffe_ffff), settings(&[(4, 65_536)])];
    check(&grown[..1], &[], &[]);
    check(&grown, &[], &["settings 0 flags 1: 0 bytes"]);
    check_error(
        &[window_update(3, 0x7ffe_ffff), settings(&[(4, 65_537)])],
        ConnectionError::WindowOverflow,
    );
    let invalid = ConnectionError::Compression(HpackError::InvalidIndex(62));
    check_error(&[frame(HEADERS, END_HEADERS, 1, &[0xbe])], invalid);
}

#[test]
fn streams_that_have_ended() {
    let whole = || ok(END_STREAM, 1, &[]);
    for (late, is_error) in [
        (frame(DATA, 0, 1, b"x"), true),
        (ok(END_STREAM, 1, &[]), true),
        (window_update(1, 1), false),
        (window_update(1, 0), false),
        (frame(RST_STREAM, 0, 1, &[0; 4]), false),
        (frame(PRIORITY, 0, 1, &[0; 5]), false),
    ] {
        if is_error {
            check_error(&[whole(), late], ConnectionError::StreamClosed(1));
        } else {
            check(&[whole(), late], &["10 head 200", "10 end"], &[]);
        }
    }
}

#[test]
fn frames_that_change_nothing() {
    check(
        &[
            frame(77, 255, 0, b"whatever"),
            frame(77, 255, 6, &[]),
            frame(PRIORITY, 0, 2, &[0; 5]),
            frame(PRIORITY, 0, 9, &[0; 4]),
            frame(SETTINGS, ACK, 0, &[]),
            frame(SETTINGS, ACK, 0, &[]),
            frame(PING, ACK, 0, b"pingpong"),
            window_update(1, 5),
            window_update(0, 5),
        ],
        &["pong pingpong"],
        &[],
    );
    check(&[frame(PING, 254, 0, b"pingpong")], &[], &["ping 0 flags 1: pingpong"]);
}

#[test]
fn errors_of_one_stream() {
    check(
        &[window_update(3, 0)],
        &["30 reset PROTOCOL_ERROR Fault(ZeroIncrement)"],
        &["reset 3: 1"],
    );
    check(
        &[window_update(3, 0x7fff_ffff)],
        &["30 reset FLOW_CONTROL_ERROR Fault(FlowControl)"],
        &["reset 3: 3"],
    );
    check(
        &[frame(PRIORITY, 0, 3, &[0; 6])],
        &["30 reset FRAME_SIZE_ERROR Fault(FrameSize)"],
        &["reset 3: 6"],
    );
    check(
        &[frame(RST_STREAM, 0, 3, &[0, 0, 0, 8]), frame(RST_STREAM, 0, 1, &[0, 0, 0, 7])],
        &["30 reset CANCEL Peer", "10 reset REFUSED_STREAM Unprocessed"],
        &[],
    );
}

#[test]
fn settings_that_ignore_fields_still_keep_the_table() {
    let ours = Settings { fields: Fields::Ignored, ..Settings::default() };
    let (mut connection, _) = opened(&ours, &[]);
    let mut recorder = Recorder::default();
    let kept = [&[0x88, 0x40, 1, b'a', 1, b'b'][..], &block(&[], &[("c", "d")])].concat();
    connection.receive(&frame(HEADERS, WHOLE, 1, &kept), &mut recorder).unwrap();
    connection.receive(&frame(HEADERS, WHOLE, 3, &[0x88, 0xbe]), &mut recorder).unwrap();
    assert_eq!(recorder.lines(), ["10 head 200", "10 end", "30 head 200", "30 end"]);
    let missing = connection.receive(&frame(HEADERS, WHOLE, 3, &[0x88, 0xbf]), &mut recorder);
    // Stream 3 was reset, since its request had no end, so frames for it are still decoded.
    assert_eq!(missing, Err(ConnectionError::Compression(HpackError::InvalidIndex(63))));
}
