//! What a test found.

use std::time::Duration;

use crate::errors::ErrorRanges;
use crate::recorder::Recorder;

/// What a test found, over all workers.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// All distributions and counts.
    pub recorder: Recorder,
    /// Whether the test was stopped before its end. The numbers are those up to the stop.
    pub interrupted: bool,
    /// Whether it ended early because too many requests were errors.
    pub aborted: bool,
    /// The number of requests that was known beforehand, if it was.
    pub planned: Option<u64>,
    /// Connections over which the test ran.
    pub connections: usize,
    /// Threads on which it ran.
    pub threads: usize,
    /// What counted as an error.
    pub errors: ErrorRanges,
}

impl Measurement {
    /// Adds what another part of the same test found.
    pub fn merge(&mut self, other: &Self) {
        self.recorder.merge(&other.recorder);
        self.interrupted |= other.interrupted;
        self.aborted |= other.aborted;
        self.planned = self.planned.zip(other.planned).map(|(mine, theirs)| mine + theirs);
        self.connections += other.connections;
        self.threads += other.threads;
    }

    /// Requests that were sent and of which the end is known.
    pub fn requests(&self) -> u64 {
        self.recorder.requests()
    }

    /// Requests that count as errors.
    pub fn error_count(&self) -> u64 {
        self.recorder.errors(&self.errors)
    }

    /// Errors per request; `None` without requests.
    pub fn error_rate(&self) -> Option<f64> {
        let requests = self.requests();
        (requests > 0).then(|| self.error_count() as f64 / requests as f64)
    }

    /// From the start of the schedule to the end of the last request.
    pub fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.recorder.last_done().unwrap_or(0))
    }

    /// Requests per second that came to an end, whatever end; `None` when no time passed.
    pub fn throughput(&self) -> Option<f64> {
        let elapsed = self.elapsed().as_secs_f64();
        (elapsed > 0.0).then(|| self.requests() as f64 / elapsed)
    }
}
