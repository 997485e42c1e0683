//! What came of asking a metrics store.

use std::fmt;
use std::str::FromStr;

/// What came of the newest query of a metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryStatus {
    /// How the query ended.
    pub outcome: QueryOutcome,
    /// More about it, for people; none for a value.
    pub message: Option<String>,
}

/// How a query ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QueryOutcome {
    /// With a value, which is recorded.
    Value,
    /// The store has no data.
    NoData,
    /// The store answered with an error.
    HttpError,
    /// The store cannot be reached, or the connection broke.
    TransportError,
    /// There was no answer in time.
    Timeout,
    /// The answer is too large.
    TooLarge,
    /// The answer is no JSON.
    NotJson,
    /// The expression that picks the value failed.
    JqError,
    /// What the expression picks is not a finite number.
    NotANumber,
}

impl QueryStatus {
    /// A query that gave a value.
    pub const VALUE: Self = Self { outcome: QueryOutcome::Value, message: None };

    /// A query that gave none.
    pub fn failed(outcome: QueryOutcome, message: impl Into<String>) -> Self {
        Self { outcome, message: Some(message.into()) }
    }

    /// Whether the query gave a value.
    pub fn has_value(&self) -> bool {
        self.outcome == QueryOutcome::Value
    }
}

/// The outcome, and after a colon the message.
impl fmt::Display for QueryStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.outcome.as_str())?;
        self.message.iter().try_for_each(|message| write!(f, ": {message}"))
    }
}

impl QueryOutcome {
    /// Every outcome.
    pub const ALL: [Self; 9] = [
        Self::Value,
        Self::NoData,
        Self::HttpError,
        Self::TransportError,
        Self::Timeout,
        Self::TooLarge,
        Self::NotJson,
        Self::JqError,
        Self::NotANumber,
    ];

    /// The name that documents use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::NoData => "noData",
            Self::HttpError => "httpError",
            Self::TransportError => "transportError",
            Self::Timeout => "timeout",
            Self::TooLarge => "tooLarge",
            Self::NotJson => "notJson",
            Self::JqError => "jqError",
            Self::NotANumber => "notANumber",
        }
    }
}

impl fmt::Display for QueryOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for QueryOutcome {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for outcome in QueryOutcome::ALL {
            assert_eq!(outcome.to_string().parse(), Ok(outcome));
        }
        assert_eq!("nodata".parse::<QueryOutcome>(), Err(()));
    }

    #[test]
    fn statuses_are_told_in_one_line() {
        let failed = QueryStatus::failed(QueryOutcome::HttpError, "503");
        assert_eq!((failed.to_string().as_str(), failed.has_value()), ("httpError: 503", false));
        let value = QueryStatus::VALUE;
        assert_eq!((value.to_string().as_str(), value.has_value()), ("value", true));
    }
}
