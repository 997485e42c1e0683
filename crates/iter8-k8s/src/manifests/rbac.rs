//! What the runner may do: nothing but what its tasks need, by name.

use iter8_values::launch::{Runner, StopAfter};
use serde_json::{Value, json};

use super::{Launch, metadata, name_of_runner};

/// Name of the account that is made for a group.
pub(super) fn account_name(launch: &Launch<'_>) -> String {
    format!("{}-iter8-sa", launch.group)
}

pub(super) fn service_account(launch: &Launch<'_>) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata(launch, &account_name(launch)),
    })
}

/// Roles with their bindings.
pub(super) fn roles(launch: &Launch<'_>) -> Vec<Value> {
    let group = launch.group;
    let mut rules = vec![
        rule("", "secrets", group, &["get", "update"]),
        rule("coordination.k8s.io", "leases", group, &["get", "update"]),
    ];
    if let Runner::CronJob { stop, .. } = &launch.settings.runner
        && StopAfter::is_bounded(*stop)
    {
        let name = name_of_runner(launch, "cronjob");
        rules.push(rule("batch", "cronjobs", &name, &["get", "patch"]));
    }
    let role = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": metadata(launch, group),
        "rules": rules,
    });
    vec![role, binding(launch, group)]
}

fn rule(api_group: &str, resource: &str, name: &str, verbs: &[&str]) -> Value {
    json!({
        "apiGroups": [api_group],
        "resources": [resource],
        "resourceNames": [name],
        "verbs": verbs,
    })
}

/// Binds the group's account to the role of the same name.
fn binding(launch: &Launch<'_>, name: &str) -> Value {
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": metadata(launch, name),
        "subjects": [{
            "kind": "ServiceAccount",
            "name": account_name(launch),
            "namespace": launch.namespace,
        }],
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "Role",
            "name": name,
        },
    })
}
