//! What all load tests have in common: endpoints, progress, log lines, metrics.

pub(crate) mod metrics;

use std::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use iter8_engine::{BoxFuture, TaskEnd, TaskError, TaskProgress, Turn};
use iter8_load::{Control, LiveView, Measurement, Plan, Stop};
use iter8_model::task::catalogue::TaskEntry;
use serde_json::{Map, Value};

pub(crate) use metrics::{Measured, Messages};

/// How often the progress of a test is shown: often enough to look alive, rarely enough to cost
/// nothing.
const SHOW_EVERY: Duration = Duration::from_millis(200);

/// What can go wrong in any of several ways.
pub(crate) type AnyError = Box<dyn Error + Send + Sync>;

/// A test that is ready, to be run on a thread that may block.
pub(crate) type Work = Box<dyn FnOnce(&Control) -> Result<Measured, AnyError> + Send>;

/// One load test.
pub(crate) trait LoadTest {
    /// The endpoint; `None` for a task without endpoints.
    fn endpoint(&self) -> Option<&str>;

    /// What is tested, for messages.
    fn target(&self) -> &str;

    /// When requests are sent.
    fn plan(&self) -> &Plan;

    /// Percentiles to report.
    fn percentiles(&self) -> &[f64];

    /// Reads whatever the test needs.
    fn prepare(&self) -> BoxFuture<'_, Result<Work, AnyError>>;
}

/// How the tests of a task are run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Series {
    /// The task.
    pub(crate) entry: &'static TaskEntry,
    /// Whether results are forgotten.
    pub(crate) is_warmup: bool,
    /// Whether the test of an endpoint may fail.
    pub(crate) skips_failed: bool,
}

impl Series {
    /// From the inputs of a task.
    pub(crate) fn new(entry: &'static TaskEntry, inputs: &Map<String, Value>) -> Self {
        Self {
            entry,
            is_warmup: inputs.get("warmup").and_then(Value::as_bool).unwrap_or(false),
            skips_failed: inputs.get("onError").and_then(Value::as_str) == Some("skip"),
        }
    }

    /// Runs tests one after the other.
    pub(crate) async fn run(
        self,
        tests: &[impl LoadTest],
        turn: &mut Turn<'_>,
    ) -> Result<TaskEnd, TaskError> {
        let mut failed = None;
        for test in tests {
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
                Err(error) if test.endpoint().is_some() && self.skips_failed => tell(&error),
                // Differs from Iter8 0.13, where the task succeeds without the endpoint's metrics:
                // the first failure is that of the task, once all endpoints had their turn.
                Err(error) if failed.is_none() => failed = Some(error),
                Err(error) => tell(&error),
            }
        }
        failed.map_or(Ok(TaskEnd::Completed), Err)
    }

    async fn test(self, test: &impl LoadTest, turn: &mut Turn<'_>) -> Result<TaskEnd, TaskError> {
        let name = self.entry.name;
        let provider = test.endpoint().map_or_else(|| name.to_owned(), |id| format!("{name}-{id}"));
        let measured = measure(test, turn, &provider).await;
        let measured =
            measured.map_err(|error| TaskError::caused_by(subject(test), Because(error)))?;
        let Some(measured) = measured else { return Ok(TaskEnd::Interrupted) };
        turn.progress.clear();
        summarise(&provider, &measured.measurement);
        if !self.is_warmup {
            let (insights, percentiles) = (turn.insights(), test.percentiles());
            metrics::record(insights, self.entry, &provider, &measured, percentiles)
                .map_err(|error| TaskError::caused_by("failed to record metrics", error))?;
        }
        let is_interrupted = measured.measurement.interrupted;
        Ok(if is_interrupted { TaskEnd::Interrupted } else { TaskEnd::Completed })
    }
}

/// An error from one of several sources.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Because(AnyError);

/// Logs a failure that is not returned.
fn tell(error: &TaskError) {
    tracing::error!(trace = iter8_engine::chain(error), "{error}");
}

/// What could not be done, when a test fails.
fn subject(test: &impl LoadTest) -> String {
    let target = test.target();
    match test.endpoint() {
        Some(id) => format!("failed to load-test endpoint {id} ({target})"),
        None => format!("failed to load-test {target}"),
    }
}

/// Carries a test out; `None` if it was stopped before it began.
async fn measure(
    test: &impl LoadTest,
    turn: &Turn<'_>,
    title: &str,
) -> Result<Option<Measured>, AnyError> {
    let work = tokio::select! {
        work = test.prepare() => work?,
        () = turn.stop.cancelled() => return Ok(None),
    };
    let stop = Stop::default();
    let control = Arc::new(Control::new(stop.clone()));
    let of_worker = Arc::clone(&control);
    // Resolving names and driving sockets block, so they get a thread of their own.
    let mut running = tokio::task::spawn_blocking(move || work(&of_worker));
    let mut ticks = tokio::time::interval(SHOW_EVERY);
    loop {
        tokio::select! {
            ended = &mut running => return ended?.map(Some),
            () = turn.stop.cancelled(), if !stop.is_requested() => stop.request(),
            _ = ticks.tick() => turn.progress.show(&progress(title, test.plan(), control.live())),
        }
    }
}

/// A number that no other run has: hash maps of the standard library have random keys.
pub(crate) fn fresh_seed() -> u64 {
    RandomState::new().hash_one(())
}

fn progress(title: &str, plan: &Plan, live: LiveView) -> TaskProgress {
    let by_count = live.planned.map(|planned| live.done as f64 / planned.max(1) as f64);
    let until = plan.until().map(|until| until.as_secs_f64());
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
        let failures = recorder.counts().failures().filter(|(_, count)| *count > 0);
        let failures = failures.map(|(kind, count)| format!("{count} × {kind}"));
        let kinds: Vec<String> = statuses.chain(failures).collect();
        tracing::warn!(
            "{provider}: {errors} of {requests} requests were errors: {}",
            kinds.join(", ")
        );
    }
    // A test that was stopped always leaves requests behind.
    if recorder.counts().unsent > 0 && !measurement.interrupted {
        let unsent = recorder.counts().unsent;
        tracing::warn!("{provider}: due but not sent in time: {unsent} of the planned requests");
    }
}
