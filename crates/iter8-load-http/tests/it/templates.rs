//! Requests with templates.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;

use iter8_load_http::{Entry, HttpPlan, Target, TargetError, Version};
use iter8_template::Zone;
use iter8_testkit::{Captured, Script, ScriptedServer, Step};

use crate::{closed, count, load, target, verdicts};

fn server() -> ScriptedServer {
    ScriptedServer::start(Script::always([Step::ok("x")]))
}

/// A target whose texts are templates.
fn template(url: &str) -> Target {
    Target { template: Some(Zone::UTC), ..target(url) }
}

fn header(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn path_headers_and_body_are_evaluated_for_each_request() {
    let server = server();
    let request = Target {
        headers: vec![header("X-N", " {{add .RequestNumber 1}} "), header("X-Fixed", "a")],
        body: Arc::from(
            *br#"{"n": {{.RequestNumber}}, "id": "{uuid}", "s": "{{randomString 5}}"}"#,
        ),
        content_type: Some("application/json".to_owned()),
        ..template(&format!(
            "{}item/{{{{.RequestNumber}}}}?w={{{{.WorkerID}}}}&id={{uuid}}",
            server.url()
        ))
    };
    assert_eq!(verdicts(&load(&closed(count(30), 3), request)), "200 × 30");
    let mut numbers = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for seen in server.requests() {
        let number: u64 = seen.header("x-n").unwrap().parse::<u64>().unwrap() - 1;
        let (path, query) = seen.target().split_once('?').unwrap();
        assert_eq!(path, format!("/item/{number}"));
        let (worker, id) = query.split_once('&').unwrap();
        assert!(worker.starts_with("w=g") && worker.contains('c'), "{worker}");
        let body = String::from_utf8(seen.body.clone()).unwrap();
        assert!(body.starts_with(&format!("{{\"n\": {number}, \"id\": \"")), "{body}");
        assert_eq!(seen.header("content-length"), Some(body.len().to_string().as_str()));
        assert_eq!(seen.header("x-fixed"), Some("a"));
        assert!(numbers.insert(number) && ids.insert(id.to_owned()) && ids.insert(body));
    }
    assert_eq!(numbers, (0..30).collect());
}

#[test]
fn nothing_that_a_template_prints_breaks_the_message() {
    let server = server();
    let path = r#"p?a={{ "x y\r\nEvil: 1#?&ü" }}"#;
    let body = vec![b'y'; 100_000];
    let request =
        Target { body: body.clone().into(), ..template(&format!("{}{path}", server.url())) };
    assert_eq!(verdicts(&load(&closed(count(1), 1), request)), "200 × 1");
    let seen = server.requests().remove(0);
    assert_eq!(seen.target(), "/p?a=x%20y%0D%0AEvil:%201%23?&%C3%BC");
    assert_eq!((seen.header("evil"), seen.body == body), (None, true));
}

#[test]
fn a_template_that_fails_is_a_failed_request_and_the_connection_lives_on() {
    let server = server();
    let odd = r#"{{ if eq (mod .RequestNumber 2) 1 }}{{ fail "odd" }}{{ end }}"#;
    let line = r#"{{ if eq (mod .RequestNumber 2) 1 }}{{ "a\nb" }}{{ end }}"#;
    let url = server.url();
    for target in [
        template(&format!("{url}{odd}")),
        Target { headers: vec![header("X", line)], ..template(&url) },
        Target { body: odd.as_bytes().into(), ..template(&url) },
    ] {
        let before = server.connections();
        let measurement = load(&closed(count(10), 1), target);
        assert_eq!(verdicts(&measurement), "200 × 5, request not made × 5");
        assert_eq!(server.connections() - before, 1);
    }
}

#[test]
fn texts_without_actions_and_targets_without_templates_stay_as_they_are() {
    let server = server();
    let url = format!("{}a{{{{.UUID}}}}", server.url());
    let plain = Target { body: Arc::from(*b"{{.UUID}}"), ..target(&url) };
    load(&closed(count(1), 1), plain);
    let fixed = Target { body: Arc::from(*b"{uuid}"), ..template(&server.url()) };
    load(&closed(count(1), 1), fixed);
    let seen = server.requests();
    assert_eq!((seen[0].target(), &*seen[0].body), ("/a{{.UUID}}", &b"{{.UUID}}"[..]));
    assert_eq!(seen[1].body.len(), 36);
}

#[test]
fn requests_in_turns_may_differ_in_what_is_a_template() {
    let server = server();
    let entry = |url: &str, body: &str| Entry {
        url: Some(url.to_owned()),
        body: Some(body.as_bytes().into()),
        ..Entry::default()
    };
    let requests = vec![
        entry("/{{.RequestNumber}}", ""),
        entry("/fixed", "fixed"),
        entry("/{uuid}", ""),
        Entry { body: Some(Arc::from(*b"{{.RequestNumber}}")), ..Entry::default() },
    ];
    let target = Target { requests, ..template(&format!("{}base{{{{1}}}}", server.url())) };
    load(&closed(count(8), 1), target);
    let seen = server.requests();
    let shown = |seen: &Captured| {
        let target = if seen.target().len() == 37 { "/uuid" } else { seen.target() };
        format!("{target} {}", String::from_utf8_lossy(&seen.body))
    };
    let expected =
        ["/0 ", "/fixed fixed", "/uuid ", "/base1 3", "/4 ", "/fixed fixed", "/uuid ", "/base1 7"];
    assert_eq!(seen.iter().map(shown).collect::<Vec<_>>(), expected);
}

#[test]
fn templates_that_cannot_be_are_told_before_the_test() {
    let told = |target: Target| HttpPlan::try_from(target).unwrap_err().to_string();
    let nope = |problem: &str| format!("template: {problem}");
    let headers = |pairs: &[(&str, &str)]| Target {
        headers: pairs.iter().map(|(name, value)| header(name, value)).collect(),
        ..template("web")
    };
    for (target, expected) in [
        (template("web/{{nope}}"), nope("url:1:3: function \"nope\" not defined")),
        (template("web/{{.Nope}}"), "the URL cannot be evaluated: ".to_owned()),
        (headers(&[("X", "{{")]), "header \"X\" cannot be read as a template: ".to_owned()),
        (
            headers(&[("X", "{{ \"\\n1\\n2\" }}")]),
            "header \"X\" gets a control character".to_owned(),
        ),
        (headers(&[("Host", "{{1}}")]), "header \"Host\" cannot be a template".to_owned()),
        (headers(&[("X", "{{1}}"), ("x", "{{2}}")]), "stands there twice".to_owned()),
        (
            Target { body: Arc::from(*b"{{1}}\xff"), ..template("web") },
            "the payload cannot be a template: it is no text in UTF-8".to_owned(),
        ),
        (
            Target { follow_redirects: true, ..template("web/{{1}}") },
            "templates and following redirects exclude each other".to_owned(),
        ),
        (template("{{1}}/x"), "invalid URL".to_owned()),
    ] {
        let told = told(target);
        assert!(told.contains(&expected), "{told}: {expected}");
    }
    let requests =
        vec![Entry::default(), Entry { url: Some("/{{.Nope}}".to_owned()), ..Entry::default() }];
    let error = HttpPlan::try_from(Target { requests, ..template("web") }).unwrap_err();
    assert!(matches!(error, TargetError::Request { index: 1, .. }), "{error:?}");
}

/// The fields of requests over HTTP/2 are those over HTTP/1.1.
#[test]
fn http2_is_evaluated_too() {
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let server = crate::http2::Server::answering(move |_, request, respond| {
        let header = |name: &str| request.headers().get(name).map_or("-", |v| v.to_str().unwrap());
        let (number, length) = (header("x-n").to_owned(), header("content-length").to_owned());
        told.lock().unwrap().push(format!("{} {number} {length}", request.uri().path()));
        crate::http2::reply(respond, 200, "");
    });
    let fail = r#"{{ if eq .RequestNumber 2 }}{{ fail "two" }}{{ end }}"#;
    let target = Target {
        version: Version::Http2 { streams: NonZeroUsize::MIN },
        headers: vec![header("X-N", "{{.RequestNumber}}")],
        body: format!("{{{{repeat (int .RequestNumber) \"a\"}}}}{fail}").as_bytes().into(),
        ..template(&format!("{}/{{{{.RequestNumber}}}}", server.url()))
    };
    assert_eq!(verdicts(&load(&closed(count(4), 1), target)), "200 × 3, request not made × 1");
    assert_eq!(*seen.lock().unwrap(), ["/0 0 0", "/1 1 1", "/3 3 3"]);
}
