//! Statuses as controllers write them, and as they should not.

use serde_json::json;

use super::*;

/// `expected` is the reason, or nothing for an object that is ready.
#[expect(clippy::needless_pass_by_value, reason = "literals read better without a reference")]
#[track_caller]
fn check(group: &str, resource: &str, condition: Option<&str>, object: Value, expected: &str) {
    let expected = match expected {
        "" => Readiness::Ready,
        reason => Readiness::NotYet(reason.to_owned()),
    };
    assert_eq!(readiness(&object, group, resource, condition), expected, "{object}");
}

#[test]
fn without_a_condition_it_is_enough_to_exist() {
    for object in [json!({}), json!({"status": 5}), json!({"status": {"conditions": "?"}})] {
        check("", "services", None, object, "");
    }
}

#[test]
fn conditions() {
    let cases = [
        (json!({}), "object does not contain a status"),
        (json!({"status": null}), "object does not contain a status"),
        (json!({"status": [1]}), "object does not contain a status"),
        (json!({"status": {}}), "object status does not contain conditions"),
        (json!({"status": {"conditions": {}}}), "object status does not contain conditions"),
        (json!({"status": {"conditions": []}}), "expected condition not found"),
        (json!({"status": {"conditions": [7]}}), "condition does not have a type"),
        (json!({"status": {"conditions": [{"type": 1}]}}), "condition does not have a type"),
        (
            json!({"status": {"conditions": [{"type": "Ready"}]}}),
            "condition Ready does not have a value",
        ),
        (
            json!({"status": {"conditions": [{"type": "Ready", "status": "Unknown"}]}}),
            "condition status not True",
        ),
        (json!({"status": {"conditions": [{"type": "READY", "status": "true"}]}}), ""),
    ];
    for (object, expected) in cases {
        check("serving.knative.dev", "services", Some("Ready"), object, expected);
    }
}

#[test]
fn a_condition_of_an_earlier_generation_says_nothing() {
    let object = json!({
        "metadata": {"generation": 2},
        "status": {"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "True"}]},
    });
    let reason = "its controller has not seen the newest change";
    check("serving.knative.dev", "services", Some("Ready"), object, reason);
}

fn deployment(updated: i64, all: i64, available: i64) -> Value {
    json!({
        "metadata": {"generation": 4},
        "spec": {"replicas": 3},
        "status": {
            "observedGeneration": 4, "replicas": all, "updatedReplicas": updated,
            "availableReplicas": available,
            "conditions": [
                {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"},
                {"type": "Progressing", "status": "True", "reason": "ReplicaSetUpdated"},
            ],
        },
    })
}

#[test]
fn deployments_are_ready_when_all_of_them_is_new() {
    let mut given_up = deployment(1, 4, 3);
    given_up["status"]["conditions"][1] =
        json!({"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"});
    let cases = [
        (deployment(1, 4, 3), "1 of 3 replicas are updated"),
        (deployment(3, 4, 3), "1 old replicas have not ended"),
        (deployment(3, 3, 2), "2 of 3 replicas are available"),
        (deployment(3, 3, 3), ""),
        (given_up, "its rollout has exceeded its progress deadline"),
        (json!({}), "object does not contain a status"),
        (json!({"status": {}}), "its controller has not seen it yet"),
    ];
    for (object, expected) in cases {
        check("apps", "deployments", Some("Available"), object, expected);
    }
}

#[test]
fn stateful_and_daemon_sets() {
    let set = |strategy: Value, updated: i64, available: i64| {
        json!({
            "spec": {"replicas": 3, "updateStrategy": strategy},
            "status": {
                "observedGeneration": 1, "updatedReplicas": updated,
                "availableReplicas": available,
            },
        })
    };
    let partition = json!({"type": "RollingUpdate", "rollingUpdate": {"partition": 2}});
    check("apps", "statefulsets", None, set(json!({}), 2, 3), "2 of 3 replicas are updated");
    check("apps", "statefulsets", None, set(json!({}), 3, 2), "2 of 3 replicas are available");
    check("apps", "statefulsets", None, set(json!({}), 3, 3), "");
    check("apps", "statefulsets", None, set(partition, 1, 3), "");
    check("apps", "statefulsets", None, set(json!({"type": "OnDelete"}), 0, 3), "");
    let daemons = |updated: i64, available: i64| {
        json!({"status": {
            "observedGeneration": 1, "desiredNumberScheduled": 2,
            "updatedNumberScheduled": updated, "numberAvailable": available,
        }})
    };
    check("apps", "daemonsets", None, daemons(1, 2), "1 of 2 pods are updated");
    check("apps", "daemonsets", None, daemons(2, 1), "1 of 2 pods are available");
    check("apps", "daemonsets", None, daemons(2, 2), "");
}
