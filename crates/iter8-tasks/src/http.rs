//! `http`: load-test HTTP endpoints.

mod metrics;
mod settings;

use std::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use iter8_engine::{BoxFuture, Task, TaskEnd, TaskError, TaskProgress, Turn};
use iter8_load::{Control, LiveView, Measurement, Stop};
use iter8_load_http::{HttpPlan, HttpTransport, Target};
use iter8_model::task::InputError;
use serde_json::{Map, Value};

use crate::download::download;
use crate::inputs::Inputs;
use settings::{Body, Settings};

/// How often the progress of a test is shown: often enough to look alive, rarely enough to cost
/// nothing.
const SHOW_EVERY: Duration = Duration::from_millis(200);

/// Load-tests endpoints, one after the other.
pub(crate) struct HttpTask {
    stored: Map<String, Value>,
    tests: Vec<Settings>,
    warmup: bool,
    skip_failed: bool,
}

impl HttpTask {
    pub(crate) fn new(inputs: Inputs, path: &str) -> Result<Self, InputError> {
        let Inputs { stored, resolved, .. } = inputs;
        let tests = settings::resolve(&resolved, path)?;
        let warmup = resolved.get("warmup").and_then(Value::as_bool).unwrap_or(false);
        let skip_failed = resolved.get("onError").and_then(Value::as_str) == Some("skip");
        Ok(Self { stored, tests, warmup, skip_failed })
    }

    async fn test_all(&self, turn: &mut Turn<'_>) -> Result<TaskEnd, TaskError> {
        turn.spec().with = settings::effective(&self.stored);
        let mut failed = None;
        for test in &self.tests {
            let ended = if turn.stop.is_cancelled() {
                Ok(TaskEnd::Interrupted)
            } else {
                self.test(test, turn).await
            };
            match ended {
                Ok(TaskEnd::Completed) => {}
                Ok(TaskEnd::Interrupted) => {
                    failed.iter().for_each(tell);
                    return Ok(TaskEnd::Interrupted);
                }
                Err(error) if test.endpoint.is_some() && self.skip_failed => tell(&error),
                // Differs from Iter8 0.13, where the task succeeds without the endpoint's metrics:
                // the first failure is that of the task, once all endpoints had their turn.
                Err(error) if failed.is_none() => failed = Some(error),
                Err(error) => tell(&error),
            }
        }
        failed.map_or(Ok(TaskEnd::Completed), Err)
    }

    async fn test(&self, test: &Settings, turn: &mut Turn<'_>) -> Result<TaskEnd, TaskError> {
        let provider = provider(test);
        let measured = measure(test, turn, &provider).await;
        let measured =
            measured.map_err(|error| TaskError::caused_by(subject(test), Because(error)))?;
        let Some(measurement) = measured else { return Ok(TaskEnd::Interrupted) };
        turn.progress.clear();
        summarise(&provider, &measurement);
        if !self.warmup {
            let insights = turn.insights();
            metrics::record(insights, &provider, &measurement, &test.percentiles)
                .map_err(|error| TaskError::caused_by("failed to record metrics", error))?;
        }
        Ok(if measurement.interrupted { TaskEnd::Interrupted } else { TaskEnd::Completed })
    }
}

impl Task for HttpTask {
    fn run<'a>(&'a self, mut turn: Turn<'a>) -> BoxFuture<'a, Result<TaskEnd, TaskError>> {
        Box::pin(async move { self.test_all(&mut turn).await })
    }
}

/// An error from one of several sources.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Because(Box<dyn Error + Send + Sync>);

/// First part of the names of metrics.
fn provider(test: &Settings) -> String {
    test.endpoint.as_ref().map_or_else(|| "http".to_owned(), |id| format!("http-{id}"))
}

/// Logs a failure that is not returned.
fn tell(error: &TaskError) {
    tracing::error!(trace = iter8_engine::chain(error), "{error}");
}

/// What could not be done, when a test fails.
fn subject(test: &Settings) -> String {
    let url = &test.target.url;
    match &test.endpoint {
        Some(id) => format!("failed to load-test endpoint {id} ({url})"),
        None => format!("failed to load-test {url}"),
    }
}

/// Carries a test out; `None` if it was stopped before it began.
async fn measure(
    test: &Settings,
    turn: &Turn<'_>,
    title: &str,
) -> Result<Option<Measurement>, Box<dyn Error + Send + Sync>> {
    let body = tokio::select! {
        body = body(&test.body) => body?,
        () = turn.stop.cancelled() => return Ok(None),
    };
    let seed = test.uuid_seed.unwrap_or_else(fresh_seed);
    let http = HttpPlan::try_from(Target { body, seed, ..test.target.clone() })?;
    let stop = Stop::default();
    let control = Arc::new(Control::new(stop.clone()));
    let (plan, of_worker) = (test.plan.clone(), Arc::clone(&control));
    // Resolving names and driving sockets block, so they get a thread of their own.
    let mut running = tokio::task::spawn_blocking(move || {
        let transport = HttpTransport::resolve(http)?;
        let measured = iter8_load::run(&plan, &transport, &of_worker);
        measured.map_err(Box::<dyn Error + Send + Sync>::from)
    });
    let mut ticks = tokio::time::interval(SHOW_EVERY);
    loop {
        tokio::select! {
            ended = &mut running => return ended?.map(Some),
            () = turn.stop.cancelled(), if !stop.is_requested() => stop.request(),
            _ = ticks.tick() => turn.progress.show(&progress(title, test, control.live())),
        }
    }
}

/// A number that no other run has: hash maps of the standard library have random keys.
fn fresh_seed() -> u64 {
    RandomState::new().hash_one(())
}

async fn body(source: &Body) -> Result<Arc<[u8]>, Box<dyn Error + Send + Sync>> {
    match source {
        Body::None => Ok(Arc::default()),
        Body::Text(text) => Ok(text.as_bytes().into()),
        Body::File(path) => match tokio::fs::read(path).await {
            Ok(bytes) => Ok(bytes.into()),
            Err(error) => {
                let message = format!("failed to read payload file {}", path.display());
                Err(TaskError::caused_by(message, error).into())
            }
        },
        Body::Url(url) => Ok(download(url).await?.into()),
    }
}

fn progress(title: &str, test: &Settings, live: LiveView) -> TaskProgress {
    let by_count = live.planned.map(|planned| live.done as f64 / planned.max(1) as f64);
    let until = test.plan.until().map(|until| until.as_secs_f64());
    let by_time =
        until.filter(|until| *until > 0.0).map(|until| live.elapsed.as_secs_f64() / until);
    TaskProgress {
        title: title.to_owned(),
        elapsed: live.elapsed,
        share: by_count.or(by_time).map(|share| share.clamp(0.0, 1.0)),
        done: live.done,
        errors: live.errors,
        p99: live.p99,
    }
}

/// Says in the log what the numbers of the report do not: which errors there were.
fn summarise(provider: &str, measurement: &Measurement) {
    let recorder = &measurement.recorder;
    let (errors, requests) = (measurement.error_count(), measurement.requests());
    if errors > 0 {
        let ranges = &measurement.errors;
        let statuses = recorder
            .statuses()
            .filter(|(code, _)| ranges.is_error(iter8_load::Verdict::Status(*code)));
        let statuses = statuses.map(|(code, count)| format!("{count} × status {code}"));
        let failures = recorder.failures().filter(|(_, count)| *count > 0);
        let failures = failures.map(|(kind, count)| format!("{count} × {kind}"));
        let kinds: Vec<String> = statuses.chain(failures).collect();
        tracing::warn!(
            "{provider}: {errors} of {requests} requests were errors: {}",
            kinds.join(", ")
        );
    }
    // A test that was stopped always leaves requests behind.
    if recorder.unsent() > 0 && !measurement.interrupted {
        let unsent = recorder.unsent();
        tracing::warn!("{provider}: due but not sent in time: {unsent} of the planned requests");
    }
}

#[cfg(test)]
mod tests;
