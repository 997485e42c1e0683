//! Filters that would not end, or not in this memory.
//!
//! They are all evaluated, some up to a limit that is lower than the real one so that a test takes
//! no longer than needed. What matters beside the limits is that this process is still there.

use std::fmt::Write as _;

use super::*;

/// Enough to see a loop.
const FEW: u64 = 60_000;

fn reached(text: &str, input: &str, steps: u64) -> Option<Limit> {
    let filter = Filter::new(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    match filter.evaluate_within(input.as_bytes(), 0.0, steps).outcome {
        Err(Failure::Exhausts(limit)) => Some(limit),
        _ => None,
    }
}

fn check(limit: Limit, filters: &[&str]) {
    let steps = if limit == Limit::Steps { FEW } else { meter::MOST_STEPS };
    for text in filters {
        assert_eq!(reached(text, "0", steps), Some(limit), "{text}");
    }
}

#[test]
fn loops_end() {
    check(
        Limit::Steps,
        &[
            "last(range(1e12))",
            "range(1e12) | empty",
            "range(0; 1; 0) | empty",
            "reduce range(1e9) as $i (0; . + 1)",
            "reduce range(1e9) as $i (0; limit(1; . + $i))",
            "reduce range(1e9) as $i (0; 1, 2)",
            "reduce range(1e9) as $i (first(0); . + $i)",
            "foreach range(1e9) as $i (0; limit(1; . + $i)) | empty",
            "isempty(range(1e9) | select(. < 0))",
            "all(range(1e9); . >= 0)",
            "label $f | range(1e9) | if . < 0 then ., break $f else empty end",
            "[range(1000)] | last(.[] == (.[] == .[]))",
            "[range(1000)] | last(.[] as $a | .[] as $b | .[] as $c | 1)",
            "[range(1000)] | last(.[] + .[] + .[])",
            "[range(100)] | .[.[]]?[.[]]?[.[]]? | empty",
            "[range(100)] | last(.[] and .[] and .[] and .[])",
            "last((1, 2) | (., .) | (., .) | (., .) | (., .) | (., .) | (., .) | (., .) | (., .) | (., .) \
             | (., .) | (., .) | (., .) | (., .) | (., .) | (., .) | (., .) | (., .) | (., .) | (., .))",
            "last(if (1, 2, 3, 4, 5, 6, 7, 8, 9) then ({a: (1, 2, 3, 4, 5, 6, 7, 8, 9), \
             b: (1, 2, 3, 4, 5, 6, 7, 8, 9), c: (1, 2, 3, 4, 5, 6, 7, 8, 9), \
             d: (1, 2, 3, 4, 5, 6, 7, 8, 9), e: (1, 2, 3, 4, 5, 6, 7, 8, 9)}) else 0 end)",
            "[range(3e4)] - [range(3e4)]",
            "[range(3e4)] as $a | $a | contains($a)",
            "(\"ab\" * 400000) | indices(\"ba\" * 300000)",
            "reduce range(60) as $i (1; [., .]) | . == (reduce range(60) as $i (1; [., .]))",
            "{} | until(length > 1e9; . + {(length | tostring): 1})",
            "try (range(1e9) | error) catch (range(1e12) | empty)",
        ],
    );
}

#[test]
fn memory_ends() {
    check(
        Limit::Bytes,
        &[
            "[range(1e12)]",
            "reduce range(100) as $i ([1]; . + .)",
            "[.] | until(length > 1e9; . + .)",
            "last(foreach range(1e9) as $i (0; 1, 2))",
            "reduce (range(1e9) as $x | [$x]) as $y (limit(1; 0); 1)",
            "[range(2)] | sort_by(range(1e9))",
            "reduce range(60) as $i (1; [., .]) | flatten",
            "[] | .[1048575] = 1",
            "(\"a\" * 1e6) | explode",
            "(\"a\" * 1e6) | split(\"\")",
            "(\"a\" * 1e6) | . / \"a\"",
            "(\"a\" * 1e6) as $x | [range(100) | $x + \"b\"]",
            "[range(1e6) | {a: .}]",
        ],
    );
}

#[test]
fn texts_end() {
    check(
        Limit::Text,
        &[
            "\"a\" * 1e9",
            "\"a\" * 1e300",
            "\"a\" * infinite",
            "reduce range(100) as $i (\"a\"; . + .)",
            "reduce range(100) as $i (\"a\"; \"\\(.)\\(.)\")",
            "reduce range(60) as $i (1; [., .]) | tojson",
            "reduce range(60) as $i (1; [., .]) | tostring",
            "(\"<\" * 1e6) | @html",
            "(\"ab\" * 1e5) as $x | [range(20) | $x] | join(\"\")",
            "(\"ab\" * 1e5) as $x | [range(20) | $x] | @csv",
            "(\"ab\" * 1e5) as $x | [range(20) | $x] | @sh",
            "(\"a\" * 1e6) | test(\"a\")",
        ],
    );
}

#[test]
fn recursion_ends() {
    check(
        Limit::Recursion,
        &[
            "def f: f; f",
            "def f: f, f; f",
            "def f: ., f; [f]",
            "def f: . as $x | f; f",
            "def f: def g: f; g; f",
            "def f(g): f(g); f(.)",
            "def f(g): f(g | g); f(.)",
            "def f($x): f($x + 1); f(0)",
            "def f($a; $b; $c): f($b; $c; $a); f(1; 2; 3)",
            "[repeat(1)]",
            "last(repeat(1))",
            "repeat(empty)",
            "limit(1e18; repeat(1)) | empty",
            "skip(1e18; repeat(1))",
            "until(false; . + 1)",
            "last(while(true; .))",
            "[recurse(., .)]",
            "last(path(limit(1e6; repeat(.a?))))",
        ],
    );
    // As often as anybody needs.
    assert_eq!(outputs("last(limit(5000; repeat(1))), until(. > 5000; . + 1)", "0"), "1,5001");
    assert_eq!(outputs("def f: if . == 0 then 0 else . - 1 | f end; f", "5000"), "0");
}

#[test]
fn nesting_ends() {
    check(
        Limit::Depth,
        &[
            "def f: 1 + f; f",
            "def f: f | f; f",
            "def f: [f]; f",
            "def f: {a: f}; f",
            "def f: \"\\(f)\"; f",
            "def f: -f; f",
            "def f: .[f]; f",
            "def f: try f catch f; f",
            "def f: (f?), f; f",
            "def f: first(f); f",
            "def f: limit(f; 1); f",
            "def f: label $x | f; f",
            "def f: f as [$a] | 1; f",
            "def f: reduce 1 as $x (0; f); f",
            "def f: foreach 1 as $x (0; f); f",
            "def f: if f then 1 else 2 end; f",
            "def f: f // f; f",
            "def f: f and f; f",
            "def f: f == f; f",
            "def f(x): x | f(x); f(.)",
            "def f: f; f |= 1",
            "def f: .a = f; null | f",
            "reduce range(1e9) as $i (null; [.])",
            "reduce range(1e9) as $i (null; {a: .})",
            "reduce range(1e9) as $i (null; .a = {a: .})",
            "[recurse([.])]",
            "[1] | recurse |= [.]",
        ],
    );
}

/// A limit that is reached stays reached, whatever the filter does about errors.
#[test]
fn limits_are_not_caught() {
    for text in [
        "try [range(1e12)] catch 1",
        "[range(1e12)]? // 1",
        "([range(1e12)] | length)?, 1",
        "first((\"a\" * 1e9)?, 1)",
        "(def f: 1 + f; try f catch 1)",
        "[.[]?, (try [range(1e12)] catch .)] | 1",
        "label $x | (try [range(1e12)] catch break $x), 1",
    ] {
        assert!(reached(text, "[0]", meter::MOST_STEPS).is_some(), "{text}");
    }
}

/// Programs whose parser, compiler or library has to recurse as deeply as they are long.
#[test]
fn filters_may_be_nested_as_deeply_as_they_are_long() {
    let count = 200;
    let nested = |open: &str, inner: &str, close: &str| {
        format!("{}{inner}{}", open.repeat(count), close.repeat(count))
    };
    let mut defs = String::new();
    for number in 0..count {
        let _ = write!(defs, "def f{number}: ");
    }
    let chain = |operator: &str| format!("1{}", operator.repeat(count));
    for text in [
        nested("(", "1", ")"),
        nested("[", "1", "]"),
        nested("{a:", "1", "}"),
        format!("{}1", "-".repeat(compile::MOST_TOKENS - 1)),
        format!("{}1{}", "(".repeat(480), ")".repeat(480)),
        format!("{}1", "1|".repeat(490)),
        nested("try ", "1", ""),
        nested("1|", "1", ""),
        nested("1,", "1", ""),
        nested("1 as $x|", "1", ""),
        nested("label $x|", "1", ""),
        nested("if 1 then ", "1", " else 1 end"),
        nested("if ", "1", " then 1 else 1 end"),
        nested("reduce 1 as $x(1;", "1", ")"),
        nested("\"\\(", "1", ")\""),
        nested(". as [", "$x", "] | 1"),
        nested("first(", "1", ")"),
        nested("def f: ", "1", "; f"),
        nested("def f: 1; ", "1", ""),
        nested("def f(x): ", "1", "; f(1)"),
        nested(".[", "1", "]"),
        nested(".a|=(", "1", ")"),
        chain("+1"),
        chain("==1"),
        chain("//1"),
        chain(" and 1"),
        chain(" as $x|1"),
        chain(".a"),
        chain("[0]"),
        chain("?"),
        defs,
        "(".repeat(compile::LONGEST),
        "\"\\(".repeat(compile::LONGEST / 3),
        "def f: ".repeat(count),
        "if ".repeat(count),
    ] {
        if let Ok(filter) = Filter::new(text.clone()) {
            filter.evaluate_within(b"{}", 0.0, FEW);
        }
    }
    let too_long = Filter::new(" ".repeat(compile::LONGEST + 1)).unwrap_err().to_string();
    assert_eq!(too_long, "line 1, column 1: the filter has more than 8192 bytes");
    for text in [
        "-".repeat(compile::MOST_TOKENS) + "1",
        format!("\"{}\"", "\\(1)".repeat(400)),
        format!("{}{}", "[".repeat(2000), "]".repeat(2000)),
    ] {
        let too_many = Filter::new(text).unwrap_err().to_string();
        assert_eq!(too_many, "line 1, column 1: the filter has more than 1000 signs");
    }
}

#[test]
fn regular_expressions_are_bounded() {
    let too_large = "error: not a regular expression: it is too large";
    assert_eq!(outputs("test(\"a{1000}{1000}\")", "\"a\""), too_large);
    assert_eq!(outputs("test(\"(((a{50}){50}){50}){50}\")", "\"a\""), too_large);
    assert_eq!(
        outputs("(\"a\" * 2e5) | test(\"(a*)*b\", \"(a|b|ab|a?b?){100}c\")", "0"),
        "false,false"
    );
    let most = meter::MOST_STEPS;
    let all = "(\"a\" * 2e5) | [match(\"\"; \"g\")]";
    assert_eq!(reached(all, "0", most), Some(Limit::Bytes));
    let again = "(\"a\" * 2e5) as $a | range(1e9) | $a | test(\"b\")";
    assert_eq!(reached(&format!("last({again})"), "0", most), Some(Limit::Steps));
}

/// Answers are counted before a filter sees them.
#[test]
fn answers_are_bounded() {
    let read = |answer: &str| Filter::new("1").unwrap().evaluate(answer.as_bytes(), 0.0).outcome;
    let large = |part: &str, count: usize| format!("[{}{part}]", format!("{part},").repeat(count));
    assert_eq!(read(&large("[]", 400_000)), Err(Failure::TooLarge(Limit::Bytes)));
    assert_eq!(read(&large("1", 2_000_000)), Err(Failure::TooLarge(Limit::Bytes)));
    assert_eq!(read(&large("\"a\"", 500_000)), Err(Failure::TooLarge(Limit::Bytes)));
    assert_eq!(read(&large("{\"a\":1}", 250_000)), Err(Failure::TooLarge(Limit::Bytes)));
    assert_eq!(
        read(&format!("[\"{}\"]", "a".repeat(1 << 21))),
        Err(Failure::TooLarge(Limit::Text))
    );
    assert!(matches!(read(&"[".repeat(100_000)), Err(Failure::NotJson(_))));
    // A day of samples from forty series is far from it.
    let samples = large("[1556823494.744,\"21.7639\"]", 40_000);
    assert_eq!(read(&samples), Ok(Found::Number(1.0)));
}

#[test]
fn ordinary_work_is_far_from_the_limits() {
    let samples: Vec<String> = (0..20_000).map(|at| format!("[{at},\"{}.5\"]", at % 100)).collect();
    let answer = format!(r#"{{"data":{{"result":[{{"values":[{}]}}]}}}}"#, samples.join(","));
    let mean = "[.data.result[].values[][1] | tonumber] | add / length";
    assert_eq!(outputs(mean, &answer), "50");
    let most = ".data.result[0].values | max_by(.[1] | tonumber)[1]";
    assert_eq!(outputs(most, &answer), "\"99.5\"");
    let median = "[.data.result[].values[][1] | tonumber] | sort | .[length / 2 | floor]";
    assert_eq!(outputs(median, &answer), "50.5");
}
