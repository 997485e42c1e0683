//! `slack`, `github` and `notify`.

use super::*;

fn task(name: &str, inputs: &Value) -> Result<Value, String> {
    let mut values = json!({"tasks": [name]});
    values[name] = inputs.clone();
    compiled(values).map(|spec| spec[0].clone())
}

#[track_caller]
fn check(name: &str, inputs: &Value, expected: &Value) {
    let expected = json!({"task": "notify", "with": expected});
    assert_eq!(task(name, inputs), Ok(expected), "{inputs}");
}

#[test]
fn slack_is_a_post_to_its_webhook() {
    let with = |soft: bool| json!({"url": "http://s", "method": "POST", "payload": "slack", "softFailure": soft});
    check("slack", &json!({"url": "http://s"}), &with(true));
    // A real boolean, however it was set.
    for soft in [json!(false), json!("false")] {
        check("slack", &json!({"url": "http://s", "softFailure": soft}), &with(false));
    }
    let mut expected = with(true);
    expected["url"] = json!({"envRef": "SLACK_URL"});
    expected["payloadTemplateURL"] = json!("./my.tpl");
    expected["link"] = json!("http://ci/1");
    check(
        "slack",
        &json!({"url": {"envRef": "SLACK_URL"}, "payloadTemplateURL": "./my.tpl", "link": "http://ci/1"}),
        &expected,
    );
}

#[test]
fn github_starts_workflows_sets_a_status_or_comments() {
    let base = |more: Value| joined(json!({"owner": "o-1", "repo": "r.x", "token": "t"}), more);
    let with = |url: &str, payload: &str, more: Value| {
        let with = json!({
            "url": url,
            "method": "POST",
            "headers": {"Accept": "application/vnd.github+json", "Authorization": "token t"},
            "payload": payload,
            "softFailure": true,
        });
        joined(with, more)
    };
    let repository = "https://api.github.com/repos/o-1/r.x";
    check(
        "github",
        &base(json!({})),
        &with(&format!("{repository}/dispatches"), "github", json!({})),
    );
    check(
        "github",
        &base(json!({"event": "status", "sha": "abc123", "context": "canary"})),
        &with(
            &format!("{repository}/statuses/abc123"),
            "githubStatus",
            json!({"settings": {"sha": "abc123", "context": "canary"}}),
        ),
    );
    check(
        "github",
        &base(
            json!({"event": "comment", "pullRequest": "7", "settings": {"a": 1}, "softFailure": false}),
        ),
        &with(
            &format!("{repository}/issues/7/comments"),
            "githubComment",
            json!({"settings": {"a": 1, "pullRequest": 7}, "softFailure": false}),
        ),
    );
    // A commit of digits alone, as `--set` types it.
    check(
        "github",
        &base(json!({"event": "status", "sha": 1234, "apiURL": "http://ghe/api/v3/"})),
        &with(
            "http://ghe/api/v3/repos/o-1/r.x/statuses/1234",
            "githubStatus",
            json!({"settings": {"sha": "1234"}}),
        ),
    );
}

/// The header of a token that is not known yet cannot be written.
#[test]
fn a_token_by_reference_authenticates_apart() {
    let token = json!({"secretRef": {"name": "github", "key": "token"}});
    check(
        "github",
        &json!({"owner": "o", "repo": "r", "token": token}),
        &json!({
            "url": "https://api.github.com/repos/o/r/dispatches",
            "method": "POST",
            "headers": {"Accept": "application/vnd.github+json"},
            "auth": {"token": token},
            "payload": "github",
            "softFailure": true,
        }),
    );
}

#[test]
fn notify_is_taken_as_it_is() {
    check(
        "notify",
        &json!({"url": "http://h", "payload": "Teams", "headers": {"X": 1}}),
        &json!({"url": "http://h", "payload": "teams", "headers": {"X": "1"}, "softFailure": true}),
    );
    let conditional =
        task("notify", &json!({"url": "http://h", "softFailure": false, "if": "not SLOs()"}));
    assert_eq!(
        conditional,
        Ok(json!({
            "task": "notify",
            "if": "not SLOs()",
            "with": {"url": "http://h", "softFailure": false},
        }))
    );
}

/// A map with the entries of another added.
fn joined(mut map: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("not a map") };
    more.into_iter().for_each(|(name, value)| map[name] = value);
    map
}

#[track_caller]
fn check_error(name: &str, inputs: &Value, expected: &str) {
    let error = task(name, inputs).unwrap_err();
    assert!(error.starts_with(expected), "{name} {inputs}: {error}");
}

#[test]
fn what_is_missing_is_named() {
    let nil = |name: &str, what: &str| {
        let error = format!(
            "{name}: {what} values object is nil [tasks lists {name}, which needs parameters]"
        );
        check_error(name, &json!(null), &error);
    };
    nil("slack", "slack notify");
    nil("github", "github notify");
    nil("notify", "notify");
    let cases = [
        ("slack", json!({}), "please set a value for the url parameter"),
        ("slack", json!({"url": ""}), "please set a value for the url parameter"),
        ("notify", json!({}), "no URL was provided for notify task [set notify.url]"),
        ("github", json!({}), "please set a value for the owner parameter"),
        ("github", json!({"owner": "o"}), "please set a value for the repo parameter"),
        (
            "github",
            json!({"owner": "o", "repo": "r", "token": null}),
            "please set a value for the token parameter",
        ),
    ];
    for (name, inputs, expected) in cases {
        check_error(name, &inputs, &format!("{name}: {expected}"));
    }
}

#[test]
fn what_is_wrong_is_named() {
    check_error(
        "slack",
        &json!({"url": "u", "method": "PUT"}),
        "slack.method: unknown parameter of task slack [known are ",
    );
    check_error(
        "notify",
        &json!({"url": "u", "softFailure": "perhaps"}),
        "notify.softFailure: expected true or false, got \"perhaps\"",
    );
    let cases = [
        (json!({"owner": "a/b"}), ".owner: expected letters, digits, -, _ and ., got \"a/b\""),
        (json!({"repo": ".."}), ".repo: expected letters, digits, -, _ and ., got \"..\""),
        (
            json!({"event": "push"}),
            ".event: expected one of dispatch, status, comment, got \"push\"",
        ),
        (json!({"event": "status"}), ": event status needs sha [for example --set github.sha=…]"),
        (
            json!({"event": "status", "sha": "a b"}),
            ".sha: expected letters, digits, -, _ and ., got \"a b\"",
        ),
        (
            json!({"event": "comment"}),
            ": event comment needs pullRequest [for example --set github.pullRequest=…]",
        ),
        (
            json!({"event": "comment", "pullRequest": "x"}),
            ".pullRequest: expected a whole number from 1, got \"x\"",
        ),
        (json!({"apiURL": "ghe"}), ".apiURL: expected a URL that begins with http:// or https://"),
    ];
    for (more, expected) in cases {
        let inputs = joined(json!({"owner": "o", "repo": "r", "token": "t"}), more);
        check_error("github", &inputs, &format!("github{expected}"));
    }
}

#[test]
fn some_services_have_an_address_of_their_own() {
    for payload in ["pagerduty", "github", "githubStatus", "githubComment"] {
        assert!(task("notify", &json!({"payload": payload})).is_ok(), "{payload}");
    }
    for payload in ["teams", "report", "slack"] {
        assert!(task("notify", &json!({"payload": payload})).is_err(), "{payload}");
    }
}
