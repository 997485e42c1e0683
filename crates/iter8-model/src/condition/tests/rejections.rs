//! Errors as errors: their causes and hints.

use std::error::Error;

use super::Experiment;
use crate::condition::{CompileFault, Condition, EvalFault};

#[test]
fn a_bad_pattern_has_a_cause() {
    let error = Condition::compile("'a' matches '('").unwrap_err();
    assert!(matches!(error.fault, CompileFault::BadPattern(_)));
    assert!(error.source().unwrap().to_string().contains("unclosed group"));
    assert!(!error.to_string().contains("unclosed group"));

    let condition = Condition::compile("'a' matches ('(' + '')").unwrap();
    let error = condition.evaluate(&Experiment::fresh()).unwrap_err();
    assert!(matches!(error.fault, EvalFault::BadPattern(_)));
    assert!(error.source().unwrap().to_string().contains("unclosed group"));
}

#[test]
fn other_errors_have_none() {
    assert!(Condition::compile("xyzzy").unwrap_err().source().is_none());
    let condition = Condition::compile("[true][1]").unwrap();
    let error = condition.evaluate(&Experiment::fresh()).unwrap_err();
    assert!(error.source().is_none());
    assert_eq!(error.hint(), None);
    assert_eq!(error.position.to_string(), "1:7");
}

#[test]
fn a_subject_of_the_wrong_shape_is_an_error() {
    let wrong = Experiment { insights: "not an object".into() };
    let conditions = [
        "Result.Insights.NumVersions == 1",
        "Result.Insights['NumVersions'] == 1",
        "len(Result.Insights.SLOs.Upper) == 1",
        "'NumVersions' in Result.Insights",
    ];
    for condition in conditions {
        let condition = Condition::compile(condition).unwrap();
        assert!(condition.evaluate(&wrong).is_err(), "{condition}");
    }
}
