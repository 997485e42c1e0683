//! What happens at a moment.

use super::Pool;
use crate::cause::Cause;
use crate::slot::{More, Protocol};
use crate::timers::Alarm;

/// Content that may wait at the connection before a request is asked for more.
const QUEUED: usize = 64 * 1024;

/// When a request is asked again that was not, because too much waits: 1 ms, in which a socket
/// takes more than may wait.
const AGAIN: u64 = 1_000_000;

impl<P: Protocol> Pool<P> {
    pub(super) fn on_alarm(&mut self, alarm: Alarm, now: u64) {
        match alarm {
            Alarm::More { slot, turn } if self.slots[slot].turn == turn => self.go_on(slot, now),
            Alarm::Ping { session, token } if self.sessions[session].link.token() == token => {
                self.ask(session, now);
            }
            Alarm::More { .. } | Alarm::Ping { .. } => {}
        }
    }

    /// Sets the alarm of a request that goes on.
    pub(super) fn set_next(&mut self, slot: usize, next: Option<u64>) {
        if let Some(next) = next {
            let turn = self.slots[slot].turn;
            let at = self.clock.now().saturating_add(next);
            self.timers.set(at, Alarm::More { slot, turn });
        }
    }

    fn go_on(&mut self, slot: usize, now: u64) {
        let Some((session, stream)) = self.slots[slot].stream else { return };
        let h2 = &mut self.sessions[session].h2;
        if h2.queued(stream) > QUEUED {
            return self.set_next(slot, Some(AGAIN));
        }
        match self.protocol.more(slot, now) {
            More::Nothing => {}
            More::Content { bytes, is_last, next } => {
                h2.send(stream, bytes, is_last);
                self.touch(session);
                self.set_next(slot, next);
            }
            More::Enough => self.cut(slot),
        }
    }

    /// Ends a request because its protocol says so.
    pub(super) fn cut(&mut self, slot: usize) {
        self.cancel(slot);
        let verdict = self.protocol.verdict(slot);
        let now = self.clock.now();
        self.finish(slot, now, verdict, None);
    }

    /// Sets the alarm for the next ping of an open session.
    pub(super) fn watch(&mut self, session: usize, now: u64) {
        if let Some(interval) = self.plan.keepalive
            && self.sessions[session].is_open()
        {
            let token = self.sessions[session].link.token();
            self.timers.set(now.saturating_add(interval), Alarm::Ping { session, token });
        }
    }

    fn ask(&mut self, session: usize, now: u64) {
        if self.sessions[session].is_asked {
            return self.lose(session, &Cause::Unresponsive);
        }
        let asked = &mut self.sessions[session];
        asked.is_asked = true;
        asked.h2.ping(*b"iter8 up");
        self.touch(session);
        self.watch(session, now);
    }
}
