//! A second as a request of OTLP over HTTP, in JSON.
//!
//! <https://opentelemetry.io/docs/specs/otlp/>: 64-bit integers are texts, enumerations are numbers.

use serde_json::{Value, json};

use super::{EDGES, QUANTILES, Second, at_most, seconds, sum};

/// What the specification demands.
pub(super) const HEADERS: [(&str, &str); 1] = [("Content-Type", "application/json")];

/// `AGGREGATION_TEMPORALITY_CUMULATIVE`.
const CUMULATIVE: u8 = 2;

/// The body of a request.
pub(super) fn body(second: &Second) -> Vec<u8> {
    let resource = [
        attribute("service.name", "iter8"),
        attribute("service.version", env!("CARGO_PKG_VERSION")),
        attribute("iter8.experiment", &second.experiment),
    ];
    let request = json!({"resourceMetrics": [{
        "resource": {"attributes": resource},
        "scopeMetrics": [{"scope": {"name": "iter8.load"}, "metrics": metrics(second)}],
    }]});
    request.to_string().into_bytes()
}

fn metrics(second: &Second) -> Vec<Value> {
    let (interval, total) = (&second.interval, &second.total);
    let count =
        |count: u64, own: Option<Value>| point(second, own, ("asInt", json!(count.to_string())));
    let statuses = total.counts.statuses();
    let statuses =
        statuses.map(|(status, n)| count(n, Some(attribute("status", &status.to_string()))));
    let failures = total.counts.failures();
    let failures = failures.map(|(kind, n)| count(n, Some(attribute("reason", kind.name()))));
    let quantiles = QUANTILES.into_iter().filter_map(|quantile| {
        let value = seconds(interval.latency.quantile(quantile)? as f64);
        let own = attribute("quantile", &quantile.to_string());
        Some(point(second, Some(own), ("asDouble", json!(value))))
    });
    vec![
        total_of("iter8.load.requests", "{request}", &statuses.collect::<Vec<_>>()),
        total_of("iter8.load.failures", "{request}", &failures.collect::<Vec<_>>()),
        total_of("iter8.load.errors", "{request}", &[count(total.errors, None)]),
        total_of("iter8.load.late", "{request}", &[count(total.counts.late, None)]),
        total_of("iter8.load.unsent", "{request}", &[count(total.counts.unsent, None)]),
        total_of("iter8.load.sent", "By", &[count(total.counts.bytes_out, None)]),
        total_of("iter8.load.received", "By", &[count(total.counts.bytes_in, None)]),
        gauge("iter8.load.under_way", "{request}", &[count(interval.under_way, None)]),
        latency(second),
        gauge("iter8.load.second.latency", "s", &quantiles.collect::<Vec<_>>()),
    ]
}

fn total_of(name: &str, unit: &str, points: &[Value]) -> Value {
    json!({"name": name, "unit": unit, "sum": {
        "aggregationTemporality": CUMULATIVE, "isMonotonic": true, "dataPoints": points,
    }})
}

fn gauge(name: &str, unit: &str, points: &[Value]) -> Value {
    json!({"name": name, "unit": unit, "gauge": {"dataPoints": points}})
}

fn latency(second: &Second) -> Value {
    let latency = &second.total.latency;
    let at_most = at_most(latency);
    let below = [0].into_iter().chain(at_most);
    let counts = at_most.into_iter().chain([latency.count()]);
    let counts = counts.zip(below).map(|(count, below)| (count - below).to_string());
    let mut point = point(second, None, ("count", json!(latency.count().to_string())));
    point["sum"] = json!(sum(latency));
    point["bucketCounts"] = counts.collect();
    point["explicitBounds"] = json!(EDGES);
    json!({"name": "iter8.load.latency", "unit": "s", "histogram": {
        "aggregationTemporality": CUMULATIVE, "dataPoints": [point],
    }})
}

fn point(second: &Second, own: Option<Value>, (key, value): (&str, Value)) -> Value {
    let attributes: Vec<Value> = [attribute("test", &second.test)].into_iter().chain(own).collect();
    let mut point = json!({
        "attributes": attributes,
        "startTimeUnixNano": second.began.as_nanosecond().to_string(),
        "timeUnixNano": second.at.as_nanosecond().to_string(),
    });
    point[key] = value;
    point
}

fn attribute(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}
