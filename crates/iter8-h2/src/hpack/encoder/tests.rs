//! What is sent, and what our decoder makes of it. The decoder of `h2` reads it in `tests/`.

use proptest::prelude::*;

use super::*;
use crate::RequestField;
use crate::hpack::decoder::Decoder;

fn get(path: &str, extra: &[RequestField<'_>]) -> Head {
    let fixed = [
        RequestField::stable(":method", "GET"),
        RequestField::stable(":scheme", "http"),
        RequestField::varying(":path", path),
        RequestField::stable(":authority", "web:8080"),
        RequestField::stable("user-agent", "iter8"),
    ];
    Head::new(fixed.into_iter().chain(extra.iter().copied())).unwrap()
}

fn encoded(encoder: &mut Encoder, head: &Head) -> Vec<u8> {
    let mut out = Vec::new();
    encoder.encode(head, &mut out);
    out
}

fn decoded(decoder: &mut Decoder, block: &[u8]) -> Vec<String> {
    let mut fields = Vec::new();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let result = decoder.decode(block, true, |field| {
        fields.push(format!("{}: {}", text(field.name), text(field.value)));
    });
    result.unwrap();
    fields
}

#[test]
fn a_head_shrinks_to_indexes() {
    let (mut encoder, mut decoder) = (Encoder::new(), Decoder::new(4_096));
    let mut head = get("/a", &[RequestField::secret("authorization", "Basic eHl6")]);
    let expected = |path: &str| {
        [
            ":method: GET",
            ":scheme: http",
            ":authority: web:8080",
            path,
            "user-agent: iter8",
            "authorization: Basic eHl6",
        ]
        .map(str::to_owned)
    };
    let first = encoded(&mut encoder, &head);
    assert_eq!(decoded(&mut decoder, &first), expected(":path: /a"));
    let second = encoded(&mut encoder, &head);
    assert_eq!(decoded(&mut decoder, &second), expected(":path: /a"));
    // Two static indexes, one of the table, the path in full, another index, and a secret that
    // may never be kept.
    assert_eq!(second[..9], [0x82, 0x86, 0xbf, 0x04, 2, b'/', b'a', 0xbe, 0x1f]);
    assert!(head.set(head.slot(":path").unwrap(), b"/b/c"));
    let third = encoded(&mut encoder, &head);
    assert_eq!(decoded(&mut decoder, &third), expected(":path: /b/c"));
    assert_eq!(third.len(), second.len() + 2);
}

#[test]
fn heads_share_the_table() {
    let (mut encoder, mut decoder) = (Encoder::new(), Decoder::new(4_096));
    let one = get("/1", &[RequestField::stable("x", "1")]);
    let two = get("/2", &[RequestField::stable("x", "2")]);
    for _ in 0..3 {
        for (head, path, extra) in [(&one, ":path: /1", "x: 1"), (&two, ":path: /2", "x: 2")] {
            let fields = decoded(&mut decoder, &encoded(&mut encoder, head));
            assert!(fields.contains(&path.to_owned()) && fields.contains(&extra.to_owned()));
        }
    }
    assert_eq!(encoder.entries.len(), 4);
    // Everything has settled: only indexes and the path.
    assert_eq!(encoded(&mut encoder, &one).len(), 9);
}

#[test]
fn a_full_table_takes_no_more() {
    let (mut encoder, mut decoder) = (Encoder::new(), Decoder::new(4_096));
    let long = "v".repeat(1_500);
    let names: Vec<String> = (0..5).map(|number| format!("long-{number}")).collect();
    let fields: Vec<_> = names.iter().map(|name| RequestField::stable(name, &long)).collect();
    let head = get("/", &fields);
    for _ in 0..3 {
        let fields = decoded(&mut decoder, &encoded(&mut encoder, &head));
        assert_eq!(fields.len(), 10);
    }
    assert!(encoder.size <= 4_096 && encoder.entries.len() == 4);
}

#[test]
fn more_heads_than_are_remembered() {
    let (mut encoder, mut decoder) = (Encoder::new(), Decoder::new(4_096));
    let heads: Vec<Head> = (0..2 * MAX_REMEMBERED)
        .map(|number| get("/", &[RequestField::stable("number", &number.to_string())]))
        .collect();
    for _ in 0..3 {
        for (number, head) in heads.iter().enumerate() {
            let fields = decoded(&mut decoder, &encoded(&mut encoder, head));
            assert_eq!(fields.last(), Some(&format!("number: {number}")));
        }
    }
    assert_eq!(encoder.remembered.len(), MAX_REMEMBERED);
}

/// A peer that allows less in between has to hear of it (RFC 7541, section 4.2).
#[test]
fn a_size_that_was_smaller_in_between() {
    let mut encoder = Encoder::new();
    let head = get("/", &[]);
    encoded(&mut encoder, &head);
    encoder.resize(4_096, 10_000);
    assert_eq!(encoded(&mut encoder, &head)[..2], [0x82, 0x86]);
    encoder.resize(100, 4_096);
    assert_eq!(encoded(&mut encoder, &head)[..5], [0x20, 0x3f, 0xe1, 0x1f, 0x82]);
    encoder.resize(0, 0);
    let whole = encoded(&mut encoder, &head);
    assert_eq!(whole[..3], [0x20, 0x20, 0x82]);
    // Without a table nothing is ever kept.
    assert_eq!(encoded(&mut encoder, &head), whole[2..]);
}

proptest! {
    /// Whatever sizes a peer allows in between: it can decode what follows.
    #[test]
    fn other_sizes_of_the_table(steps in prop::collection::vec((0_u32..9_000, 0_u32..9_000, 0_usize..4), 1..30)) {
        let (mut encoder, mut decoder) = (Encoder::new(), Decoder::new(u32::MAX));
        let long = "v".repeat(700);
        let heads: Vec<Head> = ["1", "2", "3", &long]
            .iter()
            .map(|value| get("/", &[RequestField::stable("x", value), RequestField::stable("y", "z")]))
            .collect();
        let mut current = DEFAULT_TABLE_SIZE;
        for (least, last, head) in steps {
            let (least, last) = (least.min(last).min(current), last);
            encoder.resize(least, last);
            decoder.set_allowed(least.min(last));
            decoder.set_allowed(last);
            current = last;
            for _ in 0..2 {
                let fields = decoded(&mut decoder, &encoded(&mut encoder, &heads[head]));
                prop_assert_eq!(fields.len(), 7);
            }
        }
    }
}
