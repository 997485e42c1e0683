//! Statistics of a handful of runs, and of recorded times.

use std::fmt;

/// The least, the middle and the largest of some runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    pub(crate) min: f64,
    pub(crate) median: f64,
    pub(crate) max: f64,
}

impl Spread {
    /// Of an even number of runs the median is the mean of the middle two; of none all is NaN.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = values.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        let (Some(&min), Some(&max)) = (sorted.first(), sorted.last()) else {
            return Self { min: f64::NAN, median: f64::NAN, max: f64::NAN };
        };
        let half = sorted.len() / 2;
        let median = if sorted.len().is_multiple_of(2) {
            f64::midpoint(sorted[half - 1], sorted[half])
        } else {
            sorted[half]
        };
        Self { min, median, max }
    }
}

impl fmt::Display for Spread {
    /// `median [min … max]`, with the precision asked for.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(1);
        let text =
            format!("{:.digits$} [{:.digits$} … {:.digits$}]", self.median, self.min, self.max);
        let width = f.width().unwrap_or(0);
        write!(f, "{text:>width$}")
    }
}

/// The `percent`-th percentile of sorted values by the nearest rank: the least value with at
/// least that share of all values not above it. NaN of none.
pub(crate) fn percentile(sorted: &[f64], percent: f64) -> f64 {
    let rank = (percent / 100.0 * sorted.len() as f64).ceil();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank from 1")]
    let index = (rank.max(1.0) as usize).min(sorted.len());
    index.checked_sub(1).map_or(f64::NAN, |index| sorted[index])
}

/// The same, of values that come with counts, ascending.
pub(crate) fn counted_percentile(counts: &[(u64, u64)], percent: f64) -> f64 {
    let total: u64 = counts.iter().map(|(_, count)| count).sum();
    let rank = (percent / 100.0 * total as f64).ceil().max(1.0);
    let mut below = 0;
    for &(value, count) in counts {
        below += count;
        if below as f64 >= rank {
            return value as f64;
        }
    }
    f64::NAN
}

/// By how many percent `measured` differs from `truth`.
pub(crate) fn difference(measured: f64, truth: f64) -> f64 {
    (measured / truth - 1.0) * 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_of_odd_even_and_no_runs() {
        let text = |values: &[f64]| format!("{:.1}", Spread::of(values.iter().copied()));
        assert_eq!(text(&[3.0, 1.0, 2.0]), "2.0 [1.0 … 3.0]");
        assert_eq!(text(&[4.0, 1.0, 2.0, 3.0]), "2.5 [1.0 … 4.0]");
        assert_eq!(text(&[7.0]), "7.0 [7.0 … 7.0]");
        assert_eq!(text(&[]), "NaN [NaN … NaN]");
        assert_eq!(format!("{:>18.1}", Spread::of([1.0])), "   1.0 [1.0 … 1.0]");
    }

    #[test]
    fn percentiles_by_nearest_rank() {
        let values: Vec<f64> = (1..=200).map(f64::from).collect();
        for (percent, expected) in [(0.0, 1.0), (0.5, 1.0), (50.0, 100.0), (99.0, 198.0)] {
            assert!((percentile(&values, percent) - expected).abs() < 1e-9, "{percent}");
        }
        assert!((percentile(&values, 100.0) - 200.0).abs() < 1e-9);
        assert!((percentile(&[5.0], 50.0) - 5.0).abs() < 1e-9);
        assert!(percentile(&[], 50.0).is_nan());
    }

    #[test]
    fn counted_percentiles_are_those_of_the_list() {
        let counts = [(10, 3), (20, 1), (500, 1)];
        let list = [10.0, 10.0, 10.0, 20.0, 500.0];
        for percent in [1.0, 50.0, 60.0, 61.0, 80.0, 81.0, 100.0] {
            let counted = counted_percentile(&counts, percent);
            assert!((counted - percentile(&list, percent)).abs() < 1e-9, "{percent}");
        }
        assert!(counted_percentile(&[], 50.0).is_nan());
    }

    #[test]
    fn differences_in_percent() {
        assert!((difference(105.0, 100.0) - 5.0).abs() < 1e-9);
        assert!((difference(50.0, 100.0) + 50.0).abs() < 1e-9);
    }
}
