//! The examples of RFC 7541, everything that is wrong, and arbitrary bytes.

use proptest::prelude::*;

use super::*;
use crate::hpack::ENTRY_OVERHEAD;

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let pairs = digits.chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

fn fields(decoder: &mut Decoder, block: &[u8]) -> Result<Vec<String>, HpackError> {
    let mut fields = Vec::new();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    decoder.decode(block, true, |field| {
        fields.push(format!("{}: {}", text(field.name), text(field.value)));
    })?;
    Ok(fields)
}

/// Decodes blocks in turn, and compares fields and the table after each.
fn check(decoder: &mut Decoder, blocks: &[(&str, &[&str], &[&str])]) {
    for (block, expected, table) in blocks {
        assert_eq!(fields(decoder, &unhex(block)).unwrap(), *expected, "{block}");
        let entries: Vec<String> = (0..)
            .map_while(|index| decoder.table.get(index))
            .map(|(_, name, value)| {
                [name, b": ", value].concat().iter().map(|byte| char::from(*byte)).collect()
            })
            .collect();
        assert_eq!(entries, *table, "{block}");
    }
}

/// RFC 7541, appendix C.2.
#[test]
fn single_fields() {
    for (block, field, table) in [
        (
            "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
            "custom-key: custom-header",
            &["custom-key: custom-header"][..],
        ),
        ("040c 2f73 616d 706c 652f 7061 7468", ":path: /sample/path", &[]),
        ("1008 7061 7373 776f 7264 0673 6563 7265 74", "password: secret", &[]),
        ("82", ":method: GET", &[]),
    ] {
        check(&mut Decoder::new(4_096), &[(block, &[field], table)]);
    }
}

const REQUESTS: [&[&str]; 3] = [
    &[":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"],
    &[
        ":method: GET",
        ":scheme: http",
        ":path: /",
        ":authority: www.example.com",
        "cache-control: no-cache",
    ],
    &[
        ":method: GET",
        ":scheme: https",
        ":path: /index.html",
        ":authority: www.example.com",
        "custom-key: custom-value",
    ],
];

/// RFC 7541, appendices C.3 and C.4: the same requests without and with Huffman codes.
#[test]
fn requests() {
    let tables: [&[&str]; 3] = [
        &[":authority: www.example.com"],
        &["cache-control: no-cache", ":authority: www.example.com"],
        &["custom-key: custom-value", "cache-control: no-cache", ":authority: www.example.com"],
    ];
    for blocks in [
        [
            "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
            "8286 84be 5808 6e6f 2d63 6163 6865",
            "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
        ],
        [
            "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
            "8286 84be 5886 a8eb 1064 9cbf",
            "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
        ],
    ] {
        let mut decoder = Decoder::new(4_096);
        for ((block, request), table) in blocks.iter().zip(REQUESTS).zip(tables) {
            check(&mut decoder, &[(block, request, table)]);
        }
    }
}

/// RFC 7541, appendices C.5 and C.6: responses that do not all fit into a table of 256 bytes.
#[test]
fn responses_and_eviction() {
    let date = "date: Mon, 21 Oct 2013 20:13:21 GMT";
    let later = "date: Mon, 21 Oct 2013 20:13:22 GMT";
    let location = "location: https://www.example.com";
    let cookie = "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";
    let first = [":status: 302", "cache-control: private", date, location];
    let first_table = [location, date, "cache-control: private", ":status: 302"];
    let second = [":status: 307", "cache-control: private", date, location];
    let second_table = [":status: 307", location, date, "cache-control: private"];
    let gzip = "content-encoding: gzip";
    let third = [":status: 200", "cache-control: private", later, location, gzip, cookie];
    let third_table = [cookie, gzip, later];
    for blocks in [
        [
            "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133
             2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70
             6c65 2e63 6f6d",
            "4803 3330 37c1 c0bf",
            "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d
             54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049
             5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e
             3d31",
        ],
        [
            "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6
             2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
            "4883 640e ffc1 c0bf",
            "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab
             77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f
             9587 3160 65c0 03ed 4ee5 b106 3d50 07",
        ],
    ] {
        let mut decoder = Decoder::new(4_096);
        decoder.table.resize(256);
        check(
            &mut decoder,
            &[
                (blocks[0], &first, &first_table),
                (blocks[1], &second, &second_table),
                (blocks[2], &third, &third_table),
            ],
        );
    }
}

#[test]
fn sizes_of_the_table() {
    let mut decoder = Decoder::new(4_096);
    // Down and up again, then an entry that is too large, which empties the table.
    check(
        &mut decoder,
        &[
            ("40 01 61 01 62", &["a: b"], &["a: b"]),
            ("3f e1 1f be", &["a: b"], &["a: b"]),
            ("20 3f 03 40 01 61 01 63", &["a: c"], &["a: c"]),
            ("40 01 61 02 63 63", &["a: cc"], &[]),
            ("", &[], &[]),
        ],
    );
    assert_eq!(fields(&mut decoder, &unhex("3fe2 1f")), Err(HpackError::InvalidSizeUpdate));
    assert_eq!(fields(&mut decoder, &unhex("82 20")), Err(HpackError::InvalidSizeUpdate));
}

#[test]
fn a_smaller_table_has_to_be_confirmed() {
    let mut decoder = Decoder::new(100);
    // Until the peer knows, it may use the usual size.
    assert!(fields(&mut decoder, &unhex("3fe1 1f 82")).is_ok());
    decoder.set_allowed(100);
    assert_eq!(fields(&mut decoder, &unhex("")), Ok(vec![]));
    assert_eq!(fields(&mut decoder, &unhex("82")), Err(HpackError::InvalidSizeUpdate));
    decoder.set_allowed(100);
    assert_eq!(fields(&mut decoder, &unhex("3f 46 82")), Err(HpackError::InvalidSizeUpdate));
    assert!(fields(&mut decoder, &unhex("3f 45 82")).is_ok());
    assert!(fields(&mut decoder, &unhex("82")).is_ok());
    // A larger one may be used or not.
    decoder.set_allowed(10_000);
    assert!(fields(&mut decoder, &unhex("82")).is_ok());
}

#[test]
fn what_is_no_block() {
    for (block, error) in [
        ("80", HpackError::InvalidIndex(0)),
        ("be", HpackError::InvalidIndex(62)),
        ("7e 00", HpackError::InvalidIndex(62)),
        ("0f 2f 00", HpackError::InvalidIndex(62)),
        ("ff ff ff ff ff ff", HpackError::IntegerOverflow),
        ("40", HpackError::Truncated),
        ("40 02 61", HpackError::Truncated),
        ("40 01 61", HpackError::Truncated),
        ("40 01 61 02 62", HpackError::Truncated),
        ("00 01 61 ff", HpackError::Truncated),
        ("41 81 ff", HpackError::InvalidHuffman),
        ("04 81 ff", HpackError::InvalidHuffman),
        ("00 81 ff 00", HpackError::InvalidHuffman),
    ] {
        assert_eq!(fields(&mut Decoder::new(4_096), &unhex(block)), Err(error), "{block}");
    }
}

#[test]
fn unwanted_values_are_passed_over() {
    let mut decoder = Decoder::new(4_096);
    let mut seen = Vec::new();
    // A date that is not kept, a custom field, a length, and a date that is kept.
    let block = unhex("0f12 81 07  00 81 1f 81 07  0f0d 81 07  61 81 07");
    decoder.decode(&block, false, |field| seen.push((field.kind, field.value.to_vec()))).unwrap();
    let plain = |value: &str| (Kind::Plain, value.as_bytes().to_vec());
    let length = (Kind::ContentLength(0), b"0".to_vec());
    assert_eq!(seen, [plain(""), plain(""), length, plain("0")]);
    assert_eq!(fields(&mut decoder, &[0xbe]), Ok(vec!["date: 0".to_owned()]));
}

#[test]
fn entries_keep_their_meaning() {
    let mut decoder = Decoder::new(4_096);
    let mut kinds = Vec::new();
    // A status, a bad name, and a length enter the table and are used again, with static ones.
    let block = unhex("48 03 343138  40 01 41 00  5c 02 3132  c0 bf be 88 8e 9c b9 82");
    decoder.decode(&block, true, |field| kinds.push(field.kind)).unwrap();
    let kept = [Kind::Status(418), Kind::Malformed, Kind::ContentLength(12)];
    assert_eq!((&kinds[..3], &kinds[3..6]), (&kept[..], &kept[..]));
    let malformed = Kind::Malformed;
    assert_eq!(kinds[6..], [Kind::Status(200), Kind::Status(500), malformed, malformed, malformed]);
    for (place, (name, value)) in STATICS.iter().enumerate() {
        assert_eq!(STATIC_KINDS[place], kind::classify(name, value), "{}", name.escape_ascii());
    }
}

proptest! {
    /// Nothing panics, and the table stays within its size.
    #[test]
    fn arbitrary_blocks_stay_in_bounds(
        blocks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..100), 1..20),
        is_wanted in any::<bool>(),
    ) {
        let mut decoder = Decoder::new(500);
        for block in blocks {
            let mut longest = 0;
            let result = decoder.decode(&block, is_wanted, |field| {
                longest = longest.max(field.name.len() + field.value.len());
            });
            prop_assert!(longest <= 4_096 + block.len() * 2);
            let entries = (0..).map_while(|index| decoder.table.get(index));
            let size: usize = entries.map(|(_, name, value)| name.len() + value.len() + ENTRY_OVERHEAD).sum();
            prop_assert!(size <= decoder.table.limit());
            if result.is_err() {
                break;
            }
        }
    }

    /// Whether values are wanted or not: the table and the statuses are the same.
    #[test]
    fn the_table_does_not_depend_on_what_is_wanted(
        block in prop::collection::vec(prop_oneof![Just(0x40_u8), Just(0x00), Just(0x81), 0_u8..8, any::<u8>()], 0..60),
    ) {
        let (mut one, mut two) = (Decoder::new(200), Decoder::new(200));
        let results = (one.decode(&block, true, |_| {}), two.decode(&block, false, |_| {}));
        if results == (Ok(()), Ok(())) {
            let entries = |decoder: &Decoder| -> Vec<_> {
                (0..).map_while(|index| decoder.table.get(index).map(|(kind, name, value)| (kind, name.to_vec(), value.to_vec()))).collect()
            };
            prop_assert_eq!(entries(&one), entries(&two));
        }
    }
}
