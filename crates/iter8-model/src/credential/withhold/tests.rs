//! Which inputs are credentials, and what stands in their place.

use serde_json::json;

use super::*;
use crate::task::catalogue::{CUSTOMMETRICS, GITHUB, HTTP, NOTIFY, RUN, SLACK};

/// Withholds from `inputs`: what is left, with `withheldRef`s written as `<ID>`, and what was
/// taken, by ID.
fn withheld(entry: &TaskEntry, inputs: Value) -> (Value, Vec<(String, String)>) {
    let Value::Object(mut inputs) = inputs else { panic!("not a map") };
    let taken = withhold(entry, &mut inputs, "t");
    let mut left = Value::Object(inputs);
    mark(&mut left);
    let reveal = |of: Withheld| (of.id, of.secret.reveal().to_owned());
    (left, taken.into_iter().map(reveal).collect())
}

fn mark(value: &mut Value) {
    if let Ok(Some(Reference::Withheld(id))) = Reference::read(value, "") {
        *value = json!(format!("<{id}>"));
    }
    match value {
        Value::Object(map) => map.values_mut().for_each(mark),
        Value::Array(items) => items.iter_mut().for_each(mark),
        _ => {}
    }
}

#[track_caller]
fn check(entry: &TaskEntry, inputs: Value, left: Value, taken: &[(&str, &str)]) {
    let taken: Vec<_> = taken.iter().map(|(id, text)| ((*id).into(), (*text).into())).collect();
    let shown = inputs.to_string();
    assert_eq!(withheld(entry, inputs), (left, taken), "{shown}");
}

/// Nothing in these inputs is a credential.
fn check_kept(entry: &TaskEntry, inputs: Value) {
    check(entry, inputs.clone(), inputs, &[]);
}

#[test]
fn parameters_that_are_credentials() {
    check(
        &GITHUB,
        json!({"owner": "o", "repo": "r", "TOKEN": "ghp_1"}),
        json!({"owner": "o", "repo": "r", "TOKEN": "<t.TOKEN>"}),
        &[("t.TOKEN", "ghp_1")],
    );
    check(
        &SLACK,
        json!({"url": "http://h/s", "softFailure": false, "link": "http://h/report"}),
        json!({"url": "<t.url>", "softFailure": false, "link": "http://h/report"}),
        &[("t.url", "http://h/s")],
    );
    check(&SLACK, json!({"url": 12345}), json!({"url": "<t.url>"}), &[("t.url", "12345")]);
    for token in [json!({"envRef": "T"}), json!(""), json!(null), json!({"fileRef": "/t"})] {
        check_kept(&GITHUB, json!({"token": token}));
    }
}

#[test]
fn urls_of_webhooks_unless_the_request_has_another_credential() {
    let url = json!("https://hooks.example/T0/B0");
    let left = json!({"url": "<t.url>", "headers": {"Accept": "x"}});
    let taken = [("t.url", "https://hooks.example/T0/B0")];
    check(&NOTIFY, json!({"url": url, "headers": {"Accept": "x"}}), left, &taken);
    for others in [
        json!({"auth": {"bearer": {"envRef": "T"}}}),
        json!({"headers": {"authorization": {"envRef": "T"}}}),
        json!({"Settings": {"pagerduty": [{"routingKey": {"envRef": "T"}}]}}),
        json!({"params": {"api_key": {"envRef": "T"}}}),
    ] {
        let mut inputs = others;
        inputs["url"] = url.clone();
        check_kept(&NOTIFY, inputs);
    }
    check(
        &NOTIFY,
        json!({"url": "https://h/?sig=abc", "auth": {"token": {"envRef": "T"}}}),
        json!({"url": "<t.url>", "auth": {"token": {"envRef": "T"}}}),
        &[("t.url", "https://h/?sig=abc")],
    );
}

#[test]
fn headers_of_load_tests_and_their_endpoints() {
    check(
        &HTTP,
        json!({
            "url": "http://h/?id=1",
            "headers": {"Authorization": "Bearer x", "Accept": "a", "X-Api-Key": 7},
            "endpoints": {"a": {"Headers": {"cookie": "c=d"}}, "b": null},
        }),
        json!({
            "url": "http://h/?id=1",
            "headers": {
                "Authorization": "<t.headers.Authorization>", "Accept": "a",
                "X-Api-Key": "<t.headers.X-Api-Key>",
            },
            "endpoints": {"a": {"Headers": {"cookie": "<t.endpoints.a.Headers.cookie>"}}, "b": null},
        }),
        &[
            ("t.headers.Authorization", "Bearer x"),
            ("t.headers.X-Api-Key", "7"),
            ("t.endpoints.a.Headers.cookie", "c=d"),
        ],
    );
}

#[test]
fn variables_of_templates() {
    check(
        &CUSTOMMETRICS,
        json!({
            "templates": {"a": "./a.tpl", "b": "https://me:pw@h/b.tpl", "token": "built-in"},
            "values": {
                "labels": {"app": "web", "reporter": "token ring"},
                "influx": {"token": "t1", "org": "o"},
                "tokens": ["t2", {"x": "t3", "n": 4}],
                "maxTokens": 100,
                "password": 1234,
                "useToken": true,
                "auth header": "Bearer 12345678",
                "given": {"secretRef": {"name": "s", "key": "k"}},
            },
            "versionValues": [{"secret-key": "v"}, {}],
        }),
        json!({
            "templates": {"a": "./a.tpl", "b": "<t.templates.b>", "token": "built-in"},
            "values": {
                "labels": {"app": "web", "reporter": "token ring"},
                "influx": {"token": "<t.values.influx.token>", "org": "o"},
                "tokens": [
                    "<t.values.tokens[0]>",
                    {"x": "<t.values.tokens[1].x>", "n": "<t.values.tokens[1].n>"},
                ],
                "maxTokens": 100,
                "password": "<t.values.password>",
                "useToken": true,
                "auth header": "<t.values.auth header>",
                "given": {"secretRef": {"name": "s", "key": "k"}},
            },
            "versionValues": [{"secret-key": "<t.versionValues[0].secret-key>"}, {}],
        }),
        &[
            ("t.templates.b", "https://me:pw@h/b.tpl"),
            ("t.values.influx.token", "t1"),
            ("t.values.tokens[0]", "t2"),
            ("t.values.tokens[1].x", "t3"),
            ("t.values.tokens[1].n", "4"),
            ("t.values.password", "1234"),
            ("t.values.auth header", "Bearer 12345678"),
            ("t.versionValues[0].secret-key", "v"),
        ],
    );
}

#[test]
fn ways_to_authenticate() {
    check(
        &CUSTOMMETRICS,
        json!({"auth": {
            "a": {"basic": {"user": "u", "password": "p"}},
            "b": {"Bearer": "t"},
            "c": {"token": {"fileRef": "/t"}},
            "d": {"oauth2": {
                "tokenURL": "http://h/token", "clientID": "i", "clientSecret": "s", "scopes": ["x"],
            }},
            "e": {"aws": {
                "region": "r", "accessKeyID": "i", "secretAccessKey": "k", "sessionToken": "st",
            }},
        }}),
        json!({"auth": {
            "a": {"basic": {"user": "u", "password": "<t.auth.a.basic.password>"}},
            "b": {"Bearer": "<t.auth.b.Bearer>"},
            "c": {"token": {"fileRef": "/t"}},
            "d": {"oauth2": {
                "tokenURL": "http://h/token", "clientID": "i",
                "clientSecret": "<t.auth.d.oauth2.clientSecret>", "scopes": ["x"],
            }},
            "e": {"aws": {
                "region": "r", "accessKeyID": "i",
                "secretAccessKey": "<t.auth.e.aws.secretAccessKey>",
                "sessionToken": "<t.auth.e.aws.sessionToken>",
            }},
        }}),
        &[
            ("t.auth.a.basic.password", "p"),
            ("t.auth.b.Bearer", "t"),
            ("t.auth.d.oauth2.clientSecret", "s"),
            ("t.auth.e.aws.secretAccessKey", "k"),
            ("t.auth.e.aws.sessionToken", "st"),
        ],
    );
}

#[test]
fn inputs_of_later_versions_are_searched_too() {
    check(
        &HTTP,
        json!({"future": {"tls": {"password": "p"}}, "apiToken": "t", "more": "x"}),
        json!({"future": {"tls": {"password": "<t.future.tls.password>"}}, "apiToken": "<t.apiToken>", "more": "x"}),
        &[("t.future.tls.password", "p"), ("t.apiToken", "t")],
    );
}

#[test]
fn scripts_and_misplaced_values_are_kept() {
    check_kept(
        &RUN,
        json!({"script": "curl -H 'Authorization: Bearer 12345678'", "timeout": "1s"}),
    );
    check_kept(
        &CUSTOMMETRICS,
        json!({"auth": "x", "templates": [], "values": 5, "tls": {"a": {}}}),
    );
    check_kept(&HTTP, json!({"headers": null, "endpoints": "x", "qps": "max"}));
}

/// Two paths that are written alike are two credentials.
#[test]
fn identifiers_are_different() {
    let (left, taken) =
        withheld(&CUSTOMMETRICS, json!({"values": {"a.token": "one", "a": {"token": "two"}}}));
    assert_eq!(
        left["values"],
        json!({"a.token": "<t.values.a.token>", "a": {"token": "<t.values.a.token+>"}})
    );
    assert_eq!(taken[1], ("t.values.a.token+".to_owned(), "two".to_owned()));
}

#[test]
fn names_of_credentials() {
    for name in [
        "Authorization",
        "Proxy-Authorization",
        "Cookie",
        "Set-Cookie",
        "token",
        "GITHUB_TOKEN",
        "X-Auth-Token",
        "password",
        "db_passwd",
        "clientSecret",
        "Api-Key",
        "DD-API-KEY",
        "dd-application-key",
        "credentials",
        "X-Query-Key",
        "routing_key",
    ] {
        assert!(is_credential_name(name), "{name}");
    }
    for name in ["Accept", "key", "labels", "author", "app", "keyFile", "user", "monkey", ""] {
        assert!(!is_credential_name(name), "{name}");
    }
}

#[test]
fn urls_with_credentials() {
    for url in [
        "https://u:p@h/x",
        "http://token@h",
        "https://h/?api_key=1",
        "https://h/x?a=b&sig=c",
        "https://h?access_token=1",
    ] {
        assert!(is_credential_url(url), "{url}");
    }
    for url in [
        "https://h/x",
        "https://h/@user?a=b",
        "h?token=1",
        "see http://u@h for more",
        "https://h/?keyword=1&design=2",
        "https://h/?token",
        "",
    ] {
        assert!(!is_credential_url(url), "{url}");
    }
}
