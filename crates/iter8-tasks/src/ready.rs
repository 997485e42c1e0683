//! `ready`: waits until an object in the cluster is ready.

use std::time::Duration;

use iter8_engine::{BoxFuture, Task, TaskEnd, TaskError, Turn};
use iter8_k8s::{Access, Awaited, Cluster, ConnectError, until_ready};
use iter8_model::duration;
use iter8_model::task::InputError;
use serde_json::{Map, Value};

/// Longest wait for an object unless the task says otherwise.
// Differs from Iter8 0.13: its documentation says the same, but it waits for 10 seconds.
const DEFAULT_TIMEOUT: Duration = Duration::from_mins(1);

/// Waits for one object.
pub(crate) struct ReadyTask {
    awaited: Awaited,
    timeout: Duration,
    /// The cluster of the run; `None` to find one when the task runs.
    cluster: Option<Cluster>,
}

impl ReadyTask {
    pub(crate) fn new(
        inputs: &Map<String, Value>,
        cluster: Option<Cluster>,
        path: &str,
    ) -> Result<Self, InputError> {
        let text = |name: &str| inputs.get(name).and_then(Value::as_str).unwrap_or_default();
        let some = |name: &str| Some(text(name).to_owned()).filter(|text| !text.is_empty());
        let need = |name: &str| {
            let message = format!("please set a value for the {name} parameter");
            some(name).ok_or_else(|| InputError::new(path, message))
        };
        let timeout = match some("timeout") {
            None => DEFAULT_TIMEOUT,
            Some(text) => duration::parse(&text).map_err(|error| {
                let message = format!("invalid format for timeout: {error}");
                InputError::new(format!("{path}.timeout"), message)
            })?,
        };
        let awaited = Awaited {
            group: text("group").to_owned(),
            version: need("version")?,
            resource: need("resource")?,
            namespace: some("namespace"),
            name: need("name")?,
            condition: some("condition"),
        };
        Ok(Self { awaited, timeout, cluster })
    }

    async fn wait(&self) -> Result<(), TaskError> {
        let found;
        let cluster = if let Some(cluster) = &self.cluster {
            cluster
        } else {
            let connected = Cluster::connect(&Access::default()).await;
            found = connected.map_err(no_cluster)?;
            &found
        };
        let Awaited { resource, name, .. } = &self.awaited;
        let tell = |reason: &str| tracing::info!("waiting for {resource} {name}: {reason}");
        until_ready(cluster, &self.awaited, self.timeout, &tell).await.map_err(|error| {
            let advice = error.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
            TaskError::new(format!("{error}{advice}"))
        })?;
        tracing::info!("{resource} {name}: ready");
        Ok(())
    }
}

fn no_cluster(error: ConnectError) -> TaskError {
    TaskError::caused_by("the task ready needs a cluster", error)
}

impl Task for ReadyTask {
    fn run<'a>(&'a self, turn: Turn<'a>) -> BoxFuture<'a, Result<TaskEnd, TaskError>> {
        Box::pin(async move {
            tokio::select! {
                waited = self.wait() => waited.map(|()| TaskEnd::Completed),
                () = turn.stop.cancelled() => Ok(TaskEnd::Interrupted),
            }
        })
    }
}
