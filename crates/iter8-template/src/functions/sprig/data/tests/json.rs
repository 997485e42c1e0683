//! JSON.

use super::{check_read, read, written};
use crate::testing::{call, json};
use crate::value::{Element, IntKind, List, Map, MapKind, Value};

fn check(value: Value, expected: &str) {
    let shown = format!("{value:?}");
    assert_eq!(written("toJson", value.clone()).as_deref(), Ok(expected), "{shown}");
    assert_eq!(written("mustToJson", value).as_deref(), Ok(expected), "{shown}");
}

#[test]
fn numbers_are_written_as_by_go() {
    for (number, expected) in [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (-1.5, "-1.5"),
        (1e6, "1000000"),
        (123_456_789.5, "123456789.5"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.5e300, "1.5e+300"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (1.25e-10, "1.25e-10"),
        (5e-324, "5e-324"),
        (1_024_385_218_615_613.0 + 0.25, "1024385218615613.2"),
    ] {
        check(Value::Float(number), expected);
    }
    check(Value::int(i64::MIN), "-9223372036854775808");
    check(Value::Int(7, IntKind::Uint8), "7");
}

#[test]
fn texts_are_escaped_for_html() {
    for (text, expected) in [
        ("a\"b\\c", r#""a\"b\\c""#),
        ("\n\r\t\u{8}\u{c}\u{1}", r#""\n\r\t\b\f\u0001""#),
        ("<a href=x>&", r#""\u003ca href=x\u003e\u0026""#),
        ("\u{2028}\u{2029}\u{7f}", "\"\\u2028\\u2029\u{7f}\""),
        ("\u{e4}\u{1f600}", "\"\u{e4}\u{1f600}\""),
    ] {
        check(text.into(), expected);
    }
    check(Value::text(&b"a\xff\xe2\x82z"[..]), r#""a\ufffd\ufffd\ufffdz""#);
    let raw = written("toRawJson", "<&>\u{2028}\"".into());
    assert_eq!(raw.as_deref(), Ok(r#""<&>\u2028\"""#));
    assert_eq!(written("mustToRawJson", "<".into()).as_deref(), Ok("\"<\""));
}

#[test]
fn lists_and_maps_are_sorted_and_plain() {
    check(json(r#"{"b": [1, {}], "a": null, "B": []}"#), r#"{"B":[],"a":null,"b":[1,{}]}"#);
    let bytes = List::of(Element::Byte, [1, 2, 255].map(|byte| Value::Int(byte, IntKind::Uint8)));
    check(Value::List(bytes), r#""AQL/""#);
    let texts = Map::of(MapKind::Texts, [("_0".into(), "a".into())].into());
    check(Value::Map(texts), r#"{"_0":"a"}"#);
    check(Value::List(List::of_texts(["x"])), r#"["x"]"#);
    check(Value::List(List::nil(Element::Text)), "null");
}

#[test]
fn pretty_is_indented_by_two() {
    let value = json(r#"{"a": [1, [], {"b": "<"}], "c": {}}"#);
    let expected = "{\n  \"a\": [\n    1,\n    [],\n    {\n      \"b\": \"\\u003c\"\n    }\n  ],\n  \"c\": {}\n}";
    assert_eq!(written("toPrettyJson", value.clone()).as_deref(), Ok(expected));
    assert_eq!(written("mustToPrettyJson", value).as_deref(), Ok(expected));
}

#[test]
fn what_json_cannot_hold_is_empty_or_an_error() {
    for (value, message) in [
        (Value::Float(f64::NAN), "json: unsupported value: NaN"),
        (Value::Float(f64::INFINITY), "json: unsupported value: +Inf"),
        (
            Value::List(List::new([Value::Float(f64::NEG_INFINITY)])),
            "json: unsupported value: -Inf",
        ),
        (Value::Complex(0.0, 1.0), "json: unsupported type: complex128"),
    ] {
        for function in ["toJson", "toPrettyJson"] {
            assert_eq!(written(function, value.clone()).as_deref(), Ok(""), "{message}");
        }
        for function in ["mustToJson", "mustToPrettyJson", "mustToRawJson", "toRawJson"] {
            assert_eq!(written(function, value.clone()).unwrap_err(), message, "{function}");
        }
    }
}

#[test]
fn json_is_read_as_by_go() {
    check_read(
        "mustFromJson",
        &[
            (" {\"a\" : [1, true, null]} ", r#"{"a":[1,true,null]}"#),
            ("12345678901234567890", "12345678901234567000"),
            ("-0.5E+3", "-500"),
            (r#""\u0041\n\/\\\"\b\f\r\t""#, r#""A\n/\\\"\b\f\r\t""#),
            (r#""\ud83d\ude00""#, "\"\u{1f600}\""),
            (r#""\ud800x\ud800\u0041\udc00""#, "\"\u{fffd}x\u{fffd}A\u{fffd}\""),
            (r#"{"a": 1, "a": 2}"#, r#"{"a":2}"#),
            ("{}", "{}"),
            ("1e-400", "0"),
        ],
    );
    let broken = call("fromJson", &[Value::text(&b"\"a\xffb\""[..])]).unwrap();
    assert_eq!(written("toRawJson", broken).as_deref(), Ok("\"a\u{fffd}b\""));
}

#[test]
fn errors_are_those_of_go() {
    check_read(
        "mustFromJson",
        &[
            ("", "unexpected end of JSON input"),
            ("[1,", "unexpected end of JSON input"),
            ("\"a", "unexpected end of JSON input"),
            ("x", "invalid character 'x' looking for beginning of value"),
            ("[1,]", "invalid character ']' looking for beginning of value"),
            ("{1}", "invalid character '1' looking for beginning of object key string"),
            ("{\"a\" 1}", "invalid character '1' after object key"),
            ("{\"a\":1 \"b\"}", "invalid character '\"' after object key:value pair"),
            ("[1 2]", "invalid character '2' after array element"),
            ("1 2", "invalid character '2' after top-level value"),
            ("01", "invalid character '1' after top-level value"),
            ("\"\n\"", r"invalid character '\n' in string literal"),
            (r#""\x""#, "invalid character 'x' in string escape code"),
            (r#""\u12g4""#, r"invalid character 'g' in \u hexadecimal character escape"),
            ("-x", "invalid character 'x' in numeric literal"),
            ("1.", "invalid character ' ' after decimal point in numeric literal"),
            ("1e+", "invalid character ' ' in exponent of numeric literal"),
            ("tru", "invalid character ' ' in literal true (expecting 'e')"),
            ("nuxl", "invalid character 'x' in literal null (expecting 'l')"),
            ("fals\u{e9}", "invalid character '\u{c3}' in literal false (expecting 'e')"),
            ("'", r"invalid character '\'' looking for beginning of value"),
            ("\\", r"invalid character '\\' looking for beginning of value"),
            ("\u{7f}", r"invalid character '\x7f' looking for beginning of value"),
            ("\u{c0}\u{80}", "invalid character '\u{c3}' looking for beginning of value"),
            ("[1e999]", "json: cannot unmarshal number 1e999 into Go value of type float64"),
        ],
    );
    for byte in [0x80, 0xa0, 0xad] {
        let result = call("mustFromJson", &[Value::text(vec![byte])]);
        let expected = format!("invalid character '\\u{byte:04x}' looking for beginning of value");
        assert_eq!(result.unwrap_err(), expected);
    }
    for (byte, name) in [(7, 'a'), (8, 'b'), (11, 'v'), (12, 'f')] {
        let message = call("mustFromJson", &[Value::text(vec![byte])]).unwrap_err();
        assert!(message.starts_with(&format!("invalid character '\\{name}'")), "{message}");
    }
}

#[test]
fn what_cannot_be_read_is_nil_or_in_its_place() {
    check_read(
        "fromJson",
        &[("", "null"), ("[1", "null"), ("[1e999, 2]", "[null,2]"), ("\"x\"", "\"x\"")],
    );
    check_read(
        "fromJsonArray",
        &[
            ("[1, {\"a\": 2}]", r#"[1,{"a":2}]"#),
            ("null", "null"),
            ("[1", r#"["unexpected end of JSON input"]"#),
            ("{}", r#"["json: cannot unmarshal object into Go value of type []interface {}"]"#),
            ("\"x\"", r#"["json: cannot unmarshal string into Go value of type []interface {}"]"#),
            ("true", r#"["json: cannot unmarshal bool into Go value of type []interface {}"]"#),
            ("1", r#"["json: cannot unmarshal number into Go value of type []interface {}"]"#),
            ("[1e999]", r#"["json: cannot unmarshal number 1e999 into Go value of type float64"]"#),
        ],
    );
    assert_eq!(read("fromJson", "{\"a\":1}"), r#"{"a":1}"#);
}
