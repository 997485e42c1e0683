//! One worker's connections, and the loop that waits for them.
//!
//! With a schedule it need not wake up for each response: the kernel tells when responses came, so
//! that they may lie in their sockets until the next request is due.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io;

use iter8_load::{Clock, Event, Reactor, Ticket};

use iter8_sockets::{Buffers, Deadlines, Link, Poller};

use crate::compose::Maker;
use crate::connection::{Cause, Connection, Context, Finish, Step};
use crate::transport::HttpTransport;

/// Results handed out before sockets are looked at again. Without it, requests that fail at once
/// could keep the others from ever being read.
const RESULTS_PER_POLL: u32 = 64;

/// Longest sleep through responses, in nanoseconds: whatever is no response, such as the end of an
/// idle connection, is noticed so much later. It is twice what requests are sent early by, so
/// that whoever has sent everything within that leeway can sleep until the next is due. Every
/// wake-up costs as much as several requests, so that two for each request are worth avoiding from
/// some thousand requests a second on; below, they hardly count.
const LONGEST_NAP: u64 = 1_000_000;

/// One worker's connections.
pub(crate) struct Http1<'t> {
    transport: &'t HttpTransport,
    clock: Clock,
    poller: Poller,
    connections: Vec<Connection>,
    deadlines: Deadlines,
    buffers: Buffers,
    maker: Maker,
    /// Results that wait to be handed out; at most one for each connection.
    results: VecDeque<Event<Cause>>,
    /// Connections that have more to read; at most each once.
    again: VecDeque<usize>,
    since_poll: u32,
    /// Connections that cannot wait for the next look at them.
    impatient: usize,
    /// Whether a response was seen whose latency depends on when it is read.
    needs_attention: bool,
    /// Whether sockets were looked at since the last sleep.
    has_looked: bool,
}

impl<'t> Http1<'t> {
    /// So many closed connections for the worker of this number. With a schedule the ends of
    /// requests are when the kernel says that responses came; a closed loop reads them at once.
    pub(crate) fn new(
        transport: &'t HttpTransport,
        worker: usize,
        connections: usize,
        has_schedule: bool,
    ) -> io::Result<Self> {
        let limit = u64::try_from(transport.plan.timeout.as_nanos()).unwrap_or(u64::MAX);
        // Workers begin with different addresses, so that a few connections on many threads
        // still reach all of them.
        let first = worker.wrapping_mul(connections);
        let connection = |index: u32| {
            Connection::new(index, first.wrapping_add(index as usize), &transport.messages)
        };
        Ok(Self {
            transport,
            clock: Clock::start(),
            poller: Poller::new()?,
            connections: (0u32..).take(connections).map(connection).collect(),
            deadlines: Deadlines::new(connections, limit),
            buffers: if has_schedule { Buffers::stamped() } else { Buffers::new() },
            maker: Maker::new(&transport.plan, worker),
            results: VecDeque::with_capacity(connections),
            again: VecDeque::with_capacity(connections),
            since_poll: 0,
            impatient: 0,
            needs_attention: false,
            has_looked: false,
        })
    }

    /// Whether responses may wait in their sockets until `wake_at`: nothing else is awaited, and
    /// the kernel tells when they come.
    #[inline]
    fn may_nap(&self, now: u64, wake_at: u64) -> bool {
        let is_short = wake_at > now && wake_at - now <= LONGEST_NAP;
        is_short && self.impatient == 0 && !self.needs_attention && self.buffers.arrival().is_some()
    }

    #[inline]
    fn tell(&mut self, index: usize, what: impl FnOnce(&mut Connection, &mut Context<'_>) -> Step) {
        let mut ctx = Context {
            transport: self.transport,
            poller: &self.poller,
            clock: self.clock,
            buffers: &mut self.buffers,
            needs_attention: &mut self.needs_attention,
            maker: &mut self.maker,
        };
        let connection = &mut self.connections[index];
        let was_impatient = connection.is_impatient();
        let step = what(connection, &mut ctx);
        self.impatient -= usize::from(was_impatient);
        self.impatient += usize::from(connection.is_impatient());
        let event = match step {
            Step::Pending => return,
            Step::Again => {
                if !self.again.contains(&index) {
                    self.again.push_back(index);
                }
                return;
            }
            Step::Finished(Finish { outcome, cause }) => {
                Event::Finished { slot: index, outcome, cause }
            }
            Step::Opened(nanoseconds) => Event::Opened { connection: index, nanoseconds },
            Step::NotOpened(cause) => Event::NotOpened { connection: index, cause },
        };
        self.deadlines.clear(index);
        self.results.push_back(event);
    }
}

impl Reactor for Http1<'_> {
    type Cause = Cause;

    #[inline]
    fn now(&self) -> u64 {
        self.clock.now()
    }

    fn restart(&mut self, clock: Clock) {
        self.clock = clock;
        self.poller.restart();
        for connection in &mut self.connections {
            connection.restart();
        }
    }

    fn open(&mut self, connection: usize) {
        let now = self.now();
        self.deadlines.set(connection, now);
        self.tell(connection, Connection::open);
    }

    #[inline]
    fn start(&mut self, connection: usize, ticket: Ticket, now: u64) {
        self.deadlines.set(connection, now);
        self.tell(connection, |connection, ctx| connection.start(ctx, ticket, now));
    }

    fn abandon(&mut self, connection: usize) {
        self.deadlines.clear(connection);
        let connection = &mut self.connections[connection];
        self.impatient -= usize::from(connection.is_impatient());
        connection.close();
    }

    #[inline]
    fn next(&mut self, wake_at: u64) -> io::Result<Event<Cause>> {
        let mut has_waited = false;
        loop {
            if self.since_poll < RESULTS_PER_POLL
                && let Some(event) = self.results.pop_front()
            {
                self.since_poll += 1;
                return Ok(event);
            }
            if let Some(readiness) = self.poller.next_event() {
                let connection = Link::index_of(readiness.token);
                if self.connections[connection].is_current(readiness.token) {
                    self.tell(connection, |connection, ctx| connection.on_event(ctx, readiness));
                }
                continue;
            }
            let now = self.now();
            if let Some(connection) = self.deadlines.pop_expired(now) {
                self.tell(connection, Connection::on_timeout);
                continue;
            }
            if has_waited && self.results.is_empty() {
                return Ok(Event::Woke);
            }
            let is_busy = !self.results.is_empty() || !self.again.is_empty();
            let deadline = self.deadlines.earliest().unwrap_or(u64::MAX);
            let wake_at = if is_busy { 0 } else { wake_at.min(deadline) };
            let naps = self.may_nap(now, wake_at);
            if naps && self.has_looked {
                self.has_looked = false;
                self.poller.nap(now, wake_at);
                // What is due is sent first; then sockets are looked at.
                return Ok(Event::Woke);
            }
            self.poller.wait(now, if naps { now } else { wake_at })?;
            self.buffers.compare_clocks(self.clock);
            self.since_poll = 0;
            self.has_looked = true;
            has_waited = !naps;
            for _ in 0..self.again.len() {
                if let Some(connection) = self.again.pop_front() {
                    self.tell(connection, Connection::resume);
                }
            }
        }
    }
}
