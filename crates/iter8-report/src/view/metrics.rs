//! The newest values of metrics.

use std::collections::BTreeMap;

use iter8_model::insights::Insights;
use iter8_model::metric::{MetricKind, MetricMeta, MetricName};
use iter8_model::slo::Slos;

use super::{cell, label};

/// What a summary metric is shown as.
const OF_SUMMARY: [&str; 5] = ["count", "max", "mean", "min", "stddev"];

/// What a sample metric is shown as where samples are shown at all.
// Differs from Iter8 0.13: there samples appear only through objectives.
const OF_SAMPLE: [&str; 10] =
    ["mean", "stddev", "min", "max", "p50", "p75", "p90", "p95", "p99", "p99.9"];

/// The newest values of one metric or of one aggregate of it.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricRow {
    /// Full name, normalised.
    pub name: String,
    /// Description, units and kind of the values shown.
    pub meta: MetricMeta,
    /// One value per version; may be NaN.
    pub values: Vec<Option<f64>>,
    /// Whether this is an aggregate of a sample that no objective names.
    pub is_extra: bool,
}

impl MetricRow {
    /// The metric's name with its units.
    pub fn label(&self) -> String {
        label(&self.name, self.meta.units.as_deref())
    }

    /// The values as texts of table cells.
    pub fn cells(&self) -> impl Iterator<Item = String> {
        self.values.iter().copied().map(cell)
    }
}

/// Every counter and gauge, every summary and sample by its aggregates, and what objectives name,
/// in byte order of names. Names without metadata are left out.
pub(super) fn rows(insights: &Insights) -> Vec<MetricRow> {
    let mut names: BTreeMap<String, bool> = BTreeMap::new();
    for (base, meta) in &insights.metrics {
        match meta.kind {
            MetricKind::Counter | MetricKind::Gauge => {
                names.insert(base.clone(), false);
            }
            MetricKind::Summary => {
                names
                    .extend(OF_SUMMARY.map(|aggregation| (format!("{base}/{aggregation}"), false)));
            }
            MetricKind::Sample => {
                names.extend(OF_SAMPLE.map(|aggregation| (format!("{base}/{aggregation}"), true)));
            }
            MetricKind::Histogram => {}
        }
    }
    let slos = insights.slos.iter().flat_map(Slos::iter);
    let named = slos.filter_map(|(_, slo)| slo.metric.parse::<MetricName>().ok());
    names.extend(named.map(|name| (name.to_string(), false)));
    names.into_iter().filter_map(|(name, is_extra)| row(insights, &name, is_extra)).collect()
}

fn row(insights: &Insights, text: &str, is_extra: bool) -> Option<MetricRow> {
    let name: MetricName = text.parse().ok()?;
    let meta = insights.meta(&name)?;
    let values = (0..insights.versions.len()).map(|at| insights.value(at, &name)).collect();
    Some(MetricRow { name: name.to_string(), meta, values, is_extra })
}

#[cfg(test)]
mod tests {
    use iter8_model::slo::Slo;

    use super::*;

    fn names(kinds: &[(&str, MetricKind)], objectives: &[&str]) -> Vec<(String, bool)> {
        let mut insights = Insights::default();
        insights.ensure_versions(1).unwrap();
        for (name, kind) in kinds {
            insights.metrics.insert((*name).to_owned(), MetricMeta::new(*kind, ""));
        }
        let slo = |name: &&str| Slo { metric: (*name).to_owned(), limit: 1.0 };
        let lower = objectives.iter().map(slo).collect();
        insights.slos = Some(Slos { upper: vec![], lower });
        rows(&insights).into_iter().map(|row| (row.name, row.is_extra)).collect()
    }

    fn check(kinds: &[(&str, MetricKind)], objectives: &[&str], expected: &[(&str, bool)]) {
        let expected: Vec<(String, bool)> =
            expected.iter().map(|(name, is_extra)| ((*name).to_owned(), *is_extra)).collect();
        assert_eq!(names(kinds, objectives), expected);
    }

    #[test]
    fn counters_gauges_and_summaries_are_always_shown_histograms_never() {
        check(
            &[
                ("b/gauge", MetricKind::Gauge),
                ("a/summary", MetricKind::Summary),
                ("Z/counter", MetricKind::Counter),
                ("c/histogram", MetricKind::Histogram),
            ],
            &[],
            &[
                ("Z/counter", false),
                ("a/summary/count", false),
                ("a/summary/max", false),
                ("a/summary/mean", false),
                ("a/summary/min", false),
                ("a/summary/stddev", false),
                ("b/gauge", false),
            ],
        );
    }

    #[test]
    fn objectives_add_names_once_and_only_known_ones() {
        check(
            &[("http/latency-p99", MetricKind::Gauge), ("a/summary", MetricKind::Histogram)],
            &["http/latency-p99.0", "http/latency-p99.00", "a/summary", "b/unknown", "nonsense"],
            &[("a/summary", false), ("http/latency-p99", false)],
        );
    }

    #[test]
    fn aggregates_that_an_objective_names_are_no_extras() {
        let names = names(&[("a/s", MetricKind::Sample)], &["a/s/p50", "a/s/p42", "a/s/nonsense"]);
        let shown: Vec<&str> =
            names.iter().filter(|(_, is_extra)| !is_extra).map(|(name, _)| name.as_str()).collect();
        assert_eq!(shown, ["a/s/p42", "a/s/p50"]);
        assert_eq!(names.len(), OF_SAMPLE.len() + 1);
    }
}
