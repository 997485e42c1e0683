//! Credentials in payloads: only where a template has put them, and nowhere else.

use iter8_testkit::fakes::Fake;
use iter8_testkit::{Script, ScriptedServer, Step};
use serde_json::json;

use super::{Stage, surroundings};
use crate::notify::credentials::Credentials;

const KEY: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn a_routing_key_arrives_though_it_is_masked_elsewhere() {
    let fake = Fake::pagerduty(KEY);
    let inputs = |key: serde_json::Value| {
        json!({
            "url": fake.url(), "payload": "pagerduty",
            "settings": {"routingKey": key, "source": format!("host-{KEY}")},
        })
    };
    let mut stage = Stage::new("fail");
    stage.redactor.add(KEY);
    let stored = inputs(json!({"envRef": "KEY"}));
    let task = stage.task_of(&stored, &inputs(json!(KEY))).unwrap();
    stage.run(&task).await.unwrap();
    let body = fake.accepted_one();
    assert_eq!(body["payload"]["source"], "host-[redacted]");
    assert_eq!(body.to_string().matches(KEY).count(), 1);
    let kept = &stage.experiment.spec[2].with["settings"]["routingKey"];
    assert_eq!(*kept, json!({"envRef": "KEY"}));
}

#[tokio::test]
async fn everything_else_is_masked() {
    let server = ScriptedServer::start(Script::always([Step::ok("")]));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.tpl");
    let text = r#"{"a": {{ index .Report.Experiment.Spec 0 | toJson }}, "b": "{{ .Settings.plain }}", "c": "{{ b64enc .Settings.plain }}", "d": {{ .Settings.key | toJson }}}"#;
    std::fs::write(&file, text).unwrap();
    let mut stage = Stage::new("pass");
    stage.redactor.add("hunter2 \"x\"");
    stage.redactor.add("http://shop/get");
    let settings = json!({"plain": "hunter2 \"x\"", "key": "kept-key"});
    let with = json!({"url": server.url(), "payloadTemplateURL": file, "settings": settings});
    let mut stored = with.clone();
    stored["settings"]["key"] = json!({"withheldRef": "notify.settings.key"});
    let task = stage.task_of(&stored, &with).unwrap();
    stage.run(&task).await.unwrap();
    let body = String::from_utf8(server.requests()[0].body.clone()).unwrap();
    let secrets = ["hunter2", "shop/get", "aHVudGVyMi"];
    assert!(secrets.iter().all(|secret| !body.contains(secret)), "{body}");
    assert!(body.contains(r#""d": "kept-key""#), "{body}");
    assert_eq!(body.matches("[redacted]").count(), 3, "{body}");
}

#[test]
fn markers_stand_for_references_only() {
    let stored = json!({
        "a": {"envRef": "A"}, "b": {"c": {"fileRef": "/c"}, "d": "plain"}, "e": [{"withheldRef": "e"}, 1],
    });
    let resolved = json!({"a": "one", "b": {"c": "two \"2\"", "d": "plain"}, "e": ["three", 1]});
    let map = |value: &serde_json::Value| value.as_object().unwrap().clone();
    let counter = std::sync::atomic::AtomicU8::new(0);
    let random = |buffer: &mut [u8]| {
        buffer.fill(counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst));
    };
    let (marked, credentials) = Credentials::mark(&map(&stored), &map(&resolved), &random);
    let text = serde_json::Value::Object(marked).to_string();
    assert!(text.contains("plain") && !text.contains("one") && !text.contains("two"), "{text}");
    let placed = credentials.place_in_json(&text);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&placed).unwrap(), resolved);
    assert!(credentials.place(&text).contains("two \"2\""));
    assert!(!format!("{credentials:?}").contains("one"));
    let (same, none) = Credentials::mark(&map(&resolved), &map(&resolved), &*surroundings().random);
    assert_eq!((serde_json::Value::Object(same), none.place("x")), (resolved, "x".to_owned()));
}
