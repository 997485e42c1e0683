//! Rates of requests, as numbers and as users write them.

use std::fmt;
use std::str::FromStr;

/// What `qps` 0 stands for, and what is taken when nothing is said: the rate Iter8 0.13 has
/// always used, so that experiments written for it keep their load.
pub const DEFAULT_QPS: f64 = 8.0;

/// Largest rate a schedule accepts, in requests per second: one per nanosecond, the resolution
/// of the schedule. Whoever wants more means `max`.
pub const MAX_RATE: f64 = 1e9;

/// Requests per second: finite, from 0 to [`MAX_RATE`].
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Rate(f64);

/// How fast to send, as users say it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Qps {
    /// So many requests per second, whatever the service does.
    Rate(Rate),
    /// As fast as answers come back.
    Max,
}

/// A rate that no schedule can be made of.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{text:?} is no rate: expected requests per second up to 1e9, or `max`")]
pub struct InvalidQps {
    text: String,
}

impl InvalidQps {
    fn new(value: impl fmt::Display) -> Self {
        Self { text: value.to_string() }
    }
}

impl Rate {
    /// No requests at all.
    pub const ZERO: Self = Self(0.0);

    /// A rate in requests per second; refuses NaN, negative and infinite numbers, and numbers
    /// beyond [`MAX_RATE`].
    pub fn per_second(value: f64) -> Result<Self, InvalidQps> {
        // Adding 0.0 turns −0.0 into 0.0, which would otherwise print with its sign.
        if (0.0..=MAX_RATE).contains(&value) {
            Ok(Self(value + 0.0))
        } else {
            Err(InvalidQps::new(value))
        }
    }

    /// The number of requests per second.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/s", self.0)
    }
}

impl Default for Qps {
    fn default() -> Self {
        Self::Rate(Rate(DEFAULT_QPS))
    }
}

impl TryFrom<f64> for Qps {
    type Error = InvalidQps;

    /// 0 behaves as [`DEFAULT_QPS`], a negative number as [`Qps::Max`].
    fn try_from(value: f64) -> Result<Self, InvalidQps> {
        if value < 0.0 && value.is_finite() {
            return Ok(Self::Max);
        }
        let rate = Rate::per_second(value)?;
        Ok(if rate == Rate::ZERO { Self::default() } else { Self::Rate(rate) })
    }
}

impl FromStr for Qps {
    type Err = InvalidQps;

    fn from_str(text: &str) -> Result<Self, InvalidQps> {
        let trimmed = text.trim();
        if trimmed.eq_ignore_ascii_case("max") {
            return Ok(Self::Max);
        }
        let value: f64 = trimmed.parse().map_err(|_| InvalidQps::new(text))?;
        Self::try_from(value).map_err(|_| InvalidQps::new(text))
    }
}

impl fmt::Display for Qps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rate(rate) => rate.fmt(f),
            Self::Max => f.write_str("max"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let got = match text.parse::<Qps>() {
            Ok(qps) => qps.to_string(),
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn qps_is_read_as_users_write_it() {
        check("0", "8/s");
        check("-0", "8/s");
        check("8", "8/s");
        check("0.5", "0.5/s");
        check(" 1e3 ", "1000/s");
        check("-1", "max");
        check("-0.25", "max");
        check("max", "max");
        check("MAX", "max");
    }

    #[test]
    fn rates_that_cannot_be_are_refused() {
        let message = |text: &str| {
            format!("error: {text:?} is no rate: expected requests per second up to 1e9, or `max`")
        };
        for text in ["", "fast", "NaN", "inf", "-inf", "2e9"] {
            check(text, &message(text));
        }
        assert!(Rate::per_second(-1.0).is_err());
        assert_eq!(Rate::per_second(MAX_RATE).map(Rate::get), Ok(MAX_RATE));
    }
}
