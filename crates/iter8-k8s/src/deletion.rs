//! Takes objects of a group away: those of earlier launches, or all of them.

use std::time::Duration;

use kube::Api;
use kube::api::{DeleteParams, DynamicObject, ListParams, PropagationPolicy};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::connect::Cluster;
use crate::error::{Cause, ClusterError};
use crate::launch::resource_of;
use crate::names::{GROUP, NAMESPACES, ready_role};
use crate::retry::Patience;

/// Every kind of object that a launch may make, the ones that run first: what runs is told to end
/// before its permissions are taken away.
const KINDS: [(&str, &str); 7] = [
    ("batch/v1", "CronJob"),
    ("batch/v1", "Job"),
    ("coordination.k8s.io/v1", "Lease"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding"),
    ("rbac.authorization.k8s.io/v1", "Role"),
    ("v1", "ServiceAccount"),
    ("v1", "Secret"),
];

/// How long a deletion is watched: pods have 30 seconds to end, and a little more.
const GONE_WITHIN: Duration = Duration::from_mins(1);

/// Time between two looks at what is being deleted.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Removes the group's objects that are not among those of its newest launch. Pods end on their
/// own; their results go to the shelf of their launch.
pub(crate) async fn prune(
    cluster: &Cluster,
    group: &str,
    objects: &[Value],
) -> Result<(), ClusterError> {
    for (api_version, kind) in KINDS {
        if kind == "Secret" {
            continue;
        }
        for name in names(cluster, api_version, kind, group).await? {
            let is_current = |object: &Value| {
                object["kind"] == kind && object["metadata"]["name"] == name.as_str()
            };
            if !objects.iter().any(is_current) {
                remove(cluster, api_version, kind, &name).await?;
            }
        }
    }
    Ok(())
}

/// Removes a group with all that belongs to it, and waits until it is gone. False if there is no
/// such group.
pub async fn delete(cluster: &Cluster, group: &str) -> Result<bool, ClusterError> {
    let mut removed = Vec::new();
    let foreign = foreign_namespaces(cluster, group).await?;
    for (api_version, kind) in KINDS {
        // The Secret says where else there is something, so it goes last.
        if kind == "Secret" {
            for namespace in &foreign {
                remove_foreign(cluster, group, namespace).await?;
            }
        }
        for name in names(cluster, api_version, kind, group).await? {
            remove(cluster, api_version, kind, &name).await?;
            removed.push((api_version, kind, name));
        }
    }
    let deadline = Instant::now() + GONE_WITHIN;
    for (api_version, kind, name) in &removed {
        while exists(cluster, api_version, kind, name).await? {
            if Instant::now() >= deadline {
                let action = format!("see {} {name} go", kind.to_lowercase());
                return Err(ClusterError { action, cause: Cause::TimedOut(GONE_WITHIN) });
            }
            sleep(LOOK_EVERY).await;
        }
    }
    Ok(!removed.is_empty())
}

/// Namespaces besides its own in which a group has permissions, as its Secret says.
pub(crate) async fn foreign_namespaces(
    cluster: &Cluster,
    group: &str,
) -> Result<Vec<String>, ClusterError> {
    let api = api(cluster, "v1", "Secret");
    let action = format!("get secret {}/{group}", cluster.namespace);
    let found = Patience::OF_A_COMMAND.call(&action, || api.get_metadata_opt(group)).await?;
    let annotations = found.and_then(|secret| secret.metadata.annotations).unwrap_or_default();
    // A Secret of somebody else says nothing of us.
    if annotations.get(GROUP).map(String::as_str) != Some(group) {
        return Ok(Vec::new());
    }
    let namespaces = annotations.get(NAMESPACES).map(String::as_str).unwrap_or_default();
    let namespaces = namespaces.split(',').filter(|namespace| !namespace.is_empty());
    Ok(namespaces.map(str::to_owned).collect())
}

/// Takes away what a group may do in another namespace. What lies there has no owner, since owners
/// are of the same namespace.
pub(crate) async fn remove_foreign(
    cluster: &Cluster,
    group: &str,
    namespace: &str,
) -> Result<(), ClusterError> {
    let name = ready_role(group, &cluster.namespace, namespace);
    let there = Cluster { namespace: namespace.to_owned(), ..cluster.clone() };
    for kind in ["RoleBinding", "Role"] {
        remove(&there, "rbac.authorization.k8s.io/v1", kind, &name).await?;
    }
    Ok(())
}

fn api(cluster: &Cluster, api_version: &str, kind: &str) -> Api<DynamicObject> {
    let resource = resource_of(api_version, kind);
    Api::namespaced_with(cluster.client.clone(), &cluster.namespace, &resource)
}

/// Names of the group's objects of a kind, found by the label that our launches set.
async fn names(
    cluster: &Cluster,
    api_version: &str,
    kind: &str,
    group: &str,
) -> Result<Vec<String>, ClusterError> {
    let api = api(cluster, api_version, kind);
    let action = format!("list {}s in namespace {}", kind.to_lowercase(), cluster.namespace);
    let parameters = ListParams::default().labels(&format!("{GROUP}={group}"));
    let list = || api.list_metadata(&parameters);
    let found = Patience::OF_A_COMMAND.call(&action, list).await?;
    Ok(found.items.into_iter().filter_map(|object| object.metadata.name).collect())
}

async fn remove(
    cluster: &Cluster,
    api_version: &str,
    kind: &str,
    name: &str,
) -> Result<(), ClusterError> {
    let api = api(cluster, api_version, kind);
    let action = format!("delete {} {}/{name}", kind.to_lowercase(), cluster.namespace);
    // What runs takes its pods with it, and is gone when they are.
    let propagation_policy = Some(PropagationPolicy::Foreground);
    let parameters = DeleteParams { propagation_policy, ..DeleteParams::default() };
    match Patience::OF_A_COMMAND.call(&action, || api.delete(name, &parameters)).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_not_found() => Ok(()),
        Err(error) => Err(error),
    }
}

async fn exists(
    cluster: &Cluster,
    api_version: &str,
    kind: &str,
    name: &str,
) -> Result<bool, ClusterError> {
    let api = api(cluster, api_version, kind);
    let action = format!("get {} {}/{name}", kind.to_lowercase(), cluster.namespace);
    let found = Patience::OF_A_COMMAND.call(&action, || api.get_metadata_opt(name)).await?;
    Ok(found.is_some())
}
