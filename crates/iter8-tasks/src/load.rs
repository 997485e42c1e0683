//! What all load tests have in common: endpoints, progress, log lines, metrics.

mod conduct;
mod health;
mod metrics;
pub(crate) mod part;
pub(crate) mod watch;

use std::collections::VecDeque;
use std::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use iter8_engine::{BoxFuture, TaskEnd, TaskError, TaskProgress, Turn};
use iter8_load::{ABORT_FROM, Control, LiveView, Measurement, Plan, Stop};
use iter8_model::task::InputError;
use iter8_model::task::catalogue::TaskEntry;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use crate::surroundings::Surroundings;
use conduct::Conduct;
pub(crate) use metrics::{Measured, Messages};
use part::LoadPart;
use watch::{Exports, Watcher};

/// How often the progress of a test is shown: often enough to look alive, rarely enough to cost
/// nothing.
const SHOW_EVERY: Duration = Duration::from_millis(200);

/// Progress reports over which the rate is taken: a second's worth.
const RATE_OVER: usize = 5;

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
#[derive(Debug, Clone)]
pub(crate) struct Series {
    /// The task.
    entry: &'static TaskEntry,
    conduct: Conduct,
    exports: Exports,
    surroundings: Surroundings,
}

/// What came of one test that was carried out.
struct Found {
    measured: Measured,
    /// Why it cannot be relied on.
    doubts: Vec<String>,
}

impl Series {
    /// From the inputs of a task at `path`.
    pub(crate) fn new(
        entry: &'static TaskEntry,
        inputs: &Map<String, Value>,
        surroundings: &Surroundings,
        path: &str,
    ) -> Result<Self, InputError> {
        let conduct = Conduct::new(inputs, path)?;
        let exports = Exports::new(inputs, path)?;
        Ok(Self { entry, conduct, exports, surroundings: surroundings.clone() })
    }

    /// The plan of one of the tests as this process carries it out.
    pub(crate) fn fit(&self, plan: Plan, path: &str) -> Result<Plan, InputError> {
        self.conduct.fit(plan, self.surroundings.load.part, path)
    }

    /// Runs tests one after the other, or all at the same time.
    pub(crate) async fn run(
        &self,
        tests: &[impl LoadTest],
        turn: &mut Turn<'_>,
    ) -> Result<TaskEnd, TaskError> {
        let mut ended = if self.conduct.is_parallel {
            VecDeque::from(join_all(tests.iter().map(|test| self.measure(test, turn))).await)
        } else {
            VecDeque::new()
        };
        let (mut failed, mut is_interrupted) = (None, false);
        for test in tests {
            let found = match ended.pop_front() {
                Some(found) => found,
                None => self.measure(test, turn).await,
            };
            match self.conclude(test, found, turn) {
                Ok(TaskEnd::Completed) => {}
                Ok(TaskEnd::Interrupted) => {
                    is_interrupted = true;
                    // Those that ran at the same time have results as well.
                    if ended.is_empty() {
                        break;
                    }
                }
                Err(error) if test.endpoint().is_some() && self.conduct.skips_failed => {
                    tell(&error);
                }
                // Differs from Iter8 0.13, where the task succeeds without the endpoint's metrics:
                // the first failure is that of the task, once all endpoints had their turn.
                Err(error) if failed.is_none() => failed = Some(error),
                Err(error) => tell(&error),
            }
        }
        if is_interrupted {
            failed.iter().for_each(tell);
            return Ok(TaskEnd::Interrupted);
        }
        failed.map_or(Ok(TaskEnd::Completed), Err)
    }

    /// Name of a test among the providers of metrics.
    fn provider(&self, test: &impl LoadTest) -> String {
        let name = self.entry.name;
        test.endpoint().map_or_else(|| name.to_owned(), |id| format!("{name}-{id}"))
    }

    /// Records what a test found.
    fn conclude(
        &self,
        test: &impl LoadTest,
        found: Result<Option<Found>, AnyError>,
        turn: &mut Turn<'_>,
    ) -> Result<TaskEnd, TaskError> {
        let failed = |error| TaskError::caused_by(subject(test), Because(error));
        let Some(Found { measured, doubts }) = found.map_err(failed)? else {
            return Ok(TaskEnd::Interrupted);
        };
        let provider = self.provider(test);
        turn.progress.clear();
        summarise(&provider, &measured.measurement, &doubts);
        let (is_interrupted, abort) =
            (measured.measurement.interrupted, aborted(&measured.measurement, test.plan()));
        if !self.conduct.is_warmup {
            let part = LoadPart {
                task: self.entry,
                provider,
                inputs: turn.spec().with.clone(),
                parts: vec![test.plan().part()],
                percentiles: test.percentiles().to_vec(),
                measured,
                doubts,
            };
            part.record(turn.insights())
                .map_err(|error| TaskError::caused_by("failed to record metrics", error))?;
            if let Some(take) = &self.surroundings.load.take_part {
                take(&part.to_json());
            }
        }
        match abort {
            Some(why) => Err(TaskError::new(format!("{}: {why}", subject(test)))),
            None if is_interrupted => Ok(TaskEnd::Interrupted),
            None => Ok(TaskEnd::Completed),
        }
    }

    /// Carries a test out; `None` if it was stopped before it began.
    async fn measure(
        &self,
        test: &impl LoadTest,
        turn: &Turn<'_>,
    ) -> Result<Option<Found>, AnyError> {
        if turn.stop.is_cancelled() {
            return Ok(None);
        }
        let work = tokio::select! {
            work = test.prepare() => work?,
            () = turn.stop.cancelled() => return Ok(None),
        };
        let title = self.provider(test);
        let mut watcher = self.watcher(&title);
        let stop = Stop::default();
        let control = Control::new(stop.clone());
        let control = if watcher.is_some() { control.with_series() } else { control };
        let control = Arc::new(control);
        let of_worker = Arc::clone(&control);
        let health = health::Watch::begin();
        // Resolving names and driving sockets block, so they get a thread of their own.
        let mut running = tokio::task::spawn_blocking(move || work(&of_worker));
        let mut ticks = tokio::time::interval(SHOW_EVERY);
        let mut lately = VecDeque::from([LiveView::default()]);
        let ended = loop {
            tokio::select! {
                ended = &mut running => break ended?,
                () = turn.stop.cancelled(), if !stop.is_requested() => stop.request(),
                _ = ticks.tick() => {
                    let live = control.live();
                    turn.progress.show(&progress(&title, test.plan(), live, &lately));
                    lately.push_back(live);
                    if lately.len() > RATE_OVER {
                        lately.pop_front();
                    }
                    if let Some(watcher) = &mut watcher {
                        watcher.tell(control.intervals(false), self.began(&control));
                    }
                }
            }
        };
        let throttled = health.end();
        if let Some(mut watcher) = watcher {
            watcher.tell(control.intervals(true), self.began(&control));
            tokio::select! {
                () = watcher.finish() => {}
                () = turn.stop.cancelled() => {}
            }
        }
        let measured = ended?;
        let doubts = health::doubts(&measured.measurement, throttled, &self.conduct.bounds);
        Ok(Some(Found { measured, doubts }))
    }

    /// When the schedule of a test began by the time of day.
    fn began(&self, control: &Control) -> Timestamp {
        let elapsed = SignedDuration::try_from(control.elapsed().unwrap_or_default());
        let now = (self.surroundings.now)();
        now.saturating_sub(elapsed.unwrap_or_default()).unwrap_or(now)
    }

    fn watcher(&self, title: &str) -> Option<Watcher> {
        if self.conduct.is_warmup {
            return None;
        }
        let Surroundings { group, load, .. } = &self.surroundings;
        Watcher::new(group, title, load.events.clone(), &self.exports)
    }
}

/// Why a test ended early, if it did.
fn aborted(measurement: &Measurement, plan: &Plan) -> Option<String> {
    let most = plan.abort_above().filter(|_| measurement.aborted)?;
    let (errors, requests) = (measurement.error_count(), measurement.requests());
    Some(format!(
        "aborted, since {errors} of {requests} requests were errors: more than abortOnErrorRate {most} \
         of at least {ABORT_FROM}"
    ))
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

/// What a measurement of one thread and one connection is besides its outcomes, for tests.
#[cfg(test)]
fn measurement(recorder: iter8_load::Recorder) -> Measurement {
    Measurement {
        recorder,
        interrupted: false,
        aborted: false,
        planned: None,
        connections: 1,
        threads: 1,
        errors: iter8_load::ErrorRanges::default(),
    }
}

/// A request that was sent, and came to its end, at these moments; for tests.
#[cfg(test)]
fn outcome(
    intended: u64,
    sent: u64,
    done: u64,
    verdict: iter8_load::Verdict,
) -> iter8_load::Outcome {
    let (bytes_out, bytes_in, free) = (10, 100, 0);
    iter8_load::Outcome {
        intended,
        free,
        sent,
        done,
        verdict,
        bytes_out,
        bytes_in,
        connect: None,
        retried: false,
    }
}

/// A number that no other run has: hash maps of the standard library have random keys.
pub(crate) fn fresh_seed() -> u64 {
    RandomState::new().hash_one(())
}

/// The state of a test, with the rate over the reports of late, of which there is at least one.
fn progress(title: &str, plan: &Plan, live: LiveView, lately: &VecDeque<LiveView>) -> TaskProgress {
    let earlier = lately.front().copied().unwrap_or_default();
    let time = live.elapsed.saturating_sub(earlier.elapsed).as_secs_f64();
    let done = live.done.saturating_sub(earlier.done) as f64;
    let by_count = live.planned.map(|planned| live.done as f64 / planned.max(1) as f64);
    let until = plan.until().map(|until| until.as_secs_f64());
    let by_time =
        until.filter(|until| *until > 0.0).map(|until| live.elapsed.as_secs_f64() / until);
    TaskProgress {
        title: title.to_owned(),
        elapsed: live.elapsed,
        share: by_count.or(by_time).map(|share| share.clamp(0.0, 1.0)),
        done: live.done,
        under_way: live.sent.saturating_sub(live.done),
        rate: if time > 0.0 { done / time } else { 0.0 },
        errors: live.errors,
        p99: live.p99,
    }
}

/// Says in the log what the numbers of the report do not: which errors there were, and whether the
/// measurement can be relied on.
fn summarise(provider: &str, measurement: &Measurement, doubts: &[String]) {
    for doubt in doubts {
        tracing::warn!("{provider} is unreliable: {doubt}");
    }
    let recorder = &measurement.recorder;
    let (errors, requests) = (measurement.error_count(), measurement.requests());
    if errors > 0 {
        let ranges = &measurement.errors;
        let statuses = recorder
            .counts()
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
