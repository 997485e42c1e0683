//! What becomes of a notification on its way.

use iter8_engine::TaskEnd;
use iter8_testkit::fakes::{Fake, GitHub};
use iter8_testkit::{Script, ScriptedServer, Step};
use serde_json::{Value, json};

use super::Stage;

fn server(steps: impl Into<Vec<Step>>) -> (ScriptedServer, Value) {
    let server = ScriptedServer::start(Script::always(steps));
    let with = json!({"url": format!("{}hush?token=hush-hush-hush-hush", server.url()), "payload": "report", "retries": 0});
    (server, with)
}

#[tokio::test]
async fn only_success_is_success() {
    for status in [200, 201, 202, 204] {
        let (server, with) = server([Step::reply(status, "")]);
        Stage::new("pass").notify(&with).await;
        assert_eq!(server.request_count(), 1);
    }
    let place = |server: &ScriptedServer| format!("{}…", server.url());
    for (status, words) in
        [(400, "Bad Request"), (404, "Not Found"), (500, "Internal Server Error")]
    {
        let (server, with) = server([Step::reply(status, "no\nway, hush-hush-hush-hush")]);
        let error = Stage::new("pass").fail(&with).await;
        let message = "did not receive successful status code for notify task";
        let place = place(&server);
        assert_eq!(
            error,
            format!("{message}: {place} answered {status} {words}: no way, [redacted]")
        );
    }
    let (server, with) = server([Step::Reset]);
    let error = Stage::new("pass").fail(&with).await;
    let start = format!("failed to send the notification: no whole answer from {}", place(&server));
    assert!(error.starts_with(&start) && !error.contains("hush"), "{error}");
}

#[tokio::test]
async fn soft_failures_are_warnings() {
    for step in [Step::reply(500, "no"), Step::Reset, Step::Close] {
        let (_server, mut with) = server([step]);
        with["softFailure"] = json!(true);
        let mut stage = Stage::new("pass");
        stage.notify(&with).await;
        let warnings = stage.logs.warnings();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(!warnings[0].contains("hush"), "{warnings:?}");
    }
    // Booleans are what they are, false included.
    let (_server, mut with) = server([Step::reply(500, "no")]);
    with["softFailure"] = json!("false");
    Stage::new("pass").fail(&with).await;
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    let busy = |status| vec![Step::reply(status, "busy")];
    let script = Script::in_turn([busy(503), busy(429), vec![Step::ok("ok")]]);
    let server = ScriptedServer::start(script);
    let mut stage = Stage::new("pass");
    stage.notify(&json!({"url": server.url(), "payload": "report"})).await;
    assert_eq!(server.request_count(), 3);
    assert_eq!(stage.logs.warnings(), Vec::<String>::new());
    // A server that may have acted on a notification is not told twice.
    let server = ScriptedServer::start(Script::always([Step::reply(500, "")]));
    Stage::new("pass").fail(&json!({"url": server.url(), "payload": "report"})).await;
    assert_eq!(server.request_count(), 1);
}

#[tokio::test]
async fn a_silent_server_is_left_after_the_time_limit() {
    let (_server, mut with) = server([Step::NeverAnswer]);
    with["timeout"] = json!("50ms");
    let error = Stage::new("pass").fail(&with).await;
    assert!(error.contains(" within 50ms"), "{error}");
}

#[tokio::test]
async fn a_stop_ends_the_wait() {
    let (server, with) = server([Step::NeverAnswer]);
    let mut stage = Stage::new("pass");
    let task = stage.task(&with).unwrap();
    let stop = stage.stop.clone();
    let watcher = std::thread::spawn(move || {
        let limit = std::time::Duration::from_secs(20);
        assert!(iter8_testkit::wait_until(limit, || server.request_count() > 0));
        stop.cancel();
    });
    assert_eq!(stage.run(&task).await, Ok(TaskEnd::Interrupted));
    watcher.join().unwrap();
}

#[tokio::test]
async fn without_payload_there_is_no_body() {
    let (server, mut with) = server([Step::ok("")]);
    with.as_object_mut().unwrap().remove("payload");
    Stage::new("pass").notify(&with).await;
    let request = &server.requests()[0];
    assert_eq!((request.method(), request.body_size), ("GET", 0));
    assert_eq!(request.header("content-type"), None);
}

#[tokio::test]
async fn documents_of_0_13_reach_their_services() {
    let hub = "https://raw.githubusercontent.com/iter8-tools/hub/iter8-0.12.1/templates";
    let slack = Fake::slack();
    let with = json!({
        "url": slack.url(), "method": "POST", "softFailure": false,
        "payloadTemplateURL": format!("{hub}/_payload-slack.tpl"),
    });
    Stage::new("pass").notify(&with).await;
    assert_eq!(slack.accepted_one()["text"], "✅ shop: SLOs are satisfied");
    let own = str::to_owned;
    let github =
        Fake::github(GitHub { owner: own("octo"), repo: own("shop"), token: own("t0ken") });
    let with = json!({
        "url": format!("{}/repos/octo/shop/dispatches", github.url()), "method": "POST",
        "headers": {"Authorization": "token t0ken", "Accept": "application/vnd.github+json"},
        "payloadTemplateURL": format!("{hub}/_payload-github.tpl"), "softFailure": false,
    });
    Stage::new("pass").notify(&with).await;
    let body = github.accepted_one();
    assert_eq!(body["event_type"], "iter8");
    assert_eq!(body["client_payload"]["numTasks"], 3);
    assert_eq!(body["client_payload"].as_object().unwrap().len(), 10);
}

#[tokio::test]
async fn the_document_keeps_what_was_stored() {
    let (_server, with) = server([Step::ok("")]);
    let mut stage = Stage::new("pass");
    let stored = json!({"url": {"withheldRef": "notify.url"}, "payload": "report"});
    let task = stage.task_of(&stored, &with).unwrap();
    assert_eq!(stage.run(&task).await, Ok(TaskEnd::Completed));
    assert_eq!(Value::Object(stage.experiment.spec[2].with.clone()), stored);
}
