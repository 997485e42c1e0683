//! The run algorithm, with scripted tasks and a store in memory.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use iter8_model::insights::{Observation, QueryOutcome, QueryStatus};
use iter8_model::metric::{MetricKind, MetricMeta};
use iter8_model::task::{TaskKind, TaskSpec};
use serde_json::json;

use super::*;
use crate::progress::Silent;
use crate::store::MemoryStore;
use crate::task::BoxFuture;

/// A task that does what its `script` input says.
struct Scripted {
    script: String,
    runs: Mutex<f64>,
}

impl Task for Scripted {
    fn run<'a>(&'a self, mut turn: Turn<'a>) -> BoxFuture<'a, Result<TaskEnd, TaskError>> {
        Box::pin(async move {
            match self.script.as_str() {
                "fail" => Err(TaskError::caused_by("it broke", std::fmt::Error)),
                "measure" => {
                    let value = {
                        let mut runs = self.runs.lock().unwrap();
                        *runs += 1.0;
                        *runs
                    };
                    turn.spec().with.insert("effective".to_owned(), json!(true));
                    let insights = turn.insights();
                    insights.ensure_versions(1).unwrap();
                    let meta = MetricMeta::new(MetricKind::Gauge, "");
                    insights.record(0, "p/g", &meta, Observation::Number(value)).unwrap();
                    Ok(TaskEnd::Completed)
                }
                "ask in vain" => {
                    let insights = turn.insights();
                    insights.ensure_versions(1).unwrap();
                    let status = QueryStatus::failed(QueryOutcome::NoData, "");
                    insights.note_query(0, "p/g", status).unwrap();
                    Ok(TaskEnd::Completed)
                }
                "wait for stop" => {
                    turn.stop.cancelled().await;
                    let insights = turn.insights();
                    insights.ensure_versions(1).unwrap();
                    Ok(TaskEnd::Interrupted)
                }
                "stop" => {
                    turn.stop.cancel();
                    Ok(TaskEnd::Completed)
                }
                _ => Ok(TaskEnd::Completed),
            }
        })
    }
}

struct Factory;

impl TaskFactory for Factory {
    fn build(&self, spec: &TaskSpec, path: &str) -> Result<Box<dyn Task>, InputError> {
        let script = spec.with.get("script").and_then(|script| script.as_str()).unwrap_or("pass");
        if script == "misconfigured" {
            return Err(InputError::new(format!("{path}.script"), "no such script"));
        }
        Ok(Box::new(Scripted { script: script.to_owned(), runs: Mutex::new(0.0) }))
    }
}

fn task(script: &str, condition: Option<&str>) -> TaskSpec {
    let mut task = TaskSpec::new(TaskKind::Run);
    task.with.insert("script".to_owned(), json!(script));
    task.condition = condition.map(str::to_owned);
    task
}

struct Bench {
    store: MemoryStore,
    stop: CancellationToken,
    seconds: AtomicI64,
}

impl Bench {
    fn new(spec: Vec<TaskSpec>) -> Self {
        let result = Some(ExperimentResult::default());
        Self {
            store: MemoryStore::holding(Experiment { spec, result }),
            stop: CancellationToken::new(),
            seconds: AtomicI64::new(0),
        }
    }

    async fn run(&self) -> Result<LoopOutcome, String> {
        let now = || {
            let second = self.seconds.fetch_add(1, Ordering::Relaxed);
            Timestamp::from_second(second).unwrap()
        };
        let runner =
            Runner { store: &self.store, now: &now, stop: self.stop.clone(), progress: &Silent };
        let ended = runner.run_loop(&Factory).await;
        ended.map(|ended| ended.outcome).map_err(|error| chain(&error))
    }

    fn result(&self) -> ExperimentResult {
        self.store.experiment().unwrap().result.unwrap()
    }
}

#[tokio::test]
async fn a_loop_writes_once_at_its_start_and_after_each_task() {
    let bench = Bench::new(vec![task("pass", None), task("measure", None)]);
    assert_eq!(bench.run().await, Ok(LoopOutcome::Completed));
    assert_eq!(bench.store.writes(), 3);
    let result = bench.result();
    assert_eq!((result.num_loops, result.num_completed_tasks, result.failure), (1, 2, false));
    let record = &result.history.loops[0];
    assert_eq!((record.number, record.outcome), (1, LoopOutcome::Completed));
    assert_eq!((record.start.as_second(), record.end.as_second()), (0, 1));
    assert_eq!(record.values, [[Some(1.0)]]);
    let experiment = bench.store.experiment().unwrap();
    assert_eq!(experiment.spec[1].with["effective"], json!(true));
}

#[tokio::test]
async fn loops_continue_the_stored_result() {
    let bench = Bench::new(vec![task("measure", None), task("fail", Some("Result.NumLoops == 2"))]);
    assert_eq!(bench.run().await, Ok(LoopOutcome::Completed));
    let error =
        "failed to run task 2 (run): it broke: an error occurred when formatting an argument";
    assert_eq!(bench.run().await, Err(error.to_owned()));
    assert_eq!(bench.run().await, Ok(LoopOutcome::Completed));
    let result = bench.result();
    assert_eq!(result.num_loops, 3);
    assert!(result.failure, "a failure is for ever");
    assert_eq!((result.history.completed, result.history.failed), (2, 1));
    assert_eq!(result.insights.unwrap().versions[0].numbers["p/g"].len(), 3);
}

#[tokio::test]
async fn what_came_of_queries_is_that_of_the_newest_loop() {
    let bench = Bench::new(vec![task("ask in vain", Some("Result.NumLoops == 1"))]);
    for expected in [1, 0] {
        assert_eq!(bench.run().await, Ok(LoopOutcome::Completed));
        assert_eq!(bench.result().insights.unwrap().versions[0].queries.len(), expected);
    }
}

#[tokio::test]
async fn a_failed_task_ends_the_loop_and_is_recorded() {
    let bench = Bench::new(vec![task("fail", None), task("measure", None)]);
    assert!(bench.run().await.is_err());
    let result = bench.result();
    assert_eq!((result.failure, result.num_completed_tasks), (true, 0));
    assert!(result.insights.is_none());
    assert_eq!(result.history.loops[0].outcome, LoopOutcome::Failed);
}

#[tokio::test]
async fn false_conditions_skip_and_count_as_completed() {
    let bench = Bench::new(vec![task("fail", Some("Result.Insights != nil")), task("pass", None)]);
    assert_eq!(bench.run().await, Ok(LoopOutcome::Completed));
    assert_eq!(bench.result().num_completed_tasks, 2);
}

#[tokio::test]
async fn conditions_that_cannot_be_evaluated_are_recorded_as_failures() {
    let bench = Bench::new(vec![task("pass", Some("Result.Insights.NumVersions == 1"))]);
    let error = bench.run().await.unwrap_err();
    assert!(error.starts_with("failed to evaluate the condition of task 1 (run): "), "{error}");
    assert!(bench.result().failure);
}

#[tokio::test]
async fn nothing_starts_if_anything_is_wrong() {
    let cases = [
        (task("pass", Some("result.NumLoops == 1")), "spec[1].if: unknown name result (1:1)"),
        (task("misconfigured", None), "spec[1].with.script: no such script"),
    ];
    for (wrong, message) in cases {
        let bench = Bench::new(vec![task("measure", None), wrong]);
        assert_eq!(bench.run().await, Err(message.to_owned()));
        assert_eq!((bench.store.writes(), bench.result().num_loops), (0, 0));
    }
}

#[tokio::test]
async fn a_stopped_run_keeps_what_it_has_and_says_so() {
    let bench = Bench::new(vec![task("wait for stop", None), task("fail", None)]);
    let stop = bench.stop.clone();
    let (ended, ()) = tokio::join!(bench.run(), async move {
        tokio::task::yield_now().await;
        stop.cancel();
    });
    assert_eq!(ended, Ok(LoopOutcome::Interrupted));
    let result = bench.result();
    assert!(result.failure && result.insights.is_some());
    assert_eq!(result.num_completed_tasks, 0);
    assert_eq!(result.history.interrupted, 1);
}

#[tokio::test]
async fn a_stop_between_tasks_runs_no_further_task() {
    let bench = Bench::new(vec![task("stop", None), task("fail", None)]);
    assert_eq!(bench.run().await, Ok(LoopOutcome::Interrupted));
    assert_eq!(bench.result().num_completed_tasks, 1);
}

#[tokio::test]
async fn there_must_be_a_result_to_go_on_from() {
    let store = MemoryStore::holding(Experiment::default());
    let bench = Bench { store, stop: CancellationToken::new(), seconds: AtomicI64::new(0) };
    let message = "experiment with nil result section cannot be run";
    assert_eq!(bench.run().await, Err(message.to_owned()));
    let bench = Bench { store: MemoryStore::default(), ..bench };
    assert_eq!(bench.run().await, Err(message.to_owned()));
}

#[tokio::test]
async fn a_new_run_replaces_whatever_is_there() {
    let bench = Bench::new(vec![task("pass", None)]);
    let now = || Timestamp::UNIX_EPOCH;
    let runner = Runner {
        store: &bench.store,
        now: &now,
        stop: CancellationToken::new(),
        progress: &Silent,
    };
    let fresh = Experiment { spec: vec![], result: Some(runner.fresh_result()) };
    runner.replace(&fresh).await.unwrap();
    assert_eq!(bench.store.experiment(), Some(fresh));
}
