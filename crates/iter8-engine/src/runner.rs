//! One loop after the other over the task list.

use iter8_model::condition::{CompileError, Condition, EvalError};
use iter8_model::experiment::{Experiment, ExperimentResult};
use iter8_model::history::{LoopEnd, LoopOutcome};
use iter8_model::insights::Insights;
use iter8_model::task::InputError;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio_util::sync::CancellationToken;

use crate::chain;
use crate::progress::Progress;
use crate::store::{Store, StoreError, Version};
use crate::task::{Task, TaskEnd, TaskError, TaskFactory, Turn};

/// What a run consists of besides the experiment.
pub struct Runner<'a> {
    /// Where the document lies.
    pub store: &'a dyn Store,
    /// The time of day.
    pub now: &'a (dyn Fn() -> Timestamp + Send + Sync),
    /// Cancelled when the run is to end.
    pub stop: CancellationToken,
    /// Where tasks show how far they are.
    pub progress: &'a dyn Progress,
}

/// The tasks of an experiment, checked and ready to run.
pub struct Plan {
    steps: Vec<Step>,
}

struct Step {
    condition: Option<Condition>,
    task: Box<dyn Task>,
}

/// Why an experiment cannot be started.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// Inputs of a task are wrong.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A condition is wrong.
    #[error("{path}")]
    Condition {
        /// Where it stands.
        path: String,
        /// What is wrong with it.
        source: Box<CompileError>,
    },
}

/// How error messages name the place of a task's inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Places {
    /// As in the document: `spec[2].with`.
    Document,
    /// As in the values that the document was compiled from: `http`.
    Values,
}

impl Places {
    fn of_inputs(self, index: usize, name: &str) -> String {
        match self {
            Self::Document => format!("spec[{index}].with"),
            Self::Values => name.to_owned(),
        }
    }

    fn of_condition(self, index: usize, name: &str) -> String {
        match self {
            Self::Document => format!("spec[{index}].if"),
            Self::Values => format!("{name}.if"),
        }
    }
}

impl Plan {
    /// Builds every task and compiles every condition, so that nothing starts if anything is
    /// wrong.
    pub fn new(
        experiment: &Experiment,
        tasks: &dyn TaskFactory,
        places: Places,
    ) -> Result<Self, PlanError> {
        let mut steps = Vec::new();
        for (index, spec) in experiment.spec.iter().enumerate() {
            let condition = spec.condition.as_deref().map(Condition::compile).transpose();
            let condition = condition.map_err(|source| PlanError::Condition {
                path: places.of_condition(index, spec.kind.as_str()),
                source: Box::new(source),
            })?;
            let task = tasks.build(spec, &places.of_inputs(index, spec.kind.as_str()))?;
            steps.push(Step { condition, task });
        }
        Ok(Self { steps })
    }
}

/// How a loop ended in which no task failed.
#[derive(Debug, Clone, PartialEq)]
pub struct LoopEnded {
    /// The experiment as stored.
    pub experiment: Experiment,
    /// Whether it ended by itself or was stopped.
    pub outcome: LoopOutcome,
}

/// Why a loop did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A task failed. The failure is recorded in the document.
    #[error("failed to run task {number} ({name})")]
    Task {
        /// Number of the task, from 1.
        number: usize,
        /// Its name.
        name: &'static str,
        /// What happened.
        source: TaskError,
    },
    /// A condition could not be evaluated. The failure is recorded in the document.
    #[error("failed to evaluate the condition of task {number} ({name})")]
    Condition {
        /// Number of the task, from 1.
        number: usize,
        /// Its name.
        name: &'static str,
        /// What happened.
        source: EvalError,
    },
    /// The document could not be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is nothing to go on from.
    #[error("experiment with nil result section cannot be run")]
    NoResult,
}

/// The document during a loop: every change is written, on the condition that nobody else wrote.
struct Ledger<'a> {
    store: &'a dyn Store,
    experiment: Experiment,
    version: Option<Version>,
}

impl Ledger<'_> {
    async fn write(&mut self) -> Result<(), StoreError> {
        let version = self.store.write(&self.experiment, self.version.as_ref()).await?;
        self.version = Some(version);
        Ok(())
    }

    fn result(&mut self) -> &mut ExperimentResult {
        self.experiment.result.get_or_insert_with(ExperimentResult::default)
    }
}

impl Runner<'_> {
    /// The result with which a new run starts: nothing but the time.
    pub fn fresh_result(&self) -> ExperimentResult {
        let start_time = Some((self.now)().to_zoned(TimeZone::UTC));
        ExperimentResult { start_time, ..ExperimentResult::default() }
    }

    /// Puts an experiment into the store in place of whatever is there.
    pub async fn replace(&self, experiment: &Experiment) -> Result<(), StoreError> {
        let found = self.store.read().await?.map(|stored| stored.version);
        self.store.write(experiment, found.as_ref()).await.map(|_| ())
    }

    /// Runs the task list of the stored experiment once, on top of its stored result.
    ///
    /// The document is written at the start and after each task, so that a run killed at any
    /// moment leaves the results of all tasks before. A failed task ends the loop. A stopped run
    /// keeps what the current task has measured, and is marked as interrupted and failed.
    ///
    /// Not cancel-safe: to end early, cancel [`Self::stop`] and await the result.
    pub async fn run_loop(&self, tasks: &dyn TaskFactory) -> Result<LoopEnded, LoopError> {
        let stored = self.store.read().await.map_err(RunError::Store)?;
        let stored = stored.ok_or(RunError::NoResult)?;
        let mut ledger = Ledger {
            store: self.store,
            experiment: stored.experiment,
            version: Some(stored.version),
        };
        if ledger.experiment.result.is_none() {
            return Err(RunError::NoResult.into());
        }
        let plan = Plan::new(&ledger.experiment, tasks, Places::Document)?;
        let start = (self.now)();
        ledger.result().num_loops += 1;
        ledger.result().num_completed_tasks = 0;
        ledger.result().insights.iter_mut().for_each(Insights::forget_queries);
        ledger.write().await.map_err(RunError::Store)?;
        let ran = self.run_steps(&plan, &mut ledger).await;
        let outcome = match &ran {
            Ok(TaskEnd::Completed) => LoopOutcome::Completed,
            Ok(TaskEnd::Interrupted) => LoopOutcome::Interrupted,
            Err(_) => LoopOutcome::Failed,
        };
        let ended = (self.now)();
        let result = ledger.result();
        result.failure |= outcome != LoopOutcome::Completed;
        let ended = LoopEnd { number: result.num_loops, start, end: ended.max(start), outcome };
        let insights = result.insights.take();
        result.history.push(ended, insights.as_ref());
        result.insights = insights;
        let written = ledger.write().await;
        ran?;
        written.map_err(RunError::Store)?;
        Ok(LoopEnded { experiment: ledger.experiment, outcome })
    }

    async fn run_steps(&self, plan: &Plan, ledger: &mut Ledger<'_>) -> Result<TaskEnd, RunError> {
        for (index, step) in plan.steps.iter().enumerate() {
            if self.stop.is_cancelled() {
                return Ok(TaskEnd::Interrupted);
            }
            if self.run_step(index, step, &mut ledger.experiment).await? == TaskEnd::Interrupted {
                return Ok(TaskEnd::Interrupted);
            }
            ledger.result().num_completed_tasks += 1;
            // After the last task the document is written with the record of the loop.
            if index + 1 < plan.steps.len() {
                ledger.write().await?;
            }
        }
        Ok(TaskEnd::Completed)
    }

    async fn run_step(
        &self,
        index: usize,
        step: &Step,
        experiment: &mut Experiment,
    ) -> Result<TaskEnd, RunError> {
        let (number, name) = (index + 1, experiment.spec[index].kind.as_str());
        tracing::info!("task {number}: {name}: started");
        if let Some(condition) = &step.condition {
            let holds = condition.evaluate(experiment).map_err(|source| {
                tracing::error!(trace = %source, "task {number}: {name}: failure");
                RunError::Condition { number, name, source }
            })?;
            if !holds {
                let trace = format!("false condition: {condition}");
                tracing::info!(trace, "task {number}: {name}: skipped");
                return Ok(TaskEnd::Completed);
            }
        }
        let (stop, progress) = (&self.stop, self.progress);
        let ended = step.task.run(Turn { experiment, index, stop, progress }).await;
        self.progress.clear();
        match &ended {
            Ok(TaskEnd::Completed) => tracing::info!("task {number}: {name}: completed"),
            Ok(TaskEnd::Interrupted) => tracing::warn!("task {number}: {name}: interrupted"),
            Err(error) => {
                tracing::error!(trace = chain(error), "task {number}: {name}: failure");
            }
        }
        ended.map_err(|source| RunError::Task { number, name, source })
    }
}

/// Why a loop was not started, or did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum LoopError {
    /// Nothing was started.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// It was started.
    #[error(transparent)]
    Run(#[from] RunError),
}

#[cfg(test)]
mod tests;
