//! `fromYaml` and `fromYamlArray`.

use super::{check_read, read};
use crate::testing::call;
use crate::value::Value;

/// Checks what a scalar means.
fn check(scalar: &str, expected: &str) {
    assert_eq!(
        read("fromYaml", &format!("a: {scalar}\n")),
        format!("{{\"a\":{expected}}}"),
        "{scalar}"
    );
}

#[test]
fn scalars_mean_what_they_mean_in_yaml_1_1() {
    for (scalar, expected) in [
        ("yes", "true"),
        ("off", "false"),
        ("y", "true"),
        ("True", "true"),
        ("tRue", "\"tRue\""),
        ("~", "null"),
        ("", "null"),
        ("017", "15"),
        ("08", "8"),
        ("0x1F", "31"),
        ("0o17", "15"),
        ("0b11", "3"),
        ("-0b11", "-3"),
        ("1_000", "1000"),
        ("+1", "1"),
        ("1.5", "1.5"),
        ("1e3", "1000"),
        (".5", "0.5"),
        ("1e400", "\"1e400\""),
        ("9223372036854775808", "9223372036854776000"),
        ("99999999999999999999", "100000000000000000000"),
        ("1:30", "\"1:30\""),
        ("2001-01-01", "\"2001-01-01\""),
        ("<<", "\"<<\""),
        ("0x", "\"0x\""),
        ("'1'", "\"1\""),
        ("\"\\x41\\u00e4\"", "\"A\u{e4}\""),
        ("text # comment", "\"text\""),
    ] {
        check(scalar, expected);
    }
}

#[test]
fn tags_change_the_meaning() {
    for (scalar, expected) in [
        ("!!str 5", "\"5\""),
        ("!!int '3'", "3"),
        ("!!float 1", "1"),
        ("!!bool yes", "true"),
        ("!!null ''", "null"),
        ("!!timestamp 2001-01-01", "\"2001-01-01\""),
        ("!!binary aGk=", "\"hi\""),
        ("!!binary \"/w==\"", "\"\u{fffd}\""),
        ("!foo 5", "\"5\""),
        ("! 12", "\"12\""),
        ("!!set {a: 1}", "{\"a\":1}"),
    ] {
        check(scalar, expected);
    }
    check_read(
        "fromYaml",
        &[
            (
                "a: !!bool x",
                r#"{"Error":"error converting YAML to JSON: yaml: cannot decode !!str `x` as a !!bool"}"#,
            ),
            (
                "a: !!int 1.5",
                r#"{"Error":"error converting YAML to JSON: yaml: cannot decode !!float `1.5` as a !!int"}"#,
            ),
            (
                "a: !!binary x",
                r#"{"Error":"error converting YAML to JSON: yaml: !!binary value contains invalid base64 data"}"#,
            ),
        ],
    );
}

#[test]
fn documents_become_maps_and_lists() {
    check_read(
        "fromYaml",
        &[
            ("a: 1\nb:\n- x\n- {c: d}\n", r#"{"a":1,"b":["x",{"c":"d"}]}"#),
            ("", "{}"),
            ("# nothing\n", "{}"),
            ("---\na: 1\n---\nb: 2\n", r#"{"a":1}"#),
            ("{\"a\": [1, true]}", r#"{"a":[1,true]}"#),
            ("a: |\n  x\n  y\n", r#"{"a":"x\ny\n"}"#),
            ("a: |\n  x", r#"{"a":"x"}"#),
            ("a: >-\n  x\n  y\n", r#"{"a":"x y"}"#),
            ("a: 1\na: 2\n", r#"{"a":2}"#),
            (
                "1: a\n1.5: b\nyes: c\n0x10: d\n1e40: e\n.nan: f\n-.inf: g\n",
                r#"{"-.inf":"g",".inf":"e",".nan":"f","1":"a","1.5":"b","16":"d","true":"c"}"#,
            ),
        ],
    );
    check_read(
        "fromYamlArray",
        &[("- 1\n- a: b\n", r#"[1,{"a":"b"}]"#), ("[]", "[]"), ("", "null")],
    );
}

#[test]
fn anchors_are_copied_and_merged() {
    check_read(
        "fromYaml",
        &[
            ("a: &x {k: v}\nb: *x\n", r#"{"a":{"k":"v"},"b":{"k":"v"}}"#),
            ("a: &x 5\nb: [*x, *x]\n", r#"{"a":5,"b":[5,5]}"#),
            ("&k a: 1\nb: *k\n", r#"{"a":1,"b":"a"}"#),
            ("a: &x {k: 1, l: 2}\nb: {<<: *x, l: 3}\n", r#"{"a":{"k":1,"l":2},"b":{"k":1,"l":3}}"#),
            // What is merged later wins, as what is written later.
            ("b: {l: 3, <<: {l: 2}}\n", r#"{"b":{"l":2}}"#),
            ("b: {<<: [{k: 1}, {k: 2, l: 2}]}\n", r#"{"b":{"k":1,"l":2}}"#),
            ("b: {'<<': 1}\n", r#"{"b":{"<<":1}}"#),
            ("b: {!!merge <<: {k: 1}}\n", r#"{"b":{"k":1}}"#),
        ],
    );
    // Changing one copy does not change the other.
    let Ok(Value::Map(map)) = call("fromYaml", &["a: &x {k: 1}\nb: *x\n".into()]) else {
        panic!("a map");
    };
    let (Some(Value::Map(a)), Some(Value::Map(b))) = (map.get(b"a"), map.get(b"b")) else {
        panic!("two maps");
    };
    assert!(!a.is_same(&b));
}

#[test]
fn what_cannot_be_read_is_told_in_its_place() {
    let error =
        |message: &str| format!("{{\"Error\":\"error converting YAML to JSON: {message}\"}}");
    for (text, message) in [
        ("a: *x", "yaml: unknown anchor 'x' referenced"),
        ("a: &x [*x]", "yaml: anchor 'x' value contains itself"),
        ("a: {<<: 5}", "yaml: map merge requires map or sequence of maps as the value"),
        ("a: {<<: [5]}", "yaml: map merge requires map or sequence of maps as the value"),
        ("a: .inf", "json: unsupported value: +Inf"),
        ("a: .nan", "json: unsupported value: NaN"),
        ("? [a]\n: 1", "yaml: invalid map key"),
        ("~: 1", "Unsupported map key of type: %!s(<nil>), key: <nil>, value: 1"),
        (
            "18446744073709551615: 1",
            "Unsupported map key of type: uint64, key: 0xffffffffffffffff, value: 1",
        ),
        ("a: \u{1}", "yaml: control characters are not allowed"),
        ("a: b: c", "yaml: line 1: mapping values are not allowed in this context"),
    ] {
        assert_eq!(read("fromYaml", text), error(message), "{text}");
    }
    let broken = call("fromYaml", &[Value::text(&b"a: \xff"[..])]).unwrap();
    assert!(matches!(broken, Value::Map(map) if map.contains(b"Error")));
    let typed = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal";
    check_read(
        "fromYaml",
        &[
            (
                "- 1",
                &format!(
                    "{{\"Error\":\"{typed} array into Go value of type map[string]interface {{}}\"}}"
                ),
            ),
            (
                "x",
                &format!(
                    "{{\"Error\":\"{typed} string into Go value of type map[string]interface {{}}\"}}"
                ),
            ),
        ],
    );
    check_read(
        "fromYamlArray",
        &[
            ("a: 1", &format!("[\"{typed} object into Go value of type []interface {{}}\"]")),
            ("[", r#"["error converting YAML to JSON: yaml: line 1: unclosed bracket '['"]"#),
        ],
    );
}
