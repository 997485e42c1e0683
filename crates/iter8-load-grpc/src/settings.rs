//! Inputs of a grpc task, resolved to one plain set of settings per endpoint.
//!
//! Names in inputs are those of the catalogue, and their values are coerced already; what is
//! checked here is what only they together mean. No file is opened.

mod content;
mod inputs;
mod load;
mod ramp;
mod target;

use std::time::Duration;

use iter8_model::task::InputError;
use iter8_model::task::endpoints::{Endpoint, Merging, percentiles};
use iter8_template::Zone;
use jiff::Timestamp;
use prost_reflect::DescriptorPool;
use serde_json::{Map, Value, json};

use crate::method::{CallName, Method, MethodError};
use crate::plan::{CallPlan, PrepareError};
pub use content::{Calls, Data, Description, FileError, MetadataSource, Place, StreamLimits};
use inputs::Inputs;
pub use load::{AtEnd, Load};
pub use ramp::Concurrency;
pub use target::{Address, Balancing, Identity, Target, Tls};

/// Time limit of a call unless the user says otherwise.
// Differs from Iter8 0.13, which documents this limit and never applies it.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(20);

/// Calls of a test that nothing else bounds; from Iter8 0.13.
pub(crate) const DEFAULT_CALLS: u64 = 200;

/// Calls under way at once unless the user says otherwise; from Iter8 0.13.
pub(crate) const DEFAULT_CONCURRENCY: u64 = 50;

/// What endpoints take from their task.
const MERGING: Merging = Merging {
    choices: &[
        &["total", "duration"],
        &["call", "health"],
        &["proto", "protoURL", "protoset"],
        &["data", "data-file", "dataURL", "binary-file", "binaryDataURL"],
        &["rps", "load-schedule"],
    ],
    replaced: &[("metadata", &["metadata-file", "metadataURL"])],
    joined: &["metadata", "reflect-metadata", "tags"],
};

/// One load test, checked as far as that is possible before it starts.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Name of the endpoint; `None` for a task without endpoints.
    pub endpoint: Option<String>,
    /// Where calls go, and how.
    pub target: Target,
    /// The method.
    pub call: CallName,
    /// Where the description of the service comes from.
    pub description: Description,
    /// What calls send and receive.
    pub calls: Calls,
    /// How often calls are made.
    pub load: Load,
    /// Time limit of a call.
    pub timeout: Duration,
    /// Percentiles to report.
    pub percentiles: Vec<f64>,
    /// Labels of the test.
    pub tags: Vec<(String, String)>,
}

/// What was read for a test; empty where nothing is to be read.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// The file, the download or the standard input of [`Calls::data`].
    pub data: Vec<u8>,
    /// The file or the download of [`Calls::metadata`].
    pub metadata: Vec<u8>,
}

/// Why no call can be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// There is no such method.
    #[error(transparent)]
    Method(#[from] MethodError),
    /// A file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// Data or metadata are wrong.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
}

impl Settings {
    /// Everything about calls, given the descriptors and what was read. `now` and `zone` are for
    /// the templates of the calls that are evaluated to see whether they can be.
    pub fn plan(
        &self,
        pool: &DescriptorPool,
        files: Files,
        now: Timestamp,
        zone: Zone,
    ) -> Result<CallPlan, PlanError> {
        let method = Method::find(pool, &self.call)?;
        let metadata = self.calls.metadata.pairs(&files.metadata)?;
        let pairs = metadata.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let content = self.calls.data.content(files.data)?;
        Ok(CallPlan::prepare(method, &content, pairs, self.calls.options(zone), now)?)
    }
}

/// Resolves the inputs of a task to its load tests, in their order.
///
/// A choice made at an endpoint counts before one made at the task, and that before the default.
/// Metadata and tags are joined by name and percentiles united; anything else is replaced.
// Differs from Iter8 0.13: what an endpoint sets to zero counts, as does its `total` beside the
// task's `duration`; its `data` replaces that of the task; endpoints keep their order.
pub fn resolve(inputs: &Map<String, Value>, path: &str) -> Result<Vec<Settings>, InputError> {
    let endpoints = MERGING.endpoints(inputs, path).into_iter();
    let settings =
        endpoints.map(|Endpoint { id, inputs, path }| settings(&inputs, id.as_deref(), &path));
    settings.collect()
}

/// The inputs as stored after a run: with the defaults that were in force filled in.
pub fn effective(inputs: &Map<String, Value>) -> Map<String, Value> {
    let mut effective = inputs.clone();
    let own = Inputs { map: inputs, path: "" };
    if own.bound("duration").is_none() {
        effective.entry("total").or_insert(json!(DEFAULT_CALLS));
    }
    effective.entry("timeout").or_insert(json!("20s"));
    effective.insert("percentiles".to_owned(), json!(percentiles(inputs)));
    // Iter8 0.13 writes it so.
    effective.entry("endpoints").or_insert(Value::Null);
    effective
}

fn settings(
    map: &Map<String, Value>,
    endpoint: Option<&str>,
    path: &str,
) -> Result<Settings, InputError> {
    let inputs = Inputs { map, path };
    let target = target::read(&inputs, host(&inputs, endpoint)?)?;
    let (call, description) = content::description(&inputs, endpoint)?;
    let timeout = inputs.duration("timeout").unwrap_or(DEFAULT_TIMEOUT);
    if timeout.is_zero() {
        return Err(inputs.error("timeout", "expected more than 0s"));
    }
    Ok(Settings {
        endpoint: endpoint.map(str::to_owned),
        target,
        call,
        description,
        calls: content::calls(&inputs)?,
        load: load::read(&inputs, timeout)?,
        timeout,
        percentiles: percentiles(map),
        tags: inputs.pairs("tags"),
    })
}

fn host<'a>(inputs: &Inputs<'a>, endpoint: Option<&str>) -> Result<&'a str, InputError> {
    let host = inputs.text("host").filter(|host| !host.is_empty());
    host.ok_or_else(|| missing(inputs, endpoint, "host"))
}

/// The error for a parameter that each test must have; the words are those of Iter8 0.13.
fn missing(inputs: &Inputs<'_>, endpoint: Option<&str>, name: &str) -> InputError {
    let message = match endpoint {
        Some(id) => format!("endpoint {id:?} does not have a {name} parameter"),
        None => format!("please set the {name} parameter or the endpoints parameter"),
    };
    InputError::new(inputs.path, message)
}

#[cfg(test)]
mod tests;
