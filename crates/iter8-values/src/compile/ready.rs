//! Readiness: one task for each object.

use iter8_model::task::InputError;
use serde_json::{Map, Value, json};

/// A value that names an object of a well-known kind.
struct Known {
    value: &'static str,
    group: &'static str,
    version: &'static str,
    resource: &'static str,
    condition: Option<&'static str>,
}

const fn known(
    value: &'static str,
    (group, version, resource): (&'static str, &'static str, &'static str),
    condition: Option<&'static str>,
) -> Known {
    Known { value, group, version, resource, condition }
}

/// In the order in which the tasks run: that of Iter8 0.13, then ours.
const KNOWN: [Known; 8] = [
    known("service", ("", "v1", "services"), None),
    known("deploy", ("apps", "v1", "deployments"), Some("Available")),
    known("ksvc", ("serving.knative.dev", "v1", "services"), Some("Ready")),
    known("isvc", ("serving.kserve.io", "v1beta1", "inferenceservices"), Some("Ready")),
    known("chaosengine", ("litmuschaos.io", "v1alpha1", "chaosengines"), None),
    known("statefulset", ("apps", "v1", "statefulsets"), None),
    known("daemonset", ("apps", "v1", "daemonsets"), None),
    known("job", ("batch", "v1", "jobs"), Some("Complete")),
];

/// What describes one object of any kind.
const OF_OBJECT: [&str; 6] = ["group", "version", "resource", "name", "namespace", "condition"];

/// Names that have no meaning without `resource` and `name`.
const OWN: [&str; 5] = ["group", "version", "resource", "name", "condition"];

/// The inputs of each task that the values describe. Without a namespace, that of the experiment is
/// looked in, which the task knows.
// Differs from Iter8 0.13: values that name no object are an error; there they are no task.
pub(super) fn compile(with: &Map<String, Value>) -> Result<Vec<Map<String, Value>>, InputError> {
    let mut tasks = Vec::new();
    for known in KNOWN {
        if let Some(name) = with.get(known.value) {
            let mut task = Map::from_iter([
                ("name".to_owned(), name.clone()),
                ("group".to_owned(), json!(known.group)),
                ("version".to_owned(), json!(known.version)),
                ("resource".to_owned(), json!(known.resource)),
            ]);
            task.extend(
                known.condition.map(|condition| ("condition".to_owned(), json!(condition))),
            );
            need_texts(&task, &format!("ready.{}", known.value), &["name"])?;
            tasks.push(task);
        }
    }
    let objects = with.get("objects").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for (index, object) in objects.iter().enumerate() {
        tasks.push(any_object(object, &format!("ready.objects[{index}]"))?);
    }
    if OWN.iter().any(|name| with.contains_key(*name)) {
        let own =
            OWN.iter().filter_map(|name| Some(((*name).to_owned(), with.get(*name)?.clone())));
        tasks.push(any_object(&Value::Object(own.collect()), "ready")?);
    }
    if tasks.is_empty() {
        let names: Vec<&str> = KNOWN.iter().map(|known| known.value).collect();
        let message = format!("please set {} or objects", names.join(", "));
        return Err(
            InputError::new("ready", message).with_hint("for example --set ready.deploy=web")
        );
    }
    for task in &mut tasks {
        for name in ["namespace", "timeout"] {
            if let Some(value) = with.get(name) {
                task.entry(name).or_insert_with(|| value.clone());
            }
        }
    }
    Ok(tasks)
}

fn any_object(object: &Value, path: &str) -> Result<Map<String, Value>, InputError> {
    let empty = Map::new();
    let object = object.as_object().unwrap_or(&empty);
    if let Some(unknown) = object.keys().find(|key| !OF_OBJECT.contains(&key.as_str())) {
        return Err(InputError::new(format!("{path}.{unknown}"), "unknown parameter")
            .with_hint(format!("known are {}", OF_OBJECT.join(", "))));
    }
    if let Some((name, _)) = object.iter().find(|(_, value)| !value.is_string()) {
        return Err(InputError::new(format!("{path}.{name}"), "expected a text"));
    }
    need_texts(object, path, &["version", "resource", "name"])?;
    Ok(object.clone())
}

fn need_texts(task: &Map<String, Value>, path: &str, names: &[&str]) -> Result<(), InputError> {
    let is_there = |name: &&&str| {
        task.get(**name).and_then(Value::as_str).is_some_and(|text| !text.is_empty())
    };
    match names.iter().find(|name| !is_there(name)) {
        None => Ok(()),
        Some(name) => {
            Err(InputError::new(path, format!("please set a value for the {name} parameter")))
        }
    }
}
