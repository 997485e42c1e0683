//! Values, and how they end.

use super::*;
use crate::testing::json;

#[test]
fn truth_is_that_of_go() {
    let falsy = [
        Value::Nil,
        Value::Bool(false),
        Value::int(0),
        Value::Float(0.0),
        Value::Float(-0.0),
        Value::Complex(0.0, 0.0),
        Value::from(""),
        json("[]"),
        json("{}"),
    ];
    let truthy = [
        Value::Bool(true),
        Value::int(-1),
        Value::Float(f64::NAN),
        Value::Complex(0.0, 1.0),
        Value::from(" "),
        json("[null]"),
        json(r#"{"": null}"#),
    ];
    assert!(falsy.iter().all(|value| !value.is_true()), "{falsy:?}");
    assert!(truthy.iter().all(Value::is_true), "{truthy:?}");
}

#[test]
fn types_have_the_names_of_go() {
    let cases = [
        (Value::Nil, "invalid", "<nil>"),
        (Value::int(1), "int", "int"),
        (Value::int64(1), "int64", "int64"),
        (Value::Int(1, IntKind::Int32), "int32", "int32"),
        (Value::Int(1, IntKind::Uint8), "uint8", "uint8"),
        (Value::Int(1, IntKind::Uint64), "uint64", "uint64"),
        (Value::Float(1.0), "float64", "float64"),
        (Value::Complex(1.0, 0.0), "complex128", "complex128"),
        (Value::from("a"), "string", "string"),
        (Value::from(true), "bool", "bool"),
        (json("[1]"), "slice", "[]interface {}"),
        (Value::List(List::of_texts(["a"])), "slice", "[]string"),
        (Value::List(List::of(Element::Int, vec![])), "slice", "[]int"),
        (Value::List(List::of(Element::Byte, vec![])), "slice", "[]uint8"),
        (Value::List(List::of(Element::List, vec![])), "slice", "[][]interface {}"),
        (Value::List(List::of(Element::Map, vec![])), "slice", "[]map[string]interface {}"),
        (json("{}"), "map", "map[string]interface {}"),
        (Value::Map(Map::of(MapKind::Texts, [].into())), "map", "map[string]string"),
    ];
    for (value, kind, name) in cases {
        assert_eq!((value.kind_name(), &value.type_name()[..]), (kind, name));
    }
}

#[test]
fn numbers_of_json_are_floats() {
    assert!(matches!(json("1"), Value::Float(1.0)));
    assert!(matches!(json("12345678901234567890"), Value::Float(number) if number > 1e19));
    let Value::Map(map) = json(r#"{"b": 1, "a": [true]}"#) else { panic!("a map") };
    let keys: Vec<String> = map.entries().iter().map(|(key, _)| key.to_string()).collect();
    assert_eq!(keys, ["a", "b"]);
}

#[test]
fn maps_are_shared() {
    let map = Map::new();
    let same = map.clone();
    map.set("a", Value::int(1));
    assert!(same.contains(b"a") && same.is_same(&map) && map.is_shared());
    same.remove(b"a");
    assert!(map.is_empty() && !map.is_same(&Map::new()));
    assert!(map.visit(b"a", Value::is_true).is_none());
}

/// Two megabytes are what threads of tests have.
#[test]
fn deep_values_are_dropped_without_a_deep_stack() {
    let mut value = Value::Nil;
    for level in 0..300_000 {
        value = if level % 2 == 0 {
            Value::List(List::new(vec![value]))
        } else {
            [(Text::from("k"), value)].into_iter().collect::<Map>().into()
        };
    }
    let kept = value.clone();
    drop(value);
    let Value::Map(map) = &kept else { panic!("a map is outermost") };
    assert_eq!(map.len(), 1);
    drop(kept);
}

#[test]
fn what_others_hold_survives() {
    let inner = List::new(vec![Value::from("a")]);
    let outer =
        Value::List(List::new(vec![Value::List(inner.clone()), Value::List(inner.clone())]));
    drop(outer);
    assert!(!inner.is_shared());
    assert_eq!(inner.items().len(), 1);
    let map = Map::new();
    map.set("l", Value::List(inner.clone()));
    drop(map);
    assert!(matches!(&inner.items()[0], Value::Str(text) if text.as_bytes() == b"a"));
}

#[test]
fn a_map_is_found_in_what_holds_it() {
    let map = Map::new();
    let list = |value: Value| Value::List(List::new(vec![Value::Nil, value]));
    let holder: Map = [("k".into(), list(Value::Map(map.clone())))].into_iter().collect();
    let mut shared = Value::from("a");
    for _ in 0..60 {
        shared = Value::List(List::new(vec![shared.clone(), shared]));
    }
    let cases = [
        (Value::Map(map.clone()), true),
        (list(Value::Map(map.clone())), true),
        (list(Value::Map(holder.clone())), true),
        (Value::Map(Map::new()), false),
        (list(list(Value::from("a"))), false),
        (Value::int(1), false),
        (shared, false),
    ];
    for (value, expected) in cases {
        let (is_within, steps) = map.is_within(&value);
        assert_eq!(is_within, expected);
        assert!(steps < 200, "{steps}");
    }
}
