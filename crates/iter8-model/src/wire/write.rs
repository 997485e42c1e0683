//! Experiment to document text.

use jiff::{Timestamp, Zoned};
use serde_json::{Map, Value, json};

use super::emit::emit;
use crate::experiment::{Experiment, ExperimentResult};
use crate::history::{History, LoopRecord};
use crate::insights::{Insights, QueryStatus, VersionInsights};
use crate::metric::{Bucket, MetricMeta};
use crate::slo::{Slo, Slos, SlosSatisfied};
use crate::task::{TaskKind, TaskSpec};

/// Writes a document with canonical names, keys in byte order.
pub fn write(experiment: &Experiment) -> String {
    let mut document = Map::new();
    document.insert("spec".to_owned(), experiment.spec.iter().map(task).collect());
    if let Some(found) = &experiment.result {
        document.insert("result".to_owned(), result(found));
    }
    emit(&Value::Object(document))
}

fn task(task: &TaskSpec) -> Value {
    let mut entry = Map::new();
    let mut with = task.with.clone();
    match (task.kind, with.get("script")) {
        (TaskKind::Run, Some(script)) => {
            entry.insert("run".to_owned(), script.clone());
            with.shift_remove("script");
        }
        (kind, _) => {
            entry.insert("task".to_owned(), json!(kind.as_str()));
        }
    }
    if let Some(condition) = &task.condition {
        entry.insert("if".to_owned(), json!(condition));
    }
    if !with.is_empty() {
        entry.insert("with".to_owned(), Value::Object(with));
    }
    Value::Object(entry)
}

fn result(result: &ExperimentResult) -> Value {
    let mut entry = Map::new();
    if result.revision != 0 {
        entry.insert("revision".to_owned(), json!(result.revision));
    }
    let start = result.start_time.as_ref().map(start_time).unwrap_or_default();
    entry.insert("startTime".to_owned(), json!(start));
    entry.insert("numLoops".to_owned(), json!(result.num_loops));
    entry.insert("numCompletedTasks".to_owned(), json!(result.num_completed_tasks));
    entry.insert("failure".to_owned(), json!(result.failure));
    if let Some(found) = &result.insights {
        entry.insert("insights".to_owned(), insights(found));
    }
    entry.insert("iter8Version".to_owned(), json!(result.iter8_version));
    if result.history.ended() > 0 {
        entry.insert("history".to_owned(), history(&result.history));
    }
    Value::Object(entry)
}

/// RFC 3339 with the offset of the time, `Z` where that is zero.
fn start_time(at: &Zoned) -> String {
    if at.offset().is_zero() {
        return at.timestamp().to_string();
    }
    at.strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string()
}

fn insights(insights: &Insights) -> Value {
    let versions = &insights.versions;
    let per_version =
        |of: fn(&VersionInsights) -> Value| versions.iter().map(of).collect::<Value>();
    let mut entry = Map::new();
    entry.insert("numVersions".to_owned(), json!(versions.len()));
    entry.insert("versionNames".to_owned(), version_names(versions));
    let metrics = insights.metrics.iter().map(|(name, meta)| (name.clone(), metric_meta(meta)));
    entry.insert("metricsInfo".to_owned(), Value::Object(metrics.collect()));
    entry.insert("nonHistMetricValues".to_owned(), per_version(|of| json!(of.numbers)));
    entry.insert(
        "histMetricValues".to_owned(),
        per_version(|of| {
            let histograms = of.histograms.iter();
            let histograms = histograms.map(|(name, buckets)| {
                (name.clone(), buckets.iter().map(bucket).collect::<Value>())
            });
            Value::Object(histograms.collect())
        }),
    );
    entry.insert(
        "SummaryMetricValues".to_owned(),
        per_version(|of| {
            let summaries = of.summaries.iter();
            let summaries = summaries.map(|(name, summary)| {
                let parts =
                    [summary.count, summary.sum, summary.min, summary.max, summary.sum_of_squares];
                (name.clone(), json!(parts))
            });
            Value::Object(summaries.collect())
        }),
    );
    if versions.iter().any(|of| !of.queries.is_empty()) {
        let queries = |of: &VersionInsights| -> Value {
            let queries = of.queries.iter();
            queries.map(|(metric, query)| (metric.clone(), query_status(query))).collect()
        };
        entry.insert("queryStatus".to_owned(), per_version(queries));
    }
    if let Some(found) = &insights.slos {
        entry.insert("SLOs".to_owned(), slos(found));
    }
    if let Some(found) = &insights.slos_satisfied {
        entry.insert("SLOsSatisfied".to_owned(), slos_satisfied(found));
    }
    if !insights.unreliable.is_empty() {
        entry.insert("unreliable".to_owned(), json!(insights.unreliable));
    }
    Value::Object(entry)
}

fn version_names(versions: &[VersionInsights]) -> Value {
    if versions.iter().all(|version| version.name.is_none()) {
        return Value::Null;
    }
    let names = versions.iter().map(|version| version.name.clone().unwrap_or_default());
    names.map(|name| json!({"version": name.version, "track": name.track})).collect()
}

fn metric_meta(meta: &MetricMeta) -> Value {
    let mut entry = Map::new();
    entry.insert("description".to_owned(), json!(meta.description));
    if let Some(units) = &meta.units {
        entry.insert("units".to_owned(), json!(units));
    }
    entry.insert("type".to_owned(), json!(meta.kind.as_str()));
    Value::Object(entry)
}

fn query_status(query: &QueryStatus) -> Value {
    let mut entry = Map::new();
    entry.insert("status".to_owned(), json!(query.outcome.as_str()));
    if let Some(message) = &query.message {
        entry.insert("message".to_owned(), json!(message));
    }
    Value::Object(entry)
}

fn bucket(bucket: &Bucket) -> Value {
    json!({"lower": bucket.lower, "upper": bucket.upper, "count": bucket.count})
}

fn slos(slos: &Slos) -> Value {
    let side = |slos: &[Slo]| -> Value {
        slos.iter().map(|slo| json!({"metric": slo.metric, "limit": slo.limit})).collect()
    };
    sides(side(&slos.upper), side(&slos.lower))
}

fn slos_satisfied(satisfied: &SlosSatisfied) -> Value {
    sides(json!(satisfied.upper), json!(satisfied.lower))
}

/// `{upper, lower}` without the empty ones.
fn sides(upper: Value, lower: Value) -> Value {
    let mut entry = Map::new();
    for (name, side) in [("upper", upper), ("lower", lower)] {
        if side.as_array().is_some_and(|rows| !rows.is_empty()) {
            entry.insert(name.to_owned(), side);
        }
    }
    Value::Object(entry)
}

fn history(history: &History) -> Value {
    json!({
        "completed": history.completed,
        "failed": history.failed,
        "interrupted": history.interrupted,
        "metrics": history.metrics,
        "loops": history.loops.iter().map(loop_record).collect::<Value>(),
    })
}

fn loop_record(record: &LoopRecord) -> Value {
    let values: Vec<Vec<Value>> = record
        .values
        .iter()
        .map(|row| row.iter().map(|value| six_digits(*value)).collect())
        .collect();
    json!({
        "number": record.number,
        "start": milliseconds(record.start),
        "end": milliseconds(record.end),
        "outcome": record.outcome.as_str(),
        "values": values,
    })
}

/// Times of loops need no nanoseconds.
fn milliseconds(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// Six significant digits are more than any chart shows, and halve the size of a long history.
/// Whole numbers keep all of theirs.
fn six_digits(value: Option<f64>) -> Value {
    match value {
        Some(value) if value.fract() != 0.0 => {
            json!(format!("{value:.5e}").parse().unwrap_or(value))
        }
        value => json!(value),
    }
}
