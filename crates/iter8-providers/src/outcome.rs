//! What came of a query.

use std::fmt;

/// What came of a query. The machine names, such as `noData`, are an interface: documents have them.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A finite number.
    Value(f64),
    /// The store has nothing to say: the filter gives null or nothing at all.
    NoData(String),
    /// A status outside of 200 to 299.
    HttpError {
        /// The status.
        status: u16,
        /// What happened, with the beginning of the answer.
        message: String,
    },
    /// No connection, no whole answer, or no token.
    TransportError(String),
    /// No answer in time.
    Timeout(String),
    /// An answer of more bytes, or parts, than there is room for.
    TooLarge(String),
    /// An answer that is no JSON.
    NotJson(String),
    /// The filter fails, or does not end within its limits.
    JqError(String),
    /// The filter gives something else than a finite number.
    NotANumber(String),
}

impl Outcome {
    /// The names of all outcomes.
    pub const NAMES: [&str; 9] = [
        "value",
        "noData",
        "httpError",
        "transportError",
        "timeout",
        "tooLarge",
        "notJson",
        "jqError",
        "notANumber",
    ];

    /// The machine name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Value(_) => "value",
            Self::NoData(_) => "noData",
            Self::HttpError { .. } => "httpError",
            Self::TransportError(_) => "transportError",
            Self::Timeout(_) => "timeout",
            Self::TooLarge(_) => "tooLarge",
            Self::NotJson(_) => "notJson",
            Self::JqError(_) => "jqError",
            Self::NotANumber(_) => "notANumber",
        }
    }

    /// The value, if there is one.
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Value(value) => Some(*value),
            _ => None,
        }
    }

    /// Why there is no value.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Value(_) => None,
            Self::HttpError { message, .. } => Some(message),
            Self::NoData(reason)
            | Self::TransportError(reason)
            | Self::Timeout(reason)
            | Self::TooLarge(reason)
            | Self::NotJson(reason)
            | Self::JqError(reason)
            | Self::NotANumber(reason) => Some(reason),
        }
    }
}

/// The value, or why there is none.
impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => value.fmt(formatter),
            other => formatter.write_str(other.reason().unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use iter8_model::insights::QueryOutcome;

    use super::*;

    fn all() -> Vec<Outcome> {
        let reason = || "reason".to_owned();
        vec![
            Outcome::Value(1.5),
            Outcome::NoData(reason()),
            Outcome::HttpError { status: 500, message: reason() },
            Outcome::TransportError(reason()),
            Outcome::Timeout(reason()),
            Outcome::TooLarge(reason()),
            Outcome::NotJson(reason()),
            Outcome::JqError(reason()),
            Outcome::NotANumber(reason()),
        ]
    }

    /// Documents have the same names.
    #[test]
    fn names_are_those_of_documents() {
        let names: Vec<&str> = all().iter().map(Outcome::name).collect();
        assert_eq!(names, Outcome::NAMES);
        for name in names {
            assert_eq!(name.parse::<QueryOutcome>().unwrap().to_string(), name);
        }
    }

    #[test]
    fn all_but_values_have_a_reason() {
        for outcome in all() {
            let (value, reason) = (outcome.value(), outcome.reason());
            assert_eq!(value.is_some(), reason.is_none(), "{outcome:?}");
            let shown = if value.is_some() { "1.5" } else { "reason" };
            assert_eq!(outcome.to_string(), shown);
        }
    }
}
