//! Whole tests in virtual time: a transport that simulates a service and takes no real time.

use std::collections::VecDeque;
use std::num::{NonZeroU64, NonZeroUsize};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::budget::Budget;
use crate::control::Stop;
use crate::outcome::{Failure, Outcome, Verdict};
use crate::part::Part;
use crate::plan::Pace;
use crate::qps::Rate;
use crate::schedule::{Arrival, Schedule};
use crate::share::Next;

const MS: u64 = 1_000_000;

/// A service in virtual time: each request takes `service`, and nothing is answered from
/// `frozen.0` to `frozen.1`.
struct Virtual {
    service: u64,
    frozen: (u64, u64),
    /// Requests that take longer than this fail.
    timeout: u64,
    /// When to press the stop button.
    stop: Option<(u64, Stop)>,
}

impl Virtual {
    fn new(service: u64) -> Self {
        Self { service, frozen: (0, 0), timeout: u64::MAX, stop: None }
    }

    fn answered(&self, sent: u64) -> u64 {
        let done = sent + self.service;
        let (from, to) = self.frozen;
        if done > from && sent < to { to.max(sent) + self.service } else { done }
    }

    fn outcome(&self, ticket: crate::share::Ticket, free: u64, now: u64) -> Outcome {
        let answered = self.answered(now);
        let timed_out = answered - now > self.timeout;
        Outcome {
            intended: ticket.intended.unwrap_or(now),
            free,
            sent: now,
            done: if timed_out { now + self.timeout } else { answered },
            verdict: if timed_out {
                Verdict::Failed(Failure::Timeout)
            } else {
                Verdict::Status(200)
            },
            bytes_out: 1,
            bytes_in: 2,
            connect: None,
            retried: false,
        }
    }
}

impl Transport for Virtual {
    fn drive(
        &self,
        share: &mut Share<'_>,
        recorder: &mut Recorder,
        control: &Control,
    ) -> Result<(), TransportError> {
        let mut now = 0;
        let mut idle: VecDeque<u64> = (0..share.connections()).map(|_| 0).collect();
        let mut busy: Vec<Outcome> = Vec::new();
        loop {
            if let Some((at, stop)) = self.stop.as_ref().filter(|(at, _)| now >= *at) {
                stop.request();
                now = *at;
            }
            if control.should_stop() {
                break;
            }
            share.publish(now, recorder);
            let mut wake = u64::MAX;
            while let Some(&free) = idle.front() {
                match share.take(now) {
                    Next::Send(ticket) => busy.push(self.outcome(ticket, free, now)),
                    Next::Wait(at) => {
                        wake = at;
                        break;
                    }
                    Next::Finished => break,
                }
                idle.pop_front();
            }
            let done = busy.iter().map(|outcome| outcome.done).min().unwrap_or(u64::MAX);
            now = wake.min(done);
            if now == u64::MAX {
                break;
            }
            for outcome in busy.extract_if(.., |outcome| outcome.done <= now) {
                recorder.record(&outcome);
                idle.push_back(outcome.done);
            }
        }
        let end = recorder.last_done().unwrap_or(0).max(if now == u64::MAX { 0 } else { now });
        share.close(end, recorder);
        Ok(())
    }
}

fn open(qps: f64) -> Pace {
    Pace::Open(Schedule::constant(Rate::per_second(qps).unwrap()))
}

fn plan(pace: Pace, budget: Budget, connections: usize, drain_ms: u64) -> Plan {
    let connections = NonZeroUsize::new(connections).unwrap();
    Plan::new(pace, budget, connections, Duration::from_millis(drain_ms)).unwrap()
}

fn requests(n: u64) -> Budget {
    Budget::requests(NonZeroU64::new(n).unwrap())
}

fn seconds(n: u64) -> Budget {
    Budget::duration(Duration::from_secs(n))
}

fn run_virtual(plan: &Plan, transport: &Virtual) -> Measurement {
    run(plan, transport, &Control::default()).unwrap()
}

#[track_caller]
fn assert_near(got: Option<u64>, expected_ms: f64, tolerance: f64) {
    let got = got.unwrap() as f64 / MS as f64;
    assert!((got - expected_ms).abs() <= expected_ms * tolerance, "{got} ms, not {expected_ms} ms");
}

/// A service that freezes for 2 s in a 10 s test at 200/s: 400 of 2,000 requests start in the
/// freeze and wait from 2 s down to nothing, so that 5 % wait 1.5 s and 1 % wait 1.9 s.
#[test]
fn a_freeze_shows_in_the_latency_and_not_in_the_service_time() {
    for connections in [4, 16, 64, 500] {
        for threads in [1, 3] {
            let plan = plan(open(200.0), seconds(10), connections, 10_000)
                .with_threads(NonZeroUsize::new(threads).unwrap());
            let stalled = Virtual { frozen: (4000 * MS, 6000 * MS), ..Virtual::new(MS) };
            let recorder = run_virtual(&plan, &stalled).recorder;
            assert_eq!(recorder.requests(), 2000);
            assert_near(recorder.latency().quantile(0.95), 1500.0, 0.1);
            assert_near(recorder.latency().quantile(0.99), 1900.0, 0.1);
            assert_near(recorder.latency().quantile(0.5), 1.0, 0.01);
            if connections < 100 {
                // Only the requests that were on the wire when it froze were slow to serve.
                assert_near(recorder.service().quantile(0.95), 1.0, 0.01);
                assert!(recorder.counts().late > 300, "{}", recorder.counts().late);
            } else {
                assert_eq!(recorder.counts().late, 0);
            }
            assert_eq!(recorder.lag().max(), Some(0));
        }
    }
}

#[test]
fn counts_are_exact_in_every_mode() {
    for threads in [1, 2, 3] {
        let threads = NonZeroUsize::new(threads).unwrap();
        let count = |plan: Plan| {
            let measurement = run_virtual(&plan.with_threads(threads), &Virtual::new(3 * MS));
            assert_eq!(measurement.recorder.latency().count(), measurement.requests());
            assert!(!measurement.interrupted);
            measurement.requests()
        };
        assert_eq!(count(plan(open(1000.0), seconds(5), 16, 1000)), 5000);
        assert_eq!(count(plan(open(1000.0), requests(777), 16, 1000)), 777);
        assert_eq!(count(plan(Pace::Closed, requests(1), 16, 1000)), 1);
        assert_eq!(count(plan(Pace::Closed, requests(1001), 16, 1000)), 1001);
        // 3 ms each over 4 connections: 334 rounds begin before one second is over.
        assert_eq!(count(plan(Pace::Closed, seconds(1), 4, 1000)), 4 * 334);
        let both = Budget::either(NonZeroU64::new(100).unwrap(), Duration::from_secs(1));
        assert_eq!(count(plan(open(1000.0), both, 16, 1000)), 100);
        assert_eq!(count(plan(open(50.0), both, 16, 1000)), 50);
    }
}

#[test]
fn closed_loop_has_no_distance_between_intended_and_real_start() {
    let plan = plan(Pace::Closed, requests(100), 4, 0);
    let recorder = run_virtual(&plan, &Virtual::new(5 * MS)).recorder;
    assert_eq!(recorder.latency(), recorder.service());
    assert_eq!((recorder.send_distance().max(), recorder.counts().late), (Some(0), 0));
}

/// 100/s for 10 s at a service that manages 50/s, with 2 s to drain: 600 are sent in 12 s, the
/// other 400 were due and count with what they had waited until then.
#[test]
fn an_overloaded_service_is_not_flattered() {
    let plan = plan(open(100.0), seconds(10), 1, 2000);
    let measurement = run_virtual(&plan, &Virtual::new(20 * MS));
    let recorder = &measurement.recorder;
    assert_eq!((recorder.requests(), recorder.counts().unsent), (600, 400));
    assert_eq!(recorder.latency().count(), 1000);
    assert!(!measurement.interrupted);
    // Request 600 was due at 6.00 s and waited until 12 s.
    assert_near(recorder.latency().max(), 6010.0, 0.01);
    // Without the unsent ones the 90th percentile would be far below.
    assert_near(recorder.latency().quantile(0.9), 5500.0, 0.02);
}

#[test]
fn a_number_of_requests_is_kept_however_slow_the_service_is() {
    let plan = plan(open(100.0), requests(500), 1, 1);
    let recorder = run_virtual(&plan, &Virtual::new(100 * MS)).recorder;
    assert_eq!((recorder.requests(), recorder.counts().unsent), (500, 0));
    assert_near(recorder.latency().max(), 500.0 * 100.0 - 4990.0, 0.01);
}

#[test]
fn timeouts_are_errors_and_end_a_test_of_a_dead_service() {
    let dead = Virtual { timeout: 1000 * MS, ..Virtual::new(u64::MAX / 4) };
    let plan = plan(open(10.0), seconds(5), 2, 1000);
    let measurement = run_virtual(&plan, &dead);
    // Two connections, one request a second each, sent until the sixth second.
    assert_eq!(measurement.requests(), 12);
    assert_eq!(measurement.error_rate(), Some(1.0));
    assert_eq!(measurement.recorder.counts().unsent, 38);
    assert!(measurement.elapsed() <= Duration::from_secs(7));
}

#[test]
fn a_stop_keeps_what_was_measured() {
    let stop = Stop::default();
    let control = Control::new(stop.clone());
    let stopping = Virtual { stop: Some((3000 * MS, stop)), ..Virtual::new(5 * MS) };
    let plan = plan(open(100.0), seconds(10), 8, 1000);
    let measurement = run(&plan, &stopping, &control).unwrap();
    assert!(measurement.interrupted);
    assert_eq!((measurement.requests(), measurement.planned), (300, Some(1000)));
    let live = control.live();
    assert_eq!((live.planned, live.done), (Some(1000), 300));
}

#[test]
fn a_stop_after_the_end_is_no_interruption() {
    let stop = Stop::default();
    let control = Control::new(stop.clone());
    let measurement =
        run(&plan(open(100.0), requests(10), 8, 1000), &Virtual::new(MS), &control).unwrap();
    stop.request();
    assert!(!measurement.interrupted);
    assert_eq!(control.live().sent, 10);
    assert_eq!(measurement.throughput().map(f64::round), Some((10.0f64 / 0.091).round()));
}

#[test]
fn too_many_errors_end_a_test_early() {
    let failing = Virtual { timeout: MS, ..Virtual::new(2 * MS) };
    let plan = plan(open(100.0), seconds(10), 8, 1000);
    for (most, aborted) in [(Some(0.5), true), (Some(1.0), false), (None, false)] {
        let measurement = run_virtual(&plan.clone().with_abort_above(most), &failing);
        assert_eq!(measurement.aborted, aborted, "{most:?}");
        assert!(!measurement.interrupted);
        assert_eq!(measurement.requests() < 100, aborted, "{}", measurement.requests());
    }
}

#[test]
fn seconds_are_told_while_the_test_runs_and_at_its_end() {
    let control = Control::new(Stop::default()).with_series();
    let plan = plan(open(100.0), seconds(3), 8, 1000);
    run(&plan, &Virtual::new(5 * MS), &control).unwrap();
    let sent: Vec<u64> = control.intervals(true).iter().map(|second| second.sent).collect();
    assert_eq!(sent, [100, 100, 100]);
    assert!(control.intervals(true).is_empty());
}

/// Fails or panics in one worker while the others wait at the start line.
struct Failing {
    panic: bool,
    started: AtomicUsize,
}

impl Transport for Failing {
    fn drive(
        &self,
        share: &mut Share<'_>,
        _: &mut Recorder,
        _: &Control,
    ) -> Result<(), TransportError> {
        if share.worker() == 1 {
            assert!(!self.panic, "broken on purpose");
            return Err(TransportError::new("no route"));
        }
        if share.ready().is_some() {
            self.started.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

#[test]
fn one_failing_worker_ends_the_test() {
    let plan = plan(Pace::Closed, requests(9), 3, 0).with_threads(NonZeroUsize::new(3).unwrap());
    for (panic, expected) in
        [(false, "no route"), (true, "load worker 1 panicked: broken on purpose")]
    {
        let failing = Failing { panic, started: AtomicUsize::new(0) };
        let error = run(&plan, &failing, &Control::default()).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert_eq!(failing.started.load(Ordering::Relaxed), 0);
    }
}

proptest! {
    // Each case is two whole tests with thousands of requests.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn workers_together_do_what_one_would(
        qps in 1.0..500.0f64,
        threads in 1..5usize,
        arrival in prop_oneof![
            Just(Arrival::Constant), Just(Arrival::Uniform), Just(Arrival::Poisson)
        ],
        seed in any::<u64>(),
    ) {
        // With a connection for each request nobody waits, so that parts cannot influence each
        // other and the merged histograms must be the same.
        let schedule = Schedule::constant(Rate::per_second(qps).unwrap()).with_arrival(arrival, seed);
        let plan = plan(Pace::Open(schedule), seconds(2), 1500, 1000);
        let service = Virtual { frozen: (500 * MS, 900 * MS), ..Virtual::new(MS) };
        let one = run_virtual(&plan.clone().with_threads(NonZeroUsize::MIN), &service);
        let many = run_virtual(
            &plan.with_threads(NonZeroUsize::new(threads).unwrap()), &service,
        );
        prop_assert_eq!(one.recorder, many.recorder);
    }

    #[test]
    fn parts_that_travelled_as_text_are_the_whole(
        qps in 1.0..500.0f64,
        parts in 1..6u64,
        threads in 1..3usize,
        arrival in prop_oneof![
            Just(Arrival::Constant), Just(Arrival::Uniform), Just(Arrival::Poisson)
        ],
        seed in any::<u64>(),
    ) {
        let schedule = Schedule::constant(Rate::per_second(qps).unwrap()).with_arrival(arrival, seed);
        let plan = plan(Pace::Open(schedule), seconds(2), 1500, 1000);
        let service = Virtual { frozen: (500 * MS, 900 * MS), ..Virtual::new(MS) };
        let whole = run_virtual(&plan, &service);
        let travelled = (1..=parts).map(|number| {
            let part = plan.clone().of_part(Part::new(number, parts).unwrap()).unwrap();
            let part = part.with_threads(NonZeroUsize::new(threads).unwrap());
            let text = run_virtual(&part, &service).to_json().to_string();
            Measurement::from_json(&serde_json::from_str(&text).unwrap()).unwrap()
        });
        let merged = travelled.reduce(|mut all, part| { all.merge(&part); all }).unwrap();
        prop_assert_eq!(&merged.recorder, &whole.recorder);
        prop_assert_eq!((merged.planned, merged.connections), (whole.planned, whole.connections));
        prop_assert_eq!(merged.recorder.latency().max(), whole.recorder.latency().max());
    }

    #[test]
    fn every_planned_request_is_sent_or_unsent(
        qps in 1.0..300.0f64, connections in 1..6usize, service_ms in 1..200u64, drain in 0..500u64,
    ) {
        let plan = plan(open(qps), seconds(3), connections, drain);
        let measurement = run_virtual(&plan, &Virtual::new(service_ms * MS));
        let all = measurement.requests() + measurement.recorder.counts().unsent;
        prop_assert_eq!(Some(all), measurement.planned);
        prop_assert_eq!(measurement.recorder.latency().count(), all);
    }
}
