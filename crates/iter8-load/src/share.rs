//! One worker's part of the schedule.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, nanoseconds};
use crate::control::{Control, LiveCell};
use crate::errors::ErrorRanges;
use crate::plan::{Pace, Plan};
use crate::recorder::Recorder;
use crate::schedule::Starts;
use crate::start_line::StartLine;

/// Time between two snapshots for the live view: four a second look fluent and cost nothing.
const PUBLISH_EVERY: u64 = 250_000_000;

/// One worker's part of the schedule: of T workers, worker w has requests w, w + T, w + 2T, …
///
/// The parts are fixed beforehand, so that workers share nothing while they send.
#[derive(Debug)]
pub struct Share<'a> {
    worker: usize,
    connections: usize,
    source: Source<'a>,
    taken: u64,
    complete: bool,
    next_publish: u64,
    errors: &'a ErrorRanges,
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
        let workers = plan.threads();
        // The first workers take what does not divide evenly.
        let (even, rest) = (plan.connections() / workers, plan.connections() % workers);
        Self {
            worker,
            connections: even + usize::from(worker < rest),
            source: Source::new(plan, worker as u64, workers as u64),
            taken: 0,
            complete: false,
            next_publish: PUBLISH_EVERY,
            errors: plan.errors(),
            line,
            control,
            live,
        }
    }

    /// The number of this worker, from 0.
    pub fn worker(&self) -> usize {
        self.worker
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
        self.line.wait(self.control)
    }

    /// Takes the next request if it is due at `now`. Call it only with a connection that is
    /// free: a request that was taken counts as sent.
    #[inline]
    pub fn take(&mut self, now: u64) -> Next {
        let next = self.source.take(now);
        self.taken += u64::from(matches!(next, Next::Send(_)));
        next
    }

    /// Shows the state to whoever watches, if the last time was long enough ago.
    #[inline]
    pub fn publish(&mut self, now: u64, recorder: &Recorder) {
        if now >= self.next_publish {
            self.live.store(now, self.taken, recorder, self.errors);
            self.next_publish = now + PUBLISH_EVERY;
        }
    }

    /// Ends the share at `now`: requests that are due and were not taken are recorded as unsent.
    pub fn close(&mut self, now: u64, recorder: &mut Recorder) {
        self.complete = self.source.is_exhausted(now) && recorder.requests() == self.taken;
        self.source.close(now, recorder);
        self.live.store(now, self.taken, recorder, self.errors);
    }

    /// Whether the share was closed with nothing left undone.
    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }
}

impl<'a> Source<'a> {
    fn new(plan: &'a Plan, worker: u64, workers: u64) -> Self {
        let limit = plan.budget().max_requests().unwrap_or(u64::MAX);
        let until = plan.until();
        match plan.pace() {
            Pace::Closed => Self::Closed {
                number: worker,
                step: workers,
                limit,
                until: until.map_or(u64::MAX, nanoseconds),
            },
            Pace::Open(schedule) => {
                let step = NonZeroU64::new(workers).unwrap_or(NonZeroU64::MIN);
                let mut starts = schedule.starts(worker, step, until);
                let head = starts.next().filter(|&(number, _)| number < limit);
                // A number of requests is a promise of exactly so many: only time ends early.
                let deadline =
                    until.map_or(Duration::MAX, |until| until.saturating_add(plan.drain()));
                Self::Open { starts, head, limit, deadline: nanoseconds(deadline) }
            }
        }
    }

    #[inline]
    fn take(&mut self, now: u64) -> Next {
        if self.is_exhausted(now) {
            return Next::Finished;
        }
        match self {
            Self::Open { starts, head, limit, .. } => match *head {
                Some((number, intended)) if intended <= now => {
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
