//! `toYaml`.

use super::written;
use crate::testing::json;
use crate::value::{Element, IntKind, List, Map, Value};

fn check(document: &str, expected: &str) {
    assert_eq!(written("toYaml", json(document)).as_deref(), Ok(expected), "{document}");
}

/// Texts that stand for themselves, one a line.
const PLAIN: &str = "\
    a\na b\na#b\nk:v\n-a\n?a\n:a\na]\na}\na,b\na'b\na\"b\nit's\n\\n\n--\ntRue\n1:60\n\
    2001-13-01\n1e\ne1\n0x\n0xg\n=\n<<\na  b\n1e400\n0b2\n_1\n._5\n.5.\n.e5\n+\n1-2\n\
    \u{e9}\u{fc}\n12:1x\na:b:c\n2001-1\n12345-01-01";

/// Texts that stand in single quotes.
const SINGLE_QUOTED: &str = "\
    k: v\na #b\n#a\n- a\n? a\n?\n:\n: a\na:\n[a\n{a\n,a\n&a\n*a\n!a\n|a\n>a\n'a\n\"a\n\
    %a\n@a\n`a\n---\n--- a\n...a\n \n a\na \nit's: x\na\u{2028}";

/// Texts that stand in double quotes, since they would be nil, truths, numbers or dates.
const DOUBLE_QUOTED: &str = "\
    \n~\nnull\nNull\ny\nY\nyes\non\noff\nn\nNo\ntrue\nTRUE\n1\n1.5\n1e3\n0x10\n0X1F\n\
    0o17\n017\n08\n00\n0b11\n-0b11\n1_000\n1__0\n1_\n+1\n-1\n-0\n.5\n+.5\n-.5\n1.\n\
    1:30\n190:20:30\n190:20:30.15\n1_0:5\n2001-01-01\n2001-1-1\n2001-01-01T00:00:00Z\n\
    2001-01-01 00:00:00.5\n2001-01-01t1:2:3.5+01:00\n20010101\n.inf\n-.Inf\n.nan\n\
    9223372036854775808\n18446744073709551616\n+9223372036854775808\n1E5\n-2E+05\n1e1_0";

#[test]
fn texts_are_quoted_where_they_mean_something_else() {
    let check = |text: &str, expected: String| {
        assert_eq!(written("toYaml", text.into()), Ok(expected));
    };
    for text in PLAIN.split('\n') {
        check(text, text.to_owned());
    }
    for text in SINGLE_QUOTED.split('\n') {
        check(text, format!("'{}'", text.replace('\'', "''")));
    }
    for text in DOUBLE_QUOTED.split('\n') {
        check(text, format!("\"{text}\""));
    }
}

#[test]
fn other_characters_are_escaped() {
    for (text, expected) in [
        ("a\tb", r#""a\tb""#),
        ("a\rb", r#""a\rb""#),
        ("\0\u{7}\u{8}\u{b}\u{c}\u{1b}\u{1}", r#""\0\a\b\v\f\e\x01""#),
        ("\u{1f600}", r#""\U0001F600""#),
        ("x\u{feff}\u{ffff}", r#""x\uFEFF\uFFFF""#),
        ("\u{feff}a\u{a0}", r#""\uFEFF\x61\_""#),
        ("a \nb", r#""a \nb""#),
        ("a\nb ", r#""a\nb ""#),
        ("a\"\\\t", r#""a\"\\\t""#),
        // Go returns no text at all for these, and a space for U+0085.
        ("\u{7f}", r#""\x7F""#),
        ("\u{85}", r#""\N""#),
        ("\u{1}\u{2028}\u{2029}", r#""\x01\L\P""#),
    ] {
        assert_eq!(written("toYaml", text.into()).as_deref(), Ok(expected));
    }
    let broken = written("toYaml", Value::text(&b"a\xff"[..]));
    assert_eq!(broken.as_deref(), Ok("a\u{fffd}"));
}

#[test]
fn lines_become_blocks() {
    for (text, expected) in [
        ("a\nb", "|-\n  a\n  b"),
        ("a\nb\n", "|\n  a\n  b"),
        ("a\nb\n\n", "|+\n  a\n  b\n"),
        ("\n", "|2+\n"),
        ("\na", "|2-\n\n  a"),
        (" a\nb", "|2-\n   a\n  b"),
        ("a\n\n b", "|-\n  a\n\n   b"),
        ("- a\n#b", "|-\n  - a\n  #b"),
        ("a\u{2028}\nb", "|-\n  a\u{2028}\n  b"),
    ] {
        assert_eq!(written("toYaml", text.into()).as_deref(), Ok(expected), "{text:?}");
    }
    check(
        r#"{"a": "x\ny", "b": ["p\nq", {"c": "r\ns\n"}], "d": 1}"#,
        "a: |-\n  x\n  y\nb:\n- |-\n  p\n  q\n- c: |\n    r\n    s\nd: 1",
    );
    check(r#"[["k\n"], 1]"#, "- - |\n    k\n- 1");
    check(r#"{"a": "x\n\n"}"#, "a: |+\n  x\n");
}

#[test]
fn long_lines_are_folded() {
    let words = "word ".repeat(20);
    let expected = "word ".repeat(17).trim_end().to_owned() + "\n  word word word end";
    assert_eq!(written("toYaml", Value::text(words + "end")), Ok(expected));
    let value = |text: String| Value::Map(Map::from_iter([("a".into(), Value::text(text))]));
    let quoted = "it's: ".repeat(16);
    let expected = format!("a: '{}\n  {}'", "it''s: ".repeat(12).trim_end(), "it''s: ".repeat(4));
    assert_eq!(written("toYaml", value(quoted)), Ok(expected));
    let escaped = "x\t ".repeat(25) + "x";
    let expected = format!("a: \"{}\n  {}x\"", r"x\t ".repeat(20).trim_end(), r"x\t ".repeat(5));
    assert_eq!(written("toYaml", value(escaped)), Ok(expected));
    // No line begins with a space that was in the text.
    let spaced = "w".repeat(100) + "  x y";
    let expected = format!("a: {}  x\n  y", "w".repeat(100));
    assert_eq!(written("toYaml", value(spaced)), Ok(expected));
    let both = "\t".to_owned() + &"w".repeat(100) + "  x";
    let expected = format!("a: \"\\t{}\n  \\ x\"", "w".repeat(100));
    assert_eq!(written("toYaml", value(both)), Ok(expected));
}

#[test]
fn lists_and_maps_nest() {
    check("{}", "{}");
    check("[]", "[]");
    check("null", "null");
    check(r#"{"a": [null, true, [], {}]}"#, "a:\n- null\n- true\n- []\n- {}");
    check(r#"{"a": {"b": {"c": []}}, "d": {}}"#, "a:\n  b:\n    c: []\nd: {}");
    check(r#"[[1, [2]], {"a": [{"b": [[1]]}]}]"#, "- - 1\n  - - 2\n- a:\n  - b:\n    - - 1");
    check(r#"[{"a": 1, "b": {"c": 2}}, {"d": 3}]"#, "- a: 1\n  b:\n    c: 2\n- d: 3");
}

#[test]
fn keys_have_their_order_and_form() {
    check(
        r#"{"a10": 1, "a9": 2, "a": 3, "b1": 4, "B": 5, "a01": 6, "a-b": 7, "a.b": 8, "1": 9,
            "10": 10, "2": 11, "\u00e4": 12, "_x": 13, "a_b": 14, "aB": 15, "a010": 16}"#,
        "_x: 13\n\"1\": 9\n\"2\": 11\n\"10\": 10\nB: 5\na: 3\na-b: 7\na.b: 8\na_b: 14\na01: 6\n\
         a9: 2\na10: 1\na010: 16\naB: 15\nb1: 4\n\u{e4}: 12",
    );
    check(
        r#"{"": 1, "yes": 2, "a: b": 3, "<<": {"c": 4}}"#,
        "\"\": 1\n<<:\n  c: 4\n'a: b': 3\n\"yes\": 2",
    );
    check(r#"{"a\nb": 1, "c\n": [2, {"d": 3}]}"#, "? |-\n  a\n  b\n: 1\n? |\n  c\n: - 2\n  - d: 3");
    let key = "k".repeat(128);
    check(&format!("{{\"{key}\": {{\"a\": 1}}}}"), &format!("{key}:\n  a: 1"));
    check(&format!("{{\"{key}k\": {{\"a\": 1}}}}"), &format!("? {key}k\n: a: 1"));
    check(&format!("{{\"{key}k\": 1}}"), &format!("? {key}k\n: 1"));
    // An order with a cycle has some order all the same.
    let many = (0..200)
        .map(|n| format!("\"{}\": 1", ["a2", "a10", "a1b"][n % 3].to_owned() + &n.to_string()));
    let many = format!("{{{}}}", many.collect::<Vec<_>>().join(","));
    assert_eq!(written("toYaml", json(&many)).unwrap().lines().count(), 200);
}

#[test]
fn numbers_are_written_as_by_go() {
    for (number, expected) in [
        (0.0, "0"),
        (-0.0, "0"),
        (50.0, "50"),
        (0.1, "0.1"),
        (1e-7, "1e-07"),
        (123_456_789.0, "123456789"),
        (1_234_567.5, "1.2345675e+06"),
        (1_024_385_218_615_613.0 + 0.25, "1.0243852186156132e+15"),
        (1e15, "1000000000000000"),
        (1e19, "10000000000000000000"),
        (-1e19, "-1e+19"),
        (1e20, "1e+20"),
        (1e21, "1e+21"),
        (9_223_372_036_854_775_808.0, "9223372036854776000"),
    ] {
        assert_eq!(written("toYaml", Value::Float(number)).as_deref(), Ok(expected), "{number}");
    }
    assert_eq!(written("toYaml", Value::int(-7)).as_deref(), Ok("-7"));
    assert_eq!(written("toYaml", Value::Float(f64::NAN)).as_deref(), Ok(""));
    assert_eq!(written("toYaml", Value::Complex(1.0, 1.0)).as_deref(), Ok(""));
    let bytes = List::of(Element::Byte, [Value::Int(255, IntKind::Uint8)]);
    assert_eq!(written("toYaml", Value::List(bytes)).as_deref(), Ok("/w=="));
}
