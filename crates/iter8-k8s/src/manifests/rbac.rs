//! What the runner may do: nothing but what its tasks need, by name.

use std::collections::{BTreeMap, BTreeSet};

use iter8_model::task::TaskKind;
use iter8_values::launch::{Runner, StopAfter};
use serde_json::{Map, Value, json};

use super::{Launch, metadata, name_of_runner};
use crate::names::ready_role;

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
    let mut roles = vec![role, binding(launch, &metadata(launch, group))];
    for (namespace, rules) in ready_rules(launch) {
        let name = ready_role(group, launch.namespace, &namespace);
        let mut metadata = metadata(launch, &name);
        if namespace != launch.namespace {
            metadata["namespace"] = json!(namespace);
            // By this label a group finds its objects, and here may be another one of its name.
            metadata.as_object_mut().map(|metadata| metadata.shift_remove("labels"));
        }
        roles.push(json!({
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "Role",
            "metadata": metadata,
            "rules": rules,
        }));
        roles.push(binding(launch, &metadata));
    }
    roles
}

/// Other namespaces than the group's own in which it has permissions.
pub(super) fn foreign_namespaces(launch: &Launch<'_>) -> BTreeSet<String> {
    let all = ready_rules(launch).into_keys();
    all.filter(|namespace| namespace != launch.namespace).collect()
}

/// What the tasks `ready` look at, by namespace.
fn ready_rules(launch: &Launch<'_>) -> BTreeMap<String, Vec<Value>> {
    let mut rules: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    // The values were checked before; those that do not compile are never launched.
    for task in iter8_values::compile::compile(launch.values).unwrap_or_default() {
        if task.kind != TaskKind::Ready {
            continue;
        }
        let namespace = text(&task.with, "namespace").unwrap_or(launch.namespace).to_owned();
        let group = text(&task.with, "group").unwrap_or_default();
        let (resource, name) = (text(&task.with, "resource"), text(&task.with, "name"));
        let (Some(resource), Some(name)) = (resource, name) else { continue };
        let rule = rule(group, resource, name, &["get", "list", "watch"]);
        let rules = rules.entry(namespace).or_default();
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    rules
}

fn text<'a>(with: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    with.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn rule(api_group: &str, resource: &str, name: &str, verbs: &[&str]) -> Value {
    json!({
        "apiGroups": [api_group],
        "resources": [resource],
        "resourceNames": [name],
        "verbs": verbs,
    })
}

/// Binds the group's account to the role with the same metadata.
fn binding(launch: &Launch<'_>, metadata: &Value) -> Value {
    let name = metadata["name"].clone();
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": metadata,
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
