//! What servers and readers of events are told.

use std::sync::Mutex;

use expect_test::expect;
use serde_json::json;

use super::*;

/// The second second of a test, which had two requests in its first.
fn second() -> Second {
    let latencies = |values: &[u64]| {
        let mut latency = Histogram::new();
        for value in values {
            latency.record(*value);
        }
        latency
    };
    let interval = |from: u64, sent, latency: Histogram| {
        let mut counts = Counts::default();
        counts.requests = latency.count();
        counts.bytes_in = 10;
        let (from, to) = (Duration::from_secs(from), Duration::from_secs(from + 1));
        Interval { from, to, sent, under_way: 1, counts, errors: from.as_secs(), latency }
    };
    let began = Timestamp::from_second(1_700_000_000).unwrap();
    let taken = Arc::new(Mutex::new(Vec::new()));
    let seconds =
        [interval(0, 2, latencies(&[400_000, 2_000_000])), interval(1, 2, latencies(&[3_000_000]))];
    let mut watcher = Watcher {
        experiment: "group".to_owned(),
        test: "http-cart".to_owned(),
        events: None,
        total: Total::default(),
        exporting: Vec::new(),
    };
    let events = Arc::clone(&taken);
    watcher.events = Some(Arc::new(move |line: &str| events.lock().unwrap().push(line.to_owned())));
    let last = seconds[1].clone();
    watcher.tell(seconds.into(), began);
    assert_eq!(taken.lock().unwrap().len(), 2);
    let at = began + SignedDuration::from_secs(2);
    Second {
        experiment: watcher.experiment,
        test: watcher.test,
        began,
        at,
        interval: last,
        total: watcher.total,
    }
}

#[test]
fn an_event_is_a_line_of_what_happened() {
    let line = event::line(&second());
    assert!(!line.contains('\n'));
    let parsed: Value = serde_json::from_str(&line).unwrap();
    expect![[r#"
        {
          "time": "2023-11-14T22:13:22Z",
          "experiment": "group",
          "test": "http-cart",
          "from": 1.0,
          "to": 2.0,
          "sent": 2,
          "underWay": 1,
          "requests": 1,
          "errors": 1,
          "late": 0,
          "unsent": 0,
          "statuses": {},
          "failures": {},
          "bytesOut": 0,
          "bytesIn": 10,
          "latency": {
            "mean": 3.0,
            "p50": 3.0,
            "p90": 3.0,
            "p99": 3.0,
            "p99.9": 3.0,
            "max": 3.0
          }
        }"#]]
    .assert_eq(&format!("{parsed:#}"));
}

#[test]
fn a_test_without_a_request_has_no_latency_to_tell() {
    let mut second = second();
    second.interval.latency = Histogram::new();
    let parsed: Value = serde_json::from_str(&event::line(&second)).unwrap();
    assert_eq!(parsed["latency"], json!({}));
}

#[test]
fn buckets_hold_what_is_at_most_their_edge() {
    let mut latency = Histogram::new();
    for nanoseconds in [0, 90_000, 400_000, 2_000_000, 2_600_000, 40_000_000_000] {
        latency.record(nanoseconds);
    }
    let counts = at_most(&latency);
    let of = |edge: f64| counts[EDGES.iter().position(|other| *other >= edge).unwrap()];
    assert_eq!((of(0.0001), of(0.00025), of(0.0005)), (2, 2, 3));
    assert_eq!((of(0.0025), of(0.005), of(30.0)), (4, 5, 5));
    assert!(EDGES.is_sorted());
    assert_eq!(at_most(&Histogram::new()), [0; EDGES.len()]);
}

/// The exact bytes that protobuf has for the series of one sample; Snappy is the library's matter.
#[test]
fn remote_write_is_sorted_series_in_snappy() {
    let body = remote_write::body(&second());
    let plain = snap::raw::Decoder::new().decompress_vec(&body).unwrap();
    let text = String::from_utf8_lossy(&plain);
    for expected in [
        "__name__\u{12}\u{17}iter8_load_errors_total",
        "__name__\u{12}\u{21}iter8_load_latency_seconds_bucket",
        "\u{8}quantile\u{12}\u{5}0.999",
        "\u{4}test\u{12}\u{9}http-cart",
        "\u{2}le\u{12}\u{4}+Inf",
    ] {
        assert!(text.contains(expected), "{expected:?} of the series");
    }
    let order =
        ["__name__", "experiment", "le", "test"].map(|name| text.find(&format!("{name}\u{12}")));
    assert!(order.iter().all(Option::is_some), "{order:?}");
}

#[test]
fn otlp_has_totals_and_a_histogram() {
    let body: Value = serde_json::from_slice(&otlp::body(&second())).unwrap();
    let metrics = &body["resourceMetrics"][0]["scopeMetrics"][0]["metrics"];
    let of = |name: &str| {
        let found = metrics.as_array().unwrap().iter().find(|metric| metric["name"] == name);
        found.unwrap_or_else(|| panic!("{name} in {metrics}")).clone()
    };
    let received = of("iter8.load.received");
    assert_eq!(received["sum"]["isMonotonic"], json!(true));
    assert_eq!(received["sum"]["dataPoints"][0]["asInt"], json!("20"));
    let latency = &of("iter8.load.latency")["histogram"]["dataPoints"][0];
    assert_eq!((&latency["count"], &latency["sum"]), (&json!("3"), &json!(0.0054)));
    let counts: Vec<u64> = latency["bucketCounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|count| count.as_str().unwrap().parse().unwrap())
        .collect();
    assert_eq!((counts.len(), counts.iter().sum::<u64>()), (EDGES.len() + 1, 3));
    assert_eq!(latency["startTimeUnixNano"], json!("1700000000000000000"));
    assert_eq!(latency["timeUnixNano"], json!("1700000002000000000"));
    let quantiles = of("iter8.load.second.latency");
    assert_eq!(quantiles["gauge"]["dataPoints"].as_array().unwrap().len(), QUANTILES.len());
}

#[test]
fn exports_that_cannot_be_are_refused() {
    let exports = |export: Value| {
        let inputs = Map::from_iter([("export".to_owned(), export)]);
        Exports::new(&inputs, "http")
            .map(|exports| exports.0.len())
            .map_err(|error| error.to_string())
    };
    assert_eq!(exports(json!({})), Ok(0));
    let both = json!({"remoteWrite": {"url": "http://h"}, "otlp": {"url": "https://h", "auth": {"bearer": "t"}}});
    assert_eq!(exports(both), Ok(2));
    let error = exports(json!({"otlp": {"url": "ftp://h"}})).unwrap_err();
    assert!(error.starts_with("http.export.otlp: "), "{error}");
    let error = exports(json!({"remoteWrite": {"url": "http://h", "tls": {"caFile": "/nowhere"}}}))
        .unwrap_err();
    assert!(error.starts_with("http.export.remoteWrite.tls.caFile: "), "{error}");
}

#[test]
fn nobody_is_told_who_does_not_ask() {
    let none = Watcher::new("group", "http", None, &Exports::default());
    assert!(none.is_none());
}
