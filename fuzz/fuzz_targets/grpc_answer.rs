//! What a gRPC server sends: messages with prefixes, cut at any place, answers of server
//! reflection, and trailers.
//!
//! The first byte of the input says whether messages may be compressed; the rest is what the
//! server sends.
//!
//! Nothing panics; no message is larger than allowed; and however the bytes are cut, the outcome
//! is the same. What reads the whole and what only counts agree on the number of messages, unless
//! one of them is wrong inside.

#![no_main]

use iter8_load_grpc::descriptor::{Progress, Reflection};
use iter8_load_grpc::{Intake, MessageReader, ReadError, Status};
use libfuzzer_sys::fuzz_target;

/// Largest message that is accepted. Small, so that compressed ones can pass it.
const LARGEST: usize = 4096;

/// What came out of a response.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    messages: Vec<Vec<u8>>,
    error: Option<ReadError>,
}

fuzz_target!(|data: &[u8]| {
    let Some((options, stream)) = data.split_first() else { return };
    let encoding = (options & 1 != 0).then_some(&b"gzip"[..]);
    let whole = read(Intake::Check, encoding, stream, stream.len().max(1));
    assert!(whole.messages.iter().all(|message| message.len() <= LARGEST));
    for piece in [1, 3, 7] {
        assert_eq!(read(Intake::Check, encoding, stream, piece), whole, "{piece} bytes at a time");
    }
    let counted = read(Intake::Count, encoding, stream, stream.len().max(1));
    assert!(counted.messages.len() >= whole.messages.len());
    if whole.error.is_none() {
        assert_eq!((counted.messages.len(), counted.error), (whole.messages.len(), None));
    }
    converse(&whole.messages);
    let (status, message) = stream.split_at(stream.len().min(2));
    let status = Status::of_trailers(200, Some(status), Some(message));
    assert_eq!(status.is_ok(), status.code.number() == 0);
});

fn read(intake: Intake, encoding: Option<&[u8]>, stream: &[u8], piece: usize) -> Outcome {
    let mut reader = MessageReader::new(intake, LARGEST);
    reader.begin(encoding);
    let mut messages = Vec::new();
    let mut feed = |piece| reader.feed(piece, |message| messages.push(message.body.to_vec()));
    let error = stream.chunks(piece).try_for_each(&mut feed).err();
    let error = error.or_else(|| reader.finish().err());
    Outcome { messages, error }
}

/// Takes messages as the answers of server reflection.
fn converse(messages: &[Vec<u8>]) {
    let mut reflection = Reflection::new("a.B");
    for message in messages {
        match reflection.answer(message) {
            Ok(Progress::Ask(request)) => assert_eq!(request, reflection.request()),
            Ok(Progress::Done(pool)) => {
                assert!(pool.get_service_by_name("a.B").is_some());
                return;
            }
            Err(_) => return,
        }
    }
}
