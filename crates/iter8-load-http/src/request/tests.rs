//! Requests as they are sent.

use expect_test::{Expect, expect};

use super::*;
use crate::plan::HttpPlan;

fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn check(target: Target, expected: &Expect) {
    let plan = HttpPlan::try_from(target).unwrap();
    let text = String::from_utf8(plan.requests[0].message().lead().to_vec()).unwrap();
    let shown = text.replace(USER_AGENT, "iter8/VERSION").replace("\r\n", "\n");
    expected.assert_eq(&shown);
}

#[test]
fn plain_get() {
    check(
        Target::new("web:8080/x?y=z"),
        &expect![[r"
            GET /x?y=z HTTP/1.1
            Host: web:8080
            User-Agent: iter8/VERSION

        "]],
    );
}

#[test]
fn post_because_of_a_body_or_a_type() {
    check(
        Target { body: Arc::from(*b"hello"), ..Target::new("web") },
        &expect![[r"
            POST / HTTP/1.1
            Host: web
            User-Agent: iter8/VERSION
            Content-Type: application/octet-stream
            Content-Length: 5

            hello"]],
    );
    check(
        Target { content_type: Some("text/plain".to_owned()), ..Target::new("web") },
        &expect![[r"
            POST / HTTP/1.1
            Host: web
            User-Agent: iter8/VERSION
            Content-Type: text/plain
            Content-Length: 0

        "]],
    );
}

#[test]
fn headers_of_the_user_win() {
    check(
        Target {
            method: Some("PROPFIND".to_owned()),
            headers: vec![
                field("host", "other.example"),
                field("USER-AGENT", ""),
                field("Content-Type", "application/json"),
                field("X-Empty", ""),
                field("Connection", "Close"),
            ],
            body: Arc::from(*b"{}"),
            content_type: Some("ignored/because-of-the-header".to_owned()),
            ..Target::new("http://[::1]:81/{uuid}")
        },
        &expect![[r"
            PROPFIND /000000000000000000000000000000000000 HTTP/1.1
            Host: other.example
            Content-Type: application/json
            X-Empty: 
            Connection: close
            Content-Length: 2

            {}"]],
    );
}

#[test]
fn redirects_keep_secrets_at_home() {
    let target = Target {
        headers: vec![
            field("Host", "alias"),
            field("Authorization", "Bearer secret"),
            field("Cookie", "secret"),
            field("X-Trace", "1"),
        ],
        body: Arc::from(*b"hello"),
        ..Target::new("http://home/")
    };
    let plan = HttpPlan::try_from(target).unwrap();
    let lead = |url: &str, keeps_body| {
        let url = Url::parse(url).unwrap();
        let method = if keeps_body { "POST" } else { "GET" };
        let to = Redirected { url: &url, method, keeps_body };
        String::from_utf8(plan.requests[0].redirected(&to).lead().to_vec()).unwrap()
    };
    let home = lead("http://home/x", true);
    assert!(home.contains("Host: alias\r\n") && home.contains("Bearer secret"), "{home}");
    let away = lead("http://away/x", false);
    assert!(away.starts_with("GET /x HTTP/1.1\r\nHost: away\r\n"), "{away}");
    assert!(!away.contains("secret") && away.contains("X-Trace: 1"), "{away}");
    assert!(!away.contains("Content-") && away.ends_with("\r\n\r\n"), "{away}");
}
