//! Documents as Go writes and reads them. All expectations are answers of Go's libraries.

mod json;
mod objects;
mod toml;
mod yaml_in;
mod yaml_out;

use crate::function::MAX_DEPTH;
use crate::testing::{TestHost, call, call_in, json};
use crate::value::{List, Map, Value};

/// What a function makes of a value, as text.
fn written(function: &str, value: Value) -> Result<String, String> {
    call(function, &[value]).map(|result| match result {
        Value::Str(text) => text.as_str().into_owned(),
        other => panic!("{function}: {other:?}"),
    })
}

/// What a function reads from a text, as JSON.
fn read(function: &str, text: &str) -> String {
    match call(function, &[text.into()]) {
        Ok(value) => written("toRawJson", value).unwrap(),
        Err(message) => message,
    }
}

fn check_read(function: &str, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(read(function, text), *expected, "{function} {text}");
    }
}

/// A list that holds the list before it twice, so many times.
fn doubled(levels: usize) -> Value {
    (0..levels).fold(Value::text("x"), |value, _| Value::List(List::new([value.clone(), value])))
}

/// A list in a list in a list.
fn nested(levels: usize) -> Value {
    (0..levels).fold(Value::Nil, |value, _| Value::List(List::new([value])))
}

const WRITERS: [&str; 5] = ["toJson", "toPrettyJson", "mustToRawJson", "toYaml", "toToml"];

#[test]
fn a_document_larger_than_its_values_is_bounded() {
    let root = Map::from_iter([("a".into(), doubled(40))]);
    for function in WRITERS {
        for (bytes_left, steps_left) in [(1 << 20, u64::MAX), (usize::MAX, 1000)] {
            let mut host = TestHost { bytes_left, steps_left, ..TestHost::default() };
            let written = call_in(&mut host, function, &[Value::Map(root.clone())]);
            assert!(written.is_err(), "{function}");
        }
    }
}

#[test]
fn depth_is_bounded() {
    for function in WRITERS {
        let value = |levels| Value::Map(Map::from_iter([("a".into(), nested(levels))]));
        let message = written(function, value(MAX_DEPTH + 1)).unwrap_err();
        assert!(message.contains("levels deep"), "{function}: {message}");
        assert!(written(function, value(MAX_DEPTH / 2)).is_ok(), "{function}");
    }
    for function in ["mustFromJson", "fromYamlArray", "fromJsonArray"] {
        let text = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let message = read(function, &text);
        assert!(message.len() < 200, "{function}: {message}");
    }
}

#[test]
fn texts_of_many_values_are_bounded() {
    let text = "[".to_owned() + &"0,".repeat(20_000) + "0]";
    let bomb = "a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\n".to_owned()
        + "c: &c [*b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c]\n"
        + "e: &e [*d, *d, *d, *d, *d, *d, *d, *d]\nf: [*e, *e, *e, *e, *e, *e, *e, *e]\n";
    for (function, text) in
        [("fromJson", &text), ("fromYamlArray", &text), ("fromYaml", &bomb), ("fromYaml", &text)]
    {
        let mut host = TestHost { bytes_left: 1 << 20, ..TestHost::default() };
        let read = call_in(&mut host, function, &[Value::text(text.as_str())]);
        assert!(read.is_err(), "{function}");
    }
}

#[test]
fn what_is_read_can_be_written() {
    let document = json(r#"{"a": [1, 2.5, "x", null, true], "b": {"c": "y\nz", "": []}}"#);
    let compact = written("toJson", document.clone()).unwrap();
    for (writer, reader) in
        [("toJson", "fromJson"), ("toPrettyJson", "fromJson"), ("toYaml", "fromYaml")]
    {
        let text = written(writer, document.clone()).unwrap();
        assert_eq!(read(reader, &text), compact, "{writer}");
    }
}
