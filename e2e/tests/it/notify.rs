//! Word of the outcome: what services get, and what nobody gets to see.

use std::fs;
use std::path::Path;

use iter8_e2e::{Finished, Workspace};
use iter8_testkit::fakes::{Fake, GitHub};
use serde_json::{Value, json};

use crate::{quick, sample};

const TOKEN: &str = "ghp_TokenOfTheStory0123456789";
const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

/// PagerDuty's routing key. It is sent in the payload, since the service wants it there.
const KEY: &str = "0123456789abcdef0123456789abcdef";

/// The last part of the path of Slack's webhook.
const HOOK: &str = "SecretOfTheHook";

fn github() -> Fake {
    let own = str::to_owned;
    Fake::github(GitHub { owner: own("octo"), repo: own("shop"), token: own(TOKEN) })
}

/// Values of an experiment that ends with these tasks, and that meets its objectives or not.
fn values(service: &str, is_good: bool, last: &str, settings: &Value) -> String {
    let limit = if is_good { 5_000 } else { 0 };
    let mut values = json!({
        "tasks": ["http", "assess", last],
        "http": {"url": service, "numRequests": 20, "qps": 500},
        "assess": {"SLOs": {"upper": {"http/latency-mean": limit, "http/error-count": 0}}},
    });
    values[last] = settings.clone();
    values.to_string()
}

/// Every file below a folder, with its text.
fn files(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                return files(&path);
            }
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            vec![(path.display().to_string(), text)]
        })
        .collect()
}

/// Asserts that no credential is in what was printed, logged, stored, reported or sent.
#[track_caller]
fn assert_secret(workspace: &Workspace, finished: &Finished, sent: &[Value]) {
    let mut places = files(&workspace.path().join(".iter8"));
    assert!(places.iter().any(|(name, _)| name.ends_with("experiment.yaml")), "{places:?}");
    places.push(("stdout".to_owned(), finished.stdout.clone()));
    places.push(("stderr".to_owned(), finished.stderr.clone()));
    for format in ["text", "html", "json", "junit", "markdown"] {
        let report = workspace.iter8(&format!("report -o {format}")).run().expect(0);
        places.push((format!("report {format}"), report.stdout + &report.stderr));
    }
    places.extend(sent.iter().map(|body| ("payload".to_owned(), body.to_string())));
    for (name, text) in places {
        for secret in [TOKEN, HOOK, KEY, "TokenOfTheStory", "Z2hwX1Rva2VuT2ZUaGVTdG9ye"] {
            assert!(!text.contains(secret), "{secret} in {name}:\n{text}");
        }
    }
}

#[test]
fn slack_hears_of_good_and_bad_news() {
    let (workspace, service) = (Workspace::new(), sample());
    for (is_good, code, headline) in
        [(true, 0, "SLOs are satisfied"), (false, 1, "SLOs are not satisfied")]
    {
        let slack = Fake::slack();
        let settings = json!({"url": slack.url(), "link": "https://ci.example.com/runs/42"});
        workspace.write("values.yaml", values(&service.url(), is_good, "slack", &settings));
        let finished = workspace.iter8("-l trace run -f values.yaml").run().expect(code);
        let message = slack.accepted_one();
        let mark = if is_good { "✅" } else { "❌" };
        assert_eq!(message["text"], format!("{mark} default: {headline}"));
        let text = message.to_string();
        assert!(text.contains("`http/latency-mean (msec) ≤ "), "{text}");
        assert!(text.contains("https://ci.example.com/runs/42"), "{text}");
        assert!(text.contains("The experiment has completed, loop 1."), "{text}");
        assert!(workspace.document("default").completed());
        assert!(workspace.document_text("default").contains("withheldRef"));
        assert_secret(&workspace, &finished, &[message]);
    }
}

#[test]
fn github_is_told_in_three_ways() {
    let (workspace, service) = (Workspace::new(), sample());
    let events = [
        (json!({"event": "dispatch"}), "/client_payload/verdict", ["pass", "fail"]),
        (
            json!({"event": "status", "sha": SHA, "context": "canary"}),
            "/state",
            ["success", "failure"],
        ),
        (json!({"event": "comment", "pullRequest": 7}), "/body", ["### ✅ shop", "### ❌ shop"]),
    ];
    for (event, pointer, expected) in events {
        for (is_good, expected) in [true, false].into_iter().zip(expected) {
            let github = github();
            let mut settings = json!({
                "owner": "octo", "repo": "shop", "token": {"envRef": "GITHUB_TOKEN"},
                "apiURL": github.url(), "softFailure": false,
            });
            settings.as_object_mut().unwrap().extend(event.as_object().unwrap().clone());
            workspace.write("values.yaml", values(&service.url(), is_good, "github", &settings));
            let line = "-l trace run -g shop -f values.yaml";
            let finished = workspace.iter8(line).env("GITHUB_TOKEN", TOKEN).run();
            let finished = finished.expect(i32::from(!is_good));
            let body = github.accepted_one();
            let told = body.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
            assert!(told.starts_with(expected), "{event}: {body:#}");
            workspace.iter8("report").run().expect(2);
            let report = workspace.iter8("report -g shop").run().expect(0);
            assert!(workspace.document_text("shop").contains("envRef: GITHUB_TOKEN"), "{report}");
            for (name, text) in files(workspace.path()) {
                assert!(!text.contains(TOKEN), "{name}:\n{text}");
            }
            for text in [&finished.stdout, &finished.stderr, &report.stdout, &body.to_string()] {
                assert!(!text.contains(TOKEN), "{text}");
            }
        }
    }
}

#[test]
fn an_alert_is_opened_and_closed() {
    let (workspace, service) = (Workspace::new(), sample());
    let pagerduty = Fake::pagerduty(KEY);
    let settings = json!({
        "url": pagerduty.url(), "payload": "pagerduty", "settings": {"routingKey": KEY},
    });
    for (is_good, code) in [(false, 1), (true, 0)] {
        workspace.write("values.yaml", values(&service.url(), is_good, "notify", &settings));
        let finished = workspace.iter8("-l trace run -f values.yaml").run().expect(code);
        assert_secret(&workspace, &finished, &[]);
        assert!(workspace.document_text("default").contains("routingKey:\n"), "withheld");
    }
    let told: Vec<[String; 2]> = pagerduty
        .accepted()
        .iter()
        .map(|event| ["event_action", "dedup_key"].map(|key| event[key].to_string()))
        .collect();
    let expected = ["trigger", "resolve"].map(|action| [action, "iter8/default"]);
    assert_eq!(told, expected.map(|event| event.map(|text| format!("{text:?}"))));
}

#[test]
fn a_service_that_refuses_does_not_end_the_experiment_unless_asked_to() {
    let (workspace, service) = (Workspace::new(), sample());
    let github = github();
    let settings = |soft: bool| {
        json!({
            "owner": "octo", "repo": "shop", "token": "another-token-that-is-wrong",
            "apiURL": github.url(), "softFailure": soft,
        })
    };
    workspace.write("values.yaml", values(&service.url(), true, "github", &settings(true)));
    let finished = workspace.iter8("-l trace run -f values.yaml").run().expect(0);
    let finished = finished
        .logs("level=warning msg=did not receive successful status code for notify task")
        .logs("401 Unauthorized");
    assert!(!finished.stderr.contains("another-token"), "{finished}");
    workspace.write("values.yaml", values(&service.url(), true, "github", &settings(false)));
    let finished = workspace.iter8("run -f values.yaml").run().expect(2);
    let last = finished.stderr.lines().next_back().unwrap_or_default();
    let start = "Error: failed to run task 3 (notify): did not receive successful status code for \
                 notify task: ";
    assert!(last.starts_with(start) && last.contains("Bad credentials"), "{finished}");
    assert!(!finished.stderr.contains("another-token"), "{finished}");
    assert!(!workspace.document("default").no_failure());
}

#[test]
fn conditions_choose_who_is_told() {
    let (workspace, service) = (Workspace::new(), sample());
    let slack = Fake::slack();
    let line = format!(
        "run {} --set tasks={{http,assess,slack}} --set slack.if='not SLOs()' --set slack.url={}",
        quick(&service.url()),
        slack.url()
    );
    let finished = workspace.iter8(&line).run().expect(0);
    finished.logs(
        "task 3: notify: skipped stack-trace=below ... \n::Trace:: false condition: not SLOs()",
    );
    assert!(slack.judged().is_empty());
}

#[test]
fn documents_of_0_13_are_run_without_the_internet() {
    let (workspace, slack) = (Workspace::new(), Fake::slack());
    let hub = "https://raw.githubusercontent.com/iter8-tools/hub/iter8-0.12.1/templates";
    let with = format!(
        "{{url: \"{}\", method: POST, softFailure: false, payloadTemplateURL: \"{hub}/_payload-slack.tpl\"}}",
        slack.url()
    );
    let document =
        format!("spec: [{{run: \"true\"}}, {{task: notify, with: {with}}}]\nresult: {{}}\n");
    workspace.write("experiment.yaml", document);
    let finished = workspace.iter8("-l trace run --file experiment.yaml").run().expect(0);
    let message = slack.accepted_one();
    assert_eq!(message["text"], "⚪ default: No results yet");
    assert_secret(&workspace, &finished, &[message]);
}
