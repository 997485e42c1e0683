//! What is recorded.

use super::*;

/// What the specification says of every metric, with the default percentiles in their order.
const SPECIFIED: &str = "\
http/error-count Counter - number of responses that were errors
http/error-rate Gauge - fraction of responses that were errors
http/latency Histogram msec Latency Histogram
http/latency-max Gauge msec maximum of observed latency values
http/latency-mean Gauge msec mean of observed latency values
http/latency-min Gauge msec minimum of observed latency values
http/latency-p50 Gauge msec 50-th percentile of observed latency values
http/latency-p75 Gauge msec 75-th percentile of observed latency values
http/latency-p90 Gauge msec 90-th percentile of observed latency values
http/latency-p95 Gauge msec 95-th percentile of observed latency values
http/latency-p99 Gauge msec 99-th percentile of observed latency values
http/latency-p99.9 Gauge msec 99.9-th percentile of observed latency values
http/latency-stddev Gauge msec standard deviation of observed latency values
http/request-count Counter - number of requests sent
";

/// Metrics that Iter8 0.13 does not have.
const ADDED: [&str; 15] = [
    "bytes",
    "connect-count",
    "connect-time-max",
    "connect-time-mean",
    "late-count",
    "schedule-lag-p99",
    "service-time-max",
    "service-time-mean",
    "service-time-p50",
    "service-time-p75",
    "service-time-p90",
    "service-time-p95",
    "service-time-p99",
    "service-time-p99.9",
    "throughput",
];

/// The metadata of all metrics, one line each.
fn metadata(bench: &Bench) -> Vec<String> {
    let insights = bench.insights();
    let metrics = insights.metrics.iter().map(|(name, meta)| {
        let units = meta.units.as_deref().unwrap_or("-");
        format!("{name} {} {units} {}", meta.kind, meta.description)
    });
    metrics.collect()
}

#[tokio::test]
async fn metrics_are_those_of_the_specification_and_those_added() {
    let server = server([Step::ok("x")]);
    let bench = tested(&server, json!({})).await;
    let is_added = |line: &str| {
        let name = line.split(' ').next().unwrap().trim_start_matches("http/");
        ADDED.contains(&name) || name == "unsent-count"
    };
    let (added, specified): (Vec<_>, Vec<_>) =
        metadata(&bench).into_iter().partition(|line| is_added(line));
    assert_eq!(specified.join("\n") + "\n", SPECIFIED);
    assert_eq!(added.len(), ADDED.len() + 1, "{added:?}");
    assert_eq!(bench.insights().versions.len(), 1);
    assert_eq!(bench.insights().versions[0].name, None);
}

#[tokio::test]
async fn numbers_agree_with_each_other() {
    let server = server([Step::ok("x")]);
    let bench = tested(&server, json!({"numRequests": 200, "connections": 4})).await;
    let value = |name: &str| bench.value(&format!("http/{name}")).unwrap();
    assert_eq!(bench.value("http/request-count"), Some(200.0));
    assert_eq!(bench.value("http/error-count"), Some(0.0));
    assert_eq!(bench.value("http/error-rate"), Some(0.0));
    assert_eq!(bench.value("http/unsent-count"), Some(0.0));
    let rising = ["min", "p50", "p75", "p90", "p95", "p99", "p99.9", "max"];
    let latencies = rising.map(|name| value(&format!("latency-{name}")));
    assert!(latencies.is_sorted() && latencies[0] > 0.0, "{latencies:?}");
    assert!((latencies[0]..=latencies[7]).contains(&value("latency-mean")));
    assert!(value("latency-stddev") >= 0.0);
    assert!(value("throughput") > 0.0);
    assert!(value("bytes") >= 200.0 * 20.0);
    // In a closed loop nothing is intended before it is sent.
    assert_eq!(bench.value("http/service-time-max"), bench.value("http/latency-max"));

    let buckets = &bench.insights().versions[0].histograms["http/latency"];
    assert_eq!(buckets.iter().map(|bucket| bucket.count).sum::<u64>(), 200);
    assert!(buckets.iter().all(|bucket| bucket.count > 0 && bucket.lower < bucket.upper));
    assert!(buckets.is_sorted_by(|a, b| a.upper <= b.lower), "{buckets:?}");
    assert!(buckets[0].lower <= latencies[0] && latencies[7] <= buckets.last().unwrap().upper);
}

#[tokio::test]
async fn errors_are_told_by_code() {
    let bench = tested(&statuses(&[200, 404, 500, 503]), json!({"numRequests": 4})).await;
    assert_eq!(bench.value("http/error-count"), Some(3.0));
    assert_eq!(bench.value("http/error-rate"), Some(0.75));
    assert_eq!(
        bench.logs.warnings(),
        ["WARN http: 3 of 4 requests were errors: 1 × status 404, 1 × status 500, 1 × status 503"]
    );
    assert!(!bench.result().failure);
}

#[tokio::test]
async fn error_ranges_are_inclusive() {
    let cases = [
        (json!([{"lower": 400}]), 3.0),
        (json!([{"lower": 404, "upper": 500}]), 2.0),
        (json!([{"upper": 200}]), 1.0),
        (json!([{"upper": 200}, {"lower": 503}]), 2.0),
        (json!([{"lower": 300, "upper": 399}]), 1.0),
        (json!([]), 0.0),
        (json!([{"lower": "500"}]), 2.0),
    ];
    for (ranges, errors) in cases {
        let server = statuses(&[200, 302, 404, 500, 503]);
        let inputs = json!({"numRequests": 5, "errorRanges": ranges});
        let bench = tested(&server, inputs.clone()).await;
        assert_eq!(bench.value("http/error-count"), Some(errors), "{inputs}");
    }
}

#[tokio::test]
async fn percentiles_are_printed_in_their_shortest_form() {
    let server = server([Step::ok("x")]);
    let bench = tested(&server, json!({"percentiles": ["97.50", 99.90, 1]})).await;
    for name in ["http/latency-p97.5", "http/latency-p1", "http/service-time-p97.5"] {
        assert!(bench.value(name).is_some(), "{name}");
    }
    assert_eq!(bench.value("http/latency-p97.50"), bench.value("http/latency-p97.5"));
    assert_eq!(bench.value("http/service-time-p1.0"), bench.value("http/service-time-p1"));
    assert_eq!(metadata(&bench).len(), SPECIFIED.lines().count() + ADDED.len() + 1 + 4);
    let description = "97.5-th percentile of observed latency values";
    assert_eq!(bench.insights().metrics["http/latency-p97.5"].description, description);
}

#[tokio::test]
async fn a_warm_up_leaves_nothing() {
    let server = server([Step::ok("x")]);
    for more in [json!({"warmup": true}), json!({"warmup": true, "numRequests": 5})] {
        let bench = tested(&server, more).await;
        assert_eq!(bench.result().insights, None);
    }
    assert_eq!(server.request_count(), 8);
}

#[tokio::test]
async fn effective_inputs_are_stored() {
    let server = server([Step::ok("x")]);
    let inputs = json!({
        "url": server.url(), "numRequests": 7, "qps": 100, "connections": 2,
        "percentiles": [97.5], "unknown": true,
    });
    let bench = Bench::http(inputs);
    bench.complete().await;
    let mut experiment = bench.experiment();
    experiment.result = None;
    let stored = wire::write(&experiment).replace(&server.url(), "http://…");
    expect![[r"
        spec:
        - task: http
          with:
            allowInitialErrors: false
            connections: 2
            endpoints: null
            errorRanges:
            - lower: 400
            numRequests: 7
            percentiles: [97.5, 50, 75, 90, 95, 99, 99.9]
            qps: 100
            url: http://…
    "]]
    .assert_eq(&stored);
}

#[tokio::test]
async fn loops_append_numbers_and_merge_buckets() {
    let server = server([Step::ok("x")]);
    let bench = tested(&server, json!({})).await;
    let stored = bench.with(0);
    bench.complete().await;
    assert_eq!(bench.with(0), stored);
    let insights = bench.insights();
    let version = &insights.versions[0];
    assert_eq!(version.numbers["http/request-count"], [3.0, 3.0]);
    assert_eq!(version.numbers["http/latency-p50"].len(), 2);
    let buckets = &version.histograms["http/latency"];
    assert_eq!(buckets.iter().map(|bucket| bucket.count).sum::<u64>(), 6);
    assert!(buckets.is_sorted_by(|a, b| a.lower < b.lower), "{buckets:?}");
}

/// The number of versions is fixed by the task that measures first.
#[tokio::test]
async fn other_tasks_may_not_have_counted_more_versions() {
    let server = server([Step::ok("x")]);
    let spec = json!([{"task": "http", "with": fast(&server, json!({}))}]);
    let bench = Bench::with_result(spec, json!({"insights": {"numVersions": 2}}));
    assert_eq!(
        bench.run().await.unwrap_err(),
        "failed to run task 1 (http): failed to record metrics: \
         inconsistent number for app versions; old (2); new (1)"
    );
}
