//! Credentials go to their store and nowhere else.

use super::*;

/// Repeats what it was sent, as some servers do.
fn repeating(secrets: &[&str]) -> Arc<ScriptedServer> {
    let body = format!("you sent {}", secrets.join(" and "));
    Arc::new(ScriptedServer::start(Script::always([Step::reply(403, &body)])))
}

#[tokio::test]
async fn credentials_are_sent_and_neither_stored_nor_logged() {
    let secrets = ["in-header-1", "in-auth-2", "in-variable-3"];
    let text = TEMPLATE
        .replace("X-App: {{ or .labels.app \"none\" }}", "X-Api-Key: {{ .apiKey }}")
        .replace("number of requests", "for {{ .password }}");
    let (server, template) = (repeating(&secrets), Templates::with(&text));
    let more = json!({
        "values": {
            "url": url(&server), "labels": {"version": "v0"},
            "apiKey": secrets[0], "password": secrets[2],
        },
        "auth": {"store": {"bearer": secrets[1]}},
        "onError": "fail",
    });
    let bench = Bench::withholding(json!([task(&server, &template, more)]));
    for _ in 0..2 {
        let error = bench.run().await.unwrap_err();
        assert!(error.contains("403"), "{error}");
        assert!(secrets.iter().all(|secret| !error.contains(secret)), "{error}");
    }
    for request in server.requests() {
        assert_eq!(request.header("x-api-key"), Some(secrets[0]));
        assert_eq!(request.header("authorization"), Some("Bearer in-auth-2"));
    }
    let document = bench.document();
    assert!(document.contains("[redacted]") && document.contains("withheldRef"), "{document}");
    for secret in secrets {
        assert!(!document.contains(secret), "{document}");
        let logs = bench.logs.lines();
        assert!(logs.iter().all(|line| !line.contains(secret)), "{logs:?}");
    }
    let fault = bench.restarted().fault().unwrap();
    assert!(fault.message.contains("is not stored"), "{fault}");
}

#[tokio::test]
async fn credentials_by_reference_are_read_in_each_loop() {
    let (server, template) = (server(&["1"]), Templates::with(TEMPLATE));
    let folder = TempDir::new().unwrap();
    let token = folder.path().join("token");
    let auth = json!({"store": {"basic": {"user": "me", "password": {"fileRef": token}}}});
    let bench = Bench::new(json!([task(&server, &template, json!({"auth": auth}))]));
    for password in ["first", "second"] {
        fs::write(&token, format!("{password}\n")).unwrap();
        bench.complete().await;
    }
    let sent: Vec<_> =
        server.requests().iter().map(|r| r.header("authorization").map(str::to_owned)).collect();
    let basic = |text: &str| Some(format!("Basic {text}"));
    // me:first and me:second
    assert_eq!([&sent[0], &sent[2]], [&basic("bWU6Zmlyc3Q="), &basic("bWU6c2Vjb25k")]);
    assert_eq!(bench.with(0)["auth"], auth);
}

/// A description may be recorded, and so must not hold what the template was given.
#[tokio::test]
async fn what_is_recorded_is_masked() {
    let text = TEMPLATE.replace("number of requests", "asked with {{ .token }}");
    let (server, template) = (server(&["1"]), Templates::with(&text));
    let values = json!({"url": url(&server), "labels": {}, "token": "hunter2"});
    let bench = Bench::withholding(json!([task(&server, &template, json!({"values": values}))]));
    bench.complete().await;
    assert_eq!(
        bench.insights().metrics["store/request-count"].description,
        "asked with [redacted]"
    );
}
