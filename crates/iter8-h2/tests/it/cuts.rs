//! However a stream of bytes is cut, the events are the same.

use iter8_h2::{ConnectionError, Settings};
use proptest::prelude::*;

use crate::recorder::Recorder;
use crate::wire::*;

/// Feeds bytes in pieces: events, the error, and our frames about the connection.
fn feed(pieces: &[&[u8]]) -> (Recorder, Option<ConnectionError>, Vec<String>) {
    let (mut connection, [_, three]) = opened(&Settings::default(), &[(4, 100)]);
    connection.send(three, &[7; 500], true);
    for token in [50, 70, 90] {
        connection.open(token, &get(), true).unwrap();
    }
    let mut recorder = Recorder::default();
    let error = pieces.iter().find_map(|piece| connection.receive(piece, &mut recorder).err());
    // Data goes out after each piece, so a request may be complete before its answer, or not.
    let mut frames = sent(&mut connection);
    frames.retain(|line| !line.starts_with("data") && !line.starts_with("reset"));
    (recorder, error, frames)
}

fn stream() -> impl Strategy<Value = u32> {
    prop_oneof![Just(1_u32), Just(3), Just(5), Just(7), Just(9), 0_u32..13]
}

fn field() -> impl Strategy<Value = (String, String)> {
    prop_oneof![
        Just((":status".to_owned(), "200".to_owned())),
        Just((":status".to_owned(), "103".to_owned())),
        (Just("content-length".to_owned()), "[0-4]"),
        ("[a-z-]{1,8}", "[ -~]{0,20}"),
    ]
}

/// A frame, most of the time one that has its place.
fn any_frame() -> impl Strategy<Value = Vec<u8>> {
    let flags = prop_oneof![Just(0), Just(END_STREAM), Just(END_HEADERS), Just(WHOLE), any::<u8>()];
    let fields = (stream(), prop::bool::ANY, prop::collection::vec(field(), 0..4));
    let head = fields.prop_map(|(stream, is_end, fields)| {
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        ok(if is_end { END_STREAM } else { 0 }, stream, &fields)
    });
    let parts = (stream(), prop::collection::vec(field(), 1..4), 1_usize..20);
    let parts = parts.prop_map(|(stream, fields, at)| {
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let block = block(&[8], &fields);
        let (begin, end) = block.split_at(at.min(block.len()));
        let rest = frame(CONTINUATION, END_HEADERS, stream, end);
        [frame(HEADERS, 0, stream, begin), rest].concat()
    });
    let data = (stream(), 0_u8..2, prop::collection::vec(any::<u8>(), 0..40));
    let padded = (stream(), prop::collection::vec(0_u8..9, 1..40));
    prop_oneof![
        4 => head,
        2 => parts,
        4 => data.prop_map(|(stream, flags, data)| frame(DATA, flags, stream, &data)),
        2 => padded.prop_map(|(stream, data)| frame(DATA, PADDED, stream, &data)),
        1 => (stream(), 0_u32..300).prop_map(|(stream, size)| window_update(stream, size)),
        1 => (0_u16..7, 0_u32..400).prop_map(|(id, value)| settings(&[(id, value)])),
        1 => (0_u8..12, flags, stream(), prop::collection::vec(any::<u8>(), 0..20))
            .prop_map(|(kind, flags, stream, payload)| frame(kind, flags, stream, &payload)),
    ]
}

proptest! {
    #[test]
    fn the_events_are_the_same(
        frames in prop::collection::vec(any_frame(), 1..15),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let bytes = frames.concat();
        let whole = feed(&[&bytes]);
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
        places.sort_unstable();
        let mut pieces = Vec::new();
        let mut begin = 0;
        for place in places.into_iter().chain([bytes.len()]) {
            pieces.push(&bytes[begin..place]);
            begin = place;
        }
        prop_assert_eq!(&feed(&pieces), &whole);
        prop_assert_eq!(&feed(&bytes.chunks(1).collect::<Vec<_>>()), &whole);
    }

    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let whole = feed(&[&bytes]);
        prop_assert_eq!(feed(&bytes.chunks(1).collect::<Vec<_>>()), whole);
    }
}
