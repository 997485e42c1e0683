//! Numbers from values of any type, by the rules of the Go package `cast` that Sprig uses: what is
//! no number is zero, without an error.

use crate::parse;
use crate::value::Value;

/// An `int64`. Floats are cut off; text may have Go's prefixes and underscores, so that `010` is
/// eight and `08` is nothing.
pub(super) fn to_int(value: &Value) -> i64 {
    match value {
        Value::Bool(value) => i64::from(*value),
        Value::Int(number, _) => *number,
        Value::Float(number) => cut_off(*number),
        Value::Str(text) => parse::integer(without_zero_decimals(&text.as_str())).unwrap_or(0),
        other => calendar_number(other).unwrap_or(0),
    }
}

/// A `float64`.
pub(super) fn to_float(value: &Value) -> f64 {
    match value {
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::Int(number, _) => *number as f64,
        Value::Float(number) => *number,
        Value::Str(text) => float(&text.as_str()),
        other => calendar_number(other).map_or(0.0, |number| number as f64),
    }
}

/// The number of a month or weekday. Other types with a number behind them, such as durations, are
/// none here.
fn calendar_number(value: &Value) -> Option<i64> {
    match value {
        Value::Object(object) if matches!(object.type_name(), "time.Month" | "time.Weekday") => {
            object.number()
        }
        _ => None,
    }
}

/// Go's `int64(number)` on x86: whatever is out of range is the lowest number.
fn cut_off(number: f64) -> i64 {
    // 2^63 itself is out of range, and exactly a float.
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&number) {
        #[expect(clippy::cast_possible_truncation, reason = "cutting off is what it does")]
        return number as i64;
    }
    i64::MIN
}

/// `12.00` without its decimals; anything else as it is.
fn without_zero_decimals(text: &str) -> &str {
    match text.rsplit_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => {
            whole
        }
        _ => text,
    }
}

/// A number as Go's sources have it, or one of the words for what is not finite.
fn float(text: &str) -> f64 {
    let lower = text.to_ascii_lowercase();
    let (sign, word) = match lower.as_bytes().first() {
        Some(b'-') => (-1.0, &lower[1..]),
        Some(b'+') => (1.0, &lower[1..]),
        _ => (1.0, &lower[..]),
    };
    match word {
        "inf" | "infinity" => sign * f64::INFINITY,
        // A sign before it makes no number of this word.
        "nan" if word.len() == lower.len() => f64::NAN,
        _ => parse::float(text).unwrap_or(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn text_is_read_as_in_go_sources() {
        check(&[
            (r#"int "12""#, "12"),
            (r#"int "+5""#, "5"),
            (r#"int "-5""#, "-5"),
            (r#"int "010""#, "8"),
            (r#"int "08""#, "0"),
            (r#"int "0x1F""#, "31"),
            (r#"int "-0x1f""#, "-31"),
            (r#"int "0o17""#, "15"),
            (r#"int "0O17""#, "15"),
            (r#"int "0b11""#, "3"),
            (r#"int "1_000""#, "1000"),
            (r#"int "0_7""#, "7"),
            (r#"int "0x_F""#, "15"),
            (r#"int "1__0""#, "0"),
            (r#"int "1_""#, "0"),
            (r#"int "_1""#, "0"),
            (r#"int "+-5""#, "0"),
            (r#"int "--5""#, "0"),
            (r#"int "5.0""#, "5"),
            (r#"int "5.00""#, "5"),
            (r#"int "5.""#, "0"),
            (r#"int ".0""#, "0"),
            (r#"int "5.10""#, "0"),
            (r#"int "5.00.0""#, "0"),
            (r#"int "0x10.0""#, "16"),
            (r#"int "-0.0""#, "0"),
            (r#"int "1e3""#, "0"),
            (r#"int " 1""#, "0"),
            (r#"int "1 ""#, "0"),
            (r#"int """#, "0"),
            (r#"int "ä""#, "0"),
            (r#"int "9223372036854775807""#, "9223372036854775807"),
            (r#"int "-9223372036854775808""#, "-9223372036854775808"),
            (r#"int "9223372036854775808""#, "0"),
            (r#"int "99999999999999999999""#, "0"),
        ]);
    }

    #[test]
    fn whole_numbers_of_other_types() {
        check(&[
            ("int nil", "0"),
            ("int true", "1"),
            ("int false", "0"),
            ("int 3.99", "3"),
            ("int -3.99", "-3"),
            ("int 1e18", "1000000000000000000"),
            ("int 1e19", "-9223372036854775808"),
            ("int -1e19", "-9223372036854775808"),
            (r#"int (float64 "nan")"#, "-9223372036854775808"),
            (r#"int (float64 "-inf")"#, "-9223372036854775808"),
            ("int 'a'", "97"),
            ("int (list 1)", "0"),
            (r#"int (dict "a" 1)"#, "0"),
            (r#"int (bytes "1")"#, "0"),
            ("int64 nil", "0i64"),
            ("int64 true", "1i64"),
            (r#"int64 "7""#, "7i64"),
            ("int64 7", "7i64"),
            ("int64 7.9", "7i64"),
            ("int64 (int64 7)", "7i64"),
            ("int (int64 7)", "7"),
            (r#"int (index "a" 0)"#, "97"),
        ]);
    }

    #[test]
    fn fractions() {
        check(&[
            (r#"float64 "1.5""#, "1.5"),
            (r#"float64 "-1.5e3""#, "-1500.0"),
            (r#"float64 "1e-999""#, "0.0"),
            (r#"float64 "1e400""#, "0.0"),
            (r#"float64 ".5""#, "0.5"),
            (r#"float64 "5.""#, "5.0"),
            (r#"float64 ".""#, "0.0"),
            (r#"float64 "e5""#, "0.0"),
            (r#"float64 "1_0.5_0e1_0""#, "105000000000.0"),
            (r#"float64 "_1""#, "0.0"),
            (r#"float64 "1._5""#, "0.0"),
            (r#"float64 "1__0""#, "0.0"),
            (r#"float64 "0x1p-2""#, "0.25"),
            (r#"float64 "-0x1.8P1""#, "-3.0"),
            (r#"float64 "0x_1p1""#, "2.0"),
            (r#"float64 "0x1""#, "0.0"),
            (r#"float64 "0b1""#, "0.0"),
            (r#"float64 "NaN""#, "NaN"),
            (r#"float64 "+NaN""#, "0.0"),
            (r#"float64 "-nan""#, "0.0"),
            (r#"float64 "inf""#, "inf"),
            (r#"float64 "-Inf""#, "-inf"),
            (r#"float64 "+Infinity""#, "inf"),
            (r#"float64 "infi""#, "0.0"),
            (r#"float64 "+-1""#, "0.0"),
            (r#"float64 " 1""#, "0.0"),
            (r#"float64 """#, "0.0"),
            ("float64 nil", "0.0"),
            ("float64 true", "1.0"),
            ("float64 false", "0.0"),
            ("float64 7", "7.0"),
            ("float64 (int64 7)", "7.0"),
            ("float64 'a'", "97.0"),
            ("float64 (list)", "0.0"),
        ]);
    }

    #[test]
    fn months_and_weekdays() {
        check(&[
            (r#"int (toDate "2006-01-02" "2024-02-29").Month"#, "2"),
            (r#"int64 (toDate "2006-01-02" "2024-02-29").Weekday"#, "4i64"),
            (r#"float64 (toDate "2006-01-02" "2024-02-29").Month"#, "2.0"),
            (r#"add (toDate "2006-01-02" "2024-02-29").Weekday 1"#, "5i64"),
            (r#"mulf (toDate "2006-01-02" "2024-02-29").Month 2"#, "4.0"),
            (r#"toDecimal (toDate "2006-01-02" "2024-02-29").Month"#, "0i64"),
            (r#"int (toDate "2006-01-02" "2024-02-29")"#, "0"),
            (
                r#"int ((toDate "2006-01-02" "2024-02-29").Sub (toDate "2006-01-02" "2024-02-28"))"#,
                "0",
            ),
            (
                r#"float64 ((toDate "2006-01-02" "2024-02-29").Sub (toDate "2006-01-02" "2024-02-28"))"#,
                "0.0",
            ),
            (r#"int (semver "1.2.3")"#, "0"),
        ]);
    }
}
