//! Every built-in payload for every kind of outcome, as its service takes it.

use std::fmt::Write as _;

use iter8_testkit::fakes::{Fake, GitHub};
use iter8_testkit::golden;
use serde_json::{Value, json};

use super::{EXPERIMENTS, Stage};

const KEY: &str = "0123456789abcdef0123456789abcdef";
const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

fn github() -> Fake {
    let own = str::to_owned;
    Fake::github(GitHub { owner: own("octo"), repo: own("shop"), token: own("t0ken") })
}

/// The service of a payload, and the inputs that reach it.
pub(super) fn service(payload: &str) -> (Fake, Value) {
    let with = |fake: Fake, settings: Value| {
        let with = json!({
            "url": fake.url(), "payload": payload, "settings": settings,
            "link": "https://ci.example.com/runs/42?a=1&b=(2)",
        });
        (fake, with)
    };
    match payload {
        "slack" => with(Fake::slack(), json!({})),
        "teams" => with(Fake::teams(), json!({})),
        "discord" => with(Fake::discord(), json!({})),
        "pagerduty" => with(Fake::pagerduty(KEY), json!({"routingKey": KEY})),
        "cloudevents" => with(Fake::cloudevents(), json!({})),
        _ => {
            let fake = github();
            let url = fake.url();
            let settings = json!({
                "owner": "octo", "repo": "shop", "apiURL": url, "sha": SHA, "pullRequest": 7,
            });
            let (fake, mut with) = with(fake, settings);
            with["auth"] = json!({"token": "t0ken"});
            let map = with.as_object_mut().unwrap();
            if payload == "report" {
                map.insert("url".to_owned(), json!(format!("{url}/repos/octo/shop/dispatches")));
                map.insert("headers".to_owned(), json!({"Accept": "application/vnd.github+json"}));
            } else {
                map.remove("url");
            }
            (fake, with)
        }
    }
}

pub(super) const PAYLOADS: [&str; 9] = [
    "report",
    "slack",
    "github",
    "teams",
    "discord",
    "pagerduty",
    "cloudevents",
    "githubStatus",
    "githubComment",
];

/// What a payload is for an experiment; `None` if nothing is sent.
async fn sent(payload: &str, experiment: &str) -> Option<Value> {
    let (fake, with) = service(payload);
    let mut stage = Stage::new(experiment);
    stage.notify(&with).await;
    assert_eq!(stage.logs.warnings(), Vec::<String>::new(), "{payload} of {experiment}");
    match fake.accepted().as_slice() {
        [] => None,
        [body] => Some(body.clone()),
        more => panic!("{} requests", more.len()),
    }
}

#[tokio::test]
async fn every_payload_of_every_outcome_is_accepted() {
    for payload in PAYLOADS {
        let mut all = String::new();
        for (experiment, _) in EXPERIMENTS {
            let body = sent(payload, experiment).await;
            let is_silent =
                payload == "pagerduty" && ["no-slos", "inconclusive"].contains(&experiment);
            assert_eq!(body.is_none(), is_silent, "{payload} of {experiment}");
            let shown = match &body {
                None => "nothing is sent\n".to_owned(),
                Some(body) => match body["body"].as_str() {
                    // A comment is easier to look at as Markdown.
                    Some(text) => text.to_owned(),
                    None => format!("{body:#}\n"),
                },
            };
            write!(all, "==== {experiment}\n{shown}").unwrap();
        }
        golden(format!("notify/{payload}.txt"), &all);
    }
}

#[tokio::test]
async fn verdicts_are_told_in_the_words_of_the_service() {
    const OUTCOMES: [&str; 6] =
        ["pass", "fail", "no-slos", "two-versions", "failed-task", "inconclusive"];
    let verdicts = ["pass", "fail", "none", "fail", "fail", "inconclusive"];
    let cases = [
        ("githubStatus", "/state", ["success", "failure", "success", "failure", "error", "error"]),
        ("pagerduty", "/event_action", ["resolve", "trigger", "", "trigger", "trigger", ""]),
        ("pagerduty", "/payload/severity", ["info", "error", "", "error", "error", ""]),
        ("report", "/client_payload/verdict", verdicts),
        ("cloudevents", "/data/verdict", verdicts),
    ];
    for (payload, pointer, expected) in cases {
        for (experiment, expected) in OUTCOMES.iter().zip(expected) {
            let body = sent(payload, experiment).await.unwrap_or_default();
            let found = body.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
            assert_eq!(found, expected, "{payload}{pointer} of {experiment}");
        }
    }
}

#[tokio::test]
async fn a_status_is_pending_until_there_is_something_to_say() {
    let (fake, with) = service("githubStatus");
    let mut stage = Stage::new("no-slos");
    stage.experiment.result.as_mut().unwrap().num_completed_tasks = 0;
    stage.notify(&with).await;
    assert_eq!(fake.accepted_one()["state"], "pending");
}
