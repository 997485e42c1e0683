//! The examples of the specification of the text report, to the byte.

use iter8_model::insights::{Insights, Observation};
use iter8_model::metric::{MetricKind, MetricMeta};
use iter8_model::slo::Slos;
use iter8_model::task::TaskKind;
use iter8_report::{Context, Format, Report, render};

use crate::experiments::{self, context, slo};

fn text(experiment: &iter8_model::experiment::Experiment) -> Report {
    render(experiment, &context(), Format::Text)
}

/// Line ends are written out, so that no editor can strip the spaces before them.
fn check(actual: &str, expected: &[&str]) {
    assert_eq!(actual, expected.join("\n") + "\n");
}

#[test]
fn two_versions() {
    let report = text(&experiments::two_versions());
    assert!(report.warnings.is_empty());
    check(
        &report.text,
        &[
            "",
            "Experiment summary:",
            "*******************",
            "",
            "  Experiment completed: true",
            "  No task failures: true",
            "  Total number of tasks: 2",
            "  Number of completed tasks: 2",
            "  Number of completed loops: 1",
            "",
            "Whether or not service level objectives (SLOs) are satisfied:",
            "*************************************************************",
            "",
            "  SLO Conditions               | default (v1) | candidate (v2)",
            "  --------------               | ---------    | ---------",
            "  grpc/latency/p50 (msec) <= 3 | true         | true",
            "  abn/m/mean <= 1e+06          | true         | true",
            "  0.5 <= p/c                   | true         | false",
            "  ",
            "",
            "Latest observed values for metrics:",
            "***********************************",
            "",
            "  Metric                  | default (v1) | candidate (v2)",
            "  -------                 | -----        | -----",
            "  abn/m/count             | 2.00         | 1.00",
            "  abn/m/max               | 20.00        | 5.00",
            "  abn/m/mean              | 15.00        | 5.00",
            "  abn/m/min               | 10.00        | 5.00",
            "  abn/m/stddev            | 7.07         | NaN",
            "  grpc/latency/p50 (msec) | 2.00         | 2.00",
            "  p/c                     | 1234567.89   | unavailable",
            "  ",
            "",
        ],
    );
}

#[test]
fn one_version() {
    let mut insights = Insights::default();
    insights.ensure_versions(1).unwrap();
    let meta = MetricMeta::new(MetricKind::Gauge, "latency").in_units("msec");
    insights.record(0, "http/latency-p99.90", &meta, Observation::Number(3.096)).unwrap();
    let upper = vec![slo("http/latency-p99.90", 1000.0)];
    experiments::assess(&mut insights, Slos { upper, lower: vec![] });
    let experiment = experiments::experiment(&[TaskKind::Http, TaskKind::Assess], Some(insights));
    let report = text(&experiment).text;
    let tables: Vec<&str> = report.lines().filter(|line| line.starts_with("  ")).skip(5).collect();
    assert_eq!(
        tables,
        [
            "  SLO Conditions                    | Satisfied",
            "  --------------                    | ---------",
            "  http/latency-p99.9 (msec) <= 1000 | true",
            "  ",
            "  Metric                    | value",
            "  -------                   | -----",
            "  http/latency-p99.9 (msec) | 3.10",
            "  ",
        ]
    );
}

#[test]
fn nothing_measured() {
    check(
        &text(&experiments::no_insights()).text,
        &[
            "",
            "Experiment summary:",
            "*******************",
            "",
            "  Experiment completed: false",
            "  No task failures: true",
            "  Total number of tasks: 3",
            "  Number of completed tasks: 1",
            "  Number of completed loops: 1",
            "",
            "Metrics-based Insights:",
            "***********************",
            "",
            "  Insights not found in experiment results. You may need to retry this report at a \
             later time.",
            "",
        ],
    );
}

#[test]
fn no_objectives_no_section() {
    let report = text(&experiments::no_slos()).text;
    assert!(!report.contains("SLO"));
    assert!(report.contains("\n\nLatest observed values for metrics:\n"));
}

#[test]
fn unknown_metrics_are_dropped_from_both_tables_with_a_warning() {
    let report = text(&experiments::one_version());
    assert!(!report.text.contains("p42"));
    assert_eq!(report.warnings, ["metric http/latency-p42 of an objective is unknown"]);
    let hostile = text(&experiments::hostile());
    assert_eq!(
        hostile.warnings,
        ["\"<script>\" is not a metric name; expected provider/metric or \
          provider/metric/aggregation"]
    );
}

#[test]
fn samples_are_an_option() {
    let context = Context { show_samples: true, ..context() };
    let report = render(&experiments::two_versions(), &context, Format::Text).text;
    let names: Vec<&str> = report
        .lines()
        .filter_map(|line| line.trim().strip_prefix("grpc/latency/")?.split_once('|'))
        .filter_map(|(label, _)| label.trim().strip_suffix(" (msec)"))
        .collect();
    assert_eq!(names, ["max", "mean", "min", "p50", "p75", "p90", "p95", "p99", "p99.9", "stddev"]);
}

#[test]
fn control_characters_do_not_break_lines() {
    let report = text(&experiments::hostile()).text;
    assert!(report.contains("p/<script> (<b>|\u{fffd}`)"));
}
