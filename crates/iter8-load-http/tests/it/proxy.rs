//! Tests through a proxy.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::thread::spawn;

use iter8_load::Budget;
use iter8_load_http::{HttpPlan, Preflight, Proxy, Target, Version};
use iter8_template::Zone;
use iter8_testkit::certificates::CA;
use iter8_testkit::{Captured, Front, Script, ScriptedServer, Step, TlsFront};
use iter8_tls::Tls;

use crate::{IMPATIENT, closed, count, load, target, try_load, verdicts};

/// A proxy that makes tunnels, and keeps the heads of what it was asked.
struct Digger {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Digger {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heads);
        spawn(move || {
            for client in listener.incoming() {
                let (client, kept) = (client.unwrap(), Arc::clone(&kept));
                spawn(move || dig(client, &kept));
            }
        });
        Self { address, heads }
    }

    /// The target through this proxy.
    fn before(&self, target: Target) -> Target {
        through(&format!("http://ada:l%3Ave@{}", self.address), target)
    }
}

/// Answers in pieces, and with an interim answer first.
fn dig(mut client: TcpStream, kept: &Mutex<Vec<String>>) {
    client.set_nodelay(true).unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let server = TcpStream::connect(head.split(' ').nth(1).unwrap()).unwrap();
    kept.lock().unwrap().push(head);
    for piece in ["HTTP/1.1 103 x\r\nA: b\r\n\r\nHTTP/1.0 20", "0 open\r\n\r", "\n"] {
        client.write_all(piece.as_bytes()).unwrap();
    }
    let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    spawn(move || pass(from, to));
    pass(server, client);
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    // Either side may be gone.
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}

fn through(proxy: &str, target: Target) -> Target {
    Target { proxy: Some(Proxy::parse(proxy).unwrap()), ..target }
}

fn http2(target: Target) -> Target {
    Target { version: Version::Http2 { streams: NonZeroUsize::MIN }, ..target }
}

fn server(steps: &[Step]) -> ScriptedServer {
    ScriptedServer::start(Script::always(steps))
}

fn trusted() -> Tls {
    Tls { ca: Some(CA.to_vec()), ..Tls::default() }
}

#[test]
fn plain_requests_name_the_whole_url_to_the_proxy() {
    let proxy = server(&[Step::ok("x")]);
    let url = format!("http://ada:secret@{}", proxy.address());
    let request = Target {
        headers: vec![("Proxy-Authorization".to_owned(), "other".to_owned())],
        ..target("http://web.invalid:81/a?{uuid}")
    };
    let templates = Target { template: Some(Zone::UTC), ..target("http://web.invalid/{{1}}") };
    assert_eq!(verdicts(&load(&closed(count(5), 1), through(&url, request))), "200 × 5");
    load(&closed(count(1), 1), through(&url, templates));
    let seen = proxy.requests();
    assert!(seen[0].head.starts_with("GET http://web.invalid:81/a?"), "{}", seen[0].head);
    assert_eq!(seen[0].header("host"), Some("web.invalid:81"));
    assert_eq!(seen[0].head.matches("Proxy-Authorization: Basic YWRhOnNlY3JldA==").count(), 1);
    assert_eq!(seen[0].head.matches("Proxy-Authorization").count(), 1);
    assert_eq!(seen[5].target(), "http://web.invalid/1");
    assert_eq!(seen[5].header("proxy-authorization"), Some("Basic YWRhOnNlY3JldA=="));
    assert_eq!(proxy.connections(), 2);
}

#[test]
fn redirects_go_through_the_proxy_too() {
    let away = "HTTP/1.1 302 Away\r\nLocation: http://other.invalid/b\r\nContent-Length: 0\r\n\r\n";
    let proxy =
        ScriptedServer::start(Script::in_turn([vec![Step::raw(away)], vec![Step::ok("x")]]));
    let request = Target {
        headers: vec![("Authorization".to_owned(), "secret".to_owned())],
        follow_redirects: true,
        ..target("http://web.invalid/a")
    };
    let request = through(&format!("http://u:p@{}", proxy.address()), request);
    assert_eq!(verdicts(&load(&closed(count(1), 1), request)), "200 × 1");
    let seen = proxy.requests();
    let targets: Vec<&str> = seen.iter().map(Captured::target).collect();
    assert_eq!(targets, ["http://web.invalid/a", "http://other.invalid/b"]);
    assert!(seen.iter().all(|seen| seen.header("proxy-authorization") == Some("Basic dTpw")));
    assert_eq!(seen[1].header("authorization"), None);
}

#[test]
fn encrypted_connections_are_tunnelled() {
    let service = server(&[Step::ok("x")]);
    let front = TlsFront::start(&Front::default(), service.address());
    let proxy = Digger::start();
    let request = Target { tls: trusted(), ..target(&front.url()) };
    let measurement = load(&closed(count(50), 4), proxy.before(request));
    assert_eq!(verdicts(&measurement), "200 × 50");
    let heads = proxy.heads.lock().unwrap();
    assert_eq!(heads.len(), 4);
    let address = front.address();
    let expected = format!(
        "CONNECT {address} HTTP/1.1\r\nHost: {address}\r\n\
         Proxy-Authorization: Basic YWRhOmw6dmU=\r\n\r\n"
    );
    assert_eq!(heads[0], expected);
    // What is for the proxy does not go further.
    assert!(service.requests().iter().all(|seen| seen.header("proxy-authorization").is_none()));
    assert_eq!(service.requests()[0].target(), "/");
}

#[test]
fn http2_is_tunnelled_with_encryption_and_without() {
    let server =
        crate::http2::Server::answering(|_, _, respond| crate::http2::reply(respond, 200, "x"));
    let proxy = Digger::start();
    let plain = proxy.before(http2(target(&server.url())));
    assert_eq!(verdicts(&load(&closed(count(40), 2), plain)), "200 × 40");
    let front = Front { protocols: vec![b"h2".to_vec()], ..Front::default() };
    let front = TlsFront::start(&front, server.url()[7..].parse().unwrap());
    let encrypted = Target { tls: trusted(), ..http2(target(&front.url())) };
    assert_eq!(verdicts(&load(&closed(count(40), 2), proxy.before(encrypted))), "200 × 40");
    assert_eq!(proxy.heads.lock().unwrap().len(), 4);
}

#[test]
fn a_proxy_that_does_not_lead_on_is_a_failed_connect() {
    let endless = format!("HTTP/1.1 200 OK\r\nX: {}", "a".repeat(40_000));
    for (steps, expected, cause) in [
        (
            vec![Step::reply(407, "who?")],
            "connect failed",
            "the proxy answers CONNECT with status 407",
        ),
        (vec![Step::reply(502, "")], "connect failed", "the proxy answers CONNECT with status 502"),
        (
            vec![Step::raw("SSH-2.0-OpenSSH\r\n")],
            "connect failed",
            "the proxy does not answer CONNECT as",
        ),
        (
            vec![Step::raw("HTTP/1.1 2xx\r\n\r\n")],
            "connect failed",
            "the proxy does not answer CONNECT as",
        ),
        (vec![Step::raw(endless)], "connect failed", "more than 16384 bytes"),
        (
            vec![Step::raw("HTTP/1.1 1"), Step::Close],
            "connect failed",
            "instead of an answer to CONNECT",
        ),
        (vec![Step::NeverAnswer], "connect timeout", "no connection within the time limit"),
    ] {
        let proxy = server(&steps);
        let url = format!("http://u:secret@{}", proxy.address());
        let target = || Target { timeout: IMPATIENT, ..target("https://web.invalid/") };
        for target in [target(), http2(target())] {
            let measurement = load(&closed(count(2), 1), through(&url, target));
            assert_eq!(verdicts(&measurement), format!("{expected} × 2"), "{steps:?}");
        }
        let strict = Target { preflight: Preflight::Strict, ..target() };
        let budget = Budget::duration(IMPATIENT);
        let error = try_load(&closed(budget, 1), through(&url, strict)).unwrap_err();
        let mut told = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(error) = source {
            write!(told, ": {error}").unwrap();
            source = error.source();
        }
        let place = format!("for https://web.invalid/ through proxy {}", proxy.address());
        assert!(told.contains(&place) && told.contains(cause), "{told}");
        assert!(!told.contains("secret"), "{told}");
    }
    let nobody = load(&closed(count(2), 1), through("127.0.0.1:1", target("https://web.invalid/")));
    assert_eq!(verdicts(&nobody), "connection refused × 2");
    let nobody = load(&closed(count(2), 1), through("127.0.0.1:1", target("http://web.invalid/")));
    assert_eq!(verdicts(&nobody), "connection refused × 2");
}

#[test]
fn a_proxy_and_a_socket_exclude_each_other() {
    let both = Target { unix_socket: Some("/socket".into()), ..target("http://web/") };
    let error = HttpPlan::try_from(through("http://proxy:1", both)).unwrap_err();
    assert_eq!(error.to_string(), "a proxy and a Unix domain socket exclude each other");
}
