//! A log-linear histogram of non-negative integers with bounded relative error.
//!
//! The layout is that of HDR histograms (Gil Tene, <https://hdrhistogram.org>): within each
//! power of two the range is cut into the same number of equal steps, so that a bucket is never
//! wider than a fixed share of the values in it. Bucket edges depend on nothing but constants,
//! which is what makes merging exact.

use crate::Moments;

/// Steps per power of two, as a power of two: a bucket is at most 2⁻¹⁰ (0.098 %) wide, and its
/// midpoint at most 0.049 % from any value in it.
const STEP_BITS: u32 = 10;

/// Values beyond this saturate: one hour in nanoseconds.
const LARGEST: u64 = 3_600_000_000_000;

/// Number of buckets needed to reach [`LARGEST`].
const BUCKETS: usize = index_of(LARGEST) + 1;

/// A range of values and how many observations fell into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// Smallest value of the range.
    pub lower: u64,
    /// First value beyond the range.
    pub upper: u64,
    /// Observations in the range; never 0 in what [`Histogram::buckets`] yields.
    pub count: u64,
}

/// A distribution of non-negative integers, in practice nanoseconds.
///
/// Values below 2,048 are kept exactly, larger ones with a relative error of at most 0.1 %.
/// Values beyond one hour in nanoseconds count as one hour. Minimum, maximum, mean and
/// standard deviation are kept beside the buckets and are exact up to rounding. The size is
/// fixed (270 KB), whatever the number of observations.
#[derive(Clone)]
pub struct Histogram {
    counts: Box<[u64]>,
    moments: Moments,
}

impl Default for Histogram {
    fn default() -> Self {
        Self::new()
    }
}

impl Histogram {
    /// An empty histogram.
    pub fn new() -> Self {
        Self { counts: vec![0; BUCKETS].into_boxed_slice(), moments: Moments::default() }
    }

    /// Adds one observation. Never allocates.
    #[inline]
    pub fn record(&mut self, value: u64) {
        let value = value.min(LARGEST);
        self.counts[index_of(value)] += 1;
        self.moments.record_finite(value as f64);
    }

    /// Adds all observations of `other`. Bucket counts of a merge are exactly the sums, in
    /// whatever order parts are merged.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.moments.merge(&other.moments);
    }

    /// The cells of the recording grid that are not empty, ascending, with their counts.
    pub fn cells(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        self.counts.iter().copied().enumerate().filter(|(_, count)| *count > 0)
    }

    /// The histogram with these [`cells`](Self::cells) and [`Moments::parts`]; `None` if there is
    /// no such cell, or if the two do not go together.
    pub fn from_cells(
        cells: impl IntoIterator<Item = (usize, u64)>,
        moments: Option<[f64; 4]>,
    ) -> Option<Self> {
        let mut histogram = Self::new();
        let mut total = 0_u64;
        for (cell, count) in cells {
            *histogram.counts.get_mut(cell)? = count;
            total = total.checked_add(count)?;
        }
        let moments = Moments::from_parts(total, moments)?;
        Some(Self { moments, ..histogram })
    }

    /// What was recorded since `earlier`, a former state of this histogram. Buckets are exact;
    /// minimum and maximum are the edges of the outermost ones.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let differences = self.counts.iter().zip(&earlier.counts);
        let counts: Box<[u64]> = differences.map(|(all, old)| all.saturating_sub(*old)).collect();
        let lowest = counts.iter().position(|count| *count > 0);
        let highest = counts.iter().rposition(|count| *count > 0);
        let lowest = lowest.map(|index| edges_of(index, STEP_BITS).0 as f64);
        let highest = highest.map(|index| (edges_of(index, STEP_BITS).1 - 1) as f64);
        let moments = self.moments.since(&earlier.moments, lowest.zip(highest));
        Self { counts, moments }
    }

    /// Number of observations.
    pub fn count(&self) -> u64 {
        self.moments.count()
    }

    /// Mean, standard deviation, minimum and maximum of the observations.
    pub fn moments(&self) -> &Moments {
        &self.moments
    }

    /// Smallest observation; `None` when empty.
    pub fn min(&self) -> Option<u64> {
        self.moments.min().map(to_integer)
    }

    /// Largest observation; `None` when empty.
    pub fn max(&self) -> Option<u64> {
        self.moments.max().map(to_integer)
    }

    /// Arithmetic mean; `None` when empty.
    pub fn mean(&self) -> Option<f64> {
        self.moments.mean()
    }

    /// The smallest value below or at which at least the share `q` of the observations lies
    /// (the inverse of the empirical distribution, type 1 of Hyndman & Fan 1996), to within half
    /// a bucket.
    ///
    /// `q` is clamped to 0..=1: `q` ≤ 1/n gives the minimum, `q` ≥ 1 the maximum, both exact.
    /// `None` when empty or when `q` is NaN.
    pub fn quantile(&self, q: f64) -> Option<u64> {
        let n = self.count();
        if n == 0 || q.is_nan() {
            return None;
        }
        let rank = rank_of(q, n);
        let (min, max) = (self.min()?, self.max()?);
        if rank <= 1 {
            return Some(min);
        }
        if rank >= n {
            return Some(max);
        }
        let mut seen = 0;
        for (index, &count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= rank {
                let (lower, upper) = edges_of(index, STEP_BITS);
                return Some((lower + (upper - 1 - lower) / 2).clamp(min, max));
            }
        }
        Some(max)
    }

    /// The non-empty buckets in ascending order, joined to a coarser grid of 2^`step_bits` steps
    /// per power of two (at most the 2¹⁰ of the recording).
    ///
    /// The grid is the same for every histogram, so that exported buckets merge by their edges.
    pub fn buckets(&self, step_bits: u32) -> Vec<Bucket> {
        let step_bits = step_bits.min(STEP_BITS);
        let mut joined: Vec<Bucket> = Vec::new();
        for (index, &count) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let (value, _) = edges_of(index, STEP_BITS);
            let (lower, upper) = edges_of(coarse_index(value, step_bits), step_bits);
            match joined.last_mut() {
                Some(last) if last.lower == lower => last.count += count,
                _ => joined.push(Bucket { lower, upper, count }),
            }
        }
        joined
    }
}

impl PartialEq for Histogram {
    /// Two histograms are equal when their buckets are; the moments follow up to rounding.
    fn eq(&self, other: &Self) -> bool {
        self.counts == other.counts
    }
}

impl std::fmt::Debug for Histogram {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Histogram")
            .field("count", &self.count())
            .field("min", &self.min())
            .field("p50", &self.quantile(0.5))
            .field("p99", &self.quantile(0.99))
            .field("max", &self.max())
            .finish_non_exhaustive()
    }
}

/// The rank, from 1, of the quantile `q` among `n` observations.
fn rank_of(q: f64, n: u64) -> u64 {
    // A product such as 0.999 × 1000 lands a hair above the whole number it means; without the
    // tolerance the rank would be one too high.
    let exact = q.clamp(0.0, 1.0) * n as f64;
    let whole = exact.round();
    let rank = if (exact - whole).abs() <= 1e-9 * exact.max(1.0) { whole } else { exact.ceil() };
    to_integer(rank).clamp(1, n)
}

/// Float to integer for values that are non-negative whole numbers by construction.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ value ≤ 2⁵³")]
fn to_integer(value: f64) -> u64 {
    value as u64
}

const fn index_of(value: u64) -> usize {
    coarse_index(value, STEP_BITS)
}

/// Bucket number of `value` on a grid of 2^`step_bits` steps per power of two. The first
/// 2^(`step_bits`+1) values have a bucket each.
#[expect(clippy::cast_possible_truncation, reason = "at most 34 × 1024 buckets")]
const fn coarse_index(value: u64, step_bits: u32) -> usize {
    let magnitude = (value | 1).ilog2();
    let shift = magnitude.saturating_sub(step_bits);
    ((shift as usize) << step_bits) + (value >> shift) as usize
}

/// First value of a bucket, and first value beyond it; the inverse of [`coarse_index`].
const fn edges_of(index: usize, step_bits: u32) -> (u64, u64) {
    let index = index as u64;
    let shift = (index >> step_bits).saturating_sub(1);
    let step = index - (shift << step_bits);
    (step << shift, (step + 1) << shift)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: impl IntoIterator<Item = u64>) -> Histogram {
        let mut histogram = Histogram::new();
        values.into_iter().for_each(|value| histogram.record(value));
        histogram
    }

    #[test]
    fn empty_has_no_values() {
        let empty = Histogram::new();
        assert_eq!(empty.count(), 0);
        assert_eq!((empty.min(), empty.max(), empty.mean()), (None, None, None));
        assert_eq!(empty.quantile(0.5), None);
        assert!(empty.buckets(5).is_empty());
    }

    #[test]
    fn one_value_is_every_quantile() {
        let one = of([123_456_789]);
        for q in [0.0, 0.5, 0.999, 1.0, 7.0, -1.0] {
            assert_eq!(one.quantile(q), Some(123_456_789), "q = {q}");
        }
        assert_eq!(one.quantile(f64::NAN), None);
    }

    #[test]
    fn small_values_are_exact() {
        let histogram = of(1..=1000);
        assert_eq!(histogram.quantile(0.5), Some(500));
        assert_eq!(histogram.quantile(0.99), Some(990));
        assert_eq!(histogram.quantile(0.999), Some(999));
        assert_eq!(histogram.quantile(0.001), Some(1));
        assert_eq!(histogram.quantile(1.0), Some(1000));
        assert_eq!(histogram.mean(), Some(500.5));
    }

    proptest! {
        #[test]
        fn what_came_later_is_the_difference(
            before in prop::collection::vec(0..10u64.pow(10), 0..30),
            after in prop::collection::vec(0..10u64.pow(10), 0..30),
        ) {
            let all = of(before.iter().chain(&after).copied());
            let (later, expected) = (all.since(&of(before)), of(after));
            prop_assert_eq!(&later, &expected);
            let near = |got: Option<f64>, expected: Option<f64>, tolerance: f64| match (got, expected) {
                (Some(got), Some(expected)) => (got - expected).abs() <= tolerance,
                (got, expected) => got == expected,
            };
            prop_assert!(near(later.mean(), expected.mean(), 1e-3));
            let largest = expected.max().unwrap_or(0) as f64;
            let stddevs = (later.moments().population_stddev(), expected.moments().population_stddev());
            prop_assert!(near(stddevs.0, stddevs.1, 1e-3 * largest.max(1.0)), "{:?}", stddevs);
            for q in [0.0, 0.5, 1.0] {
                let pair = (later.quantile(q), expected.quantile(q));
                let (got, expected) = (pair.0.map(|q| q as f64), pair.1.map(|q| q as f64));
                prop_assert!(near(got, expected, 1e-3 * largest), "{:?}", pair);
            }
        }
    }

    #[test]
    fn values_beyond_an_hour_saturate() {
        let histogram = of([u64::MAX, LARGEST + 1]);
        assert_eq!(histogram.max(), Some(LARGEST));
        assert_eq!(histogram.count(), 2);
    }

    #[test]
    fn grid_has_neither_gap_nor_overlap() {
        for step_bits in [3, 5, STEP_BITS] {
            for index in 0..(40usize << step_bits) {
                let (lower, upper) = edges_of(index, step_bits);
                assert_eq!(coarse_index(lower, step_bits), index);
                assert_eq!(coarse_index(upper - 1, step_bits), index);
                assert_eq!(coarse_index(upper, step_bits), index + 1);
            }
        }
    }

    #[test]
    fn coarse_buckets_keep_every_observation_in_its_range() {
        let histogram = of([0, 1, 63, 64, 65, 1_000_000, 1_000_001, 5_000_000_000]);
        let buckets = histogram.buckets(5);
        assert_eq!(buckets.iter().map(|bucket| bucket.count).sum::<u64>(), 8);
        assert!(buckets.windows(2).all(|pair| pair[0].upper <= pair[1].lower));
        let millions = buckets.iter().find(|b| b.lower <= 1_000_000 && 1_000_000 < b.upper);
        assert_eq!(millions.map(|bucket| bucket.count), Some(2));
    }

    proptest! {
        #[test]
        fn quantiles_are_within_a_thousandth(
            mut values in prop::collection::vec(0..LARGEST, 1..200), q in 0.0..=1.0f64,
        ) {
            let histogram = of(values.iter().copied());
            values.sort_unstable();
            let rank = usize::try_from(rank_of(q, values.len() as u64)).unwrap();
            let exact = values[rank - 1] as f64;
            let got = histogram.quantile(q).unwrap() as f64;
            prop_assert!((got - exact).abs() <= exact * 0.001 + 0.5, "{got} for {exact}");
        }

        #[test]
        fn quantiles_do_not_decrease(
            values in prop::collection::vec(0..LARGEST, 1..100), a in 0.0..=1.0f64, b in 0.0..=1.0f64,
        ) {
            let histogram = of(values);
            prop_assert!(histogram.quantile(a.min(b)) <= histogram.quantile(a.max(b)));
        }

        #[test]
        fn merging_parts_equals_recording_all(
            left in prop::collection::vec(any::<u64>(), 0..100),
            right in prop::collection::vec(any::<u64>(), 0..100),
        ) {
            let whole = of(left.iter().chain(&right).copied());
            let (left, right) = (of(left), of(right));
            let mut forward = left.clone();
            forward.merge(&right);
            let mut backward = right;
            backward.merge(&left);
            prop_assert_eq!(&forward, &whole);
            prop_assert_eq!(&backward, &whole);
            prop_assert_eq!((forward.min(), forward.max()), (whole.min(), whole.max()));
            prop_assert_eq!(forward.buckets(5), whole.buckets(5));
        }
    }
}
