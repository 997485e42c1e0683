//! Count, mean, variance, minimum and maximum, without losing digits.

/// Running moments of a sequence of finite numbers.
///
/// Updates are Welford's (1962, as in Knuth, TAOCP 2, 4.2.2), merges those of Chan, Golub and
/// LeVeque (1979), so that {10⁹+4, 10⁹+7, 10⁹+13, 10⁹+16} has variance 30 and not whatever is
/// left after two huge sums cancel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    count: u64,
    mean: f64,
    squares: f64,
    min: f64,
    max: f64,
}

/// A number that no statistic can be made of: NaN or an infinity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NotFinite(pub f64);

impl std::fmt::Display for NotFinite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} is not a finite number", self.0)
    }
}

impl std::error::Error for NotFinite {}

impl Default for Moments {
    fn default() -> Self {
        Self { count: 0, mean: 0.0, squares: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY }
    }
}

impl Moments {
    /// Adds one observation; refuses NaN and infinities and stays as it was.
    pub fn record(&mut self, value: f64) -> Result<(), NotFinite> {
        if !value.is_finite() {
            return Err(NotFinite(value));
        }
        self.record_finite(value);
        Ok(())
    }

    #[inline]
    pub(crate) fn record_finite(&mut self, value: f64) {
        self.count += 1;
        let delta = value - self.mean;
        self.mean += delta / self.count as f64;
        self.squares += delta * (value - self.mean);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    /// Adds all observations of `other`.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        let count = self.count + other.count;
        let delta = other.mean - self.mean;
        let share = other.count as f64 / count as f64;
        self.squares += other.squares + delta * delta * self.count as f64 * share;
        self.mean += delta * share;
        self.count = count;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// Mean, sum of squared deviations, minimum and maximum, from which [`Self::from_parts`] makes
    /// the same moments; `None` when empty.
    pub fn parts(&self) -> Option<[f64; 4]> {
        (self.count > 0).then_some([self.mean, self.squares, self.min, self.max])
    }

    /// The moments of `count` observations with such [`parts`](Self::parts); `None` if there are
    /// none such.
    pub fn from_parts(count: u64, parts: Option<[f64; 4]>) -> Option<Self> {
        match parts {
            None => (count == 0).then(Self::default),
            Some([mean, squares, min, max]) => {
                let is_sound = mean.is_finite() && min <= max && squares >= 0.0;
                (count > 0 && is_sound).then_some(Self { count, mean, squares, min, max })
            }
        }
    }

    /// What was recorded since `earlier`, a former state of these moments: the merge undone.
    /// Extremes cannot be undone and come from the caller; `None` stands for no observations.
    pub(crate) fn since(&self, earlier: &Self, extremes: Option<(f64, f64)>) -> Self {
        let count = self.count.saturating_sub(earlier.count);
        let (Some((min, max)), true) = (extremes, count > 0) else { return Self::default() };
        if earlier.count == 0 {
            return *self;
        }
        let (all, old, new) = (self.count as f64, earlier.count as f64, count as f64);
        let mean = self.mean + (self.mean - earlier.mean) * old / new;
        let delta = mean - earlier.mean;
        let squares = self.squares - earlier.squares - delta * delta * old * new / all;
        Self { count, mean, squares: squares.max(0.0), min, max }
    }

    /// Number of observations.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Arithmetic mean; `None` when empty.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// Smallest observation; `None` when empty.
    pub fn min(&self) -> Option<f64> {
        (self.count > 0).then_some(self.min)
    }

    /// Largest observation; `None` when empty. Negative if all observations are.
    pub fn max(&self) -> Option<f64> {
        (self.count > 0).then_some(self.max)
    }

    /// Sample variance (divided by n − 1); `None` for fewer than two observations.
    pub fn variance(&self) -> Option<f64> {
        (self.count > 1).then(|| (self.squares / (self.count - 1) as f64).max(0.0))
    }

    /// Population standard deviation (divided by n); `None` when empty, 0 for one observation.
    pub fn population_stddev(&self) -> Option<f64> {
        (self.count > 0).then(|| (self.squares / self.count as f64).max(0.0).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[f64]) -> Moments {
        let mut moments = Moments::default();
        for value in values {
            moments.record(*value).unwrap();
        }
        moments
    }

    #[test]
    fn variance_survives_large_offsets() {
        let moments = of(&[1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0]);
        assert_eq!(moments.variance(), Some(30.0));
        assert_eq!(moments.mean(), Some(1e9 + 10.0));
    }

    #[test]
    fn maximum_of_negative_values_is_negative() {
        let moments = of(&[-3.0, -7.5]);
        assert_eq!((moments.min(), moments.max()), (Some(-7.5), Some(-3.0)));
    }

    #[test]
    fn fewer_than_two_observations_have_no_variance() {
        assert_eq!(of(&[]).variance(), None);
        assert_eq!(of(&[5.0]).variance(), None);
        assert_eq!(of(&[]).mean(), None);
        assert_eq!(of(&[5.0]).population_stddev(), Some(0.0));
        assert_eq!(of(&[]).population_stddev(), None);
        assert_eq!((of(&[]).min(), of(&[]).max()), (None, None));
    }

    #[test]
    fn what_is_not_finite_is_refused() {
        let mut moments = of(&[1.0, 2.0]);
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(moments.record(value).is_err());
        }
        assert_eq!(moments, of(&[1.0, 2.0]));
        assert_eq!(NotFinite(f64::INFINITY).to_string(), "inf is not a finite number");
    }

    proptest! {
        #[test]
        fn merge_equals_recording_all(
            left in prop::collection::vec(-1e6..1e6f64, 0..50),
            right in prop::collection::vec(-1e6..1e6f64, 0..50),
        ) {
            let whole = of(&[left.clone(), right.clone()].concat());
            let mut merged = of(&left);
            merged.merge(&of(&right));
            prop_assert_eq!(merged.count(), whole.count());
            prop_assert_eq!((merged.min(), merged.max()), (whole.min(), whole.max()));
            let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
                (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0),
                (a, b) => a == b,
            };
            prop_assert!(close(merged.mean(), whole.mean()));
            prop_assert!(close(merged.variance(), whole.variance()));
        }
    }
}
