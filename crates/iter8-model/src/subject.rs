//! What conditions see of an experiment.

use crate::condition::{Subject, Value};
use crate::experiment::{Experiment, ExperimentResult};
use crate::insights::{Insights, VersionInsights};
use crate::metric::MetricMeta;
use crate::slo::{Slo, SlosSatisfied};

impl Subject for Experiment {
    fn slos(&self) -> bool {
        Self::slos(self)
    }

    fn completed(&self) -> bool {
        Self::completed(self)
    }

    fn no_failure(&self) -> bool {
        Self::no_failure(self)
    }

    fn spec(&self) -> Value {
        list(self.spec.iter().map(|task| Value::object([("Task", task.kind.as_str().into())])))
    }

    fn result(&self) -> Value {
        self.result.as_ref().map_or(Value::Nil, result)
    }

    fn scalar_metric_value(&self, version: i64, name: &str) -> Option<f64> {
        let version = usize::try_from(version).ok()?;
        self.insights()?.value(version, &name.parse().ok()?).filter(|value| value.is_finite())
    }

    fn track_version(&self, version: i64) -> Option<String> {
        let version = usize::try_from(version).ok()?;
        let insights = self.insights()?;
        (version < insights.versions.len()).then(|| insights.version_label(version))
    }

    fn metric_info(&self, name: &str) -> Value {
        let meta = self.insights().and_then(|insights| insights.meta(&name.parse().ok()?));
        meta.as_ref().map_or(Value::Nil, metric_info)
    }
}

fn list(items: impl Iterator<Item = Value>) -> Value {
    Value::Array(items.collect())
}

/// Counts beyond 63 bits do not occur.
fn count(count: u64) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

fn result(result: &ExperimentResult) -> Value {
    let start = result.start_time.as_ref();
    Value::object([
        ("Revision", count(u64::from(result.revision))),
        ("StartTime", start.map_or(Value::Nil, |at| Value::Time(at.timestamp(), at.offset()))),
        ("NumLoops", count(result.num_loops)),
        ("NumCompletedTasks", count(result.num_completed_tasks)),
        ("Failure", result.failure.into()),
        ("Iter8Version", result.iter8_version.as_str().into()),
        ("Insights", result.insights.as_ref().map_or(Value::Nil, insights)),
    ])
}

fn insights(insights: &Insights) -> Value {
    let versions = &insights.versions;
    let per_version = |of: fn(&VersionInsights) -> Value| list(versions.iter().map(of));
    let slos = insights.slos.as_ref().map_or(Value::Nil, |slos| {
        Value::object([("Upper", slo_list(&slos.upper)), ("Lower", slo_list(&slos.lower))])
    });
    Value::object([
        ("NumVersions", count(versions.len() as u64)),
        ("VersionNames", per_version(version_name)),
        (
            "MetricsInfo",
            insights.metrics.iter().map(|(k, v)| (k.clone(), metric_info(v))).collect(),
        ),
        ("NonHistMetricValues", per_version(numbers)),
        ("HistMetricValues", per_version(histograms)),
        ("SummaryMetricValues", per_version(summaries)),
        ("SLOs", slos),
        ("SLOsSatisfied", insights.slos_satisfied.as_ref().map_or(Value::Nil, satisfied)),
    ])
}

fn version_name(of: &VersionInsights) -> Value {
    let name = of.name.clone().unwrap_or_default();
    Value::object([
        ("Version", name.version.as_str().into()),
        ("Track", name.track.as_str().into()),
    ])
}

fn floats(values: &[f64]) -> Value {
    list(values.iter().map(|value| Value::Float(*value)))
}

fn numbers(of: &VersionInsights) -> Value {
    of.numbers.iter().map(|(name, values)| (name.clone(), floats(values))).collect()
}

fn histograms(of: &VersionInsights) -> Value {
    let histograms = of.histograms.iter().map(|(name, buckets)| {
        let buckets = buckets.iter().map(|bucket| {
            Value::object([
                ("Lower", bucket.lower.into()),
                ("Upper", bucket.upper.into()),
                ("Count", count(bucket.count)),
            ])
        });
        (name.clone(), list(buckets))
    });
    histograms.collect()
}

fn summaries(of: &VersionInsights) -> Value {
    let summaries = of.summaries.iter().map(|(name, summary)| {
        let parts = [summary.count, summary.sum, summary.min, summary.max, summary.sum_of_squares];
        (name.clone(), floats(&parts))
    });
    summaries.collect()
}

fn metric_info(meta: &MetricMeta) -> Value {
    Value::object([
        ("Description", meta.description.as_str().into()),
        ("Units", meta.units.as_deref().map_or(Value::Nil, Value::from)),
        ("Type", meta.kind.as_str().into()),
    ])
}

fn slo_list(slos: &[Slo]) -> Value {
    let slos = slos.iter().map(|slo| {
        Value::object([("Metric", slo.metric.as_str().into()), ("Limit", slo.limit.into())])
    });
    list(slos)
}

fn satisfied(satisfied: &SlosSatisfied) -> Value {
    let rows = |rows: &[Vec<bool>]| -> Value {
        list(rows.iter().map(|row| list(row.iter().map(|held| Value::from(*held)))))
    };
    Value::object([("Upper", rows(&satisfied.upper)), ("Lower", rows(&satisfied.lower))])
}

#[cfg(test)]
mod tests {
    use crate::condition::Condition;
    use crate::experiment::Experiment;
    use crate::wire;

    /// A finished loop of two versions.
    const MEASURED: &str = r#"
spec: [{task: http}, {task: assess}, {run: "true"}]
result:
  startTime: "2023-05-15T12:00:00+02:00"
  numLoops: 1
  numCompletedTasks: 3
  iter8Version: v0.13
  insights:
    numVersions: 2
    versionNames: [{version: v1, track: default}, {version: v2, track: candidate}]
    metricsInfo:
      http/latency-mean: {description: mean of observed latency values, units: msec, type: Gauge}
      abn/m: {description: "", type: Summary}
    nonHistMetricValues: [{http/latency-mean: [40, 45.5]}, {}]
    histMetricValues: [{http/latency: [{lower: 0, upper: 1, count: 7}]}, {}]
    SummaryMetricValues: [{abn/m: [1, 5, 5, 5, 25]}, {}]
    SLOs: {upper: [{metric: http/latency-mean, limit: 50}]}
    SLOsSatisfied: {upper: [[true, false]]}
"#;

    fn holds(text: &str, source: &str) -> Result<bool, String> {
        let experiment = wire::read(text).unwrap().experiment;
        let condition = Condition::compile(source).map_err(|error| error.to_string())?;
        condition.evaluate(&experiment).map_err(|error| error.to_string())
    }

    #[test]
    fn names_of_the_specification() {
        for source in [
            "not SLOs() and Completed() and NoFailure()",
            "Result.NumLoops == 1 and Result.NumLoops in 0..3",
            "len(Spec) == 3 and not Result.Failure",
            "Result.Insights != nil and Result.Revision == 0",
            r#"Result.Insights.NonHistMetricValues[0]["http/latency-mean"][0] < 50"#,
            r#"Result.Insights.NonHistMetricValues[0]["http/latency-mean"][-1] == 45.5"#,
            "Result.Insights.SLOsSatisfied.Upper[0][0] and not Result.Insights.SLOsSatisfied.Upper[0][1]",
            r#""http/latency-mean" in Result.Insights.MetricsInfo"#,
            "all(Result.Insights.SLOsSatisfied.Upper, {#[0]})",
            r#"Result.Iter8Version startsWith "v0" and Result.StartTime.Year() > 2000"#,
            "Result.StartTime.Hour() == 12",
            r#"Result.Insights.ScalarMetricValue(0, "http/latency-mean") < 500"#,
            r#"Result.Insights.ScalarMetricValue(0, "abn/m/mean") == 5"#,
            r#"Result.Insights.ScalarMetricValue(0, "abn/m/stddev") == nil"#,
            r#"Result.Insights.ScalarMetricValue(1, "http/latency-mean") == nil"#,
            r#"Result.Insights.TrackVersionStr(1) == "candidate (v2)""#,
            r#"Result.Insights.GetMetricsInfo("http/latency-mean").Units == "msec""#,
            r#"Result.Insights.HistMetricValues[0]["http/latency"][0].Count == 7"#,
            r#"Result.Insights.SummaryMetricValues[0]["abn/m"][1] == 5"#,
            "Result.Insights.SLOs.Upper[0].Limit == 50",
            r#"Result.Insights.VersionNames[0].Track == "default""#,
            "Result.Insights.NumVersions == 2",
        ] {
            assert_eq!(holds(MEASURED, source), Ok(true), "{source}");
        }
    }

    #[test]
    fn before_there_are_metrics() {
        let fresh = "spec: [{task: http}]\nresult: {}";
        assert_eq!(holds(fresh, "Result.Insights == nil or SLOs()"), Ok(true));
        assert_eq!(holds(fresh, "(Result.Insights?.NumVersions ?? 0) == 0"), Ok(true));
        assert!(holds(fresh, "Result.Insights.NumVersions == 1").is_err());
        let never_run = Experiment::default();
        assert!(Condition::compile("Completed()").unwrap().evaluate(&never_run) == Ok(false));
    }
}
