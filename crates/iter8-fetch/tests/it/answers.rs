//! What comes back: bodies of all sizes, errors, and answers that are none.

use std::time::Duration;

use iter8_fetch::{Limits, Request, Response, Shown, Statuses};
use iter8_testkit::{Script, ScriptedServer, Step, wait_until};

use crate::{at, chain, client, patient, reply, send, server};

/// Limits without retries.
fn once() -> Limits {
    Limits { retries: 0, ..patient() }
}

async fn failure(steps: Vec<Step>, limits: &Limits) -> String {
    let server = ScriptedServer::start(Script::always(steps));
    let request = Request::get(format!("{}path?token=hush", server.url()));
    let error = send(&request, limits).await.unwrap_err();
    assert!(!format!("{error:?}").contains("hush"), "{error:?}");
    at(&chain(&error), &server)
}

#[tokio::test]
async fn an_answer_is_status_fields_and_body() {
    let server = server([reply(201, &[("X-Kind", "a"), ("X-Kind", "b")], "made")]);
    let mut request = Request::new("POST", format!("{}p?q=1", server.url()));
    request.headers = [("X-One", "1"), ("X-One", "2"), ("User-Agent", "mine")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
    request.body = Some(b"hello".to_vec());
    let response = send(&request, &once()).await.unwrap();
    assert_eq!((response.status, response.attempts), (201, 1));
    assert_eq!(response.body, b"made");
    let kinds: Vec<_> = response.headers.iter().filter(|(name, _)| name == "x-kind").collect();
    assert_eq!(kinds.len(), 2);
    let seen = server.requests().remove(0);
    assert_eq!((seen.method(), seen.target()), ("POST", "/p?q=1"));
    assert_eq!(seen.body, b"hello");
    assert!(seen.head.contains("x-one: 1\r\nx-one: 2\r\n"), "{seen:?}");
    assert_eq!(seen.head.matches("user-agent").count(), 1, "{seen:?}");
}

#[tokio::test]
async fn the_program_names_itself() {
    let server = server([reply(200, &[], "")]);
    send(&Request::get(server.url()), &once()).await.unwrap();
    let seen = server.requests().remove(0);
    assert!(seen.header("user-agent").unwrap().starts_with("iter8/"));
    // Bodies are taken as they are, so that none is asked for in another form.
    assert_eq!(seen.header("accept-encoding"), None);
}

#[tokio::test]
async fn only_success_is_an_answer_unless_asked_otherwise() {
    let error = failure(reply(404, &[], "no\nsuch   thing"), &once()).await;
    assert_eq!(error, "SERVER/path answered 404 Not Found: no such thing");
    let error = failure(reply(404, &[], "token=hush is not known"), &once()).await;
    assert_eq!(error, "SERVER/path answered 404 Not Found: [redacted] is not known");
    for status in [204, 304, 404, 501] {
        let server = server([reply(status, &[], "")]);
        let request = Request { statuses: Statuses::Any, ..Request::get(server.url()) };
        assert_eq!(send(&request, &once()).await.unwrap().status, status);
    }
}

#[tokio::test]
async fn paths_may_be_secret() {
    let server = server([reply(404, &[], "")]);
    let url = format!("{}services/hush", server.url());
    let request = Request { shown: Shown::Host, ..Request::get(url) };
    let error = send(&request, &once()).await.unwrap_err();
    assert_eq!(at(&chain(&error), &server), "SERVER/… answered 404 Not Found");
}

#[tokio::test]
async fn large_bodies_are_not_held() {
    let limits = Limits { largest: 1000, ..once() };
    let too_large = "the answer of SERVER/path has more than 1000 bytes";
    for steps in [
        vec![Step::Sized { bytes: 1 << 30 }],
        vec![Step::ChunkedSized { bytes: 1 << 30 }],
        vec![Step::Endless],
        vec![Step::Sized { bytes: 1001 }],
        vec![Step::ChunkedSized { bytes: 1001 }],
    ] {
        assert_eq!(failure(steps, &limits).await, too_large);
    }
    for steps in [vec![Step::Sized { bytes: 1000 }], vec![Step::ChunkedSized { bytes: 1000 }]] {
        let server = ScriptedServer::start(Script::always(steps));
        let response = send(&Request::get(server.url()), &limits).await.unwrap();
        assert_eq!(response.body.len(), 1000);
    }
}

/// A failure is told by its status, however it is decorated.
#[tokio::test]
async fn of_failures_the_beginning_is_read() {
    let endless = b"HTTP/1.1 403 No\r\nconnection: close\r\n\r\n".to_vec();
    let huge = [endless.clone(), vec![b'x'; 1 << 20]].concat();
    let broken = b"HTTP/1.1 403 No\r\ncontent-length: 100\r\n\r\nstop".to_vec();
    let cases: [(Vec<Step>, u64, usize); 3] = [
        (vec![Step::Raw(huge.clone()), Step::Close], 1 << 30, 64 * 1024),
        (vec![Step::Raw(huge), Step::Close], 100, 100),
        (vec![Step::Raw(broken), Step::Close], 1 << 30, 4),
    ];
    for (steps, largest, kept) in cases {
        let server = ScriptedServer::start(Script::always(steps));
        let request = Request { statuses: Statuses::Any, ..Request::get(server.url()) };
        let response = send(&request, &Limits { largest, ..once() }).await.unwrap();
        assert_eq!((response.status, response.body.len()), (403, kept));
    }
    assert_eq!(Response::LARGEST_OF_FAILURE, 64 * 1024);
}

#[tokio::test]
async fn what_is_no_answer_is_an_error() {
    let broken = "no whole answer from SERVER/path: ";
    for steps in [
        vec![Step::Reset],
        vec![Step::Close],
        vec![Step::CloseAfterAccept],
        vec![Step::Garbage { seed: 1, bytes: 5000 }],
        vec![Step::LyingLength { said: 1000, sent: 500 }],
        vec![
            Step::raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab"),
            Step::Close,
        ],
        vec![Step::raw("SSH-2.0-OpenSSH_9.2\r\n"), Step::Close],
    ] {
        let error = failure(steps.clone(), &once()).await;
        assert!(!error.contains("client error"), "{error}");
        assert!(error.starts_with(broken) && error.len() > broken.len(), "{steps:?}: {error}");
    }
}

#[tokio::test]
async fn nobody_listening_is_an_error() {
    let server = server([reply(200, &[], "")]);
    let address = server.address();
    drop(server);
    let request = Request::get(format!("http://{address}/p?token=hush"));
    let error = send(&request, &once()).await.unwrap_err();
    let refused = "tcp connect error: Connection refused (os error 111)";
    assert_eq!(chain(&error), format!("cannot connect to {address}: {refused}"));
    assert_eq!(error.attempts(), 1);
    assert!(!format!("{error:?}").contains("hush"), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn silence_ends_with_the_limits() {
    let begun = tokio::time::Instant::now();
    let error = failure(vec![Step::NeverAnswer], &Limits::default()).await;
    assert_eq!(error, "no answer from SERVER/path within 30s (3 attempts)");
    assert_eq!(begun.elapsed().as_secs(), 30);
    let error = failure(vec![Step::NeverAnswer], &Limits { retries: 0, ..Limits::default() }).await;
    assert_eq!(error, "no answer from SERVER/path within 10s");
    let body = vec![Step::raw("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab"), Step::NeverAnswer];
    let error = failure(body, &Limits { retries: 1, ..Limits::default() }).await;
    assert_eq!(error, "no answer from SERVER/path within 10s (2 attempts)");
}

/// A body that trickles does not renew the time.
#[tokio::test]
async fn slow_answers_end_with_the_limits() {
    let bytes = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n".repeat(50);
    let steps = vec![Step::SlowBytes { bytes, gap: Duration::from_millis(5) }];
    let limits = Limits { attempt: Duration::from_millis(200), ..once() };
    assert_eq!(failure(steps, &limits).await, "no answer from SERVER/path within 200ms");
}

#[tokio::test]
async fn a_dropped_exchange_closes_its_connection() {
    let server = server([vec![Step::NeverAnswer]]);
    let (client, request, limits) = (client(), Request::get(server.url()), patient());
    let exchange = client.send(&request, &limits);
    let asked = async {
        while server.request_count() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = exchange => panic!("nothing was answered"),
        () = asked => {}
    }
    let closed = tokio::task::spawn_blocking(move || {
        wait_until(Duration::from_secs(20), || server.open_connections() == 0)
    });
    assert!(closed.await.unwrap());
}
