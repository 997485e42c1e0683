//! What is kept of the outcomes: distributions and counts of a fixed size.

use iter8_stats::Histogram;

use crate::counts::Counts;
use crate::errors::ErrorRanges;
use crate::outcome::Outcome;

/// A request sent later than this after its intended start counts as late, in nanoseconds: 1 ms,
/// which is beyond what timers and the scheduler of an idle machine cost (some 0.1 ms), and
/// below what a user could notice.
pub const LATE_AFTER: u64 = 1_000_000;

/// What is kept of the outcomes of one worker, or after a merge of all.
///
/// Some 1.4 MB, whatever the number of requests; recording never allocates. Times are
/// nanoseconds since the start of the schedule.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recorder {
    pub(crate) latency: Histogram,
    pub(crate) service: Histogram,
    pub(crate) connect: Histogram,
    pub(crate) lag: Histogram,
    pub(crate) send_distance: Histogram,
    pub(crate) counts: Counts,
    pub(crate) first_sent: Option<u64>,
    pub(crate) last_done: Option<u64>,
}

impl Recorder {
    /// Nothing recorded yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the outcome of one request that was sent, or that could not connect.
    ///
    /// # Panics
    ///
    /// When the transport hands in a status of 1000 or more.
    pub fn record(&mut self, outcome: &Outcome) {
        self.latency.record(outcome.latency());
        self.service.record(outcome.service());
        self.lag.record(outcome.lag());
        let distance = outcome.send_distance();
        self.send_distance.record(distance);
        self.counts.record(outcome, distance > LATE_AFTER);
        if let Some(connect) = outcome.connect {
            self.connect.record(connect);
        }
        self.first_sent = earliest(self.first_sent, Some(outcome.sent));
        self.last_done = self.last_done.max(Some(outcome.done));
    }

    /// Adds the time that opening a connection took before the schedule began.
    pub fn record_connect(&mut self, nanoseconds: u64) {
        self.connect.record(nanoseconds);
    }

    /// Adds a request that was due for so long and could not be sent before the end of the test.
    ///
    /// It counts into the latency, because a user would have waited at least that long, and
    /// into nothing else.
    pub fn record_unsent(&mut self, waited: u64) {
        self.counts.unsent += 1;
        self.latency.record(waited);
    }

    /// Adds all that `other` recorded.
    pub fn merge(&mut self, other: &Self) {
        self.latency.merge(&other.latency);
        self.service.merge(&other.service);
        self.connect.merge(&other.connect);
        self.lag.merge(&other.lag);
        self.send_distance.merge(&other.send_distance);
        self.counts.merge(&other.counts);
        self.first_sent = earliest(self.first_sent, other.first_sent);
        self.last_done = self.last_done.max(other.last_done);
    }

    /// From the intended start to the last byte, with the unsent requests.
    pub fn latency(&self) -> &Histogram {
        &self.latency
    }

    /// From the real send to the last byte.
    pub fn service(&self) -> &Histogram {
        &self.service
    }

    /// Time to connect, of all connections ever opened.
    pub fn connect(&self) -> &Histogram {
        &self.connect
    }

    /// Delay that the generator itself added: see [`Outcome::lag`].
    pub fn lag(&self) -> &Histogram {
        &self.lag
    }

    /// From the intended start to the real send.
    pub fn send_distance(&self) -> &Histogram {
        &self.send_distance
    }

    /// What was counted.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Requests that were sent or could not connect, and of which the end is known.
    pub fn requests(&self) -> u64 {
        self.counts.requests
    }

    /// When the first request was sent.
    pub fn first_sent(&self) -> Option<u64> {
        self.first_sent
    }

    /// When the last request was done.
    pub fn last_done(&self) -> Option<u64> {
        self.last_done
    }

    /// Requests that count as errors: see [`Counts::errors`].
    pub fn errors(&self, ranges: &ErrorRanges) -> u64 {
        self.counts.errors(ranges)
    }
}

fn earliest(left: Option<u64>, right: Option<u64>) -> Option<u64> {
    left.into_iter().chain(right).min()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::outcome::{Failure, Verdict};

    fn any_outcome() -> impl Strategy<Value = Outcome> {
        let verdict = prop_oneof![
            (0..1000u16).prop_map(Verdict::Status),
            prop::sample::select(&Failure::ALL[..]).prop_map(Verdict::Failed),
        ];
        let times = (0..10u64.pow(10), 0..10u64.pow(9), 0..10u64.pow(9), 0..10u64.pow(9));
        (times, verdict, 0..1000u64, 0..1000u64, prop::option::of(0..10u64.pow(9)), any::<bool>())
            .prop_map(|((intended, free, wait, serve), verdict, out, into, connect, retried)| {
                Outcome {
                    intended,
                    free,
                    sent: intended + wait,
                    done: intended + wait + serve,
                    verdict,
                    bytes_out: out,
                    bytes_in: into,
                    connect,
                    retried,
                }
            })
    }

    fn of(outcomes: &[Outcome]) -> Recorder {
        let mut recorder = Recorder::new();
        for outcome in outcomes {
            recorder.record(outcome);
        }
        recorder
    }

    #[test]
    fn every_number_is_kept_beside_the_others() {
        let ok = Outcome {
            intended: 1_000_000,
            free: 0,
            sent: 1_000_100,
            done: 6_000_100,
            verdict: Verdict::Status(200),
            bytes_out: 10,
            bytes_in: 20,
            connect: None,
            retried: false,
        };
        let late = Outcome {
            sent: ok.intended + LATE_AFTER + 1,
            verdict: Verdict::Failed(Failure::Timeout),
            connect: Some(77),
            retried: true,
            ..ok
        };
        let mut recorder = of(&[ok, late, Outcome { verdict: Verdict::Status(404), ..ok }]);
        recorder.record_connect(99);
        recorder.record_unsent(9_000_000_000);
        assert_eq!(recorder.requests(), 3);
        assert_eq!(recorder.latency().count(), 4);
        assert_eq!(recorder.latency().max(), Some(9_000_000_000));
        assert_eq!(recorder.service().max(), Some(5_000_000));
        assert_eq!(recorder.connect().count(), 2);
        assert_eq!((recorder.counts.late, recorder.counts.unsent), (1, 1));
        assert_eq!((recorder.counts.reconnects, recorder.counts.retries), (1, 1));
        assert_eq!((recorder.counts.bytes_out, recorder.counts.bytes_in), (30, 60));
        assert_eq!(recorder.first_sent(), Some(1_000_100));
        assert_eq!(recorder.last_done(), Some(6_000_100));
        assert_eq!(recorder.counts.statuses().collect::<Vec<_>>(), [(200, 1), (404, 1)]);
        assert_eq!(recorder.counts.failures().collect::<Vec<_>>(), [(Failure::Timeout, 1)]);
        assert_eq!(recorder.errors(&ErrorRanges::default()), 2);
        assert_eq!(recorder.errors(&[].into_iter().collect()), 1);
    }

    #[test]
    fn empty_recorder_has_no_times() {
        let empty = Recorder::default();
        assert_eq!((empty.first_sent(), empty.last_done()), (None, None));
        assert_eq!(empty.errors(&ErrorRanges::default()), 0);
    }

    proptest! {
        #[test]
        fn merging_parts_equals_recording_all(
            left in prop::collection::vec(any_outcome(), 0..30),
            right in prop::collection::vec(any_outcome(), 0..30),
        ) {
            let whole = of(&[left.clone(), right.clone()].concat());
            let (left, right) = (of(&left), of(&right));
            let mut forward = left.clone();
            forward.merge(&right);
            let mut backward = right;
            backward.merge(&left);
            prop_assert_eq!(&forward, &whole);
            prop_assert_eq!(&backward, &whole);
        }

        #[test]
        fn verdicts_add_up(outcomes in prop::collection::vec(any_outcome(), 0..50)) {
            let recorder = of(&outcomes);
            let statuses: u64 = recorder.counts.statuses().map(|(_, count)| count).sum();
            let failures: u64 = recorder.counts.failures().map(|(_, count)| count).sum();
            prop_assert_eq!(statuses + failures, recorder.requests());
            let ranges = ErrorRanges::default();
            let errors = outcomes.iter().filter(|o| ranges.is_error(o.verdict)).count();
            prop_assert_eq!(recorder.errors(&ranges), errors as u64);
        }
    }
}
