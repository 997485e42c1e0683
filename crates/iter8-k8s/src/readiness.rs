//! Whether an object is ready, told from the object alone.
//!
//! Nothing here waits or asks: what an API server has sent goes in, a verdict comes out. Whatever
//! is malformed is not ready yet, and says why.

use serde_json::Value;

/// What an object says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// It is ready.
    Ready,
    /// It is not; the reason completes `not ready: …`.
    NotYet(String),
}

/// Kinds of the group `apps` that are rolled out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Workload {
    Deployment,
    StatefulSet,
    DaemonSet,
}

impl Workload {
    fn of(group: &str, resource: &str) -> Option<Self> {
        match (group, resource) {
            ("apps", "deployments") => Some(Self::Deployment),
            ("apps", "statefulsets") => Some(Self::StatefulSet),
            ("apps", "daemonsets") => Some(Self::DaemonSet),
            _ => None,
        }
    }
}

/// Whether an object that exists is ready: its newest generation has been seen by its controller,
/// a workload is rolled out as a whole, and the condition, if there is one, is `True`.
// Differs from Iter8 0.13: a Deployment that is available with old replicas only is not ready, and
// neither is a condition that speaks of an earlier generation.
pub fn readiness(
    object: &Value,
    group: &str,
    resource: &str,
    condition: Option<&str>,
) -> Readiness {
    let checked = generation(object)
        .and_then(|()| match Workload::of(group, resource) {
            Some(workload) => rollout(object, workload),
            None => Ok(()),
        })
        .and_then(|()| match condition {
            Some(condition) => has_condition(object, condition),
            None => Ok(()),
        });
    match checked {
        Ok(()) => Readiness::Ready,
        Err(reason) => Readiness::NotYet(reason),
    }
}

/// Controllers that tell which generation they have seen must have seen the newest.
fn generation(object: &Value) -> Result<(), String> {
    let newest = object["metadata"]["generation"].as_i64();
    match (newest, object["status"]["observedGeneration"].as_i64()) {
        (Some(newest), Some(seen)) if seen < newest => {
            Err("its controller has not seen the newest change".to_owned())
        }
        _ => Ok(()),
    }
}

fn rollout(object: &Value, workload: Workload) -> Result<(), String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    if !status.is_object() {
        return Err("object does not contain a status".to_owned());
    }
    if status["observedGeneration"].as_i64().is_none() {
        return Err("its controller has not seen it yet".to_owned());
    }
    let count = |name: &str| status[name].as_i64().unwrap_or(0);
    let replicas = spec["replicas"].as_i64().unwrap_or(1);
    let on_delete = spec["updateStrategy"]["type"] == "OnDelete";
    match workload {
        Workload::Deployment => {
            progressing(status)?;
            enough(count("updatedReplicas"), replicas, "replicas are updated")?;
            match count("replicas").saturating_sub(count("updatedReplicas")) {
                ..=0 => {}
                old => return Err(format!("{old} old replicas have not ended")),
            }
            enough(count("availableReplicas"), replicas, "replicas are available")
        }
        Workload::StatefulSet => {
            // Replicas below the partition are kept old on purpose.
            let kept = spec["updateStrategy"]["rollingUpdate"]["partition"].as_i64().unwrap_or(0);
            if !on_delete {
                let updated = replicas.saturating_sub(kept.max(0)).max(0);
                enough(count("updatedReplicas"), updated, "replicas are updated")?;
            }
            enough(count("availableReplicas"), replicas, "replicas are available")
        }
        Workload::DaemonSet => {
            let desired = count("desiredNumberScheduled");
            if !on_delete {
                enough(count("updatedNumberScheduled"), desired, "pods are updated")?;
            }
            enough(count("numberAvailable"), desired, "pods are available")
        }
    }
}

fn enough(there: i64, wanted: i64, what: &str) -> Result<(), String> {
    if there < wanted { Err(format!("{there} of {wanted} {what}")) } else { Ok(()) }
}

/// A rollout that its controller has given up is told as such. It may still recover, as when an
/// image appears, so it is waited for all the same.
fn progressing(status: &Value) -> Result<(), String> {
    let given_up = |condition: &Value| {
        condition["type"] == "Progressing"
            && condition["status"] == "False"
            && condition["reason"] == "ProgressDeadlineExceeded"
    };
    let conditions = status["conditions"].as_array().map_or(&[][..], Vec::as_slice);
    if conditions.iter().any(given_up) {
        return Err("its rollout has exceeded its progress deadline".to_owned());
    }
    Ok(())
}

fn has_condition(object: &Value, wanted: &str) -> Result<(), String> {
    let Some(status) = object["status"].as_object() else {
        return Err("object does not contain a status".to_owned());
    };
    let Some(conditions) = status.get("conditions").and_then(Value::as_array) else {
        return Err("object status does not contain conditions".to_owned());
    };
    for condition in conditions {
        let Some(kind) = condition["type"].as_str() else {
            return Err("condition does not have a type".to_owned());
        };
        if !kind.eq_ignore_ascii_case(wanted) {
            continue;
        }
        return match condition["status"].as_str() {
            None => Err(format!("condition {kind} does not have a value")),
            Some(value) if value.eq_ignore_ascii_case("true") => Ok(()),
            Some(_) => Err("condition status not True".to_owned()),
        };
    }
    Err("expected condition not found".to_owned())
}

#[cfg(test)]
mod tests;
