//! The report for programs. `docs/reference/report-json.md` documents its shape.
//!
//! Keys come in a fixed order. What is not a finite number is `null`, since JSON knows no NaN.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Context;
use crate::view::{Distribution, Loop, MetricRow, QueryRow, Series, SloRow, View};

/// Raised when a field is removed or changes its meaning; new fields do not raise it.
pub const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: u32,
    tool_version: &'a str,
    generated_at: Option<String>,
    group: &'a str,
    summary: Summary<'a>,
    versions: Vec<Version<'a>>,
    slos: Vec<Slo<'a>>,
    unreliable: BTreeMap<&'a str, &'a [String]>,
    metrics: Vec<Metric<'a>>,
    queries: Vec<Query<'a>>,
    histograms: Vec<Histogram<'a>>,
    loops: Vec<Record<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    verdict: &'a str,
    headline: String,
    completed: bool,
    no_failure: bool,
    total_tasks: u64,
    completed_tasks: u64,
    started_loops: u64,
    completed_loops: u64,
    failed_loops: u64,
    interrupted_loops: u64,
    revision: u32,
    start_time: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Version<'a> {
    label: &'a str,
    #[serde(rename = "version")]
    name: &'a str,
    track: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Slo<'a> {
    metric: &'a str,
    units: Option<&'a str>,
    bound: &'a str,
    limit: f64,
    satisfied: Vec<Option<bool>>,
    values: Vec<Option<f64>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metric<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    units: Option<&'a str>,
    description: &'a str,
    values: Vec<Option<f64>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Query<'a> {
    metric: &'a str,
    statuses: Vec<Option<&'a str>>,
    messages: Vec<Option<&'a str>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Histogram<'a> {
    metric: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    units: Option<&'a str>,
    description: &'a str,
    versions: Vec<OfVersion>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OfVersion {
    count: u64,
    buckets: Vec<Bucket>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bucket {
    lower: f64,
    upper: f64,
    count: u64,
    percent: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    number: u64,
    start: String,
    end: String,
    seconds: f64,
    outcome: &'a str,
    values: BTreeMap<&'a str, &'a [Option<f64>]>,
}

/// Renders the report, indented, with a line feed at its end.
pub fn render(view: &View, context: &Context) -> String {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        tool_version: &context.tool_version,
        generated_at: context.generated_at.map(|at| at.to_string()),
        group: &context.group,
        summary: summary(view),
        versions: view
            .versions
            .iter()
            .map(|of| Version { label: &of.label, name: &of.name.version, track: &of.name.track })
            .collect(),
        slos: view.slos.iter().flatten().map(slo).collect(),
        unreliable: view
            .doubts
            .iter()
            .map(|doubt| (doubt.provider.as_str(), doubt.reasons.as_slice()))
            .collect(),
        metrics: view.metrics.iter().map(metric).collect(),
        queries: view.queries.iter().map(query).collect(),
        histograms: view.distributions.iter().map(histogram).collect(),
        loops: view.loops.newest.iter().map(|record| self::record(view, record)).collect(),
    };
    let text = serde_json::to_string_pretty(&document)
        .expect("the document is made of structs, lists, strings and maps with string keys");
    text + "\n"
}

fn summary(view: &View) -> Summary<'_> {
    let summary = &view.summary;
    Summary {
        verdict: view.verdict.as_str(),
        headline: view.headline(),
        completed: summary.completed,
        no_failure: summary.no_failure,
        total_tasks: summary.total_tasks,
        completed_tasks: summary.completed_tasks,
        started_loops: summary.started_loops,
        completed_loops: summary.completed_loops,
        failed_loops: view.loops.failed,
        interrupted_loops: view.loops.interrupted,
        revision: summary.revision,
        start_time: summary.start_time.as_ref().map(|at| at.timestamp().to_string()),
    }
}

fn slo(row: &SloRow) -> Slo<'_> {
    Slo {
        metric: &row.metric,
        units: row.units(),
        bound: row.bound.as_str(),
        limit: row.limit,
        satisfied: row.checks.iter().map(|check| check.satisfied).collect(),
        values: row.checks.iter().map(|check| finite(check.value)).collect(),
    }
}

fn metric(row: &MetricRow) -> Metric<'_> {
    Metric {
        name: &row.name,
        kind: row.meta.kind.as_str(),
        units: row.meta.units.as_deref(),
        description: &row.meta.description,
        values: row.values.iter().copied().map(finite).collect(),
    }
}

fn query(row: &QueryRow) -> Query<'_> {
    let statuses = row.statuses.iter().map(Option::as_ref);
    Query {
        metric: &row.metric,
        statuses: statuses.clone().map(|of| Some(of?.outcome.as_str())).collect(),
        messages: statuses.map(|of| of?.message.as_deref()).collect(),
    }
}

fn histogram(of: &Distribution) -> Histogram<'_> {
    Histogram {
        metric: &of.metric,
        kind: of.meta.kind.as_str(),
        units: of.meta.units.as_deref(),
        description: &of.meta.description,
        versions: of.series.iter().map(series).collect(),
    }
}

fn series(series: &Series) -> OfVersion {
    let bucket = |bar: &crate::view::Bar| Bucket {
        lower: bar.lower,
        upper: bar.upper,
        count: bar.count,
        percent: bar.percent,
    };
    OfVersion { count: series.count, buckets: series.bars.iter().map(bucket).collect() }
}

fn record<'a>(view: &'a View, record: &'a Loop) -> Record<'a> {
    let names = view.loops.metrics.iter().map(|(name, _)| name.as_str());
    Record {
        number: record.number,
        start: record.start.to_string(),
        end: record.end.to_string(),
        seconds: record.seconds(),
        outcome: record.outcome.as_str(),
        values: names.zip(record.values.iter().map(Vec::as_slice)).collect(),
    }
}

fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_finite_is_nothing() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(finite(Some(value)), None);
        }
        assert_eq!(finite(Some(-0.5)), Some(-0.5));
        assert_eq!(finite(None), None);
    }
}
