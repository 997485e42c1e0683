//! Responses in pieces.

use proptest::prelude::*;

use super::*;
use crate::{Framer, Packer};

fn framed(messages: &[Vec<u8>], gzip: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let framer = Framer { gzip, max_bytes: 1 << 20 };
    for message in messages {
        framer
            .append(&mut Packer::default(), &mut out, |out| out.extend_from_slice(message))
            .unwrap();
    }
    out
}

/// A field of text: always a message.
fn field(text: &[u8]) -> Vec<u8> {
    let mut message = vec![0x0a, u8::try_from(text.len()).unwrap()];
    message.extend_from_slice(text);
    message
}

fn read(reader: &mut MessageReader, bytes: &[u8]) -> Result<Vec<Vec<u8>>, ReadError> {
    let mut read = Vec::new();
    reader.feed(bytes, |message| read.push(message.body.to_vec()))?;
    reader.finish()?;
    Ok(read)
}

#[test]
fn messages_are_counted_or_kept() {
    let messages = [field(b"abc"), Vec::new(), field(b"d")];
    let bytes = framed(&messages, false);
    let mut checking = MessageReader::new(Intake::Check, 100);
    checking.begin(None);
    assert_eq!(read(&mut checking, &bytes).unwrap(), messages);
    let mut counting = MessageReader::new(Intake::Count, 100);
    counting.begin(None);
    assert_eq!(read(&mut counting, &bytes).unwrap(), [b"", b"", b""]);
    assert_eq!((counting.messages(), counting.bytes()), (3, bytes.len() as u64));
    counting.begin(None);
    assert_eq!((counting.messages(), counting.bytes()), (0, 0));
}

/// A response, its encoding, and what becomes of it.
type Case<'a> = (&'a [u8], Option<&'a [u8]>, &'a str);

#[test]
fn what_is_wrong_has_a_status() {
    let (small, large) = (framed(&[field(b"ab")], false), framed(&[field(&[b'a'; 90])], true));
    let cases: [Case<'_>; 9] = [
        (&small, None, "ok"),
        (&small[..7], None, "Internal: the response ends within a message"),
        (&small[..3], None, "Internal: the response ends within a message"),
        (b"\x02\0\0\0\0", None, "Internal: a message has the unknown flag 2"),
        (b"\x01\0\0\0\0", None, "Unimplemented: a message is compressed, but not with gzip"),
        (
            b"\x01\0\0\0\0",
            Some(b"snappy"),
            "Unimplemented: a message is compressed, but not with gzip",
        ),
        (b"\x01\0\0\0\x02ab", Some(b"gzip"), "Internal: a compressed message cannot be unpacked"),
        (b"\0\0\0\0\x01\x08", None, "Internal: a message does not decode"),
        (
            b"\0\xff\0\0\0",
            None,
            "ResourceExhausted: a message of 4278190080 bytes or more is larger than max-recv-message-size (50)",
        ),
    ];
    for (bytes, encoding, expected) in cases {
        let mut reader = MessageReader::new(Intake::Check, 50);
        reader.begin(encoding);
        let outcome = match read(&mut reader, bytes) {
            Ok(_) => "ok".to_owned(),
            Err(error) => format!("{}: {error}", error.code()),
        };
        assert_eq!(outcome, expected, "{bytes:x?}");
    }
    let mut reader = MessageReader::new(Intake::Check, 50);
    reader.begin(Some(b"gzip"));
    let error = read(&mut reader, &large).unwrap_err();
    assert_eq!(error, ReadError::TooLarge { bytes: 51, max: 50 });
    // Nobody looks into what is only counted.
    let mut reader = MessageReader::new(Intake::Count, 50);
    reader.begin(Some(b"gzip"));
    assert!(read(&mut reader, &large).is_ok());
}

#[test]
fn a_reader_that_failed_begins_anew() {
    let mut reader = MessageReader::new(Intake::Check, 50);
    reader.begin(None);
    assert!(read(&mut reader, b"\0\0\0\0\x01\x08").is_err());
    reader.begin(None);
    assert_eq!(read(&mut reader, &framed(&[field(b"ab")], false)).unwrap(), [field(b"ab")]);
    assert!(reader.feed(b"\0\0\0\0\x09ab", |_| ()).is_ok());
    reader.begin(None);
    assert_eq!(read(&mut reader, &framed(&[field(b"cd")], false)).unwrap(), [field(b"cd")]);
}

proptest! {
    #[test]
    fn pieces_do_not_matter(
        texts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..20), 0..6),
        cuts in proptest::collection::vec(1_usize..9, 1..40),
        gzip: bool,
        intake in prop_oneof![Just(Intake::Check), Just(Intake::Count)],
    ) {
        let messages: Vec<Vec<u8>> = texts.iter().map(|text| field(text)).collect();
        let bytes = framed(&messages, gzip);
        let mut reader = MessageReader::new(intake, 1 << 20);
        reader.begin(Some(b"gzip"));
        let (mut read, mut rest, mut cuts) = (Vec::new(), bytes.as_slice(), cuts.iter().cycle());
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(cuts.next().unwrap().min(&rest.len()).to_owned());
            reader.feed(piece, |message| read.push(message.body.to_vec())).unwrap();
            rest = after;
        }
        reader.finish().unwrap();
        prop_assert_eq!(reader.messages(), messages.len() as u64);
        prop_assert_eq!(reader.bytes(), bytes.len() as u64);
        if intake == Intake::Check {
            prop_assert_eq!(read, messages);
        }
    }

    #[test]
    fn any_bytes_have_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for intake in [Intake::Check, Intake::Count] {
            let mut reader = MessageReader::new(intake, 1000);
            reader.begin(Some(b"gzip"));
            let _ = read(&mut reader, &bytes);
            prop_assert!(reader.buffer.len() <= 1000 && reader.unpacked.len() <= 1001);
        }
    }
}
