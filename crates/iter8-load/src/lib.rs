//! A load test is a schedule × a budget × a transport × a recorder; this crate is all of that
//! but the transport.
//!
//! - A [`Schedule`] says when request number k ought to start. It is a pure function: no worker
//!   can shift it by being slow.
//! - A [`Budget`] says where the test ends.
//! - A [`Transport`] drives one worker's [`Share`] of the schedule over its own connections.
//! - A [`Recorder`] keeps what came of it: one for each worker, merged at the end, of a size that
//!   does not depend on the number of requests.
//!
//! Latency is counted from the intended start of a request, so that a service which makes its
//! clients wait cannot hide that; the time on the wire is kept beside it.
//!
//! This crate knows no HTTP, no socket and no experiment. Start reading at [`run`].

pub mod clock;

mod attempt;
mod budget;
mod control;
mod counts;
mod errors;
mod measurement;
mod outcome;
mod part;
mod plan;
mod qps;
mod random;
mod recorder;
mod run;
mod schedule;
mod series;
mod share;
mod start_line;
mod transport;
mod wire;
mod worker;

pub use attempt::Attempt;
pub use budget::Budget;
pub use clock::Clock;
pub use control::{ABORT_FROM, Control, LiveView, Stop};
pub use counts::Counts;
pub use errors::{ErrorRange, ErrorRanges, InvalidErrorRange};
pub use measurement::Measurement;
pub use outcome::{Failure, Outcome, Verdict};
pub use part::{InvalidPart, Part};
pub use plan::{MAX_CONNECTIONS, Pace, Plan, PlanError};
pub use qps::{DEFAULT_QPS, InvalidQps, MAX_RATE, Qps, Rate};
pub use random::SplitMix64;
pub use recorder::{LATE_AFTER, Recorder};
pub use run::{LoadError, run};
pub use schedule::{Arrival, Change, Schedule, Stage, Starts};
pub use series::Interval;
pub use share::{Next, Share, Ticket};
pub use transport::{Transport, TransportError};
pub use wire::{InvalidMeasurement, histogram_from_json, histogram_to_json};
pub use worker::{Event, Levels, Reactor, Rules, Trial, Worker};
