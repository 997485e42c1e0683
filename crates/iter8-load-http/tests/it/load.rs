//! Schedules on real sockets.

use std::num::NonZeroUsize;
use std::time::Duration;

use iter8_load::{Budget, Pace, Plan, Rate, Schedule};
use iter8_testkit::{Script, ScriptedServer, Step};

use crate::{PATIENT, closed, count, load, open, target, verdicts};

fn ok_server() -> ScriptedServer {
    ScriptedServer::start(Script::always([Step::ok("x")]))
}

#[test]
fn counts_are_exact() {
    let server = ok_server();
    let half = Budget::duration(Duration::from_millis(500));
    for (plan, expected) in [
        (open(400.0, half, 8), 200),
        (open(2000.0, count(333), 8), 333),
        (closed(count(1000), 16), 1000),
        (closed(count(1), 16), 1),
    ] {
        let before = server.request_count();
        let measurement = load(&plan, target(&server.url()));
        assert_eq!(measurement.requests(), expected);
        assert_eq!(server.request_count() - before, usize::try_from(expected).unwrap());
        assert_eq!(measurement.recorder.counts().unsent, 0);
    }
}

#[test]
fn several_threads_share_one_schedule() {
    let server = ok_server();
    let plan = open(1000.0, count(300), 6).with_threads(NonZeroUsize::new(3).unwrap());
    let measurement = load(&plan, target(&server.url()));
    assert_eq!(verdicts(&measurement), "200 × 300");
    assert_eq!((measurement.threads, server.connections()), (3, 6));
    assert!(measurement.elapsed() >= Duration::from_millis(299));
}

/// One server stall of half a second at 200/s over two connections: a hundred requests queue up
/// behind it. Their latency tells, their service time does not.
#[test]
fn a_stall_shows_in_the_latency() {
    let stall = vec![Step::Wait(Duration::from_millis(500)), Step::ok("x")];
    let mut lists = vec![vec![Step::ok("x")]; 50];
    lists.extend([stall.clone(), stall, vec![Step::ok("x")]]);
    let server = ScriptedServer::start(Script::in_turn(lists));
    let measurement = load(&open(200.0, count(250), 2), target(&server.url()));
    let recorder = &measurement.recorder;
    let latency = recorder.latency().quantile(0.8).unwrap();
    let service = recorder.service().quantile(0.8).unwrap();
    // 40 % of the requests were due in the stall and waited for 0 to 0.5 s, half of them for
    // more than 0.25 s.
    assert!((200_000_000..350_000_000).contains(&latency), "{latency}");
    assert!(service < 50_000_000, "{service}");
    assert!(recorder.counts().late >= 80, "{}", recorder.counts().late);
}

#[test]
fn what_cannot_be_sent_in_time_is_counted_as_unsent() {
    let slow = vec![Step::Wait(Duration::from_millis(50)), Step::ok("x")];
    let server = ScriptedServer::start(Script::always(slow));
    let schedule = Schedule::constant(Rate::per_second(100.0).unwrap());
    let budget = Budget::duration(Duration::from_millis(500));
    let drain = Duration::from_millis(100);
    let plan = Plan::new(Pace::Open(schedule), budget, NonZeroUsize::MIN, drain).unwrap();
    let measurement = load(&plan, target(&server.url()));
    // 0.6 s for answers of 50 ms each, of 50 requests.
    assert!((2..=12).contains(&measurement.requests()), "{}", measurement.requests());
    assert_eq!(measurement.requests() + measurement.recorder.counts().unsent, 50);
    assert_eq!(measurement.recorder.latency().count(), 50);
    assert!(measurement.elapsed() < PATIENT);
}
