//! Redirects, followed and not.

use std::sync::Arc;

use iter8_load_http::Target;
use iter8_testkit::{Script, ScriptedServer, Step};

use crate::{sequence, target, verdicts};

fn redirect(status: u16, location: &str) -> Vec<Step> {
    vec![Step::Reply {
        status,
        headers: vec![("Location".to_owned(), location.to_owned())],
        body: b"moved".to_vec(),
    }]
}

fn following(url: &str) -> Target {
    Target { follow_redirects: true, ..target(url) }
}

#[test]
fn redirects_are_ordinary_responses_unless_asked_for() {
    let server = ScriptedServer::start(Script::always(redirect(302, "/there")));
    assert_eq!(verdicts(&sequence(3, target(&server.url()))), "302 × 3");
    assert_eq!(server.connections(), 1);
}

#[test]
fn the_same_origin_keeps_the_connection() {
    let script = Script::in_turn([
        redirect(302, "/there?x=1"),
        vec![Step::ok("x")],
        redirect(302, "there"),
        vec![Step::ok("x")],
    ]);
    let server = ScriptedServer::start(script);
    let measurement = sequence(2, following(&server.url()));
    assert_eq!(verdicts(&measurement), "200 × 2");
    assert_eq!(server.connections(), 1);
    let paths: Vec<_> = server.requests().iter().map(|r| r.target().to_owned()).collect();
    assert_eq!(paths, ["/", "/there?x=1", "/", "/there"]);
}

#[test]
fn another_origin_gets_a_connection_and_no_secrets() {
    let there = ScriptedServer::start(Script::always([Step::ok("x")]));
    let away = format!("{}there", there.url());
    let here = ScriptedServer::start(Script::always(redirect(307, &away)));
    let request = Target {
        headers: vec![("Authorization".to_owned(), "Bearer secret".to_owned())],
        body: Arc::from(*b"hello"),
        ..following(&here.url())
    };
    let measurement = sequence(2, request);
    assert_eq!(verdicts(&measurement), "200 × 2");
    assert_eq!((here.connections(), there.connections()), (2, 2));
    for seen in there.requests() {
        assert_eq!((seen.method(), seen.target()), ("POST", "/there"));
        assert_eq!(seen.header("authorization"), None);
        assert_eq!(seen.header("host"), Some(there.address().to_string().as_str()));
        assert_eq!(seen.body, b"hello");
    }
}

#[test]
fn a_post_becomes_a_get_where_browsers_do_that() {
    let script = Script::in_turn([redirect(303, "/result"), vec![Step::ok("x")]]);
    let server = ScriptedServer::start(script);
    let request = Target { body: Arc::from(*b"hello"), ..following(&server.url()) };
    sequence(1, request);
    let seen = &server.requests()[1];
    assert_eq!((seen.method(), seen.target()), ("GET", "/result"));
    assert_eq!((seen.header("content-length"), seen.header("content-type")), (None, None));
}

#[test]
fn loops_and_dead_ends_are_failures() {
    let server = ScriptedServer::start(Script::always(redirect(302, "/again")));
    let measurement = sequence(2, following(&server.url()));
    assert_eq!(verdicts(&measurement), "redirect failed × 2");
    // The first request and ten hops, twice.
    assert_eq!(server.request_count(), 22);
    for dead_end in ["https://web/", "http://user:secret@web/", "ftp://web/"] {
        let server = ScriptedServer::start(Script::always(redirect(302, dead_end)));
        assert_eq!(verdicts(&sequence(1, following(&server.url()))), "redirect failed × 1");
    }
}

#[test]
fn a_redirect_without_a_location_is_what_it_is() {
    let server = ScriptedServer::start(Script::always([Step::reply(302, "where?")]));
    assert_eq!(verdicts(&sequence(2, following(&server.url()))), "302 × 2");
}
