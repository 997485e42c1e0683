//! Values of metrics and what can be computed from them.

use iter8_stats::percentile;

/// One range of a histogram in the document. The range includes `upper`, not `lower`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// Lower edge, in the units of the metric.
    pub lower: f64,
    /// Upper edge, in the units of the metric.
    pub upper: f64,
    /// Observations in between.
    pub count: u64,
}

/// Sums over all observations of one version, as the A/B/n service keeps them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Number of observations.
    pub count: f64,
    /// Their sum.
    pub sum: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// Sum of their squares.
    pub sum_of_squares: f64,
}

/// A number computed from all values of a sample or a summary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Aggregation {
    /// How many.
    Count,
    /// Arithmetic mean.
    Mean,
    /// Standard deviation.
    StdDev,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// A percentile, 0 < p ≤ 100.
    Percentile(f64),
}

/// A text that names no aggregation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown aggregation {0:?}; expected count, mean, stddev, min, max or a percentile such as p99.9"
)]
pub struct AggregationError(pub String);

impl std::str::FromStr for Aggregation {
    type Err = AggregationError;

    fn from_str(text: &str) -> Result<Self, AggregationError> {
        match text {
            "count" => Ok(Self::Count),
            "mean" => Ok(Self::Mean),
            "stddev" => Ok(Self::StdDev),
            "min" => Ok(Self::Min),
            "max" => Ok(Self::Max),
            _ => text
                .strip_prefix('p')
                .filter(|percent| is_decimal(percent))
                .and_then(|percent| percent.parse().ok())
                .map(Self::Percentile)
                .ok_or_else(|| AggregationError(text.to_owned())),
        }
    }
}

/// Digits with at most one point among them and at least one digit: `50`, `99.9`, `50.`, `.5`.
fn is_decimal(text: &str) -> bool {
    let points = text.matches('.').count();
    points <= 1
        && text.len() > points
        && text.chars().all(|character| character.is_ascii_digit() || character == '.')
}

/// An aggregate of a list of observations; `None` for an empty list and for percentiles outside
/// 0 < p ≤ 100. The standard deviation is that of a population (divided by n).
pub fn aggregate_sample(values: &[f64], aggregation: Aggregation) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    match aggregation {
        Aggregation::Count => Some(n),
        Aggregation::Mean => Some(mean),
        Aggregation::StdDev => {
            let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
            Some((squares / n).sqrt())
        }
        Aggregation::Min => values.iter().copied().reduce(f64::min),
        Aggregation::Max => values.iter().copied().reduce(f64::max),
        Aggregation::Percentile(percent) => percentile(values, percent),
    }
}

impl Summary {
    /// An aggregate of the summary; `None` for percentiles, which sums do not tell. NaN where the
    /// number is undefined: the mean of nothing, the standard deviation (of a sample, divided by
    /// n − 1) of fewer than two observations.
    pub fn aggregate(&self, aggregation: Aggregation) -> Option<f64> {
        let Self { count: n, sum, min, max, sum_of_squares } = *self;
        let mean = sum / n;
        match aggregation {
            Aggregation::Count => Some(n),
            Aggregation::Mean => Some(mean),
            Aggregation::StdDev if n < 2.0 => Some(f64::NAN),
            Aggregation::StdDev => {
                let variance = sum_of_squares / (n - 1.0) - mean * mean * n / (n - 1.0);
                Some(variance.max(0.0).sqrt())
            }
            Aggregation::Min => Some(min),
            Aggregation::Max => Some(max),
            Aggregation::Percentile(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aggregations_by_name() {
        use Aggregation::{Count, Max, Mean, Min, Percentile, StdDev};
        let cases = [
            ("count", Some(Count)),
            ("mean", Some(Mean)),
            ("stddev", Some(StdDev)),
            ("min", Some(Min)),
            ("max", Some(Max)),
            ("p50", Some(Percentile(50.0))),
            ("p99.9", Some(Percentile(99.9))),
            ("p50.", Some(Percentile(50.0))),
            ("p.5", Some(Percentile(0.5))),
            ("p", None),
            ("p.", None),
            ("p1.2.3", None),
            ("p-1", None),
            ("p1e2", None),
            ("maen", None),
            ("Mean", None),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse().ok(), expected, "{text}");
        }
    }

    #[test]
    fn samples() {
        let sample = [1.0, 2.0, 3.0, 4.0];
        let of = |name: &str| aggregate_sample(&sample, name.parse().unwrap());
        assert_eq!(of("count"), Some(4.0));
        assert_eq!(of("mean"), Some(2.5));
        assert_eq!(of("stddev"), Some(1.25_f64.sqrt()));
        assert_eq!((of("min"), of("max")), (Some(1.0), Some(4.0)));
        assert_eq!(of("p50"), Some(2.0));
        assert_eq!(of("p0"), None);
        assert_eq!(aggregate_sample(&[], Aggregation::Mean), None);
        assert_eq!(aggregate_sample(&[9.0], Aggregation::StdDev), Some(0.0));
    }

    #[test]
    fn summaries() {
        let of = |[count, sum, min, max, sum_of_squares]: [f64; 5], name: &str| {
            Summary { count, sum, min, max, sum_of_squares }.aggregate(name.parse().unwrap())
        };
        let two = [2.0, 30.0, 10.0, 20.0, 500.0];
        assert_eq!(of(two, "count"), Some(2.0));
        assert_eq!(of(two, "mean"), Some(15.0));
        assert_eq!(of(two, "stddev"), Some(50_f64.sqrt()));
        assert_eq!((of(two, "min"), of(two, "max")), (Some(10.0), Some(20.0)));
        assert_eq!(of(two, "p50"), None);
        let one = [1.0, 5.0, 5.0, 5.0, 25.0];
        assert!(of(one, "stddev").unwrap().is_nan());
        assert!(of([0.0; 5], "mean").unwrap().is_nan());
    }
}
