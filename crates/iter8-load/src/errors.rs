//! Which status codes count as errors.

use crate::outcome::Verdict;

/// Status codes from `lower` to `upper`, both included; a missing bound is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorRange {
    lower: Option<i64>,
    upper: Option<i64>,
}

/// The status codes that count as errors. Requests without any status always do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorRanges(Vec<ErrorRange>);

/// A range of status codes that says nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidErrorRange {
    /// Neither bound is given: every response would be an error.
    #[error("error range has neither a lower nor an upper bound")]
    Unbounded,
    /// The bounds are in the wrong order: no response would be an error.
    #[error("error range from {lower} to {upper} is empty")]
    Empty {
        /// Lower bound.
        lower: i64,
        /// Upper bound.
        upper: i64,
    },
}

impl ErrorRange {
    /// Codes from `lower` to `upper`, both included, of which at least one is given.
    pub fn new(lower: Option<i64>, upper: Option<i64>) -> Result<Self, InvalidErrorRange> {
        match (lower, upper) {
            (None, None) => Err(InvalidErrorRange::Unbounded),
            (Some(lower), Some(upper)) if lower > upper => {
                Err(InvalidErrorRange::Empty { lower, upper })
            }
            _ => Ok(Self { lower, upper }),
        }
    }

    fn contains(self, status: u16) -> bool {
        let status = i64::from(status);
        self.lower.is_none_or(|lower| lower <= status)
            && self.upper.is_none_or(|upper| status <= upper)
    }
}

impl ErrorRanges {
    /// The bounds of each range.
    pub(crate) fn bounds(&self) -> impl Iterator<Item = (Option<i64>, Option<i64>)> + '_ {
        self.0.iter().map(|range| (range.lower, range.upper))
    }
}

impl Default for ErrorRanges {
    /// 400 and above.
    fn default() -> Self {
        Self(vec![ErrorRange { lower: Some(400), upper: None }])
    }
}

impl FromIterator<ErrorRange> for ErrorRanges {
    /// No range at all means that only transport failures are errors.
    fn from_iter<I: IntoIterator<Item = ErrorRange>>(ranges: I) -> Self {
        Self(ranges.into_iter().collect())
    }
}

impl ErrorRanges {
    /// Whether a response with this status counts as an error.
    pub fn contains(&self, status: u16) -> bool {
        self.0.iter().any(|range| range.contains(status))
    }

    /// Whether what came of a request counts as an error.
    pub fn is_error(&self, verdict: Verdict) -> bool {
        match verdict {
            Verdict::Status(status) => self.contains(status),
            Verdict::Failed(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Failure;

    #[test]
    fn bounds_are_inclusive_and_may_be_open() {
        let ranges: ErrorRanges = [(None, Some(199)), (Some(404), Some(404)), (Some(500), None)]
            .into_iter()
            .map(|(lower, upper)| ErrorRange::new(lower, upper).unwrap())
            .collect();
        for (status, expected) in
            [(100, true), (199, true), (200, false), (403, false), (404, true), (405, false)]
        {
            assert_eq!(ranges.contains(status), expected, "{status}");
        }
        assert!(!ranges.contains(499) && ranges.contains(500) && ranges.contains(999));
    }

    #[test]
    fn default_is_400_and_above_and_failures_always_count() {
        let ranges = ErrorRanges::default();
        assert!(!ranges.contains(399) && ranges.contains(400));
        assert!(ranges.is_error(Verdict::Failed(Failure::Timeout)));
        let none: ErrorRanges = [].into_iter().collect();
        assert!(!none.is_error(Verdict::Status(500)));
        assert!(none.is_error(Verdict::Failed(Failure::Reset)));
    }

    #[test]
    fn ranges_that_say_nothing_are_refused() {
        assert_eq!(ErrorRange::new(None, None), Err(InvalidErrorRange::Unbounded));
        let empty = ErrorRange::new(Some(500), Some(400)).unwrap_err();
        assert_eq!(empty.to_string(), "error range from 500 to 400 is empty");
    }
}
