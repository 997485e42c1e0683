//! A test second by second, for whoever watches while it runs.
//!
//! Each worker leaves a snapshot of what it has recorded at every whole second, and the watcher
//! takes differences. The worker's part is a copy of one histogram a second.

use std::collections::VecDeque;
use std::ops::Deref;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use iter8_stats::Histogram;

use crate::counts::Counts;
use crate::errors::ErrorRanges;
use crate::recorder::Recorder;

/// The length of a step, in nanoseconds.
pub(crate) const SECOND: u64 = 1_000_000_000;

/// What happened in one second of a test, or in the rest that its end leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    /// When it began, since the start of the schedule: a whole number of seconds, unless all
    /// workers were asleep for longer.
    pub from: Duration,
    /// When it ended.
    pub to: Duration,
    /// Requests that were sent in it.
    pub sent: u64,
    /// Requests under way at its end.
    pub under_way: u64,
    /// What was counted in it of requests whose end became known.
    pub counts: Counts,
    /// Those of them that were errors.
    pub errors: u64,
    /// Their latencies in nanoseconds, from the intended start on.
    pub latency: Histogram,
}

/// Where one worker leaves its snapshots.
#[derive(Debug, Default)]
pub(crate) struct Snapshots(Mutex<VecDeque<Snapshot>>);

/// What a worker had recorded at a moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Snapshot {
    /// The number, from 1, of the second at whose end it was taken, or in which the worker ended.
    second: u64,
    at: u64,
    sent: u64,
    counts: Counts,
    latency: Histogram,
    is_last: bool,
}

impl Snapshots {
    /// Leaves a snapshot, of which there is one for each second.
    pub(crate) fn leave(&self, now: u64, sent: u64, recorder: &Recorder, is_last: bool) {
        let snapshot = Snapshot {
            second: now / SECOND + u64::from(is_last),
            at: now,
            sent,
            counts: recorder.counts.clone(),
            latency: recorder.latency.clone(),
            is_last,
        };
        self.lock().push_back(snapshot);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Snapshot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The watcher's side: what has been told already.
#[derive(Debug, Default)]
pub(crate) struct Series {
    /// The newest snapshot of each worker that was taken into account.
    seen: Vec<Snapshot>,
    /// The sum of them when the last interval ended.
    told: Snapshot,
}

impl Series {
    pub(crate) fn new(workers: usize) -> Self {
        Self { seen: vec![Snapshot::default(); workers], told: Snapshot::default() }
    }

    /// The intervals that all workers have finished since the last call. `is_over` says that no
    /// worker is left that could add to them.
    pub(crate) fn advance(
        &mut self,
        workers: &[impl Deref<Target = Snapshots>],
        is_over: bool,
        ranges: &ErrorRanges,
    ) -> Vec<Interval> {
        let mut intervals = Vec::new();
        loop {
            let next = self.told.second + 1;
            let mut queues: Vec<_> = workers.iter().map(|worker| worker.lock()).collect();
            let is_whole = self.seen.iter().zip(&queues).all(|(seen, queue)| {
                let newest = queue.back().unwrap_or(seen);
                newest.is_last || newest.second >= next
            });
            if queues.iter().all(|queue| queue.is_empty()) || !(is_whole || is_over) {
                return intervals;
            }
            for (seen, queue) in self.seen.iter_mut().zip(&mut queues) {
                while let Some(newer) = queue.pop_front_if(|newer| newer.second <= next) {
                    *seen = newer;
                }
            }
            drop(queues);
            intervals.extend(self.tell(next, ranges));
        }
    }

    /// What has been seen since the last interval, as the one that ends with second `next`.
    fn tell(&mut self, next: u64, ranges: &ErrorRanges) -> Option<Interval> {
        let mut sum = Snapshot { second: next, ..Snapshot::default() };
        for seen in &self.seen {
            sum.at = sum.at.max(seen.at);
            sum.sent += seen.sent;
            sum.counts.merge(&seen.counts);
            sum.latency.merge(&seen.latency);
        }
        let told = std::mem::replace(&mut self.told, sum);
        let sum = &self.told;
        let from = Duration::from_nanos(told.at.min(told.second * SECOND));
        let to = Duration::from_nanos(sum.at.min(next * SECOND)).max(from);
        let counts = sum.counts.since(&told.counts);
        let is_empty = to == from && sum.latency.count() == told.latency.count();
        (!is_empty).then(|| Interval {
            from,
            to,
            sent: sum.sent - told.sent,
            under_way: sum.sent.saturating_sub(sum.counts.requests),
            errors: counts.errors(ranges),
            counts,
            latency: sum.latency.since(&told.latency),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::outcome::{Outcome, Verdict};

    const MS: u64 = 1_000_000;

    /// A worker that records and leaves snapshots.
    #[derive(Default)]
    struct Worker {
        recorder: Recorder,
        sent: u64,
        snapshots: Arc<Snapshots>,
    }

    impl Worker {
        fn answer(&mut self, status: u16, latency: u64) {
            self.sent += 1;
            self.recorder.record(&Outcome {
                intended: 0,
                free: 0,
                sent: 0,
                done: latency,
                verdict: Verdict::Status(status),
                bytes_out: 1,
                bytes_in: 2,
                connect: None,
                retried: false,
            });
        }

        fn leave(&self, at_ms: u64, is_last: bool) {
            self.snapshots.leave(at_ms * MS, self.sent, &self.recorder, is_last);
        }
    }

    /// An interval as text: from, to, sent, under way, counted, errors, p50 in ms.
    fn told(intervals: &[Interval]) -> Vec<String> {
        let text = |i: &Interval| {
            let p50 = i.latency.quantile(0.5).map_or(0.0, |p50| p50 as f64 / MS as f64);
            let (from, to) = (i.from.as_secs_f64(), i.to.as_secs_f64());
            let Interval { sent, under_way, errors, .. } = i;
            format!("{from}–{to}: {sent} {under_way} {} {errors} {p50:.1}", i.counts.requests)
        };
        intervals.iter().map(text).collect()
    }

    #[test]
    fn a_second_is_told_when_all_workers_have_passed_it() {
        let ranges = ErrorRanges::default();
        let (mut one, mut other) = (Worker::default(), Worker::default());
        let workers = [Arc::clone(&one.snapshots), Arc::clone(&other.snapshots)];
        let mut series = Series::new(2);
        one.answer(200, MS);
        one.leave(1000, false);
        assert!(series.advance(&workers, false, &ranges).is_empty());
        other.answer(500, 3 * MS);
        other.sent += 1;
        other.leave(1040, false);
        let first = series.advance(&workers, false, &ranges);
        assert_eq!(told(&first), ["0–1: 3 1 2 1 1.0"]);
        assert!(series.advance(&workers, false, &ranges).is_empty());
        one.answer(200, 5 * MS);
        one.leave(1300, true);
        other.leave(2000, false);
        let second = series.advance(&workers, false, &ranges);
        assert_eq!(told(&second), ["1–2: 1 1 1 0 5.0"]);
        other.leave(2500, true);
        let rest = series.advance(&workers, true, &ranges);
        assert_eq!(told(&rest), ["2–2.5: 0 1 0 0 0.0"]);
        assert!(series.advance(&workers, true, &ranges).is_empty());
    }

    #[test]
    fn the_intervals_are_the_whole() {
        let mut worker = Worker::default();
        let workers = [Arc::clone(&worker.snapshots)];
        let mut series = Series::new(1);
        for second in 1..=5 {
            (0..second).for_each(|_| worker.answer(200, second * MS));
            worker.leave(second * 1000, second == 5);
        }
        let intervals = series.advance(&workers, true, &ErrorRanges::default());
        let mut counts = Counts::default();
        let mut latency = Histogram::new();
        for interval in &intervals {
            counts.merge(&interval.counts);
            latency.merge(&interval.latency);
        }
        assert_eq!((counts, latency), (worker.recorder.counts, worker.recorder.latency));
        assert_eq!(intervals.len(), 5);
        assert_eq!(intervals[4].to, Duration::from_secs(5));
    }

    #[test]
    fn seconds_without_a_snapshot_belong_to_the_next() {
        let mut worker = Worker::default();
        let workers = [Arc::clone(&worker.snapshots)];
        let mut series = Series::new(1);
        worker.answer(200, MS);
        worker.leave(3100, false);
        let told_late = series.advance(&workers, false, &ErrorRanges::default());
        assert_eq!(told(&told_late), ["0–3: 1 0 1 0 1.0"]);
        worker.answer(200, MS);
        worker.leave(4000, false);
        let next = series.advance(&workers, false, &ErrorRanges::default());
        assert_eq!(told(&next), ["3–4: 1 0 1 0 1.0"]);
    }

    #[test]
    fn a_worker_that_never_came_holds_nobody_up_at_the_end() {
        let mut worker = Worker::default();
        let workers = [Arc::clone(&worker.snapshots), Arc::default()];
        let mut series = Series::new(2);
        worker.answer(200, MS);
        worker.leave(400, true);
        assert!(series.advance(&workers, false, &ErrorRanges::default()).is_empty());
        let rest = series.advance(&workers, true, &ErrorRanges::default());
        assert_eq!(told(&rest), ["0–0.4: 1 0 1 0 1.0"]);
    }
}
