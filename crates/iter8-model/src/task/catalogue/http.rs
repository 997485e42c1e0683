//! The entry of `http`.

use super::load::{ABORT_ON_ERROR_RATE, EXPORT, MAX_SCHEDULE_LAG, MAX_THROTTLING, PARALLEL};
use super::{MetricEntry, Parameter, ParameterKind, Scope, TaskEntry, metric, parameter};
use crate::metric::MetricKind;
use crate::task::TaskKind;

/// `http`.
pub const HTTP: TaskEntry = TaskEntry {
    name: "http",
    kind: TaskKind::Http,
    summary: "Load-test one or more HTTP endpoints and measure their latency and errors.",
    parameters: HTTP_PARAMETERS,
    metrics: HTTP_METRICS,
};

const HTTP_PARAMETERS: &[Parameter] = &[
    parameter(
        "url",
        ParameterKind::Text,
        None,
        "Where requests go, http:// or https://; without a scheme, http:// is assumed. Each `{uuid}` in it becomes a \
         fresh random UUID per request. Required, here or in each endpoint.",
    ),
    parameter(
        "numRequests",
        ParameterKind::Integer { min: 1, max: i64::MAX },
        Some("100, without duration"),
        "Exact number of requests. Wins over `duration` where both stand in one place.",
    ),
    parameter(
        "duration",
        ParameterKind::Duration,
        None,
        "How long to send requests. One uncounted request per connection is sent before.",
    ),
    parameter(
        "qps",
        ParameterKind::Rate,
        Some("8"),
        "Requests per second over all connections. `max` or a negative number sends the next \
         request as soon as a connection is free; 0 means the default.",
    ),
    parameter(
        "connections",
        ParameterKind::Integer { min: 1, max: 65_535 },
        Some("4"),
        "Number of connections, and so of requests under way at once.",
    ),
    parameter(
        "method",
        ParameterKind::Text,
        Some("POST with a payload or content type, else GET"),
        "Method of the requests.",
    )
    .added(),
    parameter("headers", ParameterKind::TextMap, None, "Headers of every request, by name. `Host` replaces the host of the URL; an empty `User-Agent` removes that header."),
    parameter("payloadStr", ParameterKind::Text, None, "Body of every request. Each `{uuid}` in it becomes a fresh random UUID per request."),
    parameter("payloadFile", ParameterKind::Text, None, "File that holds the body; wins over `payloadStr`."),
    parameter("payloadURL", ParameterKind::Text, None, "URL to download the body from before the test; wins over both."),
    parameter("contentType", ParameterKind::Text, Some("application/octet-stream with a payload"), "Content-Type of the requests."),
    parameter("template", ParameterKind::Bool, Some("false"), "Whether path and query, values of headers and payloads are Go templates, evaluated for each request, with the functions and fields that calls of gRPC have: `{{.RequestNumber}}`, `{{.WorkerID}}`, `{{.UUID}}`, `{{.Timestamp}}` and so on. Otherwise they are sent as they are.").added(),
    parameter("requests", ParameterKind::Requests, None, "Requests that are sent in turns, each as often as its `weight` (1 by default) says, in a fixed order. `url` is a path that begins with / or a URL of the same scheme, host and port; `headers` join those above, and what a request leaves out is as above.").added(),
    parameter("requestsFile", ParameterKind::Text, None, "File that holds such a list, as YAML or JSON.").added(),
    parameter("timeout", ParameterKind::Duration, Some("10s"), "Longest time to wait for a connection and for each response; beyond it the request is an error.").added(),
    parameter("followRedirects", ParameterKind::Bool, Some("false"), "Follow redirects, at most 10 in a row; the latency is that of the whole chain. Otherwise a redirect is a response like any other.").added(),
    parameter("httpVersion", ParameterKind::Choice(&["1.1", "2"]), Some("1.1"), "Version of HTTP. 2 is agreed on by ALPN with https://, and spoken without asking with http://.").added(),
    parameter("streams", ParameterKind::Integer { min: 1, max: 1000 }, Some("1"), "With HTTP/2: requests that each connection carries at a time.").added(),
    parameter("keepAlive", ParameterKind::Bool, Some("true"), "Keep connections from request to request; without it each request opens one of its own.").added(),
    parameter("auth", ParameterKind::Auth, None, "How requests authenticate: `basic`, `bearer` or `token`. Replaces a header `Authorization`.").added(),
    parameter("tls", ParameterKind::Tls, None, "Certificates and checks of an https:// URL.").added(),
    parameter("unixSocket", ParameterKind::Text, None, "Path of a Unix domain socket to connect to; the URL then only names host and path.").added(),
    parameter("proxy", ParameterKind::Text, None, "Proxy to connect through, `http://[user:password@]host:port`: http:// URLs over HTTP/1.1 are requested from it as a whole, all others through a tunnel (`CONNECT`). Variables such as `http_proxy` have no effect.").added(),
    parameter("arrival", ParameterKind::Choice(&["constant", "uniform", "poisson"]), Some("constant"), "How start times are spread: evenly, at a random moment of each interval, or as independent arrivals.").added(),
    parameter("stages", ParameterKind::Stages, None, "Rates over time, one stage after the other, each `{duration, qps, shape}` with shape `ramp` (linear from the rate before, the default) or `step`. Replaces `qps` and `duration`.").added(),
    parameter("seed", ParameterKind::Integer { min: 0, max: i64::MAX }, Some("1 for start times, a fresh one for UUIDs"), "Seed of random start times and UUIDs; with it, each run sends the same UUIDs.").added(),
    parameter("errorRanges", ParameterKind::Ranges, Some("[{lower: 400}]"), "Status codes that count as errors, as inclusive ranges with one bound or both. Requests without a response always do."),
    parameter("percentiles", ParameterKind::Percentiles, Some("[50, 75, 90, 95, 99, 99.9]"), "Further percentiles of the latency to report, beside the default ones."),
    parameter("allowInitialErrors", ParameterKind::Bool, Some("false"), "With `duration`: go on although the uncounted first requests fail."),
    parameter("warmupNumRequests", ParameterKind::Integer { min: 1, max: i64::MAX }, None, "Send this many requests to each endpoint first and forget their results. Wins over `warmupDuration`.").scoped(Scope::Task),
    parameter("warmupDuration", ParameterKind::Duration, None, "Send requests to each endpoint for this long first and forget their results.").scoped(Scope::Task),
    PARALLEL,
    ABORT_ON_ERROR_RATE,
    MAX_SCHEDULE_LAG,
    MAX_THROTTLING,
    EXPORT,
    parameter("onError", ParameterKind::Choice(&["fail", "skip"]), Some("fail"), "What to do when the load test of an endpoint cannot be carried out: fail the task after the other endpoints, or go on without its metrics.").added().scoped(Scope::Task),
    parameter("endpoints", ParameterKind::Endpoints, None, "Endpoints by name, tested one after the other in this order. Each takes the parameters above; what it leaves out is taken from the task."),
    parameter("warmup", ParameterKind::Bool, Some("false"), "Run the whole test and forget its results.").scoped(Scope::Task),
];

const fn gauge(name: &'static str, description: &'static str) -> MetricEntry {
    metric(name, MetricKind::Gauge, Some("msec"), description)
}

const HTTP_METRICS: &[MetricEntry] = &[
    metric("request-count", MetricKind::Counter, None, "number of requests sent"),
    metric("error-count", MetricKind::Counter, None, "number of responses that were errors"),
    metric("error-rate", MetricKind::Gauge, None, "fraction of responses that were errors"),
    gauge("latency-mean", "mean of observed latency values"),
    gauge("latency-stddev", "standard deviation of observed latency values"),
    gauge("latency-min", "minimum of observed latency values"),
    gauge("latency-max", "maximum of observed latency values"),
    gauge("latency-pX", "X-th percentile of observed latency values"),
    metric("latency", MetricKind::Histogram, Some("msec"), "Latency Histogram"),
    gauge("service-time-mean", "mean time from the real start of a request to its end").added(),
    gauge("service-time-max", "longest time from the real start of a request to its end").added(),
    gauge(
        "service-time-pX",
        "X-th percentile of times from the real start of a request to its end",
    )
    .added(),
    metric("connect-count", MetricKind::Counter, None, "number of connections opened").added(),
    gauge("connect-time-mean", "mean time to open a connection").added(),
    gauge("connect-time-max", "longest time to open a connection").added(),
    metric("throughput", MetricKind::Gauge, Some("req/s"), "responses per second").added(),
    metric("bytes", MetricKind::Counter, Some("bytes"), "number of bytes received").added(),
    metric("late-count", MetricKind::Counter, None, "number of requests sent over 1 ms late")
        .added(),
    metric("unsent-count", MetricKind::Counter, None, "number of requests due but never sent")
        .added(),
    gauge("schedule-lag-p99", "99-th percentile of the load generator's own delay").added(),
];
