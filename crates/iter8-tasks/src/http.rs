//! `http`: load-test HTTP endpoints.

mod metrics;
mod settings;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use iter8_engine::{BoxFuture, Task, TaskEnd, TaskError, TaskProgress, Turn};
use iter8_load::{Control, LiveView, Measurement, Stop};
use iter8_load_http::{HttpPlan, HttpTransport};
use iter8_model::task::InputError;
use serde_json::{Map, Value};

use crate::download::download;
use settings::{Body, Settings};

/// How often the progress of a test is shown: often enough to look alive, rarely enough to cost
/// nothing.
const SHOW_EVERY: Duration = Duration::from_millis(200);

/// Load-tests endpoints, one after the other.
pub(crate) struct HttpTask {
    inputs: Map<String, Value>,
    tests: Vec<Settings>,
    warmup: bool,
    skip_failed: bool,
}

impl HttpTask {
    pub(crate) fn new(inputs: Map<String, Value>, path: &str) -> Result<Self, InputError> {
        let tests = settings::resolve(&inputs, path)?;
        let warmup = inputs.get("warmup").and_then(Value::as_bool).unwrap_or(false);
        let skip_failed = inputs.get("onError").and_then(Value::as_str) == Some("skip");
        Ok(Self { inputs, tests, warmup, skip_failed })
    }

    async fn test_all(&self, turn: &mut Turn<'_>) -> Result<TaskEnd, TaskError> {
        let mut failed = None;
        for test in &self.tests {
            if turn.stop.is_cancelled() {
                return Ok(TaskEnd::Interrupted);
            }
            match self.test(test, turn).await {
                Ok(TaskEnd::Completed) => {}
                Ok(TaskEnd::Interrupted) => return Ok(TaskEnd::Interrupted),
                Err(error) => {
                    let place = test.endpoint.as_deref().unwrap_or("http");
                    let cause = iter8_engine::chain(&error);
                    tracing::error!(trace = cause, "load test of {place} failed");
                    failed.get_or_insert(error);
                }
            }
        }
        turn.spec().with = settings::effective(&self.inputs);
        failed.filter(|_| !self.skip_failed).map_or(Ok(TaskEnd::Completed), Err)
    }

    async fn test(&self, test: &Settings, turn: &mut Turn<'_>) -> Result<TaskEnd, TaskError> {
        let provider = provider(test);
        let failed = |error: Box<dyn Error + Send + Sync>| {
            TaskError::caused_by(format!("failed to load-test {}", test.target.url), Because(error))
        };
        let measurement = measure(test, turn, &provider).await.map_err(failed)?;
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

async fn measure(
    test: &Settings,
    turn: &Turn<'_>,
    title: &str,
) -> Result<Measurement, Box<dyn Error + Send + Sync>> {
    let mut target = test.target.clone();
    target.body = body(&test.body).await?;
    let http = HttpPlan::try_from(target)?;
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
            ended = &mut running => return ended?,
            () = turn.stop.cancelled(), if !stop.is_requested() => stop.request(),
            _ = ticks.tick() => turn.progress.show(&progress(title, test, control.live())),
        }
    }
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
    if recorder.unsent() > 0 {
        let unsent = recorder.unsent();
        tracing::warn!("{provider}: {unsent} requests were due but could not be sent in time");
    }
}

#[cfg(test)]
mod tests;
