//! A second as a line of JSON.

use serde_json::{Map, Value, json};

use super::{QUANTILES, Second};

/// The line, without its end.
pub(super) fn line(second: &Second) -> String {
    let Second { experiment, test, at, interval, .. } = second;
    let counts = &interval.counts;
    let statuses = counts.statuses().map(|(status, count)| (status.to_string(), json!(count)));
    let failures = counts.failures().map(|(kind, count)| (kind.name().to_owned(), json!(count)));
    let latency = &interval.latency;
    let milliseconds = |nanoseconds: u64| json!(nanoseconds as f64 / 1e6);
    let mut latencies = Map::new();
    if let Some(mean) = latency.mean() {
        latencies.insert("mean".to_owned(), json!(mean.round() / 1e6));
    }
    for quantile in QUANTILES {
        let Some(value) = latency.quantile(quantile) else { continue };
        let percent = iter8_model::number::shortest(100.0 * quantile);
        latencies.insert(format!("p{percent}"), milliseconds(value));
    }
    if let Some(max) = latency.max() {
        latencies.insert("max".to_owned(), milliseconds(max));
    }
    json!({
        "time": at.to_string(),
        "experiment": experiment,
        "test": test,
        "from": interval.from.as_secs_f64(),
        "to": interval.to.as_secs_f64(),
        "sent": interval.sent,
        "underWay": interval.under_way,
        "requests": counts.requests,
        "errors": interval.errors,
        "late": counts.late,
        "unsent": counts.unsent,
        "statuses": statuses.collect::<Map<_, _>>(),
        "failures": failures.collect::<Map<_, _>>(),
        "bytesOut": counts.bytes_out,
        "bytesIn": counts.bytes_in,
        "latency": Value::Object(latencies),
    })
    .to_string()
}
