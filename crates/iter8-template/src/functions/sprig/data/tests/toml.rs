//! TOML.

use super::written;
use crate::testing::{call, json};
use crate::value::{IntKind, List, Map, Value};

fn check(document: &str, expected: &str) {
    assert_eq!(written("toToml", json(document)).as_deref(), Ok(expected), "{document}");
}

#[test]
fn plain_entries_come_before_tables() {
    check(
        r#"{"a": 1, "b": {"c": 1.5, "d": [1, 2], "e": [{"x": 1}, {"y": {"z": true}}]}, "s": "q"}"#,
        "a = 1.0\ns = \"q\"\n\n[b]\n  c = 1.5\n  d = [1.0, 2.0]\n\n  [[b.e]]\n    x = 1.0\n\n  \
         [[b.e]]\n    [b.e.y]\n      z = true\n",
    );
    check(r#"{"b": {"x": 1}, "a": 1}"#, "a = 1.0\n\n[b]\n  x = 1.0\n");
    check(
        r#"{"a": {"b": {"c": 1}}, "z": {"y": 1}}"#,
        "[a]\n  [a.b]\n    c = 1.0\n\n[z]\n  y = 1.0\n",
    );
    check(r#"{"a": [{"b": [{"c": 1}]}]}"#, "[[a]]\n\n  [[a.b]]\n    c = 1.0\n");
    check(r#"{"a": {}, "b": [{}], "c": []}"#, "c = []\n\n[a]\n\n[[b]]\n");
    check("{}", "");
}

#[test]
fn lists_of_others_stay_on_their_line() {
    check(r#"{"a": [[1, "x"], [2]]}"#, "a = [[1.0, \"x\"], [2.0]]\n");
    check(r#"{"a": [1, {"x": 1}]}"#, "a = [1.0, {x = 1.0}]\n");
    check(
        r#"{"a": [[{"b": 1, "d": {"e": 1}, "c": true}]]}"#,
        "a = [[{b = 1.0, c = true, d = {e = 1.0}}]]\n",
    );
}

#[test]
fn nil_is_left_out_of_maps_and_refused_in_lists() {
    check(r#"{"a": null, "b": {"c": null}}"#, "[b]\n");
    check(r#"{"a": [null]}"#, "toml: cannot encode array with nil element");
    check(r#"{"a": [{"x": 1}, null]}"#, "toml: cannot encode array with nil element");
    check(r#"{"a": [[null]]}"#, "toml: cannot encode array with nil element");
    check(r#"{"k": [[{"x": 1, "z": null}]]}"#, "k = [[{x = 1.0, }]]\n");
}

#[test]
fn keys_and_texts_are_quoted() {
    check(
        r#"{"a b": {"c.d": 1, "\u00e9": "\"\\\b\t\n\f\r\u0001\u007f\u00e9"}, "": 1, "A-1_z": 2}"#,
        "\"\" = 1.0\nA-1_z = 2.0\n\n[\"a b\"]\n  \"c.d\" = 1.0\n  \
         \"\u{e9}\" = \"\\\"\\\\\\b\\t\\n\\f\\r\\u0001\\u007f\u{e9}\"\n",
    );
}

#[test]
fn numbers_keep_their_type() {
    check(
        r#"{"a": 1e21, "b": 1e-7, "c": -0.0, "d": 12345678901}"#,
        "a = 1000000000000000000000.0\nb = 0.0000001\nc = -0.0\nd = 12345678901.0\n",
    );
    let value = |value| Value::Map(Map::from_iter([("a".into(), value)]));
    for (number, expected) in [
        (Value::int(3), "a = 3\n"),
        (Value::Int(200, IntKind::Uint8), "a = 200\n"),
        (Value::Float(f64::NAN), "a = nan\n"),
        (Value::Float(f64::INFINITY), "a = +inf\n"),
        (Value::Float(f64::NEG_INFINITY), "a = -inf\n"),
        (Value::Complex(0.0, 1.0), "unsupported type: complex128"),
        (Value::List(List::of_texts(["x", "y"])), "a = [\"x\", \"y\"]\n"),
    ] {
        assert_eq!(written("toToml", value(number)).as_deref(), Ok(expected));
    }
}

#[test]
fn structs_have_their_own_forms() {
    let date = call("toDate", &["2006-01-02".into(), "2017-12-31".into()]).unwrap();
    let next = call("dateModify", &["36h".into(), date.clone()]).unwrap();
    let Value::Object(object) = &next else { panic!("a time") };
    let span = object.call("Sub", std::slice::from_ref(&date)).unwrap().unwrap();
    let version = call("semver", &["v1.2".into()]).unwrap();
    let key = call("genPrivateKey", &["ed25519".into()]).unwrap();
    let certificate = call("genCAWithKey", &["x".into(), Value::int(1), key]).unwrap();
    let map = Map::from_iter([
        ("d".into(), date),
        ("s".into(), span),
        ("v".into(), version),
        ("l".into(), Value::List(List::new([certificate.clone()]))),
    ]);
    let text = written("toToml", Value::Map(map)).unwrap();
    let head =
        "d = 2017-12-31T00:00:00Z\ns = \"36h0m0s\"\nv = \"1.2.0\"\n\n[[l]]\n  Cert = \"-----BEGIN";
    assert!(text.starts_with(head), "{text}");
    assert!(written("toToml", certificate).unwrap().starts_with("Cert = \"-----BEGIN"));
}

#[test]
fn only_maps_are_documents() {
    let message = "toml: top-level values must be Go maps or structs";
    for value in ["1", "\"x\"", "[1]", "[{\"a\": 1}]", "true"] {
        check(value, message);
    }
    let date = call("toDate", &["2006".into(), "2017".into()]).unwrap();
    assert_eq!(written("toToml", date).as_deref(), Ok(message));
    let nil = written("toToml", Value::Nil);
    assert_eq!(nil.unwrap_err(), "reflect: call of reflect.Value.Type on zero Value");
}
