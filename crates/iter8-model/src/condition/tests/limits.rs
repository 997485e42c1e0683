//! What is bounded: source, nesting, ranges, steps.

use super::{all_fail, answer};
use crate::condition::{
    CompileFault, Condition, EvalFault, MAX_DEPTH, MAX_RANGE, MAX_SOURCE_BYTES,
};

fn rejected(source: &str) -> CompileFault {
    Condition::compile(source).unwrap_err().fault
}

#[test]
fn the_source_has_a_length() {
    let fits = format!("true{}", " ".repeat(MAX_SOURCE_BYTES - 4));
    assert_eq!(answer(&fits), Ok(true));
    let length = MAX_SOURCE_BYTES + 1;
    assert_eq!(rejected(&format!("{fits} ")), CompileFault::TooLong { length });
}

#[test]
fn nesting_has_a_depth() {
    let nested = |open: &str, close: &str, depth: usize| {
        format!("{}true{}", open.repeat(depth), close.repeat(depth))
    };
    assert_eq!(answer(&nested("(", ")", MAX_DEPTH - 1)), Ok(true));
    let brackets = [("(", ")"), ("[", "]"), ("{a:", "}"), ("!", ""), ("- ", ""), ("not ", "")];
    for (open, close) in brackets {
        for depth in [MAX_DEPTH, 1_000] {
            assert_eq!(rejected(&nested(open, close, depth)), CompileFault::TooDeep, "{open}");
        }
    }
    for part in ["1 + ", "1 ** ", "true ? 1 : ", "true == ", "nil ?? ", "map([1], {", "Spec["] {
        let source = format!("{}1", part.repeat(MAX_DEPTH + 1));
        assert_eq!(rejected(&source), CompileFault::TooDeep, "{part}");
    }
    assert_eq!(rejected(&"(".repeat(MAX_SOURCE_BYTES)), CompileFault::TooDeep);
    assert_eq!(rejected(&"1+".repeat(MAX_SOURCE_BYTES / 2)), CompileFault::TooDeep);
}

#[test]
fn the_deepest_condition_is_evaluated() {
    let mut source = "true".to_owned();
    for _ in 0..(MAX_DEPTH - 2) / 2 {
        source = format!("all([1],{{{source}}})");
    }
    assert_eq!(answer(&source), Ok(true));
    let sum = format!("1{} == {}", "+1".repeat(MAX_DEPTH - 2), MAX_DEPTH - 1);
    assert_eq!(answer(&sum), Ok(true));
}

#[test]
fn chains_and_paths_are_not_nesting() {
    assert_eq!(answer(&format!("{}true", "false or ".repeat(1_000))), Ok(true));
    assert_eq!(answer(&format!("{}true", "true && ".repeat(1_000))), Ok(true));
    let path = format!("Spec[1]{} == nil", "?.a".repeat(1_000));
    assert_eq!(answer(&path), Ok(true));
}

#[test]
fn ranges_have_a_length() {
    assert_eq!(answer(&format!("len(1..{MAX_RANGE}) == {MAX_RANGE}")), Ok(true));
    assert_eq!(answer("count(1..1000000, {# % 2 == 0}) == 500000"), Ok(true));
    let over = u64::from(MAX_RANGE) + 1;
    for source in [
        format!("len(1..{over}) == 0"),
        format!("1 in 1..{over}"),
        format!("any(1..{over}, {{true}})"),
        "1 in -9223372036854775807..9223372036854775807".to_owned(),
    ] {
        let error = answer(&source).unwrap_err();
        assert!(
            error.starts_with("evaluate: range has more than 1000000 elements ("),
            "{source}: {error}"
        );
    }
}

#[test]
fn evaluation_has_a_number_of_steps() {
    let too_long = [
        // Work.
        "all(1..1000000, {all(1..1000000, {true})})",
        "all(1..100000, {Result.Insights.ScalarMetricValue(0, 'm') == nil})",
        // Memory: lists of lists, and strings that double.
        "len(map(1..1000, {1..1000000})) == 1000",
        "len(map(1..1000000, {[#, #, #]})) == 1000000",
        "map(map(map(map(map(map(['0123456789'], {# + # + # + # + # + # + # + # + # + #}),
         {# + # + # + # + # + # + # + # + # + #}), {# + # + # + # + # + # + # + # + # + #}),
         {# + # + # + # + # + # + # + # + # + #}), {# + # + # + # + # + # + # + # + # + #}),
         {# + # + # + # + # + # + # + # + # + #}) == []",
        // Patterns that are compiled again and again.
        "all(1..1000, {'a' matches ('a' + '')})",
    ];
    for source in too_long {
        let condition = Condition::compile(source).unwrap();
        let error = condition.evaluate(&super::Experiment::measured()).unwrap_err();
        assert_eq!(error.fault, EvalFault::TooManySteps, "{source}");
    }
}

#[test]
fn comparing_shared_lists_ends() {
    let mut doubled = "[1]".to_owned();
    for _ in 0..40 {
        doubled = format!("map([{doubled}], {{[#, #]}})");
    }
    let error = answer(&format!("{doubled} == {doubled}")).unwrap_err();
    assert!(error.starts_with("evaluate: condition takes too many steps ("), "{error}");
}

#[test]
fn patterns_have_a_size() {
    all_fail(&[
        (r"'a' matches '(\\w{100}){100}'", "compile: invalid regular expression (1:13)"),
        (r"'a' matches ('(\\w{100}){100}' + '')", "evaluate: invalid regular expression (1:5)"),
    ]);
}
