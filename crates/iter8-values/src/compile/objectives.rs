//! Whether objectives are about something that the tasks of the list measure.

use std::collections::BTreeSet;

use iter8_model::metric::normalise;
use iter8_model::number::shortest;
use iter8_model::suggest::closest;
use iter8_model::task::catalogue::{self, TaskEntry};
use iter8_model::task::{InputError, TaskKind, TaskSpec};
use serde_json::{Map, Value};

/// Objectives must be about something that a task measures, as far as that can be told.
///
/// Without any task that measures nothing is wrong: the metrics may come from an earlier run.
pub(super) fn check(spec: &[TaskSpec]) -> Result<(), InputError> {
    let loads: Vec<&TaskSpec> = spec.iter().filter(|task| is_load(task)).collect();
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
        TaskKind::Http | TaskKind::Grpc if is_load(task) => Some(1),
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

/// Whether a task is a load test whose results are kept.
fn is_load(task: &TaskSpec) -> bool {
    let is_warm_up = task.with.get("warmup").and_then(Value::as_bool).unwrap_or(false);
    matches!(task.kind, TaskKind::Http | TaskKind::Grpc) && !is_warm_up
}

/// The load test and the endpoint whose metrics begin so.
fn load_of(provider: &str) -> Option<(&'static TaskEntry, Option<&str>)> {
    [&catalogue::HTTP, &catalogue::GRPC].into_iter().find_map(|entry| {
        match provider.strip_prefix(entry.name)? {
            "" => Some((entry, None)),
            endpoint => endpoint.strip_prefix('-').map(|endpoint| (entry, Some(endpoint))),
        }
    })
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
    let Some((entry, endpoint)) = load_of(provider) else {
        return Err(not_measured(provider, measured, path));
    };
    let loads: Vec<_> = measured.loads.iter().filter(|task| task.kind == entry.kind).collect();
    if loads.is_empty() {
        return Err(not_measured(provider, measured, path));
    }
    let percentiles = measured_percentiles(entry, endpoint, &loads, path)?;
    // Iter8 0.13 calls aggregates of the latency of grpc so.
    let rest = match rest.strip_prefix("latency/") {
        Some("count") if entry.kind == TaskKind::Grpc => "request-count".to_owned(),
        Some(aggregate) if entry.kind == TaskKind::Grpc => format!("latency-{aggregate}"),
        _ => rest.to_owned(),
    };
    let percent: Option<f64> = entry
        .metrics
        .iter()
        .find_map(|metric| rest.strip_prefix(metric.name.strip_suffix('X')?)?.parse().ok());
    match percent {
        Some(percent) if percentiles.contains(&percent) => Ok(()),
        Some(percent) => {
            let (percent, task) = (shortest(percent), entry.name);
            Err(InputError::new(path, format!("percentile {percent} is not measured"))
                .with_hint(format!("add it: --set \"{task}.percentiles={{{percent}}}\"")))
        }
        None => {
            let scalar = entry.metric(&rest).filter(|found| found.kind.is_list());
            scalar.map(|_| ()).ok_or_else(|| unknown_metric(entry, &rest, provider, path))
        }
    }
}

/// Percentiles of the endpoint, or of tests without endpoints; an error if there is no such test.
fn measured_percentiles(
    entry: &TaskEntry,
    endpoint: Option<&str>,
    loads: &[&&TaskSpec],
    path: &str,
) -> Result<Vec<f64>, InputError> {
    let endpoints = |task: &TaskSpec| -> Vec<String> {
        let endpoints = task.with.get("endpoints").and_then(Value::as_object);
        endpoints.map(|endpoints| endpoints.keys().cloned().collect()).unwrap_or_default()
    };
    let measures = |task: &&&&TaskSpec| match endpoint {
        None => endpoints(task).is_empty(),
        Some(id) => endpoints(task).iter().any(|known| known == id),
    };
    let measuring: Vec<_> = loads.iter().filter(measures).collect();
    if measuring.is_empty() {
        let ids: Vec<String> = loads.iter().flat_map(|task| endpoints(task)).collect();
        let hint = match (endpoint, ids.first()) {
            (_, Some(first)) => {
                let (task, ids) = (entry.name, ids.join(", "));
                format!("endpoints are {ids}; for example {task}-{first}/error-rate")
            }
            (_, None) => format!("there are no endpoints; metrics begin with {}/", entry.name),
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

fn unknown_metric(entry: &TaskEntry, name: &str, provider: &str, path: &str) -> InputError {
    let known: Vec<&str> =
        entry.metrics.iter().filter(|m| m.kind.is_list()).map(|m| m.name).collect();
    let hint = match closest(name, known.iter().copied()) {
        Some(near) => format!("did you mean {provider}/{near}?"),
        None => format!("known are {}", known.join(", ")),
    };
    InputError::new(path, "no such metric is measured").with_hint(hint)
}

/// The error for an objective on a provider that no task of the list asks.
fn not_measured(provider: &str, measured: &Measured<'_>, path: &str) -> InputError {
    let known = measured.providers.iter().copied();
    let known = known.chain(measured.loads.iter().map(|task| task.kind.as_str()));
    let hint = match closest(provider, known) {
        Some(near) if catalogue::find(provider).is_none() => format!("did you mean {near}/…?"),
        _ => format!(
            "list the task that measures it in tasks, or set custommetrics.templates.{provider}"
        ),
    };
    InputError::new(path, "no task measures this metric").with_hint(hint)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Whether an objective on a metric can hold for a grpc task with these inputs.
    fn checked(with: &Value, metric: &str) -> Result<(), String> {
        let task = |kind, with: &Value| TaskSpec {
            with: with.as_object().cloned().unwrap_or_default(),
            ..TaskSpec::new(kind)
        };
        let slos = json!({"SLOs": {"upper": [{"metric": metric, "limit": 1}]}});
        let spec = [task(TaskKind::Grpc, with), task(TaskKind::Assess, &slos)];
        check(&spec)
            .map_err(|error| format!("{} [{}]", error.message, error.hint.unwrap_or_default()))
    }

    #[test]
    fn metrics_of_grpc_have_the_names_of_both() {
        let one = json!({"percentiles": [42]});
        for metric in [
            "grpc/error-rate",
            "grpc/latency/mean",
            "grpc/latency/count",
            "grpc/latency/p99.90",
            "grpc/latency-p42",
            "grpc/message-latency-p42",
            "grpc/message-count",
        ] {
            assert_eq!(checked(&one, metric), Ok(()), "{metric}");
        }
        assert_eq!(checked(&json!({"endpoints": {"a": {}}}), "grpc-a/latency/max"), Ok(()));
        let cases = [
            (
                "grpc/latency/p98",
                "percentile 98 is not measured [add it: --set \"grpc.percentiles={98}\"]",
            ),
            ("grpc/latency/maen", "no such metric is measured [did you mean grpc/latency-mean?]"),
            (
                "grpc-a/error-rate",
                "no load test measures this metric [there are no endpoints; metrics begin with grpc/]",
            ),
            ("grcp/error-rate", "no task measures this metric [did you mean grpc/…?]"),
        ];
        for (metric, expected) in cases {
            assert_eq!(checked(&one, metric).unwrap_err(), expected, "{metric}");
        }
        let error = checked(&one, "http/error-rate").unwrap_err();
        assert!(error.starts_with("no task measures this metric [list the task"), "{error}");
    }
}
