//! What the tasks of an experiment have learnt about the versions of an app.

mod query;

use std::collections::BTreeMap;

pub use query::{QueryOutcome, QueryStatus};

use crate::metric::{
    Aggregation, Bucket, MetricKind, MetricMeta, MetricName, Summary, aggregate_sample, normalise,
};
use crate::slo::{Slos, SlosSatisfied};

/// Numbers kept per counter or gauge. One is added per loop, so this is also the number of loops
/// whose values a document holds: a thousand loops of the two dozen numbers of a load test keep
/// the document well below the 1 MiB that a Kubernetes Secret may have.
pub const VALUES_KEPT: usize = 1_000;

/// Metrics of all versions, the objectives, and whether they are met.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Insights {
    /// What is known of each metric, by full name.
    pub metrics: BTreeMap<String, MetricMeta>,
    /// The versions of the app under test, in a fixed order.
    pub versions: Vec<VersionInsights>,
    /// The objectives that were assessed last.
    pub slos: Option<Slos>,
    /// Whether the versions satisfy them.
    pub slos_satisfied: Option<SlosSatisfied>,
    /// Why the newest measurement of a provider of metrics cannot be relied on, by provider.
    pub unreliable: BTreeMap<String, Vec<String>>,
}

/// One version of the app under test.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct VersionInsights {
    /// Where the version runs and what it is called, where a task has found that out.
    pub name: Option<VersionName>,
    /// Values of counters, gauges and samples, the newest last.
    pub numbers: BTreeMap<String, Vec<f64>>,
    /// Distributions, merged over all collections.
    pub histograms: BTreeMap<String, Vec<Bucket>>,
    /// Summaries of the newest collection.
    pub summaries: BTreeMap<String, Summary>,
    /// What came of asking metrics stores in the newest loop, by metric.
    pub queries: BTreeMap<String, QueryStatus>,
}

impl VersionInsights {
    /// The newest number of a counter or gauge. `None` if the newest loop has asked for it in
    /// vain: a number of an earlier loop says nothing about this one.
    // Differs from Iter8 0.13: there the number of an earlier loop counts.
    pub fn newest(&self, metric: &str) -> Option<f64> {
        if self.queries.get(metric).is_some_and(|query| !query.has_value()) {
            return None;
        }
        self.numbers.get(metric)?.last().copied()
    }
}

/// A version and the track that it is on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VersionName {
    /// The version, such as `v2`; may be empty.
    pub version: String,
    /// The track, such as `candidate`; may be empty.
    pub track: String,
}

/// A value to be recorded, with the shape that its kind of metric needs.
#[derive(Debug, Clone, PartialEq)]
pub enum Observation {
    /// For counters and gauges.
    Number(f64),
    /// For samples.
    Sample(Vec<f64>),
    /// For histograms.
    Buckets(Vec<Bucket>),
    /// For summaries.
    Summary(Summary),
}

/// Why a value cannot be recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Two tasks disagree on how many versions there are.
    #[error("inconsistent number for app versions; old ({old}); new ({new})")]
    VersionCount {
        /// Fixed by the first task.
        old: usize,
        /// Asked for now.
        new: usize,
    },
    /// A metric changes its description, units or type.
    #[error("old and new metric meta for {0} differ")]
    MetaDiffers(String),
    /// The value does not have the shape of the metric's type.
    #[error("metric value and type are incompatible; {metric} is of type {kind}")]
    Incompatible {
        /// Name of the metric.
        metric: String,
        /// Its type.
        kind: MetricKind,
    },
    /// The value is NaN or infinite.
    #[error("value of metric {0} is not a finite number")]
    NotFinite(String),
    /// The name is none.
    #[error(transparent)]
    Name(#[from] crate::metric::MetricNameError),
}

impl Insights {
    /// Says whether the newest measurement of a provider can be relied on: `doubts` say why not.
    pub fn set_doubts(&mut self, provider: &str, doubts: Vec<String>) {
        if doubts.is_empty() {
            self.unreliable.remove(provider);
        } else {
            self.unreliable.insert(provider.to_owned(), doubts);
        }
    }

    /// Why the value of a metric cannot be relied on; empty if it can.
    pub fn doubts(&self, metric: &str) -> &[String] {
        let metric = normalise(metric).unwrap_or_default();
        let provider = metric.split_once('/').map(|(provider, _)| provider);
        provider.and_then(|provider| self.unreliable.get(provider)).map_or(&[], Vec::as_slice)
    }

    /// Fixes the number of versions; every later call must agree with the first.
    pub fn ensure_versions(&mut self, count: usize) -> Result<(), RecordError> {
        match self.versions.len() {
            0 => self.versions.resize_with(count, VersionInsights::default),
            old if old == count => {}
            old => return Err(RecordError::VersionCount { old, new: count }),
        }
        Ok(())
    }

    /// Records an observation of `version` (from 0), registering the metric if it is new.
    ///
    /// Counters and gauges keep their newest [`VALUES_KEPT`] numbers, histograms merge buckets
    /// with the same edges, summaries are replaced. Versions may lack metrics that others have.
    ///
    /// # Panics
    /// If `version` was not announced by [`Self::ensure_versions`].
    pub fn record(
        &mut self,
        version: usize,
        name: &str,
        meta: &MetricMeta,
        observation: Observation,
    ) -> Result<(), RecordError> {
        let name = normalise(name)?;
        if let Some(old) = self.metrics.get(&name).filter(|old| *old != meta) {
            if old.kind == meta.kind {
                return Err(RecordError::MetaDiffers(name));
            }
            return Err(RecordError::Incompatible { kind: old.kind, metric: name });
        }
        if !observation.is_finite() {
            return Err(RecordError::NotFinite(name));
        }
        let of = &mut self.versions[version];
        match (meta.kind, observation) {
            (MetricKind::Counter | MetricKind::Gauge, Observation::Number(number)) => {
                let numbers = of.numbers.entry(name.clone()).or_default();
                numbers.push(number);
                numbers.drain(..numbers.len().saturating_sub(VALUES_KEPT));
            }
            (MetricKind::Sample, Observation::Sample(values)) => {
                of.numbers.entry(name.clone()).or_default().extend(values);
            }
            (MetricKind::Histogram, Observation::Buckets(buckets)) => {
                merge_buckets(of.histograms.entry(name.clone()).or_default(), &buckets);
            }
            (MetricKind::Summary, Observation::Summary(summary)) => {
                of.summaries.insert(name.clone(), summary);
            }
            (kind, _) => return Err(RecordError::Incompatible { metric: name, kind }),
        }
        self.metrics.entry(name).or_insert_with(|| meta.clone());
        Ok(())
    }

    /// The value of a metric for one version: the newest number of a counter or gauge, the named
    /// aggregate of a sample or summary. What load tests keep as a histogram has its aggregates
    /// beside it: `grpc/latency/p99`, as Iter8 0.13 calls it, is `grpc/latency-p99`. May be NaN where an aggregate is undefined; `None` if
    /// there is no such value.
    pub fn value(&self, version: usize, name: &MetricName) -> Option<f64> {
        let of = self.versions.get(version)?;
        let kind = self.metrics.get(name.base())?.kind;
        match (kind, name.aggregation()) {
            (MetricKind::Counter | MetricKind::Gauge, None) => of.newest(name.base()),
            (MetricKind::Sample, Some(aggregation)) => {
                let values = of.numbers.get(name.base())?;
                aggregate_sample(values, aggregation.parse().ok()?)
            }
            (MetricKind::Histogram, Some(aggregation)) => match aggregation.parse().ok()? {
                Aggregation::Count => {
                    let buckets = of.histograms.get(name.base())?;
                    Some(buckets.iter().map(|bucket| bucket.count).sum::<u64>() as f64)
                }
                _ => of.newest(&format!("{}-{aggregation}", name.base())),
            },
            (MetricKind::Summary, Some(aggregation)) => {
                of.summaries.get(name.base())?.aggregate(aggregation.parse().ok()?)
            }
            _ => None,
        }
    }

    /// Notes what came of asking a metrics store for a metric of `version` (from 0).
    ///
    /// # Panics
    /// If `version` was not announced by [`Self::ensure_versions`].
    pub fn note_query(
        &mut self,
        version: usize,
        metric: &str,
        status: QueryStatus,
    ) -> Result<(), RecordError> {
        self.versions[version].queries.insert(normalise(metric)?, status);
        Ok(())
    }

    /// Forgets what came of earlier queries, at the start of a loop.
    pub fn forget_queries(&mut self) {
        self.versions.iter_mut().for_each(|of| of.queries.clear());
    }

    /// Metadata for display: that of the metric itself, or of an aggregate of it. `None` for an
    /// unknown metric or aggregation.
    pub fn meta(&self, name: &MetricName) -> Option<MetricMeta> {
        let base = self.metrics.get(name.base())?;
        let Some(text) = name.aggregation() else { return Some(base.clone()) };
        let (kind, description) = match text.parse().ok()? {
            Aggregation::Count => (MetricKind::Counter, format!("count value of {}", name.base())),
            Aggregation::Percentile(percent) => {
                let percent = crate::number::shortest(percent);
                let description = format!("{percent}-th percentile value of {}", name.base());
                (MetricKind::Gauge, description)
            }
            _ => (MetricKind::Gauge, format!("{text} value of {}", name.base())),
        };
        Some(MetricMeta { description, units: base.units.clone(), kind })
    }

    /// What reports call a version: `track (version)`, whichever of the two is known, or
    /// `version 0` by its index.
    pub fn version_label(&self, version: usize) -> String {
        let name = self.versions.get(version).and_then(|of| of.name.clone()).unwrap_or_default();
        match (name.track.is_empty(), name.version.is_empty()) {
            (false, false) => format!("{} ({})", name.track, name.version),
            (false, true) => name.track,
            (true, false) => name.version,
            (true, true) => format!("version {version}"),
        }
    }
}

impl Observation {
    fn is_finite(&self) -> bool {
        match self {
            Self::Number(number) => number.is_finite(),
            Self::Sample(values) => values.iter().all(|value| value.is_finite()),
            Self::Buckets(buckets) => {
                buckets.iter().all(|bucket| bucket.lower.is_finite() && bucket.upper.is_finite())
            }
            Self::Summary(Summary { count, sum, min, max, sum_of_squares }) => {
                [count, sum, min, max, sum_of_squares].into_iter().all(|value| value.is_finite())
            }
        }
    }
}

/// Adds `more` to `buckets`: counts of equal ranges are summed, others are inserted in order.
fn merge_buckets(buckets: &mut Vec<Bucket>, more: &[Bucket]) {
    for new in more {
        let place = buckets.binary_search_by(|old| {
            old.lower.total_cmp(&new.lower).then(old.upper.total_cmp(&new.upper))
        });
        match place {
            Ok(index) => buckets[index].count += new.count,
            Err(index) => buckets.insert(index, *new),
        }
    }
}

#[cfg(test)]
mod tests;
