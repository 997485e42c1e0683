//! Puts the objects of a launch into the cluster, and takes those of earlier launches away.

use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use kube::api::{DynamicObject, Patch, PatchParams};
use kube::core::GroupVersionKind;
use kube::discovery::ApiResource;
use serde_json::{Value, json};

use crate::connect::Cluster;
use crate::deletion;
use crate::error::{Cause, ClusterError};
use crate::names::{APPLIER, GROUP};
use crate::retry::Patience;
use crate::store::revision_of;

/// The number of the group's newest launch; 0 if it was never launched. A group that Helm manages
/// is left to Helm.
pub async fn current_revision(cluster: &Cluster, group: &str) -> Result<u32, ClusterError> {
    let api: Api<Secret> = Api::namespaced(cluster.client.clone(), &cluster.namespace);
    let action = format!("get secret {}/{group}", cluster.namespace);
    let secret = Patience::OF_A_COMMAND.call(&action, || api.get_opt(group)).await?;
    let Some(secret) = secret else { return Ok(0) };
    let annotations = secret.metadata.annotations.clone().unwrap_or_default();
    if annotations.contains_key("meta.helm.sh/release-name") {
        let cause = Cause::NotOurs(format!(
            "group {group} was launched by Helm; upgrade the release, or delete the group first"
        ));
        return Err(ClusterError { action: format!("launch group {group}"), cause });
    }
    if annotations.get(GROUP).map(String::as_str) != Some(group) {
        let cause = Cause::NotOurs(format!(
            "there is a secret {group} that belongs to no experiment; choose another group"
        ));
        return Err(ClusterError { action: format!("launch group {group}"), cause });
    }
    Ok(revision_of(&secret).unwrap_or(0))
}

/// Applies the objects of a launch. All but the Secret are owned by the Secret of the group, so
/// that nothing outlives it; those of earlier launches that are not among them are removed before
/// anything new runs.
pub async fn launch(cluster: &Cluster, group: &str, objects: &[Value]) -> Result<(), ClusterError> {
    let (runners, others): (Vec<&Value>, Vec<&Value>) =
        objects.iter().partition(|object| is_runner(object));
    // The Secret says which launch is the current one, so it comes first.
    let (secrets, others): (Vec<&Value>, Vec<&Value>) =
        others.into_iter().partition(|object| object["kind"] == "Secret");
    let before = deletion::foreign_namespaces(cluster, group).await?;
    let mut owner = None;
    for secret in secrets {
        owner = apply(cluster, secret).await?.metadata.uid;
    }
    let owned = |object: &Value| with_owner(object, group, owner.as_deref(), &cluster.namespace);
    for object in others {
        apply(cluster, &owned(object)).await?;
    }
    deletion::prune(cluster, group, objects).await?;
    for namespace in before {
        if !objects.iter().any(|object| object["metadata"]["namespace"] == namespace.as_str()) {
            deletion::remove_foreign(cluster, group, &namespace).await?;
        }
    }
    for object in runners {
        apply(cluster, &owned(object)).await?;
    }
    Ok(())
}

fn is_runner(object: &Value) -> bool {
    object["kind"] == "Job" || object["kind"] == "CronJob"
}

/// The object, owned by the Secret of its group. An owner must be in the same namespace.
fn with_owner(object: &Value, group: &str, uid: Option<&str>, namespace: &str) -> Value {
    let mut object = object.clone();
    if let Some(uid) = uid
        && object["metadata"]["namespace"] == namespace
    {
        object["metadata"]["ownerReferences"] = json!([{
            "apiVersion": "v1",
            "kind": "Secret",
            "name": group,
            "uid": uid,
            "blockOwnerDeletion": true,
        }]);
    }
    object
}

/// Server-side apply, with every field checked.
async fn apply(cluster: &Cluster, object: &Value) -> Result<DynamicObject, ClusterError> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (kind, name) = (text(&object["kind"]), text(&object["metadata"]["name"]));
    let namespace = text(&object["metadata"]["namespace"]);
    let resource = resource_of(&text(&object["apiVersion"]), &kind);
    let api: Api<DynamicObject> =
        Api::namespaced_with(cluster.client.clone(), &namespace, &resource);
    let parameters = PatchParams::apply(APPLIER).force().validation_strict();
    let action = format!("apply {} {namespace}/{name}", kind.to_lowercase());
    let patch = Patch::Apply(object);
    let apply = || api.patch(&name, &parameters, &patch);
    Patience::OF_A_COMMAND.call(&action, apply).await
}

/// Where the API server has objects of a kind. The kinds that we make have regular plurals.
pub(crate) fn resource_of(api_version: &str, kind: &str) -> ApiResource {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind))
}

/// Suspends a CronJob: nothing is started any more, and what it has done stays.
pub async fn suspend(cluster: &Cluster, name: &str) -> Result<(), ClusterError> {
    let resource = resource_of("batch/v1", "CronJob");
    let api: Api<DynamicObject> =
        Api::namespaced_with(cluster.client.clone(), &cluster.namespace, &resource);
    let action = format!("suspend cronjob {}/{name}", cluster.namespace);
    let patch = Patch::Merge(json!({"spec": {"suspend": true}}));
    let parameters = PatchParams::default();
    let suspend = || api.patch(name, &parameters, &patch);
    Patience::OF_A_RUN.call(&action, suspend).await.map(|_| ())
}
