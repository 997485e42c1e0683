//! How far a task is, for whoever watches.

use std::time::Duration;

/// Where tasks show how far they are. Implementations must return at once.
pub trait Progress: Send + Sync {
    /// Shows the newest state of the current task.
    fn show(&self, progress: &TaskProgress);

    /// The task has ended; whatever was shown is out of date.
    fn clear(&self);
}

/// The state of a load test that is under way.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskProgress {
    /// What is being done, such as `http cart`.
    pub title: String,
    /// Time since its start.
    pub elapsed: Duration,
    /// Share of the work that is done, from 0 to 1, where that can be told.
    pub share: Option<f64>,
    /// Requests that have ended.
    pub done: u64,
    /// Requests under way.
    pub under_way: u64,
    /// Requests per second that have ended lately.
    pub rate: f64,
    /// Requests that count as errors.
    pub errors: u64,
    /// The 99th percentile of the latency so far.
    pub p99: Duration,
}

/// Shows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn show(&self, _: &TaskProgress) {}

    fn clear(&self) {}
}
