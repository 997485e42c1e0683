//! Moments at which something is to be done.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Alarm {
    /// The request of this slot goes on, if it is still that of this turn.
    More { slot: usize, turn: u32 },
    /// The peer of this session is asked whether it is there, if its socket is still this one.
    Ping { session: usize, token: u64 },
}

/// Alarms by their moments.
#[derive(Debug, Default)]
pub(crate) struct Timers(BinaryHeap<Reverse<(u64, Alarm)>>);

impl Timers {
    pub(crate) fn set(&mut self, at: u64, alarm: Alarm) {
        self.0.push(Reverse((at, alarm)));
    }

    pub(crate) fn earliest(&self) -> Option<u64> {
        self.0.peek().map(|Reverse((at, _))| *at)
    }

    /// Takes an alarm whose moment has come.
    pub(crate) fn pop(&mut self, now: u64) -> Option<Alarm> {
        self.earliest().filter(|at| *at <= now)?;
        self.0.pop().map(|Reverse((_, alarm))| alarm)
    }

    /// Forgets all of them, because another clock counts from now on.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alarms_come_in_their_order() {
        let mut timers = Timers::default();
        let alarm = |slot| Alarm::More { slot, turn: 0 };
        for (at, slot) in [(30, 3), (10, 1), (20, 2), (10, 0)] {
            timers.set(at, alarm(slot));
        }
        assert_eq!((timers.earliest(), timers.pop(9)), (Some(10), None));
        assert_eq!((timers.pop(10), timers.pop(10)), (Some(alarm(0)), Some(alarm(1))));
        assert_eq!((timers.pop(10), timers.pop(99)), (None, Some(alarm(2))));
        timers.clear();
        assert_eq!((timers.earliest(), timers.pop(99)), (None, None));
    }
}
