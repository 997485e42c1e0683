//! Regular expressions in Go's syntax.
//!
//! Both Go's package and the crate `regex` descend from RE2 and match alike: leftmost, earlier
//! alternatives first, in linear time. Their syntaxes differ, so that patterns are translated; see
//! `syntax`. What remains different: an expression may nest less deeply than in Go and become less
//! large, since neither time nor memory may get out of hand, and classes know a newer Unicode.

mod class;
mod expand;
mod program;
mod syntax;

use expand::{Piece, Wanted};
use program::{Program, Subject};

use super::charges;
use crate::function::{Call, Failure, Function, Param};
use crate::print;
use crate::value::{Element, List, Text, Value};

const TWO: &[Param] = &[Param::Text, Param::Text];
const THREE: &[Param] = &[Param::Text, Param::Text, Param::Text];
const COUNTED: &[Param] = &[Param::Text, Param::Text, Param::Int];

/// Functions on regular expressions. Those without `must` differ in the text of errors only, and in
/// that `regexMatch` has none.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("mustRegexFind", TWO, |call| find(call, Report::Error)),
    Function::new("mustRegexFindAll", COUNTED, |call| find_all(call, Report::Error)),
    Function::new("mustRegexMatch", TWO, matches),
    Function::new("mustRegexReplaceAll", THREE, |call| {
        replace(call, Report::Error, Replacement::Template)
    }),
    Function::new("mustRegexReplaceAllLiteral", THREE, |call| {
        replace(call, Report::Error, Replacement::Literal)
    }),
    Function::new("mustRegexSplit", COUNTED, |call| split(call, Report::Error)),
    Function::new("regexFind", TWO, |call| find(call, Report::Panic)),
    Function::new("regexFindAll", COUNTED, |call| find_all(call, Report::Panic)),
    Function::new("regexMatch", TWO, |call| {
        match Program::parse(call.text(0), &Wanted::default()) {
            Ok(_) => matches(call),
            Err(_) => Ok(false.into()),
        }
    }),
    Function::new("regexQuoteMeta", &[Param::Text], |call| {
        Ok(Value::text(without_meaning(call.text(0).as_bytes())))
    }),
    Function::new("regexReplaceAll", THREE, |call| {
        replace(call, Report::Panic, Replacement::Template)
    }),
    Function::new("regexReplaceAllLiteral", THREE, |call| {
        replace(call, Report::Panic, Replacement::Literal)
    }),
    Function::new("regexSplit", COUNTED, |call| split(call, Report::Panic)),
];

/// How a wrong pattern is reported.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Report {
    /// As an error.
    Error,
    /// As what Go's `MustCompile` panics with.
    Panic,
}

/// Compiles the pattern, which is the first argument.
fn compile<'a>(
    call: &mut Call<'a>,
    wanted: &Wanted<'_>,
    report: Report,
) -> Result<Program<'a>, Failure> {
    Program::new(call, wanted).map_err(|failure| match failure {
        Failure::Message(message) if report == Report::Panic => {
            let pattern = in_back_quotes(call.text(0));
            format!("regexp: Compile({pattern}): {message}").into()
        }
        other => other,
    })
}

/// As Go quotes patterns: in back quotes where that is possible.
fn in_back_quotes(pattern: &Text) -> String {
    if print::fits_back_quotes(pattern.as_bytes()) {
        format!("`{pattern}`")
    } else {
        print::quote(pattern.as_bytes())
    }
}

fn matches(call: &mut Call<'_>) -> Result<Value, Failure> {
    let program = Program::new(call, &Wanted::default())?;
    let subject = Subject::new(call)?;
    Ok(program.first(call, &subject)?.is_some().into())
}

/// The first match, empty if there is none.
fn find(call: &mut Call<'_>, report: Report) -> Result<Value, Failure> {
    let program = compile(call, &Wanted::default(), report)?;
    let subject = Subject::new(call)?;
    let found = program.first(call, &subject)?;
    Ok(Value::text(found.map_or(&b""[..], |range| subject.part(range))))
}

/// All matches, or the first so many.
fn find_all(call: &mut Call<'_>, report: Report) -> Result<Value, Failure> {
    let program = compile(call, &Wanted::default(), report)?;
    let subject = Subject::new(call)?;
    let most = usize::try_from(call.int(2)).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    program.each(call, &subject, most, |call, groups| {
        let part = subject.part(groups.get(0).map_or(0..0, |group| group.range()));
        charges::texts(call.host, 1, part.len())?;
        found.push(Value::text(part));
        Ok(())
    })?;
    Ok(if found.is_empty() { nil_texts() } else { List::of_texts(found).into() })
}

fn nil_texts() -> Value {
    Value::List(List::nil(Element::Text))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Replacement {
    /// `$1` and `${name}` stand for groups.
    Template,
    Literal,
}

fn replace(call: &mut Call<'_>, report: Report, kind: Replacement) -> Result<Value, Failure> {
    let text = call.text(2).as_bytes();
    let pieces = match kind {
        Replacement::Template => expand::parse(text),
        Replacement::Literal => vec![Piece::Literal(text)],
    };
    let program = compile(call, &Wanted::by(&pieces), report)?;
    let subject = Subject::new(call)?;
    let mut result = Vec::new();
    let mut done = 0;
    program.each(call, &subject, usize::MAX, |call, found| {
        let whole = found.get(0).map_or(0..0, |whole| whole.range());
        let before = result.len();
        result.extend_from_slice(subject.part(done..whole.start));
        for piece in &pieces {
            let part = match piece {
                Piece::Literal(text) => text,
                Piece::Group(name) => expand::text_of(name, program.groups(), found, &subject),
            };
            call.host.charge(part.len())?;
            result.extend_from_slice(part);
        }
        done = whole.end;
        call.host.charge(result.len() - before)
    })?;
    result.extend_from_slice(subject.part(done..subject.len()));
    Ok(Value::text(result))
}

/// The parts between matches, at most so many; the last takes the rest.
fn split(call: &mut Call<'_>, report: Report) -> Result<Value, Failure> {
    let program = compile(call, &Wanted::default(), report)?;
    let subject = Subject::new(call)?;
    let most = match usize::try_from(call.int(2)) {
        Ok(0) => return Ok(nil_texts()),
        Ok(most) => most,
        Err(_) => usize::MAX,
    };
    if subject.len() == 0 && !call.text(0).is_empty() {
        return Ok(List::of_texts([""]).into());
    }
    let mut parts: Vec<Text> = Vec::new();
    let (mut start, mut end) = (0, 0);
    program.each(call, &subject, most, |call, groups| {
        let found = groups.get(0).map_or(0..0, |group| group.range());
        if parts.len() + 1 == most {
            return Ok(());
        }
        end = found.start;
        if found.end != 0 {
            let part = subject.part(start..end);
            charges::texts(call.host, 1, part.len())?;
            parts.push(part.into());
        }
        start = found.end;
        Ok(())
    })?;
    if end != subject.len() {
        parts.push(subject.part(start..subject.len()).into());
    }
    Ok(List::of_texts(parts).into())
}

/// The text as a pattern that matches it.
fn without_meaning(text: &[u8]) -> Vec<u8> {
    let mut pattern = Vec::with_capacity(text.len());
    for byte in text {
        if br"\.+*?()|[]{}^$".contains(byte) {
            pattern.push(b'\\');
        }
        pattern.push(*byte);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_bounded, evaluate};
    use crate::Limits;

    #[test]
    fn finding() {
        check(&[
            (r#"mustRegexFind "a+" "baaab""#, r#""aaa""#),
            (r#"mustRegexFind "x" "baaab""#, r#""""#),
            (r#"mustRegexFind "" "abc""#, r#""""#),
            (r#"regexFind "b|ab" "ab""#, r#""ab""#),
            (r#"regexFind "a*?" "aa""#, r#""""#),
            (r#"regexFind "^b" "ab""#, r#""""#),
            (r#"regexFindAll "a" "aaa" -1"#, r#"[]string["a", "a", "a"]"#),
            (r#"regexFindAll "a" "aaa" 2"#, r#"[]string["a", "a"]"#),
            (r#"regexFindAll "a" "aaa" 0"#, "[]string(nil)"),
            (r#"regexFindAll "a" "aaa" 9"#, r#"[]string["a", "a", "a"]"#),
            (r#"regexFindAll "x" "aaa" -1"#, "[]string(nil)"),
            (r#"regexFindAll "a*" "baac" -1"#, r#"[]string["", "aa", ""]"#),
            (r#"regexFindAll "(a)(b)?" "abaca" -1"#, r#"[]string["ab", "a", "a"]"#),
            (r#"mustRegexFindAll "[^,]+" "a,b" -1"#, r#"[]string["a", "b"]"#),
            (r#"mustRegexFindAll "x" "a" -1"#, "[]string(nil)"),
            (r#"regexMatch "a.c" "xabcx""#, "true"),
            (r#"regexMatch "^a.c$" "xabcx""#, "false"),
            (r#"regexMatch "(" "a""#, "false"),
            (r#"mustRegexMatch "(" "a""#, "error: error parsing regexp: missing closing ): `(`"),
            (r#"mustRegexMatch "b" "abc""#, "true"),
        ]);
    }

    #[test]
    fn replacing() {
        check(&[
            (r#"regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W""#, r#""-W-xxW-""#),
            (r#"regexReplaceAll "a(x*)b" "-ab-axxb-" "$1W""#, r#""---""#),
            (r#"regexReplaceAll "a(x*)b" "-ab-axxb-" "$1 W""#, r#""- W-xx W-""#),
            (r#"regexReplaceAll "a" "banana" """#, r#""bnn""#),
            (r#"regexReplaceAll "" "aéb" "-""#, r#""-a-é-b-""#),
            (r#"regexReplaceAll "a*" "baac" "x""#, r#""xbxcx""#),
            (r#"regexReplaceAll "$" "ab" "-""#, r#""ab-""#),
            (r#"regexReplaceAll "(?m)^" "a\nb" "> ""#, r#""> a\n> b""#),
            (r#"regexReplaceAll "(a)(b)?" "abaca" "<$2$1>""#, r#""<ba><a>c<a>""#),
            (r#"regexReplaceAll "(?P<x>a)" "ab" "${x}$x$xb$$${1}$1$2$0$""#, r#""aa$aaa$b""#),
            (r#"regexReplaceAll "(?P<x>a)|(?P<x>b)" "ab" "<$x>""#, r#""<a><b>""#),
            (r#"regexReplaceAll "(?P<1x>a)" "ab" "<${1x}>""#, r#""<a>b""#),
            (r#"regexReplaceAll "(?P<1>b)(a)" "ba" "[$1]""#, r#""[b]""#),
            (r#"regexReplaceAll "(?P<01>b)(a)" "ba" "[$01]""#, r#""[b]""#),
            (r#"regexReplaceAll "(((a)))" "a" "$3""#, r#""a""#),
            (r#"regexReplaceAll "(a)" "ab" "${1""#, r#""${1b""#),
            (r#"regexReplaceAll "(a)" "ab" "${}""#, r#""${}b""#),
            (r#"regexReplaceAll "(a)" "ab" "${1 }""#, r#""${1 }b""#),
            (r#"regexReplaceAll "(a)" "ab" "${01}""#, r#""b""#),
            (r#"regexReplaceAll "(a)" "ab" "$01 $001""#, r#"" b""#),
            (r#"regexReplaceAll "(a)" "ab" "$10""#, r#""b""#),
            (r#"regexReplaceAll "(a)" "ab" "$é""#, r#""b""#),
            (r#"regexReplaceAll "(a)" "ab" "$99999999999999999999""#, r#""b""#),
            (r#"regexReplaceAll "a" "ab" "$-$ $""#, r#""$-$ $b""#),
            (r#"regexReplaceAll "a" "ab" (b64dec "JP8=")"#, r#""$\xffb""#),
            (r#"regexReplaceAllLiteral "(a)" "ab" "$1""#, r#""$1b""#),
            (r#"mustRegexReplaceAll "(a)" "ab" "$1$1""#, r#""aab""#),
            (r#"mustRegexReplaceAllLiteral "(a)" "ab" "${1}""#, r#""${1}b""#),
        ]);
    }

    #[test]
    fn splitting() {
        check(&[
            (r#"regexSplit "a" "banana" -1"#, r#"[]string["b", "n", "n", ""]"#),
            (r#"regexSplit "a" "banana" 2"#, r#"[]string["b", "nana"]"#),
            (r#"regexSplit "a" "banana" 1"#, r#"[]string["banana"]"#),
            (r#"regexSplit "a" "banana" 0"#, "[]string(nil)"),
            (r#"regexSplit "a" "" -1"#, r#"[]string[""]"#),
            (r#"regexSplit "" "abc" -1"#, r#"[]string["a", "b", "c"]"#),
            (r#"regexSplit "" "" -1"#, "[]string[]"),
            (r#"regexSplit "a*" "baac" -1"#, r#"[]string["b", "c"]"#),
            (r#"regexSplit "^" "abc" -1"#, r#"[]string["abc"]"#),
            (r#"regexSplit "b" "b" -1"#, r#"[]string["", ""]"#),
            (r#"regexSplit "z+" "pizza" -1"#, r#"[]string["pi", "a"]"#),
            (r#"mustRegexSplit "," "a,b,c" 2"#, r#"[]string["a", "b,c"]"#),
            (r#"mustRegexSplit "" "aé" -1"#, r#"[]string["a", "é"]"#),
        ]);
    }

    #[test]
    fn quoting() {
        check(&[
            (
                r#"regexQuoteMeta "a.b[c]{}-+\\^$|()*?é#&""#,
                r#""a\\.b\\[c\\]\\{\\}-\\+\\\\\\^\\$\\|\\(\\)\\*\\?é#&""#,
            ),
            (r#"regexQuoteMeta """#, r#""""#),
        ]);
    }

    #[test]
    fn errors() {
        check(&[
            (
                r#"regexFind "(" "a""#,
                "error: regexp: Compile(`(`): error parsing regexp: missing closing ): `(`",
            ),
            (
                r#"regexFindAll "(" "a" -1"#,
                "error: regexp: Compile(`(`): error parsing regexp: missing closing ): `(`",
            ),
            (
                r#"regexReplaceAll "(" "a" """#,
                "error: regexp: Compile(`(`): error parsing regexp: missing closing ): `(`",
            ),
            (
                r#"regexReplaceAllLiteral "(" "a" """#,
                "error: regexp: Compile(`(`): error parsing regexp: missing closing ): `(`",
            ),
            (
                r#"regexSplit "(" "a" -1"#,
                "error: regexp: Compile(`(`): error parsing regexp: missing closing ): `(`",
            ),
            (r#"mustRegexFind "(" "a""#, "error: error parsing regexp: missing closing ): `(`"),
            (
                r#"mustRegexFindAll "(" "a" -1"#,
                "error: error parsing regexp: missing closing ): `(`",
            ),
            (
                r#"mustRegexReplaceAll "(" "a" """#,
                "error: error parsing regexp: missing closing ): `(`",
            ),
            (
                r#"mustRegexReplaceAllLiteral "(" "a" """#,
                "error: error parsing regexp: missing closing ): `(`",
            ),
            (r#"mustRegexSplit "(" "a" -1"#, "error: error parsing regexp: missing closing ): `(`"),
            (
                r#"regexFind "`(" "a""#,
                r#"error: regexp: Compile("`("): error parsing regexp: missing closing ): ``(`"#,
            ),
            (
                r#"regexFind "\t(" "a""#,
                "error: regexp: Compile(`\t(`): error parsing regexp: missing closing ): `\t(`",
            ),
            (
                r#"regexFind "\x7f(" "a""#,
                "error: regexp: Compile(\"\\x7f(\"): error parsing regexp: missing closing ): `\u{7f}(`",
            ),
            (
                r#"regexFind "\ufeff(" "a""#,
                "error: regexp: Compile(\"\\ufeff(\"): error parsing regexp: missing closing ): `\u{feff}(`",
            ),
        ]);
    }

    #[test]
    fn bytes_that_are_no_characters() {
        check(&[
            (r#"regexFind "a.c" (b64dec "Yf9j")"#, r#""a\xffc""#),
            (r#"regexFind "[^b]c" (b64dec "Yf9j")"#, r#""\xffc""#),
            (r#"regexFindAll "\ufffd" (b64dec "Yf9j/8OkYw==") -1"#, r#"[]string["\xff", "\xff"]"#),
            (r#"regexReplaceAll "." (b64dec "Yf/i") "x""#, r#""xxx""#),
            (r#"regexReplaceAll "c" (b64dec "Yf9j/w==") "x""#, r#""a\xffx\xff""#),
            (r#"regexSplit "c" (b64dec "/2P/Y/8=") -1"#, r#"[]string["\xff", "\xff", "\xff"]"#),
            (
                r#"regexFind (b64dec "/yg=") "a""#,
                r#"error: regexp: Compile("\xff("): error parsing regexp: invalid UTF-8: `�(`"#,
            ),
        ]);
    }

    #[test]
    fn large_patterns_are_refused() {
        let check = |pattern: &str, problem: &str| {
            let result = evaluate(&format!("mustRegexFind `{pattern}` ``"), Limits::default());
            let expected = format!("error: error parsing regexp: expression {problem}: `");
            assert!(result.starts_with(&expected), "{result}");
        };
        check(r"\pL{100}", "too large");
        check("(.{1000}.{1000})", "too large");
        check(&"[^a]".repeat(4000), "too large");
        check(&"a".repeat(20_000), "too large");
        check(&format!("{}{}", "(".repeat(101), ")".repeat(101)), "nests too deeply");
        check(&format!("a{}", "(?i)*".repeat(2000)), "nests too deeply");
    }

    #[test]
    fn groups_that_nobody_asks_for_cost_nothing() {
        let groups = "(a)".repeat(1000);
        let text = "(repeat 1000 `a`)";
        check(&[
            (&format!("len (regexFind `{groups}` {text})"), "1000"),
            (&format!("regexReplaceAll `{groups}` {text} `$1000`"), "\"a\""),
            (&format!("regexReplaceAll `{groups}` {text} `$1001`"), "\"\""),
        ]);
        let all: Vec<String> = (1..=1000).map(|group| format!("${{{group}}}")).collect();
        let all = all.concat();
        let replace = format!("mustRegexReplaceAll `{groups}` {text} `{all}`");
        let result = evaluate(&replace, Limits::default());
        assert!(result.starts_with("error: error parsing regexp: expression too large: `"));
    }

    #[test]
    fn long_searches_and_results_are_refused() {
        check_bounded(&[
            "regexReplaceAll `a` (repeat 10000 `a`) (repeat 10000 `b`)",
            "regexReplaceAllLiteral `` (repeat 10000 `a`) (repeat 10000 `b`)",
            "regexReplaceAll `a+` (repeat 10000 `a`) (repeat 10000 `$0`)",
            "regexFindAll `` (repeat 1000000 `a`) -1",
            "regexSplit `a` (repeat 1000000 `a`) -1",
            "regexFindAll `a|.*b` (repeat 1000000 `a`) 1000000",
            "regexMatch `(x{100}y{100}){5}$` (repeat 1000000 `a`)",
            "{{ range until 2000 }}{{ regexMatch `a` `a` }}{{ end }}",
        ]);
    }
}
