//! The strings by which the caller holds a running test: stop it, look at it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Clock;
use crate::errors::ErrorRanges;
use crate::plan::Plan;
use crate::recorder::Recorder;
use crate::series::{Interval, Series, Snapshots};

/// Requests before the share of errors can end a test early: fewer say little, and one that starts
/// with a hiccup deserves a second look.
pub const ABORT_FROM: u64 = 20;

/// A wish to stop, set once, by a signal or by whoever lost interest. Copies share it.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Stops every test that holds a copy.
    pub fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether anybody asked to stop.
    pub fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Stops one test and shows how far it is.
#[derive(Debug, Default)]
pub struct Control {
    stop: Stop,
    /// Set when one worker failed, so that the others need not go on.
    failed: AtomicBool,
    /// Set when too many requests were errors.
    aborted: AtomicBool,
    has_series: bool,
    live: Mutex<Live>,
}

#[derive(Debug, Default)]
struct Live {
    /// The clock of the schedule, once that has begun.
    clock: Option<Clock>,
    planned: Option<u64>,
    workers: Vec<Arc<LiveCell>>,
    series: Series,
    errors: ErrorRanges,
}

/// The latest numbers of one worker. The worker stores and anyone reads, without locks; numbers
/// of one snapshot may be mixed with those of the next, which a progress bar can bear.
#[derive(Debug, Default)]
pub(crate) struct LiveCell {
    elapsed: AtomicU64,
    sent: AtomicU64,
    done: AtomicU64,
    errors: AtomicU64,
    late: AtomicU64,
    p99: AtomicU64,
    /// Where whole seconds are told, if anybody wants that.
    snapshots: Option<Snapshots>,
}

/// How far a test is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LiveView {
    /// Time since the start of the schedule.
    pub elapsed: Duration,
    /// Requests of the whole test, where that is known beforehand.
    pub planned: Option<u64>,
    /// Requests sent so far.
    pub sent: u64,
    /// Requests of which the end is known.
    pub done: u64,
    /// Requests that count as errors.
    pub errors: u64,
    /// Requests sent late.
    pub late: u64,
    /// The 99th percentile of the latency so far, that of the worst worker: an upper bound.
    pub p99: Duration,
}

impl Control {
    /// Control over one test that ends early when `stop` is requested.
    pub fn new(stop: Stop) -> Self {
        Self { stop, ..Self::default() }
    }

    /// The same, with the test told second by second by [`Self::intervals`].
    #[must_use]
    pub fn with_series(self) -> Self {
        Self { has_series: true, ..self }
    }

    /// Whether workers should end now.
    #[inline]
    pub fn should_stop(&self) -> bool {
        self.stop.is_requested()
            || self.failed.load(Ordering::Relaxed)
            || self.aborted.load(Ordering::Relaxed)
    }

    /// Whether the test ended early because too many requests were errors.
    pub fn is_aborted(&self) -> bool {
        self.aborted.load(Ordering::Relaxed)
    }

    /// Whether the caller wants the test to end.
    pub fn stop_requested(&self) -> bool {
        self.stop.is_requested()
    }

    /// How far the test is; at most about a quarter of a second old.
    pub fn live(&self) -> LiveView {
        let live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        let start = LiveView { planned: live.planned, ..LiveView::default() };
        live.workers.iter().fold(start, |view, cell| {
            let load = |value: &AtomicU64| value.load(Ordering::Relaxed);
            LiveView {
                elapsed: view.elapsed.max(Duration::from_nanos(load(&cell.elapsed))),
                planned: view.planned,
                sent: view.sent + load(&cell.sent),
                done: view.done + load(&cell.done),
                errors: view.errors + load(&cell.errors),
                late: view.late + load(&cell.late),
                p99: view.p99.max(Duration::from_nanos(load(&cell.p99))),
            }
        })
    }

    /// Time since the start of the schedule; `None` before it.
    pub fn elapsed(&self) -> Option<Duration> {
        let live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.clock.map(|clock| Duration::from_nanos(clock.now()))
    }

    /// Notes the clock that all workers have taken over.
    pub(crate) fn start(&self, clock: Clock) {
        self.live.lock().unwrap_or_else(PoisonError::into_inner).clock = Some(clock);
    }

    /// The seconds of the test that are over and were not told yet, if they are wanted; a second is
    /// over at most a twentieth of a second after its end. `is_over` says that the test has ended.
    pub fn intervals(&self, is_over: bool) -> Vec<Interval> {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        let Live { workers, series, errors, .. } = &mut *live;
        let snapshots: Vec<&Snapshots> =
            workers.iter().filter_map(|cell| cell.snapshots.as_ref()).collect();
        if snapshots.is_empty() { Vec::new() } else { series.advance(&snapshots, is_over, errors) }
    }

    /// Ends the test early if more than this share of its requests were errors.
    pub(crate) fn judge(&self, most: f64) {
        let LiveView { done, errors, .. } = self.live();
        if done >= ABORT_FROM && errors as f64 > most * done as f64 {
            self.aborted.store(true, Ordering::Relaxed);
        }
    }

    /// Tells the other workers that going on makes no sense.
    pub(crate) fn fail(&self) {
        self.failed.store(true, Ordering::Relaxed);
    }

    /// Prepares for a test; gives each worker the cell it publishes into.
    pub(crate) fn begin(&self, plan: &Plan) -> Vec<Arc<LiveCell>> {
        self.failed.store(false, Ordering::Relaxed);
        self.aborted.store(false, Ordering::Relaxed);
        let cell = || {
            let snapshots = self.has_series.then(Snapshots::default);
            Arc::new(LiveCell { snapshots, ..LiveCell::default() })
        };
        let workers: Vec<_> = (0..plan.threads()).map(|_| cell()).collect();
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        *live = Live {
            clock: None,
            planned: plan.planned(),
            series: Series::new(workers.len()),
            workers: workers.clone(),
            errors: plan.errors().clone(),
        };
        workers
    }
}

impl LiveCell {
    pub(crate) fn store(&self, now: u64, sent: u64, recorder: &Recorder, errors: &ErrorRanges) {
        self.elapsed.store(now, Ordering::Relaxed);
        self.sent.store(sent, Ordering::Relaxed);
        self.done.store(recorder.requests(), Ordering::Relaxed);
        self.errors.store(recorder.errors(errors), Ordering::Relaxed);
        self.late.store(recorder.counts().late, Ordering::Relaxed);
        self.p99.store(recorder.latency().quantile(0.99).unwrap_or(0), Ordering::Relaxed);
    }

    /// Leaves a snapshot for the series, if it is wanted: at the end of a second, or of the worker.
    pub(crate) fn snapshot(&self, now: u64, sent: u64, recorder: &Recorder, is_last: bool) {
        if let Some(snapshots) = &self.snapshots {
            snapshots.leave(now, sent, recorder, is_last);
        }
    }

    /// Whether the series is wanted.
    pub(crate) fn has_series(&self) -> bool {
        self.snapshots.is_some()
    }
}

#[cfg(test)]
mod tests {
    use std::num::{NonZeroU64, NonZeroUsize};

    use super::*;
    use crate::budget::Budget;
    use crate::outcome::{Outcome, Verdict};
    use crate::plan::Pace;

    /// A test of ten requests on so many threads.
    fn plan(threads: usize) -> Plan {
        let budget = Budget::requests(NonZeroU64::new(10).unwrap());
        let count = NonZeroUsize::new(threads).unwrap();
        Plan::new(Pace::Closed, budget, count, Duration::ZERO).unwrap().with_threads(count)
    }

    #[test]
    fn view_sums_counts_and_takes_the_worst_latency() {
        let control = Control::new(Stop::default());
        let cells = control.begin(&plan(2));
        let mut slow = Recorder::new();
        slow.record_unsent(1000);
        cells[0].store(7, 3, &Recorder::new(), &ErrorRanges::default());
        cells[1].store(9, 4, &slow, &ErrorRanges::default());
        let view = control.live();
        assert_eq!(view.elapsed, Duration::from_nanos(9));
        assert_eq!((view.planned, view.sent, view.done), (Some(10), 7, 0));
        assert_eq!(view.p99, Duration::from_micros(1));
    }

    #[test]
    fn time_counts_from_the_start_of_the_schedule() {
        let control = Control::default();
        assert_eq!(control.elapsed(), None);
        control.start(Clock::start());
        let elapsed = control.elapsed();
        assert!(elapsed.is_some() && elapsed <= control.elapsed());
        control.begin(&plan(1));
        assert_eq!(control.elapsed(), None);
    }

    #[test]
    fn a_failure_ends_this_test_only_and_a_stop_all() {
        let stop = Stop::default();
        let (one, other) = (Control::new(stop.clone()), Control::new(stop.clone()));
        one.fail();
        assert!(one.should_stop() && !one.stop_requested() && !other.should_stop());
        one.begin(&plan(1));
        assert!(!one.should_stop());
        stop.request();
        assert!(one.should_stop() && other.should_stop() && other.stop_requested());
    }

    #[test]
    fn too_many_errors_abort_a_test_once_there_are_enough_requests() {
        let check = |done: u64, errors: u64, most: f64| {
            let control = Control::default();
            let cells = control.begin(&plan(1));
            let mut recorder = Recorder::new();
            for number in 0..done {
                let verdict = Verdict::Status(if number < errors { 500 } else { 200 });
                recorder.record(&Outcome { verdict, ..Outcome::at(number) });
            }
            cells[0].store(0, done, &recorder, &ErrorRanges::default());
            control.judge(most);
            assert_eq!(control.should_stop(), control.is_aborted());
            control.is_aborted()
        };
        assert!(!check(19, 19, 0.0));
        assert!(check(20, 1, 0.0) && !check(20, 0, 0.0));
        assert!(check(100, 51, 0.5) && !check(100, 50, 0.5));
        assert!(!check(0, 0, 0.0) && !check(100, 100, 1.0));
    }
}
