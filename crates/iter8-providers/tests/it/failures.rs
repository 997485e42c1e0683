//! Stores that do not answer as they should: each has its outcome, within its time.

use std::time::Duration;

use iter8_fetch::Limits;
use iter8_testkit::{Script, ScriptedServer, Step};
use tokio::time::Instant;

use crate::{FIRST, ask, ask_one_that, json, patient};

/// The name of the outcome, its reason, and how often the store was asked.
async fn check(steps: Vec<Step>, limits: &Limits, name: &str, requests: usize, reason: &str) {
    let (answer, asked) = ask_one_that(steps.clone(), FIRST, limits).await;
    assert_eq!(answer.outcome.name(), name, "{steps:?}: {answer:?}");
    let told = answer.note.unwrap_or_default();
    assert!(told.starts_with(reason), "{steps:?}: {told}");
    assert_eq!(asked, requests, "{steps:?}");
}

#[tokio::test]
async fn statuses() {
    let fine = &patient();
    let busy = "500 Internal Server Error (4 attempts): busy";
    check(json(500, &[], "busy"), fine, "httpError", 4, busy).await;
    check(json(503, &[], ""), fine, "httpError", 4, "503 Service Unavailable (4 attempts)").await;
    check(json(404, &[], "<html>"), fine, "httpError", 1, "404 Not Found: <html>").await;
    check(json(401, &[], "no hush-hush"), fine, "httpError", 1, "401 Unauthorized: no [redacted]")
        .await;
    check(json(304, &[], ""), fine, "httpError", 1, "304 Not Modified").await;
    let wrong = r#"{"status":"error","errorType":"bad_data","error":"1:5: parse error"}"#;
    check(json(400, &[], wrong), fine, "httpError", 1, &format!("400 Bad Request: {wrong}")).await;
}

/// A store that wants to be left alone is asked again after its time, if there is so much.
#[tokio::test]
async fn pauses_that_are_asked_for() {
    let now = json(429, &[("Retry-After", "0")], "");
    check(now, &patient(), "httpError", 4, "429 Too Many Requests (4 attempts)").await;
    let begun = Instant::now();
    let in_an_hour = json(429, &[("Retry-After", "3600")], "slow down");
    check(in_an_hour, &patient(), "httpError", 1, "429 Too Many Requests: slow down").await;
    assert!(begun.elapsed() < Duration::from_secs(10));
    let script = Script::in_turn([
        json(429, &[("Retry-After", "0")], ""),
        json(500, &[], ""),
        vec![Step::Reset],
        json(200, &[], r#"{"data":{"result":[{"value":[0,"7"]}]}}"#),
    ]);
    let answer = ask(&ScriptedServer::start(script), FIRST, &patient()).await;
    assert_eq!((answer.outcome.value(), answer.trace.attempts), (Some(7.0), 4));
}

#[tokio::test]
async fn connections_that_break() {
    let fine = &patient();
    let broken = "no whole answer from SERVER/ (4 attempts): ";
    for steps in [
        vec![Step::Reset],
        vec![Step::Close],
        vec![Step::LyingLength { said: 1000, sent: 500 }],
        vec![Step::Garbage { seed: 7, bytes: 4000 }],
    ] {
        check(steps, fine, "transportError", 4, broken).await;
    }
    let server = ScriptedServer::start(Script::always([Step::Reset]));
    let url = server.url();
    drop(server);
    let spec = crate::spec(&url, FIRST);
    let client = iter8_fetch::Client::new(&iter8_fetch::Tls::default()).unwrap();
    let auth = iter8_fetch::Auth::None;
    let answer = iter8_providers::query(&client, &spec, &spec.metrics[0], &auth, fine).await;
    assert_eq!(answer.outcome.name(), "transportError");
    assert!(answer.outcome.to_string().contains("Connection refused"), "{answer:?}");
    assert_eq!((answer.trace.status, answer.trace.attempts), (None, 4));
}

#[tokio::test]
async fn redirects_without_end() {
    let fine = &patient();
    let to = |location: &str| json(302, &[("Location", location)], "");
    let endless = "SERVER/ answered 302 Found and redirects more than 10 times";
    check(to("/"), fine, "httpError", 11, endless).await;
    let nowhere = "SERVER/ answered 302 Found and redirects to something that is no web server";
    check(to("mailto:a@b"), fine, "httpError", 1, nowhere).await;
}

/// The clock is stopped, so that how often the store was really reached does not count.
#[tokio::test(start_paused = true)]
async fn silence() {
    let begun = Instant::now();
    let steps = || vec![Step::NeverAnswer];
    let (answer, _) = ask_one_that(steps(), FIRST, &Limits::default()).await;
    assert_eq!((answer.outcome.name(), answer.trace.attempts), ("timeout", 3));
    assert_eq!(answer.note.as_deref(), Some("no answer from SERVER/ within 30s (3 attempts)"));
    assert_eq!(begun.elapsed().as_secs(), 30);
    let once = Limits { retries: 0, ..Limits::default() };
    let (answer, _) = ask_one_that(steps(), FIRST, &once).await;
    assert_eq!(answer.note.as_deref(), Some("no answer from SERVER/ within 10s"));
    assert_eq!(begun.elapsed().as_secs(), 40);
}

#[tokio::test]
async fn answers_that_trickle() {
    let bytes = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n[".repeat(20);
    let steps = vec![Step::SlowBytes { bytes, gap: Duration::from_millis(5) }];
    let limits = Limits { attempt: Duration::from_millis(200), retries: 0, ..patient() };
    check(steps, &limits, "timeout", 1, "no answer from SERVER/ within 200ms").await;
}

#[tokio::test]
async fn answers_that_are_no_json() {
    let fine = &patient();
    for (body, reason) in [
        ("<html>no</html>", "expected value at line 1 column 1: <html>no</html>"),
        ("", "EOF while parsing a value at line 1 column 0"),
        ("{\"data\": ", "EOF while parsing a value at line 1 column 9: {\"data\":"),
        ("NaN", "expected value at line 1 column 1: NaN"),
        ("[1] [2]", "trailing characters at line 1 column 5: [1] [2]"),
        ("\u{1f}\u{8b}\u{8}", "expected value at line 1 column 1: "),
    ] {
        check(json(200, &[], body), fine, "notJson", 1, reason).await;
    }
}

#[tokio::test]
async fn json_of_another_shape() {
    let fine = &patient();
    let wrong = "cannot index [] with data";
    check(json(200, &[], "[]"), fine, "jqError", 1, wrong).await;
    check(json(200, &[], "{}"), fine, "noData", 1, "null where the filter").await;
}
