//! Several endpoints in one task.

use super::*;

/// One request to each endpoint of the server, as fast as it goes.
fn paths(server: &ScriptedServer, names: &[&str]) -> Value {
    let endpoint = |name: &&str| ((*name).to_owned(), json!({"url": server.url() + name}));
    let endpoints: serde_json::Map<_, _> = names.iter().map(endpoint).collect();
    json!({"numRequests": 1, "connections": 1, "endpoints": endpoints})
}

#[tokio::test]
async fn endpoints_are_tested_in_their_order() {
    let server = server([Step::ok("x")]);
    let names = ["z", "a", "m", "b"];
    let bench = Bench::http(paths(&server, &names));
    bench.complete().await;
    let targets: Vec<String> =
        server.requests().iter().map(|request| request.target().to_owned()).collect();
    assert_eq!(targets, ["/z", "/a", "/m", "/b"]);
}

#[tokio::test]
async fn metrics_carry_the_name_of_their_endpoint() {
    let server = server([Step::ok("x")]);
    let mut inputs = paths(&server, &["a", "b-c"]);
    inputs["endpoints"]["b-c"]["numRequests"] = json!(2);
    inputs["endpoints"]["b-c"]["percentiles"] = json!([42]);
    let bench = Bench::http(inputs);
    bench.complete().await;
    let insights = bench.insights();
    let providers: Vec<&str> =
        insights.metrics.keys().filter_map(|name| name.split('/').next()).collect();
    assert!(providers.iter().all(|provider| ["http-a", "http-b-c"].contains(provider)));
    assert_eq!(bench.value("http-a/request-count"), Some(1.0));
    assert_eq!(bench.value("http-b-c/request-count"), Some(2.0));
    assert!(bench.value("http-b-c/latency-p42.0").is_some());
    assert_eq!(bench.value("http-a/latency-p42"), None);
    // Each endpoint has a distribution of its own.
    let histograms = &insights.versions[0].histograms;
    let counts = ["http-a/latency", "http-b-c/latency"]
        .map(|name| histograms[name].iter().map(|bucket| bucket.count).sum::<u64>());
    assert_eq!(counts, [1, 2]);
    assert_eq!(histograms.len(), 2);
}

/// One endpoint that answers, between two that do not.
fn broken(server: &ScriptedServer, on_error: Option<&str>) -> Value {
    let mut inputs = json!({"duration": "50ms", "qps": 100, "connections": 1, "endpoints": {
        "first": {"url": NOBODY}, "fine": {"url": server.url()}, "last": {"url": NOBODY},
    }});
    if let Some(on_error) = on_error {
        inputs["onError"] = json!(on_error);
    }
    inputs
}

#[tokio::test]
async fn an_endpoint_that_cannot_be_tested_fails_the_task_after_the_others() {
    for on_error in [None, Some("fail")] {
        let server = server([Step::ok("x")]);
        let bench = Bench::http(broken(&server, on_error));
        let error = bench.run().await.unwrap_err();
        let expected = format!(
            "failed to run task 1 (http): failed to load-test endpoint first ({NOBODY}): \
             error -1 for {NOBODY} (0 bytes)"
        );
        assert!(error.starts_with(&expected), "{error}");
        assert!(bench.result().failure);
        assert_eq!(bench.value("http-fine/request-count"), Some(5.0));
        assert_eq!(bench.value("http-first/request-count"), None);
        // The first failure is that of the task, further ones are only told.
        let warnings = bench.logs.warnings();
        assert_eq!(warnings.len(), 2, "{warnings:?}");
        assert!(warnings[0].starts_with("ERROR failed to load-test endpoint last (http"));
        assert!(warnings[1].starts_with("ERROR task 1: http: failure <failed to load-test endpoi"));
    }
}

#[tokio::test]
async fn an_endpoint_that_cannot_be_tested_may_be_skipped() {
    let server = server([Step::ok("x")]);
    let bench = Bench::http(broken(&server, Some("skip")));
    bench.complete().await;
    assert!(!bench.result().failure);
    assert_eq!(bench.value("http-fine/request-count"), Some(5.0));
    assert_eq!(bench.value("http-last/request-count"), None);
    let warnings = bench.logs.warnings();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[0].starts_with("ERROR failed to load-test endpoint first (http"));
}

#[tokio::test]
async fn each_endpoint_has_its_own_errors_and_payload() {
    let server = server([Step::reply(404, "x")]);
    let bench = Bench::http(json!({
        "url": server.url(), "numRequests": 1, "payloadStr": "of task", "endpoints": {
            "a": {}, "b": {"errorRanges": [{"lower": 500}], "payloadStr": "own"},
        },
    }));
    bench.complete().await;
    assert_eq!(bench.value("http-a/error-count"), Some(1.0));
    assert_eq!(bench.value("http-b/error-count"), Some(0.0));
    let bodies: Vec<_> = server.requests().into_iter().map(|request| request.body).collect();
    assert_eq!(bodies, [b"of task".to_vec(), b"own".to_vec()]);
}
