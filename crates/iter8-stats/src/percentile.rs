//! Percentiles of a list that holds all its observations.

/// The `percent`-th percentile of `values`, in any order, by averaging two neighbours.
///
/// With the values sorted as v₁ … vₙ and i = `percent`/100 · n: a whole i gives vᵢ, any other
/// i > 1 the mean of v⌊i⌋ and v⌊i⌋₊₁, and i < 1 gives v₁. This is the rule by which Iter8 0.13
/// reads percentiles of its samples, except that it has no value for i < 1.
///
/// `None` for an empty list, for `percent` outside 0 < `percent` ≤ 100, and when any value is NaN.
pub fn percentile(values: &[f64], percent: f64) -> Option<f64> {
    let in_domain = percent > 0.0 && percent <= 100.0;
    if values.is_empty() || !in_domain || values.iter().any(|value| value.is_nan()) {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let position = percent / 100.0 * sorted.len() as f64;
    if position < 1.0 {
        return Some(sorted[0]);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 ≤ position ≤ n")]
    let whole = position.floor() as usize;
    #[expect(clippy::float_cmp, reason = "the rule asks whether the position is a whole number")]
    if position == position.floor() {
        return Some(sorted[whole - 1]);
    }
    Some(f64::midpoint(sorted[whole - 1], sorted[whole]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_ten() {
        let values: Vec<f64> = (1..=10).rev().map(f64::from).collect();
        let cases = [
            (50.0, Some(5.0)),
            (55.0, Some(5.5)),
            (99.0, Some(9.5)),
            (99.9, Some(9.5)),
            (100.0, Some(10.0)),
            (25.0, Some(2.5)),
            (5.0, Some(1.0)),
            (0.0, None),
            (100.1, None),
            (-1.0, None),
            (f64::NAN, None),
        ];
        for (percent, expected) in cases {
            assert_eq!(percentile(&values, percent), expected, "p{percent}");
        }
    }

    #[test]
    fn edges() {
        assert_eq!(percentile(&[], 50.0), None);
        assert_eq!(percentile(&[7.0], 1.0), Some(7.0));
        assert_eq!(percentile(&[7.0], 100.0), Some(7.0));
        assert_eq!(percentile(&[1.0, f64::NAN], 50.0), None);
    }
}
