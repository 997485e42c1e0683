//! What is tried again, and when not.

use std::time::Duration;

use iter8_fetch::{Limits, Repeat, Request, Statuses};
use iter8_testkit::Step;
use tokio::time::Instant;

use crate::{at, chain, patient, reply, send, server};

#[tokio::test]
async fn what_passes_is_tried_again() {
    for first in [
        reply(429, &[], ""),
        reply(500, &[], ""),
        reply(502, &[], ""),
        reply(503, &[("Retry-After", "0")], ""),
        reply(504, &[("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")], ""),
        vec![Step::Reset],
        vec![Step::LyingLength { said: 10, sent: 5 }],
    ] {
        let server = server([first.clone(), first.clone(), reply(200, &[], "fine")]);
        let response = send(&Request::get(server.url()), &patient()).await.unwrap();
        assert_eq!((response.body.as_slice(), response.attempts), (&b"fine"[..], 3), "{first:?}");
    }
}

#[tokio::test]
async fn attempts_end() {
    let server = server([reply(503, &[], "busy")]);
    let request = Request::get(server.url());
    let error = send(&request, &patient()).await.unwrap_err();
    assert_eq!(
        at(&chain(&error), &server),
        "SERVER/ answered 503 Service Unavailable (4 attempts): busy"
    );
    assert_eq!((error.attempts(), server.request_count()), (4, 4));
    let any = Request { statuses: Statuses::Any, ..request };
    let response = send(&any, &Limits { retries: 1, ..patient() }).await.unwrap();
    assert_eq!((response.status, response.attempts), (503, 2));
}

#[tokio::test]
async fn what_stays_is_not_tried_again() {
    for status in [400, 401, 403, 404, 501] {
        let server = server([reply(status, &[], ""), reply(200, &[], "")]);
        send(&Request::get(server.url()), &patient()).await.unwrap_err();
        assert_eq!(server.request_count(), 1, "{status}");
    }
}

/// The server may have acted on what it did not answer.
#[tokio::test]
async fn deeds_are_not_repeated_once_heard() {
    let requests = async |first: Vec<Step>, repeat: Option<Repeat>| {
        let server = server([first, reply(200, &[], "")]);
        let mut request = Request::new("POST", server.url());
        request.body = Some(b"deed".to_vec());
        request.repeat = repeat.unwrap_or(request.repeat);
        let is_ok = send(&request, &patient()).await.is_ok();
        (server.request_count(), is_ok)
    };
    assert_eq!(requests(reply(500, &[], ""), None).await, (1, false));
    assert_eq!(requests(vec![Step::Reset], None).await, (1, false));
    assert_eq!(requests(reply(503, &[], ""), None).await, (2, true));
    assert_eq!(requests(reply(429, &[], ""), None).await, (2, true));
    assert_eq!(requests(vec![Step::Reset], Some(Repeat::Always)).await, (2, true));
    assert_eq!(requests(reply(500, &[], ""), Some(Repeat::Always)).await, (2, true));
}

/// A server that wants to be left alone for longer than there is time is left alone at once.
#[tokio::test]
async fn long_pauses_are_not_begun() {
    for asked in ["3600", "99999999999999999999", "Thu, 31 Dec 2099 23:59:59 GMT"] {
        let server = server([reply(429, &[("Retry-After", asked)], "slow down")]);
        let begun = Instant::now();
        let error = send(&Request::get(server.url()), &patient()).await.unwrap_err();
        assert_eq!(
            at(&chain(&error), &server),
            "SERVER/ answered 429 Too Many Requests: slow down"
        );
        assert!(begun.elapsed() < Duration::from_secs(10));
        assert_eq!(server.request_count(), 1);
    }
}

#[tokio::test]
async fn a_pause_is_as_long_as_the_server_asks() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    let until = "Sun, 06 Nov 1994 08:49:38 GMT";
    let server =
        server([reply(429, &[("Retry-After", until), ("Date", date)], ""), reply(200, &[], "")]);
    let begun = Instant::now();
    let response = send(&Request::get(server.url()), &patient()).await.unwrap();
    assert_eq!(response.attempts, 2);
    assert!(begun.elapsed() >= Duration::from_secs(1));
}
