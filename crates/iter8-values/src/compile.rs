//! Values to the task list of an experiment.

use std::error::Error;

use iter8_model::condition::{CompileError, Condition};
use iter8_model::metric::normalise;
use iter8_model::number::shortest;
use iter8_model::suggest::closest;
use iter8_model::task::catalogue::{self, TaskEntry};
use iter8_model::task::{InputError, TaskKind, TaskSpec, UnknownKeys, normalise_inputs};
use serde_json::{Map, Value, json};

use crate::settings::SETTINGS;

/// Compiles values into the tasks that they describe, in the order of `tasks`.
///
/// Everything is checked before anything runs: names of keys and tasks, types and ranges,
/// conditions, and whether the load test measures what the objectives are about.
pub fn compile(values: &Map<String, Value>) -> Result<Vec<TaskSpec>, InputError> {
    check_keys(values)?;
    crate::settings::check(values)?;
    let mut spec = Vec::new();
    for (index, name) in task_names(values)?.iter().enumerate() {
        let entry = task_entry(name, &format!("tasks[{index}]"))?;
        spec.extend(compile_task(entry, values.get(entry.name))?);
    }
    check_objectives(&spec)?;
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
                       ready, run, github, or slack";
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
            return Err(InputError::new(name, format!("{name} values object is nil"))
                .with_hint(format!("tasks lists {name}, which needs parameters")));
        }
        Some(_) => return Err(InputError::new(name, "expected a map of parameters")),
    };
    let (condition, values) = take_condition(values, name)?;
    let with = normalise_inputs(entry, &values, name, UnknownKeys::Reject)?;
    let task = |with| TaskSpec { kind: entry.kind, condition: condition.clone(), with };
    match entry.kind {
        TaskKind::Http => Ok(compile_load(with, name)?.into_iter().map(task).collect()),
        TaskKind::Run if !with.contains_key("script") => {
            Err(InputError::new(name, "please set the script parameter"))
        }
        TaskKind::Assess if !with.contains_key("SLOs") => {
            Err(InputError::new(name, "please set the SLOs parameter")
                .with_hint("for example --set assess.SLOs.upper.http/latency-mean=50"))
        }
        _ => Ok(vec![task(with)]),
    }
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

/// A load test, preceded by its warm-up if there is one.
fn compile_load(
    with: Map<String, Value>,
    name: &str,
) -> Result<Vec<Map<String, Value>>, InputError> {
    check_urls(&with, name)?;
    let mut tests = Vec::new();
    for (warmup, bound) in [("warmupNumRequests", "numRequests"), ("warmupDuration", "duration")] {
        if let Some(amount) = with.get(warmup).filter(|_| tests.is_empty()) {
            tests.push(warm_up(&with, bound, amount));
        }
    }
    tests.push(with);
    Ok(tests)
}

fn check_urls(with: &Map<String, Value>, name: &str) -> Result<(), InputError> {
    if with.contains_key("url") {
        return Ok(());
    }
    let endpoints = with.get("endpoints").and_then(Value::as_object);
    let Some(endpoints) = endpoints.filter(|endpoints| !endpoints.is_empty()) else {
        let message = "please set the url parameter or the endpoints parameter";
        return Err(InputError::new(name, message));
    };
    match endpoints.iter().find(|(_, endpoint)| endpoint.get("url").is_none()) {
        None => Ok(()),
        Some((id, _)) => {
            let message = format!("endpoint {id:?} does not have a url parameter");
            Err(InputError::new(format!("{name}.endpoints.{id}"), message))
        }
    }
}

/// The same test with another bound and its results forgotten. Whatever else bounds it, at the
/// top or in an endpoint, is dropped.
fn warm_up(with: &Map<String, Value>, bound: &str, amount: &Value) -> Map<String, Value> {
    const BOUNDS: [&str; 5] =
        ["numRequests", "duration", "stages", "warmupNumRequests", "warmupDuration"];
    let unbounded = |inputs: &Map<String, Value>| -> Map<String, Value> {
        let kept = inputs.iter().filter(|(key, _)| !BOUNDS.contains(&key.as_str()));
        kept.map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    let mut test = unbounded(with);
    if let Some(Value::Object(endpoints)) = test.get_mut("endpoints") {
        for endpoint in endpoints.values_mut() {
            *endpoint = Value::Object(endpoint.as_object().map(unbounded).unwrap_or_default());
        }
    }
    test.insert(bound.to_owned(), amount.clone());
    test.insert("warmup".to_owned(), Value::Bool(true));
    test
}

/// Objectives on metrics of a load test must be about something that it measures.
fn check_objectives(spec: &[TaskSpec]) -> Result<(), InputError> {
    let loads: Vec<&TaskSpec> =
        spec.iter().filter(|task| task.kind == TaskKind::Http && !is_warm_up(task)).collect();
    if loads.is_empty() {
        return Ok(());
    }
    let assessed = spec.iter().filter(|task| task.kind == TaskKind::Assess);
    for slos in assessed.filter_map(|task| task.with.get("SLOs")?.as_object()) {
        for (side, slos) in slos {
            let metrics = slos.as_array().into_iter().flatten();
            for metric in metrics.filter_map(|slo| slo.get("metric")?.as_str()) {
                check_objective(metric, &loads, &format!("assess.SLOs.{side}: {metric}"))?;
            }
        }
    }
    Ok(())
}

fn is_warm_up(task: &TaskSpec) -> bool {
    task.with.get("warmup").and_then(Value::as_bool).unwrap_or(false)
}

fn check_objective(metric: &str, loads: &[&TaskSpec], path: &str) -> Result<(), InputError> {
    let name = normalise(metric).unwrap_or_else(|_| metric.to_owned());
    let Some((provider, rest)) = name.split_once('/') else { return Ok(()) };
    let endpoint = match provider.strip_prefix("http") {
        Some("") => None,
        Some(endpoint) if endpoint.starts_with('-') => Some(&endpoint[1..]),
        _ => return Ok(()),
    };
    let percentiles = measured_percentiles(endpoint, loads, path)?;
    let family = ["latency-p", "service-time-p"].into_iter().find_map(|prefix| {
        let percent: f64 = rest.strip_prefix(prefix)?.parse().ok()?;
        Some((prefix, percent))
    });
    match family {
        Some((_, percent)) if percentiles.contains(&percent) => Ok(()),
        Some((_, percent)) => {
            let percent = shortest(percent);
            Err(InputError::new(path, format!("percentile {percent} is not measured"))
                .with_hint(format!("add it: --set \"http.percentiles={{{percent}}}\"")))
        }
        None => {
            let scalar = catalogue::HTTP.metric(rest).filter(|found| found.kind.is_list());
            scalar.map(|_| ()).ok_or_else(|| unknown_metric(rest, provider, path))
        }
    }
}

/// Percentiles of the endpoint, or of tests without endpoints; an error if there is no such test.
fn measured_percentiles(
    endpoint: Option<&str>,
    loads: &[&TaskSpec],
    path: &str,
) -> Result<Vec<f64>, InputError> {
    let endpoints = |task: &TaskSpec| -> Vec<String> {
        let endpoints = task.with.get("endpoints").and_then(Value::as_object);
        endpoints.map(|endpoints| endpoints.keys().cloned().collect()).unwrap_or_default()
    };
    let measures = |task: &&&TaskSpec| match endpoint {
        None => endpoints(task).is_empty(),
        Some(id) => endpoints(task).iter().any(|known| known == id),
    };
    let measuring: Vec<_> = loads.iter().filter(measures).collect();
    if measuring.is_empty() {
        let ids: Vec<String> = loads.iter().flat_map(|task| endpoints(task)).collect();
        let hint = match (endpoint, ids.first()) {
            (_, Some(first)) => {
                format!("endpoints are {}; for example http-{first}/error-rate", ids.join(", "))
            }
            (_, None) => "there are no endpoints; metrics begin with http/".to_owned(),
        };
        return Err(InputError::new(path, "no load test measures this metric").with_hint(hint));
    }
    let listed = measuring.into_iter().flat_map(|task| {
        let of_endpoint = endpoint.and_then(|id| task.with.get("endpoints")?.get(id));
        let own = of_endpoint.and_then(|inputs| inputs.get("percentiles"));
        [own, task.with.get("percentiles")]
            .into_iter()
            .flatten()
            .filter_map(Value::as_array)
            .flatten()
    });
    Ok(listed.filter_map(Value::as_f64).chain(catalogue::DEFAULT_PERCENTILES).collect())
}

fn unknown_metric(name: &str, provider: &str, path: &str) -> InputError {
    let known: Vec<&str> =
        catalogue::HTTP.metrics.iter().filter(|m| m.kind.is_list()).map(|m| m.name).collect();
    let hint = match closest(name, known.iter().copied()) {
        Some(near) => format!("did you mean {provider}/{near}?"),
        None => format!("known are {}", known.join(", ")),
    };
    InputError::new(path, "no such metric is measured").with_hint(hint)
}

#[cfg(test)]
mod tests;
