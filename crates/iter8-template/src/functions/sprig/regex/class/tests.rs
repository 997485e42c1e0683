//! Classes of characters and escape sequences, as Go reads them.

use super::super::super::testing::check;

#[test]
fn unicode_classes() {
    check(&[
        (r#"mustRegexFind "\\pL+" "abé1""#, r#""abé""#),
        (r#"mustRegexFind "\\p{Greek}" "aα""#, r#""α""#),
        (r#"mustRegexFind "\\p{^Greek}" "αa""#, r#""a""#),
        (r#"mustRegexFind "\\P{^Greek}" "aα""#, r#""α""#),
        (r#"mustRegexFind "\\p{greek}" "aα""#, r#""α""#),
        (r#"mustRegexFind "\\p{Letter}" "aα""#, r#""a""#),
        (
            r#"mustRegexFind "\\p{Foo}" "aα""#,
            r"error: error parsing regexp: invalid character class range: `\p{Foo}`",
        ),
        (r#"mustRegexFind "\\p{Any}" "aα""#, r#""a""#),
        (
            r#"mustRegexFind "\\p" "aα""#,
            r"error: error parsing regexp: invalid character class range: `\p`",
        ),
        (
            r#"mustRegexFind "\\p{L" "aα""#,
            r"error: error parsing regexp: invalid character class range: `\p{L`",
        ),
        (r#"mustRegexFind "[\\p{L}\\d]+" "aα1-""#, r#""aα1""#),
        (r#"mustRegexFind "[^\\p{L}\\D]+" "aα1-""#, r#""1""#),
        (r#"mustRegexFind "\\pN" "\n1""#, r#""1""#),
    ]);
}

#[test]
fn named_classes() {
    check(&[
        (r#"mustRegexFind "[[:alpha:]]+" "abc""#, r#""abc""#),
        (r#"mustRegexFind "[[:^alpha:]]+" "abc12""#, r#""12""#),
        (
            r#"mustRegexFind "[[:foo:]]+" "abc12""#,
            "error: error parsing regexp: invalid character class range: `[:foo:]`",
        ),
        (r#"mustRegexFind "[[:space:]]+" "\v ""#, r#""\x0b ""#),
        (r#"mustRegexFind "[[:word:]]+" "a_b""#, r#""a_b""#),
        (r#"mustRegexFind "[[.a.]]" "A""#, r#""""#),
        (r#"mustRegexFind "[[=a=]]" "A""#, r#""""#),
        (r#"mustRegexFind "[[:alpha:]-z]" "-""#, r#""-""#),
        (
            r#"mustRegexFind "[a-[:alpha:]]" "-""#,
            "error: error parsing regexp: invalid character class range: `a-[`",
        ),
    ]);
}

#[test]
fn classes_without_case() {
    check(&[
        (r#"mustRegexFind "(?i)[[:^upper:]]+" "aB1""#, r#""1""#),
        (r#"mustRegexFind "(?i)[^k]" "k""#, r#""""#),
        (r#"mustRegexFind "(?i)[^k]" "\u212a""#, r#""""#),
        (r#"mustRegexFind "(?i)[s]" "ſ""#, r#""ſ""#),
    ]);
}

#[test]
fn classes() {
    check(&[
        (r#"mustRegexFind "[a" "a""#, "error: error parsing regexp: missing closing ]: `[a`"),
        (
            r#"mustRegexFind "[b-a]" "a""#,
            "error: error parsing regexp: invalid character class range: `b-a`",
        ),
        (
            r#"mustRegexFind "[a-\\d]" "a""#,
            r"error: error parsing regexp: invalid escape sequence: `\d`",
        ),
        (r#"mustRegexFind "[\\d-a]" "-""#, r#""-""#),
        (r#"mustRegexFind "[]a]" "]""#, r#""]""#),
        (r#"mustRegexFind "[^]a]" "b""#, r#""b""#),
        (r#"mustRegexFind "[]" "b""#, "error: error parsing regexp: missing closing ]: `[]`"),
        (r#"mustRegexFind "[a&&b]+" "a&&b""#, r#""a&&b""#),
        (r#"mustRegexFind "[[a]" "[""#, r#""[""#),
        (r#"mustRegexFind "[a-c-e]+" "abc-e""#, r#""abc-e""#),
        (r#"mustRegexFind "[--a]+" "abc-e""#, r#""a""#),
        (r#"mustRegexFind "[a-]+" "abc-e""#, r#""a""#),
        (r#"mustRegexFind "[^\\n]" "\n""#, r#""""#),
        (r#"mustRegexFind "[^a]" "\n""#, r#""\n""#),
        (
            r#"mustRegexFind "[\\a\\f\\t\\n\\r\\v\\]\\-\\\\]+" "\a\f\t\n\r\v]-\\""#,
            r#""\x07\x0c\t\n\x0d\x0b]-\\""#,
        ),
        (
            r#"mustRegexFind "[\\b]" "a""#,
            r"error: error parsing regexp: invalid escape sequence: `\b`",
        ),
        (
            r#"mustRegexFind "[\\Qa]\\E]" "a""#,
            r"error: error parsing regexp: invalid escape sequence: `\Q`",
        ),
        (
            r#"mustRegexFind "[a\\" "a""#,
            "error: error parsing regexp: trailing backslash at end of expression: ``",
        ),
        (
            r#"mustRegexFind "[z-a" "a""#,
            "error: error parsing regexp: invalid character class range: `z-a`",
        ),
        (r#"mustRegexFind "[a-" "a""#, "error: error parsing regexp: missing closing ]: `[a-`"),
        (r#"mustRegexFind "]" "]""#, r#""]""#),
    ]);
}

#[test]
fn escapes() {
    check(&[
        (r#"mustRegexFind "\\Qa.b*\\E+" "a.b***""#, r#""a.b***""#),
        (r#"mustRegexFind "\\Qa.b" "a.b""#, r#""a.b""#),
        (r#"mustRegexFind "a\\Q\\E*" "aaa.b""#, r#""aaa""#),
        (r#"mustRegexFind "\\<a" "<a""#, r#""<a""#),
        (r#"mustRegexFind "\\_" "_""#, r#""_""#),
        (r#"mustRegexFind "\\12" "\n""#, r#""\n""#),
        (r#"mustRegexFind "\\0" "\x00""#, r#""\x00""#),
        (r#"mustRegexFind "\\08" "\x008""#, r#""\x008""#),
        (r#"mustRegexFind "\\123" "S""#, r#""S""#),
        (r#"mustRegexFind "\\777" "S""#, r#""""#),
        (r#"mustRegexFind "\\x41" "A""#, r#""A""#),
        (r#"mustRegexFind "\\x{41}" "A""#, r#""A""#),
        (r#"mustRegexFind "A\\z" "A""#, r#""A""#),
        (r#"mustRegexFind "\\d+" "١2""#, r#""2""#),
        (r#"mustRegexFind "\\w+" "é_a9""#, r#""_a9""#),
        (r#"mustRegexFind "\\s+" "\v\u00a0 \t""#, r#"" \t""#),
        (r#"mustRegexFind "\\ba" "éa""#, r#""a""#),
        (r#"mustRegexFind "\\a\\f\\t\\n\\r\\v" "\a\f\t\n\r\v""#, r#""\x07\x0c\t\n\x0d\x0b""#),
        (r#"mustRegexFind "\\B" "é""#, r#""""#),
        (r#"mustRegexFind "\\Aa" "a""#, r#""a""#),
    ]);
}

#[test]
fn escapes_that_are_none() {
    check(&[
        (
            r#"mustRegexFind "\\Q\\E*" "a.b""#,
            "error: error parsing regexp: missing argument to repetition operator: `*`",
        ),
        (
            r#"mustRegexFind "\\é" "é""#,
            r"error: error parsing regexp: invalid escape sequence: `\é`",
        ),
        (
            r#"mustRegexFind "\\C" "A""#,
            r"error: error parsing regexp: invalid escape sequence: `\C`",
        ),
        (
            r#"mustRegexFind "\\Z" "A""#,
            r"error: error parsing regexp: invalid escape sequence: `\Z`",
        ),
        (
            r#"mustRegexFind "\\" "A""#,
            "error: error parsing regexp: trailing backslash at end of expression: ``",
        ),
        (
            r#"mustRegexFind "a\\" "A""#,
            "error: error parsing regexp: trailing backslash at end of expression: ``",
        ),
        (
            r#"mustRegexFind "\\G" "a""#,
            r"error: error parsing regexp: invalid escape sequence: `\G`",
        ),
        (
            r#"mustRegexFind "\\h" "a""#,
            r"error: error parsing regexp: invalid escape sequence: `\h`",
        ),
        (
            r#"mustRegexFind "\\R" "a""#,
            r"error: error parsing regexp: invalid escape sequence: `\R`",
        ),
        (
            r#"mustRegexFind "\\X" "a""#,
            r"error: error parsing regexp: invalid escape sequence: `\X`",
        ),
        (
            r#"mustRegexFind "\\e" "a""#,
            r"error: error parsing regexp: invalid escape sequence: `\e`",
        ),
        (
            r#"mustRegexFind "\\cA" "a""#,
            r"error: error parsing regexp: invalid escape sequence: `\c`",
        ),
        (
            r#"mustRegexFind "\\u0041" "a""#,
            r"error: error parsing regexp: invalid escape sequence: `\u`",
        ),
        (
            r#"mustRegexFind "\\N{x}" "a""#,
            r"error: error parsing regexp: invalid escape sequence: `\N`",
        ),
    ]);
}

#[test]
fn codes_that_are_none() {
    check(&[
        (
            r#"mustRegexFind "\\8" "8""#,
            r"error: error parsing regexp: invalid escape sequence: `\8`",
        ),
        (
            r#"mustRegexFind "\\1" "8""#,
            r"error: error parsing regexp: invalid escape sequence: `\1`",
        ),
        (
            r#"mustRegexFind "\\x{}" "A""#,
            r"error: error parsing regexp: invalid escape sequence: `\x{}`",
        ),
        (
            r#"mustRegexFind "\\x{110000}" "A""#,
            r"error: error parsing regexp: invalid escape sequence: `\x{110000`",
        ),
        (
            r#"mustRegexFind "\\x4" "A""#,
            r"error: error parsing regexp: invalid escape sequence: `\x4`",
        ),
        (
            r#"mustRegexFind "\\x{ 41}" "A""#,
            r"error: error parsing regexp: invalid escape sequence: `\x{ `",
        ),
    ]);
}
