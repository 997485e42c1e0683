//! A measurement as metrics, number by number.

use iter8_load::{Failure, Outcome, Recorder, Verdict};
use iter8_model::task::catalogue::{GRPC, HTTP};

use super::*;
use crate::load::{measurement, outcome};

/// One millisecond in nanoseconds.
const MS: u64 = 1_000_000;

fn recorded(recorder: Recorder, percentiles: &[f64]) -> Insights {
    recorded_as(&HTTP, recorder, None, percentiles)
}

fn recorded_as(
    entry: &TaskEntry,
    recorder: Recorder,
    messages: Option<Messages>,
    percentiles: &[f64],
) -> Insights {
    let mut insights = Insights::default();
    let measured = Measured { measurement: measurement(recorder), messages };
    record(&mut insights, entry, &format!("{}-a", entry.name), &measured, percentiles).unwrap();
    insights
}

fn value(insights: &Insights, name: &str) -> Option<f64> {
    insights.value(0, &format!("http-a/{name}").parse().unwrap())
}

#[test]
fn every_number() {
    let mut recorder = Recorder::new();
    recorder.record_connect(3 * MS);
    recorder.record(&outcome(0, 0, 10 * MS, Verdict::Status(200)));
    recorder.record(&outcome(10 * MS, 12 * MS, 30 * MS, Verdict::Status(503)));
    let slow = outcome(20 * MS, 21 * MS, 50 * MS, Verdict::Failed(Failure::Timeout));
    recorder.record(&Outcome { connect: Some(MS), ..slow });
    recorder.record(&outcome(30 * MS, 30 * MS, 40 * MS, Verdict::Status(399)));
    recorder.record_unsent(5 * MS);
    let insights = recorded(recorder, &[50.0, 100.0]);
    let cases = [
        ("request-count", 4.0),
        ("error-count", 2.0),
        ("error-rate", 0.5),
        // From the intended start, with the request that was never sent: 5, 10, 10, 20, 30.
        ("latency-mean", 15.0),
        ("latency-stddev", 80_f64.sqrt()),
        ("latency-min", 5.0),
        ("latency-max", 30.0),
        ("latency-p100", 30.0),
        // From the real start, of those that were sent: 10, 10, 18, 29.
        ("service-time-mean", 16.75),
        ("service-time-max", 29.0),
        ("connect-count", 2.0),
        ("connect-time-mean", 2.0),
        ("connect-time-max", 3.0),
        ("throughput", 80.0),
        ("bytes", 400.0),
        ("late-count", 1.0),
        ("unsent-count", 1.0),
    ];
    for (name, expected) in cases {
        let value = value(&insights, name).unwrap();
        assert!((value - expected).abs() < 1e-5, "{name}: {value}, not {expected}");
    }
    let median = value(&insights, "latency-p50").unwrap();
    assert!((median - 10.0).abs() <= 10.0 * 0.001, "{median}");
}

#[test]
fn of_nothing_there_are_only_counts() {
    let insights = recorded(Recorder::new(), &[50.0]);
    for name in ["request-count", "error-count", "connect-count", "bytes", "late-count"] {
        assert_eq!(value(&insights, name), Some(0.0), "{name}");
    }
    for name in ["error-rate", "latency-mean", "latency-p50", "throughput", "connect-time-max"] {
        assert_eq!(value(&insights, name), None, "{name}");
        assert!(!insights.metrics.contains_key(&format!("http-a/{name}")), "{name}");
    }
    assert!(insights.versions[0].histograms["http-a/latency"].is_empty());
}

#[test]
fn latency_buckets_are_on_a_fixed_grid() {
    let mut recorder = Recorder::new();
    for latency in [MS, 10 * MS, 10 * MS + 1, 1_000 * MS] {
        recorder.record(&outcome(0, 0, latency, Verdict::Status(200)));
    }
    let insights = recorded(recorder, &[]);
    let buckets = &insights.versions[0].histograms["http-a/latency"];
    let counts: Vec<u64> = buckets.iter().map(|bucket| bucket.count).collect();
    assert_eq!(counts, [1, 2, 1]);
    for bucket in buckets {
        // 32 steps per power of two, in whole nanoseconds.
        let (lower, upper) = (bucket.lower * 1e6, bucket.upper * 1e6);
        let step = 2_f64.powf((lower * 1.000_001).log2().floor()) / 32.0;
        assert!((upper - lower - step).abs() < 1e-3, "{bucket:?}");
        assert!((lower / step - (lower / step).round()).abs() < 1e-6, "{bucket:?}");
    }
}

#[test]
fn every_metric_of_the_catalogue_is_recorded() {
    for entry in [&HTTP, &GRPC] {
        let mut recorder = Recorder::new();
        recorder.record_connect(MS);
        recorder.record(&outcome(0, 0, MS, Verdict::Status(200)));
        let mut gaps = Histogram::new();
        gaps.record(3 * MS);
        let messages = (entry.name == "grpc").then_some(Messages { count: 2, gaps });
        let insights = recorded_as(entry, recorder, messages, &[50.0]);
        for metric in entry.metrics {
            let name = format!("{}-a/{}", entry.name, metric.name.replace("pX", "p50"));
            let meta = insights.metrics.get(&name).unwrap_or_else(|| panic!("no {name}"));
            assert_eq!(meta.description, metric.description.replace('X', "50"));
        }
        assert_eq!(insights.metrics.len(), entry.metrics.len());
    }
}
