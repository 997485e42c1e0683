//! What is shown, and in which words.

use iter8_model::experiment::ExperimentResult;
use iter8_model::insights::Observation;
use iter8_model::metric::{MetricKind, MetricMeta};
use iter8_model::slo::{Bound, Slo, Slos, SlosSatisfied};
use iter8_model::task::{TaskKind, TaskSpec};

use super::*;

/// An experiment with one value per version of the metric `a/b`, at most 50, judged as told.
fn view(values: &[Option<f64>], satisfied: Option<&[bool]>, failure: bool) -> View {
    let mut insights = Insights::default();
    insights.ensure_versions(values.len()).unwrap();
    let meta = MetricMeta::new(MetricKind::Gauge, "b").in_units("msec");
    insights.metrics.insert("a/b".to_owned(), meta.clone());
    for (version, value) in values.iter().enumerate() {
        if let Some(value) = value {
            insights.record(version, "a/b", &meta, Observation::Number(*value)).unwrap();
        }
    }
    let upper = vec![Slo { metric: "a/b".to_owned(), limit: 50.0 }];
    insights.slos = Some(Slos { upper, lower: vec![] });
    insights.slos_satisfied =
        satisfied.map(|row| SlosSatisfied { upper: vec![row.to_vec()], lower: vec![] });
    view_of(Some(insights), failure)
}

fn view_of(insights: Option<Insights>, failure: bool) -> View {
    let result = ExperimentResult { insights, failure, ..ExperimentResult::default() };
    View::new(&Experiment { spec: vec![TaskSpec::new(TaskKind::Http)], result: Some(result) })
}

/// An experiment whose only measurement cannot be relied on.
fn doubtful(satisfied: bool, failure: bool) -> View {
    doubted("a", satisfied, failure)
}

fn doubted(provider: &str, satisfied: bool, failure: bool) -> View {
    let mut insights = Insights::default();
    insights.ensure_versions(1).unwrap();
    let upper = vec![Slo { metric: "a/b".to_owned(), limit: 50.0 }];
    insights.slos = Some(Slos { upper, lower: vec![] });
    let satisfied = SlosSatisfied { upper: vec![vec![satisfied]], lower: vec![] };
    insights.slos_satisfied = Some(satisfied);
    insights.set_doubts(provider, vec!["it slept".to_owned(), "it dreamt".to_owned()]);
    view_of(Some(insights), failure)
}

#[test]
fn only_objectives_on_what_is_unreliable_are_inconclusive() {
    let view = doubtful(true, false);
    let rows = view.slos.as_ref().unwrap();
    let doubt = view.doubt(&rows[0]).map(Doubt::sentence);
    assert_eq!(doubt.as_deref(), Some("a is unreliable: it slept; it dreamt"));
    let other = doubted("other", true, false);
    assert_eq!(other.verdict, Verdict::Satisfied);
    assert_eq!(other.doubt(&rows[0]), None);
    assert_eq!(doubted("other", false, false).verdict, Verdict::NotSatisfied);
}

#[test]
fn headlines() {
    let yes = || view(&[Some(1.0)], Some(&[true]), false);
    let measured = Insights { slos: None, ..Insights::default() };
    let cases = [
        (yes(), "SLOs are satisfied", Some(true)),
        (view(&[Some(60.0)], Some(&[false]), false), "SLOs are not satisfied", Some(false)),
        (view(&[Some(1.0)], None, false), "SLOs have not been assessed", None),
        (view_of(Some(measured), false), "No SLOs to assess", None),
        (view_of(None, false), "No results yet", None),
        (view_of(None, true), "A task has failed", Some(false)),
        (
            view(&[Some(1.0)], Some(&[true]), true),
            "SLOs are satisfied, but a task has failed",
            Some(false),
        ),
        (
            view(&[Some(60.0)], Some(&[false]), true),
            "SLOs are not satisfied, and a task has failed",
            Some(false),
        ),
        (doubtful(true, false), "SLOs are inconclusive", None),
        (doubtful(false, false), "SLOs are inconclusive", None),
        (doubtful(true, true), "SLOs are inconclusive, and a task has failed", Some(false)),
    ];
    for (view, headline, is_good) in cases {
        assert_eq!(view.headline(), headline);
        assert_eq!(view.is_good(), is_good, "{headline}");
    }
}

#[test]
fn tallies() {
    let cases: [(View, Option<&str>); 6] = [
        (view(&[Some(1.0)], Some(&[true]), false), Some("1 of 1 check is satisfied")),
        (
            view(&[Some(1.0), Some(60.0)], Some(&[true, false]), false),
            Some("1 of 2 checks is satisfied"),
        ),
        (
            view(&[None, None], Some(&[false, false]), false),
            Some("0 of 2 checks are satisfied, 2 have no value"),
        ),
        (view(&[None], Some(&[false]), false), Some("0 of 1 check is satisfied, 1 has no value")),
        (view(&[Some(1.0)], None, false), None),
        (view_of(None, false), None),
    ];
    for (view, tally) in cases {
        assert_eq!(view.tally().as_deref(), tally);
    }
}

#[test]
fn one_missing_judgement_leaves_the_verdict_open_unless_another_fails() {
    let verdict = |row: &[bool]| view(&[Some(1.0), Some(1.0)], Some(row), false).verdict;
    assert_eq!(verdict(&[true]), Verdict::NotAssessed);
    assert_eq!(verdict(&[false]), Verdict::NotSatisfied);
    assert_eq!(verdict(&[true, true]), Verdict::Satisfied);
}

#[test]
fn experiments_without_a_result_are_shown() {
    let spec = vec![TaskSpec::new(TaskKind::Http)];
    let view = View::new(&Experiment { spec, result: None });
    assert_eq!(
        view.summary.sentences(),
        "Experiment has not completed. Experiment has no failures. 0 out of 1 tasks are \
         complete. 0 loops have completed."
    );
    assert!(!view.has_insights && view.versions.is_empty() && view.metrics.is_empty());
}

fn row(bound: Bound, limit: f64) -> SloRow {
    let meta = MetricMeta::new(MetricKind::Gauge, "latency").in_units("msec");
    SloRow { metric: "a/b".to_owned(), meta: Some(meta), bound, limit, checks: vec![] }
}

#[test]
fn objectives_in_words() {
    let upper = row(Bound::Upper, 1e6);
    assert_eq!(upper.condition("<="), "a/b (msec) <= 1e+06");
    assert_eq!(row(Bound::Lower, 0.5).condition("≤"), "0.5 ≤ a/b (msec)");
    let check = |value| Check { satisfied: Some(false), value };
    let comparison = |row: SloRow, value| row.comparison(&check(value));
    assert_eq!(comparison(row(Bound::Upper, 50.0), Some(61.2)), "a/b (msec) = 61.20, limit <= 50");
    assert_eq!(comparison(row(Bound::Lower, 0.5), Some(0.25)), "a/b (msec) = 0.25, limit >= 0.5");
    for missing in [None, Some(f64::NAN)] {
        assert_eq!(
            comparison(row(Bound::Upper, 50.0), missing),
            "a/b (msec) is unavailable, limit <= 50"
        );
    }
}

#[test]
fn values_beside_limits_keep_the_digits_that_matter() {
    let cases = [
        (50.0, Some(61.2), "61.20"),
        (50.0, Some(50.004), "50.004"),
        (50.0, Some(50.0), "50.00"),
        (0.01, Some(0.002), "0.002"),
        (0.01, Some(0.012_345_678), "0.0123"),
        (0.01, Some(0.0), "0.00"),
        (1.0, Some(-0.000_012_345), "-1.23e-05"),
        (1.0, None, "unavailable"),
        (1.0, Some(f64::NAN), "NaN"),
    ];
    for (limit, value, expected) in cases {
        let check = Check { satisfied: None, value };
        assert_eq!(row(Bound::Upper, limit).cell(&check), expected);
    }
}

#[test]
fn outcomes() {
    let cases = [
        (None, Some(1.0), Outcome::NotAssessed),
        (Some(true), Some(1.0), Outcome::Satisfied),
        // A document of Iter8 0.13 can say so: there NaN satisfies everything.
        (Some(true), None, Outcome::Satisfied),
        (Some(false), Some(1.0), Outcome::Violated),
        (Some(false), None, Outcome::Unavailable),
        (Some(false), Some(f64::NAN), Outcome::Unavailable),
    ];
    for (satisfied, value, expected) in cases {
        assert_eq!(Check { satisfied, value }.outcome(), expected, "{satisfied:?} {value:?}");
    }
}

#[test]
fn labels() {
    assert_eq!(label("a/b", Some("msec")), "a/b (msec)");
    assert_eq!(label("a/b", Some("")), "a/b");
    assert_eq!(label("a/b", None), "a/b");
}

#[test]
fn columns_are_named_only_if_there_are_several() {
    assert_eq!(view(&[None], None, false).columns("value"), ["value"]);
    assert_eq!(view(&[None, None], None, false).columns("value"), ["version 0", "version 1"]);
    assert_eq!(view_of(None, false).columns("value"), [""; 0]);
}
