//! Every form of body, every lie about it, and arbitrary cuts.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

/// What became of a stream of bytes: the response and what was left, or the error.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    Complete {
        response: Response,
        left: usize,
        location: Option<String>,
    },
    /// The stream ended: the response, if its body was to end so.
    Ended(Option<Response>),
    Broken(ProtocolError),
}

fn decode(parts: &[&[u8]], expected: Expected) -> Fate {
    let mut decoder = ResponseDecoder::new(expected);
    let all: usize = parts.iter().map(|part| part.len()).sum();
    let mut before = 0;
    for part in parts {
        match decoder.feed(part) {
            Ok(Progress::More) => before += part.len(),
            Ok(Progress::Complete { consumed, response }) => {
                let left = all - before - consumed;
                return Fate::Complete { response, left, location: decoder.take_location() };
            }
            Err(error) => return Fate::Broken(error),
        }
    }
    Fate::Ended(decoder.end())
}

fn describe(fate: &Fate) -> String {
    let text = |response: &Response| {
        let keep = if response.keep_alive { "keep" } else { "close" };
        format!("{} {} bytes, {keep}", response.status, response.body_bytes)
    };
    match fate {
        Fate::Complete { response, left: 0, .. } => text(response),
        Fate::Complete { response, left, .. } => format!("{}, {left} left", text(response)),
        Fate::Ended(Some(response)) => format!("{}, at the end", text(response)),
        Fate::Ended(None) => "closed early".to_owned(),
        Fate::Broken(error) => format!("error: {error}"),
    }
}

/// Checks a table of streams; each must also fare the same byte by byte.
fn check(expected: Expected, streams: &[&str], fates: &Expect) {
    let mut table = String::new();
    for stream in streams {
        let whole = decode(&[stream.as_bytes()], expected);
        let bytes: Vec<&[u8]> = stream.as_bytes().chunks(1).collect();
        assert_eq!(decode(&bytes, expected), whole, "{stream:?} byte by byte");
        table.push_str(&describe(&whole));
        table.push('\n');
    }
    fates.assert_eq(&table);
}

const PLAIN: Expected = Expected { no_body: false, location: false };

#[test]
fn bodies_with_a_length() {
    check(
        PLAIN,
        &[
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nCONTENT-LENGTH:5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
            "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno",
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
            "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
            "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
        ],
        &expect![[r"
            200 5 bytes, keep
            200 5 bytes, keep
            200 5 bytes, keep
            200 0 bytes, keep
            404 2 bytes, close
            200 4 bytes, keep, 1 left
            closed early
            200 2 bytes, keep
            999 0 bytes, keep
        "]],
    );
}

#[test]
fn lengths_that_lie() {
    check(
        PLAIN,
        &[
            "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551616\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\nhello",
        ],
        &expect![[r"
            error: content length is invalid
            error: content length is invalid
            error: content length is invalid
            error: content length is invalid
            error: content length is invalid
            closed early
            error: content length is invalid
            error: content length is invalid
        "]],
    );
}

#[test]
fn chunked_bodies() {
    let chunked =
        |rest: &str| format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{rest}");
    let streams = [
        chunked("5\r\nhello\r\n0\r\n\r\n"),
        chunked("5;a=b;c=\"d\"\r\nhello\r\nA \t;x\r\n0123456789\r\n000\r\n\r\n"),
        chunked("5\r\nhello\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n"),
        chunked("5\nhello\n0\n\n"),
        chunked("5\r\nhello\r\n0\r\n\r\nmore"),
        chunked("5\r\nhello\r\n"),
        chunked("5\r\nhello!\r\n0\r\n\r\n"),
        chunked("\r\n\r\n"),
        chunked("-5\r\nhello\r\n0\r\n\r\n"),
        chunked("ffffffffffffffff\r\nhello"),
        chunked("fffffffffffffffff\r\nhello"),
        chunked("5\rxhello"),
        chunked(&format!("5;{}\r\nhello\r\n0\r\n\r\n", "x".repeat(5000))),
        chunked(&format!("0\r\n{}\r\n", "X: y\r\n".repeat(20_000))),
    ];
    let streams: Vec<&str> = streams.iter().map(String::as_str).collect();
    check(
        PLAIN,
        &streams,
        &expect![[r"
            200 5 bytes, keep
            200 15 bytes, keep
            200 5 bytes, keep
            200 5 bytes, keep
            200 5 bytes, keep, 4 left
            closed early
            error: chunked body is malformed
            error: chunked body is malformed
            error: chunked body is malformed
            closed early
            error: chunked body is malformed
            error: chunked body is malformed
            error: chunk extension or trailer is too long
            error: chunk extension or trailer is too long
        "]],
    );
}

#[test]
fn encodings_beside_lengths_and_other_encodings() {
    check(
        PLAIN,
        &[
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\nwhatever",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nok",
        ],
        &expect![[r"
            200 1 bytes, keep
            200 0 bytes, keep
            200 8 bytes, close, at the end
            200 0 bytes, close
            200 2 bytes, keep
        "]],
    );
}

#[test]
fn bodies_until_close_and_old_versions() {
    check(
        PLAIN,
        &[
            "HTTP/1.1 200 OK\r\n\r\nall the rest",
            "HTTP/1.0 200 OK\r\n\r\n",
            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: Keep-Alive\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: upgrade, Close\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nContent-Le",
            "",
        ],
        &expect![[r"
            200 12 bytes, close, at the end
            200 0 bytes, close, at the end
            200 2 bytes, close
            200 2 bytes, keep
            200 2 bytes, close
            closed early
            closed early
        "]],
    );
}

#[test]
fn responses_without_a_body() {
    let streams = [
        "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
    ];
    check(
        PLAIN,
        &streams,
        &expect![[r"
            204 0 bytes, keep
            304 0 bytes, keep
            closed early
        "]],
    );
    check(
        Expected { no_body: true, location: false },
        &["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"],
        &expect![[r"
            200 0 bytes, keep
            200 0 bytes, keep
        "]],
    );
}

#[test]
fn interim_responses_are_skipped() {
    let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
    check(
        PLAIN,
        &[
            &format!("{interim}{ok}"),
            &format!("{}{ok}", interim.repeat(8)),
            &format!("{}{ok}", interim.repeat(9)),
            "HTTP/1.1 101 Switching Protocols\r\n\r\n",
            interim,
        ],
        &expect![[r"
            200 2 bytes, keep
            200 2 bytes, keep
            error: more than 16 interim responses
            error: server switched protocols
            closed early
        "]],
    );
}

#[test]
fn garbage_and_heads_beyond_the_limits() {
    check(
        PLAIN,
        &[
            "SSH-2.0-OpenSSH_9.6\r\n",
            "HTTP/2 200 OK\r\n\r\n",
            "HTTP/1.1 20 OK\r\n\r\n",
            "HTTP/1.1 000 Zero\r\n\r\n",
            "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            "\0\0\0",
            &format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(MAX_HEADERS + 1)),
            &format!("HTTP/1.1 200 OK\r\n{}Content-Length: 0\r\n\r\n", "A: b\r\n".repeat(127)),
        ],
        &expect![[r"
            error: response head is malformed
            error: response head is malformed
            error: response head is malformed
            error: response has status 0
            error: response head is malformed
            error: response head is malformed
            error: response head is malformed
            200 0 bytes, keep
        "]],
    );
    for (filler, expected) in [(0, true), (1, false)] {
        let frame = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: \r\n\r\n";
        let value = "y".repeat(MAX_HEAD - frame.len() + filler);
        let head = frame.replace("X: ", &format!("X: {value}"));
        let whole = decode(&[head.as_bytes()], PLAIN);
        let (left, right) = head.as_bytes().split_at(40_000);
        assert_eq!(decode(&[left, right], PLAIN), whole);
        assert_eq!(matches!(whole, Fate::Complete { .. }), expected, "{}", describe(&whole));
    }
}

#[test]
fn location_is_kept_only_when_asked_for() {
    let redirect = b"HTTP/1.1 302 Found\r\nLocation: /there?x=1\r\nContent-Length: 0\r\n\r\n";
    let location = |bytes: &[u8], expected| match decode(&[bytes], expected) {
        Fate::Complete { location, .. } => location,
        other => panic!("{}", describe(&other)),
    };
    let wanted = Expected { no_body: false, location: true };
    assert_eq!(location(redirect, wanted).as_deref(), Some("/there?x=1"));
    assert_eq!(location(redirect, PLAIN), None);
    let created = b"HTTP/1.1 201 Created\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(location(created, wanted), None);
}

#[test]
fn a_decoder_reads_one_response_after_the_other() {
    let mut decoder = ResponseDecoder::new(PLAIN);
    for (stream, status, bytes) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", 200, 3),
        ("HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", 500, 1),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204, 0),
    ] {
        decoder.begin(PLAIN);
        let response = Response { status, body_bytes: bytes, keep_alive: true };
        let complete = Progress::Complete { consumed: stream.len(), response };
        assert_eq!(decoder.feed(stream.as_bytes()), Ok(complete));
    }
}

/// Streams that are nearly responses: pieces of real ones in any order.
fn any_stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => Just(b"HTTP/1.1 200 OK\r\n".to_vec()),
        1 => Just(b"HTTP/1.0 404 Not Found\r\n".to_vec()),
        1 => Just(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec()),
        2 => Just(b"Transfer-Encoding: chunked\r\n".to_vec()),
        2 => (0..40u8).prop_map(|n| format!("Content-Length: {n}\r\n").into_bytes()),
        1 => Just(b"Connection: close\r\n".to_vec()),
        4 => Just(b"\r\n".to_vec()),
        3 => (0..20usize).prop_map(|n| {
            [format!("{n:x}\r\n").as_bytes(), &b"x".repeat(n), b"\r\n"].concat()
        }),
        1 => Just(b"0\r\n\r\n".to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..30),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn cut<'a>(stream: &'a [u8], cuts: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
    places.extend([0, stream.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &stream[pair[0]..pair[1]]).collect()
}

proptest! {
    #[test]
    fn cuts_do_not_matter(
        stream in any_stream(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        no_body in any::<bool>(),
    ) {
        let expected = Expected { no_body, location: true };
        let whole = decode(&[&stream], expected);
        prop_assert_eq!(decode(&cut(&stream, &cuts), expected), whole);
    }

    #[test]
    fn garbage_never_panics(stream in prop::collection::vec(any::<u8>(), 0..300)) {
        let whole = decode(&[&stream], PLAIN);
        let bytes: Vec<&[u8]> = stream.chunks(1).collect();
        prop_assert_eq!(decode(&bytes, PLAIN), whole);
        let mut chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        chunked.extend_from_slice(&stream);
        prop_assert!(!matches!(decode(&[&chunked], PLAIN), Fate::Ended(Some(_))));
    }

    #[test]
    fn bodies_of_any_size_are_counted(
        chunks in prop::collection::vec(1..50_000usize, 0..6), as_chunks in any::<bool>(),
    ) {
        let total: usize = chunks.iter().sum();
        let mut stream = if as_chunks {
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec()
        } else {
            format!("HTTP/1.1 200 OK\r\nContent-Length: {total}\r\n\r\n").into_bytes()
        };
        for &size in &chunks {
            if as_chunks {
                stream.extend(format!("{size:X}\r\n").as_bytes());
            }
            stream.resize(stream.len() + size, b'z');
            if as_chunks {
                stream.extend(b"\r\n");
            }
        }
        if as_chunks {
            stream.extend(b"0\r\n\r\n");
        }
        let response = Response { status: 200, body_bytes: total as u64, keep_alive: true };
        let complete = Fate::Complete { response, left: 0, location: None };
        prop_assert_eq!(decode(&[&stream], PLAIN), complete);
    }
}
