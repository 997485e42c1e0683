//! What a task is to the runner.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;

use iter8_model::experiment::{Experiment, ExperimentResult};
use iter8_model::insights::Insights;
use iter8_model::task::{InputError, TaskSpec};
use tokio_util::sync::CancellationToken;

use crate::progress::Progress;

/// A boxed future, so that tasks and stores can stand behind traits.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One task, ready to be carried out as often as there are loops.
pub trait Task: Send + Sync {
    /// Carries the task out: records what it finds in the experiment, and replaces its own inputs
    /// there by the effective ones.
    ///
    /// The task ends soon after [`Turn::stop`] is cancelled, with what it has found until then in
    /// the experiment and [`TaskEnd::Interrupted`] as its result.
    fn run<'a>(&'a self, turn: Turn<'a>) -> BoxFuture<'a, Result<TaskEnd, TaskError>>;
}

/// Makes tasks from entries of the task list, checking their inputs.
///
/// `path` is the place of the entry for error messages, such as `spec[2].with`.
pub trait TaskFactory: Send + Sync {
    /// The task, or what is wrong with its inputs.
    fn build(&self, spec: &TaskSpec, path: &str) -> Result<Box<dyn Task>, InputError>;
}

/// What a task works on when its turn has come.
pub struct Turn<'a> {
    /// The experiment as left by the tasks before.
    pub experiment: &'a mut Experiment,
    /// Place of the task in the list, from 0.
    pub index: usize,
    /// Cancelled when the run is to end.
    pub stop: &'a CancellationToken,
    /// Where the task shows how far it is.
    pub progress: &'a dyn Progress,
}

impl Turn<'_> {
    /// The entry of the task.
    pub fn spec(&mut self) -> &mut TaskSpec {
        &mut self.experiment.spec[self.index]
    }

    /// The insights, created if no task has had any.
    pub fn insights(&mut self) -> &mut Insights {
        let result = self.experiment.result.get_or_insert_with(ExperimentResult::default);
        result.insights.get_or_insert_default()
    }
}

/// How a task ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskEnd {
    /// It did all that it was to do.
    Completed,
    /// It was stopped; what it found until then is recorded.
    Interrupted,
}

/// Why a task failed. What the source says is printed after it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct TaskError {
    message: String,
    #[source]
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl TaskError {
    /// A failure that needs no further explanation.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None }
    }

    /// A failure because of another error.
    pub fn caused_by(
        message: impl Into<String>,
        source: impl Error + Send + Sync + 'static,
    ) -> Self {
        Self { message: message.into(), source: Some(Box::new(source)) }
    }
}
