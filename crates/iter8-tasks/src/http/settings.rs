//! Inputs of an http task, resolved to one plain set of settings per endpoint.

use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use iter8_fetch::Auth;
use iter8_load::{
    Arrival, Budget, Change, DEFAULT_QPS, ErrorRange, ErrorRanges, MAX_CONNECTIONS, Pace, Plan,
    Qps, Rate, Schedule, Stage,
};
use iter8_load_http::{
    DEFAULT_TIMEOUT, HttpPlan, Part, Preflight, Proxy, Target, TargetError, Version,
};
use iter8_model::duration;
use iter8_model::task::InputError;
use iter8_model::task::endpoints::{Endpoint, Merging, percentiles};
use iter8_template::Zone;
use serde_json::{Map, Value, json};

use super::requests::requests;
use crate::access;
use crate::download::is_web;

/// Requests of a test that nothing else bounds; from Iter8 0.13.
const DEFAULT_REQUESTS: u64 = 100;

/// Connections unless the user says otherwise; from Iter8 0.13.
const DEFAULT_CONNECTIONS: u64 = 4;

/// Seed of random start times unless the user says otherwise: any fixed number makes runs
/// repeatable.
const DEFAULT_SEED: u64 = 1;

/// What endpoints take from their task.
const MERGING: Merging = Merging {
    choices: &[
        &["numRequests", "duration", "stages"],
        &["payloadStr", "payloadFile", "payloadURL"],
        &["requests", "requestsFile"],
    ],
    replaced: &[("qps", &["stages"])],
    joined: &["headers"],
};

/// One load test, checked as far as that is possible before it starts.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Name of the endpoint; `None` for a task without endpoints.
    pub(crate) endpoint: Option<String>,
    /// What to send, less the body and the seed of UUIDs.
    pub(crate) target: Target,
    /// Seed of UUIDs. Without one each run needs its own, or a service that remembers them would
    /// refuse those of a warm-up when they come again.
    pub(crate) uuid_seed: Option<u64>,
    /// Where the body comes from.
    pub(crate) body: Body,
    /// How often to send.
    pub(crate) plan: Plan,
    /// Percentiles to report.
    pub(crate) percentiles: Vec<f64>,
}

/// Where the body of requests comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    /// There is none.
    None,
    /// The inputs.
    Text(String),
    /// A file.
    File(PathBuf),
    /// A download.
    Url(String),
}

impl Body {
    /// What is known of it before a test. A file is read only if it may be a template, which has to
    /// be checked.
    fn known(&self, is_template: bool) -> Arc<[u8]> {
        match self {
            Self::Text(text) => text.as_bytes().into(),
            Self::File(path) if is_template => std::fs::read(path).unwrap_or_default().into(),
            Self::None | Self::File(_) | Self::Url(_) => Arc::default(),
        }
    }

    /// The parameter that has it.
    fn parameter(&self) -> &'static str {
        match self {
            Self::None | Self::Text(_) => "payloadStr",
            Self::File(_) => "payloadFile",
            Self::Url(_) => "payloadURL",
        }
    }
}

/// Resolves the inputs of a task to its load tests, in their order.
///
/// A choice made at an endpoint counts before one made at the task, and that before the default.
/// Headers are joined by name and percentiles united; anything else is replaced. The zone is what
/// templates call local.
// Differs from Iter8 0.13: what an endpoint sets to zero, its duration beside the task's number of
// requests, and its error ranges count; its percentiles replace none; endpoints keep their order.
pub(crate) fn resolve(
    inputs: &Map<String, Value>,
    path: &str,
    zone: &Zone,
) -> Result<Vec<Settings>, InputError> {
    let endpoints = MERGING.endpoints(inputs, path).into_iter();
    let settings = endpoints
        .map(|Endpoint { id, inputs, path }| settings(&inputs, id.as_deref(), &path, zone));
    settings.collect()
}

/// The inputs as stored after a run: with the defaults that were in force filled in.
pub(crate) fn effective(inputs: &Map<String, Value>) -> Map<String, Value> {
    let mut effective = inputs.clone();
    let staged = effective.contains_key("stages");
    if !staged && !effective.contains_key("duration") {
        effective.entry("numRequests").or_insert(json!(DEFAULT_REQUESTS));
    }
    if !staged && effective.get("qps").is_none_or(|qps| qps.as_f64() == Some(0.0)) {
        effective.insert("qps".to_owned(), json!(DEFAULT_QPS));
    }
    effective.entry("connections").or_insert(json!(DEFAULT_CONNECTIONS));
    effective.entry("errorRanges").or_insert(json!([{"lower": 400}]));
    effective.entry("allowInitialErrors").or_insert(json!(false));
    effective.insert("percentiles".to_owned(), json!(percentiles(inputs)));
    // Iter8 0.13 writes it so.
    effective.entry("endpoints").or_insert(Value::Null);
    effective
}

fn settings(
    inputs: &Map<String, Value>,
    endpoint: Option<&str>,
    path: &str,
    zone: &Zone,
) -> Result<Settings, InputError> {
    let text = |name: &str| inputs.get(name).and_then(Value::as_str).map(str::to_owned);
    let flag = |name: &str| inputs.get(name).and_then(Value::as_bool).unwrap_or(false);
    let Some(url) = text("url") else {
        let message = match endpoint {
            Some(id) => format!("endpoint {id:?} does not have a url parameter"),
            None => "please set the url parameter or the endpoints parameter".to_owned(),
        };
        return Err(InputError::new(path, message));
    };
    let mut headers = texts(inputs.get("headers"));
    if let Some(value) = authorization(inputs.get("auth"), path)? {
        headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
        headers.push(("Authorization".to_owned(), value));
    }
    let timeout = duration_of(inputs, "timeout").unwrap_or(DEFAULT_TIMEOUT);
    let counted = inputs.contains_key("numRequests");
    let timed = !counted && (inputs.contains_key("duration") || inputs.contains_key("stages"));
    let preflight = match (timed, flag("allowInitialErrors")) {
        (false, _) => Preflight::Skip,
        (true, true) => Preflight::Tolerant,
        (true, false) => Preflight::Strict,
    };
    let body = body(inputs, path)?;
    let (requests, place) = requests(inputs, path)?;
    let target = Target {
        method: text("method"),
        headers,
        content_type: text("contentType"),
        template: flag("template").then(|| zone.clone()),
        requests,
        unix_socket: text("unixSocket").map(PathBuf::from),
        proxy: proxy(inputs, path)?,
        tls: access::tls(inputs.get("tls"), &format!("{path}.tls"))?,
        version: version(inputs),
        keep_alive: inputs.get("keepAlive").and_then(Value::as_bool).unwrap_or(true),
        timeout,
        follow_redirects: flag("followRedirects"),
        preflight,
        ..Target::new(url)
    };
    let known = body.known(target.template.is_some());
    let http = HttpPlan::try_from(Target { body: known, ..target.clone() });
    let http = http.map_err(|error| target_error(&error, path, &place, body.parameter()))?;
    let plan = plan(inputs, timeout, path)?;
    let at_once = plan.connections().saturating_mul(http.width().get());
    if at_once > MAX_CONNECTIONS {
        let message = format!(
            "{at_once} requests at once are more than {MAX_CONNECTIONS}, over all connections"
        );
        return Err(InputError::new(format!("{path}.streams"), message));
    }
    Ok(Settings {
        endpoint: endpoint.map(str::to_owned),
        target,
        uuid_seed: seed(inputs),
        body,
        plan,
        percentiles: percentiles(inputs),
    })
}

fn proxy(inputs: &Map<String, Value>, path: &str) -> Result<Option<Proxy>, InputError> {
    let proxy = inputs.get("proxy").and_then(Value::as_str).map(Proxy::parse).transpose();
    proxy.map_err(|error| {
        let told = InputError::new(format!("{path}.proxy"), error.to_string());
        told.with_hint("a proxy is http://[USER:PASSWORD@]HOST:PORT")
    })
}

fn version(inputs: &Map<String, Value>) -> Version {
    let streams = inputs.get("streams").and_then(Value::as_u64);
    let streams = usize::try_from(streams.unwrap_or(1)).ok().and_then(NonZeroUsize::new);
    match inputs.get("httpVersion").and_then(Value::as_str) {
        Some("2") => Version::Http2 { streams: streams.unwrap_or(NonZeroUsize::MIN) },
        _ => Version::Http1,
    }
}

/// The value of the header `Authorization`.
fn authorization(input: Option<&Value>, path: &str) -> Result<Option<String>, InputError> {
    match access::auth(input) {
        Auth::None => Ok(None),
        Auth::Basic { user, password } => {
            let pair = format!("{user}:{}", password.reveal());
            Ok(Some(format!("Basic {}", BASE64_STANDARD.encode(pair))))
        }
        Auth::Bearer(token) => Ok(Some(format!("Bearer {}", token.reveal()))),
        Auth::Token(token) => Ok(Some(format!("token {}", token.reveal()))),
        Auth::OAuth2(_) | Auth::Aws(_) => {
            let message = "a load test authenticates by basic, bearer or token";
            Err(InputError::new(format!("{path}.auth"), message))
        }
    }
}

/// Texts by name, in their order.
pub(super) fn texts(map: Option<&Value>) -> Vec<(String, String)> {
    let pairs = map.and_then(Value::as_object).into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    pairs.map(|(name, value)| (name.clone(), text(value))).collect()
}

fn seed(inputs: &Map<String, Value>) -> Option<u64> {
    inputs.get("seed").and_then(Value::as_u64)
}

/// Durations were checked when the inputs were read.
fn duration_of(inputs: &Map<String, Value>, name: &str) -> Option<Duration> {
    duration::parse(inputs.get(name)?.as_str()?).ok()
}

fn body(inputs: &Map<String, Value>, path: &str) -> Result<Body, InputError> {
    let text = |name: &str| inputs.get(name).and_then(Value::as_str);
    Ok(match (text("payloadURL"), text("payloadFile"), text("payloadStr")) {
        (Some(url), _, _) if is_web(url) => Body::Url(url.to_owned()),
        (Some(_), _, _) => {
            let message = "expected a URL that begins with http:// or https://";
            let error = InputError::new(format!("{path}.payloadURL"), message);
            return Err(error.with_hint("payloadFile names a file"));
        }
        (None, Some(file), _) => Body::File(PathBuf::from(file)),
        (None, None, Some(text)) => Body::Text(text.to_owned()),
        (None, None, None) => Body::None,
    })
}

fn plan(inputs: &Map<String, Value>, timeout: Duration, path: &str) -> Result<Plan, InputError> {
    let at = |name: &str| format!("{path}.{name}");
    let connections = inputs.get("connections").and_then(Value::as_u64);
    let connections = usize::try_from(connections.unwrap_or(DEFAULT_CONNECTIONS)).ok();
    let connections = connections
        .and_then(NonZeroUsize::new)
        .ok_or_else(|| InputError::new(at("connections"), "expected a whole number from 1"))?;
    let pace = pace(inputs, path)?;
    let requests = inputs.get("numRequests").and_then(Value::as_u64).and_then(NonZeroU64::new);
    let staged = inputs.contains_key("stages");
    let budget = match (requests, duration_of(inputs, "duration")) {
        (Some(requests), _) => Budget::requests(requests),
        (None, _) if staged => Budget::schedule(),
        (None, Some(duration)) => Budget::duration(duration),
        (None, None) => {
            NonZeroU64::new(DEFAULT_REQUESTS).map_or(Budget::schedule(), Budget::requests)
        }
    };
    Plan::new(pace, budget, connections, timeout)
        .map(|plan| plan.with_errors(error_ranges(inputs)))
        .map_err(|error| InputError::new(path, error.to_string()))
}

fn pace(inputs: &Map<String, Value>, path: &str) -> Result<Pace, InputError> {
    let arrival = match inputs.get("arrival").and_then(Value::as_str) {
        Some("uniform") => Arrival::Uniform,
        Some("poisson") => Arrival::Poisson,
        _ => Arrival::Constant,
    };
    let seed = seed(inputs).unwrap_or(DEFAULT_SEED);
    if let Some(stages) = inputs.get("stages").and_then(Value::as_array) {
        let stages = stages.iter().enumerate();
        let stages = stages.map(|(index, value)| stage(value, &format!("{path}.stages[{index}]")));
        let stages: Vec<Stage> = stages.collect::<Result<_, _>>()?;
        let schedule = Schedule::stages(Rate::ZERO, &stages);
        return Ok(Pace::Open(schedule.with_arrival(arrival, seed)));
    }
    let qps = match inputs.get("qps") {
        None => Ok(Qps::default()),
        Some(Value::String(_)) => Ok(Qps::Max),
        Some(number) => Qps::try_from(number.as_f64().unwrap_or(DEFAULT_QPS)),
    };
    match qps.map_err(|error| InputError::new(format!("{path}.qps"), error.to_string()))? {
        Qps::Max => Ok(Pace::Closed),
        Qps::Rate(rate) => Ok(Pace::Open(Schedule::constant(rate).with_arrival(arrival, seed))),
    }
}

fn stage(value: &Value, path: &str) -> Result<Stage, InputError> {
    let empty = Map::new();
    let inputs = value.as_object().unwrap_or(&empty);
    let target = Rate::per_second(inputs.get("qps").and_then(Value::as_f64).unwrap_or(0.0))
        .map_err(|error| InputError::new(format!("{path}.qps"), error.to_string()))?;
    let change = match inputs.get("shape").and_then(Value::as_str) {
        Some("step") => Change::Step,
        _ => Change::Ramp,
    };
    Ok(Stage { duration: duration_of(inputs, "duration").unwrap_or_default(), target, change })
}

fn error_ranges(inputs: &Map<String, Value>) -> ErrorRanges {
    let Some(ranges) = inputs.get("errorRanges").and_then(Value::as_array) else {
        return ErrorRanges::default();
    };
    let bound = |range: &Value, name: &str| range.get(name).and_then(Value::as_i64);
    // Ranges were checked when the inputs were read.
    ranges
        .iter()
        .filter_map(|r| ErrorRange::new(bound(r, "lower"), bound(r, "upper")).ok())
        .collect()
}

/// `requests` is the path of the list of requests, `body` the parameter that has the body.
fn target_error(error: &TargetError, path: &str, requests: &str, body: &str) -> InputError {
    let parameter = match error {
        TargetError::Request { index, source } => {
            return target_error(source, &format!("{requests}[{index}]"), requests, "payloadStr");
        }
        TargetError::Weights(_) => return InputError::new(requests, error.to_string()),
        TargetError::Url { .. } | TargetError::OtherOrigin { .. } => "url",
        TargetError::Method(_) => "method",
        TargetError::HeaderName(_)
        | TargetError::HeaderValue(_)
        | TargetError::FramingHeader(_) => "headers",
        TargetError::Template(error) => match error.part {
            Part::Url => "url",
            Part::Header(_) => "headers",
            Part::Body => body,
        },
        TargetError::TemplateRedirects => "template",
        TargetError::ProxyAndSocket => "proxy",
        TargetError::ZeroTimeout => "timeout",
        TargetError::NeedsHttp1(_) | TargetError::Http2(_) => "httpVersion",
    };
    let cause = std::error::Error::source(error);
    let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
    let told = InputError::new(format!("{path}.{parameter}"), format!("{error}{cause}"));
    match error {
        TargetError::OtherOrigin { .. } => {
            told.with_hint("endpoints test several servers, each by itself")
        }
        _ => told,
    }
}

#[cfg(test)]
mod tests;
