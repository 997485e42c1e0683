//! How many calls, when, and over what.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Stage, UNARY};

/// A call that takes so many milliseconds.
fn slow(milliseconds: u32) -> Value {
    json!({"responseSize": milliseconds, "responseStatus": {"message": "slow"}})
}

#[test]
fn counts_and_durations_bound_a_test() {
    let stage = Stage::new(&[]);
    let count = |inputs: Value| {
        let mut all = json!({"call": UNARY});
        all.as_object_mut().unwrap().extend(inputs.as_object().unwrap().clone());
        stage.run(all).counts()
    };
    assert_eq!(count(json!({})), (200, 0));
    assert_eq!(count(json!({"total": 37})), (37, 0));
    assert_eq!(count(json!({"duration": "500ms", "rps": 100})), (50, 0));
    assert_eq!(count(json!({"duration": "500ms", "rps": 100, "max-duration": "200ms"})), (20, 0));
    // Whichever comes first.
    assert_eq!(count(json!({"total": 20, "max-duration": "10s"})), (20, 0));
    assert_eq!(count(json!({"total": 1000, "rps": 100, "max-duration": "300ms"})), (30, 0));
    assert_eq!(count(json!({"total": 30, "skipFirst": 10})), (20, 0));
    let error = stage.error(json!({"call": UNARY, "total": 3, "skipFirst": 4}));
    assert_eq!(error, "Error: grpc.skipFirst: you cannot skip more requests than those run");
}

#[test]
fn rates_change_by_schedule() {
    let stage = Stage::new(&[]);
    let count = |inputs: Value| {
        let mut all = json!({"call": UNARY});
        all.as_object_mut().unwrap().extend(inputs.as_object().unwrap().clone());
        stage.run(all).counts().0
    };
    // 50/s for 400 ms, 100/s for 400 ms, then 150/s.
    let step = json!({"load-schedule": "step", "load-start": 50, "load-step": 50, "load-end": 150,
        "load-step-duration": "400ms", "duration": "1s"});
    assert_eq!(count(step), 20 + 40 + 30);
    let line = json!({"load-schedule": "line", "load-start": 20, "load-step": 20, "load-end": 60,
        "duration": "2s"});
    assert_eq!(count(line), 20 + 40);
    for (inputs, error) in [
        (json!({"load-schedule": "curve"}), "grpc.load-schedule: "),
        (
            json!({"load-schedule": "step", "load-start": 5, "load-end": 5, "load-step": 1, "load-step-duration": "1s"}),
            "grpc.load-start: load start cannot equal load end",
        ),
        (
            json!({"load-schedule": "step", "load-start": 5, "load-end": 9}),
            "grpc.load-step: invalid load step",
        ),
        (
            json!({"load-schedule": "step", "load-start": 5, "load-end": 9, "load-step": 1}),
            "grpc.load-step-duration: invalid load step duration",
        ),
        (
            json!({"concurrency-schedule": "step", "concurrency-start": 2, "concurrency-end": 2, "concurrency-step": 1, "concurrency-step-duration": "1s"}),
            "grpc.concurrency-start: concurrency start start cannot equal concurrency end",
        ),
        (
            json!({"connections": 51}),
            "grpc.connections: number of connections cannot be greater than concurrency",
        ),
    ] {
        let mut all = json!({"call": UNARY});
        all.as_object_mut().unwrap().extend(inputs.as_object().unwrap().clone());
        let told = stage.error(all);
        assert!(told.starts_with(&format!("Error: {error}")), "{told}");
    }
}

#[test]
fn concurrency_bounds_calls_under_way() {
    let stage = Stage::new(&[]);
    let throughput = |inputs: Value| {
        let mut all = json!({"call": UNARY, "data": slow(50)});
        all.as_object_mut().unwrap().extend(inputs.as_object().unwrap().clone());
        let told = stage.run(all);
        assert_eq!(told.counts().1, 0);
        told.metric("throughput")
    };
    let two = throughput(json!({"concurrency": 2, "total": 20}));
    assert!(two <= 40.5, "{two}");
    let ten = throughput(json!({"concurrency": 10, "total": 40}));
    assert!(ten > 60.0 && ten <= 201.0, "{ten}");
    // Without waiting for answers a schedule is kept.
    let open = throughput(json!({"concurrency": 1, "async": true, "rps": 100, "total": 50}));
    assert!(open > 75.0, "{open}");
    let rising = json!({"concurrency-schedule": "step", "concurrency-start": 1,
        "concurrency-end": 8, "concurrency-step": 7, "concurrency-step-duration": "500ms",
        "duration": "1s"});
    let rising = throughput(rising);
    assert!(rising > 30.0 && rising < 100.0, "{rising}");
}

#[test]
fn calls_are_spread_over_connections() {
    let stage = Stage::new(&[]);
    let told = stage
        .run(json!({"call": UNARY, "total": 60, "connections": 3, "concurrency": 6, "cpus": 2}));
    assert_eq!((told.counts(), told.metric("connect-count")), ((60, 0), 3.0));
    let calls = stage.calls(60);
    let peers: BTreeSet<_> =
        calls.iter().map(|call| call["peer"].as_str().unwrap().to_owned()).collect();
    assert_eq!(peers.len(), 3);
    // A server that allows few calls at once is waited for.
    let stage = Stage::new(&["-streams=3"]);
    assert_eq!(
        stage.run(json!({"call": UNARY, "total": 100, "concurrency": 20})).counts(),
        (100, 0)
    );
}

#[test]
fn calls_under_way_at_the_end_are_no_errors() {
    for (stop, most) in [("wait", 8), ("close", 4), ("ignore", 4)] {
        let stage = Stage::new(&[]);
        let told = stage.run(json!({"call": UNARY, "concurrency": 4, "data": slow(300),
            "duration": "450ms", "duration-stop": stop}));
        let (calls, errors) = told.counts();
        assert_eq!(errors, 0, "{stop}");
        assert!((4..=most).contains(&calls), "{stop}: {calls}");
    }
}

#[test]
fn connections_are_kept_alive_and_balanced() {
    let stage = Stage::new(&[]);
    let port = stage.server.host().rsplit_once(':').unwrap().1.to_owned();
    let told = stage.run(json!({"host": format!("dns:///localhost:{port}"), "call": UNARY,
        "total": 10, "keepalive": "20ms", "lb-strategy": "round_robin", "connections": 2,
        "concurrency": 2, "data": slow(60), "connect-timeout": "5s"}));
    assert_eq!(told.counts(), (10, 0));
}
