//! The entry of `custommetrics`.

use super::{Parameter, ParameterKind, Scope, TaskEntry, parameter};
use crate::task::TaskKind;

/// `custommetrics`.
pub const CUSTOMMETRICS: TaskEntry = TaskEntry {
    name: "custommetrics",
    kind: TaskKind::CustomMetrics,
    summary: "Fetch metrics of one or more versions from any store that answers HTTP with JSON.",
    parameters: PARAMETERS,
    // They are those of its templates.
    metrics: &[],
};

const fn of_task(
    name: &'static str,
    kind: ParameterKind,
    default: Option<&'static str>,
    description: &'static str,
) -> Parameter {
    parameter(name, kind, default, description).scoped(Scope::Task)
}

const PARAMETERS: &[Parameter] = &[
    of_task(
        "templates",
        ParameterKind::ByProvider(&ParameterKind::Text),
        None,
        "Provider templates by name: a URL, the path of a file, or the name of a built-in template \
         (`iter8 metrics templates` lists them; a file of the same name needs `./`). They are read \
         and rendered anew in each loop. Metrics are called NAME/METRIC. Required.",
    ),
    of_task(
        "values",
        ParameterKind::Tree,
        None,
        "Variables of the templates, for all versions. The templates also see \
         `elapsedTimeSeconds`, the whole seconds since the variable `startingTime` or else since \
         the start of the experiment, at least 1.",
    ),
    of_task(
        "versionValues",
        ParameterKind::Trees,
        Some("one version with the values"),
        "Variables of each version, one map per version. They are merged into a copy of `values` \
         and win over it, but for empty ones: \"\", 0, false, an empty list or map.",
    ),
    of_task(
        "onError",
        ParameterKind::Choice(&["skip", "fail"]),
        Some("skip"),
        "What to do when a query gives no value: go on without the metric and record why, or fail \
         the task after all queries.",
    )
    .added(),
    of_task(
        "timeout",
        ParameterKind::Duration,
        Some("10s"),
        "Longest time of one attempt to ask a store or to fetch a template.",
    )
    .added(),
    of_task(
        "totalTimeout",
        ParameterKind::Duration,
        Some("30s"),
        "Longest time of all attempts together, waits between them included.",
    )
    .added(),
    of_task(
        "retries",
        ParameterKind::Integer { min: 0, max: 20 },
        Some("3"),
        "Further attempts after a transport error or one of the statuses 429, 502, 503 and 504, of \
         GET requests also 500, with growing waits; Retry-After is honoured.",
    )
    .added(),
    of_task(
        "concurrency",
        ParameterKind::Integer { min: 1, max: 64 },
        Some("8"),
        "Queries under way at once, over all metrics, versions and providers.",
    )
    .added(),
    of_task(
        "maxResponseSize",
        ParameterKind::Integer { min: 1, max: 268_435_456 },
        Some("4194304"),
        "Largest response of a store, in bytes. A template has at most 256 KiB.",
    )
    .added(),
    of_task(
        "auth",
        ParameterKind::ByProvider(&ParameterKind::Auth),
        None,
        "How queries authenticate, by name of a template.",
    )
    .added(),
    of_task(
        "tls",
        ParameterKind::ByProvider(&ParameterKind::Tls),
        None,
        "Certificates and checks of https:// queries, by name of a template.",
    )
    .added(),
];
