//! Conditions against a small experiment with insights, and against one without.

use jiff::Timestamp;
use jiff::tz::Offset;

use super::{Condition, Subject, Value};

mod builtins;
mod documents;
mod limits;
mod operators;
mod paths;
mod properties;
mod reference;
mod rejections;
mod syntax;

/// An experiment in its tenth loop, with three tasks, two of them finished.
struct Experiment {
    insights: Value,
}

impl Experiment {
    fn measured() -> Self {
        let latency = || Value::object([("http/latency-mean", vec![60.0, 42.5].into())]);
        let bucket =
            Value::object([("Lower", 1.0.into()), ("Upper", 2.5.into()), ("Count", Value::Int(7))]);
        let limit = Value::object([("Metric", "http/latency-mean".into()), ("Limit", 50.0.into())]);
        let version = Value::object([("Version", "v1".into()), ("Track", "candidate".into())]);
        let slos = [("Upper", vec![limit].into()), ("Lower", Value::Nil)];
        let satisfied = [("Upper", vec![vec![true, false]].into()), ("Lower", Value::Nil)];
        let insights = Value::object([
            ("NumVersions", Value::Int(2)),
            ("VersionNames", vec![version, Value::Nil].into()),
            ("MetricsInfo", Value::object([("http/latency-mean", meta())])),
            ("NonHistMetricValues", vec![latency(), latency()].into()),
            (
                "HistMetricValues",
                vec![Value::object([("http/latency", vec![bucket].into())])].into(),
            ),
            (
                "SummaryMetricValues",
                vec![Value::object([("abn/users", vec![2.0, 30.0].into())])].into(),
            ),
            ("SLOs", Value::object(slos)),
            ("SLOsSatisfied", Value::object(satisfied)),
        ]);
        Self { insights }
    }

    fn fresh() -> Self {
        Self { insights: Value::Nil }
    }
}

fn meta() -> Value {
    Value::object([
        ("Description", "mean of observed latency values".into()),
        ("Units", "msec".into()),
        ("Type", "Gauge".into()),
    ])
}

impl Subject for Experiment {
    fn slos(&self) -> bool {
        self.insights != Value::Nil
    }

    fn completed(&self) -> bool {
        false
    }

    fn no_failure(&self) -> bool {
        true
    }

    fn spec(&self) -> Value {
        vec![Value::object([("task", "http".into())]), Value::Nil, 3.into()].into()
    }

    fn result(&self) -> Value {
        // A Monday, 15:30:45 in a zone two hours east of UTC.
        let start: Timestamp = "2023-05-15T13:30:45.5Z".parse().unwrap();
        Value::object([
            ("Revision", Value::Int(3)),
            ("StartTime", Value::Time(start, Offset::constant(2))),
            ("NumLoops", Value::Int(10)),
            ("NumCompletedTasks", Value::Int(2)),
            ("Failure", Value::Bool(false)),
            ("Iter8Version", "v0.13".into()),
            ("Insights", self.insights.clone()),
        ])
    }

    fn scalar_metric_value(&self, version: i64, name: &str) -> Option<f64> {
        (version == 0 && name == "http/latency-mean").then_some(42.5)
    }

    fn track_version(&self, version: i64) -> Option<String> {
        (version == 0).then(|| "candidate (v1)".to_owned())
    }

    fn metric_info(&self, name: &str) -> Value {
        if name == "http/latency-mean" { meta() } else { Value::Nil }
    }
}

/// The answer of a condition or its error, of whichever stage, with the hint after a dash.
fn answer_of(source: &str, experiment: &Experiment) -> Result<bool, String> {
    let told = |error: String, hint: Option<&str>| match hint {
        Some(hint) => format!("{error} - {hint}"),
        None => error,
    };
    let condition = Condition::compile(source)
        .map_err(|error| told(format!("compile: {error}"), error.hint()))?;
    condition.evaluate(experiment).map_err(|error| told(format!("evaluate: {error}"), error.hint()))
}

fn answer(source: &str) -> Result<bool, String> {
    answer_of(source, &Experiment::measured())
}

/// Each condition holds.
#[track_caller]
fn all_hold(conditions: &[&str]) {
    for condition in conditions {
        assert_eq!(answer(condition), Ok(true), "{condition}");
    }
}

/// Each condition fails with its message.
#[track_caller]
fn all_fail(cases: &[(&str, &str)]) {
    for (condition, message) in cases {
        assert_eq!(answer(condition), Err((*message).to_owned()), "{condition}");
    }
}
