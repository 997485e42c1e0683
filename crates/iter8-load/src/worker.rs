//! One worker on its thread: opens its connections, tries them, and follows its share.

use std::collections::VecDeque;
use std::{fmt, io};

use crate::clock::Clock;
use crate::control::Control;
use crate::outcome::{Failure, Outcome, Verdict};
use crate::recorder::Recorder;
use crate::share::{Next, Share, Ticket};

/// Connections of one worker that are opened at the same time before the test, so that the
/// queues of ordinary listeners (128 and more) hold them.
const OPENING_AT_ONCE: usize = 128;

/// Time that a connection of a closed loop rests after it could not connect, in nanoseconds:
/// 1 ms. A refusal comes back within microseconds, and without a rest a closed loop would burn a
/// core and flood the host with attempts; a thousand attempts a second are plenty to notice that
/// the service is back. An open schedule sets its own pace and needs no rest.
const REST: u64 = 1_000_000;

/// Connections of one worker that carry requests without ever blocking.
///
/// Each connection carries the same number w of requests at a time: connection c has the slots w·c to
/// w·c + w − 1.
pub trait Reactor {
    /// Why a request failed, for people.
    type Cause;

    /// Time by the reactor's clock.
    fn now(&self) -> u64;

    /// Takes over the clock of the schedule. No request is under way.
    fn restart(&mut self, clock: Clock);

    /// Opens a connection that is closed. [`Event::Opened`] or [`Event::NotOpened`] follows.
    fn open(&mut self, connection: usize);

    /// Closes a connection that is being opened, without an event.
    fn abandon(&mut self, connection: usize);

    /// Starts a request in a free slot, opening its connection if need be.
    /// [`Event::Finished`] follows.
    fn start(&mut self, slot: usize, ticket: Ticket, now: u64);

    /// The next thing that happens, at the latest at `wake_at` or 50 ms from now.
    fn next(&mut self, wake_at: u64) -> io::Result<Event<Self::Cause>>;
}

/// What happened.
#[derive(Debug)]
pub enum Event<C> {
    /// The request of this slot came to its end.
    Finished {
        /// The slot, which is free again.
        slot: usize,
        /// What came of it.
        outcome: Outcome,
        /// Why it failed, if it did.
        cause: Option<C>,
    },
    /// This connection is open.
    Opened {
        /// Which.
        connection: usize,
        /// How long that took.
        nanoseconds: u64,
    },
    /// This connection could not be opened.
    NotOpened {
        /// Which.
        connection: usize,
        /// Why.
        cause: Option<C>,
    },
    /// Time passed.
    Woke,
}

/// A worker and its connections.
#[derive(Debug)]
pub struct Worker<'a, R> {
    reactor: R,
    connections: usize,
    /// Slots of each connection.
    width: usize,
    control: &'a Control,
    rules: Rules<'a>,
}

/// How a worker differs from one that uses all of its slots and awaits all of its requests.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// How many slots are used at most.
    pub slots: usize,
    /// How many requests may be under way at a time, in nanoseconds since the start, and until when
    /// that holds.
    pub concurrency: Option<&'a Levels<'a>>,
    /// Results that are left out, from the first on.
    pub skipped: u64,
    /// Whether requests under way are forgotten when nothing more is to be sent.
    pub cuts: bool,
}

/// How many requests may be under way at this moment, and the moment when that changes.
pub type Levels<'a> = dyn Fn(u64) -> (usize, u64) + Sync + 'a;

impl Default for Rules<'_> {
    fn default() -> Self {
        Self { slots: usize::MAX, concurrency: None, skipped: 0, cuts: false }
    }
}

impl fmt::Debug for Rules<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { slots, skipped, cuts, .. } = self;
        let mut shown = f.debug_struct("Rules");
        shown.field("slots", slots).field("skipped", skipped).field("cuts", cuts);
        shown.finish_non_exhaustive()
    }
}

/// How a request of [`Worker::try_each`] ended.
#[derive(Debug)]
pub struct Trial<C> {
    /// What came of it.
    pub outcome: Outcome,
    /// Why it failed, if it did.
    pub cause: Option<C>,
}

impl<'a, R: Reactor> Worker<'a, R> {
    /// A worker with so many connections, each of which carries `width` requests at a time.
    pub fn new(reactor: R, connections: usize, width: usize, control: &'a Control) -> Self {
        Self { reactor, connections, width, control, rules: Rules::default() }
    }

    /// The same with other rules.
    #[must_use]
    pub fn with_rules(self, rules: Rules<'a>) -> Self {
        Self { rules, ..self }
    }

    /// The connections.
    pub fn reactor(&mut self) -> &mut R {
        &mut self.reactor
    }

    /// Opens all connections, for at most so many nanoseconds. Those that cannot be opened are
    /// tried again when a request needs them. Returns why, if not a single one was opened and a
    /// reason is known.
    pub fn open(&mut self, recorder: &mut Recorder, limit: u64) -> io::Result<Option<R::Cause>> {
        let (mut has_opened, mut reason) = (false, None);
        let end = self.reactor.now().saturating_add(limit);
        let mut is_opening = vec![false; self.connections];
        let mut unopened = 0..self.connections;
        let mut opening = 0;
        loop {
            while opening < OPENING_AT_ONCE
                && let Some(connection) = unopened.next()
            {
                self.reactor.open(connection);
                is_opening[connection] = true;
                opening += 1;
            }
            if opening == 0 || self.control.should_stop() || self.reactor.now() >= end {
                break;
            }
            let connection = match self.reactor.next(end)? {
                Event::Opened { connection, nanoseconds } => {
                    recorder.record_connect(nanoseconds);
                    has_opened = true;
                    connection
                }
                Event::NotOpened { connection, cause } => {
                    reason = reason.or(cause);
                    connection
                }
                Event::Finished { .. } | Event::Woke => continue,
            };
            is_opening[connection] = false;
            opening -= 1;
        }
        for connection in (0..self.connections).filter(|&connection| is_opening[connection]) {
            self.reactor.abandon(connection);
        }
        Ok(reason.filter(|_| !has_opened))
    }

    /// Sends one request on each connection that does not count, and shows how each ended until
    /// `accept` refuses one. Each has its time limit, so that this ends.
    pub fn try_each<E>(
        &mut self,
        mut accept: impl FnMut(Trial<R::Cause>) -> Result<(), E>,
    ) -> io::Result<Result<(), E>> {
        let now = self.reactor.now();
        for connection in 0..self.connections {
            let ticket = Ticket { number: connection as u64, intended: None };
            self.reactor.start(connection * self.width, ticket, now);
        }
        let mut under_way = self.connections;
        while under_way > 0 && !self.control.should_stop() {
            if let Event::Finished { outcome, cause, .. } = self.reactor.next(u64::MAX)? {
                under_way -= 1;
                if let Err(error) = accept(Trial { outcome, cause }) {
                    return Ok(Err(error));
                }
            }
        }
        Ok(Ok(()))
    }

    /// The test itself: waits for the other workers, follows the share and closes it.
    pub fn measure(&mut self, share: &mut Share<'_>, recorder: &mut Recorder) -> io::Result<()> {
        let Some(clock) = share.ready() else { return Ok(()) };
        self.reactor.restart(clock);
        self.follow(share, recorder)?;
        share.close(self.reactor.now(), recorder);
        Ok(())
    }

    fn follow(&mut self, share: &mut Share<'_>, recorder: &mut Recorder) -> io::Result<()> {
        let mut idle = self.slots();
        let mut resting: VecDeque<(u64, usize)> = VecDeque::with_capacity(idle.len());
        let mut under_way = 0;
        let mut skipped = self.rules.skipped;
        while !self.control.should_stop() {
            let now = self.reactor.now();
            let (most, changes_at) = match self.rules.concurrency {
                Some(levels) => levels(now),
                None => (usize::MAX, u64::MAX),
            };
            let changes_at = share.publish(now, recorder).min(changes_at);
            while let Some((_, slot)) = resting.pop_front_if(|(until, _)| *until <= now) {
                idle.push_back(slot);
            }
            let mut wake_at =
                resting.front().map_or(changes_at, |&(until, _)| until.min(changes_at));
            let mut is_finished = false;
            while under_way < most
                && let Some(&slot) = idle.front()
            {
                // Nothing wakes for a request that is not due; but whoever is awake looks ahead.
                match share.take_early(now) {
                    Next::Send(ticket) => {
                        idle.pop_front();
                        self.reactor.start(slot, ticket, now);
                        under_way += 1;
                    }
                    Next::Wait(until) => {
                        wake_at = wake_at.min(until);
                        break;
                    }
                    Next::Finished => {
                        is_finished = true;
                        break;
                    }
                }
            }
            if is_finished && under_way == 0 || self.rules.cuts && share.is_over(now) {
                break;
            }
            if self.rules.cuts {
                wake_at = wake_at.min(share.ends_at());
            }
            if let Event::Finished { slot, outcome, .. } = self.reactor.next(wake_at)? {
                under_way -= 1;
                match skipped.checked_sub(1) {
                    Some(left) => skipped = left,
                    None => recorder.record(&outcome),
                }
                if share.is_closed_loop() && is_unconnected(outcome.verdict) {
                    resting.push_back((outcome.done.saturating_add(REST), slot));
                } else {
                    idle.push_back(slot);
                }
            }
        }
        Ok(())
    }

    /// All slots, those of different connections in turns, so that all of them, and the servers
    /// behind them, get the same.
    fn slots(&self) -> VecDeque<usize> {
        let Self { connections, width, rules, .. } = *self;
        let turns = (0..width).flat_map(|at| (0..connections).map(move |c| c * width + at));
        turns.take(rules.slots).collect()
    }
}

fn is_unconnected(verdict: Verdict) -> bool {
    use Failure::{ConnectOther, ConnectRefused, ConnectTimeout, NoSocket, Tls};
    matches!(
        verdict,
        Verdict::Failed(ConnectRefused | ConnectTimeout | NoSocket | ConnectOther | Tls)
    )
}
