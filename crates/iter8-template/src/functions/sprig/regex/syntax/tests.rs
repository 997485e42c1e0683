//! Patterns in Go's syntax, and what Go finds with them.

use super::super::super::testing::check;

#[test]
fn counted_repetitions() {
    check(&[
        (
            r#"mustRegexFind "a{1001}" "a""#,
            "error: error parsing regexp: invalid repeat count: `{1001}`",
        ),
        (
            r#"mustRegexFind "(a{500}){3}" "a""#,
            "error: error parsing regexp: invalid repeat count: `{3}`",
        ),
        (
            r#"mustRegexFind "((a{100}){100}){100}" "a""#,
            "error: error parsing regexp: invalid repeat count: `{100}`",
        ),
        (
            r#"mustRegexFind "a{2,1}" "a""#,
            "error: error parsing regexp: invalid repeat count: `{2,1}`",
        ),
        (r#"mustRegexFind "a{,5}" "a{,5}""#, r#""a{,5}""#),
        (r#"mustRegexFind "a{" "a{""#, r#""a{""#),
        (r#"mustRegexFind "a{x}" "a{x}""#, r#""a{x}""#),
        (
            r#"mustRegexFind "a{2}{3}" "a""#,
            "error: error parsing regexp: invalid nested repetition operator: `{2}{3}`",
        ),
        (
            r#"mustRegexFind "a{2}*" "a""#,
            "error: error parsing regexp: invalid nested repetition operator: `{2}*`",
        ),
        (r#"mustRegexFind "a{0}b" "ab""#, r#""b""#),
        (r#"mustRegexFind "a{3}" "aaaa""#, r#""aaa""#),
        (r#"mustRegexFind "a{01}" "aaaa""#, r#""""#),
        (r#"mustRegexFind "a{2,}?" "aaaa""#, r#""aa""#),
        (r#"mustRegexFind "a{2,3}?" "aaaa""#, r#""aa""#),
        (r#"mustRegexFind "x{2}{" "xx{""#, r#""xx{""#),
        (r#"mustRegexFind "x*y{" "xy{""#, r#""xy{""#),
        (r#"mustRegexFind "{" "{""#, r#""{""#),
        (r#"mustRegexFind "}" "}""#, r#""}""#),
        (
            r#"mustRegexFind "{2}" "{""#,
            "error: error parsing regexp: missing argument to repetition operator: `{2}`",
        ),
        (r#"mustRegexFind "a{2" "a{2""#, r#""a{2""#),
        (
            r#"mustRegexFind "a{1,1001}" "a{2""#,
            "error: error parsing regexp: invalid repeat count: `{1,1001}`",
        ),
        (
            r#"mustRegexFind "a{1,99999999999}" "a{2""#,
            "error: error parsing regexp: invalid repeat count: `{1,99999999999}`",
        ),
    ]);
}

#[test]
fn repetitions() {
    check(&[
        (
            r#"mustRegexFind "*" "a""#,
            "error: error parsing regexp: missing argument to repetition operator: `*`",
        ),
        (
            r#"mustRegexFind "a|*" "a""#,
            "error: error parsing regexp: missing argument to repetition operator: `*`",
        ),
        (
            r#"mustRegexFind "(*)" "a""#,
            "error: error parsing regexp: missing argument to repetition operator: `*`",
        ),
        (r#"mustRegexFind "^*" "a""#, r#""""#),
        (
            r#"mustRegexFind "a**" "a""#,
            "error: error parsing regexp: invalid nested repetition operator: `**`",
        ),
        (
            r#"mustRegexFind "a*+" "a""#,
            "error: error parsing regexp: invalid nested repetition operator: `*+`",
        ),
        (r#"mustRegexFind "a*?" "a""#, r#""""#),
        (
            r#"mustRegexFind "a*??" "a""#,
            "error: error parsing regexp: invalid nested repetition operator: `*??`",
        ),
        (r#"mustRegexFind "" "aaa""#, r#""""#),
        (r#"mustRegexFind "(|a)*" "aa""#, r#""""#),
    ]);
}

#[test]
fn names_of_groups() {
    check(&[
        (r#"mustRegexFind "(?P<n>a)" "a""#, r#""a""#),
        (r#"mustRegexFind "(?<n>a)" "a""#, r#""a""#),
        (r#"mustRegexFind "(?P<1n>a)" "a""#, r#""a""#),
        (
            r#"mustRegexFind "(?P<n" "a""#,
            "error: error parsing regexp: invalid named capture: `(?P<n`",
        ),
        (
            r#"mustRegexFind "(?P<>a)" "a""#,
            "error: error parsing regexp: invalid named capture: `(?P<>`",
        ),
        (
            r#"mustRegexFind "(?P<a-b>a)" "a""#,
            "error: error parsing regexp: invalid named capture: `(?P<a-b>`",
        ),
        (
            r#"mustRegexFind "(?P<é>a)" "a""#,
            "error: error parsing regexp: invalid named capture: `(?P<é>`",
        ),
        (r#"mustRegexFind "(?P<n>a)(?P<n>b)" "ab""#, r#""ab""#),
        (
            r#"mustRegexFind "(?P=n)" "a""#,
            "error: error parsing regexp: invalid or unsupported Perl syntax: `(?P`",
        ),
        (
            r#"mustRegexFind "(?<=a)" "a""#,
            "error: error parsing regexp: invalid named capture: `(?<=a)`",
        ),
        (r#"mustRegexFind "(?P<n>)" "-""#, r#""""#),
    ]);
}

#[test]
fn flags() {
    check(&[
        (r#"mustRegexFind "(?i)ä" "Ä""#, r#""Ä""#),
        (r#"mustRegexFind "(?i)k" "\u212a""#, "\"\u{212a}\""),
        (r#"mustRegexFind "(?i)\\w" "\u212a""#, "\"\u{212a}\""),
        (
            r#"mustRegexFind "(?x) a" "a""#,
            "error: error parsing regexp: invalid or unsupported Perl syntax: `(?x`",
        ),
        (r#"mustRegexFind "(?U)a+" "aaa""#, r#""a""#),
        (r#"mustRegexFind "(?U)a+?" "aaa""#, r#""aaa""#),
        (r#"mustRegexFind "(?s).+" "a\nb""#, r#""a\nb""#),
        (r#"mustRegexFind "(?m)^b$" "a\nb\nc""#, r#""b""#),
        (r#"mustRegexFind "(?i-s:A).b" "a\nb""#, r#""""#),
        (
            r#"mustRegexFind "(?-)a" "a""#,
            "error: error parsing regexp: invalid or unsupported Perl syntax: `(?-)`",
        ),
        (r#"mustRegexFind "(?ii)A" "a""#, r#""a""#),
        (
            r#"mustRegexFind "(?i--s)A" "a""#,
            "error: error parsing regexp: invalid or unsupported Perl syntax: `(?i--`",
        ),
        (
            r#"mustRegexFind "(?i" "a""#,
            "error: error parsing regexp: invalid or unsupported Perl syntax: `(?i`",
        ),
        (r#"mustRegexFind "(?i)" "a""#, r#""""#),
        (r#"mustRegexFind "a(?i)*" "aaa""#, r#""aaa""#),
        (
            r#"mustRegexFind "(?i)*" "aaa""#,
            "error: error parsing regexp: missing argument to repetition operator: `*`",
        ),
        (r#"mustRegexFind "(?i)ſ" "S""#, r#""S""#),
        (r#"mustRegexFind "(?s:.)(.)" "\n\n""#, r#""""#),
        (r#"mustRegexFind "(?i)(?-i)a" "A""#, r#""""#),
        (r#"mustRegexFind "((?i)a)b" "AB""#, r#""""#),
        (r#"mustRegexFind "(a|(?i)b|c)d" "CD""#, r#""""#),
    ]);
}

#[test]
fn groups() {
    check(&[
        (r#"mustRegexFind "(a" "a""#, "error: error parsing regexp: missing closing ): `(a`"),
        (r#"mustRegexFind "a)" "a""#, "error: error parsing regexp: unexpected ): `a)`"),
        (r#"mustRegexFind "(?:a" "a""#, "error: error parsing regexp: missing closing ): `(?:a`"),
        (
            r#"mustRegexFind "(?>a)" "a""#,
            "error: error parsing regexp: invalid or unsupported Perl syntax: `(?>`",
        ),
        (
            r#"mustRegexFind "(?!a)" "a""#,
            "error: error parsing regexp: invalid or unsupported Perl syntax: `(?!`",
        ),
        (
            r#"mustRegexFind "(?#a)" "a""#,
            "error: error parsing regexp: invalid or unsupported Perl syntax: `(?#`",
        ),
        (r#"mustRegexFind "()" "aaa""#, r#""""#),
        (r#"mustRegexFind "(|a)+" "aa""#, r#""""#),
        (r#"mustRegexFind "\\Q(" "(""#, r#""(""#),
    ]);
}

#[test]
fn simple_patterns() {
    check(&[
        (r#"mustRegexFind ".+" "a\nb""#, r#""a""#),
        (r#"mustRegexFind "b$" "b\n""#, r#""""#),
        (r#"mustRegexFind "a||b" "b""#, r#""""#),
    ]);
}

#[test]
fn nested_repetitions() {
    check(&[
        (r#"mustRegexFind "a{5,6,}" "a{5,6,}""#, r#""a{5,6,}""#),
        (r#"mustRegexFind "a{,}" "a{,}""#, r#""a{,}""#),
        (r#"mustRegexFind "a{2,3}?" "aaaa""#, r#""aa""#),
        (r#"mustRegexFind "a{2}{" "aa{""#, r#""aa{""#),
        (r#"mustRegexFind "a\\Q*\\E*" "a***""#, r#""a***""#),
        (r#"mustRegexFind "(a{10}){100}" "a""#, r#""""#),
        (
            r#"mustRegexFind "(a{10}){101}" "a""#,
            "error: error parsing regexp: invalid repeat count: `{101}`",
        ),
        (r#"mustRegexFind "(a{10}b{10}){100}" "a""#, r#""""#),
        (r#"mustRegexFind "((a{10}){10}){10}" "a""#, r#""""#),
        (r#"mustRegexFind "(a{2,}){500}" "a""#, r#""""#),
        (
            r#"mustRegexFind "(a{2,}){501}" "a""#,
            "error: error parsing regexp: invalid repeat count: `{501}`",
        ),
        (r#"mustRegexFind "(a*){1000}" "b""#, r#""""#),
        (r#"mustRegexFind "a{1000}" "b""#, r#""""#),
        (r#"mustRegexFind "a{1000,}" "b""#, r#""""#),
        (r#"mustRegexFind "a{0,1000}" "b""#, r#""""#),
        (r#"mustRegexFind "x(?U)a{1,3}?" "xaaa""#, r#""xaaa""#),
        (r#"mustRegexFind "a(?U)+" "aaa""#, r#""a""#),
        (r#"mustRegexFind "a+(?i)?" "aaa""#, r#""aaa""#),
        (r#"mustRegexFind "a+(?i)?(?s)?" "aaa""#, r#""aaa""#),
        (r#"mustRegexFind "(?U:a+)a+" "aaa""#, r#""aaa""#),
        (r#"mustRegexFind "(?U)(a+)(?-U)a+" "aaaa""#, r#""aaaa""#),
        (r#"mustRegexFind "((?U)a+)a?" "aaaa""#, r#""aa""#),
        (r#"mustRegexFind "(?U)a*|b" "aa""#, r#""""#),
        (r#"mustRegexFind "$*a" "a""#, r#""a""#),
        (r#"mustRegexFind "\\b+a" "a""#, r#""a""#),
    ]);
}
