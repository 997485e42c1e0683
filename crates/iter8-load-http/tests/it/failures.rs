//! Servers that refuse, reset, stall, or say no before the test.

use std::error::Error;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use iter8_load::{Budget, Clock, Control, SplitMix64, Stop, run};
use iter8_load_http::{Preflight, Target};
use iter8_testkit::{Script, ScriptedServer, Step};

use crate::{
    IMPATIENT, closed, count, load, open, sequence, target, transport, try_load, verdicts,
};

/// A URL at which nobody listens.
fn nobody() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    format!("http://{}/", listener.local_addr().unwrap())
}

#[test]
fn refused_connections_are_errors_that_count() {
    let measurement = load(&closed(count(20), 4), target(&nobody()));
    assert_eq!(verdicts(&measurement), "connection refused × 20");
    assert_eq!(measurement.error_rate(), Some(1.0));
    let measurement = load(&open(1000.0, count(50), 4), target(&nobody()));
    assert_eq!(verdicts(&measurement), "connection refused × 50");
}

#[test]
fn a_closed_loop_does_not_hammer_a_closed_port() {
    let budget = Budget::duration(Duration::from_millis(100));
    let measurement = load(&closed(budget, 2), target(&nobody()));
    // A rest of a millisecond: at most 100 tries each, give and take the first.
    assert!((1..=202).contains(&measurement.requests()), "{}", measurement.requests());
}

#[test]
fn a_missing_unix_socket_is_no_connection() {
    let request = Target { unix_socket: Some("/no/such/socket".into()), ..target("http://x/") };
    assert_eq!(verdicts(&sequence(2, request)), "connect failed × 2");
}

#[test]
fn resets_and_closes_without_a_response() {
    for (step, expected) in
        [(Step::Reset, "connection reset × 3"), (Step::Close, "connection closed early × 3")]
    {
        let server = ScriptedServer::start(Script::always([step]));
        let request = Target { keep_alive: false, ..target(&server.url()) };
        let measurement = sequence(3, request);
        // The connection opened before the test counts as kept, so that one request was retried.
        assert_eq!(verdicts(&measurement), expected);
        assert_eq!(measurement.recorder.counts().retries, 1);
    }
}

#[test]
fn silence_is_a_timeout() {
    let server = ScriptedServer::start(Script::always([Step::NeverAnswer]));
    let request = Target { timeout: IMPATIENT, ..target(&server.url()) };
    let measurement = load(&closed(count(6), 3), request);
    assert_eq!(verdicts(&measurement), "timeout × 6");
    let service = measurement.recorder.service();
    // The limit counts from when a request is taken, a little before it is sent.
    assert!(service.min() > Some(120_000_000), "{service:?}");
    assert!(service.max() < Some(1_000_000_000), "{service:?}");
    assert_eq!(server.connections(), 6);
}

#[test]
fn an_endless_body_is_a_timeout_and_others_go_on() {
    let script = Script::in_turn([vec![Step::Endless], vec![Step::ok("x")]]);
    let server = ScriptedServer::start(script);
    let request = Target { timeout: Duration::from_millis(400), ..target(&server.url()) };
    let measurement = load(&open(100.0, count(50), 4), request);
    assert_eq!(verdicts(&measurement), "200 × 49, timeout × 1");
}

#[test]
fn a_server_that_answers_early_and_closes_is_heard() {
    let early = "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 1000]);
        stream.write_all(early.as_bytes()).unwrap();
        // Reads on, but slowly, until the client has had enough.
        let mut buffer = vec![0; 100_000];
        while let Ok(1..) = stream.read(&mut buffer) {}
    });
    let request = Target { body: Arc::from(vec![0; 20_000_000]), ..target(&url) };
    let measurement = sequence(1, request);
    assert_eq!(verdicts(&measurement), "413 × 1");
    server.join().unwrap();
}

#[test]
fn a_stop_is_honoured_at_once_and_keeps_what_was_measured() {
    let script =
        Script::in_turn([vec![Step::ok("x")], vec![Step::ok("x")], vec![Step::NeverAnswer]]);
    let server = ScriptedServer::start(script);
    let stop = Stop::default();
    let control = Control::new(stop.clone());
    let transport = transport(target(&server.url()));
    let plan = closed(count(10), 1);
    let (measurement, took) = std::thread::scope(|scope| {
        let test = scope.spawn(|| run(&plan, &transport, &control).unwrap());
        assert!(iter8_testkit::wait_until(Duration::from_secs(10), || {
            server.request_count() == 3
        }));
        let clock = Clock::start();
        stop.request();
        (test.join().unwrap(), clock.now())
    });
    assert!(measurement.interrupted);
    assert_eq!(verdicts(&measurement), "200 × 2");
    // 0.1 s is promised; a busy machine may add to that.
    assert!(took < 400_000_000, "{took}");
}

/// The chain of messages of a failed test.
fn failure(budget: Budget, request: Target) -> String {
    let error = try_load(&closed(budget, 2), request).unwrap_err();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[test]
fn a_strict_preflight_refuses_a_test_that_makes_no_sense() {
    let brief = Budget::duration(Duration::from_millis(20));
    let strict = |url: &str| Target { preflight: Preflight::Strict, ..target(url) };

    let missing = "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope";
    let server = ScriptedServer::start(Script::always([Step::raw(missing)]));
    let expected = format!("error 404 for {} ({} bytes)", server.url(), missing.len());
    assert_eq!(failure(brief, strict(&server.url())), expected);

    let url = nobody();
    let expected = format!("error -1 for {url} (0 bytes): connection refused");
    assert_eq!(failure(brief, strict(&url)), expected);

    for status in [200, 299, 418] {
        let server = ScriptedServer::start(Script::always([Step::reply(status, "")]));
        let measurement = load(&closed(brief, 2), strict(&server.url()));
        assert_eq!(measurement.requests() + 2, server.request_count() as u64, "{status}");
    }
}

#[test]
fn a_tolerant_preflight_only_warms_up() {
    let script = Script::in_turn([vec![Step::reply(500, "")], vec![Step::ok("x")]]);
    let server = ScriptedServer::start(script);
    let request = Target { preflight: Preflight::Tolerant, ..target(&server.url()) };
    let measurement = sequence(3, request);
    assert_eq!(verdicts(&measurement), "200 × 3");
    assert_eq!(server.request_count(), 4);
}

/// Steps drawn from everything a server can do wrong or right.
fn any_steps(random: &mut SplitMix64) -> Vec<Step> {
    match random.next_u64() % 14 {
        0 => vec![Step::Reset],
        1 => vec![Step::Close],
        2 => vec![Step::NeverAnswer],
        3 => vec![Step::Garbage { seed: random.next_u64(), bytes: 200 }],
        4 => vec![Step::Endless],
        5 => vec![Step::Sized { bytes: random.next_u64() % 300_000 }],
        6 => vec![Step::ChunkedSized { bytes: random.next_u64() % 300_000 }],
        7 => vec![Step::LyingLength { said: 100, sent: random.next_u64() % 200 }],
        8 => vec![Step::TwoResponses],
        9 => vec![Step::Interim100, Step::reply(503, "sorry")],
        10 => vec![Step::KeepAliveThenClose { after: 1 }],
        11 => vec![Step::CloseAfterAccept],
        12 => vec![Step::ResetAfterAccept],
        _ => vec![Step::Wait(Duration::from_millis(random.next_u64() % 5)), Step::ok("fine")],
    }
}

/// Whatever servers do, each request ends once, within its time limit, and is counted.
#[test]
fn every_request_has_one_end() {
    for seed in 0..12 {
        let mut random = SplitMix64::new(seed);
        let lists: Vec<_> = (0..60).map(|_| any_steps(&mut random)).collect();
        let server = ScriptedServer::start(Script::in_turn(lists));
        let request = Target { timeout: Duration::from_millis(80), ..target(&server.url()) };
        let measurement = if seed % 2 == 0 {
            load(&closed(count(60), 6), request)
        } else {
            load(&open(500.0, count(60), 6), request)
        };
        let recorder = &measurement.recorder;
        assert_eq!(measurement.requests(), 60, "seed {seed}");
        assert_eq!(recorder.latency().count(), 60, "seed {seed}");
        let slowest = recorder.service().max().unwrap();
        assert!(slowest < 1_000_000_000, "seed {seed}: {slowest}");
    }
}
