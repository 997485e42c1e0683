//! What cannot be carried out, and what counts as an error instead.

use super::*;

/// Why a load test with these inputs fails its task.
async fn failure(with: Value) -> String {
    let bench = Bench::http(with);
    let error = bench.run().await.unwrap_err();
    assert!(bench.result().failure);
    assert_eq!(bench.result().insights, None);
    // Told once, by whoever ends the loop.
    assert_eq!(bench.logs.warnings().len(), 1, "{:?}", bench.logs.warnings());
    error.strip_prefix("failed to run task 1 (http): ").expect("a failed task").to_owned()
}

#[tokio::test]
async fn initial_errors_end_a_test_over_time() {
    let answer = "HTTP/1.1 500 Oh\r\ncontent-length: 2\r\n\r\nno";
    let server = server([Step::raw(answer)]);
    let url = server.url();
    let inputs = json!({"url": url, "duration": "10s", "connections": 2});
    assert_eq!(
        failure(inputs).await,
        format!("failed to load-test {url}: error 500 for {url} ({} bytes)", answer.len())
    );
}

#[tokio::test]
async fn initial_errors_may_be_allowed() {
    let server = server([Step::reply(500, "no")]);
    let inputs = json!({
        "url": server.url(), "duration": "50ms", "qps": 100, "allowInitialErrors": true,
    });
    let bench = Bench::http(inputs);
    bench.complete().await;
    assert_eq!(bench.value("http/error-count"), Some(5.0));
    assert_eq!(bench.value("http/error-rate"), Some(1.0));
}

#[tokio::test]
async fn a_redirect_is_an_initial_error_but_not_an_error() {
    let redirect = || statuses(&[302]);
    let server = redirect();
    let inputs = json!({"url": server.url(), "duration": "10s"});
    assert!(failure(inputs).await.contains(": error 302 for http://"));
    let bench = tested(&redirect(), json!({})).await;
    assert_eq!(bench.value("http/error-count"), Some(0.0));
}

#[tokio::test]
async fn nobody_listens() {
    let inputs = json!({"url": NOBODY, "numRequests": 4, "qps": "max"});
    let bench = Bench::http(inputs);
    bench.complete().await;
    assert_eq!(bench.value("http/request-count"), Some(4.0));
    assert_eq!(bench.value("http/error-count"), Some(4.0));
    assert_eq!(bench.value("http/error-rate"), Some(1.0));
    assert_eq!(bench.value("http/connect-count"), Some(0.0));
    assert_eq!(bench.value("http/connect-time-mean"), None);
    assert_eq!(
        bench.logs.warnings(),
        ["WARN http: 4 of 4 requests were errors: 4 × connection refused"]
    );
    let error = failure(json!({"url": NOBODY, "duration": "10s"})).await;
    assert!(
        error
            .starts_with(&format!("failed to load-test {NOBODY}: error -1 for {NOBODY} (0 bytes)")),
        "{error}"
    );
}

/// A label of more than 63 characters is refused without asking anybody.
#[tokio::test]
async fn an_unresolvable_host_fails_before_any_request() {
    let host = "x".repeat(64);
    let url = format!("http://{host}.test/");
    for bound in [json!({"numRequests": 1}), json!({"duration": "1s"})] {
        let mut inputs = bound.clone();
        inputs["url"] = json!(url);
        let error = failure(inputs).await;
        let expected =
            format!("failed to load-test {url}: failed to resolve host \"{host}.test\": ");
        assert!(error.starts_with(&expected), "{error}");
    }
}

#[tokio::test]
async fn payloads_that_cannot_be_had() {
    let server = server([Step::reply(404, "Not Found")]);
    let url = server.url();
    assert_eq!(
        failure(fast(&server, json!({"payloadFile": "/nowhere/payload"}))).await,
        format!(
            "failed to load-test {url}: failed to read payload file /nowhere/payload: \
             No such file or directory (os error 2)"
        )
    );
    let payload = format!("{url}payload?token=secret");
    assert_eq!(
        failure(fast(&server, json!({"payloadURL": payload}))).await,
        format!(
            "failed to load-test {url}: failed to download {url}payload: \
             the server answered 404 Not Found"
        )
    );
    // Nothing was sent to the service but the download.
    assert_eq!(server.request_count(), 1);
}

#[tokio::test]
async fn no_answer_in_time_is_an_error() {
    let server = server([Step::NeverAnswer]);
    let bench = tested(&server, json!({"timeout": "20ms", "numRequests": 2})).await;
    assert_eq!(bench.value("http/error-rate"), Some(1.0));
    assert_eq!(bench.logs.warnings(), ["WARN http: 2 of 2 requests were errors: 2 × timeout"]);
}

#[tokio::test]
async fn a_failed_warm_up_fails_its_task() {
    let inputs = json!({"url": NOBODY, "duration": "1s", "warmup": true});
    assert!(failure(inputs).await.contains("error -1 for"));
}

/// Only endpoints can be skipped; a task of one test that measures nothing has failed.
#[tokio::test]
async fn a_test_without_endpoints_is_not_skipped() {
    let inputs = json!({"url": NOBODY, "duration": "1s", "onError": "skip"});
    assert!(failure(inputs).await.contains("error -1 for"));
}
