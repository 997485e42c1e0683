//! What is sent.

use super::*;

/// The only request of a load test with these inputs.
async fn sent(more: Value) -> Captured {
    let server = server([Step::ok("x")]);
    let mut one = json!({"numRequests": 1});
    let Value::Object(more) = more else { panic!("not a map") };
    more.into_iter().for_each(|(name, value)| one[name] = value);
    tested(&server, one).await;
    server.requests().remove(0)
}

/// Method, type and body of the only request.
async fn shape(more: Value) -> String {
    let request = sent(more).await;
    let kind = request.header("content-type").unwrap_or("-").to_owned();
    format!("{} {kind} {}", request.method(), String::from_utf8_lossy(&request.body))
}

#[tokio::test]
async fn a_body_or_its_type_makes_a_post() {
    let cases = [
        (json!({}), "GET - "),
        (json!({"payloadStr": "hello"}), "POST application/octet-stream hello"),
        (json!({"payloadStr": ""}), "GET - "),
        (json!({"contentType": "text/x"}), "POST text/x "),
        (
            json!({"payloadStr": "{}", "contentType": "application/json"}),
            "POST application/json {}",
        ),
        (json!({"payloadStr": "x", "method": "PUT"}), "PUT application/octet-stream x"),
        (json!({"method": "DELETE"}), "DELETE - "),
        (json!({"payloadStr": 5}), "POST application/octet-stream 5"),
    ];
    for (inputs, expected) in cases {
        assert_eq!(shape(inputs.clone()).await, expected, "{inputs}");
    }
}

#[tokio::test]
async fn a_file_wins_over_text_and_a_url_over_both() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("payload");
    fs::write(&file, "of file").unwrap();
    let payloads = server([Step::ok("of url")]);
    let inputs = json!({"payloadStr": "of text", "payloadFile": file});
    assert_eq!(shape(inputs.clone()).await, "POST application/octet-stream of file");
    let mut inputs = inputs;
    inputs["payloadURL"] = json!(format!("{}payload?a=1&b=2", payloads.url()));
    assert_eq!(shape(inputs).await, "POST application/octet-stream of url");
    let downloads = payloads.requests();
    assert_eq!(downloads.len(), 1);
    assert_eq!((downloads[0].method(), downloads[0].target()), ("GET", "/payload?a=1&b=2"));
}

#[tokio::test]
async fn templates_are_evaluated_if_asked_for() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("payload");
    fs::write(&file, "{{ upper \"of file\" }}").unwrap();
    let request = sent(json!({"payloadFile": file, "template": true})).await;
    assert_eq!(request.body, b"OF FILE");
    let inputs =
        json!({"payloadStr": "{{.RequestNumber}}", "headers": {"X": "{{.RequestNumber}}"}});
    let request = sent(inputs.clone()).await;
    assert_eq!(
        (&*request.body, request.header("x")),
        (&b"{{.RequestNumber}}"[..], Some("{{.RequestNumber}}"))
    );
    let mut inputs = inputs;
    inputs["template"] = json!(true);
    let request = sent(inputs).await;
    assert_eq!((&*request.body, request.header("x")), (&b"0"[..], Some("0")));
}

#[tokio::test]
async fn a_proxy_leads_on_and_its_password_is_stored_nowhere() {
    let proxy = server([Step::ok("x")]);
    let url = format!("http://ada:l0vel4ce@{}", proxy.address());
    let with = json!({"url": "http://web.invalid/a", "proxy": url, "numRequests": 1, "qps": "max"});
    let bench = Bench::withholding(json!([{"task": "http", "with": with}]));
    bench.complete().await;
    let seen = proxy.requests().remove(0);
    assert_eq!(seen.target(), "http://web.invalid/a");
    assert_eq!(seen.header("proxy-authorization"), Some("Basic YWRhOmwwdmVsNGNl"));
    let document = format!("{:?}", bench.experiment());
    assert!(document.contains("withheldRef") && !document.contains("l0vel4ce"), "{document}");
}

#[tokio::test]
async fn headers() {
    let plain = sent(json!({})).await;
    let agent = plain.header("user-agent").unwrap();
    assert!(agent.starts_with("iter8/"), "{agent}");
    let headers = json!({"X-N": 1, "X-B": true, "Host": "other", "User-Agent": ""});
    let request = sent(json!({"headers": headers})).await;
    assert_eq!(request.header("x-n"), Some("1"));
    assert_eq!(request.header("x-b"), Some("true"));
    assert_eq!(request.header("host"), Some("other"));
    assert_eq!(request.header("user-agent"), None);
}

#[tokio::test]
async fn the_scheme_may_be_left_out() {
    let server = server([Step::ok("x")]);
    let url = server.url().replace("http://", "") + "a/b?c=d";
    tested(&server, json!({"url": url})).await;
    assert_eq!(server.requests()[0].target(), "/a/b?c=d");
}

/// A service that remembers what it has seen would refuse a repetition.
#[tokio::test]
async fn no_two_requests_have_the_same_uuid() {
    let server = server([Step::ok("x")]);
    let url = format!("{}?id={{uuid}}", server.url());
    let inputs = fast(&server, json!({"url": url, "payloadStr": "{uuid}", "numRequests": 2}));
    let mut warm_up = inputs.clone();
    warm_up["warmup"] = json!(true);
    let bench = Bench::new(json!([
        {"task": "http", "with": warm_up}, {"task": "http", "with": inputs},
    ]));
    bench.complete().await;
    bench.complete().await;
    let mut seen = Vec::new();
    for request in server.requests() {
        seen.push(request.target().trim_start_matches("/?id=").to_owned());
        seen.push(String::from_utf8(request.body).unwrap());
    }
    assert!(seen.iter().all(|uuid| uuid.len() == 36), "{seen:?}");
    assert_eq!(seen.len(), 16);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 16, "{seen:?}");
}

#[tokio::test]
async fn a_seed_makes_uuids_repeatable() {
    let uuid = || async {
        let server = server([Step::ok("x")]);
        tested(&server, json!({"payloadStr": "{uuid}", "seed": 7})).await;
        server.requests().into_iter().map(|request| request.body).collect::<Vec<_>>()
    };
    assert_eq!(uuid().await, uuid().await);
}

#[tokio::test]
async fn a_number_of_requests_is_exact_and_without_a_probe() {
    for (requests, connections) in [(1, 4), (7, 2), (10, 4), (3, 8)] {
        let server = server([Step::ok("x")]);
        let inputs = json!({"numRequests": requests, "connections": connections});
        let bench = tested(&server, inputs).await;
        assert_eq!(server.request_count(), requests);
        assert_eq!(bench.value("http/request-count"), Some(requests as f64));
        assert_eq!(server.connections(), connections.min(requests));
    }
}

#[tokio::test]
async fn a_duration_begins_with_one_uncounted_request_for_each_connection() {
    let server = server([Step::ok("x")]);
    let inputs = json!({
        "url": server.url(), "duration": "100ms", "qps": 100, "connections": 3,
    });
    let bench = Bench::http(inputs);
    bench.complete().await;
    assert_eq!(bench.value("http/request-count"), Some(10.0));
    assert_eq!(server.request_count(), 13);
}

#[tokio::test]
async fn connections_are_kept_after_errors_and_through_long_answers() {
    for steps in [
        vec![Step::reply(500, "broken")],
        vec![Step::reply(404, &"x".repeat(1000))],
        vec![Step::Sized { bytes: 300_000 }],
        vec![Step::ChunkedSized { bytes: 300_000 }],
    ] {
        let server = server(steps.clone());
        let bench = tested(&server, json!({"errorRanges": []})).await;
        assert_eq!(server.connections(), 1, "{steps:?}");
        assert_eq!(bench.value("http/connect-count"), Some(1.0));
        assert_eq!(bench.value("http/error-count"), Some(0.0), "{steps:?}");
    }
}
