//! The one table of tasks, their parameters and their metrics.

mod custommetrics;
mod grpc;
mod http;
mod load;
mod notify;
mod ready;

use super::TaskKind;
use crate::metric::{MetricKind, MetricMeta};
pub use custommetrics::CUSTOMMETRICS;
pub use grpc::GRPC;
pub use http::HTTP;
pub use notify::{GITHUB, NOTIFY, SLACK};
pub use ready::READY;

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
    /// Any text, or a reference to one; see [`crate::credential::Reference`].
    Text,
    /// Any text; a reference cannot stand for it.
    Plain,
    /// A text that documents never hold, or a reference to one.
    Credential,
    /// The URL of a web service: a [`Self::Credential`] if the request has no other.
    Webhook,
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
    /// A number of bytes, with a unit or without.
    Size,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// A list of texts, or one.
    Texts,
    /// Texts by name, or references to them.
    TextMap,
    /// Any map. References in it stand for texts.
    Tree,
    /// A list of such maps.
    Trees,
    /// A map, a list of maps, or `@`: content of messages.
    Messages,
    /// How a request authenticates: one of `basic`, `bearer`, `token`, `oauth2`, `aws`.
    Auth,
    /// `{caFile, certFile, keyFile, serverName, skipVerify}`.
    Tls,
    /// `{remoteWrite, otlp}`: where a load test is told while it runs, each a URL or
    /// `{url, headers, auth, tls}`.
    Exports,
    /// Values of another kind, by name of a provider of metrics.
    ByProvider(&'static ParameterKind),
    /// A list of percentiles, 0 < p ≤ 100.
    Percentiles,
    /// A list of `{lower, upper}`, inclusive, at least one bound each.
    Ranges,
    /// A list of `{duration, qps, shape}`.
    Stages,
    /// A list of `{url, method, headers, payloadStr, contentType, weight}`, at least one.
    Requests,
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
    &[ABNMETRICS, ASSESS, CUSTOMMETRICS, GITHUB, GRPC, HTTP, NOTIFY, READY, RUN, SLACK];

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
            ParameterKind::Plain,
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

const fn metric(
    name: &'static str,
    kind: MetricKind,
    units: Option<&'static str>,
    description: &'static str,
) -> MetricEntry {
    MetricEntry { name, kind, units, description, origin: Origin::Iter8 }
}

impl MetricEntry {
    const fn added(self) -> Self {
        Self { origin: Origin::Added, ..self }
    }
}

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
        assert!(find("slack").is_some() && find("notify").is_some() && find("teams").is_none());
    }
}
