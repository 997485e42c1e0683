//! The entries of `notify`, and of `slack` and `github`, which become `notify` tasks.

use super::{Origin, Parameter, ParameterKind, Scope, TaskEntry, parameter};
use crate::task::TaskKind;

/// Built-in payloads.
const PAYLOADS: &[&str] = &[
    "report",
    "slack",
    "github",
    "teams",
    "discord",
    "pagerduty",
    "cloudevents",
    "githubStatus",
    "githubComment",
];

/// `notify`.
pub const NOTIFY: TaskEntry = TaskEntry {
    name: "notify",
    kind: TaskKind::Notify,
    summary: "Tell a web service how the experiment stands.",
    parameters: &[
        of_task(
            "url",
            ParameterKind::Webhook,
            None,
            "Where the notification goes. Without an Authorization header and `auth`, the URL is \
             a credential itself and is kept out of documents. Required, unless the payload has \
             an address of its own: pagerduty, and github… with the settings `owner` and `repo`.",
        ),
        of_task(
            "method",
            ParameterKind::Text,
            Some("POST with a payload, else GET"),
            "Method of the request.",
        ),
        of_task(
            "params",
            ParameterKind::TextMap,
            None,
            "Query parameters, in addition to those of the URL.",
        ),
        of_task("headers", ParameterKind::TextMap, None, "Headers of the request, by name."),
        of_task("auth", ParameterKind::Auth, None, "How the request authenticates.").added(),
        of_task(
            "payload",
            ParameterKind::Choice(PAYLOADS),
            None,
            "Built-in payload: the report as JSON, or what the named service expects. Without it \
             and `payloadTemplateURL` there is no payload.",
        )
        .added(),
        PAYLOAD_TEMPLATE,
        CONTENT_TYPE,
        SETTINGS,
        LINK,
        SOFT_FAILURE,
        TIMEOUT,
        TOTAL_TIMEOUT,
        RETRIES,
        MAX_PAYLOAD_SIZE,
        TLS,
    ],
    metrics: &[],
};

/// `slack`.
pub const SLACK: TaskEntry = TaskEntry {
    name: "slack",
    kind: TaskKind::Notify,
    summary: "Notify a Slack channel.",
    parameters: &[
        of_task(
            "url",
            ParameterKind::Credential,
            None,
            "URL of an incoming webhook. It is a credential and is kept out of documents. Required.",
        ),
        PAYLOAD_TEMPLATE,
        SETTINGS,
        LINK,
        SOFT_FAILURE,
        TIMEOUT,
        TOTAL_TIMEOUT,
        RETRIES,
        MAX_PAYLOAD_SIZE,
        TLS,
    ],
    metrics: &[],
};

/// `github`.
pub const GITHUB: TaskEntry = TaskEntry {
    name: "github",
    kind: TaskKind::Notify,
    summary: "Notify a GitHub repository.",
    parameters: &[
        of_task("owner", ParameterKind::Plain, None, "Owner of the repository. Required."),
        of_task("repo", ParameterKind::Plain, None, "Name of the repository. Required."),
        of_task(
            "token",
            ParameterKind::Credential,
            None,
            "Token with the right to do so. Required.",
        ),
        of_task(
            "event",
            ParameterKind::Choice(&["dispatch", "status", "comment"]),
            Some("dispatch"),
            "What to do: start workflows by a repository_dispatch event, set the status of the \
             commit `sha`, or comment on the pull request `pullRequest`.",
        )
        .added(),
        of_task("sha", ParameterKind::Plain, None, "Commit whose status is set.").added(),
        of_task(
            "pullRequest",
            ParameterKind::Integer { min: 1, max: i64::MAX },
            None,
            "Number of the pull request that is commented on.",
        )
        .added(),
        of_task("context", ParameterKind::Plain, Some("iter8"), "Name of the commit status.")
            .added(),
        of_task(
            "apiURL",
            ParameterKind::Plain,
            Some("https://api.github.com"),
            "API of the GitHub server.",
        )
        .added(),
        PAYLOAD_TEMPLATE,
        SETTINGS,
        LINK,
        SOFT_FAILURE,
        TIMEOUT,
        TOTAL_TIMEOUT,
        RETRIES,
        MAX_PAYLOAD_SIZE,
        TLS,
    ],
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

const fn added(
    name: &'static str,
    kind: ParameterKind,
    default: Option<&'static str>,
    description: &'static str,
) -> Parameter {
    Parameter { origin: Origin::Added, ..of_task(name, kind, default, description) }
}

const PAYLOAD_TEMPLATE: Parameter = of_task(
    "payloadTemplateURL",
    ParameterKind::Text,
    None,
    "Template of the payload: a URL, the path of a file, or the name of a built-in payload. Wins \
     over the built-in payload.",
);
const CONTENT_TYPE: Parameter = added(
    "contentType",
    ParameterKind::Text,
    Some("that of the payload, application/json for most"),
    "Content-Type of the payload.",
);
const SETTINGS: Parameter = added(
    "settings",
    ParameterKind::Tree,
    None,
    "Whatever else the payload needs, such as `routingKey` for pagerduty.",
);
const LINK: Parameter = added(
    "link",
    ParameterKind::Text,
    None,
    "URL of the whole report, which the payload links to.",
);
const SOFT_FAILURE: Parameter = of_task(
    "softFailure",
    ParameterKind::Bool,
    Some("true from values, false in documents"),
    "Whether the experiment goes on if the notification cannot be delivered. A template that \
     cannot be rendered fails the task in any case.",
);
const TIMEOUT: Parameter =
    added("timeout", ParameterKind::Duration, Some("10s"), "Longest time of one attempt.");
const TOTAL_TIMEOUT: Parameter = added(
    "totalTimeout",
    ParameterKind::Duration,
    Some("30s"),
    "Longest time of all attempts together, waits between them included.",
);
const RETRIES: Parameter = added(
    "retries",
    ParameterKind::Integer { min: 0, max: 20 },
    Some("3"),
    "Further attempts after a transport error or one of the statuses 429, 502, 503 and 504, with \
     growing waits; Retry-After is honoured.",
);
const MAX_PAYLOAD_SIZE: Parameter = added(
    "maxPayloadSize",
    ParameterKind::Integer { min: 1, max: 16_777_216 },
    Some("what the service takes, else 1048576"),
    "Largest payload, in bytes. A built-in one is cut to it; one of your own that is larger is not \
     sent, and fails the task.",
);
const TLS: Parameter =
    added("tls", ParameterKind::Tls, None, "Certificates and checks of an https:// URL.");
