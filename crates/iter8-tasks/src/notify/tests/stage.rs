//! A place for one notification: an experiment, a moment, and the log.

use std::sync::Arc;

use iter8_engine::{CancellationToken, Silent, Task, TaskEnd, Turn, chain};
use iter8_model::credential::Redactor;
use iter8_model::experiment::Experiment;
use iter8_model::task::catalogue::NOTIFY;
use iter8_model::task::{InputError, UnknownKeys, normalise_inputs};
use iter8_model::wire;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::inputs::Inputs;
use crate::notify::{Facts, NotifyTask};
use crate::surroundings::Surroundings;
use crate::tests::Logs;

macro_rules! experiments {
    ($($name:literal),+) => {
        [$(($name, include_str!(concat!("experiments/", $name, ".yaml")))),+]
    };
}

/// Documents at the moment of a notification.
pub(super) const EXPERIMENTS: [(&str, &str); 7] = experiments![
    "pass",
    "fail",
    "no-slos",
    "two-versions",
    "failed-task",
    "inconclusive",
    "hostile"
];

/// The experiment of a name.
pub(super) fn experiment(name: &str) -> Experiment {
    let (_, text) = EXPERIMENTS.iter().find(|(known, _)| *known == name).expect("an experiment");
    wire::read(text).unwrap().experiment
}

/// A moment and a group that do not change, and random bytes that count.
pub(super) fn surroundings() -> Surroundings {
    let count = |buffer: &mut [u8]| {
        for (at, byte) in buffer.iter_mut().enumerate() {
            *byte = u8::try_from(at % 256).unwrap();
        }
    };
    Surroundings {
        group: "shop".to_owned(),
        now: Arc::new(|| "2023-05-15T12:00:00.5Z".parse().unwrap()),
        zone: TimeZone::UTC,
        random: Arc::new(count),
        load: crate::LoadOptions::default(),
        cluster: None,
    }
}

/// What a payload says in these surroundings besides the experiment.
pub(super) fn facts() -> Facts {
    let Surroundings { group, now, zone, .. } = surroundings();
    Facts { group, link: None, now: now().to_zoned(zone), settings: Map::new() }
}

/// A place for one notification.
pub(super) struct Stage {
    pub(super) experiment: Experiment,
    pub(super) stop: CancellationToken,
    pub(super) logs: Logs,
    pub(super) redactor: Redactor,
}

impl Stage {
    /// With the experiment of a name.
    pub(super) fn new(name: &str) -> Self {
        Self::with(experiment(name))
    }

    pub(super) fn with(experiment: Experiment) -> Self {
        let (stop, logs) = (CancellationToken::new(), Logs::listen());
        Self { experiment, stop, logs, redactor: Redactor::new() }
    }

    /// The task of these inputs, which have no references.
    pub(super) fn task(&self, with: &Value) -> Result<NotifyTask, InputError> {
        self.task_of(with, with)
    }

    /// The task of inputs as they are stored and as they are used.
    pub(super) fn task_of(
        &self,
        stored: &Value,
        resolved: &Value,
    ) -> Result<NotifyTask, InputError> {
        let read = |inputs: &Value| -> Result<Map<String, Value>, InputError> {
            normalise_inputs(&NOTIFY, inputs.as_object().unwrap(), "notify", UnknownKeys::Reject)
        };
        let (stored, resolved) = (read(stored)?, read(resolved)?);
        let inputs = Inputs { stored, resolved, redactor: self.redactor.clone() };
        NotifyTask::new(inputs, surroundings(), "notify")
    }

    /// Runs a task at the place that the experiment has come to.
    pub(super) async fn run(&mut self, task: &NotifyTask) -> Result<TaskEnd, String> {
        let done = self.experiment.result.as_ref().unwrap().num_completed_tasks;
        let turn = Turn {
            experiment: &mut self.experiment,
            index: usize::try_from(done).unwrap(),
            stop: &self.stop,
            progress: &Silent,
        };
        task.run(turn).await.map_err(|error| chain(&error))
    }

    /// Makes a task and runs it, which must succeed.
    pub(super) async fn notify(&mut self, with: &Value) {
        let task = self.task(with).unwrap();
        assert_eq!(self.run(&task).await, Ok(TaskEnd::Completed));
    }

    /// Makes a task and runs it, which must fail.
    pub(super) async fn fail(&mut self, with: &Value) -> String {
        let task = self.task(with).unwrap();
        self.run(&task).await.unwrap_err()
    }
}
