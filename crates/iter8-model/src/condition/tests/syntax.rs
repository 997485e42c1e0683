//! Literals, comments, precedence and grouping.

use super::{all_fail, all_hold};
use crate::condition::{CompileFault, Condition, Position};

#[test]
fn numbers() {
    all_hold(&[
        "1_000 == 1000",
        "1__0_ == 10",
        "017 == 17",
        "0x1F == 31",
        "0Xff == 255",
        "0x_f == 15",
        "1.5 == 3 / 2",
        ".5 == 1 / 2",
        "5. == 5",
        "1.e2 == 100",
        "1e3 == 1000",
        "1E+3 == 1000",
        "25e-1 == 2.5",
        "1_0.2_5 == 10.25",
        "9223372036854775807 > 0",
        "len(1..3) == 3",
    ]);
    all_fail(&[
        ("0x == 0", "compile: bad number syntax: \"0x\" (1:1)"),
        ("0xZZ == 0", "compile: bad number syntax: \"0xZZ\" (1:1)"),
        ("0b1 == 1", "compile: bad number syntax: \"0b1\" (1:1)"),
        ("1 == 12abc", "compile: bad number syntax: \"12abc\" (1:6)"),
        ("1e == 1", "compile: bad number syntax: \"1e\" (1:1)"),
        ("9223372036854775808 > 0", "compile: number 9223372036854775808 is out of range (1:1)"),
        ("1e400 > 0", "compile: number 1e400 is out of range (1:1)"),
    ]);
}

#[test]
fn strings() {
    all_hold(&[
        r#"'a"b' == "a\"b""#,
        r#"'it\'s' == "it's""#,
        r#""\x41\u00e9\U0001F600\101" == "Aé😀A""#,
        r#"len("\a\b\f\n\r\t\v\\") == 8"#,
        r#""" == ''"#,
        r#""\377" == "ÿ""#,
        r#""// no comment" != """#,
    ]);
    all_fail(&[
        (r#""abc"#, "compile: literal not terminated (1:1)"),
        ("1 == 'a\nb'", "compile: literal not terminated (1:6)"),
        (r#""a\"#, "compile: invalid char escape (1:3)"),
        (r#""a\qb""#, "compile: invalid char escape (1:3)"),
        (r#""\x4""#, "compile: invalid char escape (1:2)"),
        (r#""\ud800""#, "compile: invalid char escape (1:2)"),
        (r#""\400""#, "compile: invalid char escape (1:2)"),
        (r#""\UFFFFFFFF""#, "compile: invalid char escape (1:2)"),
    ]);
}

#[test]
fn lists_and_maps() {
    all_hold(&[
        "len([]) == 0",
        "[1, 2,] == [1, 2]",
        "[1, 'a'][1] == 'a'",
        "{} == {}",
        "{a: 1, 'b': 2,} == {'b': 2, a: 1}",
        "{1: 2}['1'] == 2",
        "{('a' + 'b'): 1}.ab == 1",
        "{a: {b: 1}}.a.b == 1",
        "{a: 1, a: 2}.a == 2",
    ]);
    all_fail(&[
        ("[1,,2] == []", "compile: unexpected token , (1:4)"),
        ("[1 2] == []", "compile: expected ,, but found token 2 (1:4)"),
        ("{,} == {}", "compile: expected a map key, but found token , (1:2)"),
        ("{in: 1} == {}", "compile: expected a map key, but found token in (1:2)"),
        ("{a 1} == {}", "compile: expected :, but found token 1 (1:4)"),
        ("{(1 + 1): 2} == {}", "compile: map key must be string (got int) (1:5)"),
        ("{([1, 'a'][0]): 2} == {}", "evaluate: expected string, but got int (1:3)"),
    ]);
}

#[test]
fn comments_and_blanks() {
    all_hold(&[
        "SLOs() // and nothing else",
        "// first\n  SLOs() /* in the\n middle */ and // more\n true",
        "\ttrue\r\n",
        "1 /**/ == 1 /* * / **/",
    ]);
    all_fail(&[
        ("true /* a", "compile: unclosed comment (1:6)"),
        ("true # a", "compile: unexpected token # (1:6)"),
        ("", "compile: unexpected end of expression (1:1)"),
        (" // a", "compile: unexpected end of expression (1:6)"),
    ]);
}

/// Each pair is an expression without parentheses and the grouping that it has.
#[test]
fn precedence() {
    let cases = [
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("10 - 2 - 3", "(10 - 2) - 3"),
        ("100 / 10 / 5", "(100 / 10) / 5"),
        ("7 % 4 * 2", "(7 % 4) * 2"),
        ("2 ** 3 ** 2", "2 ** (3 ** 2)"),
        ("2 ^ 3 ^ 2", "2 ^ (3 ^ 2)"),
        ("2 * 3 ** 2", "2 * (3 ** 2)"),
        ("-2 ** 2", "-(2 ** 2)"),
        ("2 ** -2 ** 2", "2 ** (-(2 ** 2))"),
        ("-3 % 2", "(-3) % 2"),
        ("-3 + 5", "(-3) + 5"),
        ("2 - -1", "2 - (-1)"),
        ("- -1", "-(-1)"),
        ("1 + 1..2 + 2", "(1 + 1)..(2 + 2)"),
        ("-1..1", "(-1)..1"),
        ("2 in 1..3", "2 in (1..3)"),
        ("1 + 2 in [3]", "(1 + 2) in [3]"),
        ("1 in [1] == false", "(1 in [1]) == false"),
        ("1 < 2 == false", "(1 < 2) == false"),
        ("not true == false", "(not true) == false"),
        ("not false and false", "(not false) and false"),
        ("!false && false", "(!false) && false"),
        ("true or true and false", "true or (true and false)"),
        ("true || true && false", "true || (true && false)"),
        ("false ? false : true ? 2 : 3", "false ? false : (true ? 2 : 3)"),
        ("true ? true ? 1 : 2 : 3", "true ? (true ? 1 : 2) : 3"),
        ("false or true ? 1 : 2", "(false or true) ? 1 : 2"),
        ("2 + nil ?? 3", "2 + (nil ?? 3)"),
        ("nil ?? nil ?? 3", "(nil ?? nil) ?? 3"),
        ("2 not in [1]", "not (2 in [1])"),
        ("'a' + 'b' contains 'ab'", "('a' + 'b') contains 'ab'"),
        ("-Result.NumLoops", "-(Result.NumLoops)"),
        ("not Spec[0:1] == nil", "not (Spec[0:1]) == nil"),
    ];
    for (bare, grouped) in cases {
        let same = format!("[{bare}] == [{grouped}]");
        let error = Condition::compile(&same).err();
        let not_compiled = Condition::compile(&format!("[{grouped}] == nil")).err();
        match (error, not_compiled) {
            (None, _) => all_hold(&[&same]),
            // Both groupings are refused alike.
            (Some(one), Some(two)) => assert_eq!(one.fault, two.fault, "{bare}"),
            (Some(error), None) => panic!("{bare}: {error}"),
        }
    }
}

#[test]
fn grouping_shows_in_values() {
    all_hold(&[
        "1 + 2 * 3 == 7",
        "-2 ** 2 == -4",
        "2 ** 3 ** 2 == 512",
        "2 ** -2 ** 2 == 0.0625",
        "10 - 2 - 3 == 5",
        "5 / 2 * 2 == 5",
        "(nil ?? 2) == 2",
        "true or true and false",
        "not true == false",
        "1 not == 2",
    ]);
    all_fail(&[
        (
            "not Result.NumLoops == 5",
            "compile: invalid operation: not (mismatched type int) (1:1) - \
             `not` binds tighter than a comparison: write `not (…)`",
        ),
        ("nil ?? 2 == 2", "compile: operator == and ?? cannot be mixed without parentheses (1:10)"),
        ("1 < 2 < 3", "compile: invalid operation: < (mismatched types bool and int) (1:7)"),
    ]);
}

#[test]
fn texts_that_do_not_parse() {
    all_fail(&[
        ("1 2", "compile: unexpected token 2 (1:3)"),
        ("(true", "compile: expected ), but found end of expression (1:6)"),
        ("true)", "compile: unexpected token ) (1:5)"),
        ("true ? 1", "compile: expected :, but found end of expression (1:9)"),
        ("1 ==", "compile: unexpected end of expression (1:5)"),
        ("1 not 2", "compile: unexpected token not (1:3)"),
        ("1 not", "compile: unexpected token not (1:3)"),
        ("Result.", "compile: expected a name, but found end of expression (1:8)"),
        ("Result.'a'", "compile: expected a name, but found token 'a' (1:8)"),
        ("Result[", "compile: unexpected end of expression (1:8)"),
        ("Spec[]", "compile: unexpected token ] (1:6)"),
        ("len 'a'", "compile: unexpected token 'a' (1:5)"),
        ("'a'[0]", "compile: unexpected token [ (1:4)"),
        ("len(1..3[0]) == 1", "compile: expected ,, but found token [ (1:9)"),
        ("all([1], {true)", "compile: expected }, but found token ) (1:15)"),
        ("all([1])", "compile: expected ,, but found token ) (1:8)"),
        ("1; 2", "compile: unrecognized character: ';' (1:2)"),
        ("1 = 1", "compile: unrecognized character: '=' (1:3) - equality is `==`"),
        (
            "true & true",
            "compile: unrecognized character: '&' (1:6) - conjunction is `and` or `&&`",
        ),
        ("true | true", "compile: unrecognized character: '|' (1:6) - disjunction is `or` or `||`"),
        ("`raw`", "compile: unrecognized character: '`' (1:1)"),
        ("1 <> 2", "compile: unexpected token > (1:4)"),
        (
            "1 'a very long string that nobody wants to see again'",
            "compile: unexpected token 'a very long string that nobody wants to… (1:3)",
        ),
    ]);
}

#[test]
fn positions_count_lines_and_characters() {
    let error = Condition::compile("'ä' == 'ö' and\n  'ü' == Reslt").unwrap_err();
    assert_eq!(error.position, Position { offset: 27, line: 2, column: 10 });
    assert_eq!(error.fault, CompileFault::UnknownName("Reslt".to_owned()));
    assert_eq!(error.to_string(), "unknown name Reslt (2:10)");
}
