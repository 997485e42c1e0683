//! Recording rules of the metric model, and look-ups by name.

use super::*;

fn counter() -> MetricMeta {
    MetricMeta::new(MetricKind::Counter, "things")
}

fn with_versions(count: usize) -> Insights {
    let mut insights = Insights::default();
    insights.ensure_versions(count).unwrap();
    insights
}

fn value(insights: &Insights, version: usize, name: &str) -> Option<f64> {
    insights.value(version, &name.parse().unwrap())
}

#[test]
fn first_task_fixes_the_number_of_versions() {
    let mut insights = with_versions(2);
    assert_eq!(insights.ensure_versions(2), Ok(()));
    let error = insights.ensure_versions(1).unwrap_err();
    assert_eq!(error.to_string(), "inconsistent number for app versions; old (2); new (1)");
}

#[test]
fn versions_may_lack_metrics() {
    let mut insights = with_versions(2);
    insights.record(1, "p/c", &counter(), Observation::Number(1.0)).unwrap();
    insights.record(0, "p/d", &counter(), Observation::Number(2.0)).unwrap();
    assert_eq!(value(&insights, 0, "p/c"), None);
    assert_eq!(value(&insights, 1, "p/c"), Some(1.0));
}

#[test]
fn newest_number_counts_and_the_list_is_bounded() {
    let mut insights = with_versions(1);
    for number in 0..=VALUES_KEPT {
        insights.record(0, "p/c", &counter(), Observation::Number(number as f64)).unwrap();
    }
    assert_eq!(value(&insights, 0, "p/c"), Some(VALUES_KEPT as f64));
    let kept = &insights.versions[0].numbers["p/c"];
    assert_eq!((kept.len(), kept[0]), (VALUES_KEPT, 1.0));
}

/// A number of an earlier loop says nothing about one in which the store had none.
#[test]
fn a_failed_query_leaves_the_metric_without_a_value() {
    let mut insights = with_versions(2);
    let failed = QueryStatus::failed(QueryOutcome::Timeout, "10s");
    for version in 0..2 {
        insights.record(version, "p/latency-p50", &counter(), Observation::Number(1.0)).unwrap();
    }
    insights.note_query(0, "p/latency-p50.0", failed).unwrap();
    insights.note_query(1, "p/latency-p50", QueryStatus::VALUE).unwrap();
    assert_eq!(value(&insights, 0, "p/latency-p50"), None);
    assert_eq!(value(&insights, 1, "p/latency-p50"), Some(1.0));
    assert_eq!(insights.versions[0].newest("p/latency-p50"), None);
    // The next loop begins without knowing.
    insights.forget_queries();
    assert_eq!(value(&insights, 0, "p/latency-p50"), Some(1.0));
    assert_eq!(insights.versions[0].newest("p/other"), None);
}

#[test]
fn metadata_must_not_change() {
    let mut insights = with_versions(1);
    insights.record(0, "p/c", &counter(), Observation::Number(1.0)).unwrap();
    let renamed = MetricMeta::new(MetricKind::Counter, "other things");
    let error = insights.record(0, "p/c", &renamed, Observation::Number(1.0)).unwrap_err();
    assert_eq!(error.to_string(), "old and new metric meta for p/c differ");
    let gauge = MetricMeta::new(MetricKind::Gauge, "things");
    let error = insights.record(0, "p/c", &gauge, Observation::Number(1.0)).unwrap_err();
    assert_eq!(error.to_string(), "metric value and type are incompatible; p/c is of type Counter");
}

#[test]
fn shape_must_fit_the_type() {
    let summary = Summary { count: 1.0, sum: 1.0, min: 1.0, max: 1.0, sum_of_squares: 1.0 };
    let shapes = [
        (MetricKind::Counter, Observation::Sample(vec![1.0])),
        (MetricKind::Gauge, Observation::Buckets(vec![])),
        (MetricKind::Sample, Observation::Number(1.0)),
        (MetricKind::Histogram, Observation::Summary(summary)),
        (MetricKind::Summary, Observation::Number(1.0)),
    ];
    for (kind, observation) in shapes {
        let meta = MetricMeta::new(kind, "");
        let error = with_versions(1).record(0, "p/m", &meta, observation).unwrap_err();
        assert!(matches!(error, RecordError::Incompatible { .. }), "{kind}");
    }
}

#[test]
fn what_is_not_finite_is_refused_at_the_door() {
    let mut insights = with_versions(1);
    for number in [f64::NAN, f64::INFINITY] {
        let error = insights.record(0, "p/c", &counter(), Observation::Number(number)).unwrap_err();
        assert_eq!(error, RecordError::NotFinite("p/c".to_owned()));
    }
    assert!(insights.metrics.is_empty());
}

#[test]
fn histograms_merge_by_edge() {
    let bucket = |lower, upper, count| Bucket { lower, upper, count };
    let mut insights = with_versions(1);
    let meta = MetricMeta::new(MetricKind::Histogram, "Latency Histogram");
    let first = vec![bucket(1.0, 2.0, 3), bucket(4.0, 5.0, 1)];
    let second = vec![bucket(0.0, 1.0, 7), bucket(1.0, 2.0, 2)];
    for buckets in [first, second] {
        insights.record(0, "http/latency", &meta, Observation::Buckets(buckets)).unwrap();
    }
    let expected = [bucket(0.0, 1.0, 7), bucket(1.0, 2.0, 5), bucket(4.0, 5.0, 1)];
    assert_eq!(insights.versions[0].histograms["http/latency"], expected);
    assert_eq!(value(&insights, 0, "http/latency/mean"), None);
}

#[test]
fn names_are_normalised_on_both_sides() {
    let mut insights = with_versions(1);
    let meta = MetricMeta::new(MetricKind::Gauge, "");
    insights.record(0, "http-a/latency-p50.0", &meta, Observation::Number(3.0)).unwrap();
    assert_eq!(value(&insights, 0, "http-a/latency-p50.00"), Some(3.0));
}

#[test]
fn look_ups_need_the_right_number_of_parts() {
    let mut insights = with_versions(1);
    insights.record(0, "p/c", &counter(), Observation::Number(3.0)).unwrap();
    let sample = MetricMeta::new(MetricKind::Sample, "");
    insights.record(0, "p/s", &sample, Observation::Sample(vec![3.0])).unwrap();
    for (name, expected) in [
        ("p/c", Some(3.0)),
        ("p/c/mean", None),
        ("p/s", None),
        ("p/s/mean", Some(3.0)),
        ("p/s/count", Some(1.0)),
        ("p/s/maen", None),
        ("p/unknown", None),
    ] {
        assert_eq!(value(&insights, 0, name), expected, "{name}");
    }
    assert_eq!(value(&insights, 1, "p/c"), None);
}

/// Iter8 0.13 keeps the latencies of grpc as a sample, and names aggregates of it.
#[test]
fn aggregates_of_histograms_are_the_numbers_beside_them() {
    let mut insights = with_versions(1);
    let meta = |kind| MetricMeta::new(kind, "d").in_units("msec");
    let bucket = |upper, count| Bucket { lower: 0.0, upper, count };
    let buckets = Observation::Buckets(vec![bucket(1.0, 2), bucket(2.0, 3)]);
    insights.record(0, "grpc/latency", &meta(MetricKind::Histogram), buckets).unwrap();
    for (name, value) in [("grpc/latency-mean", 1.5), ("grpc/latency-p97.5", 1.9)] {
        insights.record(0, name, &meta(MetricKind::Gauge), Observation::Number(value)).unwrap();
    }
    let value = |name: &str| insights.value(0, &name.parse().unwrap());
    assert_eq!(value("grpc/latency/mean"), Some(1.5));
    assert_eq!(value("grpc/latency/p97.50"), Some(1.9));
    assert_eq!(value("grpc/latency/count"), Some(5.0));
    for name in ["grpc/latency", "grpc/latency/max", "grpc/latency/maen", "grpc/other/mean"] {
        assert_eq!(value(name), None, "{name}");
    }
}

#[test]
fn metadata_of_aggregates() {
    let mut insights = with_versions(1);
    let meta = MetricMeta::new(MetricKind::Sample, "gRPC Latency Sample").in_units("msec");
    insights.record(0, "grpc/latency", &meta, Observation::Sample(vec![1.0])).unwrap();
    let of = |name: &str| insights.meta(&name.parse().unwrap());
    for (name, kind, description) in [
        ("grpc/latency/count", MetricKind::Counter, "count value of grpc/latency"),
        ("grpc/latency/mean", MetricKind::Gauge, "mean value of grpc/latency"),
        ("grpc/latency/p97.50", MetricKind::Gauge, "97.5-th percentile value of grpc/latency"),
    ] {
        assert_eq!(of(name), Some(MetricMeta::new(kind, description).in_units("msec")));
    }
    assert_eq!(of("grpc/latency"), Some(meta));
    assert_eq!((of("grpc/latency/maen"), of("p/q")), (None, None));
}

#[test]
fn labels_of_versions() {
    let mut insights = with_versions(4);
    let name = |track: &str, version: &str| {
        Some(VersionName { track: track.to_owned(), version: version.to_owned() })
    };
    insights.versions[0].name = name("default", "v1");
    insights.versions[1].name = name("candidate", "");
    insights.versions[2].name = name("", "v3");
    let labels: Vec<_> = (0..5).map(|index| insights.version_label(index)).collect();
    assert_eq!(labels, ["default (v1)", "candidate", "v3", "version 3", "version 4"]);
}

#[test]
fn doubts_are_those_of_the_newest_measurement() {
    let mut insights = with_versions(1);
    let doubts = |insights: &Insights, metric: &str| insights.doubts(metric).join(", ");
    insights.set_doubts("http", vec!["slow".to_owned(), "throttled".to_owned()]);
    insights.set_doubts("http-a", vec!["tired".to_owned()]);
    assert_eq!(doubts(&insights, "http/latency-p99"), "slow, throttled");
    assert_eq!(doubts(&insights, "http-a/latency-p99.90"), "tired");
    for metric in ["grpc/latency-p99", "http", ""] {
        assert_eq!(doubts(&insights, metric), "");
    }
    insights.set_doubts("http", Vec::new());
    assert_eq!(doubts(&insights, "http/latency-p99"), "");
    assert_eq!(insights.unreliable.len(), 1);
}
