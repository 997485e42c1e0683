//! The tasks: what each entry of an experiment's task list does.
//!
//! A task reads its inputs by the catalogue of `iter8-model`, does its work through an adapter,
//! and records what it finds in the experiment. It does not know where the experiment is stored,
//! in which order tasks run, or how results are shown.
//!
//! Start with [`Tasks`], which makes tasks from entries.

mod assess;
pub mod download;
mod http;
mod script;

use iter8_engine::{Task, TaskFactory};
use iter8_model::task::catalogue::{self, TaskEntry};
use iter8_model::task::{InputError, TaskKind, TaskSpec, UnknownKeys, normalise_inputs};
use serde_json::{Map, Value};

/// Makes every task that this version has.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tasks;

impl TaskFactory for Tasks {
    fn build(&self, spec: &TaskSpec, path: &str) -> Result<Box<dyn Task>, InputError> {
        let inputs = |entry: &TaskEntry| -> Result<Map<String, Value>, InputError> {
            normalise_inputs(entry, &spec.with, path, UnknownKeys::Ignore)
        };
        match spec.kind {
            TaskKind::Http => {
                let inputs = inputs(&catalogue::HTTP)?;
                Ok(Box::new(http::HttpTask::new(inputs, path)?))
            }
            TaskKind::Assess => Ok(Box::new(assess::AssessTask::new(inputs(&catalogue::ASSESS)?))),
            TaskKind::Run => {
                Ok(Box::new(script::ScriptTask::new(&inputs(&catalogue::RUN)?, path)?))
            }
            TaskKind::Ready
            | TaskKind::Grpc
            | TaskKind::CustomMetrics
            | TaskKind::AbnMetrics
            | TaskKind::Notify => {
                let name = spec.kind.as_str();
                let message = format!("task {name} is not available in this version of iter8");
                let available = catalogue::TASKS.iter().filter(|task| task.kind.is_available());
                let names: Vec<&str> = available.map(|task| task.name).collect();
                let hint = format!("available are {}", names.join(", "));
                Err(InputError::new(path, message).with_hint(hint))
            }
        }
    }
}

#[cfg(test)]
mod tests;
