//! Encrypted connections: the same tests through TLS, and what can go wrong with it.

use iter8_load_http::Target;
use iter8_testkit::certificates::{CA, CLIENT, INTRUDER, STRANGER};
use iter8_testkit::{Clients, Front, Script, ScriptedServer, Step, TlsFront};
use iter8_tls::{Identity, Tls};
use rustls::version::{TLS12, TLS13};

use crate::{IMPATIENT, closed, count, load, sequence, target, verdicts};

fn trusting() -> Tls {
    Tls { ca: Some(CA.to_vec()), ..Tls::default() }
}

/// A server that follows a script, behind a front.
fn behind(front: &Front, script: Script) -> (ScriptedServer, TlsFront) {
    let server = ScriptedServer::start(script);
    let front = TlsFront::start(front, server.address());
    (server, front)
}

fn encrypted(front: &TlsFront) -> Target {
    Target { tls: trusting(), ..target(&front.url()) }
}

fn identity(of: iter8_testkit::certificates::Certificate) -> Identity {
    Identity { certificates: of.certificate.to_vec(), key: of.key.into() }
}

#[test]
fn both_versions_carry_requests() {
    for version in [&TLS12, &TLS13] {
        let front = Front { versions: vec![version], ..Front::default() };
        let (server, front) = behind(&front, Script::always([Step::ok("hello")]));
        let measurement = load(&closed(count(200), 4), encrypted(&front));
        assert_eq!(verdicts(&measurement), "200 × 200", "{version:?}");
        assert_eq!((server.connections(), front.greetings().len()), (4, 4));
        assert_eq!(server.requests()[0].body, b"");
    }
}

#[test]
fn large_bodies_pass_both_ways() {
    let answer = "x".repeat(3 << 20);
    for version in [&TLS12, &TLS13] {
        let front = Front { versions: vec![version], ..Front::default() };
        let (server, front) = behind(&front, Script::always([Step::ok(&answer)]));
        let body = vec![b'y'; 1 << 20];
        let sent = Target { body: body.as_slice().into(), ..encrypted(&front) };
        let measurement = sequence(5, sent);
        assert_eq!(verdicts(&measurement), "200 × 5", "{version:?}");
        assert!(measurement.recorder.counts().bytes_in > 15 << 20);
        assert!(server.requests().iter().all(|request| request.body == body));
    }
}

#[test]
fn certificates_are_checked() {
    let (_server, front) = behind(&Front::default(), Script::always([Step::ok("x")]));
    let of = |tls: Tls| {
        verdicts(&sequence(3, Target { tls, timeout: IMPATIENT, ..target(&front.url()) }))
    };
    assert_eq!(of(Tls::default()), "TLS failed × 3");
    assert_eq!(of(Tls { ca: Some(STRANGER.to_vec()), ..Tls::default() }), "TLS failed × 3");
    assert_eq!(
        of(Tls { server_name: Some("other.example".to_owned()), ..trusting() }),
        "TLS failed × 3"
    );
    assert_eq!(of(Tls { skip_verify: true, ..Tls::default() }), "200 × 3");
    assert_eq!(
        of(Tls { server_name: Some("metrics.example".to_owned()), ..trusting() }),
        "200 × 3"
    );
    let names: Vec<_> = front.greetings().into_iter().map(|greeting| greeting.name).collect();
    assert_eq!(names, [None, Some("metrics.example".to_owned())]);
}

#[test]
fn servers_may_ask_who_we_are() {
    let known = Front { clients: Clients::Known, ..Front::default() };
    for version in [&TLS12, &TLS13] {
        let front = Front { versions: vec![version], ..known.clone() };
        let (_server, front) = behind(&front, Script::always([Step::ok("x")]));
        let with = |identity: Option<Identity>| {
            let tls = Tls { identity, ..trusting() };
            verdicts(&sequence(2, Target { tls, ..target(&front.url()) }))
        };
        assert_eq!(with(Some(identity(CLIENT))), "200 × 2");
        for stranger in [None, Some(identity(INTRUDER))] {
            // In TLS 1.3 the client has sent its request before the server has looked at it.
            assert_eq!(with(stranger), "TLS failed × 2", "{version:?}");
        }
    }
}

#[test]
fn http_1_1_is_asked_for() {
    let front = Front { protocols: vec![b"http/1.1".to_vec()], ..Front::default() };
    let (_server, front) = behind(&front, Script::always([Step::ok("x")]));
    assert_eq!(verdicts(&sequence(1, encrypted(&front))), "200 × 1");
    assert_eq!(front.greetings()[0].protocol.as_deref(), Some(&b"http/1.1"[..]));
    let other = Front { protocols: vec![b"h2".to_vec()], ..Front::default() };
    let (_server, front) = behind(&other, Script::always([Step::ok("x")]));
    assert_eq!(verdicts(&sequence(1, encrypted(&front))), "TLS failed × 1");
}

#[test]
fn the_end_of_a_connection_must_be_told() {
    let until_close = || Script::always([Step::raw("HTTP/1.1 200 OK\r\n\r\nhello"), Step::Close]);
    let (_server, front) = behind(&Front::default(), until_close());
    assert_eq!(verdicts(&sequence(2, encrypted(&front))), "200 × 2");
    let rude = Front { is_rude: true, ..Front::default() };
    let (_server, front) = behind(&rude, until_close());
    assert_eq!(verdicts(&sequence(2, encrypted(&front))), "connection closed early × 2");
}

#[test]
fn plain_servers_do_not_pass_for_encrypted_ones() {
    let server = ScriptedServer::start(Script::always([Step::ok("x")]));
    let url = server.url().replace("http://", "https://");
    let tls = trusting();
    let measurement = sequence(2, Target { tls, timeout: IMPATIENT, ..target(&url) });
    assert_eq!(measurement.error_count(), 2);
    assert_eq!(measurement.recorder.counts().statuses().count(), 0, "{}", verdicts(&measurement));
}

#[test]
fn redirects_lead_into_encryption_and_out_of_it() {
    let plain = ScriptedServer::start(Script::always([Step::ok("there")]));
    let moved = |to: &str| Step::Reply {
        status: 302,
        headers: vec![("location".to_owned(), to.to_owned())],
        body: Vec::new(),
    };
    let (_server, front) = behind(&Front::default(), Script::always([moved(&plain.url())]));
    let follow = Target { follow_redirects: true, ..encrypted(&front) };
    assert_eq!(verdicts(&sequence(2, follow)), "200 × 2");
    let (_server, front) = behind(&Front::default(), Script::always([Step::ok("there")]));
    let start = ScriptedServer::start(Script::always([moved(&front.url())]));
    let follow = Target { follow_redirects: true, tls: trusting(), ..target(&start.url()) };
    assert_eq!(verdicts(&sequence(2, follow)), "200 × 2");
}
