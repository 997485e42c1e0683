//! Conditions as documents of Iter8 0.13 have them.

use super::{Experiment, answer, answer_of};
use crate::condition::Condition;

#[test]
fn usual_conditions() {
    let cases = [
        ("SLOs()", true),
        ("not SLOs()", false),
        ("Completed()", false),
        ("NoFailure()", true),
        ("Result.NumLoops == 10", true),
        ("Result.NumLoops % 5 == 0", true),
        ("Result.NumLoops in 0..3", false),
        ("len(Spec) == 3 and not Result.Failure", true),
        ("Result.Insights == nil or SLOs()", true),
        (r#"Result.Insights.NonHistMetricValues[0]["http/latency-mean"][0] < 50"#, false),
        (r#"Result.Insights.NonHistMetricValues[0]["http/latency-mean"][-1] < 50"#, true),
        ("Result.Insights.SLOsSatisfied.Upper[0][0]", true),
        (r#""http/latency-mean" in Result.Insights.MetricsInfo"#, true),
        ("all(Result.Insights.SLOsSatisfied.Upper, {#[0]})", true),
        ("all(Result.Insights.SLOsSatisfied.Upper, {#[1]})", false),
        (r#"Result.Iter8Version startsWith "v0""#, true),
        ("Result.StartTime.Year() > 2000", true),
        // A pointer in 0.13, which nothing could be compared with.
        (r#"Result.Insights.ScalarMetricValue(0, "http/latency-mean") < 500"#, true),
        ("Result.Insights.NumVersions == 1", false),
    ];
    for (condition, expected) in cases {
        assert_eq!(answer(condition), Ok(expected), "{condition}");
    }
}

#[test]
fn conditions_that_cannot_be() {
    let cases = [
        ("NumLoops == 1", "compile: unknown name NumLoops (1:1) - did you mean `Result.NumLoops`?"),
        (
            "result.numLoops == 1",
            "compile: unknown name result (1:1) - \
             names are case-sensitive: did you mean `Result`?",
        ),
        (
            "GetRevision() == 1",
            "compile: unknown name GetRevision (1:1) - \
             did you mean `Result.Revision`?",
        ),
        ("Result.NumLoops", "compile: expected bool, but got int (1:1) - compare it with a number"),
    ];
    for (condition, message) in cases {
        assert_eq!(answer(condition), Err(message.to_owned()), "{condition}");
    }
}

#[test]
fn an_experiment_without_insights() {
    let fresh = |condition| answer_of(condition, &Experiment::fresh());
    assert_eq!(fresh("Result.Insights == nil or SLOs()"), Ok(true));
    assert_eq!(fresh("Result.Insights?.NumVersions == 1"), Ok(false));
    assert_eq!(fresh("(Result.Insights?.NumVersions ?? 0) == 0"), Ok(true));
    assert_eq!(fresh("Result.Insights?.SLOs.Upper[0].Metric == nil"), Ok(true));
    assert_eq!(fresh(r#"Result.Insights?.ScalarMetricValue(0, "m") == nil"#), Ok(true));
    assert_eq!(fresh(r#""m" in Result.Insights?.MetricsInfo"#), Ok(false));
    let nil = "`?.` passes nil on and `??` replaces it";
    assert_eq!(
        fresh("Result.Insights.NumVersions == 1"),
        Err(format!("evaluate: cannot fetch NumVersions from nil (1:17) - {nil}"))
    );
    assert_eq!(
        fresh(r#"Result.Insights.ScalarMetricValue(0, "m") == nil"#),
        Err(format!("evaluate: cannot fetch ScalarMetricValue from nil (1:17) - {nil}"))
    );
    assert_eq!(
        fresh("Result.Insights?.NumVersions > 1"),
        Err("evaluate: invalid operation: > (mismatched types nil and int) (1:30) - \
             a value is missing; `??` gives it a default"
            .to_owned())
    );
}

#[test]
fn a_condition_prints_and_compares_as_its_source() {
    let source = " SLOs()  // as before";
    let condition = Condition::compile(source).unwrap();
    assert_eq!(condition.source(), source);
    assert_eq!(condition.to_string(), source);
    assert_eq!(condition.clone(), source.parse().unwrap());
    assert_ne!(condition, Condition::compile("SLOs()").unwrap());
}
