//! Where a test ends.

use std::num::NonZeroU64;
use std::time::Duration;

/// Where a test ends: after so many requests, after so much time, or at whichever comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    requests: Option<NonZeroU64>,
    duration: Option<Duration>,
}

impl Budget {
    /// Exactly so many requests, however long they take.
    pub fn requests(requests: NonZeroU64) -> Self {
        Self { requests: Some(requests), duration: None }
    }

    /// The requests whose intended start lies before `duration`; in a closed loop, those that
    /// are really sent before it.
    pub fn duration(duration: Duration) -> Self {
        Self { requests: None, duration: Some(duration) }
    }

    /// Whichever ends first.
    pub fn either(requests: NonZeroU64, duration: Duration) -> Self {
        Self { requests: Some(requests), duration: Some(duration) }
    }

    /// No bound of its own: the test ends with the stages of its schedule.
    pub fn schedule() -> Self {
        Self::default()
    }

    /// The bound on requests.
    pub fn max_requests(&self) -> Option<u64> {
        self.requests.map(NonZeroU64::get)
    }

    /// The bound on time.
    pub fn max_duration(&self) -> Option<Duration> {
        self.duration
    }
}
