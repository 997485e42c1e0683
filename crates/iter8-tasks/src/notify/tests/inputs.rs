//! What becomes of inputs before anything is sent.

use serde_json::{Value, json};

use super::Stage;
use crate::notify::settings::Source;

/// What is wrong with inputs, with the advice.
fn refused(with: &Value) -> String {
    let error = Stage::new("pass").task(with).map(|_| ()).expect_err("inputs that are wrong");
    match error.hint.as_deref() {
        Some(hint) => format!("{error} [{hint}]"),
        None => error.to_string(),
    }
}

#[test]
fn wrong_inputs_are_found_before_anything_runs() {
    let hook = "http://h/hook";
    let cases = [
        (json!({}), "notify: no URL was provided for notify task [set url]"),
        (json!({"url": ""}), "notify: no URL was provided for notify task [set url]"),
        (json!({"payload": "slack"}), "notify: no URL was provided for notify task [set url]"),
        (
            json!({"url": "h/hook"}),
            "notify.url: expected a URL that begins with http:// or https://",
        ),
        (
            json!({"url": hook, "link": "see there"}),
            "notify.link: expected the URL of a web page, without blanks and quotes",
        ),
        (json!({"url": hook, "timeout": "0s"}), "notify.timeout: expected a time above zero"),
        (
            json!({"url": hook, "totalTimeout": "soon"}),
            "notify.totalTimeout: invalid duration \"soon\"; expected for example 1m30s",
        ),
        (
            json!({"url": hook, "payloadTemplateURL": "no-such.tpl"}),
            "notify.payloadTemplateURL: cannot read no-such.tpl: No such file or directory \
             (os error 2) [expected a URL that begins with http:// or https://, the path of a \
             file, or the name of a built-in payload]",
        ),
        (
            json!({"url": hook, "tls": {"caFile": "no-such.pem"}}),
            "notify.tls.caFile: cannot read no-such.pem: No such file or directory (os error 2)",
        ),
        (
            json!({"url": hook, "tls": {"serverName": "a b"}}),
            "notify.tls: cannot use the server name \"a b\": expected a host name",
        ),
    ];
    for (with, expected) in cases {
        assert_eq!(refused(&with), expected, "{with}");
    }
}

#[test]
fn wrong_settings_are_found_before_anything_runs() {
    let settings = |payload: &str, settings: Value| json!({"url": "http://h/hook", "payload": payload, "settings": settings});
    let long = "x".repeat(256);
    let cases = [
        (json!({"payload": "github"}), "notify.settings.owner: please set owner, or url"),
        (
            json!({"payload": "githubStatus", "settings": {"owner": "o", "repo": "r"}}),
            "notify.settings.sha: please set sha, or url",
        ),
        (
            json!({"payload": "githubComment", "settings": {"owner": "o", "repo": "..", "pullRequest": 1}}),
            "notify.settings.repo: expected letters, digits, -, _ and .",
        ),
        (
            json!({"payload": "github", "settings": {"owner": "o", "repo": "r", "apiURL": "ghe"}}),
            "notify.settings.apiURL: expected a URL that begins with http:// or https://",
        ),
        (
            json!({"payload": "pagerduty"}),
            "notify.settings.routingKey: please set the integration key of the service",
        ),
        (
            settings("pagerduty", json!({"routingKey": "k", "severity": "bad"})),
            "notify.settings.severity: expected one of critical, error, warning, info",
        ),
        (
            settings("pagerduty", json!({"routingKey": "k", "dedupKey": long})),
            "notify.settings.dedupKey: expected a text of 1 to 255 characters",
        ),
        (
            settings("report", json!({"eventType": 7})),
            "notify.settings.eventType: expected a text of 1 to 100 characters",
        ),
        (
            settings("githubStatus", json!({"context": ""})),
            "notify.settings.context: expected a text of 1 to 255 characters",
        ),
        (
            settings("cloudevents", json!({"source": "my shop"})),
            "notify.settings.source: expected a URI or a path",
        ),
    ];
    for (with, expected) in cases {
        assert_eq!(refused(&with), expected, "{with}");
    }
}

#[test]
fn what_is_asked_follows_from_inputs() {
    let github = json!({"owner": "o", "repo": "r.x", "sha": "abc", "pullRequest": 7});
    let cases = [
        (json!({"url": "http://h/p"}), "GET http://h/p"),
        (json!({"url": "http://h/p", "method": "put"}), "PUT http://h/p"),
        (
            json!({"url": "http://h/p", "params": {"b": "2 3", "a": "1"}}),
            "GET http://h/p?a=1&b=2+3",
        ),
        (json!({"url": "http://h/p", "payload": "slack"}), "POST http://h/p"),
        (json!({"url": "http://h/p", "payload": "slack", "method": "PUT"}), "PUT http://h/p"),
        (
            json!({"payload": "github", "settings": github}),
            "POST https://api.github.com/repos/o/r.x/dispatches",
        ),
        (
            json!({"payload": "githubStatus", "settings": github}),
            "POST https://api.github.com/repos/o/r.x/statuses/abc",
        ),
        (
            json!({"payload": "githubComment", "settings": github}),
            "POST https://api.github.com/repos/o/r.x/issues/7/comments",
        ),
        (
            json!({"payload": "github", "settings": {"owner": "o", "repo": "r", "apiURL": "https://ghe/api/v3/"}}),
            "POST https://ghe/api/v3/repos/o/r/dispatches",
        ),
        (
            json!({"payload": "pagerduty", "settings": {"routingKey": "k"}}),
            "POST https://events.pagerduty.com/v2/enqueue",
        ),
        (
            json!({"payload": "pagerduty", "settings": {"routingKey": "k"}, "url": "http://eu/v2"}),
            "POST http://eu/v2",
        ),
    ];
    for (with, expected) in cases {
        let settings = Stage::new("pass").task(&with).unwrap().settings;
        assert_eq!(format!("{} {}", settings.method, settings.url), expected);
    }
}

#[test]
fn headers_are_completed_and_never_doubled() {
    let headers = |with: Value| -> Vec<String> {
        let settings = Stage::new("pass").task(&with).unwrap().settings;
        settings.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect()
    };
    let url = "http://h/p";
    assert_eq!(headers(json!({"url": url, "headers": {"X": "y"}})), ["X: y"]);
    assert_eq!(
        headers(json!({"url": url, "payload": "slack"})),
        ["Content-Type: application/json"]
    );
    assert_eq!(
        headers(json!({"url": url, "payload": "cloudevents"})),
        ["Content-Type: application/cloudevents+json; charset=utf-8"]
    );
    assert_eq!(
        headers(
            json!({"url": url, "payload": "slack", "contentType": "a/b", "headers": {"content-type": "c/d"}})
        ),
        ["Content-Type: a/b"]
    );
    assert_eq!(
        headers(json!({"url": url, "payload": "slack", "headers": {"content-type": "c/d"}})),
        ["content-type: c/d"]
    );
    assert_eq!(
        headers(
            json!({"url": url, "payload": "github", "headers": {"accept": "x/y", "Authorization": "token t"}})
        ),
        [
            "Authorization: token t",
            "accept: x/y",
            "X-GitHub-Api-Version: 2022-11-28",
            "Content-Type: application/json"
        ]
    );
}

#[test]
fn urls_that_are_passwords_are_not_shown() {
    let is_hook = |with: Value| Stage::new("pass").task(&with).unwrap().settings.is_hook;
    let url = "http://h/p";
    assert!(is_hook(json!({"url": url})));
    assert!(is_hook(json!({"url": url, "payload": "slack", "auth": {"bearer": "x"}})));
    assert!(!is_hook(json!({"url": url, "auth": {"bearer": "x"}})));
    assert!(!is_hook(json!({"url": url, "headers": {"authorization": "x"}})));
}

#[test]
fn templates_of_0_13_are_built_in() {
    let name = |template: &str| {
        let with = json!({"url": "http://h/p", "payloadTemplateURL": template});
        let settings = Stage::new("pass").task(&with).unwrap().settings;
        match settings.source {
            Some(Source::BuiltIn(preset)) => Some(preset.name),
            _ => None,
        }
    };
    let hub = "https://raw.githubusercontent.com/iter8-tools/hub";
    assert_eq!(name(&format!("{hub}/iter8-0.12.1/templates/_payload-slack.tpl")), Some("slack"));
    assert_eq!(name(&format!("{hub}/main/templates/_payload-github.tpl")), Some("github"));
    assert_eq!(name(&format!("{hub}/main/templates/_payload-other.tpl")), None);
    assert_eq!(name("http://h/templates/_payload-slack.tpl"), None);
    assert_eq!(name("teams"), Some("teams"));
}

#[test]
fn limits_of_size_are_the_smaller_ones() {
    let largest = |with: Value| Stage::new("pass").task(&with).unwrap().settings.largest;
    let url = "http://h/p";
    assert_eq!(largest(json!({"url": url})), 1 << 20);
    assert_eq!(largest(json!({"url": url, "maxPayloadSize": 2 << 20})), 2 << 20);
    assert_eq!(largest(json!({"url": url, "payload": "discord"})), 6_000);
    assert_eq!(
        largest(json!({"url": url, "payload": "discord", "maxPayloadSize": 2 << 20})),
        6_000
    );
    assert_eq!(largest(json!({"url": url, "payload": "discord", "maxPayloadSize": 500})), 500);
}
