//! Distributions of histogram and sample metrics, ready to be drawn.

use iter8_model::insights::{Insights, VersionInsights};
use iter8_model::metric::{Aggregation, Bucket, MetricKind, MetricMeta, aggregate_sample};

use super::label;

/// Percentiles of [`Series::percentiles`].
pub const PERCENTS: [f64; 6] = [50.0, 75.0, 90.0, 95.0, 99.0, 99.9];

/// The largest number of bars that a sample is drawn with: more are too thin to be told apart.
const MAX_BARS: f64 = 60.0;

/// Samples of positive values that span more than this factor are cut into ranges of equal ratio
/// instead of equal width, since latencies usually crowd at the low end of a long tail.
const RATIO_FOR_GEOMETRIC: f64 = 10.0;

/// A metric's distribution, one series per version.
#[derive(Debug, Clone, PartialEq)]
pub struct Distribution {
    /// Name of the metric.
    pub metric: String,
    /// Description, units and kind.
    pub meta: MetricMeta,
    /// One per version; empty where a version has no values.
    pub series: Vec<Series>,
}

/// The distribution of one version.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series {
    /// Number of observations.
    pub count: u64,
    /// The ranges that hold observations, ascending.
    pub bars: Vec<Bar>,
    /// The [`PERCENTS`]; `None` without observations. Those of a sample are exact, those of a
    /// histogram interpolated.
    pub percentiles: [Option<f64>; PERCENTS.len()],
}

/// One range of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// Lower edge, in the units of the metric.
    pub lower: f64,
    /// Upper edge, in the units of the metric.
    pub upper: f64,
    /// Observations in between.
    pub count: u64,
    /// Their share of all observations of the version, in percent.
    pub percent: f64,
}

/// A point of a percentile curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// Share of the observations, in percent.
    pub percent: f64,
    /// The value at or below which they lie.
    pub value: f64,
}

impl Distribution {
    /// The metric's name with its units.
    pub fn label(&self) -> String {
        label(&self.metric, self.meta.units.as_deref())
    }

    /// Whether percentiles are interpolated.
    pub fn is_estimate(&self) -> bool {
        self.meta.kind == MetricKind::Histogram
    }
}

impl Series {
    fn new(mut buckets: Vec<Bucket>) -> Self {
        buckets.retain(|bucket| {
            bucket.count > 0 && bucket.lower.is_finite() && bucket.upper.is_finite()
        });
        buckets
            .sort_by(|a, b| a.lower.total_cmp(&b.lower).then_with(|| a.upper.total_cmp(&b.upper)));
        let count = buckets.iter().fold(0_u64, |sum, bucket| sum.saturating_add(bucket.count));
        let bars = buckets.into_iter().map(|Bucket { lower, upper, count: of }| Bar {
            lower,
            upper,
            count: of,
            percent: 100.0 * of as f64 / count as f64,
        });
        Self { count, bars: bars.collect(), percentiles: [None; PERCENTS.len()] }
    }

    /// The percentile curve through both edges of the ranges: it rises within a range and jumps
    /// over the gap to the next. Empty without observations; monotone in both coordinates.
    pub fn curve(&self) -> Vec<CurvePoint> {
        let Some(first) = self.bars.first() else { return Vec::new() };
        let mut points = vec![CurvePoint { percent: 0.0, value: first.lower }];
        // Documents of Iter8 0.13 may hold overlapping ranges, so order by the upper edge here.
        let mut by_upper: Vec<&Bar> = self.bars.iter().collect();
        by_upper.sort_by(|a, b| a.upper.total_cmp(&b.upper));
        let mut seen = 0_u64;
        let mut reached = first.lower;
        for bar in by_upper {
            let percent = |seen: u64| 100.0 * seen as f64 / self.count as f64;
            if bar.lower > reached {
                points.push(CurvePoint { percent: percent(seen), value: bar.lower });
            }
            seen = seen.saturating_add(bar.count);
            reached = bar.upper.max(reached);
            points.push(CurvePoint { percent: percent(seen), value: reached });
        }
        points
    }

    /// A percentile, interpolated linearly on [`Self::curve`], so its error is bounded by the
    /// width of the range that it falls into. `None` without observations.
    fn interpolated(&self, percent: f64) -> Option<f64> {
        let curve = self.curve();
        let last = curve.last()?;
        let at = curve.partition_point(|point| point.percent < percent);
        let Some(above) = curve.get(at) else { return Some(last.value) };
        let Some(below) = at.checked_sub(1).and_then(|at| curve.get(at)) else {
            return Some(above.value);
        };
        let share = (percent - below.percent) / (above.percent - below.percent);
        Some(below.value + share * (above.value - below.value))
    }
}

/// Distributions of every histogram and sample, sorted by name.
pub(super) fn of(insights: &Insights) -> Vec<Distribution> {
    let drawn = insights
        .metrics
        .iter()
        .filter(|(_, meta)| matches!(meta.kind, MetricKind::Histogram | MetricKind::Sample));
    drawn
        .map(|(metric, meta)| Distribution {
            metric: metric.clone(),
            meta: meta.clone(),
            series: match meta.kind {
                MetricKind::Sample => sample_series(&insights.versions, metric),
                _ => histogram_series(&insights.versions, metric),
            },
        })
        .collect()
}

fn histogram_series(versions: &[VersionInsights], metric: &str) -> Vec<Series> {
    let buckets = |of: &VersionInsights| of.histograms.get(metric).cloned().unwrap_or_default();
    let series = |of: &VersionInsights| {
        let series = Series::new(buckets(of));
        let percentiles = PERCENTS.map(|percent| series.interpolated(percent));
        Series { percentiles, ..series }
    };
    versions.iter().map(series).collect()
}

fn sample_series(versions: &[VersionInsights], metric: &str) -> Vec<Series> {
    let values = |of: &VersionInsights| -> Vec<f64> {
        let values = of.numbers.get(metric).cloned().unwrap_or_default();
        values.into_iter().filter(|value| value.is_finite()).collect()
    };
    let values: Vec<Vec<f64>> = versions.iter().map(values).collect();
    let Some(grid) = Grid::new(&values) else {
        return vec![Series::default(); versions.len()];
    };
    let series = |values: &Vec<f64>| Series {
        percentiles: PERCENTS
            .map(|percent| aggregate_sample(values, Aggregation::Percentile(percent))),
        ..Series::new(grid.buckets(values))
    };
    values.iter().map(series).collect()
}

/// Ranges of equal width or ratio that all versions of a sample share, so that bars can be
/// compared.
struct Grid {
    min: f64,
    max: f64,
    bars: f64,
    geometric: bool,
}

impl Grid {
    /// Spans all values, with as many ranges as the root of the largest number of observations
    /// (the square-root choice). `None` without values.
    fn new(values: &[Vec<f64>]) -> Option<Self> {
        let all = || values.iter().flatten().copied();
        let (min, max) = (all().reduce(f64::min)?, all().reduce(f64::max)?);
        let largest = values.iter().map(Vec::len).max()?;
        let bars = (largest as f64).sqrt().ceil().clamp(1.0, MAX_BARS);
        let geometric = min > 0.0 && max / min > RATIO_FOR_GEOMETRIC;
        Some(Self { min, max, bars, geometric })
    }

    fn buckets(&self, values: &[f64]) -> Vec<Bucket> {
        let mut counts = std::collections::BTreeMap::<u32, u64>::new();
        for value in values {
            *counts.entry(self.index(*value)).or_default() += 1;
        }
        let bucket = |(at, count)| Bucket { lower: self.edge(at), upper: self.edge(at + 1), count };
        counts.into_iter().map(bucket).collect()
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..MAX_BARS before; NaN, of a grid without width, becomes 0"
    )]
    fn index(&self, value: f64) -> u32 {
        let share = if self.geometric {
            (value / self.min).ln() / (self.max / self.min).ln()
        } else {
            // Halves keep the difference of the largest floats finite.
            (value / 2.0 - self.min / 2.0) / (self.max / 2.0 - self.min / 2.0)
        };
        (share * self.bars).floor().clamp(0.0, self.bars - 1.0) as u32
    }

    fn edge(&self, at: u32) -> f64 {
        let share = f64::from(at) / self.bars;
        if share >= 1.0 {
            self.max
        } else if self.geometric {
            self.min * (self.max / self.min).powf(share)
        } else {
            self.min * (1.0 - share) + self.max * share
        }
    }
}

#[cfg(test)]
mod tests;
