//! Static data: from JSON and from bytes to frames.

use std::fmt::Write;

use expect_test::expect;
use iter8_load_grpc::{Call, CallOptions, Composer, Content, Evaluation, Frame, Framer, Outgoing};
use proptest::prelude::*;
use prost_reflect::DynamicMessage;
use prost_reflect::prost::Message;
use prost_reflect::prost::encoding::encode_varint;
use serde_json::json;

use crate::shop::{calls, chain, json, method, moment, options, plan, value};

fn text(json: &str) -> Content {
    Content::Text(json.to_owned())
}

/// A message by its JSON.
fn bytes(json: &str) -> Vec<u8> {
    let mut text = serde_json::Deserializer::from_str(json);
    DynamicMessage::deserialize(method("Buy").input(), &mut text).unwrap().encode_to_vec()
}

#[test]
fn nothing_is_an_empty_message() {
    for name in ["Buy", "Watch", "Fill", "Talk"] {
        let plan = plan(name, &Content::Empty, options()).unwrap();
        assert!(plan.is_static() && plan.messages().is_static());
        assert_eq!(calls(&plan, 2), ["{}", "{}"], "{name}");
    }
}

#[test]
fn the_json_mapping_is_that_of_protobuf() {
    let cases = [
        (r#"{"name": "a", "count": 3}"#, r#"{"name":"a","count":3}"#),
        (
            r#"{"count": "4294967295", "balance": "-9223372036854775808"}"#,
            r#"{"count":4294967295,"balance":"-9223372036854775808"}"#,
        ),
        (r#"{"picture": "AQID"}"#, r#"{"picture":"AQID"}"#),
        (r#"{"isNew": true}"#, r#"{"isNew":true}"#),
        (r#"{"is_new": true}"#, r#"{"isNew":true}"#),
        (
            r#"{"price": {"units": 5, "currency": "EUR"}}"#,
            r#"{"price":{"units":"5","currency":"EUR"}}"#,
        ),
        (
            r#"{"price": {"currency": 2, "fixedAt": "2023-05-15T12:00:00Z"}}"#,
            r#"{"price":{"currency":"USD","fixedAt":"2023-05-15T12:00:00Z"}}"#,
        ),
        (r#"{"stock": {"x": 1}, "tags": ["a", "b"]}"#, r#"{"tags":["a","b"],"stock":{"x":"1"}}"#),
        (r#"{"box": 7}"#, r#"{"box":7}"#),
        (r#"{"weight": "NaN"}"#, r#"{"weight":"NaN"}"#),
        (r#"{"name": null}"#, "{}"),
        (
            r#"{"more": {"a": [1, {"b": null}]}, "part": {"part": {"name": "x"}}}"#,
            r#"{"more":{"a":[1.0,{"b":null}]},"part":{"part":{"name":"x"}}}"#,
        ),
    ];
    for (given, expected) in cases {
        for content in [value(given), text(given)] {
            let plan = plan("Buy", &content, options()).unwrap();
            assert_eq!(calls(&plan, 1), [expected], "{given}");
        }
    }
}

#[test]
fn lists_are_taken_by_turns_or_sent_whole() {
    let list = value(r#"[{"name": "a"}, {"name": "b"}, {"name": "c"}]"#);
    let (a, b, c) = (r#"{"name":"a"}"#, r#"{"name":"b"}"#, r#"{"name":"c"}"#);
    for name in ["Buy", "Watch"] {
        assert_eq!(calls(&plan(name, &list, options()).unwrap(), 4), [a, b, c, a], "{name}");
    }
    for name in ["Fill", "Talk"] {
        let all = format!("{a} {b} {c}");
        assert_eq!(calls(&plan(name, &list, options()).unwrap(), 2), [&*all, &*all], "{name}");
        let four = plan(name, &list, CallOptions { count: Some(4), ..options() });
        assert_eq!(calls(&four.unwrap(), 1), [format!("{all} {a}")], "{name}");
    }
}

#[test]
fn static_frames_are_shared() {
    let plan = plan("Buy", &value(r#"{"name": "a"}"#), options()).unwrap();
    let frames = plan.messages().frames().unwrap();
    assert_eq!(&*frames[0], b"\0\0\0\0\x03\x0a\x01a");
    let (mut composer, mut outgoing) = (Composer::new(&plan, 1), Outgoing::default());
    let call = Call { number: 0, worker: 0, connection: 0, now: moment() };
    for _ in 0..2 {
        composer.begin(call, &mut outgoing).unwrap();
        match composer.next(&mut outgoing).unwrap().unwrap() {
            Frame::Shared(frame) => assert!(std::sync::Arc::ptr_eq(frame, &frames[0])),
            Frame::Own(_) => panic!("must be shared"),
        }
        assert_eq!(outgoing.sent(), 1);
    }
}

#[test]
fn binary_data_has_lengths_or_is_one_message() {
    let (a, b) = (bytes(r#"{"name": "a"}"#), bytes(r#"{"count": 300}"#));
    let mut delimited = Vec::new();
    for message in [&a, &b] {
        encode_varint(message.len() as u64, &mut delimited);
        delimited.extend_from_slice(message);
    }
    let cases = [
        (delimited, vec![r#"{"name":"a"}"#, r#"{"count":300}"#]),
        (a, vec![r#"{"name":"a"}"#]),
        (Vec::new(), vec!["{}"]),
    ];
    for (bytes, expected) in cases {
        let plan = plan("Buy", &Content::Binary(bytes), options()).unwrap();
        assert_eq!(calls(&plan, expected.len() as u64), expected);
    }
    let error = plan("Buy", &Content::Binary(b"\x0a\x05a".to_vec()), options()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the binary data holds no shop.v1.Item, with lengths before the messages or without"
    );
}

#[test]
fn wrong_data_is_told() {
    let contents = [
        value("5"),
        value("[1]"),
        value("[]"),
        value(r#""text""#),
        text("{"),
        text(r#"{"name": 5}"#),
        value(r#"{"nam": "a"}"#),
        value(r#"[{}, {"count": -1}]"#),
        value(r#"{"shelf": "a", "box": 1}"#),
        value(r#"{"price": {"currency": "GBP"}}"#),
        value(r#"{"picture": "?"}"#),
    ];
    let mut errors = String::new();
    for content in contents {
        let error = plan("Buy", &content, options()).unwrap_err();
        writeln!(errors, "{}: {}", error.code(), chain(&error)).unwrap();
    }
    expect![[r"
        InvalidArgument: data must be an object or a list of objects
        InvalidArgument: data must be an object or a list of objects
        InvalidArgument: data is an empty list
        InvalidArgument: data must be an object or a list of objects
        InvalidArgument: data is no JSON: EOF while parsing an object at line 1 column 1
        InvalidArgument: data is no shop.v1.Item: invalid type: integer `5`, expected a string
        InvalidArgument: data is no shop.v1.Item: unrecognized field name 'nam'
        InvalidArgument: data[1] is no shop.v1.Item: out of range integral type conversion attempted
        InvalidArgument: data is no shop.v1.Item: multiple fields provided for oneof 'place'
        InvalidArgument: data is no shop.v1.Item: unrecognized enum value 'GBP'
        InvalidArgument: data is no shop.v1.Item: invalid base64: Invalid symbol 63, offset 0.
    "]]
    .assert_eq(&errors);
}

#[test]
fn messages_beyond_the_bound_are_refused() {
    let small = CallOptions { framer: Framer { gzip: false, max_bytes: 3 }, ..options() };
    assert!(plan("Buy", &value(r#"{"name": "a"}"#), small.clone()).is_ok());
    let error = plan("Buy", &value(r#"{"name": "ab"}"#), small).unwrap_err();
    assert_eq!(
        (error.to_string().as_str(), error.code().name()),
        ("a message of 4 bytes is larger than max-send-message-size (3)", "ResourceExhausted")
    );
}

#[test]
fn data_may_be_left_unevaluated() {
    let off = CallOptions { data: Evaluation::Off, ..options() };
    let plan = plan("Buy", &value(r#"{"name": "{{.Nope}}"}"#), off).unwrap();
    assert_eq!(calls(&plan, 1), [r#"{"name":"{{.Nope}}"}"#]);
}

proptest! {
    #[test]
    fn messages_survive_the_way_to_a_frame(
        name in ".{0,8}", count: u32, balance: i64, is_new: bool,
        tags in proptest::collection::vec("[a-z]{0,3}", 0..3),
        weight in -1e9_f64..1e9,
    ) {
        prop_assume!(!name.contains("{{"));
        let given = json!({"name": name, "count": count, "balance": balance.to_string(), "isNew": is_new, "tags": tags, "weight": weight});
        let plan = plan("Buy", &Content::Value(given.clone()), options()).unwrap();
        let sent = calls(&plan, 1).remove(0);
        let expected = json(&bytes(&given.to_string()));
        prop_assert_eq!(sent, expected);
    }
}
