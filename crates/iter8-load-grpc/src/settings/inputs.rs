//! Reading coerced inputs.

use std::path::PathBuf;
use std::time::Duration;

use iter8_model::duration;
use iter8_model::task::InputError;
use serde_json::{Map, Value};

/// The inputs of one test and their place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inputs<'a> {
    pub(super) map: &'a Map<String, Value>,
    pub(super) path: &'a str,
}

impl<'a> Inputs<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name)?.as_str()
    }

    pub(super) fn file(&self, name: &str) -> Option<PathBuf> {
        self.text(name).filter(|file| !file.is_empty()).map(PathBuf::from)
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    pub(super) fn whole(&self, name: &str) -> Option<u64> {
        self.get(name)?.as_u64()
    }

    pub(super) fn signed(&self, name: &str) -> i64 {
        self.get(name).and_then(Value::as_i64).unwrap_or(0)
    }

    /// Durations were checked when the inputs were read.
    pub(super) fn duration(&self, name: &str) -> Option<Duration> {
        duration::parse(self.text(name)?).ok()
    }

    /// A duration of which zero means that there is none.
    pub(super) fn bound(&self, name: &str) -> Option<Duration> {
        self.duration(name).filter(|duration| !duration.is_zero())
    }

    /// Texts by name.
    pub(super) fn pairs(&self, name: &str) -> Vec<(String, String)> {
        let map = self.get(name).and_then(Value::as_object).into_iter().flatten();
        map.map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
            .collect()
    }

    pub(super) fn error(&self, name: &str, message: impl Into<String>) -> InputError {
        InputError::new(format!("{}.{name}", self.path), message)
    }
}
