//! Whatever is written, compiling and evaluating end with an answer or an error.

use proptest::prelude::*;

use super::Experiment;
use crate::condition::{Condition, MAX_SOURCE_BYTES};

/// Pieces that conditions are made of.
const PIECES: &[&str] = &[
    "SLOs()",
    "Completed()",
    "Result",
    "Spec",
    ".Insights",
    ".NumLoops",
    ".StartTime",
    ".Year()",
    ".SLOsSatisfied.Upper",
    ".ScalarMetricValue(0, 'm')",
    ".NonHistMetricValues",
    "[0]",
    "[-1]",
    "['http/latency-mean']",
    "[1:]",
    "[:",
    "]",
    "(",
    ")",
    "{",
    "}",
    "#",
    ".a",
    "?.",
    "??",
    "?",
    ":",
    ",",
    "..",
    "+",
    "-",
    "*",
    "/",
    "%",
    "**",
    "^",
    "==",
    "!=",
    "<",
    ">=",
    "and",
    "or",
    "&&",
    "not",
    "!",
    "in",
    "matches",
    "contains",
    "startsWith",
    "endsWith",
    "true",
    "false",
    "nil",
    "0",
    "1",
    "9223372036854775807",
    "1e308",
    "2.5",
    "'a'",
    "\"(\"",
    "len(",
    "abs(",
    "int(",
    "float(",
    "all(",
    "any(",
    "one(",
    "none(",
    "map(",
    "filter(",
    "count(",
    "//",
    "/*",
    "*/",
    "\n",
    "é",
];

/// Expressions that have no parts.
const LEAVES: &[&str] = &[
    "0",
    "1",
    "-3",
    "2.5",
    "'a'",
    "'12'",
    "true",
    "false",
    "nil",
    "Spec",
    "Result",
    "[]",
    "Result.NumLoops",
    "Result.Insights",
    "Result.Iter8Version",
    "SLOs()",
    "1..4",
    "{a: 1}",
    "Result.Insights.SLOs.Upper",
    "Result.Insights?.ScalarMetricValue(1, 'm')",
    "9223372036854775807",
    "Spec[0]",
    "Spec[1]",
    "Spec[2]",
    "Result.StartTime.Hour()",
];

/// Expressions that nearly always parse, of every type.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(LEAVES).prop_map(str::to_owned);
    let binary = prop::sample::select(vec![
        "+",
        "-",
        "*",
        "/",
        "%",
        "**",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "and",
        "or",
        "in",
        "not in",
        "..",
        "contains",
        "startsWith",
        "endsWith",
        "matches",
        "??",
    ]);
    let unary = prop::sample::select(vec!["-", "+", "not ", "!"]);
    let builtin = prop::sample::select(vec!["len", "abs", "int", "float"]);
    let fold = prop::sample::select(vec!["all", "any", "one", "none", "map", "filter", "count"]);
    leaf.prop_recursive(5, 40, 3, move |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            4 => (inner.clone(), binary.clone(), inner.clone())
                .prop_map(|(one, operator, two)| format!("({one}) {operator} ({two})")),
            1 => (unary.clone(), inner.clone()).prop_map(|(operator, one)| format!("{operator}({one})")),
            1 => (builtin.clone(), inner.clone()).prop_map(|(name, one)| format!("{name}({one})")),
            2 => (fold.clone(), inner.clone(), inner.clone())
                .prop_map(|(name, list, body)| format!("{name}({list}, {{[#, {body}][1]}})")),
            1 => pair.clone().prop_map(|(one, two)| format!("[{one}, {two}]")),
            1 => pair.clone().prop_map(|(one, two)| format!("({one})[{two}]")),
            1 => pair.clone().prop_map(|(one, two)| format!("({one})[{two}:]")),
            1 => pair.prop_map(|(one, two)| format!("{{a: {one}, b: {two}}}.b")),
            1 => (inner.clone(), inner.clone(), inner)
                .prop_map(|(ask, one, two)| format!("({ask}) ? ({one}) : ({two})")),
        ]
    })
}

/// Compiles and evaluates; an error has to point into its source.
fn attempt(source: &str) {
    match Condition::compile(source) {
        Ok(condition) => {
            for experiment in [Experiment::measured(), Experiment::fresh()] {
                if let Err(error) = condition.evaluate(&experiment) {
                    assert!(error.position.offset <= source.len(), "{error}");
                }
            }
        }
        Err(error) => {
            assert!(error.position.offset <= source.len(), "{error}");
            assert!(error.position.line >= 1 && error.position.column >= 1, "{error}");
        }
    }
}

proptest! {
    #[test]
    fn any_text(source in ".{0,200}") {
        attempt(&source);
    }

    #[test]
    fn any_characters(source in any::<String>()) {
        attempt(&source);
    }

    #[test]
    fn token_soup(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        attempt(&pieces.join(" "));
        attempt(&pieces.concat());
    }

    #[test]
    fn expressions(source in expression()) {
        attempt(&source);
        // Known to be an answer, so that it is evaluated whatever its type.
        attempt(&format!("[{source}, 1][0] == 1"));
    }

    #[test]
    fn whole_numbers_are_computed_exactly(one in -1_000_000_i64..1_000_000, two in 1_i64..1_000) {
        let source = format!(
            "{one} + {two} == {} and {one} - {two} == {} and {one} * {two} == {} and {one} % {two} == {}",
            one + two, one - two, one * two, one % two,
        );
        prop_assert_eq!(super::answer(&source), Ok(true));
    }

    #[test]
    fn text_survives_quoting(text in "[^\\\\\"\n]{0,50}", blanks in 0_usize..9) {
        let source = format!("{}\"{text}\" == '' + \"{text}\"", " ".repeat(blanks));
        prop_assume!(source.len() <= MAX_SOURCE_BYTES);
        prop_assert_eq!(super::answer(&source), Ok(true));
    }
}
