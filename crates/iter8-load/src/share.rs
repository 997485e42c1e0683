//! One worker's share of the schedule.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, nanoseconds};
use crate::control::{Control, LiveCell};
use crate::errors::ErrorRanges;
use crate::plan::{Pace, Plan};
use crate::recorder::Recorder;
use crate::schedule::Starts;
use crate::series::SECOND;
use crate::start_line::StartLine;

/// Time between two snapshots for the live view: four a second look fluent and cost nothing.
const PUBLISH_EVERY: u64 = 250_000_000;

/// One worker's share of the schedule: of T workers, worker w has requests w, w + T, w + 2T, … of
/// those of its part of the test.
///
/// The shares are fixed beforehand, so that workers have nothing in common while they send.
#[derive(Debug)]
pub struct Share<'a> {
    worker: usize,
    lane: usize,
    connections: usize,
    source: Source<'a>,
    taken: u64,
    complete: bool,
    next_publish: u64,
    errors: &'a ErrorRanges,
    abort_above: Option<f64>,
    leeway: u64,
    line: &'a StartLine,
    control: &'a Control,
    live: Arc<LiveCell>,
}

#[derive(Debug)]
enum Source<'a> {
    Open {
        starts: Starts<'a>,
        /// The next request and its intended start.
        head: Option<(u64, u64)>,
        /// Numbers from here on are beyond the budget.
        limit: u64,
        /// From this moment on nothing is sent any more.
        deadline: u64,
    },
    Closed {
        number: u64,
        step: u64,
        limit: u64,
        until: u64,
    },
}

/// Leave to send one request, which must then be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// The number of the request in the whole test, from 0.
    pub number: u64,
    /// When it ought to have started; `None` in a closed loop, where that is when it is sent.
    pub intended: Option<u64>,
}

/// What a free connection should do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Send this request.
    Send(Ticket),
    /// Wait until this moment, in nanoseconds, and ask again.
    Wait(u64),
    /// Nothing is left to be sent.
    Finished,
}

impl<'a> Share<'a> {
    pub(crate) fn new(
        plan: &'a Plan,
        worker: usize,
        line: &'a StartLine,
        control: &'a Control,
        live: Arc<LiveCell>,
    ) -> Self {
        Self {
            worker,
            lane: usize::try_from(plan.part().place(worker as u64)).unwrap_or(usize::MAX),
            connections: plan.share_of(worker, plan.all_connections()),
            source: Source::new(plan, worker as u64),
            taken: 0,
            complete: false,
            next_publish: PUBLISH_EVERY,
            errors: plan.errors(),
            abort_above: plan.abort_above(),
            leeway: match plan.pace() {
                Pace::Open(schedule) => nanoseconds(schedule.leeway()),
                Pace::Closed => 0,
            },
            line,
            control,
            live,
        }
    }

    /// The number of this worker among those of this process, from 0.
    pub fn worker(&self) -> usize {
        self.worker
    }

    /// A number that no other worker of the test has, in whatever part of it; for random numbers.
    pub fn lane(&self) -> usize {
        self.lane
    }

    /// How many connections this worker opens; at least one.
    pub fn connections(&self) -> usize {
        self.connections
    }

    /// Whether connections send as soon as they are free, without any schedule.
    pub fn is_closed_loop(&self) -> bool {
        matches!(self.source, Source::Closed { .. })
    }

    /// Waits for the other workers; the clock returned is zero at the start of the schedule.
    /// `None` when the test is over before it began.
    pub fn ready(&mut self) -> Option<Clock> {
        let clock = self.line.wait(self.control)?;
        self.control.start(clock);
        Some(clock)
    }

    /// Takes the next request if it is due at `now`. Call it only with a connection that is
    /// free: a request that was taken counts as sent.
    #[inline]
    pub fn take(&mut self, now: u64) -> Next {
        self.take_within(now, 0)
    }

    /// The same, of a request that is due within [`Schedule::leeway`].
    ///
    /// [`Schedule::leeway`]: crate::Schedule::leeway
    #[inline]
    pub fn take_early(&mut self, now: u64) -> Next {
        self.take_within(now, self.leeway)
    }

    #[inline]
    fn take_within(&mut self, now: u64, leeway: u64) -> Next {
        let next = self.source.take(now, leeway);
        self.taken += u64::from(matches!(next, Next::Send(_)));
        next
    }

    /// Shows the state to whoever watches, if the last time was long enough ago, and looks whether
    /// the test is to end early. Returns when to come again, if that has to be at its time.
    #[inline]
    pub fn publish(&mut self, now: u64, recorder: &Recorder) -> u64 {
        if now >= self.next_publish {
            self.publish_now(now, recorder);
        }
        if self.live.has_series() { self.next_publish } else { u64::MAX }
    }

    #[cold]
    fn publish_now(&mut self, now: u64, recorder: &Recorder) {
        self.live.store(now, self.taken, recorder, self.errors);
        if now / SECOND > (self.next_publish - 1) / SECOND {
            self.live.snapshot(now, self.taken, recorder, false);
        }
        if let Some(most) = self.abort_above {
            self.control.judge(most);
        }
        self.next_publish = (now / PUBLISH_EVERY + 1) * PUBLISH_EVERY;
    }

    /// Whether nothing is left to be sent at `now`, whatever connections are free.
    #[inline]
    pub fn is_over(&self, now: u64) -> bool {
        self.source.is_exhausted(now)
    }

    /// The moment from which on nothing is sent any more.
    pub fn ends_at(&self) -> u64 {
        match self.source {
            Source::Open { deadline, .. } => deadline,
            Source::Closed { until, .. } => until,
        }
    }

    /// Ends the share at `now`: requests that are due and were not taken are recorded as unsent.
    pub fn close(&mut self, now: u64, recorder: &mut Recorder) {
        self.complete = self.source.is_exhausted(now) && recorder.requests() == self.taken;
        self.source.close(now, recorder);
        self.live.store(now, self.taken, recorder, self.errors);
        self.live.snapshot(now, self.taken, recorder, true);
    }

    /// Whether the share was closed with nothing left undone.
    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }
}

impl<'a> Source<'a> {
    fn new(plan: &'a Plan, worker: u64) -> Self {
        let part = plan.part();
        let first = part.place(worker);
        let step = part.of().saturating_mul(plan.threads() as u64);
        let limit = plan.budget().max_requests().unwrap_or(u64::MAX);
        let until = plan.until();
        match plan.pace() {
            Pace::Closed => Self::Closed {
                number: first,
                step,
                limit,
                until: until.map_or(u64::MAX, nanoseconds),
            },
            Pace::Open(schedule) => {
                let step = NonZeroU64::new(step).unwrap_or(NonZeroU64::MIN);
                let mut starts = schedule.starts(first, step, until);
                let head = starts.next().filter(|&(number, _)| number < limit);
                // A number of requests is a promise of exactly so many: only time ends early.
                let deadline =
                    until.map_or(Duration::MAX, |until| until.saturating_add(plan.drain()));
                Self::Open { starts, head, limit, deadline: nanoseconds(deadline) }
            }
        }
    }

    #[inline]
    fn take(&mut self, now: u64, ahead: u64) -> Next {
        if self.is_exhausted(now) {
            return Next::Finished;
        }
        match self {
            Self::Open { starts, head, limit, .. } => match *head {
                Some((number, intended)) if intended <= now.saturating_add(ahead) => {
                    *head = starts.next().filter(|&(number, _)| number < *limit);
                    Next::Send(Ticket { number, intended: Some(intended) })
                }
                Some((_, intended)) => Next::Wait(intended),
                None => Next::Finished,
            },
            Self::Closed { number, step, .. } => {
                let ticket = Ticket { number: *number, intended: None };
                *number = number.saturating_add(*step);
                Next::Send(ticket)
            }
        }
    }

    fn is_exhausted(&self, now: u64) -> bool {
        match self {
            Self::Open { head, deadline, .. } => head.is_none() || now >= *deadline,
            Self::Closed { number, limit, until, .. } => number >= limit || now >= *until,
        }
    }

    fn close(&mut self, now: u64, recorder: &mut Recorder) {
        let Self::Open { starts, head, limit, deadline } = self else {
            return;
        };
        let stop = now.min(*deadline);
        while let Some((_, intended)) = head.filter(|&(_, intended)| intended <= stop) {
            recorder.record_unsent(stop - intended);
            *head = starts.next().filter(|&(number, _)| number < *limit);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;
    use crate::budget::Budget;
    use crate::outcome::Outcome;
    use crate::qps::Rate;
    use crate::schedule::Schedule;

    const MS: u64 = 1_000_000;

    fn plan(pace: Pace, budget: Budget, connections: usize, threads: usize) -> Plan {
        let connections = NonZeroUsize::new(connections).unwrap();
        let plan = Plan::new(pace, budget, connections, Duration::from_millis(100)).unwrap();
        plan.with_threads(NonZeroUsize::new(threads).unwrap())
    }

    fn open() -> Pace {
        Pace::Open(Schedule::constant(Rate::per_second(100.0).unwrap()))
    }

    fn requests(n: u64) -> Budget {
        Budget::requests(NonZeroU64::new(n).unwrap())
    }

    /// Runs `check` with the share of each worker.
    fn with_shares(plan: &Plan, mut check: impl FnMut(&mut Share<'_>)) {
        let control = Control::default();
        let line = StartLine::new(plan.threads());
        for (worker, cell) in control.begin(plan).into_iter().enumerate() {
            check(&mut Share::new(plan, worker, &line, &control, cell));
        }
    }

    fn ticket(number: u64, intended_ms: u64) -> Next {
        Next::Send(Ticket { number, intended: Some(intended_ms * MS) })
    }

    fn answered(at: u64) -> Outcome {
        Outcome::at(at)
    }

    #[test]
    fn connections_are_dealt_evenly() {
        for (connections, threads) in [(1, 1), (7, 3), (64, 4), (5, 5)] {
            let mut dealt = Vec::new();
            let plan = plan(Pace::Closed, requests(1000), connections, threads);
            with_shares(&plan, |share| dealt.push(share.connections()));
            assert_eq!(dealt.len(), threads);
            assert_eq!(dealt.iter().sum::<usize>(), connections);
            assert!(dealt.iter().all(|&n| n.abs_diff(connections / threads) <= 1), "{dealt:?}");
        }
    }

    #[test]
    fn requests_are_due_when_the_schedule_says_so() {
        let plan = plan(open(), requests(3), 1, 1);
        with_shares(&plan, |share| {
            assert!(!share.is_closed_loop());
            assert_eq!(share.take(0), ticket(0, 0));
            assert_eq!(share.take(0), Next::Wait(10 * MS));
            assert_eq!(share.take(10 * MS - 1), Next::Wait(10 * MS));
            assert_eq!(share.take(500 * MS), ticket(1, 10));
            assert_eq!(share.take(500 * MS), ticket(2, 20));
            assert_eq!(share.take(500 * MS), Next::Finished);
        });
    }

    #[test]
    fn requests_may_be_taken_a_moment_early() {
        let plan = plan(open(), requests(2), 1, 1);
        with_shares(&plan, |share| {
            assert_eq!(share.take_early(0), ticket(0, 0));
            assert_eq!(share.take_early(10 * MS - 500_001), Next::Wait(10 * MS));
            assert_eq!(share.take(10 * MS - 500_000), Next::Wait(10 * MS));
            assert_eq!(share.take_early(10 * MS - 500_000), ticket(1, 10));
            assert_eq!(share.take_early(10 * MS), Next::Finished);
        });
    }

    #[test]
    fn workers_have_every_nth_request() {
        let plan = plan(open(), requests(5), 2, 2);
        let mut numbers = Vec::new();
        with_shares(&plan, |share| {
            let mut own = Vec::new();
            while let Next::Send(ticket) = share.take(u64::MAX - 1) {
                own.push(ticket.number);
            }
            numbers.push(own);
        });
        assert_eq!(numbers, [vec![0, 2, 4], vec![1, 3]]);
    }

    #[test]
    fn due_requests_may_be_sent_until_the_drain_is_over() {
        let plan = plan(open(), Budget::duration(Duration::from_millis(50)), 1, 1);
        with_shares(&plan, |share| {
            let mut recorder = Recorder::new();
            assert_eq!(share.take(149 * MS), ticket(0, 0));
            assert_eq!(share.take(150 * MS), Next::Finished);
            recorder.record(&answered(160 * MS));
            share.close(160 * MS, &mut recorder);
            // Requests 1 to 4 waited from 10 to 40 ms until the end of the drain at 150 ms.
            assert_eq!(recorder.counts().unsent, 4);
            assert_eq!(recorder.latency().max(), Some(140 * MS));
            assert!(share.is_complete());
        });
    }

    #[test]
    fn an_early_close_counts_what_was_due_and_nothing_else() {
        let plan = plan(open(), requests(1000), 1, 1);
        with_shares(&plan, |share| {
            let mut recorder = Recorder::new();
            assert_eq!(share.take(0), ticket(0, 0));
            recorder.record(&answered(MS));
            share.close(35 * MS, &mut recorder);
            assert_eq!((recorder.requests(), recorder.counts().unsent), (1, 3));
            assert!(!share.is_complete());
        });
    }

    #[test]
    fn a_request_without_an_end_leaves_the_share_incomplete() {
        let plan = plan(open(), requests(1), 1, 1);
        with_shares(&plan, |share| {
            assert_eq!(share.take(0), ticket(0, 0));
            share.close(MS, &mut Recorder::new());
            assert!(!share.is_complete());
        });
    }

    #[test]
    fn a_closed_loop_goes_on_until_a_bound() {
        let both = Budget::either(NonZeroU64::new(3).unwrap(), Duration::from_millis(10));
        let plan = plan(Pace::Closed, both, 1, 1);
        with_shares(&plan, |share| {
            assert!(share.is_closed_loop());
            let send = |number| Next::Send(Ticket { number, intended: None });
            assert_eq!(share.take(0), send(0));
            assert_eq!(share.take(9 * MS), send(1));
            assert_eq!(share.take(10 * MS), Next::Finished);
            assert_eq!(share.take(9 * MS), send(2));
            assert_eq!(share.take(9 * MS), Next::Finished);
        });
    }

    #[test]
    fn snapshots_come_four_times_a_second() {
        let plan = plan(open(), requests(1000), 1, 1);
        let control = Control::default();
        let line = StartLine::new(1);
        let cell = control.begin(&plan).remove(0);
        let mut share = Share::new(&plan, 0, &line, &control, cell);
        let mut recorder = Recorder::new();
        assert_eq!(share.take(0), ticket(0, 0));
        recorder.record(&answered(0));
        share.publish(249 * MS, &recorder);
        assert_eq!(control.live().sent, 0);
        share.publish(250 * MS, &recorder);
        assert_eq!((control.live().sent, control.live().done), (1, 1));
        assert_eq!(share.take(300 * MS), ticket(1, 10));
        share.publish(499 * MS, &recorder);
        assert_eq!(control.live().sent, 1);
        share.publish(500 * MS, &recorder);
        assert_eq!(control.live().sent, 2);
    }
}
