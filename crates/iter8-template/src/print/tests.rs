//! Printing, compared with Go and bounded.

mod cases;

use super::*;
use crate::templates::MissingKey;
use crate::testing::{DATA, json, outcome};
use crate::value::{IntKind, List, Map, Object};

fn check(cases: &[(&str, &str)]) {
    let templates = crate::Templates::new(crate::Dialect::Go).missing_key(MissingKey::Default);
    let data = json(DATA);
    for (arguments, expected) in cases {
        let text = format!("{{{{printf {arguments}}}}}");
        assert_eq!(outcome(&templates, &text, &data), *expected, "{arguments}");
    }
}

#[test]
fn whole_numbers() {
    check(cases::WHOLE);
}

#[test]
fn floating_point_numbers() {
    check(cases::FLOATS);
}

#[test]
fn texts() {
    check(cases::TEXTS);
}

#[test]
fn truth_nil_lists_and_maps() {
    check(cases::OTHERS);
}

#[test]
fn formats() {
    check(cases::SYNTAX);
}

fn formatted(format: &str, arguments: &[Value]) -> String {
    let mut out = Vec::new();
    sprintf(&mut out, format.as_bytes(), arguments, 1 << 10).unwrap();
    String::from_utf8_lossy(&out).into_owned()
}

#[test]
fn broken_characters_keep_their_bytes() {
    let broken = Value::text(&b"\xb6z\xc3"[..]);
    let mut out = Vec::new();
    sprintf(&mut out, b"%s|%5s|%.1s", &vec![broken.clone(); 3], 100).unwrap();
    assert_eq!(out, b"\xb6z\xc3|  \xb6z\xc3|\xb6");
    assert_eq!(formatted("%q|%+q|%x", &vec![broken; 3]), r#""\xb6z\xc3"|"\xb6z\xc3"|b67ac3"#);
}

#[test]
fn lists_of_one_type() {
    let byte = |number| Value::Int(number, IntKind::Uint8);
    let bytes = Value::List(List::of(crate::Element::Byte, vec![byte(97), byte(98)]));
    let verbs = "%v|%d|%s|%q|%x|%X|%T|%#v";
    let expected = r#"[97 98]|[97 98]|ab|"ab"|6162|6162|[]uint8|[]uint8{0x61, 0x62}"#;
    assert_eq!(formatted(verbs, &vec![bytes; 8]), expected);
    let texts = Value::List(List::of_texts(["a", "b"]));
    let expected = r#"[a b]|[%!d(string=a) %!d(string=b)]|["a" "b"]|[]string{"a", "b"}"#;
    assert_eq!(formatted("%v|%d|%q|%#v", &vec![texts; 4]), expected);
}

#[derive(Debug)]
struct Point;

impl Object for Point {
    fn type_name(&self) -> &'static str {
        "geo.Point"
    }

    fn print(&self) -> Text {
        Text::from("{1 2}")
    }

    fn plain(&self) -> Value {
        Value::Nil
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

#[test]
fn objects_print_themselves() {
    let point = Value::Object(std::rc::Rc::new(Point));
    let expected = "{1 2}|{1 2}|   {1 2}|\"{1 2}\"|geo.Point|%!d(geo.Point={1 2})|[{1 2}]";
    let list = Value::List(List::new(vec![point.clone()]));
    let arguments: Vec<Value> = (0..6).map(|_| point.clone()).chain([list]).collect();
    assert_eq!(formatted("%v|%s|%8v|%q|%T|%d|%v", &arguments), expected);
}

#[test]
fn spaces_stand_between_operands_that_are_no_texts() {
    let print = |values: &[Value]| {
        let mut out = Vec::new();
        sprint(&mut out, values, 100).unwrap();
        out.push(b'|');
        sprintln(&mut out, values, 100).unwrap();
        String::from_utf8(out).unwrap()
    };
    let (one, text) = (Value::int(1), Value::from("a"));
    let cases: [(&[&Value], &str); 6] = [
        (&[], "|\n"),
        (&[&one, &one], "1 1|1 1\n"),
        (&[&one, &text, &one], "1a1|1 a 1\n"),
        (&[&text, &text], "aa|a a\n"),
        (&[&Value::Nil, &Value::Nil, &text], "<nil> <nil>a|<nil> <nil> a\n"),
        (&[&text, &one, &one], "a1 1|a 1 1\n"),
    ];
    for (values, expected) in cases {
        let values: Vec<Value> = values.iter().map(|&value| value.clone()).collect();
        assert_eq!(print(&values), expected);
    }
}

#[test]
fn display_is_what_an_action_prints() {
    let cases = [
        (Value::from("a"), "a"),
        (Value::Float(1e6), "1e+06"),
        (Value::Float(-3.0), "-3"),
        (Value::Float(f64::NAN), "NaN"),
        (Value::Float(f64::INFINITY), "+Inf"),
        (Value::Float(f64::NEG_INFINITY), "-Inf"),
        (Value::Nil, "<nil>"),
        (json(r#"{"b": [1, null], "a": {}}"#), "map[a:map[] b:[1 <nil>]]"),
    ];
    for (value, expected) in cases {
        assert_eq!(display(&value).unwrap(), Text::from(expected));
    }
}

#[test]
fn infinite_numbers_are_padded_with_spaces() {
    let infinite = [f64::INFINITY, f64::NEG_INFINITY, f64::NAN].map(Value::Float);
    assert_eq!(formatted("%05.1f|%05v|%06d", &infinite), " +Inf| -Inf|%!d(float64=   NaN)");
    assert_eq!(formatted("%+f|% f|%+v", &infinite), "+Inf|-Inf|NaN");
}

#[test]
fn what_is_too_long_or_endless_is_refused() {
    let mut list = Value::from("0123456789");
    for _ in 0..40 {
        list = Value::List(List::new(vec![list.clone(), list]));
    }
    let map = Map::new();
    map.set("self", Value::Map(map.clone()));
    let room = 1 << 16;
    let cases: [(&str, Value, Excess); 7] = [
        ("%v", list.clone(), Excess::Bytes),
        ("%1000000d", Value::int(1), Excess::Bytes),
        ("%.1000000d", Value::int(1), Excess::Bytes),
        ("%.1000000f", Value::Float(1.0), Excess::Bytes),
        ("% 100000x", Value::text("x".repeat(1 << 15)), Excess::Bytes),
        ("%.1000000U", Value::int(1), Excess::Bytes),
        ("%v", Value::Map(map.clone()), Excess::Depth),
    ];
    for (format, value, expected) in cases {
        let mut out = Vec::new();
        assert_eq!(sprintf(&mut out, format.as_bytes(), &[value], room), Err(expected), "{format}");
        assert!(out.capacity() <= 2 * room, "{format}");
    }
    assert!(display(&list).is_err() && display(&Value::Map(map.clone())).is_err());
    map.remove(b"self");
}

#[test]
fn the_fewest_digits_read_as_the_same_number() {
    for (number, expected) in [
        ("618158201497686.25", "6.181582014976862e+14"),
        ("618158201497686.75", "6.181582014976868e+14"),
        ("7.120236347223045e-307", "7.120236347223045e-307"),
        ("5.684341886080801486968994140625e-14", "5.684341886080802e-14"),
        ("5e-324", "5e-324"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"),
    ] {
        let number = Value::Float(number.parse().unwrap());
        assert_eq!(display(&number).unwrap(), Text::from(expected));
    }
    for exponent in -1074..1024 {
        let number = f64::from(exponent).exp2();
        assert_eq!(scientific(number).parse(), Ok(number), "2^{exponent}");
    }
}
