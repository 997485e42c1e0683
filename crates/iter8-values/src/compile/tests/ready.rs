//! Values of `ready`, as tasks.

use serde_json::json;

use super::compiled;

#[track_caller]
fn check(ready: &serde_json::Value, expected: Result<serde_json::Value, &str>) {
    let found = compiled(json!({"tasks": ["ready"], "ready": ready}));
    let found = found
        .map(|tasks| tasks.as_array().unwrap().iter().map(|task| task["with"].clone()).collect());
    assert_eq!(found, expected.map_err(str::to_owned));
}

#[test]
fn the_worked_example() {
    let expected = json!([{
        "name": "web", "group": "apps", "version": "v1", "resource": "deployments",
        "condition": "Available", "namespace": "default",
    }]);
    check(&json!({"deploy": "web", "namespace": "default"}), Ok(expected));
}

#[test]
fn one_task_an_object_in_a_fixed_order() {
    let tasks = compiled(json!({"tasks": ["ready"], "ready": {
        "job": "h", "daemonset": "g", "statefulset": "f", "chaosengine": "e", "isvc": "d",
        "ksvc": "c", "deploy": "b", "service": "a", "timeout": "5s",
        "objects": [{"group": "x.y", "version": "v1", "resource": "zs", "name": "i"}],
        "version": "v1", "resource": "pods", "name": "j", "condition": "Ready",
    }}));
    let tasks = tasks.unwrap();
    let tasks = tasks.as_array().unwrap();
    let names: String = tasks.iter().map(|task| task["with"]["name"].as_str().unwrap()).collect();
    assert_eq!(names, "abcdefghij");
    assert!(tasks.iter().all(|task| task["with"]["timeout"] == "5s"));
    assert_eq!(tasks[0]["with"].get("condition"), None);
}

#[test]
fn mistakes() {
    let nothing = "ready: please set service, deploy, ksvc, isvc, chaosengine, statefulset, \
                   daemonset, job or objects [for example --set ready.deploy=web]";
    check(&json!({}), Err(nothing));
    check(&json!({"namespace": "shop"}), Err(nothing));
    let cases = [
        (json!({"deploy": ""}), "ready.deploy: please set a value for the name parameter"),
        (json!({"name": "x"}), "ready: please set a value for the version parameter"),
        (
            json!({"objects": [{"version": "v1", "resource": "pods"}]}),
            "ready.objects[0]: please set a value for the name parameter",
        ),
    ];
    for (ready, expected) in cases {
        check(&ready, Err(expected));
    }
}
