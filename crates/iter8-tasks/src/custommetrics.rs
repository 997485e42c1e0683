//! `custommetrics`: fetch metrics of versions from any store.
//!
//! A provider template and the variables of a version make a list of queries; see [`Template`] and
//! [`Variables`]. `iter8 metrics query` uses the same parts.

mod ask;
mod inquiry;
mod record;
mod settings;
mod template;
mod variables;

use std::ops::Range;
use std::sync::Arc;

use iter8_engine::{BoxFuture, CancellationToken, Task, TaskEnd, TaskError, Turn};
use iter8_model::credential::Redactor;
use iter8_model::task::InputError;
use iter8_providers::ProviderSpec;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::inputs::Inputs;
use crate::rendering::RenderingError;
use crate::surroundings::Surroundings;
use ask::{Query, ask_all};
use settings::{Provider, Settings};

pub use inquiry::{Asked, Inquiry, Question};
pub use template::{Source, Template, TemplateError};
pub use variables::{StartingTimeError, Variables};

/// Asks metrics stores about versions.
pub(crate) struct CustomMetricsTask {
    /// What the document keeps. The variables of versions are merged elsewhere.
    stored: Map<String, Value>,
    settings: Settings,
    redactor: Redactor,
    surroundings: Surroundings,
}

/// Why there is nothing to ask, or that it is too late to.
enum NotAsked {
    Failed(TaskError),
    Stopped,
}

impl CustomMetricsTask {
    /// From inputs that were read by the catalogue.
    pub(crate) fn new(
        inputs: Inputs,
        surroundings: Surroundings,
        path: &str,
    ) -> Result<Self, InputError> {
        let settings = Settings::new(&inputs.resolved, path)?;
        Ok(Self { stored: inputs.stored, settings, redactor: inputs.redactor, surroundings })
    }

    async fn collect(&self, turn: &mut Turn<'_>) -> Result<TaskEnd, TaskError> {
        turn.spec().with.clone_from(&self.stored);
        let versions = self.settings.versions.len();
        turn.insights()
            .ensure_versions(versions)
            .map_err(|error| TaskError::caused_by("failed to record metrics", error))?;
        let start = turn.experiment.result.as_ref().and_then(|result| result.start_time.as_ref());
        let queries = match self.queries(start.map(jiff::Zoned::timestamp), turn.stop).await {
            Ok(queries) => queries,
            Err(NotAsked::Failed(error)) => return Err(error),
            Err(NotAsked::Stopped) => return Ok(TaskEnd::Interrupted),
        };
        let answers = ask_all(&queries, self.settings.concurrency, turn.stop).await;
        let is_cut = answers.iter().any(Option::is_none);
        let asked = queries.iter().zip(answers);
        let asked = asked.filter_map(|(query, answer)| Some((query, answer?)));
        let providers = &self.settings.providers;
        let failed = record::record(turn.insights(), asked, providers, &self.redactor)
            .map_err(|error| TaskError::caused_by("failed to record metrics", error))?;
        if is_cut {
            return Ok(TaskEnd::Interrupted);
        }
        self.conclude(&failed, queries.len())
    }

    /// Every query of every provider and version, in this order.
    async fn queries(
        &self,
        start: Option<Timestamp>,
        stop: &CancellationToken,
    ) -> Result<Vec<Query>, NotAsked> {
        let versions = || 0..self.settings.versions.len();
        let mut queries = Vec::new();
        for (at, provider) in self.settings.providers.iter().enumerate() {
            queries.extend(self.queries_of(at, provider, versions(), start, stop).await?);
        }
        Ok(queries)
    }

    /// The queries of one provider, which is at place `at` of all.
    async fn queries_of(
        &self,
        at: usize,
        provider: &Provider,
        versions: Range<usize>,
        start: Option<Timestamp>,
        stop: &CancellationToken,
    ) -> Result<Vec<Query>, NotAsked> {
        let fetched;
        let template = if let Some(template) = &provider.template {
            template
        } else {
            fetched = self.fetch(provider, stop).await?;
            &fetched
        };
        let auth = Arc::new(provider.auth.clone());
        let limits = Arc::new(self.settings.limits.clone());
        let mut queries = Vec::new();
        for version in versions {
            let spec = Arc::new(self.spec(provider, template, version, start, stop).await?);
            queries.extend((0..spec.metrics.len()).map(|metric| Query {
                provider: at,
                version,
                metric,
                spec: Arc::clone(&spec),
                client: Arc::clone(&provider.client),
                auth: Arc::clone(&auth),
                limits: Arc::clone(&limits),
            }));
        }
        Ok(queries)
    }

    async fn fetch(
        &self,
        provider: &Provider,
        stop: &CancellationToken,
    ) -> Result<Template, NotAsked> {
        let loaded = tokio::select! {
            loaded = provider.source.load(&self.settings.limits) => loaded,
            () = stop.cancelled() => return Err(NotAsked::Stopped),
        };
        let message = format!("failed to load template {}", provider.name);
        loaded.map_err(|error| NotAsked::Failed(TaskError::caused_by(message, error)))
    }

    /// What to ask a store about a version.
    async fn spec(
        &self,
        provider: &Provider,
        template: &Template,
        version: usize,
        start: Option<Timestamp>,
        stop: &CancellationToken,
    ) -> Result<ProviderSpec, NotAsked> {
        let name = &provider.name;
        let rendering = || format!("failed to render template {name} for version {version}");
        let Settings { values, versions, .. } = &self.settings;
        let now = (self.surroundings.now)();
        let variables = Variables::new(values, &versions[version], start, now)
            .map_err(|error| failed(rendering(), error))?;
        let text = match template.render(variables, &self.surroundings, stop).await {
            Ok(text) => text,
            Err(RenderingError::Stopped) => return Err(NotAsked::Stopped),
            Err(error) => return Err(failed(rendering(), error)),
        };
        let parsed = ProviderSpec::parse(&text).map_err(|error| {
            let what = format!("failed to read what template {name} makes for version {version}");
            failed(what, error)
        })?;
        for warning in parsed.warnings {
            tracing::warn!("template {name}, version {version}: {warning}");
        }
        Ok(parsed.spec)
    }

    /// Tells of queries that gave no value, and fails if none may.
    fn conclude(&self, failed: &[String], asked: usize) -> Result<TaskEnd, TaskError> {
        if failed.is_empty() {
            return Ok(TaskEnd::Completed);
        }
        let message = format!("{} of {asked} queries gave no value", failed.len());
        if self.settings.must_succeed {
            return Err(TaskError::new(format!("{message}: {}", failed.join("; "))));
        }
        tracing::warn!(trace = failed.join("\n"), "{message}");
        Ok(TaskEnd::Completed)
    }
}

fn failed(message: String, error: impl std::error::Error + Send + Sync + 'static) -> NotAsked {
    NotAsked::Failed(TaskError::caused_by(message, error))
}

impl Task for CustomMetricsTask {
    fn run<'a>(&'a self, mut turn: Turn<'a>) -> BoxFuture<'a, Result<TaskEnd, TaskError>> {
        Box::pin(async move { self.collect(&mut turn).await })
    }
}

#[cfg(test)]
mod tests;
