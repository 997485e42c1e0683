//! The one clock of this crate: monotonic moments and precise sleeps.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The service sleeps on real threads, so that a clock which tests can pause has no use here.
#[expect(clippy::disallowed_types, reason = "this module is where the crate takes its time from")]
type Monotonic = std::time::Instant;

/// The longest stretch slept at once: how long a stop may go unnoticed by a waiting request.
const SLICE: Duration = Duration::from_millis(50);

/// How long before its deadline a sleep is to end. Even with the least slack a thread runs again
/// some 20 to 40 µs after its timer (measured on a virtual machine with two cores); what is left
/// is spun away. Yielding instead was as exact, but under full load the yielding thread came back
/// milliseconds late.
const EARLY: Duration = Duration::from_micros(30);

/// A point in monotonic time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(Monotonic);

impl Moment {
    /// The present moment.
    pub(crate) fn now() -> Self {
        Self(Monotonic::now())
    }

    /// The time from `earlier` to this moment; zero when `earlier` is later.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        self.0.saturating_duration_since(earlier.0)
    }

    /// The moment `span` after this one; `None` beyond what the clock can express.
    pub(crate) fn after(self, span: Duration) -> Option<Self> {
        self.0.checked_add(span).map(Self)
    }
}

/// Lowers the timer slack of the calling thread to a nanosecond.
///
/// Linux lets a timer be 50 µs late by default in order to save power, which is a fifth of a
/// latency of 0.25 ms. Where the slack cannot be lowered, waits are merely less exact.
pub(crate) fn sharpen_timer() {
    #[cfg(target_os = "linux")]
    {
        let slack = std::num::NonZeroU64::MIN;
        let _ = rustix::thread::set_current_timer_slack(Some(slack));
    }
}

/// Sleeps until `deadline`; `false` when `stopping` was raised before it.
pub(crate) fn sleep_until(deadline: Moment, stopping: &AtomicBool) -> bool {
    loop {
        if stopping.load(Ordering::Relaxed) {
            return false;
        }
        let left = deadline.since(Moment::now());
        if left.is_zero() {
            return true;
        }
        if left > EARLY {
            std::thread::sleep(left.saturating_sub(EARLY).min(SLICE));
        } else {
            std::hint::spin_loop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleeps_to_the_deadline_and_not_before() {
        sharpen_timer();
        let running = AtomicBool::new(false);
        let begun = Moment::now();
        let deadline = begun.after(Duration::from_micros(250)).unwrap();
        assert!(sleep_until(deadline, &running));
        assert!(Moment::now() >= deadline);
    }

    #[test]
    fn a_stop_ends_the_wait() {
        let stopping = AtomicBool::new(true);
        let deadline = Moment::now().after(Duration::from_hours(1)).unwrap();
        assert!(!sleep_until(deadline, &stopping));
    }

    #[test]
    fn time_does_not_run_backwards() {
        let first = Moment::now();
        let later = first.after(Duration::from_secs(1)).unwrap();
        assert_eq!(later.since(first), Duration::from_secs(1));
        assert_eq!(first.since(later), Duration::ZERO);
        assert_eq!(first.after(Duration::MAX), None);
    }
}
