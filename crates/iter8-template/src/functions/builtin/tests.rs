//! Go's own functions, compared with Go.

mod cases;

use crate::function::Failure;
use crate::templates::MissingKey;
use crate::testing::{call, check, json};
use crate::value::{Element, IntKind, List, Map, MapKind, Value};

#[test]
fn comparison() {
    check(cases::COMPARISON, MissingKey::Default);
}

#[test]
fn containers() {
    check(cases::CONTAINERS, MissingKey::Default);
}

#[test]
fn escapes() {
    check(cases::ESCAPES, MissingKey::Default);
}

#[test]
fn logic() {
    check(cases::LOGIC, MissingKey::Default);
}

#[test]
fn print() {
    check(cases::PRINTED, MissingKey::Default);
}

fn shown(name: &str, args: &[Value]) -> String {
    match call(name, args) {
        Ok(value) => crate::print::display(&value).unwrap().to_string(),
        Err(message) => format!("! {message}"),
    }
}

#[test]
fn types_of_whole_numbers_compare_by_sign_only() {
    let int = |number, kind| Value::Int(number, kind);
    let cases = [
        ("eq", int(1, IntKind::Int64), int(1, IntKind::Int), "true"),
        ("eq", int(1, IntKind::Uint8), int(1, IntKind::Int), "true"),
        ("eq", int(-1, IntKind::Int), int(1, IntKind::Uint64), "false"),
        ("lt", int(-1, IntKind::Int), int(1, IntKind::Uint64), "true"),
        ("ge", int(3, IntKind::Uint64), int(-3, IntKind::Int32), "true"),
        ("gt", Value::Float(f64::NAN), Value::Float(1.0), "true"),
        ("le", Value::Float(f64::NAN), Value::Float(1.0), "false"),
        ("eq", Value::Float(f64::NAN), Value::Float(f64::NAN), "false"),
    ];
    for (name, a, b, expected) in cases {
        assert_eq!(shown(name, &[a.clone(), b.clone()]), expected, "{name} {a:?} {b:?}");
    }
}

#[test]
fn elements_keep_their_type() {
    let texts = [("a".into(), Value::from("b"))].into_iter().collect();
    let map = Value::Map(Map::of(MapKind::Texts, texts));
    assert_eq!(shown("index", &[map.clone(), Value::from("a")]), "b");
    assert_eq!(shown("index", &[map, Value::from("z")]), "");
    let list = Value::List(List::of_texts(["a", "b", "c"]));
    let part = call("slice", &[list, Value::int(1)]).unwrap();
    assert_eq!(part.type_name(), "[]string");
    let bytes = List::of(Element::Byte, vec![Value::Int(97, IntKind::Uint8)]);
    let part = call("slice", &[Value::List(bytes)]).unwrap();
    assert_eq!(part.type_name(), "[]uint8");
    let byte = call("index", &[Value::from("a"), Value::Int(0, IntKind::Uint64)]).unwrap();
    assert_eq!(byte.type_name(), "uint8");
}

#[test]
fn what_cannot_be_compared_is_named_by_type() {
    let list = json(r#"["a", 1]"#);
    let map = json(r#"{"a": 1}"#);
    let cases = [
        ("eq", &list, &list, "! non-comparable type [a %!s(float64=1)]: []interface {}"),
        (
            "ne",
            &map,
            &list,
            "! non-comparable types map[a:%!s(float64=1)]: map[string]interface {}, \
             []interface {}: [a 1]",
        ),
        ("lt", &list, &list, "! invalid type for comparison"),
    ];
    for (name, a, b, expected) in cases {
        assert_eq!(shown(name, &[a.clone(), b.clone()]), expected);
    }
}

#[test]
fn printing_takes_no_more_than_there_is_room_for() {
    let mut host = crate::testing::TestHost { bytes_left: 1000, ..Default::default() };
    let args = [Value::from("%2000d"), Value::int(1)];
    let printf = crate::functions::find(crate::Dialect::Go, "printf").unwrap();
    let result =
        (printf.body)(&mut crate::function::Call { args: &args, boxed: 0, host: &mut host });
    assert!(matches!(result, Err(Failure::Message(message)) if message == "out of memory"));
}
