//! The pod of the runner.

use iter8_values::launch::{Runner, StopAfter};
use serde_json::{Map, Value, json};

use super::{Launch, name_of_runner};
use crate::names::GROUP;

/// User and group of the runner, by the custom of images without a shell.
const USER: u32 = 65_532;

/// Where tasks may write, such as what they download.
const WORK_FOLDER: &str = "/work";

/// Where Secrets that references name are mounted: where tasks look for them.
const SECRETS_FOLDER: &str = "/etc/iter8/secrets";

/// The pod of one loop. With `reuse` it goes on from the stored result.
pub(super) fn template(launch: &Launch<'_>, reuse: bool) -> Value {
    let settings = launch.settings;
    let mut labels = settings.pod_labels.clone();
    labels.insert(GROUP.to_owned(), json!(launch.group));
    // A sidecar outlives the runner, so that its pod would never end.
    let mut annotations = Map::from_iter([("sidecar.istio.io/inject".to_owned(), json!("false"))]);
    annotations.extend(settings.pod_annotations.clone());
    let account = settings.service_account.clone();
    let mut spec = json!({
        "serviceAccountName": account.unwrap_or_else(|| super::rbac::account_name(launch)),
        "restartPolicy": "Never",
        "securityContext": {
            "runAsNonRoot": true,
            "runAsUser": USER,
            "runAsGroup": USER,
            "fsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container(launch, reuse)],
        "volumes": volumes(launch),
    });
    let secrets = settings.image_pull_secrets.iter().map(|name| json!({"name": name}));
    let optional = [
        ("imagePullSecrets", Value::Array(secrets.collect())),
        ("nodeSelector", Value::Object(settings.node_selector.clone())),
        ("tolerations", Value::Array(settings.tolerations.clone())),
    ];
    for (name, value) in optional {
        if value.as_array().is_some_and(|list| !list.is_empty())
            || value.as_object().is_some_and(|map| !map.is_empty())
        {
            spec[name] = value;
        }
    }
    json!({"metadata": {"labels": labels, "annotations": annotations}, "spec": spec})
}

fn container(launch: &Launch<'_>, reuse: bool) -> Value {
    let settings = launch.settings;
    let default_resources = json!({
        "requests": {"cpu": "250m", "memory": "64Mi"},
        // No limit of processor time: waiting for the next period would count as latency.
        "limits": {"memory": "512Mi"},
    });
    let work = json!({"name": "work", "mountPath": WORK_FOLDER});
    let mounts = settings.secrets.keys().enumerate().map(|(index, name)| {
        json!({
            "name": format!("secret-{index}"),
            "mountPath": format!("{SECRETS_FOLDER}/{name}"),
            "readOnly": true,
        })
    });
    let mut container = json!({
        "name": "iter8",
        "image": settings.image,
        "imagePullPolicy": settings.image_pull_policy,
        "command": command(launch, reuse),
        "workingDir": WORK_FOLDER,
        "resources": settings.resources.clone().unwrap_or(default_resources),
        "securityContext": {
            "allowPrivilegeEscalation": false,
            "readOnlyRootFilesystem": true,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": std::iter::once(work).chain(mounts).collect::<Vec<_>>(),
    });
    if !settings.env.is_empty() {
        container["env"] = json!(settings.env);
    }
    container
}

/// What the container runs. The image has no shell.
fn command(launch: &Launch<'_>, reuse: bool) -> Vec<String> {
    let mut command: Vec<String> =
        ["iter8", "k", "run", "--namespace", launch.namespace, "--group"].map(str::to_owned).into();
    command.extend([launch.group.to_owned(), "--revision".to_owned()]);
    command.push(launch.revision.to_string());
    if reuse {
        command.push("--reuseResult".to_owned());
    }
    if let Runner::CronJob { stop: StopAfter { max_loops, until }, .. } = &launch.settings.runner {
        let bounds = max_loops.map(|loops| format!("--maxLoops={loops}"));
        let until = until.map(|until| format!("--until={}", until.as_str()));
        if bounds.is_some() || until.is_some() {
            command.push(format!("--cronjob={}", name_of_runner(launch, "cronjob")));
        }
        command.extend(bounds.into_iter().chain(until));
    }
    command.extend(["-l".to_owned(), launch.settings.log_level.clone()]);
    command
}

fn volumes(launch: &Launch<'_>) -> Vec<Value> {
    let work = json!({"name": "work", "emptyDir": {}});
    let secrets = launch.settings.secrets.iter().enumerate().map(|(index, (name, keys))| {
        let items: Vec<Value> = keys.iter().map(|key| json!({"key": key, "path": key})).collect();
        json!({
            "name": format!("secret-{index}"),
            "secret": {"secretName": name, "items": items},
        })
    });
    std::iter::once(work).chain(secrets).collect()
}
