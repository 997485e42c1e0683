//! Objectives against results of earlier tasks.

use serde_json::{Value, json};

use crate::tests::Bench;

/// Two versions with a gauge, a sample and a summary.
fn measured() -> Value {
    json!({"insights": {
        "numVersions": 2,
        "metricsInfo": {
            "http/latency-p99.9": {"description": "", "type": "Gauge"},
            "p/g": {"description": "", "type": "Gauge"},
            "grpc/latency": {"description": "", "type": "Sample"},
            "abn/m": {"description": "", "type": "Summary"},
        },
        "nonHistMetricValues": [
            {"http/latency-p99.9": [99, 50], "p/g": [1], "grpc/latency": [1, 2, 3, 4]},
            {"grpc/latency": []},
        ],
        "histMetricValues": [{}, {}],
        // The standard deviation of a single observation is no number.
        "SummaryMetricValues": [{"abn/m": [2, 30, 10, 20, 500]}, {"abn/m": [1, 5, 5, 5, 25]}],
    }})
}

fn assess(slos: Value) -> Value {
    let mut spec = json!([{"task": "assess"}]);
    spec[0]["with"]["SLOs"] = slos;
    spec
}

fn slo(metric: &str, limit: f64) -> Value {
    json!({"metric": metric, "limit": limit})
}

#[tokio::test]
async fn newest_values_and_aggregates_decide() {
    let cases = [
        ("upper", "http/latency-p99.90", 50.0, [true, false]),
        ("upper", "http/latency-p99.9", 49.9, [false, false]),
        ("lower", "http/latency-p99.9", 50.0, [true, false]),
        ("lower", "http/latency-p99.9", 50.1, [false, false]),
        ("upper", "grpc/latency/p50", 2.0, [true, false]),
        ("upper", "grpc/latency/count", 4.0, [true, false]),
        ("upper", "abn/m/mean", 10.0, [false, true]),
        // Not a number satisfies nothing, on neither side.
        ("upper", "abn/m/stddev", 1e9, [true, false]),
        ("lower", "abn/m/stddev", -1e9, [true, false]),
        ("upper", "abn/m/maen", 1e9, [false, false]),
        // An aggregate where there is none, none where one is needed, and an unknown metric.
        ("upper", "p/g/mean", 1e9, [false, false]),
        ("upper", "abn/m", 1e9, [false, false]),
        ("upper", "p/unknown", 1e9, [false, false]),
    ];
    for (side, metric, limit, expected) in cases {
        let bench = Bench::with_result(assess(json!({side: [slo(metric, limit)]})), measured());
        bench.complete().await;
        let satisfied = bench.insights().slos_satisfied.unwrap();
        let (rows, others) = match side {
            "upper" => (satisfied.upper, satisfied.lower),
            _ => (satisfied.lower, satisfied.upper),
        };
        assert_eq!(rows, [expected], "{side} {metric} {limit}");
        assert!(others.is_empty());
    }
}

#[tokio::test]
async fn unsatisfied_objectives_are_no_failure() {
    let bench = Bench::with_result(assess(json!({"upper": [slo("p/unknown", 1.0)]})), measured());
    bench.complete().await;
    assert!(!bench.result().failure);
    assert!(!bench.experiment().slos());
}

#[tokio::test]
async fn without_a_metrics_task_there_is_nothing_to_compare() {
    for slos in [json!({"upper": [slo("a/b", 1.0)]}), json!({})] {
        let bench = Bench::new(assess(slos));
        let error = bench.run().await.unwrap_err();
        assert_eq!(
            error,
            "failed to run task 1 (assess): uninitialized insights within experiment"
        );
        assert!(bench.result().failure);
    }
}

#[tokio::test]
async fn without_objectives_there_is_nothing_to_do() {
    for slos in [json!({}), json!({"upper": [], "lower": []}), Value::Null] {
        let bench = Bench::with_result(assess(slos), measured());
        bench.complete().await;
        assert_eq!(bench.logs.warnings(), ["WARN nothing to do; returning"]);
        assert_eq!(bench.insights().slos, None);
        assert_eq!(bench.insights().slos_satisfied, None);
    }
}

#[tokio::test]
async fn objectives_of_one_experiment_do_not_change() {
    let spec = json!([
        {"task": "assess", "with": {"SLOs": {"upper": [slo("abn/m/mean", 1.0)]}}},
        {"task": "assess", "with": {"SLOs": {"upper": [slo("abn/m/mean", 2.0)]}}},
    ]);
    let bench = Bench::with_result(spec, measured());
    let error = bench.run().await.unwrap_err();
    assert_eq!(error, "failed to run task 2 (assess): old and new value of slos conflict");
    // The first comparison stands.
    assert_eq!(bench.insights().slos_satisfied.unwrap().upper, [[false, false]]);
}

#[tokio::test]
async fn each_loop_compares_anew() {
    let bench =
        Bench::with_result(assess(json!({"upper": [slo("http/latency-p99.9", 60.0)]})), measured());
    bench.complete().await;
    assert_eq!(bench.insights().slos_satisfied.unwrap().upper, [[true, false]]);
    let mut result = measured();
    result["insights"]["nonHistMetricValues"][0]["http/latency-p99.9"] = json!([99, 50, 61]);
    result["insights"]["SLOs"] = json!({"upper": [slo("http/latency-p99.9", 60.0)]});
    result["insights"]["SLOsSatisfied"] = json!({"upper": [[true, false]]});
    let bench =
        Bench::with_result(assess(json!({"upper": [slo("http/latency-p99.9", 60.0)]})), result);
    bench.complete().await;
    assert_eq!(bench.insights().slos_satisfied.unwrap().upper, [[false, false]]);
}

#[tokio::test]
async fn objectives_by_metric_are_stored_as_a_list() {
    let slos = json!({"Upper": {"b/c": "2.5", "a/b": 1}, "lower": {"a/b": -1}});
    let bench = Bench::with_result(assess(slos), measured());
    bench.complete().await;
    let expected = json!({"SLOs": {
        "upper": [slo("a/b", 1.0), slo("b/c", 2.5)],
        "lower": [slo("a/b", -1.0)],
    }});
    assert_eq!(bench.with(0).to_string().replace(".0", ""), expected.to_string().replace(".0", ""));
}
