//! Tasks: which there are, what each takes, and one entry of an experiment's task list.
//!
//! [`catalogue`] is the one table of tasks and parameters. The readers of values and documents,
//! the JSON Schema, `iter8 tasks` and the reference pages are all made from it.

pub mod catalogue;
mod coerce;
pub mod endpoints;

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};

pub use coerce::{InputError, UnknownKeys, normalise_inputs, normalise_value};

/// The tasks that a document may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskKind {
    /// Wait until objects exist and are ready.
    Ready,
    /// Load-test an HTTP service.
    Http,
    /// Load-test a gRPC service.
    Grpc,
    /// Fetch metrics from any store.
    CustomMetrics,
    /// Fetch metrics from the A/B/n service.
    AbnMetrics,
    /// Compare metrics with objectives.
    Assess,
    /// Tell somebody.
    Notify,
    /// Run a script.
    Run,
}

impl TaskKind {
    /// Every task.
    pub const ALL: [Self; 8] = [
        Self::Ready,
        Self::Http,
        Self::Grpc,
        Self::CustomMetrics,
        Self::AbnMetrics,
        Self::Assess,
        Self::Notify,
        Self::Run,
    ];

    /// The name that documents and log lines use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Http => "http",
            Self::Grpc => "grpc",
            Self::CustomMetrics => "custommetrics",
            Self::AbnMetrics => "abnmetrics",
            Self::Assess => "assess",
            Self::Notify => "notify",
            Self::Run => "run",
        }
    }

    /// Whether this version can run the task.
    pub fn is_available(self) -> bool {
        !matches!(self, Self::AbnMetrics)
    }
}

impl fmt::Display for TaskKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that no task has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown task: {0}")]
pub struct UnknownTask(pub String);

impl FromStr for TaskKind {
    type Err = UnknownTask;

    fn from_str(text: &str) -> Result<Self, UnknownTask> {
        let known = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        known.ok_or_else(|| UnknownTask(text.to_owned()))
    }
}

/// One entry of an experiment's task list.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskSpec {
    /// What to do.
    pub kind: TaskKind,
    /// The task runs only if this condition holds; see [`crate::condition`].
    pub condition: Option<String>,
    /// Inputs, by the names of the catalogue. The script of `run` is the input `script`.
    pub with: Map<String, Value>,
}

impl TaskSpec {
    /// A task without inputs.
    pub fn new(kind: TaskKind) -> Self {
        Self { kind, condition: None, with: Map::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for kind in TaskKind::ALL {
            assert_eq!(kind.to_string().parse(), Ok(kind));
        }
        assert_eq!("htttp".parse::<TaskKind>().unwrap_err().to_string(), "unknown task: htttp");
    }
}
