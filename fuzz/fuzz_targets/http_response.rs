//! HTTP/1.1 responses, cut at any place.
//!
//! The first two bytes of the input are options: bits of the first say what is expected and
//! whether each `~` stands for [`STRETCH`] bytes, the second is the seed of the cuts. The rest is
//! what the server sends, one response after the other.
//!
//! Nothing panics; no more bytes are consumed than were fed; a complete response has consumed some
//! of the last piece; and however the bytes are cut, the outcome is the same.

#![no_main]

use iter8_load_http::decoder::{Expected, Progress, ProtocolError, Response, ResponseDecoder};
use libfuzzer_sys::fuzz_target;

/// Enough for four of them to pass the limit of a head, and one that of a chunk's line.
const STRETCH: usize = 20_000;

/// Most `~` that are stretched. Heads are parsed anew with every piece, so that their cost grows
/// with the square of their size.
const STRETCHED: usize = 5;

/// Longest stream that is also fed byte by byte.
const BYTE_BY_BYTE: usize = 2_000;

/// What came out of a stream.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    responses: Vec<(Response, Option<String>)>,
    error: Option<ProtocolError>,
    /// The response that the end of the stream ended.
    ended: Option<Response>,
    /// Where the last complete response ended.
    end: Option<usize>,
}

fuzz_target!(|data: &[u8]| {
    let Some((&[options, seed], stream)) = data.split_first_chunk() else { return };
    let expected = Expected { no_body: options & 1 != 0, location: options & 2 != 0 };
    let stream = if options & 4 != 0 { stretch(stream) } else { stream.to_vec() };
    let whole = decode(&[&stream], expected);
    let pieces = cut(&stream, seed);
    assert_eq!(decode(&pieces, expected), whole, "cut with seed {seed}");
    if stream.len() <= BYTE_BY_BYTE {
        let bytes: Vec<&[u8]> = stream.chunks(1).collect();
        assert_eq!(decode(&bytes, expected), whole, "byte by byte");
    }
});

fn stretch(stream: &[u8]) -> Vec<u8> {
    let mut stretched = Vec::new();
    let mut left = STRETCHED;
    for &byte in stream {
        if byte == b'~' && left > 0 {
            left -= 1;
            stretched.resize(stretched.len() + STRETCH, b'x');
        } else {
            stretched.push(byte);
        }
    }
    stretched
}

/// Pieces of irregular lengths, at most 64 of them and one for the rest.
fn cut(stream: &[u8], seed: u8) -> Vec<&[u8]> {
    let mut state = u32::from(seed);
    let mut rest = stream;
    let mut pieces = Vec::new();
    while !rest.is_empty() && pieces.len() < 64 {
        // Constants of Numerical Recipes, section 7.1; the upper bits are the better ones.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let widths = [1, 4, 40, 4_000];
        let length = (state >> 8) as usize % widths[(state >> 28) as usize % 4] + 1;
        let (piece, left) = rest.split_at(length.min(rest.len()));
        pieces.push(piece);
        rest = left;
    }
    pieces.push(rest);
    pieces
}

fn decode(pieces: &[&[u8]], expected: Expected) -> Outcome {
    let mut outcome = Outcome::default();
    let mut decoder = ResponseDecoder::new(expected);
    let mut before = 0;
    for piece in pieces {
        let mut rest = *piece;
        while !rest.is_empty() {
            match decoder.feed(rest) {
                Ok(Progress::More) => break,
                Ok(Progress::Complete { consumed, response }) => {
                    assert!((1..=rest.len()).contains(&consumed), "{consumed} of {}", rest.len());
                    assert!((100..=999).contains(&response.status), "{response:?}");
                    rest = &rest[consumed..];
                    outcome.end = Some(before + piece.len() - rest.len());
                    outcome.responses.push((response, decoder.take_location()));
                    decoder.begin(expected);
                }
                Err(error) => {
                    outcome.error = Some(error);
                    return outcome;
                }
            }
        }
        before += piece.len();
    }
    outcome.ended = decoder.end();
    outcome
}
