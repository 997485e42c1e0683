//! From inputs to load tests: defaults, and what endpoints take from their task.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use iter8_model::duration::format;
use iter8_model::task::catalogue::{DEFAULT_PERCENTILES, HTTP};
use iter8_model::task::{UnknownKeys, normalise_inputs};

use super::*;

/// Each load test in one line, or what is wrong.
fn told(inputs: &Value) -> String {
    let inputs = inputs.as_object().unwrap();
    let normal = normalise_inputs(&HTTP, inputs, "http", UnknownKeys::Reject);
    match normal.and_then(|inputs| resolve(&inputs, "http", &Zone::UTC)) {
        Ok(tests) => tests.iter().map(line).collect::<Vec<_>>().join("\n"),
        Err(error) => format!("error: {error}"),
    }
}

fn line(test: &Settings) -> String {
    let Settings { endpoint, target, body, plan, percentiles, uuid_seed } = test;
    let mut line = endpoint.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
    let budget = (plan.budget().max_requests(), plan.until());
    let bound = match budget {
        (Some(requests), None) => format!("{requests} requests"),
        (Some(requests), Some(until)) => format!("{requests} requests or {}", format(until)),
        (None, Some(until)) => format(until),
        (None, None) => "for ever".to_owned(),
    };
    let pace = match plan.pace() {
        Pace::Closed => "max".to_owned(),
        Pace::Open(schedule) => format!("{}/s", schedule.expected(Duration::from_secs(1))),
    };
    let connections = plan.connections();
    let url = &target.url;
    write!(line, "{url}, {bound}, {pace}, {connections} connections").unwrap();
    let mut add = |name: &str, value: String| write!(line, ", {name} {value}").unwrap();
    if target.timeout != DEFAULT_TIMEOUT {
        add("timeout", format(target.timeout));
    }
    if *body != Body::None {
        add("body", format!("{body:?}"));
    }
    for (name, value) in &target.headers {
        add("header", format!("{name}={value}"));
    }
    if let Some(seed) = uuid_seed {
        add("seed", seed.to_string());
    }
    if target.preflight != Preflight::Skip {
        add("preflight", format!("{:?}", target.preflight));
    }
    if *plan.errors() != ErrorRanges::default() {
        let is_error = |code: &u16| plan.errors().contains(*code);
        add(
            "errors",
            format!("{:?}", [200, 404, 500].into_iter().filter(is_error).collect::<Vec<_>>()),
        );
    }
    if percentiles != &DEFAULT_PERCENTILES {
        add("percentiles", format!("{percentiles:?}"));
    }
    line
}

fn check(inputs: &Value, expected: &Expect) {
    expected.assert_eq(&told(inputs));
}

/// One endpoint `e` of a task.
fn endpoint(mut task: Value, own: &Value) -> Value {
    task["endpoints"] = json!({"e": own});
    task
}

#[test]
fn defaults() {
    check(&json!({"url": "h"}), &expect!["h, 100 requests, 8/s, 4 connections"]);
    check(&json!({"url": "h", "endpoints": {}}), &expect!["h, 100 requests, 8/s, 4 connections"]);
    check(
        &json!({"url": "h", "numRequests": null, "qps": null}),
        &expect!["h, 100 requests, 8/s, 4 connections"],
    );
}

#[test]
fn rates() {
    check(&json!({"url": "h", "qps": 0}), &expect!["h, 100 requests, 8/s, 4 connections"]);
    check(&json!({"url": "h", "qps": -1}), &expect!["h, 100 requests, max, 4 connections"]);
    check(&json!({"url": "h", "qps": "MAX"}), &expect!["h, 100 requests, max, 4 connections"]);
    check(&json!({"url": "h", "qps": "2.5"}), &expect!["h, 100 requests, 2.5/s, 4 connections"]);
}

#[test]
fn bounds() {
    check(
        &json!({"url": "h", "duration": "5s"}),
        &expect!["h, 5s, 8/s, 4 connections, preflight Strict"],
    );
    check(
        &json!({"url": "h", "duration": "5s", "allowInitialErrors": true}),
        &expect!["h, 5s, 8/s, 4 connections, preflight Tolerant"],
    );
    // In one place the number of requests wins, and with it goes what belongs to a duration.
    check(
        &json!({"url": "h", "duration": "5s", "numRequests": 7, "allowInitialErrors": true}),
        &expect!["h, 7 requests, 8/s, 4 connections"],
    );
    check(&json!({"url": "h", "numRequests": 3}), &expect!["h, 3 requests, 8/s, 3 connections"]);
    check(
        &json!({"url": "h", "qps": 3, "stages": [{"duration": "2s", "qps": 10, "shape": "step"}]}),
        &expect!["h, 2s, 10/s, 4 connections, preflight Strict"],
    );
    check(
        &json!({"url": "h", "numRequests": 5, "stages": [{"duration": "2s", "qps": 20}]}),
        &expect!["h, 5 requests or 2s, 5/s, 4 connections"],
    );
    check(
        &json!({"url": "h", "stages": []}),
        &expect![
            "error: http: the schedule has no requests: its rate is zero, or it lasts no time"
        ],
    );
    check(
        &json!({"url": "h", "qps": "max", "duration": "0s"}),
        &expect![
            "error: http: the schedule has no requests: its rate is zero, or it lasts no time"
        ],
    );
}

#[test]
fn everything_else() {
    check(
        &json!({
            "url": "h", "connections": "9", "timeout": "3s", "payloadStr": "x", "seed": 5,
            "headers": {"X-N": 1}, "errorRanges": [{"upper": 299}], "percentiles": [97.5, 50, 97.5],
        }),
        &expect![[
            r#"h, 100 requests, 8/s, 9 connections, timeout 3s, body Text("x"), header X-N=1, seed 5, errors [200], percentiles [97.5, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9]"#
        ]],
    );
}

/// The table of the specification on task and endpoints, row by row.
#[test]
fn an_explicit_zero_of_an_endpoint_counts() {
    let task = json!({"url": "h", "qps": 50, "duration": "1s", "allowInitialErrors": true});
    check(
        &endpoint(task.clone(), &json!({"qps": 0})),
        &expect!["e: h, 1s, 8/s, 4 connections, preflight Tolerant"],
    );
    check(
        &endpoint(task, &json!({"allowInitialErrors": false})),
        &expect!["e: h, 1s, 50/s, 4 connections, preflight Strict"],
    );
}

#[test]
fn the_bound_of_an_endpoint_replaces_that_of_the_task() {
    check(
        &endpoint(json!({"url": "h"}), &json!({"duration": "1s"})),
        &expect!["e: h, 1s, 8/s, 4 connections, preflight Strict"],
    );
    check(
        &endpoint(json!({"url": "h", "numRequests": 9}), &json!({"duration": "1s"})),
        &expect!["e: h, 1s, 8/s, 4 connections, preflight Strict"],
    );
    check(
        &endpoint(json!({"url": "h", "duration": "1s"}), &json!({"numRequests": 9})),
        &expect!["e: h, 9 requests, 8/s, 4 connections"],
    );
    let staged =
        json!({"url": "h", "qps": 3, "stages": [{"duration": "2s", "qps": 10, "shape": "step"}]});
    check(
        &endpoint(staged.clone(), &json!({})),
        &expect!["e: h, 2s, 10/s, 4 connections, preflight Strict"],
    );
    check(
        &endpoint(staged.clone(), &json!({"numRequests": 9})),
        &expect!["e: h, 9 requests, 3/s, 4 connections"],
    );
    check(
        &endpoint(staged, &json!({"qps": 5})),
        &expect!["e: h, 100 requests, 5/s, 4 connections"],
    );
    check(
        &endpoint(
            json!({"url": "h", "numRequests": 9, "qps": 7}),
            &json!({"stages": [{"duration": "2s", "qps": 10, "shape": "step"}]}),
        ),
        &expect!["e: h, 2s, 10/s, 4 connections, preflight Strict"],
    );
}

#[test]
fn percentiles_of_an_endpoint_join_those_of_the_task_and_the_defaults() {
    check(
        &endpoint(json!({"url": "h"}), &json!({"percentiles": [42]})),
        &expect![
            "e: h, 100 requests, 8/s, 4 connections, percentiles [42.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9]"
        ],
    );
    check(
        &endpoint(
            json!({"url": "h", "percentiles": [98, 42]}),
            &json!({"percentiles": [42, 97.5]}),
        ),
        &expect![
            "e: h, 100 requests, 8/s, 4 connections, percentiles [42.0, 97.5, 98.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9]"
        ],
    );
}

#[test]
fn headers_join_by_name_in_any_case() {
    let task = json!({"url": "h", "headers": {"X-A": "task", "X-B": "task"}});
    check(
        &endpoint(task, &json!({"headers": {"x-a": "own", "X-C": "own"}})),
        &expect![
            "e: h, 100 requests, 8/s, 4 connections, header X-B=task, header x-a=own, header X-C=own"
        ],
    );
}

#[test]
fn error_ranges_of_an_endpoint_count() {
    let task = json!({"url": "h", "errorRanges": [{"lower": 500}]});
    check(
        &endpoint(task.clone(), &json!({"errorRanges": [{"lower": 404, "upper": 404}]})),
        &expect!["e: h, 100 requests, 8/s, 4 connections, errors [404]"],
    );
    check(
        &endpoint(task.clone(), &json!({"errorRanges": []})),
        &expect!["e: h, 100 requests, 8/s, 4 connections, errors []"],
    );
    check(
        &endpoint(task, &json!({})),
        &expect!["e: h, 100 requests, 8/s, 4 connections, errors [500]"],
    );
}

#[test]
fn the_payload_of_an_endpoint_replaces_that_of_the_task() {
    check(
        &json!({"url": "h", "payloadStr": "s", "payloadFile": "f"}),
        &expect![[r#"h, 100 requests, 8/s, 4 connections, body File("f")"#]],
    );
    check(
        &json!({"url": "h", "payloadStr": "s", "payloadFile": "f", "payloadURL": "http://u"}),
        &expect![[r#"h, 100 requests, 8/s, 4 connections, body Url("http://u")"#]],
    );
    check(
        &endpoint(json!({"url": "h", "payloadURL": "u"}), &json!({"payloadStr": "own"})),
        &expect![[r#"e: h, 100 requests, 8/s, 4 connections, body Text("own")"#]],
    );
    check(
        &endpoint(json!({"url": "h", "payloadStr": "s"}), &json!({"payloadFile": "own"})),
        &expect![[r#"e: h, 100 requests, 8/s, 4 connections, body File("own")"#]],
    );
}

#[test]
fn keys_of_the_task_are_refused_in_endpoints() {
    for key in ["warmup", "warmupNumRequests", "warmupDuration", "onError", "endpoints"] {
        let told = told(&endpoint(json!({"url": "h"}), &json!({key: "1"})));
        assert_eq!(
            told,
            format!("error: http.endpoints.e.{key}: {key} may not stand in an endpoint")
        );
    }
}

#[test]
fn endpoints_keep_their_order_and_inherit_what_they_lack() {
    let inputs = json!({"url": "h", "timeout": "3s", "connections": 2, "endpoints": {
        "z": {"url": "z"}, "a": {}, "m": {"connections": 1},
    }});
    check(
        &inputs,
        &expect![[r"
        z: z, 100 requests, 8/s, 2 connections, timeout 3s
        a: h, 100 requests, 8/s, 2 connections, timeout 3s
        m: h, 100 requests, 8/s, 1 connections, timeout 3s"]],
    );
}

/// A second loop starts from the inputs that the first one stored.
#[test]
fn effective_inputs_mean_the_same_as_those_they_come_from() {
    for inputs in [
        json!({"url": "h"}),
        json!({"url": "h", "qps": 0, "percentiles": [97.5]}),
        json!({"url": "h", "duration": "3s"}),
        json!({"url": "h", "stages": [{"duration": "2s", "qps": 10}], "qps": 3}),
        json!({"endpoints": {
            "a": {"url": "a", "duration": "3s", "percentiles": [42]},
            "b": {"url": "b", "qps": "max", "errorRanges": []},
            "c": {"url": "c", "stages": [{"duration": "2s", "qps": 10}]},
        }}),
        json!({"url": "h", "percentiles": [98], "errorRanges": [{"lower": 500}], "endpoints": {
            "a": {"numRequests": 5, "percentiles": [42, 99.9]}, "b": {"qps": 0},
        }}),
    ] {
        let stored = Value::Object(effective(inputs.as_object().unwrap()));
        assert_eq!(told(&stored), told(&inputs), "{inputs}");
        assert_eq!(Value::Object(effective(stored.as_object().unwrap())), stored, "{inputs}");
    }
}

#[test]
fn ways_to_authenticate() {
    check(
        &json!({"url": "h", "auth": {"basic": {"user": "ada", "password": "l:ve"}}}),
        &expect!["h, 100 requests, 8/s, 4 connections, header Authorization=Basic YWRhOmw6dmU="],
    );
    check(
        &json!({"url": "h", "headers": {"authorization": "x", "A": "b"}, "auth": {"bearer": "t"}}),
        &expect!["h, 100 requests, 8/s, 4 connections, header A=b, header Authorization=Bearer t"],
    );
    check(
        &json!({"url": "h", "auth": {"token": "t"}}),
        &expect!["h, 100 requests, 8/s, 4 connections, header Authorization=token t"],
    );
    let oauth2 = json!({"tokenURL": "http://t", "clientID": "i", "clientSecret": "s"});
    check(
        &json!({"url": "h", "auth": {"oauth2": oauth2}}),
        &expect!["error: http.auth: a load test authenticates by basic, bearer or token"],
    );
}

#[test]
fn encryption_and_connections() {
    check(
        &json!({"url": "https://h", "tls": {"caFile": "/no/such/file"}}),
        &expect![
            "error: http.tls.caFile: cannot read /no/such/file: No such file or directory (os error 2)"
        ],
    );
    let test = |inputs: Value| {
        let inputs = inputs.as_object().unwrap();
        let normal = normalise_inputs(&HTTP, inputs, "http", UnknownKeys::Reject).unwrap();
        resolve(&normal, "http", &Zone::UTC).unwrap().remove(0).target
    };
    let target = test(json!({"url": "https://h", "tls": {"skipVerify": true}, "keepAlive": false}));
    assert!(target.tls.skip_verify && !target.keep_alive);
    let target = test(json!({"url": "https://h"}));
    assert!(!target.tls.skip_verify && target.keep_alive);
}

#[test]
fn templates_are_checked_where_they_stand() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("payload");
    std::fs::write(&file, "{{ .Nope }}").unwrap();
    let fails = "{{ fail \"so\" }}";
    for (inputs, place) in [
        (json!({"url": "h/{{"}), "http.url: the URL cannot be read as a template: "),
        (
            json!({"url": "h", "headers": {"X": fails}}),
            "http.headers: header \"X\" cannot be evaluated: ",
        ),
        (
            json!({"url": "h", "payloadStr": fails}),
            "http.payloadStr: the payload cannot be evaluated: ",
        ),
        (
            json!({"url": "h", "payloadFile": file}),
            "http.payloadFile: the payload cannot be evaluated: ",
        ),
        (
            json!({"url": "h", "requests": [{}, {"payloadStr": fails}]}),
            "http.requests[1].payloadStr: the payload cannot be evaluated: ",
        ),
        (
            json!({"url": "h/{{1}}", "followRedirects": true}),
            "http.template: templates and following redirects exclude each other",
        ),
    ] {
        let mut inputs = inputs;
        assert!(!told(&inputs).starts_with("error: http.payload"), "{inputs}");
        inputs["template"] = json!(true);
        let told = told(&inputs);
        assert!(told.starts_with(&format!("error: {place}")), "{told}");
    }
}

#[test]
fn proxies_are_checked_without_a_word_of_their_passwords() {
    for (inputs, expected) in [
        (
            json!({"proxy": "https://u:secret@p:1"}),
            "a proxy with scheme \"https\" is not supported: expected http://HOST:PORT",
        ),
        (
            json!({"proxy": "http://u:secret@p:x"}),
            "the proxy's URL is invalid: URL has invalid port \"x\"",
        ),
        (
            json!({"proxy": "http://p:1", "unixSocket": "/s"}),
            "a proxy and a Unix domain socket exclude each other",
        ),
    ] {
        let mut inputs = inputs;
        inputs["url"] = json!("h");
        assert_eq!(told(&inputs), format!("error: http.proxy: {expected}"));
    }
}

#[test]
fn streams_are_requests_at_once() {
    let width = |inputs: Value| {
        let inputs = inputs.as_object().unwrap();
        let normal = normalise_inputs(&HTTP, inputs, "http", UnknownKeys::Reject).unwrap();
        let test = resolve(&normal, "http", &Zone::UTC).unwrap().remove(0);
        HttpPlan::try_from(test.target).unwrap().width().get()
    };
    assert_eq!(width(json!({"url": "h", "streams": 9})), 1);
    assert_eq!(width(json!({"url": "h", "streams": 9, "httpVersion": "2"})), 9);
    assert_eq!(width(json!({"url": "h", "httpVersion": 2, "streams": 3})), 3);
    check(
        &json!({"url": "h", "httpVersion": "2", "streams": 1000, "connections": 66, "duration": "1s"}),
        &expect![
            "error: http.streams: 66000 requests at once are more than 65535, over all connections"
        ],
    );
    check(
        &json!({"url": "h", "httpVersion": "2", "followRedirects": true}),
        &expect!["error: http.httpVersion: following redirects needs HTTP/1.1"],
    );
}
