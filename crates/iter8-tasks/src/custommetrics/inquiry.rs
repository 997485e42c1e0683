//! Asking stores by hand, as `iter8 metrics query` does.

use std::time::Duration;

use iter8_engine::{CancellationToken, TaskError};
use iter8_model::insights::QueryStatus;
use iter8_model::task::catalogue::CUSTOMMETRICS;
use iter8_model::task::{InputError, TaskKind, TaskSpec, UnknownKeys, normalise_inputs};
use iter8_providers::{Answer, MetricQuery};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::ask::ask_all;
use super::record::status;
use super::{CustomMetricsTask, NotAsked};
use crate::Tasks;

/// The inputs of a custommetrics task, to be asked about without an experiment.
pub struct Inquiry(CustomMetricsTask);

/// What to ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// One store, or all.
    pub provider: Option<String>,
    /// The version, from 0.
    pub version: usize,
    /// One metric, or all.
    pub metric: Option<String>,
    /// Length of the window, unless the variable `startingTime` says otherwise.
    pub elapsed: Duration,
}

/// A query and what came of it. Texts are masked.
#[derive(Debug)]
pub struct Asked {
    /// Full name of the metric.
    pub name: String,
    /// What the template says of it.
    pub metric: MetricQuery,
    /// What was sent and what came back.
    pub answer: Answer,
    /// What a document would keep.
    pub status: QueryStatus,
}

impl Inquiry {
    /// Checks inputs. `path` names their place for errors.
    pub fn new(tasks: &Tasks, inputs: &Map<String, Value>, path: &str) -> Result<Self, InputError> {
        let with = normalise_inputs(&CUSTOMMETRICS, inputs, path, UnknownKeys::Reject)?;
        let spec = TaskSpec { with, ..TaskSpec::new(TaskKind::CustomMetrics) };
        // Nothing is stored, so that what is given literally need only be masked.
        tasks.vault().mask(std::slice::from_ref(&spec));
        let inputs = tasks.resolve(spec.with, path)?;
        CustomMetricsTask::new(inputs, tasks.surroundings.clone(), path).map(Self)
    }

    /// Names of the stores.
    pub fn providers(&self) -> impl Iterator<Item = &str> {
        self.0.settings.providers.iter().map(|provider| provider.name.as_str())
    }

    /// Number of versions, at least 1.
    pub fn versions(&self) -> usize {
        self.0.settings.versions.len()
    }

    /// Asks all queries that the question is about, several at a time.
    pub async fn ask(&self, question: &Question) -> Result<Vec<Asked>, TaskError> {
        let task = &self.0;
        let now = (task.surroundings.now)();
        let start = now.checked_sub(question.elapsed).unwrap_or(Timestamp::MIN);
        let stop = CancellationToken::new();
        let mut queries = Vec::new();
        for (at, provider) in task.settings.providers.iter().enumerate() {
            if question.provider.as_ref().is_none_or(|name| *name == provider.name) {
                let versions = question.version..question.version + 1;
                let more = task.queries_of(at, provider, versions, Some(start), &stop).await;
                queries.extend(more.map_err(|error| match error {
                    NotAsked::Failed(error) => error,
                    NotAsked::Stopped => TaskError::new("interrupted"),
                })?);
            }
        }
        queries.retain(|query| {
            let name = &query.spec.metrics[query.metric].name;
            question.metric.as_ref().is_none_or(|metric| metric == name)
        });
        let answers = ask_all(&queries, task.settings.concurrency, &stop).await;
        let asked = queries.iter().zip(answers);
        let asked = asked.filter_map(|(query, answer)| {
            let (answer, metric) = (answer?, query.spec.metrics[query.metric].clone());
            let name = format!("{}/{}", task.settings.providers[query.provider].name, metric.name);
            let status = status(&answer.outcome, &task.redactor);
            Some(Asked { name, metric, answer, status })
        });
        Ok(asked.collect())
    }
}
