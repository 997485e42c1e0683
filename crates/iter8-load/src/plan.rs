//! Everything that is decided before the first request.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;
use std::time::Duration;

use crate::budget::Budget;
use crate::errors::ErrorRanges;
use crate::part::Part;
use crate::schedule::Schedule;

/// Most connections of one test: as many as a client has ports towards one server address.
pub const MAX_CONNECTIONS: usize = 65_535;

/// Connections that one thread serves before a second one is worth its memory: at 64 the peers
/// measured reach their full rate on one core, and a thread per connection would only add
/// context switches.
const CONNECTIONS_PER_THREAD: usize = 64;

/// How requests are started.
#[derive(Debug, Clone, PartialEq)]
pub enum Pace {
    /// Open model: requests start when the schedule says so, whatever the service does.
    Open(Schedule),
    /// Closed loop: each connection sends its next request as soon as the last is answered.
    Closed,
}

/// A test that can be run.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pace: Pace,
    budget: Budget,
    connections: NonZeroUsize,
    threads: NonZeroUsize,
    drain: Duration,
    errors: ErrorRanges,
    part: Part,
    abort_above: Option<f64>,
}

/// A test that cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Nothing bounds the test.
    #[error("a load test needs a number of requests, a duration or stages")]
    Unbounded,
    /// The schedule sends nothing within the bounds.
    #[error("the schedule has no requests: its rate is zero, or it lasts no time")]
    NoRequests,
    /// More connections than a client has ports.
    #[error("{connections} connections are more than {MAX_CONNECTIONS}")]
    TooManyConnections {
        /// What was asked for.
        connections: usize,
    },
    /// More parts than connections, of which each part needs one.
    #[error("{parts} parts are more than {connections} connections, and each part needs one")]
    TooManyParts {
        /// Parts of the test.
        parts: u64,
        /// Connections of the test.
        connections: usize,
    },
}

impl Plan {
    /// A test with as many threads as its connections are worth on this machine.
    ///
    /// There are never more connections than the budget has requests. `drain` is how long after
    /// the end of a duration requests that were due may still be sent; take the time limit of a
    /// request.
    pub fn new(
        pace: Pace,
        budget: Budget,
        connections: NonZeroUsize,
        drain: Duration,
    ) -> Result<Self, PlanError> {
        if connections.get() > MAX_CONNECTIONS {
            return Err(PlanError::TooManyConnections { connections: connections.get() });
        }
        let stages = match &pace {
            Pace::Open(schedule) => schedule.end(),
            Pace::Closed => None,
        };
        if budget.max_requests().is_none() && budget.max_duration().or(stages).is_none() {
            return Err(PlanError::Unbounded);
        }
        let until = budget.max_duration().unwrap_or(Duration::MAX);
        let silent = match &pace {
            Pace::Open(schedule) => schedule.expected(until) <= 0.0,
            Pace::Closed => until.is_zero(),
        };
        if silent {
            return Err(PlanError::NoRequests);
        }
        let most = budget.max_requests().and_then(|n| usize::try_from(n).ok());
        let connections =
            most.and_then(NonZeroUsize::new).map_or(connections, |n| connections.min(n));
        let threads = default_threads(connections);
        Ok(Self {
            pace,
            budget,
            connections,
            threads,
            drain,
            errors: ErrorRanges::default(),
            part: Part::WHOLE,
            abort_above: None,
        })
    }

    /// The same test on so many threads, but never more than it has connections.
    #[must_use]
    pub fn with_threads(self, threads: NonZeroUsize) -> Self {
        let own = NonZeroUsize::new(self.connections()).unwrap_or(NonZeroUsize::MIN);
        Self { threads: threads.min(own), ..self }
    }

    /// The same test with another notion of what counts as an error.
    #[must_use]
    pub fn with_errors(self, errors: ErrorRanges) -> Self {
        Self { errors, ..self }
    }

    /// One part of the same test, which has its share of the requests and of the connections.
    pub fn of_part(self, part: Part) -> Result<Self, PlanError> {
        let connections = self.connections.get();
        let own = usize::try_from(part.deal(connections as u64)).unwrap_or(0);
        let parts = part.of();
        if parts > connections as u64 {
            return Err(PlanError::TooManyParts { parts, connections });
        }
        let own = NonZeroUsize::new(own).unwrap_or(NonZeroUsize::MIN);
        Ok(Self { threads: default_threads(own), part, ..self })
    }

    /// The same test, which ends early once more than this share of its requests, from 0 to 1,
    /// were errors; see [`crate::ABORT_FROM`].
    #[must_use]
    pub fn with_abort_above(self, rate: Option<f64>) -> Self {
        Self { abort_above: rate, ..self }
    }

    /// How requests are started.
    pub fn pace(&self) -> &Pace {
        &self.pace
    }

    /// Where the test ends.
    pub fn budget(&self) -> Budget {
        self.budget
    }

    /// Connections of all threads together.
    pub fn connections(&self) -> usize {
        self.dealt(self.connections.get())
    }

    /// Connections of all parts together.
    pub(crate) fn all_connections(&self) -> usize {
        self.connections.get()
    }

    /// Which part of a test this is.
    pub fn part(&self) -> Part {
        self.part
    }

    /// The share of errors beyond which the test ends early.
    pub fn abort_above(&self) -> Option<f64> {
        self.abort_above
    }

    /// How many of `all` things of a whole test worker `worker` of this part has.
    pub fn share_of(&self, worker: usize, all: usize) -> usize {
        let (own, workers) = (self.dealt(all), self.threads());
        // The first workers take what does not divide evenly.
        own / workers + usize::from(worker < own % workers)
    }

    fn dealt(&self, all: usize) -> usize {
        usize::try_from(self.part.deal(all as u64)).unwrap_or(all)
    }

    /// Threads, at most one for each connection.
    pub fn threads(&self) -> usize {
        self.threads.get()
    }

    /// How long after the end requests that were due may still be sent.
    pub fn drain(&self) -> Duration {
        self.drain
    }

    /// What counts as an error.
    pub fn errors(&self) -> &ErrorRanges {
        &self.errors
    }

    /// The exact number of requests of this part, where that is known beforehand: not in a closed loop over
    /// time, nor with Poisson arrivals over time.
    pub fn planned(&self) -> Option<u64> {
        let most = self.budget.max_requests();
        let whole = match (&self.pace, self.until()) {
            (_, None) => most,
            (Pace::Closed, Some(_)) => None,
            (Pace::Open(schedule), Some(until)) => {
                schedule.count(until).map(|count| count.min(most.unwrap_or(u64::MAX)))
            }
        };
        whole.map(|whole| self.part.deal(whole))
    }

    /// Where time ends the test, by the budget or by the stages.
    pub fn until(&self) -> Option<Duration> {
        let stages = match &self.pace {
            Pace::Open(schedule) => schedule.end(),
            Pace::Closed => None,
        };
        self.budget.max_duration().into_iter().chain(stages).min()
    }
}

fn default_threads(connections: NonZeroUsize) -> NonZeroUsize {
    // Respects the CPU quota of the container, unlike a count of processors.
    let cores = available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let useful = connections.get().div_ceil(CONNECTIONS_PER_THREAD);
    NonZeroUsize::new(useful).unwrap_or(NonZeroUsize::MIN).min(cores)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;

    use super::*;
    use crate::qps::Rate;
    use crate::schedule::{Arrival, Change, Stage};

    fn connections(n: usize) -> NonZeroUsize {
        NonZeroUsize::new(n).unwrap()
    }

    fn open(qps: f64) -> Pace {
        Pace::Open(Schedule::constant(Rate::per_second(qps).unwrap()))
    }

    fn plan(pace: Pace, budget: Budget) -> Result<Plan, PlanError> {
        Plan::new(pace, budget, connections(16), Duration::from_secs(10))
    }

    fn count(n: u64) -> NonZeroU64 {
        NonZeroU64::new(n).unwrap()
    }

    #[test]
    fn plans_without_bounds_or_requests_are_refused() {
        let second = Duration::from_secs(1);
        assert_eq!(plan(Pace::Closed, Budget::schedule()), Err(PlanError::Unbounded));
        assert_eq!(plan(open(8.0), Budget::schedule()), Err(PlanError::Unbounded));
        assert_eq!(plan(open(0.0), Budget::duration(second)), Err(PlanError::NoRequests));
        assert_eq!(plan(open(0.0), Budget::requests(count(5))), Err(PlanError::NoRequests));
        assert_eq!(
            plan(Pace::Closed, Budget::duration(Duration::ZERO)),
            Err(PlanError::NoRequests)
        );
        let many =
            Plan::new(Pace::Closed, Budget::duration(second), connections(70_000), Duration::ZERO);
        assert_eq!(many, Err(PlanError::TooManyConnections { connections: 70_000 }));
    }

    #[test]
    fn connections_do_not_exceed_requests_nor_threads_connections() {
        let few = plan(Pace::Closed, Budget::requests(count(3))).unwrap();
        assert_eq!((few.connections(), few.threads()), (3, 1));
        assert_eq!(few.with_threads(connections(8)).threads(), 3);
        assert_eq!(default_threads(connections(64)).get(), 1);
    }

    #[test]
    fn planned_number_is_the_smaller_of_both_bounds() {
        let ten = Duration::from_secs(10);
        let planned = |pace, budget| plan(pace, budget).unwrap().planned();
        assert_eq!(planned(open(8.0), Budget::duration(ten)), Some(80));
        assert_eq!(planned(open(8.0), Budget::either(count(20), ten)), Some(20));
        assert_eq!(planned(open(8.0), Budget::either(count(200), ten)), Some(80));
        assert_eq!(planned(Pace::Closed, Budget::requests(count(7))), Some(7));
        assert_eq!(planned(Pace::Closed, Budget::either(count(7), ten)), None);
        let poisson =
            Schedule::constant(Rate::per_second(8.0).unwrap()).with_arrival(Arrival::Poisson, 1);
        assert_eq!(planned(Pace::Open(poisson), Budget::duration(ten)), None);
    }

    #[test]
    fn parts_share_requests_and_connections() {
        let whole = plan(Pace::Closed, Budget::requests(count(100))).unwrap();
        let parts: Vec<Plan> = (1..=3)
            .map(|number| whole.clone().of_part(Part::new(number, 3).unwrap()).unwrap())
            .collect();
        let of = |what: fn(&Plan) -> usize| parts.iter().map(what).collect::<Vec<_>>();
        assert_eq!(of(Plan::connections), [6, 5, 5]);
        assert_eq!(of(|plan| plan.share_of(0, 7)), [3, 2, 2]);
        let planned: Vec<_> = parts.iter().map(|plan| plan.planned().unwrap()).collect();
        assert_eq!(planned, [34, 33, 33]);
        let many = whole.of_part(Part::new(1, 17).unwrap());
        assert_eq!(many, Err(PlanError::TooManyParts { parts: 17, connections: 16 }));
    }

    #[test]
    fn stages_end_a_plan_by_themselves() {
        let stage = Stage {
            duration: Duration::from_secs(4),
            target: Rate::per_second(10.0).unwrap(),
            change: Change::Ramp,
        };
        let pace = Pace::Open(Schedule::stages(Rate::ZERO, &[stage]));
        let plan = plan(pace, Budget::schedule()).unwrap();
        assert_eq!(plan.until(), Some(Duration::from_secs(4)));
        assert_eq!(plan.planned(), Some(20));
    }
}
