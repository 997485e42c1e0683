//! Inputs of a custommetrics task, checked as far as that is possible before it starts.

use std::sync::Arc;

use iter8_engine::chain;
use iter8_fetch::{Auth, Client, Limits};
use iter8_model::task::InputError;
use serde_json::{Map, Value};

use super::template::{Source, Template, TemplateError};
use super::variables::starting_time;
use crate::access;

/// Queries under way at once, unless the user says otherwise: most stores are shared.
const DEFAULT_CONCURRENCY: usize = 8;

/// What to ask, of whom, and how.
pub(super) struct Settings {
    /// The stores, in the order given.
    pub(super) providers: Vec<Provider>,
    /// Variables of all versions.
    pub(super) values: Map<String, Value>,
    /// Variables of each version; at least one.
    pub(super) versions: Vec<Map<String, Value>>,
    /// Bounds of each query, and of fetching a template.
    pub(super) limits: Limits,
    /// Queries under way at once.
    pub(super) concurrency: usize,
    /// Whether a query without a value fails the task.
    pub(super) must_succeed: bool,
}

/// A store.
pub(super) struct Provider {
    /// First part of the names of its metrics.
    pub(super) name: String,
    /// Where its template is.
    pub(super) source: Source,
    /// The template, if it need not be fetched.
    pub(super) template: Option<Template>,
    /// Who asks.
    pub(super) auth: Auth,
    /// Asks, with the certificates of this store.
    pub(super) client: Arc<Client>,
}

impl Settings {
    /// From inputs without references.
    pub(super) fn new(inputs: &Map<String, Value>, path: &str) -> Result<Self, InputError> {
        let map = |name: &str| inputs.get(name).and_then(Value::as_object).cloned();
        let templates = map("templates").unwrap_or_default();
        if templates.is_empty() {
            return Err(InputError::new(path, "please set the templates parameter"));
        }
        let providers = templates.iter().map(|(name, source)| {
            provider(name, source.as_str().unwrap_or_default(), inputs, path)
        });
        let versions = inputs.get("versionValues").and_then(Value::as_array);
        let versions = versions.into_iter().flatten();
        let versions: Vec<_> = versions.filter_map(Value::as_object).cloned().collect();
        let settings = Self {
            providers: providers.collect::<Result<_, _>>()?,
            values: map("values").unwrap_or_default(),
            versions: if versions.is_empty() { vec![Map::new()] } else { versions },
            limits: limits(inputs, path)?,
            concurrency: concurrency(inputs),
            must_succeed: inputs.get("onError").and_then(Value::as_str) == Some("fail"),
        };
        settings.check_starting_times(path)?;
        Ok(settings)
    }

    fn check_starting_times(&self, path: &str) -> Result<(), InputError> {
        let wrong = |place: String| {
            move |error: super::StartingTimeError| InputError::new(place, error.to_string())
        };
        starting_time(&self.values).map_err(wrong(format!("{path}.values.startingTime")))?;
        for (index, values) in self.versions.iter().enumerate() {
            let place = format!("{path}.versionValues[{index}].startingTime");
            starting_time(values).map_err(wrong(place))?;
        }
        Ok(())
    }
}

fn provider(
    name: &str,
    source: &str,
    inputs: &Map<String, Value>,
    path: &str,
) -> Result<Provider, InputError> {
    let of = |key: &str| inputs.get(key).and_then(|of| of.get(name));
    let source = Source::new(source);
    let template = source.read().map_err(|error| {
        let wrong = InputError::new(format!("{path}.templates.{name}"), chain(&error));
        match error {
            TemplateError::Read { hint: Some(hint), .. } => wrong.with_hint(hint),
            _ => wrong,
        }
    })?;
    let tls_path = format!("{path}.tls.{name}");
    let tls = access::tls(of("tls"), &tls_path)?;
    let client = Client::new(&tls).map_err(|error| InputError::new(tls_path, chain(&error)))?;
    Ok(Provider {
        name: name.to_owned(),
        source,
        template,
        auth: access::auth(of("auth")),
        client: Arc::new(client),
    })
}

fn limits(inputs: &Map<String, Value>, path: &str) -> Result<Limits, InputError> {
    let limits = access::limits(inputs, path)?;
    let largest = inputs.get("maxResponseSize").and_then(Value::as_u64);
    Ok(Limits { largest: largest.unwrap_or(limits.largest), ..limits })
}

fn concurrency(inputs: &Map<String, Value>) -> usize {
    let given = inputs.get("concurrency").and_then(Value::as_u64);
    given.and_then(|count| usize::try_from(count).ok()).unwrap_or(DEFAULT_CONCURRENCY).max(1)
}
