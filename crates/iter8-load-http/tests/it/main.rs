//! Whole tests against servers that behave well, badly and not at all.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails where it stands")]

mod bodies;
mod connections;
mod failures;
mod http2;
mod load;
mod proxy;
mod redirects;
mod requests;
mod templates;
mod tls;

use std::num::{NonZeroU64, NonZeroUsize};
use std::time::Duration;

use iter8_load::{Budget, Control, LoadError, Measurement, Pace, Plan, Rate, Schedule, run};
use iter8_load_http::{HttpPlan, HttpTransport, Target};

/// Long enough that no test runs into it unless it is meant to.
const PATIENT: Duration = Duration::from_secs(20);

/// A time limit that is meant to be run into.
const IMPATIENT: Duration = Duration::from_millis(150);

fn target(url: &str) -> Target {
    Target { timeout: PATIENT, ..Target::new(url) }
}

fn transport(target: Target) -> HttpTransport {
    HttpTransport::resolve(HttpPlan::try_from(target).unwrap()).unwrap()
}

fn count(requests: u64) -> Budget {
    Budget::requests(NonZeroU64::new(requests).unwrap())
}

fn closed(budget: Budget, connections: usize) -> Plan {
    plan(Pace::Closed, budget, connections)
}

fn open(qps: f64, budget: Budget, connections: usize) -> Plan {
    plan(Pace::Open(Schedule::constant(Rate::per_second(qps).unwrap())), budget, connections)
}

fn plan(pace: Pace, budget: Budget, connections: usize) -> Plan {
    Plan::new(pace, budget, NonZeroUsize::new(connections).unwrap(), PATIENT).unwrap()
}

fn try_load(plan: &Plan, target: Target) -> Result<Measurement, LoadError> {
    run(plan, &transport(target), &Control::default())
}

#[track_caller]
fn load(plan: &Plan, target: Target) -> Measurement {
    let measurement = try_load(plan, target).unwrap();
    assert!(!measurement.interrupted);
    measurement
}

/// So many requests over one connection.
#[track_caller]
fn sequence(requests: u64, target: Target) -> Measurement {
    load(&closed(count(requests), 1), target)
}

/// Statuses and failures with their counts, such as `200 × 3, timeout × 1`.
fn verdicts(measurement: &Measurement) -> String {
    let recorder = &measurement.recorder;
    let statuses = recorder.counts().statuses().map(|(status, n)| format!("{status} × {n}"));
    let failures = recorder.counts().failures().map(|(failure, n)| format!("{failure} × {n}"));
    statuses.chain(failures).collect::<Vec<_>>().join(", ")
}
