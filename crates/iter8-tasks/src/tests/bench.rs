//! A runner with a document in memory.

use std::thread::JoinHandle;
use std::time::Duration;

use iter8_engine::{
    CancellationToken, MemoryStore, Places, Plan, PlanError, Runner, Silent, chain,
};
use iter8_model::experiment::{Experiment, ExperimentResult};
use iter8_model::history::LoopOutcome;
use iter8_model::insights::Insights;
use iter8_model::task::InputError;
use iter8_model::wire;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Logs;
use crate::{Surroundings, Tasks};

/// How long anything in these tests may take before it is a failure.
const LIMIT: Duration = Duration::from_secs(20);

/// An experiment that can be run loop by loop.
pub(crate) struct Bench {
    store: MemoryStore,
    tasks: Tasks,
    pub(crate) stop: CancellationToken,
    pub(crate) logs: Logs,
}

impl Bench {
    /// An experiment of these tasks that has not run yet.
    pub(crate) fn new(spec: Value) -> Self {
        Self::with_result(spec, json!({}))
    }

    /// An experiment of one http task.
    pub(crate) fn http(with: Value) -> Self {
        let mut spec = json!([{"task": "http"}]);
        spec[0]["with"] = with;
        Self::new(spec)
    }

    /// An experiment that continues a result.
    pub(crate) fn with_result(spec: Value, result: Value) -> Self {
        let document: Value =
            [("spec".to_owned(), spec), ("result".to_owned(), result)].into_iter().collect();
        let document = wire::read(&document.to_string());
        Self {
            store: MemoryStore::holding(document.unwrap().experiment),
            tasks: Tasks::default(),
            stop: CancellationToken::new(),
            logs: Logs::listen(),
        }
    }

    /// An experiment as `iter8 run` stores it: literal credentials are withheld.
    pub(crate) fn withholding(spec: Value) -> Self {
        let mut bench = Self::new(spec);
        let mut experiment = bench.experiment();
        bench.tasks.vault().withhold(&mut experiment.spec);
        bench.store = MemoryStore::holding(experiment);
        bench
    }

    /// The same document in another process.
    pub(crate) fn restarted(&self) -> Self {
        Self {
            store: MemoryStore::holding(self.experiment()),
            tasks: Tasks::default(),
            stop: CancellationToken::new(),
            logs: Logs::listen(),
        }
    }

    /// The same experiment at a fixed time of day.
    pub(crate) fn at(self, now: &str) -> Self {
        let now: Timestamp = now.parse().unwrap();
        let surroundings = Surroundings {
            now: std::sync::Arc::new(move || now),
            ..Surroundings::of_process("default")
        };
        Self { tasks: self.tasks.within(surroundings), ..self }
    }

    /// The stored document as text.
    pub(crate) fn document(&self) -> String {
        wire::write(&self.experiment())
    }

    /// Makes the tasks and runs nothing: what is wrong with their inputs, if anything is.
    pub(crate) fn fault(&self) -> Option<InputError> {
        match Plan::new(&self.experiment(), &self.tasks, Places::Document) {
            Ok(_) => None,
            Err(PlanError::Input(error)) => Some(error),
            Err(error @ PlanError::Condition { .. }) => panic!("{error}"),
        }
    }

    /// Runs the next loop, within a limit.
    pub(crate) async fn run(&self) -> Result<LoopOutcome, String> {
        let (now, stop) = (|| Timestamp::UNIX_EPOCH, self.stop.clone());
        let runner = Runner { store: &self.store, now: &now, stop, progress: &Silent };
        let ended = tokio::time::timeout(LIMIT, runner.run_loop(&self.tasks)).await;
        let ended = ended.expect("a loop that ends");
        ended.map(|ended| ended.outcome).map_err(|error| chain(&error))
    }

    /// Runs the next loop, which must complete.
    pub(crate) async fn complete(&self) {
        assert_eq!(self.run().await, Ok(LoopOutcome::Completed));
    }

    /// Stops the run once `reached` holds.
    pub(crate) fn stop_when(&self, reached: impl Fn() -> bool + Send + 'static) -> JoinHandle<()> {
        let stop = self.stop.clone();
        std::thread::spawn(move || {
            assert!(iter8_testkit::wait_until(LIMIT, reached));
            stop.cancel();
        })
    }

    pub(crate) fn experiment(&self) -> Experiment {
        self.store.experiment().unwrap()
    }

    pub(crate) fn result(&self) -> ExperimentResult {
        self.experiment().result.unwrap()
    }

    pub(crate) fn insights(&self) -> Insights {
        self.result().insights.expect("insights")
    }

    /// The newest value of a metric of version 0.
    pub(crate) fn value(&self, metric: &str) -> Option<f64> {
        self.insights().value(0, &metric.parse().unwrap())
    }

    /// The inputs of a task as stored.
    pub(crate) fn with(&self, task: usize) -> Value {
        Value::Object(self.experiment().spec[task].with.clone())
    }
}
