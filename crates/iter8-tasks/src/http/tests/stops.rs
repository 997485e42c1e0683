//! Tests that are stopped in the middle.

use super::*;

#[tokio::test]
async fn what_was_measured_until_a_stop_is_kept() {
    let server = server([Step::ok("x")]);
    let bench = Bench::http(fast(&server, json!({"numRequests": 1_000_000_000})));
    let watched = Arc::clone(&server);
    let stopper = bench.stop_when(move || watched.request_count() >= 20);
    assert_eq!(bench.run().await, Ok(LoopOutcome::Interrupted));
    stopper.join().unwrap();
    assert!(bench.value("http/request-count") >= Some(19.0));
    assert_eq!(bench.value("http/error-count"), Some(0.0));
    assert!(bench.value("http/latency-p99").is_some());
    let result = bench.result();
    assert!(result.failure && !bench.experiment().completed());
    assert_eq!((result.history.interrupted, result.num_completed_tasks), (1, 0));
    assert_eq!(bench.with(0)["connections"], json!(1));
    assert_eq!(bench.logs.warnings(), ["WARN task 1: http: interrupted"]);
}

/// Without a single answer there is no rate of errors.
#[tokio::test]
async fn a_stop_before_the_first_answer() {
    let server = server([Step::NeverAnswer]);
    let bench = Bench::http(fast(&server, json!({})));
    let watched = Arc::clone(&server);
    let stopper = bench.stop_when(move || watched.request_count() == 1);
    assert_eq!(bench.run().await, Ok(LoopOutcome::Interrupted));
    stopper.join().unwrap();
    assert_eq!(bench.value("http/request-count"), Some(0.0));
    assert_eq!(bench.value("http/error-count"), Some(0.0));
    for missing in ["http/error-rate", "http/latency-mean", "http/latency-p50", "http/throughput"] {
        assert_eq!(bench.value(missing), None, "{missing}");
    }
}

#[tokio::test]
async fn endpoints_after_a_stop_are_not_tested() {
    let server = server([Step::ok("x")]);
    let bench = Bench::http(json!({
        "qps": "max", "connections": 1, "numRequests": 1_000_000_000,
        "endpoints": {"a": {"url": server.url() + "a"}, "b": {"url": server.url() + "b"}},
    }));
    let watched = Arc::clone(&server);
    let stopper = bench.stop_when(move || watched.request_count() >= 5);
    assert_eq!(bench.run().await, Ok(LoopOutcome::Interrupted));
    stopper.join().unwrap();
    assert!(bench.value("http-a/request-count").is_some());
    assert_eq!(bench.value("http-b/request-count"), None);
    assert!(server.requests().iter().all(|request| request.target() == "/a"));
}

/// One after the other, the second would never be reached.
#[tokio::test]
async fn endpoints_are_tested_at_the_same_time() {
    let server = server([Step::ok("x")]);
    let bench = Bench::http(json!({
        "qps": "max", "connections": 1, "numRequests": 1_000_000_000, "parallel": true,
        "endpoints": {"a": {"url": server.url() + "a"}, "b": {"url": server.url() + "b"}},
    }));
    let watched = Arc::clone(&server);
    let stopper = bench.stop_when(move || {
        let requests = watched.requests();
        ["/a", "/b"].iter().all(|path| requests.iter().any(|request| request.target() == *path))
    });
    assert_eq!(bench.run().await, Ok(LoopOutcome::Interrupted));
    stopper.join().unwrap();
    for endpoint in ["a", "b"] {
        let counted = bench.value(&format!("http-{endpoint}/request-count"));
        assert!(counted.is_some(), "{endpoint}");
    }
}

#[tokio::test]
async fn a_failure_before_a_stop_is_told() {
    let server = server([Step::NeverAnswer]);
    let bench = Bench::http(json!({
        "connections": 1, "endpoints": {
            "a": {"url": NOBODY, "duration": "10s"}, "b": {"url": server.url()},
        },
    }));
    let watched = Arc::clone(&server);
    let stopper = bench.stop_when(move || watched.request_count() == 1);
    assert_eq!(bench.run().await, Ok(LoopOutcome::Interrupted));
    stopper.join().unwrap();
    let warnings = bench.logs.warnings();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[0].starts_with("ERROR failed to load-test endpoint a (http"), "{warnings:?}");
}

#[tokio::test]
async fn a_download_ends_with_a_stop() {
    let server = server([Step::NeverAnswer]);
    let bench = Bench::http(fast(&server, json!({"payloadURL": server.url()})));
    let watched = Arc::clone(&server);
    let stopper = bench.stop_when(move || watched.request_count() == 1);
    assert_eq!(bench.run().await, Ok(LoopOutcome::Interrupted));
    stopper.join().unwrap();
    assert_eq!(bench.result().insights, None);
}

#[tokio::test]
async fn a_warm_up_that_is_stopped_leaves_nothing() {
    let server = server([Step::ok("x")]);
    let bench = Bench::http(fast(&server, json!({"numRequests": 1_000_000_000, "warmup": true})));
    let watched = Arc::clone(&server);
    let stopper = bench.stop_when(move || watched.request_count() >= 5);
    assert_eq!(bench.run().await, Ok(LoopOutcome::Interrupted));
    stopper.join().unwrap();
    assert_eq!(bench.result().insights, None);
}
