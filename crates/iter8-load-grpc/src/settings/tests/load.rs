//! How often calls are made, and how many at once.

use expect_test::expect;
use serde_json::json;

use super::*;

#[test]
fn tests_end_at_whichever_bound_comes_first() {
    let cases = [
        json!({"total": 5}),
        json!({"duration": "2s", "total": 5}),
        json!({"duration": "0s", "total": 5}),
        json!({"max-duration": "2s"}),
        json!({"max-duration": "2s", "total": 5}),
        json!({"max-duration": "2s", "duration": "3s"}),
        json!({"max-duration": "3s", "duration": "2s"}),
        json!({"rps": 4, "total": 6}),
        json!({"rps": "2.5", "duration": "2s"}),
        json!({"rps": "max"}),
        json!({"rps": -1}),
        json!({"total": 5, "skipFirst": 6}),
        json!({"duration": "1s", "skipFirst": 6}),
        json!({"timeout": "0s"}),
    ];
    check(
        &cases,
        starts,
        &expect![[r#"
        {"total":5} → Some(5) calls, None: closed
        {"duration":"2s","total":5} → None calls, Some(2s): closed
        {"duration":"0s","total":5} → Some(5) calls, None: closed
        {"max-duration":"2s"} → Some(200) calls, Some(2s): closed
        {"max-duration":"2s","total":5} → Some(5) calls, Some(2s): closed
        {"max-duration":"2s","duration":"3s"} → None calls, Some(2s): closed
        {"max-duration":"3s","duration":"2s"} → None calls, Some(2s): closed
        {"rps":4,"total":6} → Some(6) calls, None: 0 250 500 750 1000 1250 1500 1750 2000 2250 2500 2750
        {"rps":"2.5","duration":"2s"} → None calls, Some(2s): 0 400 800 1200 1600
        {"rps":"max"} → Some(200) calls, None: closed
        {"rps":-1} → ! grpc.rps: "-1" is no rate: expected requests per second up to 1e9, or `max`
        {"total":5,"skipFirst":6} → ! grpc.skipFirst: you cannot skip more requests than those run
        {"duration":"1s","skipFirst":6} → None calls, Some(1s): closed
        {"timeout":"0s"} → ! grpc.timeout: expected more than 0s
    "#]],
    );
}

#[test]
fn rates_change_in_steps() {
    let step = |more: Value| {
        let mut case = json!({"load-schedule": "step", "load-step-duration": "1s", "total": 100});
        for (key, value) in more.as_object().unwrap() {
            case[key] = value.clone();
        }
        case
    };
    let cases = [
        step(json!({"load-start": 2, "load-end": 4, "load-step": 1})),
        step(json!({"load-start": 2, "load-end": 4, "load-step": 5})),
        step(json!({"load-start": 4, "load-end": 1, "load-step": -2})),
        step(json!({"load-start": 2, "load-step": 1, "load-max-duration": "2500ms"})),
        step(
            json!({"load-start": 1, "load-end": 100, "load-step": 1, "load-max-duration": "2500ms"}),
        ),
        step(json!({"load-start": 0, "load-end": 4, "load-step": 2})),
        step(json!({"load-start": 3, "load-step": -2})),
        step(json!({"load-start": 1, "load-step": 1, "duration": "3s"})),
        json!({"load-schedule": "line", "load-start": 1, "load-end": 3, "load-step": 1, "load-step-duration": "1h"}),
        step(json!({"load-start": 2, "load-end": 2, "load-step": 1})),
        step(json!({"load-start": 2, "load-end": 4})),
        step(json!({"load-start": 2, "load-end": 4, "load-step": -1})),
        step(json!({"load-start": 2, "load-end": 4, "load-step": 1, "load-step-duration": "0s"})),
        step(
            json!({"load-start": 0, "load-end": 1, "load-step": 1, "load-step-duration": "1ns", "load-max-duration": "1h"}),
        ),
        step(json!({"load-start": 1, "load-step": 1, "load-step-duration": "1ns", "total": 100})),
        json!({"load-schedule": "Step"}),
    ];
    check(
        &cases,
        starts,
        &expect![[r#"
        {"load-schedule":"step","load-step-duration":"1s","total":100,"load-start":2,"load-end":4,"load-step":1} → Some(100) calls, None: 0 500 1000 1333 1666 2000 2250 2500 2750 3000 3250 3500
        {"load-schedule":"step","load-step-duration":"1s","total":100,"load-start":2,"load-end":4,"load-step":5} → Some(100) calls, None: 0 500 1000 1250 1500 1750 2000 2250 2500 2750 3000 3250
        {"load-schedule":"step","load-step-duration":"1s","total":100,"load-start":4,"load-end":1,"load-step":-2} → Some(100) calls, None: 0 250 500 750 1000 1500 2000 3000 4000 5000 6000 7000
        {"load-schedule":"step","load-step-duration":"1s","total":100,"load-start":2,"load-step":1,"load-max-duration":"2500ms"} → Some(100) calls, None: 0 500 1000 1333 1666 2000 2250 2500 2750 3000 3250 3500
        {"load-schedule":"step","load-step-duration":"1s","total":100,"load-start":1,"load-end":100,"load-step":1,"load-max-duration":"2500ms"} → Some(100) calls, None: 0 1000 1500 2000 2333 2505 2515 2525 2535 2545 2555 2565
        {"load-schedule":"step","load-step-duration":"1s","total":100,"load-start":0,"load-end":4,"load-step":2} → Some(100) calls, None: 1000 1500 2000 2250 2500 2750 3000 3250 3500 3750 4000 4250
        {"load-schedule":"step","load-step-duration":"1s","total":100,"load-start":3,"load-step":-2} → ! grpc.load-step: the rate falls to 0 before all calls are made (set load-end or a duration)
        {"load-schedule":"step","load-step-duration":"1s","total":100,"load-start":1,"load-step":1,"duration":"3s"} → None calls, Some(3s): 0 1000 1500 2000 2333 2666
        {"load-schedule":"line","load-start":1,"load-end":3,"load-step":1,"load-step-duration":"1h"} → Some(200) calls, None: 0 1000 1500 2000 2333 2666 3000 3333 3666 4000 4333 4666
        {"load-schedule":"step","load-step-duration":"1s","total":100,"load-start":2,"load-end":2,"load-step":1} → ! grpc.load-start: load start cannot equal load end
        {"load-schedule":"step","load-step-duration":"1s","total":100,"load-start":2,"load-end":4} → ! grpc.load-step: invalid load step
        {"load-schedule":"step","load-step-duration":"1s","total":100,"load-start":2,"load-end":4,"load-step":-1} → ! grpc.load-step: invalid load step
        {"load-schedule":"step","load-step-duration":"0s","total":100,"load-start":2,"load-end":4,"load-step":1} → ! grpc.load-step-duration: invalid load step duration
        {"load-schedule":"step","load-step-duration":"1ns","total":100,"load-start":0,"load-end":1,"load-step":1,"load-max-duration":"1h"} → Some(100) calls, None: 0 1000 2000 3000 4000 5000 6000 7000 8000 9000 10000 11000
        {"load-schedule":"step","load-step-duration":"1ns","total":100,"load-start":1,"load-step":1} → ! grpc.load-step-duration: too many steps before the end of the test: make them longer or larger
        {"load-schedule":"Step"} → ! grpc.load-schedule: schedule much be "const", "step", or "line"
    "#]],
    );
}

#[test]
fn concurrency_changes_in_steps() {
    let step = |more: Value| {
        let mut case = json!({"concurrency-schedule": "step", "concurrency-step-duration": "1s", "duration": "1m"});
        for (key, value) in more.as_object().unwrap() {
            case[key] = value.clone();
        }
        case
    };
    let cases = [
        json!({"concurrency": 3, "connections": 3}),
        json!({"concurrency": 3, "connections": 4}),
        json!({"connections": 51}),
        json!({"concurrency": 3, "async": true, "duration": "1s"}),
        json!({"concurrency": 50, "total": 7}),
        step(json!({"concurrency-end": 5, "concurrency-step": 2})),
        step(json!({"concurrency-start": 5, "concurrency-end": 1, "concurrency-step": -3})),
        step(
            json!({"concurrency-end": 9, "concurrency-step": 2, "concurrency-max-duration": "2500ms"}),
        ),
        step(json!({"concurrency-step": 1, "duration": "3s"})),
        json!({"concurrency-schedule": "line", "concurrency-end": 3, "concurrency-step": 1}),
        step(json!({"concurrency-end": 1, "concurrency-step": 2})),
        step(json!({"concurrency-end": 5})),
        step(
            json!({"concurrency-end": 5, "concurrency-step": 1, "concurrency-step-duration": "0s"}),
        ),
        json!({"cpus": 1}),
    ];
    check(
        &cases,
        concurrency,
        &expect![[r#"
        {"concurrency":3,"connections":3} → 3 from 0ns; 3 slots on 3 connections
        {"concurrency":3,"connections":4} → ! grpc.connections: number of connections cannot be greater than concurrency
        {"connections":51} → ! grpc.connections: number of connections cannot be greater than concurrency
        {"concurrency":3,"async":true,"duration":"1s"} → 3 from 0ns; 65535 slots on 1 connections
        {"concurrency":50,"total":7} → 50 from 0ns; 7 slots on 1 connections
        {"concurrency-schedule":"step","concurrency-step-duration":"1s","duration":"1m","concurrency-end":5,"concurrency-step":2} → 1 from 0ns, 3 from 1s, 5 from 2s; 5 slots on 1 connections
        {"concurrency-schedule":"step","concurrency-step-duration":"1s","duration":"1m","concurrency-start":5,"concurrency-end":1,"concurrency-step":-3} → 5 from 0ns, 2 from 1s, 1 from 2s; 5 slots on 1 connections
        {"concurrency-schedule":"step","concurrency-step-duration":"1s","duration":"1m","concurrency-end":9,"concurrency-step":2,"concurrency-max-duration":"2500ms"} → 1 from 0ns, 3 from 1s, 5 from 2s, 9 from 2.5s; 9 slots on 1 connections
        {"concurrency-schedule":"step","concurrency-step-duration":"1s","duration":"3s","concurrency-step":1} → 1 from 0ns, 2 from 1s, 3 from 2s, 4 from 3s; 4 slots on 1 connections
        {"concurrency-schedule":"line","concurrency-end":3,"concurrency-step":1} → 1 from 0ns, 2 from 1s, 3 from 2s; 3 slots on 1 connections
        {"concurrency-schedule":"step","concurrency-step-duration":"1s","duration":"1m","concurrency-end":1,"concurrency-step":2} → ! grpc.concurrency-start: concurrency start start cannot equal concurrency end
        {"concurrency-schedule":"step","concurrency-step-duration":"1s","duration":"1m","concurrency-end":5} → ! grpc.concurrency-step: invalid concurrency step
        {"concurrency-schedule":"step","concurrency-step-duration":"0s","duration":"1m","concurrency-end":5,"concurrency-step":1} → ! grpc.concurrency-step-duration: invalid concurrency step duration
        {"cpus":1} → 50 from 0ns; 50 slots on 1 connections
    "#]],
    );
    let settings = one(&step(json!({"concurrency-end": 5, "concurrency-step": 2}))).unwrap();
    let at = |ms| settings.load.concurrency.at(Duration::from_millis(ms));
    assert_eq!([0, 999, 1000, 1999, 2000, 60_000].map(at), [1, 1, 3, 3, 5, 5]);
}

#[test]
fn calls_under_way_at_the_end() {
    for (word, at_end, drain) in
        [("wait", AtEnd::Await, 3), ("close", AtEnd::Cancel, 0), ("ignore", AtEnd::Cancel, 0)]
    {
        let settings =
            one(&json!({"duration-stop": word, "duration": "5s", "timeout": "3s"})).unwrap();
        assert_eq!(settings.load.at_end, at_end);
        assert_eq!(settings.load.plan.drain(), Duration::from_secs(drain));
    }
}

#[test]
fn threads_have_connections_and_connections_have_calls() {
    let shown = |more: Value| {
        let load = one(&more).unwrap().load;
        (load.plan.connections(), load.connections.get(), load.plan.threads())
    };
    assert_eq!(shown(json!({"concurrency": 200, "cpus": 4})), (200, 1, 1));
    assert_eq!(shown(json!({"connections": 3, "cpus": 4})), (50, 3, 3));
    assert_eq!(shown(json!({"connections": 3, "cpus": 2})), (50, 3, 2));
    assert_eq!(shown(json!({"connections": 30, "total": 7, "cpus": 20})), (7, 7, 7));
    assert_eq!(shown(json!({"async": true, "duration": "1s"})), (65_535, 1, 1));
    let (_, connections, threads) = shown(json!({"concurrency": 1000, "connections": 8}));
    assert!(threads <= connections);
}
