//! Metrics: what they are called, what kind they are, and what is kept of their values.

mod kind;
mod name;
mod series;

pub use kind::{MetricKind, MetricMeta};
pub use name::{MetricName, MetricNameError, normalise};
pub use series::{Aggregation, AggregationError, Bucket, Summary, aggregate_sample};
