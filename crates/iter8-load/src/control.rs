//! The strings by which the caller holds a running test: stop it, look at it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::errors::ErrorRanges;
use crate::recorder::Recorder;

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
    live: Mutex<Live>,
}

#[derive(Debug, Default)]
struct Live {
    planned: Option<u64>,
    workers: Vec<Arc<LiveCell>>,
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

    /// Whether workers should end now.
    #[inline]
    pub fn should_stop(&self) -> bool {
        self.stop.is_requested() || self.failed.load(Ordering::Relaxed)
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

    /// Tells the other workers that going on makes no sense.
    pub(crate) fn fail(&self) {
        self.failed.store(true, Ordering::Relaxed);
    }

    /// Prepares for a test; gives each worker the cell it publishes into.
    pub(crate) fn begin(&self, workers: usize, planned: Option<u64>) -> Vec<Arc<LiveCell>> {
        self.failed.store(false, Ordering::Relaxed);
        let workers: Vec<_> = (0..workers).map(|_| Arc::new(LiveCell::default())).collect();
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        *live = Live { planned, workers: workers.clone() };
        workers
    }
}

impl LiveCell {
    pub(crate) fn store(&self, now: u64, sent: u64, recorder: &Recorder, errors: &ErrorRanges) {
        self.elapsed.store(now, Ordering::Relaxed);
        self.sent.store(sent, Ordering::Relaxed);
        self.done.store(recorder.requests(), Ordering::Relaxed);
        self.errors.store(recorder.errors(errors), Ordering::Relaxed);
        self.late.store(recorder.late(), Ordering::Relaxed);
        self.p99.store(recorder.latency().quantile(0.99).unwrap_or(0), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn view_sums_counts_and_takes_the_worst_latency() {
        let control = Control::new(Stop::default());
        let cells = control.begin(2, Some(10));
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
    fn a_failure_ends_this_test_only_and_a_stop_all() {
        let stop = Stop::default();
        let (one, other) = (Control::new(stop.clone()), Control::new(stop.clone()));
        one.fail();
        assert!(one.should_stop() && !one.stop_requested() && !other.should_stop());
        one.begin(1, None);
        assert!(!one.should_stop());
        stop.request();
        assert!(one.should_stop() && other.should_stop() && other.stop_requested());
    }
}
