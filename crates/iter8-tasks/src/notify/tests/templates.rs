//! Templates of users: to the byte what Go makes of them, and errors that name the place.

use std::fmt::Write as _;
use std::path::PathBuf;

use iter8_engine::{CancellationToken, TaskEnd};
use iter8_model::task::TaskKind;
use iter8_testkit::{Script, ScriptedServer, Step, golden};
use serde_json::{Value, json};

use super::{EXPERIMENTS, Stage};

/// A server that takes everything, and the inputs that reach it with a template.
fn anywhere(template: &str) -> (ScriptedServer, Value) {
    let server = ScriptedServer::start(Script::always([Step::ok("")]));
    let with =
        json!({"url": server.url(), "payloadTemplateURL": template, "contentType": "text/plain"});
    (server, with)
}

fn file(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    folder.join("src/notify/tests/templates").join(name)
}

/// Recorded from Go 1.26 with text/template, Sprig 3.3 and sigs.k8s.io/yaml 1.3, on structs with
/// the fields of Iter8 0.13.
#[tokio::test]
async fn templates_in_the_style_of_0_13_render_as_in_go() {
    for name in ["dispatch", "chat", "compact", "fields", "asks"] {
        let mut all = String::new();
        for (experiment, _) in EXPERIMENTS {
            let (server, with) = anywhere(file(&format!("{name}.tpl")).to_str().unwrap());
            let mut stage = Stage::new(experiment);
            let spec = &stage.experiment.spec;
            let of_document = spec.iter().find(|task| task.kind == TaskKind::Notify).unwrap();
            let stored = Value::Object(of_document.with.clone());
            let task = stage.task_of(&stored, &with).unwrap();
            assert_eq!(stage.run(&task).await, Ok(TaskEnd::Completed));
            let body = String::from_utf8(server.requests()[0].body.clone()).unwrap();
            writeln!(all, "==== {experiment}\n{body}").unwrap();
        }
        golden(format!("notify/own/{name}.txt"), &all);
    }
}

#[tokio::test]
async fn templates_come_from_the_web_and_from_the_binary() {
    let web = ScriptedServer::start(Script::always([Step::ok("{{ .Group }} {{ .Verdict }}")]));
    let (server, with) = anywhere(&format!("{}own.tpl?token=x", web.url()));
    Stage::new("fail").notify(&with).await;
    assert_eq!(server.requests()[0].body, b"shop fail");
    assert_eq!(web.request_count(), 1);
    let (server, with) = anywhere("report");
    Stage::new("fail").notify(&with).await;
    assert!(server.requests()[0].body.starts_with(b"{\"event_type\":\"iter8\""));
}

/// Why a payload of a template cannot be made, with the place of the template left out. A soft
/// failure does not help.
async fn fault(template: &str) -> String {
    let web = ScriptedServer::start(Script::always([Step::ok(template)]));
    let (server, mut with) = anywhere(&format!("{}own.tpl?token=hush", web.url()));
    with["softFailure"] = json!(true);
    let error = Stage::new("pass").fail(&with).await;
    assert!(server.requests().is_empty() && !error.contains("hush"), "{error}");
    error.replace(&web.url(), "WEB/")
}

#[tokio::test]
async fn errors_name_template_line_and_column() {
    let cases = [
        (
            "{{ fail \"no\" }}",
            "failed to make the payload: template: WEB/own.tpl:1:3: executing \"WEB/own.tpl\" at \
             <fail \"no\">: error calling fail: no",
        ),
        (
            "line\n{{ .Report.Nothing }}",
            "failed to make the payload: template: WEB/own.tpl:2:10: executing \"WEB/own.tpl\" at \
             <.Report.Nothing>: can't evaluate field Nothing in type interface {}",
        ),
        (
            "{{ index .Versions 9 }}",
            "failed to make the payload: template: WEB/own.tpl:1:3: executing \"WEB/own.tpl\" at \
             <index .Versions 9>: error calling index: index out of range: 9",
        ),
    ];
    for (template, expected) in cases {
        assert_eq!(fault(template).await, expected, "{template}");
    }
    assert!(fault("{{ env \"HOME\" }}").await.contains("error calling env: "));
    for template in ["{{ .Report", "{{ nothing }}"] {
        let error = fault(template).await;
        let start = "failed to make the payload: failed to parse the payload template: template: \
                     WEB/own.tpl:1:";
        assert!(error.starts_with(start), "{template}: {error}");
    }
}

#[tokio::test]
async fn templates_that_cannot_be_had_fail_the_task() {
    for step in [Step::reply(404, "404: Not Found"), Step::Reset, Step::Sized { bytes: 2 << 20 }] {
        let web = ScriptedServer::start(Script::always([step.clone()]));
        let (server, mut with) = anywhere(&format!("{}own.tpl", web.url()));
        with["softFailure"] = json!(true);
        with["retries"] = json!(0);
        let error = Stage::new("pass").fail(&with).await;
        let start = "failed to make the payload: failed to download the payload template: ";
        assert!(error.starts_with(start), "{step:?}: {error}");
        assert!(server.requests().is_empty());
    }
}

#[test]
fn files_are_parsed_before_anything_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.tpl");
    std::fs::write(&path, "{{ if }}").unwrap();
    let with = json!({"url": "http://h", "payloadTemplateURL": path});
    let error = Stage::new("pass").task(&with).map(|_| ()).unwrap_err().to_string();
    let start = "notify.payloadTemplateURL: failed to parse the payload template: template: ";
    assert!(error.starts_with(start), "{error}");
    std::fs::write(&path, [0xff, 0xfe]).unwrap();
    let error = Stage::new("pass").task(&with).map(|_| ()).unwrap_err().to_string();
    assert!(error.ends_with("own.tpl is no text in UTF-8"), "{error}");
}

#[tokio::test]
async fn what_claims_to_be_json_and_is_not_is_warned_about() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.tpl");
    std::fs::write(&path, "{\"text\": \"{{ .Headline }}\"").unwrap();
    let (server, mut with) = anywhere(path.to_str().unwrap());
    with.as_object_mut().unwrap().remove("contentType");
    let mut stage = Stage::new("pass");
    stage.notify(&with).await;
    let warnings = stage.logs.warnings();
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].starts_with("WARN the payload is no JSON"), "{warnings:?}");
    assert_eq!(server.requests()[0].header("content-type"), Some("application/json"));
    let mut stage = Stage::new("pass");
    with["contentType"] = json!("text/plain");
    stage.notify(&with).await;
    assert_eq!(stage.logs.warnings(), Vec::<String>::new());
}

#[tokio::test]
async fn a_template_that_takes_too_much_ends() {
    let error = fault("{{ $x := \"x\" }}{{ range until 64 }}{{ $x = print $x $x }}{{ end }}").await;
    assert!(error.contains("the template takes more than 24 MiB of memory"), "{error}");
}

#[tokio::test]
async fn a_stop_ends_a_template() {
    let stage = Stage::new("pass");
    let task = stage.task(&json!({"url": "http://h", "payloadTemplateURL": file("long.tpl")}));
    let (task, stop) = (task.unwrap(), CancellationToken::new());
    let (ended, ()) = tokio::join!(task.notify(&stage.experiment, &stop), async { stop.cancel() });
    assert_eq!(ended.unwrap_err().to_string(), "failed to make the payload: interrupted");
}
