//! Durations as Go programs write them: `1m30s`, `1.5s`, `300ms`.

use std::time::Duration;

/// Units of a duration with their length in nanoseconds, longest names first so that `ms` is not
/// read as `m`.
const UNITS: [(&str, f64); 8] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("μs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 60e9),
    ("h", 3_600e9),
];

/// Go keeps durations in 63 bits of nanoseconds: 292 years.
const LONGEST_NS: f64 = 9.2e18;

/// Why a text is not a duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// Nothing to read.
    #[error("a duration is empty; expected for example 1m30s")]
    Empty,
    /// A number where its unit should follow.
    #[error("missing unit in duration {0:?}; expected for example {0}s")]
    MissingUnit(String),
    /// Letters that name no unit.
    #[error("unknown unit {unit:?} in duration {text:?}; expected ns, us, ms, s, m or h")]
    UnknownUnit {
        /// The whole text.
        text: String,
        /// What stood in the place of a unit.
        unit: String,
    },
    /// Anything else that is not a number with a unit.
    #[error("invalid duration {0:?}; expected for example 1m30s")]
    Malformed(String),
    /// A duration below zero where time only goes on.
    #[error("negative duration {0:?}")]
    Negative(String),
    /// More than 292 years.
    #[error("duration {0:?} is too long")]
    TooLong(String),
}

/// Reads a Go duration: decimals with units, one after the other, or a bare `0`.
///
/// A leading `+` is accepted; a negative duration is an error, since nothing here runs backwards.
/// Fractions of a nanosecond are dropped.
///
/// ```
/// use std::time::Duration;
/// assert_eq!(iter8_model::duration::parse("1m1.5s"), Ok(Duration::from_millis(61_500)));
/// ```
pub fn parse(text: &str) -> Result<Duration, DurationError> {
    let malformed = || DurationError::Malformed(text.to_owned());
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(DurationError::Empty);
    }
    let (negative, mut rest) = match trimmed.as_bytes()[0] {
        b'-' => (true, &trimmed[1..]),
        b'+' => (false, &trimmed[1..]),
        _ => (false, trimmed),
    };
    if rest == "0" {
        return Ok(Duration::ZERO);
    }
    if rest.is_empty() {
        return Err(malformed());
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number: f64 = rest[..digits].parse().map_err(|_| malformed())?;
        rest = &rest[digits..];
        let letters = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        let unit = &rest[..letters];
        if unit.is_empty() {
            return Err(DurationError::MissingUnit(text.to_owned()));
        }
        let length = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, length)| length);
        let length = length.ok_or_else(|| DurationError::UnknownUnit {
            text: text.to_owned(),
            unit: unit.to_owned(),
        })?;
        total += number * length;
        rest = &rest[letters..];
    }
    if total > LONGEST_NS {
        return Err(DurationError::TooLong(text.to_owned()));
    }
    if negative && total > 0.0 {
        return Err(DurationError::Negative(text.to_owned()));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ total < 2⁶³")]
    Ok(Duration::from_nanos(total.round() as u64))
}

/// Writes a duration as Go prints it: `1m30s`, `1.5s`, `300ms`, `0s`.
///
/// ```
/// use std::time::Duration;
/// assert_eq!(iter8_model::duration::format(Duration::from_millis(90_500)), "1m30.5s");
/// ```
pub fn format(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    if nanos == 0 {
        return "0s".to_owned();
    }
    if nanos < 1_000 {
        return format!("{nanos}ns");
    }
    if nanos < 1_000_000 {
        return format!("{}µs", decimal(nanos, 1_000));
    }
    if nanos < 1_000_000_000 {
        return format!("{}ms", decimal(nanos, 1_000_000));
    }
    let minutes = nanos / 60_000_000_000;
    let seconds = decimal(nanos % 60_000_000_000, 1_000_000_000);
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{seconds}s"),
        (0, minutes) => format!("{minutes}m{seconds}s"),
        (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
    }
}

/// `value / unit` with all its decimals and no trailing zero; `unit` is a power of ten.
fn decimal(value: u128, unit: u128) -> String {
    let width = unit.ilog10() as usize;
    let text = format!("{}.{:0width$}", value / unit, value % unit);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_of_go() {
        let cases = [
            ("0", 0),
            ("0s", 0),
            ("-0s", 0),
            ("5s", 5_000_000_000),
            ("+5s", 5_000_000_000),
            ("1m30s", 90_000_000_000),
            ("1.5s", 1_500_000_000),
            (".5s", 500_000_000),
            ("300ms", 300_000_000),
            ("10us", 10_000),
            ("10µs", 10_000),
            ("7ns", 7),
            ("1h1m1s1ms1us1ns", 3_661_001_001_001),
            (" 5s ", 5_000_000_000),
        ];
        for (text, nanos) in cases {
            assert_eq!(parse(text), Ok(Duration::from_nanos(nanos)), "{text:?}");
        }
    }

    #[test]
    fn errors_say_what_was_expected() {
        let cases = [
            ("", "a duration is empty; expected for example 1m30s"),
            ("5", "missing unit in duration \"5\"; expected for example 5s"),
            ("5x", "unknown unit \"x\" in duration \"5x\"; expected ns, us, ms, s, m or h"),
            ("s", "invalid duration \"s\"; expected for example 1m30s"),
            ("1.2.3s", "invalid duration \"1.2.3s\"; expected for example 1m30s"),
            (".s", "invalid duration \".s\"; expected for example 1m30s"),
            ("-", "invalid duration \"-\"; expected for example 1m30s"),
            ("-5s", "negative duration \"-5s\""),
            ("99999999h", "duration \"99999999h\" is too long"),
            ("5 s", "unknown unit \" s\" in duration \"5 s\"; expected ns, us, ms, s, m or h"),
        ];
        for (text, message) in cases {
            assert_eq!(parse(text).unwrap_err().to_string(), message, "{text:?}");
        }
    }

    #[test]
    fn formats_like_go() {
        let cases = [
            (0, "0s"),
            (7, "7ns"),
            (1_500, "1.5µs"),
            (300_000_000, "300ms"),
            (1_500_000_000, "1.5s"),
            (60_000_000_000, "1m0s"),
            (5_400_000_000_000, "1h30m0s"),
        ];
        for (nanos, text) in cases {
            assert_eq!(format(Duration::from_nanos(nanos)), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(nanos in 0..1_000_000_000_000_000u64) {
            let duration = Duration::from_nanos(nanos);
            prop_assert_eq!(parse(&format(duration)), Ok(duration));
        }

        #[test]
        fn arbitrary_text_never_panics(text in ".{0,40}") {
            let _ = parse(&text);
        }
    }
}
