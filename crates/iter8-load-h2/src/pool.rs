//! One worker's connections, and the loop that waits for them.

mod alarm;
mod dial;
mod end;
mod exchange;

use std::collections::VecDeque;
use std::io;

use iter8_h2::Settings;
use iter8_load::{Attempt, Clock, Event, Reactor, Ticket};
use iter8_sockets::{Buffers, Deadlines, Endpoint, Link, Poller};

use crate::cause::Cause;
use crate::session::Session;
use crate::slot::{Protocol, Slot};
use crate::timers::Timers;

/// Results handed out before sockets are looked at again, so that requests that fail at once
/// cannot keep the others from ever being read.
const RESULTS_PER_POLL: u32 = 64;

/// What a pool is made of.
#[derive(Debug, Clone)]
pub struct PoolPlan {
    /// Where the connections lead.
    pub endpoint: Endpoint,
    /// How many there are.
    pub connections: usize,
    /// Requests that each of them carries at a time.
    pub width: usize,
    /// Which of the addresses the first connection uses.
    pub first_address: usize,
    /// Whether the other connections use the following ones, in turns.
    pub is_spread: bool,
    /// Time limit of a request in nanoseconds, waiting for its connection included.
    pub timeout: u64,
    /// Time limit of opening a connection in nanoseconds.
    pub connect_timeout: u64,
    /// How often the server is asked whether it is there, and how long it may take to say so, in
    /// nanoseconds.
    pub keepalive: Option<u64>,
    /// What we allow the server.
    pub settings: Settings,
    /// Whether responses come when the kernel says so, and not when they are read: a little dearer,
    /// and of no use where a request begins with the end of another.
    pub is_stamped: bool,
}

/// One worker's connections.
pub struct Pool<P> {
    plan: PoolPlan,
    protocol: P,
    clock: Clock,
    poller: Poller,
    buffers: Buffers,
    sessions: Vec<Session>,
    /// Sessions that are closed and serve no connection.
    spare: Vec<usize>,
    /// The session that carries the next requests of each connection.
    current: Vec<Option<usize>>,
    /// Time limits of connections that are being opened.
    dialing: Deadlines,
    slots: Vec<Slot>,
    /// Time limits of requests.
    deadlines: Deadlines,
    /// Requests of each connection that wait for a stream.
    waiting: Vec<VecDeque<usize>>,
    timers: Timers,
    /// Sessions that have something to send.
    dirty: Vec<usize>,
    /// Sessions that have more to read.
    again: VecDeque<usize>,
    /// What the latest bytes have ended.
    ended: Vec<(u32, end::Ended)>,
    /// Results that wait to be handed out.
    results: VecDeque<Event<Cause>>,
    since_poll: u32,
}

impl<P: Protocol> Pool<P> {
    /// Closed connections.
    pub fn new(plan: PoolPlan, protocol: P) -> io::Result<Self> {
        let (connections, slots) = (plan.connections, plan.connections * plan.width);
        Ok(Self {
            protocol,
            clock: Clock::start(),
            poller: Poller::new()?,
            buffers: if plan.is_stamped { Buffers::stamped() } else { Buffers::new() },
            sessions: Vec::with_capacity(connections),
            spare: Vec::new(),
            current: vec![None; connections],
            dialing: Deadlines::new(connections, plan.connect_timeout),
            slots: (0..slots).map(|_| Slot::default()).collect(),
            deadlines: Deadlines::new(slots, plan.timeout),
            waiting: vec![VecDeque::new(); connections],
            timers: Timers::default(),
            dirty: Vec::with_capacity(connections),
            again: VecDeque::with_capacity(connections),
            ended: Vec::new(),
            results: VecDeque::with_capacity(slots),
            since_poll: 0,
            plan,
        })
    }

    /// What is spoken.
    pub fn protocol(&mut self) -> &mut P {
        &mut self.protocol
    }

    /// Remembers to flush a session before the next wait.
    fn touch(&mut self, session: usize) {
        if !self.sessions[session].is_dirty {
            self.sessions[session].is_dirty = true;
            self.dirty.push(session);
        }
    }

    fn flush_all(&mut self) {
        while let Some(session) = self.dirty.pop() {
            self.sessions[session].is_dirty = false;
            self.flush(session);
        }
    }
}

impl<P: Protocol> Reactor for Pool<P> {
    type Cause = Cause;

    #[inline]
    fn now(&self) -> u64 {
        self.clock.now()
    }

    fn restart(&mut self, clock: Clock) {
        self.clock = clock;
        self.poller.restart();
        self.timers.clear();
        let now = self.now();
        for session in 0..self.sessions.len() {
            self.watch(session, now);
        }
        self.slots.iter_mut().for_each(|slot| slot.free = 0);
        self.sessions.iter_mut().for_each(|session| session.received = 0);
    }

    fn open(&mut self, connection: usize) {
        self.serve(connection);
    }

    fn abandon(&mut self, connection: usize) {
        self.dialing.clear(connection);
        if let Some(session) = self.current[connection] {
            self.retire(session);
        }
    }

    #[inline]
    fn start(&mut self, slot: usize, ticket: Ticket, now: u64) {
        let connection = slot / self.plan.width;
        let is_open =
            self.current[connection].is_some_and(|session| self.sessions[session].is_open());
        self.deadlines.set(slot, now);
        let place = &mut self.slots[slot];
        place.attempt = Some(Attempt::new(ticket.intended, now, is_open));
        place.number = ticket.number;
        place.turn = place.turn.wrapping_add(1);
        place.has_waited = false;
        self.waiting[connection].push_back(slot);
        self.serve(connection);
        self.slots[slot].has_waited = self.slots[slot].stream.is_none();
    }

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
                let session = Link::index_of(readiness.token);
                if self.sessions[session].link.token() == readiness.token {
                    self.on_event(session);
                }
                continue;
            }
            let now = self.now();
            if let Some(slot) = self.deadlines.pop_expired(now) {
                self.on_timeout(slot);
                continue;
            }
            if let Some(connection) = self.dialing.pop_expired(now) {
                self.on_dial_timeout(connection);
                continue;
            }
            if let Some(alarm) = self.timers.pop(now) {
                self.on_alarm(alarm, now);
                continue;
            }
            self.flush_all();
            if has_waited && self.results.is_empty() {
                return Ok(Event::Woke);
            }
            let is_busy = !self.results.is_empty() || !self.again.is_empty();
            let deadlines =
                [self.deadlines.earliest(), self.dialing.earliest(), self.timers.earliest()];
            let deadline = deadlines.into_iter().flatten().min().unwrap_or(u64::MAX);
            self.poller.wait(now, if is_busy { 0 } else { wake_at.min(deadline) })?;
            self.buffers.compare_clocks(self.clock);
            self.since_poll = 0;
            has_waited = true;
            for _ in 0..self.again.len() {
                if let Some(session) = self.again.pop_front() {
                    self.on_event(session);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
