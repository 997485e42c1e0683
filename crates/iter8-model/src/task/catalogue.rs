//! The one table of tasks, their parameters and their metrics.

use super::TaskKind;
use crate::metric::{MetricKind, MetricMeta};

/// What a task does, takes and measures.
#[derive(Debug, Clone, Copy)]
pub struct TaskEntry {
    /// The name under `tasks` and of the section of values.
    pub name: &'static str,
    /// The task of the document that it becomes.
    pub kind: TaskKind,
    /// One sentence.
    pub summary: &'static str,
    /// The inputs, in the order in which the reference lists them.
    pub parameters: &'static [Parameter],
    /// The metrics, without the provider.
    pub metrics: &'static [MetricEntry],
}

/// One input of a task.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Canonical name; any case is read.
    pub name: &'static str,
    /// What values it takes.
    pub kind: ParameterKind,
    /// What happens without it, as readers write it.
    pub default: Option<&'static str>,
    /// Where it may stand.
    pub scope: Scope,
    /// Whether Iter8 0.13 has it too.
    pub origin: Origin,
    /// One or two sentences.
    pub description: &'static str,
}

/// What values a parameter takes. Numbers and booleans are also read from strings, and strings
/// from numbers and booleans, since `--set` cannot tell them apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ParameterKind {
    /// Any text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number in a range.
    Integer {
        /// The smallest accepted.
        min: i64,
        /// The largest accepted.
        max: i64,
    },
    /// A finite number.
    Number,
    /// Requests per second, or `max`.
    Rate,
    /// A Go duration.
    Duration,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// Texts by name.
    TextMap,
    /// A list of percentiles, 0 < p ≤ 100.
    Percentiles,
    /// A list of `{lower, upper}`, inclusive, at least one bound each.
    Ranges,
    /// A list of `{duration, qps, shape}`.
    Stages,
    /// Upper and lower limits by metric.
    Slos,
    /// The task's other parameters, by name of an endpoint.
    Endpoints,
}

/// Where a parameter may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// At the top of the task and in each endpoint.
    Endpoint,
    /// At the top of the task only.
    Task,
}

/// Whether users of Iter8 0.13 know a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It means the same in Iter8 0.13.
    Iter8,
    /// It is new here.
    Added,
}

/// One metric of a task.
#[derive(Debug, Clone, Copy)]
pub struct MetricEntry {
    /// Name after the provider; `pX` stands for each percentile X.
    pub name: &'static str,
    /// How its values are kept.
    pub kind: MetricKind,
    /// Unit, if it has one.
    pub units: Option<&'static str>,
    /// Exact description; `X` stands for the percentile.
    pub description: &'static str,
    /// Whether Iter8 0.13 has it too.
    pub origin: Origin,
}

impl MetricEntry {
    /// Metadata to record values with.
    pub fn meta(&self) -> MetricMeta {
        MetricMeta {
            description: self.description.to_owned(),
            units: self.units.map(str::to_owned),
            kind: self.kind,
        }
    }
}

impl TaskEntry {
    /// The parameter of this name, in any case.
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters.iter().find(|parameter| parameter.name.eq_ignore_ascii_case(name))
    }

    /// The metric of this name.
    pub fn metric(&self, name: &str) -> Option<&'static MetricEntry> {
        self.metrics.iter().find(|metric| metric.name == name)
    }
}

/// Percentiles of the latency that every load test reports, besides those asked for; from
/// Iter8 0.13.
pub const DEFAULT_PERCENTILES: [f64; 6] = [50.0, 75.0, 90.0, 95.0, 99.0, 99.9];

/// Every task that values may name, in alphabetical order.
pub const TASKS: &[TaskEntry] =
    &[ABNMETRICS, ASSESS, CUSTOMMETRICS, GITHUB, GRPC, HTTP, READY, RUN, SLACK];

/// The entry of a name under `tasks`.
pub fn find(name: &str) -> Option<&'static TaskEntry> {
    TASKS.iter().find(|task| task.name == name)
}

/// The entry that describes the inputs of a task in a document.
pub fn of_kind(kind: TaskKind) -> Option<&'static TaskEntry> {
    find(kind.as_str())
}

const fn parameter(
    name: &'static str,
    kind: ParameterKind,
    default: Option<&'static str>,
    description: &'static str,
) -> Parameter {
    let (scope, origin) = (Scope::Endpoint, Origin::Iter8);
    Parameter { name, kind, default, scope, origin, description }
}

impl Parameter {
    const fn added(self) -> Self {
        Self { origin: Origin::Added, ..self }
    }

    const fn scoped(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }
}

/// Tasks of later versions: known by name, so that the error can say so.
const fn planned(name: &'static str, kind: TaskKind, summary: &'static str) -> TaskEntry {
    TaskEntry { name, kind, summary, parameters: &[], metrics: &[] }
}

/// `abnmetrics`.
pub const ABNMETRICS: TaskEntry =
    planned("abnmetrics", TaskKind::AbnMetrics, "Fetch metrics from the A/B/n service.");
/// `custommetrics`.
pub const CUSTOMMETRICS: TaskEntry = planned(
    "custommetrics",
    TaskKind::CustomMetrics,
    "Fetch metrics of one or more versions from any store.",
);
/// `github`.
pub const GITHUB: TaskEntry = planned("github", TaskKind::Notify, "Notify a GitHub repository.");
/// `grpc`.
pub const GRPC: TaskEntry =
    planned("grpc", TaskKind::Grpc, "Load-test a gRPC service and measure its latency and errors.");
/// `ready`.
pub const READY: TaskEntry =
    planned("ready", TaskKind::Ready, "Wait until Kubernetes objects exist and are ready.");
/// `slack`.
pub const SLACK: TaskEntry = planned("slack", TaskKind::Notify, "Notify a Slack channel.");

/// `assess`.
pub const ASSESS: TaskEntry = TaskEntry {
    name: "assess",
    kind: TaskKind::Assess,
    summary: "Compare the newest values of metrics with service level objectives (SLOs).",
    parameters: &[parameter(
        "SLOs",
        ParameterKind::Slos,
        None,
        "Limits by metric: `upper` for values that must not exceed theirs, `lower` for values \
         that must not fall below.",
    )
    .scoped(Scope::Task)],
    metrics: &[],
};

/// `run`.
pub const RUN: TaskEntry = TaskEntry {
    name: "run",
    kind: TaskKind::Run,
    summary: "Run a shell script; it fails the task by exiting with anything but 0.",
    parameters: &[
        parameter(
            "script",
            ParameterKind::Text,
            None,
            "Executed by /bin/bash -c in the working directory, with TEMP_DIR set to the system's \
             folder for temporary files.",
        )
        .scoped(Scope::Task),
        parameter(
            "timeout",
            ParameterKind::Duration,
            Some("1h"),
            "The script is killed after this time, and the task fails.",
        )
        .added()
        .scoped(Scope::Task),
    ],
    metrics: &[],
};

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
        "Where requests go; without a scheme, http:// is assumed. Each `{uuid}` in it becomes a \
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
    parameter("timeout", ParameterKind::Duration, Some("10s"), "Longest time to wait for a connection and for each response; beyond it the request is an error.").added(),
    parameter("followRedirects", ParameterKind::Bool, Some("false"), "Follow redirects, at most 10 in a row; the latency is that of the whole chain. Otherwise a redirect is a response like any other.").added(),
    parameter("unixSocket", ParameterKind::Text, None, "Path of a Unix domain socket to connect to; the URL then only names host and path.").added(),
    parameter("arrival", ParameterKind::Choice(&["constant", "uniform", "poisson"]), Some("constant"), "How start times are spread: evenly, at a random moment of each interval, or as independent arrivals.").added(),
    parameter("stages", ParameterKind::Stages, None, "Rates over time, one stage after the other, each `{duration, qps, shape}` with shape `ramp` (linear from the rate before, the default) or `step`. Replaces `qps` and `duration`.").added(),
    parameter("seed", ParameterKind::Integer { min: 0, max: i64::MAX }, Some("1 for start times, a fresh one for UUIDs"), "Seed of random start times and UUIDs; with it, each run sends the same UUIDs.").added(),
    parameter("errorRanges", ParameterKind::Ranges, Some("[{lower: 400}]"), "Status codes that count as errors, as inclusive ranges with one bound or both. Requests without a response always do."),
    parameter("percentiles", ParameterKind::Percentiles, Some("[50, 75, 90, 95, 99, 99.9]"), "Further percentiles of the latency to report, beside the default ones."),
    parameter("allowInitialErrors", ParameterKind::Bool, Some("false"), "With `duration`: go on although the uncounted first requests fail."),
    parameter("warmupNumRequests", ParameterKind::Integer { min: 1, max: i64::MAX }, None, "Send this many requests to each endpoint first and forget their results. Wins over `warmupDuration`.").scoped(Scope::Task),
    parameter("warmupDuration", ParameterKind::Duration, None, "Send requests to each endpoint for this long first and forget their results.").scoped(Scope::Task),
    parameter("onError", ParameterKind::Choice(&["fail", "skip"]), Some("fail"), "What to do when the load test of an endpoint cannot be carried out: fail the task after the other endpoints, or go on without its metrics.").added().scoped(Scope::Task),
    parameter("endpoints", ParameterKind::Endpoints, None, "Endpoints by name, tested one after the other in this order. Each takes the parameters above; what it leaves out is taken from the task."),
    parameter("warmup", ParameterKind::Bool, Some("false"), "Run the whole test and forget its results.").scoped(Scope::Task),
];

const fn metric(
    name: &'static str,
    kind: MetricKind,
    units: Option<&'static str>,
    description: &'static str,
) -> MetricEntry {
    MetricEntry { name, kind, units, description, origin: Origin::Iter8 }
}

const fn gauge(name: &'static str, description: &'static str) -> MetricEntry {
    metric(name, MetricKind::Gauge, Some("msec"), description)
}

impl MetricEntry {
    const fn added(self) -> Self {
        Self { origin: Origin::Added, ..self }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_are_sorted_and_their_names_unique() {
        let names: Vec<_> = TASKS.iter().map(|task| task.name).collect();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
        for task in TASKS {
            for (index, parameter) in task.parameters.iter().enumerate() {
                assert!(
                    task.parameters[index + 1..]
                        .iter()
                        .all(|other| !other.name.eq_ignore_ascii_case(parameter.name)),
                    "{} twice in {}",
                    parameter.name,
                    task.name
                );
                assert!(parameter.description.ends_with('.'), "{}", parameter.name);
            }
        }
    }

    #[test]
    fn available_tasks_have_an_entry_with_parameters() {
        for kind in TaskKind::ALL.into_iter().filter(|kind| kind.is_available()) {
            assert!(of_kind(kind).is_some_and(|entry| !entry.parameters.is_empty()), "{kind}");
        }
    }

    /// What is said of the default percentiles is what they are.
    #[test]
    fn the_default_percentiles_are_as_described() {
        let described = HTTP.parameter("percentiles").unwrap().default.unwrap();
        let listed: Vec<f64> = serde_json::from_str(described).unwrap();
        assert_eq!(listed, DEFAULT_PERCENTILES);
    }

    #[test]
    fn look_ups() {
        assert_eq!(HTTP.parameter("NUMREQUESTS").map(|found| found.name), Some("numRequests"));
        assert!(HTTP.parameter("numRequest").is_none());
        let errors = HTTP.metric("error-count").unwrap();
        assert_eq!(errors.meta().description, "number of responses that were errors");
        assert!(find("slack").is_some() && find("notify").is_none());
    }
}
