//! A second as a request of Prometheus remote write, version 1.0.
//!
//! <https://prometheus.io/docs/specs/prw/remote_write_spec/>: a protobuf message of series with sorted
//! labels, compressed by Snappy's block format.

use prost::Message;

use super::{EDGES, QUANTILES, Second, at_most, seconds, sum};

/// What the specification demands.
pub(super) const HEADERS: [(&str, &str); 3] = [
    ("Content-Type", "application/x-protobuf"),
    ("Content-Encoding", "snappy"),
    ("X-Prometheus-Remote-Write-Version", "0.1.0"),
];

#[derive(Clone, PartialEq, Message)]
struct WriteRequest {
    #[prost(message, repeated, tag = "1")]
    series: Vec<TimeSeries>,
}

#[derive(Clone, PartialEq, Message)]
struct TimeSeries {
    #[prost(message, repeated, tag = "1")]
    labels: Vec<Label>,
    #[prost(message, repeated, tag = "2")]
    samples: Vec<Sample>,
}

#[derive(Clone, PartialEq, Message)]
struct Label {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    value: String,
}

#[derive(Clone, PartialEq, Message)]
struct Sample {
    #[prost(double, tag = "1")]
    value: f64,
    /// Milliseconds since 1970.
    #[prost(int64, tag = "2")]
    timestamp: i64,
}

/// The body of a request.
pub(super) fn body(second: &Second) -> Vec<u8> {
    let plain = request(second).encode_to_vec();
    let compressed = snap::raw::Encoder::new().compress_vec(&plain);
    compressed.expect("a request has less than the 4 GiB that the format bears")
}

fn request(second: &Second) -> WriteRequest {
    let (interval, total) = (&second.interval, &second.total);
    let mut request = WriteRequest::default();
    let mut add = |name: &str, own: Option<(&str, String)>, value: f64| {
        request.series.push(series(second, name, own, value));
    };
    for (status, count) in total.counts.statuses() {
        add("iter8_load_requests_total", Some(("status", status.to_string())), count as f64);
    }
    for (failure, count) in total.counts.failures() {
        add("iter8_load_failures_total", Some(("reason", failure.name().to_owned())), count as f64);
    }
    add("iter8_load_errors_total", None, total.errors as f64);
    add("iter8_load_late_total", None, total.counts.late as f64);
    add("iter8_load_unsent_total", None, total.counts.unsent as f64);
    add("iter8_load_sent_bytes_total", None, total.counts.bytes_out as f64);
    add("iter8_load_received_bytes_total", None, total.counts.bytes_in as f64);
    add("iter8_load_under_way", None, interval.under_way as f64);
    let edges = EDGES.iter().map(ToString::to_string).chain(["+Inf".to_owned()]);
    let counts = at_most(&total.latency).into_iter().chain([total.latency.count()]);
    for (edge, count) in edges.zip(counts) {
        add("iter8_load_latency_seconds_bucket", Some(("le", edge)), count as f64);
    }
    add("iter8_load_latency_seconds_sum", None, sum(&total.latency));
    add("iter8_load_latency_seconds_count", None, total.latency.count() as f64);
    for quantile in QUANTILES {
        let Some(value) = interval.latency.quantile(quantile) else { continue };
        let label = ("quantile", quantile.to_string());
        add("iter8_load_second_latency_seconds", Some(label), seconds(value as f64));
    }
    request
}

fn series(second: &Second, name: &str, own: Option<(&str, String)>, value: f64) -> TimeSeries {
    let common = [
        ("__name__", name.to_owned()),
        ("experiment", second.experiment.clone()),
        ("test", second.test.clone()),
    ];
    let labels = common.into_iter().chain(own);
    let mut labels: Vec<Label> =
        labels.map(|(name, value)| Label { name: name.to_owned(), value }).collect();
    labels.sort_by(|left, right| left.name.cmp(&right.name));
    let samples = vec![Sample { value, timestamp: second.at.as_millisecond() }];
    TimeSeries { labels, samples }
}
