//! Values to the task list of an experiment.

mod load;
mod notify;
mod objectives;
mod ready;

use std::error::Error;

use iter8_model::condition::{CompileError, Condition};
use iter8_model::suggest::closest;
use iter8_model::task::catalogue::{self, TaskEntry};
use iter8_model::task::{InputError, TaskKind, TaskSpec, UnknownKeys, normalise_inputs};
use serde_json::{Map, Value, json};

use crate::settings::SETTINGS;

/// Compiles values into the tasks that they describe, in the order of `tasks`.
///
/// Everything is checked before anything runs: names of keys and tasks, types and ranges,
/// conditions, and whether some task measures what the objectives are about.
pub fn compile(values: &Map<String, Value>) -> Result<Vec<TaskSpec>, InputError> {
    check_keys(values)?;
    crate::settings::check(values)?;
    let mut spec = Vec::new();
    for (index, name) in task_names(values)?.iter().enumerate() {
        let entry = task_entry(name, &format!("tasks[{index}]"))?;
        spec.extend(compile_task(entry, values.get(entry.name))?);
    }
    objectives::check_versions(&spec)?;
    objectives::check(&spec)?;
    Ok(spec)
}

fn check_keys(values: &Map<String, Value>) -> Result<(), InputError> {
    let tasks = catalogue::TASKS.iter().map(|task| task.name);
    let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).chain(tasks).collect();
    match values.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => {
            let hint = match closest(key, known.iter().copied()) {
                Some(name) => format!("did you mean {name:?}?"),
                None => format!("known are {}", known.join(", ")),
            };
            Err(InputError::new(key, "unknown value").with_hint(hint))
        }
    }
}

fn task_names(values: &Map<String, Value>) -> Result<Vec<String>, InputError> {
    const HINT: &str = "for example --set \"tasks={http,assess}\"";
    let tasks = match values.get("tasks") {
        None | Some(Value::Null) => &[],
        Some(Value::Array(tasks)) => tasks.as_slice(),
        Some(_) => {
            return Err(InputError::new("tasks", "expected a list of task names").with_hint(HINT));
        }
    };
    if tasks.is_empty() {
        return Err(InputError::new("tasks", ".Values.tasks is empty").with_hint(HINT));
    }
    let text = |(index, task): (usize, &Value)| {
        let name = task.as_str().map(str::to_owned);
        name.ok_or_else(|| InputError::new(format!("tasks[{index}]"), "expected a task name"))
    };
    tasks.iter().enumerate().map(text).collect()
}

fn task_entry(name: &str, path: &str) -> Result<&'static TaskEntry, InputError> {
    let Some(entry) = catalogue::find(name) else {
        let message = "task name must be one of assess, custommetrics, abnmetrics, grpc, http, \
                       ready, run, notify, github, or slack";
        let error = InputError::new(path, message);
        let near = closest(name, catalogue::TASKS.iter().map(|task| task.name));
        return Err(match near {
            Some(near) => error.with_hint(format!("{name:?} is none; did you mean {near:?}?")),
            None => error.with_hint(format!("{name:?} is none")),
        });
    };
    if !entry.kind.is_available() {
        return Err(unavailable(name, path));
    }
    Ok(entry)
}

/// The error for a task that is known but cannot be run by this version.
pub fn unavailable(name: &str, path: &str) -> InputError {
    let available: Vec<&str> = catalogue::TASKS
        .iter()
        .filter(|task| task.kind.is_available())
        .map(|task| task.name)
        .collect();
    InputError::new(path, format!("task {name} is not available in this version of iter8"))
        .with_hint(format!("available are {}", available.join(", ")))
}

fn compile_task(entry: &TaskEntry, values: Option<&Value>) -> Result<Vec<TaskSpec>, InputError> {
    let name = entry.name;
    let values = match values {
        // A script may stand alone.
        Some(Value::String(script)) if entry.kind == TaskKind::Run => {
            Map::from_iter([("script".to_owned(), json!(script))])
        }
        Some(Value::Object(values)) => values.clone(),
        None | Some(Value::Null) => {
            let what = match name {
                "github" | "slack" => format!("{name} notify"),
                _ => name.to_owned(),
            };
            return Err(InputError::new(name, format!("{what} values object is nil"))
                .with_hint(format!("tasks lists {name}, which needs parameters")));
        }
        Some(_) => return Err(InputError::new(name, "expected a map of parameters")),
    };
    let (condition, values) = take_condition(values, name)?;
    let with = normalise_inputs(entry, &values, name, UnknownKeys::Reject)?;
    let task = |with| TaskSpec { kind: entry.kind, condition: condition.clone(), with };
    match entry.kind {
        TaskKind::Http => {
            Ok(load::compile(&load::HTTP, with, name)?.into_iter().map(task).collect())
        }
        TaskKind::Grpc => {
            Ok(load::compile(&load::GRPC, with, name)?.into_iter().map(task).collect())
        }
        TaskKind::Run if !with.contains_key("script") => {
            Err(InputError::new(name, "please set the script parameter"))
        }
        TaskKind::Assess if !with.contains_key("SLOs") => {
            Err(InputError::new(name, "please set the SLOs parameter")
                .with_hint("for example --set assess.SLOs.upper.http/latency-mean=50"))
        }
        TaskKind::CustomMetrics => {
            check_templates(&with, name)?;
            Ok(vec![task(with)])
        }
        TaskKind::Notify => Ok(vec![task(notify::compile(entry, with)?)]),
        TaskKind::Ready => Ok(ready::compile(&with)?.into_iter().map(task).collect()),
        TaskKind::AbnMetrics | TaskKind::Assess | TaskKind::Run => Ok(vec![task(with)]),
    }
}

/// There must be something to ask, and nothing may be said of who is not asked.
fn check_templates(with: &Map<String, Value>, name: &str) -> Result<(), InputError> {
    let empty = Map::new();
    let of = |key: &str| with.get(key).and_then(Value::as_object).unwrap_or(&empty);
    let templates = of("templates");
    if templates.is_empty() {
        return Err(InputError::new(name, "please set the templates parameter")
            .with_hint("for example --set custommetrics.templates.istio-prom=istio-prom"));
    }
    for key in ["auth", "tls"] {
        if let Some(provider) = of(key).keys().find(|name| !templates.contains_key(*name)) {
            let known: Vec<&str> = templates.keys().map(String::as_str).collect();
            let message = format!("there is no template {provider:?}");
            return Err(InputError::new(format!("{name}.{key}.{provider}"), message)
                .with_hint(format!("templates are {}", known.join(", "))));
        }
    }
    Ok(())
}

/// Takes `if` out of a task's values; it belongs to the task, not to its inputs.
fn take_condition(
    mut values: Map<String, Value>,
    name: &str,
) -> Result<(Option<String>, Map<String, Value>), InputError> {
    let path = format!("{name}.if");
    let condition = match values.shift_remove("if") {
        None | Some(Value::Null) => None,
        Some(Value::String(source)) => Some(source),
        // `--set` and YAML turn the conditions `true` and `false` into booleans.
        Some(Value::Bool(constant)) => Some(constant.to_string()),
        Some(_) => return Err(InputError::new(path, "expected a condition as text")),
    };
    if let Some(source) = &condition
        && let Err(error) = Condition::compile(source)
    {
        return Err(condition_error(path, &error));
    }
    Ok((condition, values))
}

/// What is wrong with a condition, with its cause and its advice.
fn condition_error(path: String, error: &CompileError) -> InputError {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    let wrong = InputError::new(path, format!("{error}{cause}"));
    match error.hint() {
        Some(hint) => wrong.with_hint(hint),
        None => wrong,
    }
}

#[cfg(test)]
mod tests;
