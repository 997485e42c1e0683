//! The kinds of metric and the metadata that goes with a name.

use std::fmt;
use std::str::FromStr;

/// How the values of a metric are kept and combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MetricKind {
    /// A count of events; each collection adds the newest count.
    Counter,
    /// A momentary value; each collection adds the newest value.
    Gauge,
    /// A distribution as buckets, merged over collections.
    Histogram,
    /// All observations themselves.
    Sample,
    /// Count, sum, minimum, maximum and sum of squares, replaced by each collection.
    Summary,
}

impl MetricKind {
    /// Every kind, in the order of their names.
    pub const ALL: [Self; 5] =
        [Self::Counter, Self::Gauge, Self::Histogram, Self::Sample, Self::Summary];

    /// The name that documents use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "Counter",
            Self::Gauge => "Gauge",
            Self::Histogram => "Histogram",
            Self::Sample => "Sample",
            Self::Summary => "Summary",
        }
    }

    /// Whether values of this kind are kept as a list of numbers.
    pub fn is_list(self) -> bool {
        matches!(self, Self::Counter | Self::Gauge | Self::Sample)
    }
}

impl fmt::Display for MetricKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no kind of metric.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown metric type {0:?}; expected Counter, Gauge, Histogram, Sample or Summary")]
pub struct UnknownKind(String);

impl FromStr for MetricKind {
    type Err = UnknownKind;

    /// Case does not matter: provider templates write `gauge`, documents `Gauge`.
    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let known = Self::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(text));
        known.ok_or_else(|| UnknownKind(text.to_owned()))
    }
}

/// What is known about a metric besides its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricMeta {
    /// One phrase for readers.
    pub description: String,
    /// Unit of the values, such as `msec`; `None` for plain numbers.
    pub units: Option<String>,
    /// How values are kept.
    pub kind: MetricKind,
}

impl MetricMeta {
    /// Metadata of a metric without units.
    pub fn new(kind: MetricKind, description: impl Into<String>) -> Self {
        Self { description: description.into(), units: None, kind }
    }

    /// The same with units.
    #[must_use]
    pub fn in_units(self, units: impl Into<String>) -> Self {
        Self { units: Some(units.into()), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_in_any_case() {
        for kind in MetricKind::ALL {
            assert_eq!(kind.to_string().parse(), Ok(kind));
            assert_eq!(kind.as_str().to_uppercase().parse(), Ok(kind));
        }
        let error = "meter".parse::<MetricKind>().unwrap_err();
        assert!(error.to_string().starts_with("unknown metric type \"meter\"; expected Counter"));
    }

    #[test]
    fn only_counters_gauges_and_samples_are_lists() {
        let lists: Vec<_> = MetricKind::ALL.into_iter().filter(|kind| kind.is_list()).collect();
        assert_eq!(lists, [MetricKind::Counter, MetricKind::Gauge, MetricKind::Sample]);
    }
}
