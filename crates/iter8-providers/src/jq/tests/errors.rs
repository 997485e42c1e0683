//! What is wrong with filters, and where.

use super::*;

fn check(text: &str, expected: &str) {
    assert_eq!(Filter::new(text).unwrap_err().to_string(), expected, "{text}");
}

#[test]
fn mistakes_have_a_place() {
    check("", "line 1, column 1: expected term, found the end");
    check(".a |", "line 1, column 5: expected term, found the end");
    check(".[", "line 1, column 2: \"[\" is not closed");
    check(".a\n  | b c", "line 2, column 7: expected nothing, found \"c\"");
    check("\"é\" | )", "line 1, column 7: expected something else");
    check("\"a", "line 1, column 1: \"\\\"\" is not closed");
    check("\"\\q\"", "line 1, column 3: expected an escape sequence such as \\n");
    check("\"\\ud800\"", "line 1, column 4: expected four hexadecimal digits of a character");
    check("1.", "line 1, column 3: expected a digit");
    check("$", "line 1, column 2: expected a name");
    check("if . then 1", "line 1, column 12: expected else or end, found the end");
    check("import \"a\" as a; .", "line 1, column 8: expected nothing, found \"\\\"a\\\"\"");
}

#[test]
fn what_is_not_there_is_named() {
    check(".a | foo", "line 1, column 6: there is no function foo/0");
    check("foo(1; 2)", "line 1, column 1: there is no function foo/2");
    check("1 + $x", "line 1, column 5: there is no variable $x");
    check("break $x", "line 1, column 7: there is no label $x");
    check("a::b", "line 1, column 1: there is no module a");
    check("map(.; .)", "line 1, column 1: there is no function map/2");
    check("@foo", "line 1, column 1: there is no function @foo/0");
    for name in ["input", "inputs", "env", "$ENV", "debug", "stderr", "halt", "halt_error"] {
        let expected =
            format!("line 1, column 3: {name} is not there: a query sees nothing but its answer");
        check(&format!(".|{name}"), &expected);
    }
}

#[test]
fn answers_and_filters_fail_apart() {
    let evaluate = |text: &str, answer: &str| {
        Filter::new(text).unwrap().evaluate(answer.as_bytes(), 0.0).outcome
    };
    for answer in ["", "<html>", "{", "[1,]", "1 2", "nan", "{\"a\":1}x", "\u{0}"] {
        let outcome = evaluate("1", answer);
        assert!(matches!(outcome, Err(Failure::NotJson(_))), "{answer:?}: {outcome:?}");
    }
    assert_eq!(evaluate("error(\"x\")", "0"), Err(Failure::Fails("x".to_owned())));
    assert_eq!(evaluate("null | tonumber", "0"), Err(Failure::NoNumber));
    assert_eq!(
        evaluate("try (null | tonumber) catch error(\"x\")", "0"),
        Err(Failure::Fails("x".to_owned()))
    );
    assert_eq!(evaluate("empty", "0"), Ok(Found::Nothing));
    assert_eq!(evaluate("null", "0"), Ok(Found::Nothing));
    assert_eq!(evaluate("1, error(\"x\")", "0"), Ok(Found::Number(1.0)));
    assert_eq!(evaluate("{a: 1}", "0"), Ok(Found::Other("object", "{\"a\":1}".to_owned())));
    let long = evaluate(".", &format!("[{}0]", "0,".repeat(1000)));
    assert!(matches!(&long, Ok(Found::Other("array", text)) if text.len() < 100), "{long:?}");
}

#[test]
fn series_are_counted() {
    let series = |answer: &str| Filter::new("1").unwrap().evaluate(answer.as_bytes(), 0.0).series;
    assert_eq!(series(r#"{"data":{"result":[1,2]}}"#), Some(2));
    assert_eq!(series(r#"{"data":{"result":[]}}"#), Some(0));
    assert_eq!(series(r#"{"data":{"result":"x"}}"#), None);
    assert_eq!(series(r#"{"data":[]}"#), None);
    assert_eq!(series("[]"), None);
}
