//! The clock of the measurements.

use std::time::Duration;

/// The bench measures real programs, for which no clock that tests can pause would do.
#[expect(clippy::disallowed_types, reason = "this module is where the bench takes its time from")]
type Monotonic = std::time::Instant;

/// A moment from which time is counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment(Monotonic);

impl Moment {
    pub(crate) fn now() -> Self {
        Self(Monotonic::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
