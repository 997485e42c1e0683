//! Where workers wait for each other, so that the schedule has one zero.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Clock;
use crate::control::Control;

/// How often a waiting worker looks whether it should stop: half of the 0.1 s within which a
/// stop is promised to be honoured.
const STOP_POLL: Duration = Duration::from_millis(50);

/// A barrier that a worker may also pass by leaving for ever.
#[derive(Debug)]
pub(crate) struct StartLine {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    /// Workers that are neither here nor gone.
    missing: usize,
    clock: Option<Clock>,
}

impl StartLine {
    pub(crate) fn new(workers: usize) -> Self {
        let state = Mutex::new(State { missing: workers, clock: None });
        Self { state, changed: Condvar::new() }
    }

    /// Waits until every worker is here or gone, and gives all the same clock. `None` when the
    /// test is over before it began. The wait is as long as the slowest worker needs to get
    /// here, which its transport bounds.
    pub(crate) fn wait(&self, control: &Control) -> Option<Clock> {
        let mut state = self.check_in(1);
        loop {
            if control.should_stop() {
                return None;
            }
            if state.clock.is_some() {
                return state.clock;
            }
            let waited = self.changed.wait_timeout(state, STOP_POLL);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// For `workers` that will never wait here, or never again.
    pub(crate) fn leave(&self, workers: usize) {
        drop(self.check_in(workers));
    }

    fn check_in(&self, workers: usize) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.missing = state.missing.saturating_sub(workers);
        if state.missing == 0 && state.clock.is_none() {
            state.clock = Some(Clock::start());
        }
        self.changed.notify_all();
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Stop;

    #[test]
    fn the_last_to_come_or_go_starts_the_clock() {
        let line = StartLine::new(3);
        line.leave(1);
        line.leave(1);
        assert!(line.wait(&Control::default()).is_some());
    }

    #[test]
    fn workers_meet() {
        let line = StartLine::new(2);
        std::thread::scope(|scope| {
            let other = scope.spawn(|| line.wait(&Control::default()));
            assert!(line.wait(&Control::default()).is_some());
            assert!(other.join().unwrap().is_some());
        });
    }

    #[test]
    fn a_stop_ends_the_wait() {
        let stop = Stop::default();
        let control = Control::new(stop.clone());
        let line = StartLine::new(2);
        stop.request();
        assert!(line.wait(&control).is_none());
    }
}
