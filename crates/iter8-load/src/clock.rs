//! The one place where a load test reads the time.

#![expect(
    clippy::disallowed_types,
    reason = "a load test measures real time; everything else takes time from this module"
)]

use std::time::{Duration, Instant};

/// Nanoseconds since a fixed origin, monotonic. Copies share the origin.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    origin: Instant,
}

impl Clock {
    /// A clock whose zero is now.
    pub fn start() -> Self {
        Self { origin: Instant::now() }
    }

    /// Time since the origin in nanoseconds.
    #[inline]
    pub fn now(&self) -> u64 {
        nanoseconds(self.origin.elapsed())
    }
}

/// A duration in whole nanoseconds; durations beyond 584 years saturate.
pub fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_does_not_run_backwards() {
        let clock = Clock::start();
        let readings: Vec<u64> = (0..1000).map(|_| clock.now()).collect();
        assert!(readings.is_sorted());
    }

    #[test]
    fn long_durations_saturate() {
        assert_eq!(nanoseconds(Duration::from_millis(3)), 3_000_000);
        assert_eq!(nanoseconds(Duration::MAX), u64::MAX);
    }
}
