//! Parameters that all load tests have.

use super::{Parameter, ParameterKind, Scope, parameter};

pub(super) const PARALLEL: Parameter = parameter(
    "parallel",
    ParameterKind::Bool,
    Some("false"),
    "Test endpoints at the same time instead of one after the other.",
)
.added()
.scoped(Scope::Task);

pub(super) const ABORT_ON_ERROR_RATE: Parameter = parameter(
    "abortOnErrorRate",
    ParameterKind::Number,
    None,
    "End a test early, and fail the task, once more than this share of at least 20 requests were errors, from 0 to 1.",
)
.added()
.scoped(Scope::Task);

pub(super) const MAX_SCHEDULE_LAG: Parameter = parameter(
    "maxScheduleLag",
    ParameterKind::Duration,
    Some("100ms"),
    "Beyond this 99th percentile of the load generator's own delay a measurement is unreliable, and objectives on it are inconclusive.",
)
.added()
.scoped(Scope::Task);

pub(super) const MAX_THROTTLING: Parameter = parameter(
    "maxThrottling",
    ParameterKind::Number,
    Some("0.05"),
    "The same beyond this share of the time, from 0 to 1, for which a CPU quota kept the load generator from its processors.",
)
.added()
.scoped(Scope::Task);

pub(super) const EXPORT: Parameter = parameter(
    "export",
    ParameterKind::Exports,
    None,
    "Servers that are told of the test second by second: Prometheus remote write, and OTLP over HTTP as JSON.",
)
.added()
.scoped(Scope::Task);
