//! The log of a group: what its pods have written.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::{AsyncBufReadExt, TryStreamExt};
use k8s_openapi::api::core::v1::Pod;
use kube::api::{ListParams, LogParams};
use kube::{Api, ResourceExt};
use tokio::time::sleep;

use crate::connect::Cluster;
use crate::error::ClusterError;
use crate::names::GROUP;
use crate::retry::Patience;

/// Container of the runner.
const CONTAINER: &str = "iter8";

/// Time between two looks for pods when a log is followed.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// A line that a pod wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Name of the pod.
    pub pod: String,
    /// What it wrote, without the end of the line.
    pub text: String,
}

/// Hands out the lines of the group's pods, the oldest pod first. With `follow` it goes on until
/// no pod runs any more; a pod that has not started yet is waited for. Gives the number of pods.
pub async fn logs(
    cluster: &Cluster,
    group: &str,
    follow: bool,
    mut take: impl FnMut(LogLine) -> std::io::Result<()>,
) -> Result<usize, ClusterError> {
    let api: Api<Pod> = Api::namespaced(cluster.client.clone(), &cluster.namespace);
    let mut read = BTreeSet::new();
    loop {
        let pods = pods(&api, cluster, group).await?;
        let is_waiting = pods.iter().any(|pod| !has_started(pod) && !has_ended(pod));
        for pod in pods.iter().filter(|pod| has_started(pod)) {
            if !read.insert(pod.name_any()) {
                continue;
            }
            let name = pod.name_any();
            let action = format!("read the log of pod {}/{name}", cluster.namespace);
            let parameters = LogParams {
                container: Some(CONTAINER.to_owned()),
                follow: follow && !has_ended(pod),
                ..LogParams::default()
            };
            let stream = api
                .log_stream(&name, &parameters)
                .await
                .map_err(|e| ClusterError::new(&action, e))?;
            let mut lines = stream.lines();
            // A stream that breaks is not begun anew, or its lines would come twice.
            let failed = |error| ClusterError {
                action: action.clone(),
                cause: crate::Cause::NoAnswer(Box::new(error)),
            };
            while let Some(text) = lines.try_next().await.map_err(failed)? {
                let line = LogLine { pod: name.clone(), text };
                take(line).map_err(failed)?;
            }
        }
        let is_new = |pod: &Pod| !read.contains(&pod.name_any());
        if !follow || !(is_waiting || pods.iter().any(is_new)) {
            return Ok(read.len());
        }
        sleep(LOOK_EVERY).await;
    }
}

/// Pods of the group, the oldest first.
async fn pods(api: &Api<Pod>, cluster: &Cluster, group: &str) -> Result<Vec<Pod>, ClusterError> {
    let action = format!("list pods in namespace {}", cluster.namespace);
    let parameters = ListParams::default().labels(&format!("{GROUP}={group}"));
    let found = Patience::OF_A_COMMAND.call(&action, || api.list(&parameters)).await?;
    let mut pods = found.items;
    pods.sort_by_key(|pod| (pod.creation_timestamp(), pod.name_any()));
    Ok(pods)
}

fn phase(pod: &Pod) -> &str {
    pod.status.as_ref().and_then(|status| status.phase.as_deref()).unwrap_or_default()
}

/// Whether the pod has, or had, a running container.
fn has_started(pod: &Pod) -> bool {
    matches!(phase(pod), "Running" | "Succeeded" | "Failed")
}

fn has_ended(pod: &Pod) -> bool {
    matches!(phase(pod), "Succeeded" | "Failed")
}
