//! The entry of `grpc`.

use super::load::{ABORT_ON_ERROR_RATE, EXPORT, MAX_SCHEDULE_LAG, MAX_THROTTLING, PARALLEL};
use super::{MetricEntry, Parameter, ParameterKind, Scope, TaskEntry, metric, parameter};
use crate::metric::MetricKind;
use crate::task::TaskKind;

/// `grpc`.
pub const GRPC: TaskEntry = TaskEntry {
    name: "grpc",
    kind: TaskKind::Grpc,
    summary: "Load-test a gRPC service and measure its latency and errors.",
    parameters: PARAMETERS,
    metrics: METRICS,
};

/// Largest number of calls under way at once, and of connections.
const MOST: i64 = 65_535;

/// Largest rate and change of it, in calls per second.
const FASTEST: i64 = 1_000_000_000;

const ALL: i64 = i64::MAX;

const fn text(name: &'static str, description: &'static str) -> Parameter {
    parameter(name, ParameterKind::Text, None, description)
}

const fn flag(name: &'static str, description: &'static str) -> Parameter {
    parameter(name, ParameterKind::Bool, Some("false"), description)
}

const fn span(
    name: &'static str,
    default: Option<&'static str>,
    description: &'static str,
) -> Parameter {
    parameter(name, ParameterKind::Duration, default, description)
}

const fn whole(
    name: &'static str,
    (min, max): (i64, i64),
    default: Option<&'static str>,
    description: &'static str,
) -> Parameter {
    parameter(name, ParameterKind::Integer { min, max }, default, description)
}

const fn plain(
    name: &'static str,
    default: Option<&'static str>,
    description: &'static str,
) -> Parameter {
    parameter(name, ParameterKind::Plain, default, description)
}

const PARAMETERS: &[Parameter] = &[
    text("host", "Where calls go, as HOST:PORT, `dns:///HOST:PORT` or `unix:PATH`; without a port, 443. Required, here or in each endpoint."),
    text("call", "The method to call, as `package.Service.Method` or `package.Service/Method`. Required, here or in each endpoint, unless `health` is set."),
    flag("health", "Call `grpc.health.v1.Health/Check`, whose description is built in.").added(),
    text("proto", "File with the description of the service in the language of Protocol Buffers, `.proto`. Without it and without `protoset` the server is asked (server reflection)."),
    parameter("import-paths", ParameterKind::Texts, None, "Folders in which imports of `proto` are looked for, before the folder of the file and the working directory."),
    text("protoURL", "URL to download `proto` from before the test; wins over it."),
    text("protoset", "File with a compiled description of the service (FileDescriptorSet); `proto` wins over it."),
    parameter("reflect-metadata", ParameterKind::TextMap, None, "Metadata of the call that asks the server for its description, by name."),
    whole("total", (1, ALL), Some("200, without duration"), "Number of calls. Not used if there is a `duration`."),
    span("duration", None, "How long to make calls; 0s means no such bound."),
    span("max-duration", None, "No call begins after this time, be the number of calls reached or not; 0s means no such bound."),
    parameter("duration-stop", ParameterKind::Choice(&["wait", "close", "ignore"]), Some("wait"), "What becomes of calls under way when the time is over: they are awaited, within their time limit, or cancelled. Cancelled ones are not counted."),
    parameter("rps", ParameterKind::Rate, Some("0"), "Calls per second over all connections, if the schedule of the load is `const`. 0 or `max` makes the next call as soon as one has ended."),
    plain("load-schedule", Some("const"), "How the rate changes: `const` is the rate `rps`, `step` begins at `load-start` and changes by `load-step` after each `load-step-duration`, `line` does so each second."),
    whole("load-start", (0, FASTEST), Some("0"), "Calls per second at the start of `step` and `line`."),
    whole("load-end", (0, FASTEST), Some("0"), "Calls per second at which `step` and `line` stop changing; then they hold it."),
    whole("load-step", (-FASTEST, FASTEST), Some("0"), "Change of the rate per step; it may be negative."),
    span("load-step-duration", None, "Length of a step."),
    span("load-max-duration", None, "The rate stops changing after this time: it becomes `load-end`, or without one what the steps have reached."),
    whole("concurrency", (1, MOST), Some("50"), "Calls under way at once, if the schedule of concurrency is `const`."),
    parameter("concurrency-schedule", ParameterKind::Choice(&["const", "step", "line"]), Some("const"), "How the number of calls under way at once changes, in steps or each second."),
    whole("concurrency-start", (0, MOST), Some("1"), "Calls under way at once at the start of `step` and `line`."),
    whole("concurrency-end", (0, MOST), Some("0"), "Calls under way at once at which `step` and `line` stop changing."),
    whole("concurrency-step", (-MOST, MOST), Some("0"), "Change of their number per step; it may be negative, and then calls under way are finished first."),
    span("concurrency-step-duration", None, "Length of a step."),
    span("concurrency-max-duration", None, "Their number stops changing after this time and becomes `concurrency-end`."),
    whole("connections", (1, MOST), Some("1"), "Number of connections, at most `concurrency`; calls use them in turn."),
    flag("async", "Begin each call when it is due, however many are under way."),
    whole("skipFirst", (0, ALL), Some("0"), "Leave the results of the first calls that end out."),
    span("timeout", Some("20s"), "Longest time of a call; beyond it the call is an error."),
    span("connect-timeout", Some("10s"), "Longest time to open a connection, and to ask the server for its description."),
    span("keepalive", Some("0s"), "Ping connections in this interval and give one up that does not answer within it; 0s never does."),
    parameter("insecure", ParameterKind::Bool, Some("true, unless a parameter of TLS is set"), "Plain text. `false` means TLS, as does each of the five parameters that follow."),
    flag("skipTLS", "TLS without a check of the server's certificate."),
    text("cacert", "File with the certificates (PEM) that are trusted, instead of the public ones."),
    text("cert", "File with the certificate (PEM) that the client shows; needs `key`."),
    text("key", "File with the private key (PEM) of `cert`."),
    text("cname", "Name that the server's certificate must have, if it is not that of `host`."),
    text("authority", "Value of `:authority`, if it is not that of `host`."),
    parameter("data", ParameterKind::Messages, Some("one empty message"), "Content of the messages in the JSON mapping of Protocol Buffers. Of a list, a call that sends one message takes one after the other; a call that sends a stream takes all. `@` is what standard input holds. Texts are templates, evaluated for each call."),
    text("data-file", "File that holds it; wins over `data`."),
    text("dataURL", "URL to download it from before the test; wins over both."),
    text("binary-file", "File with serialized messages, each with its length before it, or one without; wins over all of `data`."),
    text("binaryDataURL", "URL to download them from before the test; wins over all others."),
    parameter("metadata", ParameterKind::TextMap, None, "Metadata of each call, by name. Values are templates, too; those of names ending in `-bin` are base64."),
    text("metadata-file", "File with the metadata as a map in JSON; wins over `metadata`."),
    text("metadataURL", "URL to download it from before the test; wins over both."),
    span("stream-interval", Some("0s"), "Pause between two messages that a call sends."),
    span("stream-call-duration", Some("0s"), "A call that sends a stream sends no further message after this time; one that receives a stream only is ended. 0s means no such bound."),
    whole("stream-call-count", (0, ALL), Some("0"), "Messages that a call sends, from the first again after the last; a call that receives a stream only is ended after so many. 0 sends each once."),
    flag("stream-dynamic-messages", "Evaluate templates anew for each message of a stream, not for each call."),
    flag("enable-compression", "Compress messages with gzip."),
    parameter("lb-strategy", ParameterKind::Choice(&["pick_first", "round_robin"]), Some("pick_first"), "Which of the addresses of `host` connections go to: the first that answers, or all in turn."),
    parameter("max-recv-message-size", ParameterKind::Size, Some("2147483647"), "Largest message that may come back."),
    parameter("max-send-message-size", ParameterKind::Size, Some("2147483647"), "Largest message that may be sent."),
    flag("disable-template-functions", "Templates have Go's own functions only."),
    flag("disable-template-data", "Take `data` as it is, without templates."),
    whole("cpus", (1, 1024), Some("as many as the connections are worth"), "Threads of the load generator."),
    text("name", "Name of the test, which `.WorkerID` begins with."),
    parameter("tags", ParameterKind::TextMap, None, "Labels of the test."),
    parameter("percentiles", ParameterKind::Percentiles, Some("[50, 75, 90, 95, 99, 99.9]"), "Further percentiles of the latency to report, beside the default ones.").added(),
    flag("count-errors", "Accepted and not used: latencies of failed calls always count."),
    plain("output", None, "Accepted and not used."),
    plain("format", None, "Accepted and not used."),
    plain("debug", None, "Accepted and not used."),
    whole("warmupNumRequests", (1, ALL), None, "Make this many calls to each endpoint first and forget their results. Wins over `warmupDuration`.").scoped(Scope::Task),
    span("warmupDuration", None, "Make calls to each endpoint for this long first and forget their results.").scoped(Scope::Task),
    PARALLEL,
    ABORT_ON_ERROR_RATE,
    MAX_SCHEDULE_LAG,
    MAX_THROTTLING,
    EXPORT,
    parameter("onError", ParameterKind::Choice(&["fail", "skip"]), Some("fail"), "What to do when the load test of an endpoint cannot be carried out: fail the task after the other endpoints, or go on without its metrics.").added().scoped(Scope::Task),
    parameter("endpoints", ParameterKind::Endpoints, None, "Endpoints by name, tested one after the other in this order. Each takes the parameters above; what it leaves out is taken from the task."),
    flag("warmup", "Run the whole test and forget its results.").scoped(Scope::Task),
];

const fn gauge(name: &'static str, description: &'static str) -> MetricEntry {
    metric(name, MetricKind::Gauge, Some("msec"), description).added()
}

const fn counter(name: &'static str, description: &'static str) -> MetricEntry {
    metric(name, MetricKind::Counter, None, description)
}

const METRICS: &[MetricEntry] = &[
    counter("request-count", "number of gRPC requests sent"),
    counter("error-count", "number of responses that were errors"),
    metric("error-rate", MetricKind::Gauge, None, "fraction of responses that were errors"),
    gauge("latency-mean", "mean of observed latency values"),
    gauge("latency-stddev", "standard deviation of observed latency values"),
    gauge("latency-min", "minimum of observed latency values"),
    gauge("latency-max", "maximum of observed latency values"),
    gauge("latency-pX", "X-th percentile of observed latency values"),
    metric("latency", MetricKind::Histogram, Some("msec"), "gRPC Latency Histogram"),
    gauge("service-time-mean", "mean time from the real start of a call to its end"),
    gauge("service-time-max", "longest time from the real start of a call to its end"),
    gauge("service-time-pX", "X-th percentile of times from the real start of a call to its end"),
    counter("message-count", "number of messages received").added(),
    gauge("message-latency-mean", "mean time from one message of a stream to the next"),
    gauge("message-latency-max", "longest time from one message of a stream to the next"),
    gauge(
        "message-latency-pX",
        "X-th percentile of times from one message of a stream to the next",
    ),
    counter("connect-count", "number of connections opened").added(),
    gauge("connect-time-mean", "mean time to open a connection"),
    gauge("connect-time-max", "longest time to open a connection"),
    metric("throughput", MetricKind::Gauge, Some("req/s"), "responses per second").added(),
    metric("bytes", MetricKind::Counter, Some("bytes"), "number of bytes received").added(),
    counter("late-count", "number of requests sent over 1 ms late").added(),
    counter("unsent-count", "number of requests due but never sent").added(),
    gauge("schedule-lag-p99", "99-th percentile of the load generator's own delay"),
];

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::task::{UnknownKeys, normalise_inputs};

    fn normal(inputs: Value) -> Result<Value, String> {
        let Value::Object(inputs) = inputs else { panic!("a map") };
        let normal = normalise_inputs(&GRPC, &inputs, "grpc", UnknownKeys::Reject);
        normal.map(Value::Object).map_err(|error| error.to_string())
    }

    #[test]
    fn inputs_are_read() {
        let cases: [(Value, Map<String, Value>); 4] = [
            (
                json!({"Max-Duration": "1m", "SKIPFIRST": "5"}),
                Map::from_iter([
                    ("max-duration".to_owned(), json!("1m")),
                    ("skipFirst".to_owned(), json!(5)),
                ]),
            ),
            (
                json!({"data": [{"a": "{{.UUID}}"}]}),
                Map::from_iter([("data".to_owned(), json!([{"a": "{{.UUID}}"}]))]),
            ),
            (
                json!({"import-paths": "a"}),
                Map::from_iter([("import-paths".to_owned(), json!(["a"]))]),
            ),
            (
                json!({"rps": "max", "max-recv-message-size": "4MB"}),
                Map::from_iter([
                    ("rps".to_owned(), json!("max")),
                    ("max-recv-message-size".to_owned(), json!("4MB")),
                ]),
            ),
        ];
        for (inputs, expected) in cases {
            assert_eq!(normal(inputs), Ok(Value::Object(expected)));
        }
    }

    #[test]
    fn wrong_inputs_are_told_with_their_place() {
        let cases = [
            (json!({"total": 0}), "grpc.total: expected a whole number from 1, got 0"),
            (json!({"rsp": 1}), "grpc.rsp: unknown parameter of task grpc"),
            (
                json!({"duration": "5"}),
                "grpc.duration: missing unit in duration \"5\"; expected for example 5s",
            ),
            (
                json!({"duration-stop": "x"}),
                "grpc.duration-stop: expected one of wait, close, ignore, got \"x\"",
            ),
            (
                json!({"max-send-message-size": "x"}),
                "grpc.max-send-message-size: invalid size \"x\"; expected for example 4MB or 4MiB",
            ),
            (json!({"data": 5}), "grpc.data: expected a map, a list of maps or \"@\", got 5"),
            (
                json!({"endpoints": {"a": {"warmup": true}}}),
                "grpc.endpoints.a.warmup: warmup may not stand in an endpoint",
            ),
        ];
        for (inputs, expected) in cases {
            assert_eq!(normal(inputs).unwrap_err(), expected);
        }
    }
}
