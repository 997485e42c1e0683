//! The tasks as a run sees them: made from a document, carried out by the runner.

mod bench;
mod logs;

use iter8_engine::TaskFactory;
use iter8_model::credential::Redactor;
use iter8_model::task::{TaskKind, TaskSpec};
use iter8_testkit::{Script, ScriptedServer, Step};
use serde_json::json;

use crate::{Tasks, Vault};

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
    assert_eq!(
        refused(json!([{"task": "abnmetrics"}])),
        "spec[0].with: task abnmetrics is not available in this version of iter8 \
         [available are assess, custommetrics, github, grpc, http, notify, ready, run, slack]"
    );
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
            "spec[1].with.url: invalid URL \"ftp://h\": URL has scheme \"ftp\": only http and https are supported",
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

#[tokio::test]
async fn credentials_are_sent_in_every_loop_and_never_stored() {
    let server = ScriptedServer::start(Script::always([Step::ok("x")]));
    let headers = json!({"Authorization": "Bearer hunter2", "X-Home": {"envRef": "PATH"}});
    let with = json!({"url": server.url(), "numRequests": 1, "qps": "max", "headers": headers});
    let bench = Bench::withholding(json!([{"task": "http", "with": with}]));
    for _ in 0..2 {
        bench.complete().await;
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!(request.header("authorization"), Some("Bearer hunter2"));
        assert_eq!(request.header("x-home"), std::env::var("PATH").ok().as_deref());
    }
    let expected = json!({
        "Authorization": {"withheldRef": "spec[0].with.headers.Authorization"},
        "X-Home": {"envRef": "PATH"},
    });
    assert_eq!(bench.with(0)["headers"], expected);
    assert!(!bench.document().contains("hunter2"), "{}", bench.document());
    let fault = bench.restarted().fault().unwrap();
    assert_eq!(fault.path, "spec[0].with.headers.Authorization");
    assert!(fault.hint.is_some_and(|hint| hint.starts_with("give the values again")));
}

#[tokio::test]
async fn errors_are_masked() {
    let spec = json!([
        {"task": "http", "with": {"url": "h", "payloadURL": "x://me:hunter2@h"}},
        {"task": "http", "with": {"url": "http://[hunter2]/", "headers": {"cookie": "hunter2"}}},
    ]);
    let fault = Bench::withholding(spec).fault().unwrap();
    let text = format!("{fault:?}");
    assert!(!text.contains("hunter2"), "{text}");
    let spec = json!([{"task": "http", "with": {
        "url": "h", "payloadFile": "/no/hunter2", "headers": {"cookie": "hunter2"},
    }}]);
    let error = Bench::withholding(spec).run().await.unwrap_err();
    assert!(error.contains("failed to read payload file /no/[redacted]: No such file"), "{error}");
}

#[test]
fn dry_tasks_need_no_credentials() {
    let build = |tasks: &Tasks, with: serde_json::Value| {
        let mut spec = TaskSpec::new(TaskKind::Http);
        spec.with = with.as_object().cloned().unwrap();
        tasks.build(&spec, "p").map(|_| ()).map_err(|error| error.to_string())
    };
    let missing = json!({"url": "h", "headers": {"a": {"envRef": "ITER8_NO_SUCH_VARIABLE"}}});
    let dry = Tasks::dry(Vault::of_process(Redactor::new()));
    assert_eq!(build(&dry, missing.clone()), Ok(()));
    let wrong = json!({"url": "h", "qps": "fast", "headers": {"a": {"envRef": "ITER8_NO"}}});
    let error = build(&dry, wrong).unwrap_err();
    assert!(error.starts_with("p.qps: "), "{error}");
    let error = build(&Tasks::default(), missing).unwrap_err();
    assert_eq!(
        error,
        "p.headers.a: envRef ITER8_NO_SUCH_VARIABLE: there is no such environment variable"
    );
}
