//! The tasks: what each entry of an experiment's task list does.
//!
//! A task reads its inputs by the catalogue of `iter8-model`, does its work through an adapter,
//! and records what it finds in the experiment. It does not know where the experiment is stored,
//! in which order tasks run, or how results are shown.
//!
//! Start with [`Tasks`], which makes tasks from entries.

mod access;
mod assess;
pub mod custommetrics;
pub mod download;
mod files;
mod grpc;
mod guard;
mod http;
mod inputs;
mod load;
pub mod notify;
mod ready;
pub mod rendering;
mod script;
mod surroundings;
mod vault;

use iter8_engine::{BoxFuture, Task, TaskEnd, TaskError, TaskFactory, Turn};
use iter8_model::credential::Redactor;
use iter8_model::task::catalogue;
use iter8_model::task::{InputError, TaskKind, TaskSpec, UnknownKeys, normalise_inputs};
use serde_json::{Map, Value};

use guard::Guarded;
use inputs::Inputs;
pub use load::part::{InvalidPartFile, LoadPart, MergeError};
pub use surroundings::{FillRandom, LoadOptions, Surroundings, TakeLine, TakePart};
pub use vault::{SECRETS_FOLDER, SECRETS_VARIABLE, Vault};

/// Makes every task that this version has, with the credentials of one vault.
#[derive(Debug)]
pub struct Tasks {
    vault: Vault,
    surroundings: Surroundings,
    /// Whether references may lead nowhere.
    is_dry: bool,
}

impl Tasks {
    /// Tasks to be run: every reference must lead to a text.
    pub fn new(vault: Vault) -> Self {
        let surroundings = Surroundings::of_process(iter8_model::group::DEFAULT);
        Self { vault, surroundings, is_dry: false }
    }

    /// Tasks to be looked at only. One with a reference that leads nowhere is checked as far as
    /// that is possible, and does nothing.
    pub fn dry(vault: Vault) -> Self {
        Self { is_dry: true, ..Self::new(vault) }
    }

    /// The same tasks in other surroundings than those of this process and of no special group.
    #[must_use]
    pub fn within(self, surroundings: Surroundings) -> Self {
        Self { surroundings, ..self }
    }

    /// Where the credentials are.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    fn inputs(&self, spec: &TaskSpec, path: &str) -> Result<Option<Inputs>, InputError> {
        let entry = catalogue::of_kind(spec.kind).ok_or_else(|| unavailable(spec, path))?;
        let stored = normalise_inputs(entry, &spec.with, path, UnknownKeys::Ignore)?;
        match self.resolve(stored, path) {
            Err(_) if self.is_dry => Ok(None),
            resolved => resolved.map(Some),
        }
    }

    fn resolve(&self, stored: Map<String, Value>, path: &str) -> Result<Inputs, InputError> {
        let resolved = self.vault.resolve(&stored, path)?;
        Ok(Inputs { stored, resolved, redactor: self.vault.redactor().clone() })
    }

    fn task(
        &self,
        spec: &TaskSpec,
        inputs: Inputs,
        path: &str,
    ) -> Result<Box<dyn Task>, InputError> {
        match spec.kind {
            TaskKind::Http => Ok(Box::new(http::HttpTask::new(inputs, &self.surroundings, path)?)),
            TaskKind::Assess => Ok(Box::new(assess::AssessTask::new(inputs.stored))),
            TaskKind::Run => Ok(Box::new(script::ScriptTask::new(&inputs.resolved, path)?)),
            TaskKind::CustomMetrics => {
                let surroundings = self.surroundings.clone();
                Ok(Box::new(custommetrics::CustomMetricsTask::new(inputs, surroundings, path)?))
            }
            TaskKind::Notify => {
                let surroundings = self.surroundings.clone();
                Ok(Box::new(notify::NotifyTask::new(inputs, surroundings, path)?))
            }
            TaskKind::Grpc => Ok(Box::new(grpc::GrpcTask::new(inputs, &self.surroundings, path)?)),
            TaskKind::Ready => {
                let cluster = self.surroundings.cluster.clone();
                Ok(Box::new(ready::ReadyTask::new(&inputs.resolved, cluster, path)?))
            }
            TaskKind::AbnMetrics => Err(unavailable(spec, path)),
        }
    }
}

impl Default for Tasks {
    /// Tasks to be run in the environment of this process.
    fn default() -> Self {
        Self::new(Vault::of_process(Redactor::new()))
    }
}

impl TaskFactory for Tasks {
    fn build(&self, spec: &TaskSpec, path: &str) -> Result<Box<dyn Task>, InputError> {
        let redactor = self.vault.redactor();
        let masked = |error: InputError| InputError {
            message: redactor.redact(&error.message).into_owned(),
            ..error
        };
        if !spec.kind.is_available() {
            return Err(unavailable(spec, path));
        }
        let Some(inputs) = self.inputs(spec, path)? else { return Ok(Box::new(Nothing)) };
        let task = self.task(spec, inputs, path).map_err(masked)?;
        Ok(Box::new(Guarded { task, redactor: redactor.clone() }))
    }
}

fn unavailable(spec: &TaskSpec, path: &str) -> InputError {
    let name = spec.kind.as_str();
    let message = format!("task {name} is not available in this version of iter8");
    let available = catalogue::TASKS.iter().filter(|task| task.kind.is_available());
    let names: Vec<&str> = available.map(|task| task.name).collect();
    InputError::new(path, message).with_hint(format!("available are {}", names.join(", ")))
}

/// What stands for a task that cannot be made in a dry run.
struct Nothing;

impl Task for Nothing {
    fn run<'a>(&'a self, _: Turn<'a>) -> BoxFuture<'a, Result<TaskEnd, TaskError>> {
        Box::pin(async { Ok(TaskEnd::Completed) })
    }
}

#[cfg(test)]
mod tests;
