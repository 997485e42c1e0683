//! `.Report`: the experiment as payload templates of Iter8 0.13 know it.

use std::rc::Rc;

use iter8_model::experiment::{Experiment, ExperimentResult};
use iter8_model::insights::{Insights, VersionInsights};
use iter8_model::metric::{Bucket, MetricMeta, Summary};
use iter8_model::slo::{Slo, Slos, SlosSatisfied};
use iter8_model::task::{TaskKind, TaskSpec, catalogue};
use iter8_template::{IntKind, List, Map, Text, Value};
use jiff::Zoned;
use serde_json::Value as Json;

use super::structure::{INPUTS, Structure};

/// The report of an experiment at a moment.
///
/// `is_completed` says whether all tasks are done but those that notify.
pub(super) fn report(experiment: &Rc<Experiment>, now: &Zoned, is_completed: bool) -> Value {
    let result = experiment.result.as_ref();
    Structure::new("base.Report")
        .field("TimeStamp", "timeStamp", now.strftime("%Y-%m-%d %H:%M:%S%.f %z %Z").to_string())
        .field("Completed", "completed", is_completed)
        .field("NoTaskFailures", "noTaskFailures", experiment.no_failure())
        .field("NumTasks", "numTasks", count(experiment.spec.len() as u64))
        .field(
            "NumCompletedTasks",
            "numCompletedTasks",
            count(result.map_or(0, |result| result.num_completed_tasks)),
        )
        .field("NumLoops", "numLoops", count(result.map_or(0, |result| result.num_loops)))
        .field("Experiment", "experiment", self::experiment(experiment, is_completed))
        .value()
}

/// Whether every task is done except those that notify. While it runs, a notification is itself
/// not done yet, and one that follows has no word in what came of the experiment.
// Differs from Iter8 0.13: there it is always false.
pub(super) fn is_completed(experiment: &Experiment) -> bool {
    let done = experiment.result.as_ref().map_or(0, |result| result.num_completed_tasks);
    let done = usize::try_from(done).unwrap_or(usize::MAX);
    let mut rest = experiment.spec.iter().skip(done);
    experiment.result.is_some() && rest.all(|task| task.kind == TaskKind::Notify)
}

/// A number of things. Go counts with `int`.
fn count(number: u64) -> Value {
    Value::int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn list<T>(items: impl IntoIterator<Item = T>, value: impl Fn(T) -> Value) -> Value {
    Value::List(List::new(items.into_iter().map(value).collect::<Vec<_>>()))
}

fn map<'a, T: 'a>(
    entries: impl IntoIterator<Item = (&'a String, T)>,
    value: impl Fn(T) -> Value,
) -> Value {
    let entries = entries.into_iter().map(|(key, of)| (Text::from(key.as_str()), value(of)));
    Value::Map(entries.collect::<Map>())
}

fn experiment(experiment: &Rc<Experiment>, is_completed: bool) -> Value {
    let held = Rc::clone(experiment);
    let result = experiment.result.as_ref();
    Structure::new("*base.Experiment")
        .field("Spec", "spec", list(&experiment.spec, task))
        .field(
            "Result",
            "result",
            result.map_or(Value::Nil, |result| self::result(result, experiment)),
        )
        .methods(Box::new(move |name, _| {
            let answer = match name {
                "SLOs" => held.slos(),
                "Completed" => is_completed,
                "NoFailure" => held.no_failure(),
                _ => return None,
            };
            Some(Ok(answer.into()))
        }))
        .value()
}

fn task(task: &TaskSpec) -> Value {
    let script = task.with.get("script").and_then(Json::as_str);
    let (name, script) = match (task.kind, script) {
        (TaskKind::Run, Some(script)) => (Value::Nil, Value::from(script)),
        (kind, _) => (Value::from(kind.as_str()), Value::Nil),
    };
    let condition = task.condition.as_deref().map_or(Value::Nil, Value::from);
    Structure::new("*base.Task")
        .field_if_set("Task", "task", name)
        .field_if_set("Run", "run", script)
        .field_if_set("If", "if", condition)
        .field_if_set("With", "with", inputs(task))
        .value()
}

/// The inputs of a task, those of the catalogue first and in its order; nil for a script that has
/// no others.
fn inputs(task: &TaskSpec) -> Value {
    let known = catalogue::of_kind(task.kind).map(|task| task.parameters).unwrap_or_default();
    let place = |name: &str| known.iter().position(|parameter| parameter.name == name);
    let is_script = |name: &str| task.kind == TaskKind::Run && name == "script";
    let mut given: Vec<(&String, &Json)> =
        task.with.iter().filter(|(name, _)| !is_script(name)).collect();
    if task.kind == TaskKind::Run && given.is_empty() {
        return Value::Nil;
    }
    given.sort_by_key(|(name, _)| place(name).unwrap_or(known.len()));
    let inputs = Structure::new(INPUTS);
    given.into_iter().fold(inputs, |all, (name, json)| all.input(name, input(name, json))).value()
}

/// An input; objectives have their names before their limits, as Go writes them.
fn input(name: &str, json: &Json) -> Value {
    if name != "SLOs" {
        return Value::from(json);
    }
    let side = |side: &str| {
        let all = json.get(side).and_then(Json::as_array).into_iter().flatten();
        list(all, |objective| {
            let part = |part: &str| objective.get(part).map_or(Value::Nil, Value::from);
            slo(part("metric"), part("limit"))
        })
    };
    Structure::new("*base.SLOLimits")
        .field_if_any("Upper", "upper", side("upper"))
        .field_if_any("Lower", "lower", side("lower"))
        .value()
}

fn result(result: &ExperimentResult, experiment: &Rc<Experiment>) -> Value {
    let insights = result.insights.as_ref();
    Structure::new("*base.ExperimentResult")
        .field_if_any("Revision", "revision", count(u64::from(result.revision)))
        .field("StartTime", "startTime", start_time(result))
        .field("NumLoops", "numLoops", count(result.num_loops))
        .field("NumCompletedTasks", "numCompletedTasks", count(result.num_completed_tasks))
        .field("Failure", "failure", result.failure)
        .field_if_set(
            "Insights",
            "insights",
            insights.map_or(Value::Nil, |insights| self::insights(insights, experiment)),
        )
        .field("Iter8Version", "iter8Version", result.iter8_version.as_str())
        .value()
}

/// Go's zero time is empty text in documents.
fn start_time(result: &ExperimentResult) -> Value {
    result.start_time.as_ref().map_or(Value::text(""), Value::from)
}

fn insights(insights: &Insights, experiment: &Rc<Experiment>) -> Value {
    let versions = insights.versions.as_slice();
    let per_version = |of: fn(&VersionInsights) -> Value| list(versions, of);
    let held = Rc::clone(experiment);
    Structure::new("*base.Insights")
        .field("NumVersions", "numVersions", count(versions.len() as u64))
        .field("VersionNames", "versionNames", version_names(versions))
        .field_if_any("MetricsInfo", "metricsInfo", map(&insights.metrics, metric_meta))
        .field_if_any("NonHistMetricValues", "nonHistMetricValues", per_version(numbers))
        .field_if_any("HistMetricValues", "histMetricValues", per_version(histograms))
        .field("SummaryMetricValues", "SummaryMetricValues", per_version(summaries))
        .field_if_set("SLOs", "SLOs", insights.slos.as_ref().map_or(Value::Nil, slos))
        .field_if_set(
            "SLOsSatisfied",
            "SLOsSatisfied",
            insights.slos_satisfied.as_ref().map_or(Value::Nil, satisfied),
        )
        .methods(Box::new(move |name, arguments| ask(held.insights()?, name, arguments)))
        .value()
}

/// The methods of insights.
fn ask(insights: &Insights, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
    let metric = |text: &Text| text.as_str().parse().map_err(|error| format!("{error}"));
    let answer = match (name, arguments) {
        ("ScalarMetricValue", [Value::Int(version, _), Value::Str(text)]) => {
            let version = usize::try_from(*version).unwrap_or(usize::MAX);
            metric(text).map(|name| {
                let value = insights.value(version, &name).filter(|value| value.is_finite());
                value.map_or(Value::Nil, Value::from)
            })
        }
        ("GetMetricsInfo", [Value::Str(text)]) => metric(text).and_then(|name| {
            let meta = insights.meta(&name);
            meta.map(|meta| metric_meta(&meta)).ok_or_else(|| format!("no metric {name}"))
        }),
        ("TrackVersionStr", [Value::Int(version, _)]) => usize::try_from(*version)
            .ok()
            .filter(|version| *version < insights.versions.len())
            .map(|version| Value::from(insights.version_label(version)))
            .ok_or_else(|| format!("there is no version {version}")),
        ("ScalarMetricValue", _) => Err("expected the number of a version and a metric".to_owned()),
        ("GetMetricsInfo", _) => Err("expected a metric".to_owned()),
        ("TrackVersionStr", _) => Err("expected the number of a version".to_owned()),
        _ => return None,
    };
    Some(answer)
}

fn version_names(versions: &[VersionInsights]) -> Value {
    if versions.iter().all(|version| version.name.is_none()) {
        return Value::Nil;
    }
    list(versions, |version| {
        let name = version.name.clone().unwrap_or_default();
        Structure::new("base.VersionInfo")
            .field("Version", "version", name.version)
            .field("Track", "track", name.track)
            .value()
    })
}

fn metric_meta(meta: &MetricMeta) -> Value {
    Structure::new("base.MetricMeta")
        .field("Description", "description", meta.description.as_str())
        .field_if_set("Units", "units", meta.units.as_deref().map_or(Value::Nil, Value::from))
        .field("Type", "type", meta.kind.as_str())
        .value()
}

fn floats(values: &[f64]) -> Value {
    list(values, |value| Value::from(*value))
}

fn numbers(of: &VersionInsights) -> Value {
    map(&of.numbers, |values| floats(values))
}

fn histograms(of: &VersionInsights) -> Value {
    map(&of.histograms, |buckets| list(buckets, bucket))
}

fn bucket(bucket: &Bucket) -> Value {
    let count = Value::Int(i64::try_from(bucket.count).unwrap_or(i64::MAX), IntKind::Uint64);
    Structure::new("base.HistBucket")
        .field("Lower", "lower", bucket.lower)
        .field("Upper", "upper", bucket.upper)
        .field("Count", "count", count)
        .value()
}

fn summaries(of: &VersionInsights) -> Value {
    map(&of.summaries, |summary| {
        let Summary { count, sum, min, max, sum_of_squares } = *summary;
        floats(&[count, sum, min, max, sum_of_squares])
    })
}

fn slos(slos: &Slos) -> Value {
    let side = |slos: &[Slo]| list(slos, |of| slo(of.metric.as_str().into(), of.limit.into()));
    Structure::new("*base.SLOLimits")
        .field_if_any("Upper", "upper", side(&slos.upper))
        .field_if_any("Lower", "lower", side(&slos.lower))
        .value()
}

fn slo(metric: Value, limit: Value) -> Value {
    Structure::new("base.SLO")
        .field("Metric", "metric", metric)
        .field("Limit", "limit", limit)
        .value()
}

fn satisfied(satisfied: &SlosSatisfied) -> Value {
    let rows = |rows: &[Vec<bool>]| list(rows, |row| list(row, |held| Value::from(*held)));
    Structure::new("*base.SLOResults")
        .field_if_any("Upper", "upper", rows(&satisfied.upper))
        .field_if_any("Lower", "lower", rows(&satisfied.lower))
        .value()
}
