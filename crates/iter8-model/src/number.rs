//! Floats as Go prints them, so that reports and documents agree with Iter8 0.13 to the byte.

/// The shortest text that reads back as `value`, in the form of Go's `%v`: plain from 10⁻⁴ to
/// below 10⁶, with an exponent of at least two digits outside.
///
/// NaN and infinities print as `NaN`, `+Inf`, `-Inf`.
///
/// ```
/// use iter8_model::number::shortest;
/// assert_eq!(shortest(99.90), "99.9");
/// assert_eq!(shortest(1_000_000.0), "1e+06");
/// ```
pub fn shortest(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return format!("{value}");
    }
    format!("{digits}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

/// `value` with two decimals, as report cells show it; NaN prints as `NaN`.
pub fn two_decimals(value: f64) -> String {
    if value.is_finite() { format!("{value:.2}") } else { shortest(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from Go 1.26, `fmt.Sprintf("%v", value)`.
    #[test]
    fn shortest_is_that_of_go() {
        let cases = [
            (1e6, "1e+06"),
            (1_234_567.0, "1.234567e+06"),
            (123_456.0, "123456"),
            (1e20, "1e+20"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (99.9, "99.9"),
            (50.0, "50"),
            (2.5e-7, "2.5e-07"),
            (12_345_678.5, "1.23456785e+07"),
            (0.0, "0"),
            (-0.5, "-0.5"),
            (1e100, "1e+100"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
        ];
        for (value, text) in cases {
            assert_eq!(shortest(value), text);
        }
    }

    #[test]
    fn cells() {
        assert_eq!(two_decimals(1_234_567.891), "1234567.89");
        assert_eq!(two_decimals(f64::NAN), "NaN");
        assert_eq!(two_decimals(2.0), "2.00");
    }
}
