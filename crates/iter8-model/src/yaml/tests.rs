//! What is read as what, limits, and messages.

use expect_test::{Expect, expect};

use super::*;

/// Compares the value as one line of JSON, or the error.
fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&match parse_document(text) {
        Ok(value) => value.to_string(),
        Err(error) => format!("error: {error}"),
    });
}

/// Lines that are made from their number.
fn concat(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect::<Vec<_>>().concat()
}

#[test]
fn only_true_and_false_are_booleans() {
    check(
        "[y, n, Y, N, yes, no, Yes, No, on, off, ON, Off, tRue]",
        &expect![[r#"["y","n","Y","N","yes","no","Yes","No","on","off","ON","Off","tRue"]"#]],
    );
    check(
        "[true, True, TRUE, false, False, FALSE]",
        &expect!["[true,true,true,false,false,false]"],
    );
    check("%YAML 1.1\n---\nyes", &expect![[r#""yes""#]]);
}

#[test]
fn quoted_scalars_stay_strings() {
    check(
        r#"['true', "false", 'null', "5", '1.5', "~", '', ".inf", '0x1F']"#,
        &expect![[r#"["true","false","null","5","1.5","~","",".inf","0x1F"]"#]],
    );
    check("[!!str 5, !!str true, !!str 1.50]", &expect![[r#"["5","true","1.50"]"#]]);
    check("[!!int \"5\", !!float 5, ! 5]", &expect![[r#"[5,5.0,"5"]"#]]);
}

#[test]
fn nulls_have_five_forms() {
    check(
        "a: ~\nb:\nc: null\nd: Null\ne: NULL\nf: nUll",
        &expect![[r#"{"a":null,"b":null,"c":null,"d":null,"e":null,"f":"nUll"}"#]],
    );
}

#[test]
fn integers_stay_integers() {
    check("[0, -0, +12, -7, 0x1F, 0o17]", &expect!["[0,0,12,-7,31,15]"]);
    check(
        "[9223372036854775807, -9223372036854775808, 18446744073709551615]",
        &expect!["[9223372036854775807,-9223372036854775808,18446744073709551615]"],
    );
    check(
        "[18446744073709551616, -9223372036854775809]",
        &expect!["[1.8446744073709552e+19,-9.223372036854776e+18]"],
    );
}

#[test]
fn floats_stay_floats() {
    check("[1.0, 1.50, 1e3, 1E-2, .5, 5., 0.0]", &expect!["[1.0,1.5,1000.0,0.01,0.5,5.0,0.0]"]);
    check(
        "[1.2.3, 1e, e3, inf, nan, Infinity]",
        &expect![[r#"["1.2.3","1e","e3","inf","nan","Infinity"]"#]],
    );
}

#[test]
fn text_that_only_yaml_1_1_takes_for_numbers_is_a_string() {
    check(
        "[017, 007, 00, -017, 08, 1_000, 0x1_F, 1:30, 190:20:30]",
        &expect![[r#"["017","007","00","-017","08","1_000","0x1_F","1:30","190:20:30"]"#]],
    );
    check(
        "[2024-01-01, 2024-01-01T00:00:00Z, 12:00]",
        &expect![[r#"["2024-01-01","2024-01-01T00:00:00Z","12:00"]"#]],
    );
}

#[test]
fn numbers_that_json_cannot_hold_are_errors() {
    check("a: .inf", &expect!["error: line 1, column 4: a number that is not finite"]);
    check("- 1\n- -.Inf", &expect!["error: line 2, column 3: a number that is not finite"]);
    check("a: .NaN", &expect!["error: line 1, column 4: a number that is not finite"]);
    check("a: 1e400", &expect!["error: line 1, column 4: a number that is not finite"]);
}

#[test]
fn strings_may_take_several_lines() {
    check("a: |\n  x\n   y\nb: >\n  x\n  y\n", &expect![[r#"{"a":"x\n y\n","b":"x y\n"}"#]]);
    check(
        "a: |-\n  x\nb: >-\n  x\n\n  y\nc: |+\n  x\n\n",
        &expect![[r#"{"a":"x","b":"x\ny","c":"x\n\n"}"#]],
    );
    check(
        "a: \"x\\n\\\n  y\"\nb: p\n  q\nc: 'it''s'",
        &expect![[r#"{"a":"x\ny","b":"p q","c":"it's"}"#]],
    );
}

#[test]
fn anchors_and_merge_keys_are_resolved() {
    check(
        "base: &base {p: 1, q: 2}\ncopy: *base\nmore:\n  <<: *base\n  q: 3",
        &expect![[r#"{"base":{"p":1,"q":2},"copy":{"p":1,"q":2},"more":{"q":3,"p":1}}"#]],
    );
    check(
        "a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc: {<<: [*a, *b]}",
        &expect![[r#"{"a":{"x":1},"b":{"x":2,"y":2},"c":{"x":1,"y":2}}"#]],
    );
    check("a: *x", &expect!["error: line 1, column 4: reference to unknown value"]);
    check("a: &a [*a]", &expect!["error: line 1, column 8: an alias inside its own anchor"]);
    check(
        "<<: 5",
        &expect![
            "error: line 1, column 5: YAML merge value must be mapping or sequence of mappings"
        ],
    );
}

#[test]
fn one_anchor_may_have_hundreds_of_aliases() {
    let aliases = concat(1000, |i| format!("k{i}: {{<<: *x, c: 1}}\n"));
    let map = parse_mapping(&format!("x: &x {{a: 1, b: 2}}\n{aliases}")).unwrap();
    assert_eq!(map.len(), 1001);
    assert_eq!(map["k999"].to_string(), r#"{"c":1,"a":1,"b":2}"#);
}

#[test]
fn keys_keep_their_order() {
    check("z: 1\na: 2\nm: {y: 1, b: 2}", &expect![[r#"{"z":1,"a":2,"m":{"y":1,"b":2}}"#]]);
}

#[test]
fn scalar_keys_become_strings_as_written() {
    check(
        "1: a\ntrue: b\n1.50: c\nyes: d\n0x1F: e\n",
        &expect![[r#"{"1":"a","true":"b","1.50":"c","yes":"d","0x1F":"e"}"#]],
    );
    check("~: a", &expect!["error: line 1, column 1: a key is null"]);
    check("? [1, 2]\n: x", &expect!["error: line 1, column 3: a key must be a scalar"]);
    check("a: {{ .Values.x }}", &expect!["error: line 1, column 5: a key must be a scalar"]);
}

#[test]
fn a_key_occurs_once() {
    check("a: 1\na: 2", &expect![[r#"error: line 2, column 1: duplicate key "a""#]]);
    check(
        "m:\n  a: 1\n  b: 1\n  a: 2",
        &expect![[r#"error: line 4, column 3: duplicate key "a""#]],
    );
    // Different in YAML and the same in JSON.
    check("1: a\n\"1\": b", &expect![[r#"error: duplicate key "1""#]]);
}

#[test]
fn a_text_holds_one_document() {
    check("---\na: 1\n...\n", &expect![[r#"{"a":1}"#]]);
    check("a: 1\n---\nb: 2\n", &expect!["error: line 3, column 1: more than one document"]);
    check("a: 1\n---\n", &expect!["error: line 2, column 4: more than one document"]);
}

#[test]
fn syntax_errors_tell_line_and_column_in_one_line() {
    check(
        "a:\n\tb: 1",
        &expect![
            "error: line 2, column 2: tabs disallowed within this context (block indentation)"
        ],
    );
    check("a: [1, 2", &expect!["error: line 1, column 4: unclosed bracket '['"]);
    check(
        "a: b: c",
        &expect!["error: line 1, column 5: mapping values are not allowed in this context"],
    );
    check("a: 1\nb: \"x", &expect!["error: line 2, column 4: unclosed quote"]);
    check("a: @x", &expect!["error: line 1, column 4: unexpected character: `@'"]);
    check(
        "a:\n  - b\n c: d",
        &expect![
            "error: line 3, column 2: while parsing a block mapping, did not find expected key"
        ],
    );
    check("a: !foo x", &expect!["error: line 1, column 9: unsupported tag `!foo`"]);
    check("a: \0", &expect![[r"error: line 1, column 4: unexpected character: `\u{0}'"]]);
}

#[test]
fn byte_order_marks_and_carriage_returns_are_no_data() {
    check("\u{feff}a: 1\r\nb: x\r\n", &expect![[r#"{"a":1,"b":"x"}"#]]);
}

#[test]
fn a_mapping_is_wanted_at_the_top() {
    for empty in ["", "# only a comment\n", "---\n", "null", "{}"] {
        assert_eq!(parse_mapping(empty), Ok(Map::new()), "{empty:?}");
    }
    for (text, found) in
        [("- 1", "a list"), ("5", "a number"), ("true", "a boolean"), ("hello", "a string")]
    {
        let error = parse_mapping(text).unwrap_err();
        assert_eq!(error, YamlError::NotAMapping { found });
    }
    assert_eq!(
        parse_mapping("[]").unwrap_err().to_string(),
        "expected a mapping at the top level, found a list"
    );
}

#[test]
fn an_ordinary_megabyte_passes() {
    let lines = concat(50_000, |i| format!("key{i}: value {i}\n"));
    assert!(lines.len() > 1_000_000);
    assert_eq!(parse_mapping(&lines).unwrap().len(), 50_000);
    // Long runs of comments pass as well.
    assert_eq!(parse_mapping(&"# comment\n".repeat(100_000)), Ok(Map::new()));
}

#[test]
fn oversized_input_is_refused() {
    let bytes = MAX_TEXT_BYTES + 1;
    assert_eq!(parse_document(&" ".repeat(bytes)), Err(YamlError::TooLarge { bytes }));
}

#[test]
fn alias_bombs_are_refused_early() {
    let bomb = concat(10, |level| {
        let item = if level == 0 { "x".to_owned() } else { format!("*a{}", level - 1) };
        format!("a{level}: &a{level} [{}]\n", vec![item; 9].join(","))
    });
    check(
        &bomb,
        &expect![
            "error: line 5, column 14: too large or nested too deeply (aliases repeat more than 20000 values)"
        ],
    );

    let scalar = format!("a: &a \"{}\"\n", "x".repeat(1_000_000));
    let aliases = concat(100, |i| format!("b{i}: *a\n"));
    check(
        &(scalar + &aliases),
        &expect![
            "error: line 17, column 6: too large or nested too deeply (more than 16777216 bytes of scalars)"
        ],
    );
}

#[test]
fn nesting_is_bounded() {
    let flow = |levels| "[".repeat(levels) + &"]".repeat(levels);
    assert!(parse_document(&flow(MAX_DEPTH)).is_ok());
    check(
        &flow(MAX_DEPTH + 1),
        &expect!["error: line 1, column 65: too large or nested too deeply (more than 64 levels)"],
    );
    assert!(parse_document(&flow(100_000)).is_err());

    let block = |levels| {
        concat(levels, |level| {
            format!(
                "{}a:
",
                " ".repeat(level)
            )
        })
    };
    assert!(parse_document(&block(MAX_DEPTH)).is_ok());
    check(
        &block(MAX_DEPTH + 1),
        &expect!["error: line 65, column 65: too large or nested too deeply (more than 64 levels)"],
    );
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused_with_a_one_line_message(text in "\\PC{0,80}|[-:{}\\[\\]&*!|>'\"#%@,? \n\tab1.~<]{0,80}") {
        if let Err(error) = parse_mapping(&text) {
            proptest::prop_assert!(!error.to_string().contains('\n'));
        }
    }

    #[test]
    fn json_reads_as_itself(value in json()) {
        proptest::prop_assert_eq!(parse_document(&value.to_string()), Ok(value));
    }
}

/// JSON is YAML. Text is printable, because JSON leaves a few control characters unescaped that
/// YAML forbids.
fn json() -> impl proptest::strategy::Strategy<Value = Value> {
    use proptest::prelude::*;

    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u32>().prop_map(|number| Value::from(f64::from(number) / 256.0)),
        "[ -~äß\n]{0,12}".prop_map(Value::from),
    ];
    scalar.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[ -~]{0,6}", inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}
