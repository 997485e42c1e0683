//! Whether objectives are about something that the tasks of the list measure.

use std::collections::BTreeSet;

use iter8_model::metric::normalise;
use iter8_model::number::shortest;
use iter8_model::suggest::closest;
use iter8_model::task::catalogue;
use iter8_model::task::{InputError, TaskKind, TaskSpec};
use serde_json::{Map, Value};

/// Objectives must be about something that a task measures, as far as that can be told.
///
/// Without any task that measures nothing is wrong: the metrics may come from an earlier run.
pub(super) fn check(spec: &[TaskSpec]) -> Result<(), InputError> {
    let loads: Vec<&TaskSpec> =
        spec.iter().filter(|task| task.kind == TaskKind::Http && !is_warm_up(task)).collect();
    let measured = Measured { loads, providers: providers(spec) };
    if measured.loads.is_empty() && measured.providers.is_empty() {
        return Ok(());
    }
    let assessed = spec.iter().filter(|task| task.kind == TaskKind::Assess);
    for slos in assessed.filter_map(|task| task.with.get("SLOs")?.as_object()) {
        for (side, slos) in slos {
            let metrics = slos.as_array().into_iter().flatten();
            for metric in metrics.filter_map(|slo| slo.get("metric")?.as_str()) {
                check_objective(metric, &measured, &format!("assess.SLOs.{side}: {metric}"))?;
            }
        }
    }
    Ok(())
}

/// Tasks that measure must agree on the number of versions. One with a condition may not run.
pub(super) fn check_versions(spec: &[TaskSpec]) -> Result<(), InputError> {
    let versions = |task: &TaskSpec| match task.kind {
        TaskKind::CustomMetrics => {
            let values = task.with.get("versionValues").and_then(Value::as_array);
            Some(values.map_or(1, Vec::len).max(1))
        }
        TaskKind::Http if !is_warm_up(task) => Some(1),
        _ => None,
    };
    let measuring = spec.iter().filter(|task| task.condition.is_none());
    let counts: Vec<usize> = measuring.filter_map(versions).collect();
    match counts.iter().find(|count| **count != counts[0]) {
        None => Ok(()),
        Some(new) => {
            let old = counts[0];
            let message = format!("inconsistent number for app versions; old ({old}); new ({new})");
            Err(InputError::new("custommetrics.versionValues", message)
                .with_hint("a load test measures one version; tasks of one list must agree"))
        }
    }
}

fn is_warm_up(task: &TaskSpec) -> bool {
    task.with.get("warmup").and_then(Value::as_bool).unwrap_or(false)
}

/// What the tasks of a list measure.
struct Measured<'a> {
    /// Load tests that are no warm-ups.
    loads: Vec<&'a TaskSpec>,
    /// Names of provider templates.
    providers: BTreeSet<&'a str>,
}

fn providers(spec: &[TaskSpec]) -> BTreeSet<&str> {
    let tasks = spec.iter().filter(|task| task.kind == TaskKind::CustomMetrics);
    let templates = tasks.filter_map(|task| task.with.get("templates")?.as_object());
    templates.flat_map(Map::keys).map(String::as_str).collect()
}

fn check_objective(metric: &str, measured: &Measured<'_>, path: &str) -> Result<(), InputError> {
    let name = normalise(metric).unwrap_or_else(|_| metric.to_owned());
    let Some((provider, rest)) = name.split_once('/') else { return Ok(()) };
    // Which metrics a template defines is known only when it has been rendered.
    if measured.providers.contains(provider) {
        return Ok(());
    }
    let loads = &measured.loads;
    let endpoint = match provider.strip_prefix("http") {
        _ if loads.is_empty() => return Err(not_measured(provider, measured, path)),
        Some("") => None,
        Some(endpoint) if endpoint.starts_with('-') => Some(&endpoint[1..]),
        _ => return Err(not_measured(provider, measured, path)),
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

/// The error for an objective on a provider that no task of the list asks.
fn not_measured(provider: &str, measured: &Measured<'_>, path: &str) -> InputError {
    let known = measured.providers.iter().copied();
    let known = known.chain((!measured.loads.is_empty()).then_some("http"));
    let hint = match closest(provider, known) {
        Some(near) if catalogue::find(provider).is_none() => format!("did you mean {near}/…?"),
        _ => format!(
            "list the task that measures it in tasks, or set custommetrics.templates.{provider}"
        ),
    };
    InputError::new(path, "no task measures this metric").with_hint(hint)
}
