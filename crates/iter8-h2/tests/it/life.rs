//! From the first bytes to the last.

use iter8_h2::{Connection, ConnectionError, ErrorCode, Head, HpackError, RequestField, Settings};

use crate::recorder::Recorder;
use crate::wire::*;

#[test]
fn a_client_begins() {
    let mut connection = Connection::new(&Settings::default());
    assert!(connection.output().starts_with(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
    assert_eq!(sent(&mut connection), ["settings 0: 30 bytes", "window 0: 1073676289"]);
    assert!(!connection.is_established());
    assert_eq!(connection.free_streams(), 100);
    connection.receive(&settings(&[(3, 7)]), &mut ()).unwrap();
    assert!(connection.is_established());
    assert_eq!(sent(&mut connection), ["settings 0 flags 1: 0 bytes"]);
    assert_eq!(connection.free_streams(), 7);
    let small = Settings { connection_window: 0, ..Settings::default() };
    assert_eq!(sent(&mut Connection::new(&small)), ["settings 0: 30 bytes"]);
}

#[test]
fn streams_are_counted() {
    let (mut connection, [one, three]) = opened(&Settings::default(), &[(3, 3)]);
    assert_eq!((connection.active_streams(), connection.free_streams()), (2, 1));
    let five = connection.open(50, &get(), true).unwrap();
    assert_eq!((one.number(), three.number(), five.number()), (1, 3, 5));
    assert_eq!(connection.open(70, &get(), true), None);
    connection.receive(&ok(END_STREAM, 1, &[]), &mut ()).unwrap();
    assert_eq!(connection.free_streams(), 1);
    // A lower limit does not end what is open.
    connection.receive(&settings(&[(3, 1)]), &mut ()).unwrap();
    assert_eq!((connection.active_streams(), connection.free_streams()), (2, 0));
    connection.reset(three, ErrorCode::CANCEL);
    connection.reset(five, ErrorCode::CANCEL);
    assert_eq!((connection.active_streams(), connection.free_streams()), (0, 1));
    assert_eq!(connection.open(90, &get(), true).unwrap().number(), 7);
}

#[test]
fn a_stream_that_we_reset_is_quiet() {
    let (mut connection, [one, three]) = opened(&Settings::default(), &[]);
    connection.reset(three, ErrorCode::CANCEL);
    connection.reset(three, ErrorCode::CANCEL);
    assert_eq!(sent(&mut connection), ["reset 3: 8"]);
    let mut recorder = Recorder::default();
    // A head that adds to the table, data, trailers and a reset are passed over.
    let kept = [0x88, 0x40, 1, b'a', 1, b'b'];
    let late = [
        frame(HEADERS, END_HEADERS, 3, &kept),
        frame(DATA, 0, 3, b"late"),
        headers(END_STREAM, 3, &[]),
        frame(RST_STREAM, 0, 3, &[0; 4]),
    ];
    connection.receive(&late.concat(), &mut recorder).unwrap();
    assert!(recorder.events.is_empty());
    connection.receive(&frame(HEADERS, WHOLE, 1, &[0x88, 0xbe]), &mut recorder).unwrap();
    assert_eq!(recorder.lines(), ["10 head 200", "10 field a: b", "10 end"]);
    assert_eq!(connection.queued(one), 0);
}

/// The user may reset a stream in the midst of a frame.
#[test]
fn a_reset_within_a_frame() {
    let (mut connection, [one, _]) = opened(&Settings::default(), &[]);
    let mut recorder = Recorder::default();
    let bytes = [ok(0, 1, &[]), frame(DATA, END_STREAM, 1, b"abcdef")].concat();
    let (begin, rest) = bytes.split_at(bytes.len() - 3);
    connection.receive(begin, &mut recorder).unwrap();
    connection.reset(one, ErrorCode::CANCEL);
    // Its slot is taken by another stream, which must not get the data.
    connection.open(50, &get(), true).unwrap();
    connection.receive(rest, &mut recorder).unwrap();
    assert_eq!(recorder.lines(), ["10 head 200", "10 data abc"]);
}

#[test]
fn goaway() {
    let (mut connection, _) = opened(&Settings::default(), &[]);
    let five = connection.open(50, &get(), true).unwrap();
    let mut recorder = Recorder::default();
    let goaway = |last: u32, code: u32| {
        frame(GOAWAY, 0, 0, &[&last.to_be_bytes()[..], &code.to_be_bytes(), b"debug"].concat())
    };
    connection.receive(&goaway(0x7fff_ffff, 0), &mut recorder).unwrap();
    assert!(connection.is_closing() && recorder.events.is_empty());
    assert_eq!((connection.free_streams(), connection.open(70, &get(), true)), (0, None));
    assert_eq!(connection.goaway(), Some(ErrorCode::NO_ERROR));
    connection.receive(&goaway(1, 11), &mut recorder).unwrap();
    assert_eq!(connection.goaway(), Some(ErrorCode::ENHANCE_YOUR_CALM));
    assert_eq!(
        recorder.lines(),
        ["30 reset ENHANCE_YOUR_CALM Unprocessed", "50 reset ENHANCE_YOUR_CALM Unprocessed"]
    );
    assert_eq!((connection.queued(five), connection.active_streams()), (0, 1));
    connection.receive(&goaway(5, 0), &mut recorder).unwrap();
    // What was on its way for those that are given up does no harm.
    connection.receive(&ok(END_STREAM, 3, &[]), &mut recorder).unwrap();
    connection.receive(&ok(END_STREAM, 1, &[]), &mut recorder).unwrap();
    assert_eq!(recorder.lines()[2..], ["10 head 200", "10 end"]);
    assert_eq!(connection.active_streams(), 0);
}

#[test]
fn we_close() {
    let (mut connection, _) = opened(&Settings::default(), &[]);
    connection.close();
    connection.close();
    assert_eq!(sent(&mut connection), ["goaway 0: 0"]);
    assert!(connection.is_closing() && connection.open(1, &get(), true).is_none());
    let mut recorder = Recorder::default();
    connection.receive(&ok(END_STREAM, 1, &[]), &mut recorder).unwrap();
    assert_eq!(recorder.lines(), ["10 head 200", "10 end"]);
}

#[test]
fn pings() {
    let (mut connection, _) = opened(&Settings::default(), &[]);
    connection.ping(*b"12345678");
    assert_eq!(sent(&mut connection), ["ping 0: 12345678"]);
}

#[test]
fn a_head_longer_than_a_frame() {
    let long = "v".repeat(50_000);
    let head = Head::new([
        RequestField::stable(":method", "GET"),
        RequestField::stable(":scheme", "http"),
        RequestField::stable(":path", "/"),
        RequestField::secret("cookie", &long),
    ])
    .unwrap();
    let (mut connection, _) = opened(&Settings::default(), &[]);
    connection.open(1, &head, true).unwrap();
    connection.open(1, &head, false).unwrap();
    let lines = sent(&mut connection);
    // `v` takes seven bits.
    for (lines, stream, flags) in [(&lines[..3], 5, " flags 1"), (&lines[3..], 7, "")] {
        assert_eq!(lines[0], format!("headers {stream}{flags}: 16384 bytes"));
        assert_eq!(lines[1], format!("continuation {stream}: 16384 bytes"));
        assert!(lines[2].starts_with(&format!("continuation {stream} flags 4: ")), "{lines:?}");
    }
    // A peer that takes longer frames gets it in one.
    connection.receive(&settings(&[(5, 1 << 20)]), &mut ()).unwrap();
    connection.open(1, &head, true).unwrap();
    assert_eq!(sent(&mut connection).len(), 2);
}

/// Once the peer knows of a smaller table, it has to say that it keeps to it.
#[test]
fn a_smaller_table_of_ours() {
    for (update, is_right) in [(&[][..], false), (&[0x3f, 0x46], false), (&[0x3f, 0x45], true)] {
        let ours = Settings { header_table_size: 100, ..Settings::default() };
        let (mut connection, _) = opened(&ours, &[]);
        let head = |update: &[u8]| frame(HEADERS, END_HEADERS, 1, &[update, &[0x88]].concat());
        let early = [head(&[]), frame(SETTINGS, ACK, 0, &[])].concat();
        connection.receive(&early, &mut ()).unwrap();
        let trailers = frame(HEADERS, WHOLE, 1, update);
        let late = if update.is_empty() { headers(END_STREAM, 1, &[("a", "b")]) } else { trailers };
        let error = ConnectionError::Compression(HpackError::InvalidSizeUpdate);
        let expected = if is_right { Ok(()) } else { Err(error) };
        assert_eq!(connection.receive(&late, &mut ()), expected, "{update:?}");
    }
}

#[test]
fn another_table_size_is_announced() {
    let (mut connection, _) = opened(&Settings::default(), &[]);
    connection.open(1, &get(), true).unwrap();
    let settled = connection.output()[9..].to_vec();
    sent(&mut connection);
    connection.receive(&settings(&[(1, 100)]), &mut ()).unwrap();
    sent(&mut connection);
    connection.open(1, &get(), true).unwrap();
    let block = &connection.output()[9..];
    assert_eq!(block[..3], [0x20, 0x3f, 100 - 31]);
    assert!(block.len() > settled.len() + 3);
    sent(&mut connection);
    connection.open(1, &get(), true).unwrap();
    assert_eq!(connection.output()[9..], settled);
}
