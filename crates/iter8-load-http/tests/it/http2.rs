//! HTTP/2, against a server of another implementation.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use h2::server::{Builder, Connection, SendResponse};
use h2::{Reason, RecvStream};
use http::{Request, Response};
use iter8_load::Budget;
use iter8_load_http::{Entry, Target, Version};
use iter8_testkit::certificates::CA;
use iter8_testkit::{Front, TlsFront};
use iter8_tls::Tls;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use crate::{IMPATIENT, closed, count, load, open, target, try_load, verdicts};

/// Answers one request, the one of this number on the whole server.
type Answer = dyn Fn(usize, Request<RecvStream>, SendResponse<Bytes>) + Send + Sync;

/// What a server does.
struct Script {
    builder: Builder,
    answer: Box<Answer>,
    /// A connection says goodbye after so many requests.
    requests_per_connection: usize,
}

pub(crate) struct Server {
    address: std::net::SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
    _runtime: Runtime,
}

impl Server {
    fn start(script: Script) -> Self {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (connections, requests) = (Arc::new(AtomicUsize::new(0)), Arc::default());
        let (script, counted, served) =
            (Arc::new(script), Arc::clone(&connections), Arc::clone(&requests));
        runtime.spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(socket, Arc::clone(&script), Arc::clone(&served)));
            }
        });
        Self { address, connections, requests, _runtime: runtime }
    }

    pub(crate) fn answering(
        answer: impl Fn(usize, Request<RecvStream>, SendResponse<Bytes>) + Send + Sync + 'static,
    ) -> Self {
        Self::start(Script {
            builder: Builder::new(),
            answer: Box::new(answer),
            requests_per_connection: usize::MAX,
        })
    }

    fn target(&self, streams: usize) -> Target {
        let streams = NonZeroUsize::new(streams).unwrap();
        let url = format!("http://{}/path", self.address);
        Target { version: Version::Http2 { streams }, ..target(&url) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

async fn serve(socket: TcpStream, script: Arc<Script>, served: Arc<AtomicUsize>) {
    socket.set_nodelay(true).unwrap();
    let handshake = script.builder.handshake::<_, Bytes>(socket).await;
    let Ok(mut connection): Result<Connection<TcpStream, Bytes>, _> = handshake else { return };
    let mut own = 0;
    while let Some(Ok((request, respond))) = connection.accept().await {
        let number = served.fetch_add(1, Ordering::SeqCst);
        (script.answer)(number, request, respond);
        own += 1;
        if own == script.requests_per_connection {
            connection.graceful_shutdown();
        }
    }
}

pub(crate) fn reply(mut respond: SendResponse<Bytes>, status: u16, body: &'static str) {
    let response = Response::builder().status(status).body(()).unwrap();
    let mut stream = respond.send_response(response, body.is_empty()).unwrap();
    if !body.is_empty() {
        stream.send_data(Bytes::from_static(body.as_bytes()), true).unwrap();
    }
}

fn fine() -> Server {
    Server::answering(|_, _, respond| reply(respond, 200, "hello"))
}

#[test]
fn many_streams_share_a_connection() {
    let server = fine();
    let measurement = load(&closed(count(1000), 2), server.target(16));
    assert_eq!(verdicts(&measurement), "200 × 1000");
    assert_eq!((server.connections(), server.requests()), (2, 1000));
    let recorder = &measurement.recorder;
    assert!(
        recorder.counts().bytes_in > 5000 && recorder.counts().bytes_out > 9000,
        "{recorder:?}"
    );
    let measurement = load(&open(2000.0, count(400), 2), server.target(4));
    assert_eq!(
        (verdicts(&measurement).as_str(), measurement.recorder.counts().unsent),
        ("200 × 400", 0)
    );
}

#[test]
fn requests_say_what_those_of_http_1_1_say() {
    let server = Server::answering(|number, request, respond| {
        let header = |name: &str| request.headers().get(name).map(|v| v.to_str().unwrap());
        let expected = if number == 0 {
            assert_eq!(header("user-agent").unwrap().split('/').next(), Some("iter8"));
            request.method() == "GET" && request.uri().path() == "/path"
        } else {
            assert_eq!(header("authorization"), Some("Bearer t"));
            assert_eq!(header("content-length"), Some("41"));
            assert_eq!(header("content-type"), Some("text/plain"));
            assert_eq!(request.uri().authority().unwrap(), "alias:80");
            assert_eq!(request.uri().query().map(str::len), Some(36));
            request.method() == "PUT"
        };
        reply(respond, if expected { 200 } else { 500 }, "");
    });
    assert_eq!(verdicts(&load(&closed(count(1), 1), server.target(1))), "200 × 1");
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let target = Target {
        url: format!("http://{}/p?{{uuid}}", server.address),
        method: Some("PUT".to_owned()),
        headers: vec![field("Host", "alias:80"), field("Authorization", "Bearer t")],
        body: Arc::from(*b"id = {uuid}"),
        content_type: Some("text/plain".to_owned()),
        ..server.target(3)
    };
    assert_eq!(verdicts(&load(&closed(count(30), 1), target)), "200 × 30");
}

#[test]
fn requests_take_turns() {
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let server = Server::answering(move |_, request, respond| {
        let header = |name: &str| request.headers().get(name).map_or("-", |v| v.to_str().unwrap());
        let path = request.uri().path();
        let path = if path.len() == 37 { "/uuid" } else { path };
        let (length, own) = (header("content-length"), header("x-own"));
        told.lock().unwrap().push(format!("{} {path} {length} {own}", request.method()));
        reply(respond, 200, "");
    });
    let entry = |url: &str, body: &str| Entry {
        url: Some(url.to_owned()),
        body: (!body.is_empty()).then(|| body.as_bytes().into()),
        ..Entry::default()
    };
    let own = vec![("X-Own".to_owned(), "1".to_owned())];
    let requests = vec![
        entry("/a", ""),
        entry("/b", "long body"),
        entry("/{uuid}", "{uuid}"),
        Entry { headers: own, method: Some("HEAD".to_owned()), ..entry("/c", "") },
    ];
    let target = Target { requests, ..server.target(1) };
    assert_eq!(verdicts(&load(&closed(count(6), 1), target)), "200 × 6");
    let expected = [
        "GET /a - -",
        "POST /b 9 -",
        "POST /uuid 36 -",
        "HEAD /c - 1",
        "GET /a - -",
        "POST /b 9 -",
    ];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[test]
fn bodies_of_any_size_pass_both_ways() {
    const SIZE: usize = 5 << 20;
    let server = Server::answering(|_, request, mut respond| {
        tokio::spawn(async move {
            let mut body = request.into_body();
            let mut received = 0;
            while let Some(Ok(data)) = body.data().await {
                received += data.len();
                body.flow_control().release_capacity(data.len()).unwrap();
            }
            let status = if received == SIZE { 200 } else { 500 };
            let response = Response::builder().status(status).body(()).unwrap();
            let mut stream = respond.send_response(response, false).unwrap();
            stream.send_data(vec![b'y'; SIZE].into(), true).unwrap();
        });
    });
    let target = Target { body: vec![b'x'; SIZE].into(), ..server.target(4) };
    let measurement = load(&closed(count(12), 2), target);
    assert_eq!(verdicts(&measurement), "200 × 12");
    let recorder = &measurement.recorder;
    assert!(
        recorder.counts().bytes_in > 60 << 20 && recorder.counts().bytes_out > 60 << 20,
        "{recorder:?}"
    );
}

#[test]
fn a_server_may_allow_few_streams_and_end_connections() {
    let mut builder = Builder::new();
    builder.max_concurrent_streams(3);
    let server = Server::start(Script {
        builder,
        answer: Box::new(|_, _, respond| reply(respond, 200, "hello")),
        requests_per_connection: 50,
    });
    let measurement = load(&closed(count(1000), 1), server.target(20));
    assert_eq!(verdicts(&measurement), "200 × 1000");
    assert!(server.connections() >= 20, "{}", server.connections());
    assert!(measurement.recorder.counts().reconnects >= 19);
}

#[test]
fn requests_that_were_not_processed_are_sent_again() {
    let server = Server::answering(|number, _, mut respond| match number % 10 {
        0 => respond.send_reset(Reason::REFUSED_STREAM),
        _ => reply(respond, 200, ""),
    });
    let measurement = load(&closed(count(95), 1), server.target(1));
    assert_eq!(verdicts(&measurement), "200 × 95");
    assert!(measurement.recorder.counts().retries >= 10);
    // Once is enough.
    let server = Server::answering(|_, _, mut respond| respond.send_reset(Reason::REFUSED_STREAM));
    let measurement = load(&closed(count(5), 1), server.target(2));
    assert_eq!(verdicts(&measurement), "connection reset × 5");
    assert_eq!(server.requests(), 10);
}

#[test]
fn statuses_resets_and_lost_connections_are_counted() {
    let server = Server::answering(|number, _, mut respond| match number % 4 {
        0 => reply(respond, 204, ""),
        1 => reply(respond, 503, "busy"),
        2 => respond.send_reset(Reason::INTERNAL_ERROR),
        _ => {
            let response = Response::builder().status(200).header("content-length", "9");
            let mut stream = respond.send_response(response.body(()).unwrap(), false).unwrap();
            stream.send_reset(Reason::CANCEL);
        }
    });
    let measurement = load(&closed(count(40), 1), server.target(1));
    assert_eq!(verdicts(&measurement), "204 × 10, 503 × 10, connection reset × 20");
}

#[test]
fn silence_is_a_timeout_and_others_go_on() {
    let silent = std::sync::Mutex::new(Vec::new());
    let server = Server::answering(move |number, _, respond| match number {
        5 => silent.lock().unwrap().push(respond),
        _ => reply(respond, 200, "hello"),
    });
    let target = Target { timeout: IMPATIENT, ..server.target(4) };
    let measurement = load(&open(200.0, count(60), 1), target);
    assert_eq!(verdicts(&measurement), "200 × 59, timeout × 1");
    assert_eq!(server.connections(), 1);
}

#[test]
fn servers_without_http2_are_told_apart() {
    use iter8_testkit::{Script as Http1Script, ScriptedServer, Step};
    let server = ScriptedServer::start(Http1Script::always([Step::ok("x")]));
    let version = Version::Http2 { streams: NonZeroUsize::MIN };
    let plain = Target { version, timeout: IMPATIENT, ..target(&server.url()) };
    let measurement = load(&closed(count(3), 1), plain);
    assert_eq!(measurement.error_count(), 3);
    assert_eq!(measurement.recorder.counts().statuses().count(), 0);
    let front = Front { protocols: vec![b"http/1.1".to_vec()], ..Front::default() };
    let front = TlsFront::start(&front, server.address());
    let tls = Tls { ca: Some(CA.to_vec()), ..Tls::default() };
    let encrypted = Target { version, tls, timeout: IMPATIENT, ..target(&front.url()) };
    assert_eq!(verdicts(&load(&closed(count(3), 1), encrypted)), "TLS failed × 3");
}

#[test]
fn encrypted_connections_agree_on_it() {
    let server = fine();
    let front = Front { protocols: vec![b"h2".to_vec()], ..Front::default() };
    let front = TlsFront::start(&front, server.address);
    let tls = Tls { ca: Some(CA.to_vec()), ..Tls::default() };
    let target = Target { url: front.url(), tls, ..server.target(8) };
    let measurement = load(&closed(count(500), 2), target);
    assert_eq!(verdicts(&measurement), "200 × 500");
    assert_eq!(front.greetings()[0].protocol.as_deref(), Some(&b"h2"[..]));
}

#[test]
fn what_needs_http_1_1_is_refused() {
    let wrong =
        |target: Target| iter8_load_http::HttpPlan::try_from(target).unwrap_err().to_string();
    let http2 = || Target {
        version: Version::Http2 { streams: NonZeroUsize::MIN },
        ..Target::new("http://web")
    };
    let follow = Target { follow_redirects: true, ..http2() };
    assert_eq!(wrong(follow), "following redirects needs HTTP/1.1");
    let once = Target { keep_alive: false, ..http2() };
    assert_eq!(wrong(once), "a connection for each request needs HTTP/1.1");
    let upgrade = Target { headers: vec![("Upgrade".to_owned(), "x".to_owned())], ..http2() };
    assert_eq!(wrong(upgrade), "field upgrade does not exist in HTTP/2");
}

#[test]
fn a_first_request_that_does_not_count_can_refuse_the_test() {
    let server = Server::answering(|_, _, respond| reply(respond, 500, "no"));
    let preflight = iter8_load_http::Preflight::Strict;
    let target = Target { preflight, ..server.target(2) };
    let half = Budget::duration(Duration::from_millis(200));
    let error = try_load(&closed(half, 1), target).unwrap_err();
    assert!(error.to_string().starts_with("error 500 for http://"), "{error}");
}
