//! The objects that a launch consists of. The Helm chart renders the same ones; a test compares.
//!
//! Rendering is a function of its arguments: no cluster is asked.

mod pod;
mod rbac;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use iter8_model::wire;
use iter8_values::launch::{LaunchSettings, Runner};
use serde_json::{Map, Value, json};

use crate::names::{GROUP, NAMESPACES, REVISION, VALUES_KEY};

/// A launch of a group.
#[derive(Debug, Clone)]
pub struct Launch<'a> {
    /// Name of the group.
    pub group: &'a str,
    /// Where it runs.
    pub namespace: &'a str,
    /// Which launch of the group it is, from 1.
    pub revision: u32,
    /// The values, composed and checked.
    pub values: &'a Map<String, Value>,
    /// What they say about the cluster.
    pub settings: &'a LaunchSettings,
}

/// The objects of a launch, in the order in which they are to be made.
pub fn render(launch: &Launch<'_>) -> Vec<Value> {
    let mut objects = Vec::new();
    if launch.settings.service_account.is_none() {
        objects.push(rbac::service_account(launch));
    }
    objects.push(secret(launch));
    objects.push(lease(launch));
    if launch.settings.service_account.is_none() {
        objects.extend(rbac::roles(launch));
    }
    match &launch.settings.runner {
        Runner::None => {}
        Runner::Job => objects.push(job(launch)),
        Runner::CronJob { schedule, .. } => objects.push(cron_job(launch, schedule)),
    }
    objects
}

/// The same as a file of YAML documents, as `kubectl apply` takes it.
pub fn to_yaml(objects: &[Value]) -> String {
    objects.iter().flat_map(|object| ["---\n".to_owned(), wire::to_yaml(object)]).collect()
}

/// Name of the Job or CronJob.
fn name_of_runner(launch: &Launch<'_>, kind: &str) -> String {
    format!("{}-{}-{kind}", launch.group, launch.revision)
}

/// What the objects of a group have in common.
fn metadata(launch: &Launch<'_>, name: &str) -> Value {
    json!({
        "name": name,
        "namespace": launch.namespace,
        "labels": {GROUP: launch.group},
        "annotations": {GROUP: launch.group, REVISION: launch.revision.to_string()},
    })
}

/// The values; the runner puts the document beside them.
fn secret(launch: &Launch<'_>) -> Value {
    let values = wire::to_yaml(&Value::Object(launch.values.clone()));
    let mut metadata = metadata(launch, launch.group);
    if launch.settings.service_account.is_none() {
        let foreign: Vec<String> = rbac::foreign_namespaces(launch).into_iter().collect();
        if !foreign.is_empty() {
            metadata["annotations"][NAMESPACES] = json!(foreign.join(","));
        }
    }
    json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": "Opaque",
        "data": {VALUES_KEY: STANDARD.encode(values)},
    })
}

/// Who runs the group. It says nothing until a runner takes it.
fn lease(launch: &Launch<'_>) -> Value {
    json!({
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": metadata(launch, launch.group),
    })
}

fn job_spec(launch: &Launch<'_>, reuse: bool) -> Value {
    json!({"backoffLimit": 0, "template": pod::template(launch, reuse)})
}

fn job(launch: &Launch<'_>) -> Value {
    json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata(launch, &name_of_runner(launch, "job")),
        "spec": job_spec(launch, false),
    })
}

fn cron_job(launch: &Launch<'_>, schedule: &str) -> Value {
    json!({
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": metadata(launch, &name_of_runner(launch, "cronjob")),
        "spec": {
            "schedule": schedule,
            "concurrencyPolicy": "Forbid",
            "jobTemplate": {
                "metadata": {"labels": {GROUP: launch.group}},
                "spec": job_spec(launch, true),
            },
        },
    })
}

#[cfg(test)]
mod tests;
