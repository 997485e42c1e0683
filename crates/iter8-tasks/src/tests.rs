//! The tasks as a run sees them: made from a document, carried out by the runner.

mod bench;
mod logs;

use serde_json::json;

pub(crate) use bench::Bench;
pub(crate) use logs::Logs;

/// Why a list of tasks cannot be started, with the advice that goes with it.
fn refused(spec: serde_json::Value) -> String {
    let error = Bench::new(spec).fault().expect("inputs that are wrong");
    match error.hint.as_deref() {
        Some(hint) => format!("{error} [{hint}]"),
        None => error.to_string(),
    }
}

#[test]
fn tasks_of_later_versions_are_named() {
    for task in ["ready", "grpc", "custommetrics", "abnmetrics", "notify"] {
        let expected = format!(
            "spec[0].with: task {task} is not available in this version of iter8 \
             [available are assess, http, run]"
        );
        assert_eq!(refused(json!([{"task": task}])), expected);
    }
}

#[test]
fn a_payload_url_is_no_file() {
    let with = json!({"url": "h", "payloadURL": "payload.json"});
    assert_eq!(
        refused(json!([{"task": "http", "with": with}])),
        "spec[0].with.payloadURL: expected a URL that begins with http:// or https:// \
         [payloadFile names a file]"
    );
}

#[test]
fn wrong_inputs_are_found_before_anything_runs() {
    let http = |with: serde_json::Value| json!([{"run": "true"}, {"task": "http", "with": with}]);
    let cases = [
        (http(json!({})), "spec[1].with: please set the url parameter or the endpoints parameter"),
        (
            http(json!({"endpoints": {"a": {}}})),
            "spec[1].with.endpoints.a: endpoint \"a\" does not have a url parameter",
        ),
        (
            http(json!({"url": "ftp://h"})),
            "spec[1].with.url: invalid URL \"ftp://h\": URL has scheme \"ftp\": only http is supported",
        ),
        (
            http(json!({"url": "h", "duration": "5"})),
            "spec[1].with.duration: missing unit in duration \"5\"; expected for example 5s",
        ),
        (
            http(json!({"url": "h", "duration": "0s"})),
            "spec[1].with: the schedule has no requests: its rate is zero, or it lasts no time",
        ),
        (
            http(json!({"url": "h", "numRequests": 0})),
            "spec[1].with.numRequests: expected a whole number from 1, got 0",
        ),
        (
            http(json!({"url": "h", "connections": 65_536})),
            "spec[1].with.connections: expected a whole number from 1 to 65535, got 65536",
        ),
        (
            http(json!({"url": "h", "errorRanges": [{}]})),
            "spec[1].with.errorRanges[0]: a range needs lower, upper or both",
        ),
        (
            http(json!({"url": "h", "percentiles": [50, 0]})),
            "spec[1].with.percentiles[1]: expected a percentile above 0 and up to 100, got 0",
        ),
        (
            http(json!({"url": "h", "headers": {"a b": "c"}})),
            "spec[1].with.headers: invalid header name \"a b\"",
        ),
        (http(json!({"url": "h", "method": "G T"})), "spec[1].with.method: invalid method \"G T\""),
        (
            http(json!({"url": "h", "timeout": "0s"})),
            "spec[1].with.timeout: timeout must be above zero",
        ),
        (
            http(json!({"url": "h", "qps": 2e9})),
            "spec[1].with.qps: \"2000000000\" is no rate: expected requests per second up to 1e9, or `max`",
        ),
        (
            http(json!({"url": "h", "stages": [{"duration": "1s", "qps": 2e9}]})),
            "spec[1].with.stages[0].qps: \"2000000000\" is no rate: expected requests per second up to 1e9, or `max`",
        ),
        (json!([{"task": "run"}]), "spec[0].with: please set the script parameter"),
        (
            json!([{"task": "run", "run": "x", "with": {"timeout": "soon"}}]),
            "spec[0].with.timeout: invalid duration \"soon\"; expected for example 1m30s",
        ),
        (
            json!([{"task": "assess", "with": {"SLOs": {"upper": [{"metric": "x", "limit": 1}]}}}]),
            "spec[0].with.SLOs.upper[0]: x: \"x\" is not a metric name; expected provider/metric \
             or provider/metric/aggregation [for example http/latency-mean, http/error-rate or \
             abn/revenue/mean]",
        ),
    ];
    for (spec, expected) in cases {
        assert_eq!(refused(spec.clone()), expected, "{spec}");
    }
}

#[test]
fn inputs_of_other_versions_are_left_out() {
    let spec = json!([{"task": "http", "with": {"url": "h", "http2": true, "NUMREQUESTS": "5"}}]);
    assert_eq!(Bench::new(spec).fault(), None);
}

#[tokio::test]
async fn a_failed_task_ends_the_loop() {
    let bench = Bench::new(json!([{"run": "exit 3"}, {"run": "true"}]));
    let error = bench.run().await.unwrap_err();
    assert_eq!(
        error,
        "failed to run task 1 (run): combined execution failed: script ended with exit status: 3"
    );
    let result = bench.result();
    assert!(result.failure);
    assert_eq!((result.num_loops, result.num_completed_tasks), (1, 0));
}
