//! Redirects: followed within bounds, and without what is meant for the first server.

use iter8_fetch::{Auth, Limits, Request, Statuses};
use iter8_testkit::{Script, ScriptedServer, Step};

use crate::{at, chain, patient, reply, send, server};

fn redirect(status: u16, location: &str) -> Vec<Step> {
    reply(status, &[("Location", location)], "moved")
}

fn with_secrets(method: &str, url: &str) -> Request {
    let mut request = Request::new(method, url);
    request.headers = [("X-Api-Key", "hush"), ("Cookie", "hush"), ("Accept", "text/plain")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
    request.auth = Auth::Bearer("hush".into());
    request
}

#[tokio::test]
async fn the_same_server_keeps_everything() {
    let server = server([
        redirect(307, "/b?x=1"),
        redirect(302, "c"),
        redirect(308, "?d"),
        reply(200, &[], "there"),
    ]);
    let mut request = with_secrets("PUT", &format!("{}a", server.url()));
    request.body = Some(b"text".to_vec());
    let response = send(&request, &patient()).await.unwrap();
    assert_eq!((response.body.as_slice(), response.attempts), (&b"there"[..], 1));
    let requests = server.requests();
    let targets: Vec<_> = requests.iter().map(|seen| seen.target().to_owned()).collect();
    assert_eq!(targets, ["/a", "/b?x=1", "/c", "/c?d"]);
    for seen in &requests {
        assert_eq!((seen.method(), seen.body.as_slice()), ("PUT", &b"text"[..]));
        assert_eq!(seen.header("x-api-key"), Some("hush"));
        assert_eq!(seen.header("authorization"), Some("Bearer hush"));
    }
}

#[tokio::test]
async fn methods_change_as_browsers_change_them() {
    let cases = [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"),
        (301, "PUT", "PUT"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
    ];
    for (status, method, expected) in cases {
        let server = server([redirect(status, "/b"), reply(200, &[], "")]);
        let mut request = Request::new(method, server.url());
        request.headers = vec![("Content-Type".to_owned(), "text/plain".to_owned())];
        request.body = (method != "HEAD").then(|| b"text".to_vec());
        send(&request, &patient()).await.unwrap();
        let seen = server.requests().remove(1);
        assert_eq!(seen.method(), expected, "{status} {method}");
        let is_kept = expected == method && method != "HEAD";
        assert_eq!(seen.body.is_empty(), !is_kept, "{status} {method}");
    }
}

#[tokio::test]
async fn another_server_sees_no_secrets_ever_after() {
    let there = server([redirect(302, "/again"), reply(200, &[], "there")]);
    let here = ScriptedServer::start(Script::always(redirect(301, &format!("{}x", there.url()))));
    let response = send(&with_secrets("GET", &here.url()), &patient()).await.unwrap();
    assert_eq!(response.body, b"there");
    assert_eq!(here.requests()[0].header("authorization"), Some("Bearer hush"));
    for seen in there.requests() {
        assert!(!format!("{seen:?}").contains("hush"), "{seen:?}");
        assert_eq!(seen.header("accept"), Some("text/plain"));
    }

    // Back at the first server they stay away: who sent us there is another.
    let back = server([reply(200, &[], "")]);
    let away = ScriptedServer::start(Script::always(redirect(302, &back.url())));
    let home = ScriptedServer::start(Script::always(redirect(302, &away.url())));
    send(&with_secrets("GET", &home.url()), &patient()).await.unwrap();
    assert!(!format!("{:?}", back.requests()).contains("hush"));
}

#[tokio::test]
async fn users_in_the_url_stay_too() {
    let there = server([reply(200, &[], "")]);
    let away = there.url().replace("http://", "http://eve:other@");
    let here = ScriptedServer::start(Script::always(redirect(302, &away)));
    let url = here.url().replace("http://", "http://ann:hush@");
    send(&Request::get(url), &patient()).await.unwrap();
    assert_eq!(here.requests()[0].header("authorization"), Some("Basic YW5uOmh1c2g="));
    assert_eq!(there.requests()[0].header("authorization"), None);
}

#[tokio::test]
async fn some_are_not_followed() {
    let there = server([reply(200, &[], "")]);
    let check = async |steps: Vec<Step>, limits: &Limits, expected: &str| {
        let here = ScriptedServer::start(Script::always(steps));
        let mut request = Request::new("POST", here.url());
        request.body = Some(b"hush".to_vec());
        let error = send(&request, limits).await.unwrap_err();
        assert_eq!(at(&chain(&error), &here), expected);
        assert_eq!(error.attempts(), 1);
    };
    check(
        redirect(307, &there.url()),
        &patient(),
        "SERVER/ answered 307 Temporary Redirect and redirects to another server, where the body \
         must not go",
    )
    .await;
    for location in ["ftp://h/", "file:///etc/passwd", "http://", "mailto:a@b"] {
        check(
            redirect(302, location),
            &patient(),
            "SERVER/ answered 302 Found and redirects to something that is no web server",
        )
        .await;
    }
    check(
        redirect(307, "/"),
        &patient(),
        "SERVER/ answered 307 Temporary Redirect and redirects more than 10 times",
    )
    .await;
    check(
        redirect(302, "/"),
        &Limits { redirects: 2, ..patient() },
        "SERVER/ answered 302 Found and redirects more than 2 times",
    )
    .await;
    check(
        redirect(302, "/"),
        &Limits { redirects: 0, ..patient() },
        "SERVER/ answered 302 Found: moved",
    )
    .await;
    assert_eq!(there.request_count(), 0);
}

#[tokio::test]
async fn other_statuses_of_the_family_are_answers() {
    for (status, headers) in [(304, vec![]), (300, vec![("Location", "/b")]), (302, vec![])] {
        let server = server([reply(status, &headers, "")]);
        let request = Request { statuses: Statuses::Any, ..Request::get(server.url()) };
        assert_eq!(send(&request, &patient()).await.unwrap().status, status);
    }
}
