//! Metric names: `provider[-endpoint]/metric[/aggregation]`.

use std::fmt;
use std::str::FromStr;

use crate::number::shortest;

/// The full name of a metric, possibly with an aggregation of its values.
///
/// Percentiles in latency names are normalised when a name is read: `http/latency-p99.90` is
/// `http/latency-p99.9`, for every provider and endpoint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetricName {
    base: String,
    aggregation: Option<String>,
}

/// Why a text is not the name of a metric.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetricNameError {
    /// Not two or three non-empty parts.
    #[error("{0:?} is not a metric name; expected provider/metric or provider/metric/aggregation")]
    Parts(String),
    /// A built-in latency percentile that is no number.
    #[error("cannot extract percent from metric {0}")]
    Percent(String),
}

impl MetricName {
    /// `provider/metric`, without the aggregation.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The aggregation asked for, such as `mean` or `p99.9`.
    pub fn aggregation(&self) -> Option<&str> {
        self.aggregation.as_deref()
    }
}

impl fmt::Display for MetricName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)?;
        self.aggregation.iter().try_for_each(|aggregation| write!(f, "/{aggregation}"))
    }
}

impl FromStr for MetricName {
    type Err = MetricNameError;

    fn from_str(text: &str) -> Result<Self, MetricNameError> {
        let normal = normalise(text)?;
        let parts: Vec<&str> = normal.split('/').collect();
        match parts.as_slice() {
            [provider, metric] if !provider.is_empty() && !metric.is_empty() => {
                Ok(Self { base: normal, aggregation: None })
            }
            [provider, metric, aggregation] if parts.iter().all(|part| !part.is_empty()) => {
                Ok(Self {
                    base: format!("{provider}/{metric}"),
                    aggregation: Some((*aggregation).to_owned()),
                })
            }
            _ => Err(MetricNameError::Parts(text.to_owned())),
        }
    }
}

/// Reprints the percentile of a latency name in its shortest form.
///
/// Names of the built-in load tests (`http`, `grpc`, with or without an endpoint) must have a
/// number there; in names of other providers text that is no number stays as it is, and so does
/// everything that is not a latency percentile.
pub fn normalise(name: &str) -> Result<String, MetricNameError> {
    let Some((provider, rest)) = name.split_once('/') else { return Ok(name.to_owned()) };
    let Some((prefix, percent)) = ["latency-p", "latency/p", "service-time-p", "message-latency-p"]
        .into_iter()
        .find_map(|prefix| rest.strip_prefix(prefix).map(|percent| (prefix, percent)))
    else {
        return Ok(name.to_owned());
    };
    match percent.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(format!("{provider}/{prefix}{}", shortest(number))),
        _ if is_own_percentile(provider, prefix) => Err(MetricNameError::Percent(name.to_owned())),
        _ => Ok(name.to_owned()),
    }
}

/// Whether a built-in load test of this provider has percentiles under this prefix.
fn is_own_percentile(provider: &str, prefix: &str) -> bool {
    let kind = provider.split_once('-').map_or(provider, |(kind, _)| kind);
    match kind {
        "http" => matches!(prefix, "latency-p" | "service-time-p"),
        "grpc" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_normalised_for_every_provider() {
        let cases = [
            ("http/latency-p50.0", "http/latency-p50"),
            ("http/latency-p99.90", "http/latency-p99.9"),
            ("http/service-time-p99.90", "http/service-time-p99.9"),
            ("grpc/latency/p97.50", "grpc/latency/p97.5"),
            ("grpc/latency-p97.50", "grpc/latency-p97.5"),
            ("grpc/message-latency-p97.50", "grpc/message-latency-p97.5"),
            ("http-cart/latency-p50.0", "http-cart/latency-p50"),
            ("grpc-a-b/latency/p50.0", "grpc-a-b/latency/p50"),
            ("istio-prom/latency-p99.0", "istio-prom/latency-p99"),
            ("istio-prom/latency-peak", "istio-prom/latency-peak"),
            ("http/latency-mean", "http/latency-mean"),
            ("http/request-count", "http/request-count"),
            ("abn/sample_metric/mean", "abn/sample_metric/mean"),
            ("plain", "plain"),
        ];
        for (name, expected) in cases {
            assert_eq!(normalise(name).as_deref(), Ok(expected), "{name}");
        }
    }

    #[test]
    fn own_percentiles_must_be_numbers() {
        for name in ["http/latency-px", "http/latency-p", "http-a/latency-pnan", "grpc/latency/px"]
        {
            assert_eq!(
                normalise(name).unwrap_err().to_string(),
                format!("cannot extract percent from metric {name}")
            );
        }
    }

    #[test]
    fn names_have_two_or_three_parts() {
        let name: MetricName = "abn/revenue/p99.9".parse().unwrap();
        assert_eq!((name.base(), name.aggregation()), ("abn/revenue", Some("p99.9")));
        assert_eq!(name.to_string(), "abn/revenue/p99.9");
        let name: MetricName = "http/latency-p99.90".parse().unwrap();
        assert_eq!((name.base(), name.aggregation()), ("http/latency-p99.9", None));
        for wrong in ["", "a", "a/", "/b", "a/b/c/d", "a//c", "a/b/"] {
            assert!(wrong.parse::<MetricName>().is_err(), "{wrong:?}");
        }
    }
}
