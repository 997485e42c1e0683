//! What one of several runners measured, as a file that can be merged with those of the others.

use iter8_load::{InvalidMeasurement, Measurement, Part, histogram_from_json, histogram_to_json};
use iter8_model::insights::{Insights, RecordError};
use iter8_model::task::TaskSpec;
use iter8_model::task::catalogue::{self, TaskEntry};
use serde_json::{Map, Value, json};

use super::metrics::{self, Measured, Messages};

/// What such a file calls itself; raised when its meaning changes.
const FORMAT: &str = "iter8-load-part/1";

/// What was measured by one part of a load test, or by several of them.
#[derive(Debug)]
pub struct LoadPart {
    pub(crate) task: &'static TaskEntry,
    /// Name of the test among the providers of metrics.
    pub(crate) provider: String,
    /// The inputs of the task, by which parts of the same test are known.
    pub(crate) inputs: Map<String, Value>,
    /// Which parts it is.
    pub(crate) parts: Vec<Part>,
    pub(crate) percentiles: Vec<f64>,
    pub(crate) measured: Measured,
    /// Why it cannot be relied on.
    pub(crate) doubts: Vec<String>,
}

/// Why a file is no part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPartFile {
    /// It is something else.
    #[error("this is no part of a load test: expected {{\"format\": {FORMAT:?}, …}}")]
    Format,
    /// Something in it is wrong.
    #[error("{name}: expected {expected}")]
    Field {
        /// Where.
        name: &'static str,
        /// What would be right.
        expected: &'static str,
    },
    /// Its measurement is wrong.
    #[error("measurement.{0}")]
    Measurement(#[from] InvalidMeasurement),
}

/// Why parts cannot be merged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// They are of different tests.
    #[error("parts of different tests: {0}")]
    Differ(String),
    /// The same part came twice.
    #[error("part {0} is there twice")]
    Twice(Part),
}

impl LoadPart {
    /// The part as JSON, without loss.
    pub fn to_json(&self) -> Value {
        let messages = self.measured.messages.as_ref().map(
            |messages| json!({"count": messages.count, "gaps": histogram_to_json(&messages.gaps)}),
        );
        let parts: Vec<String> = self.parts.iter().map(Part::to_string).collect();
        json!({
            "format": FORMAT,
            "task": self.task.name,
            "provider": self.provider,
            "parts": parts,
            "inputs": self.inputs,
            "percentiles": self.percentiles,
            "doubts": self.doubts,
            "messages": messages,
            "measurement": self.measured.measurement.to_json(),
        })
    }

    /// Reads what [`Self::to_json`] wrote. A part that did not come to its end cannot be relied on.
    pub fn from_json(value: &Value) -> Result<Self, InvalidPartFile> {
        if value.get("format").and_then(Value::as_str) != Some(FORMAT) {
            return Err(InvalidPartFile::Format);
        }
        let task =
            read(value, "task", "the name of a task", |task| catalogue::find(task.as_str()?))?;
        let messages = read(value, "messages", "null, or count and gaps", |messages| {
            if messages.is_null() {
                return Some(None);
            }
            let count = messages.get("count")?.as_u64()?;
            Some(Some(Messages { count, gaps: histogram_from_json(messages.get("gaps")?)? }))
        })?;
        let part = |part: &Value| part.as_str()?.parse().ok();
        let text = |text: &Value| text.as_str().map(str::to_owned);
        let measurement = read(value, "measurement", "a map", Some)?;
        let measurement = Measurement::from_json(measurement)?;
        let doubts: Vec<String> = read(value, "doubts", "texts", |doubts| all(doubts, text))?;
        let cut = match &measurement {
            Measurement { interrupted: true, .. } => Some("it was interrupted"),
            Measurement { aborted: true, .. } => {
                Some("it ended early, as too many requests were errors")
            }
            _ => None,
        };
        Ok(Self {
            task,
            provider: read(value, "provider", "a text", text)?,
            inputs: read(value, "inputs", "a map", Value::as_object)?.clone(),
            parts: read(value, "parts", "parts such as 1/3", |parts| all(parts, part))?,
            percentiles: read(value, "percentiles", "numbers", |list| all(list, Value::as_f64))?,
            doubts: doubts.into_iter().chain(cut.map(str::to_owned)).collect(),
            measured: Measured { measurement, messages },
        })
    }

    /// Adds another part of the same test.
    pub fn merge(&mut self, other: Self) -> Result<(), MergeError> {
        let of = |part: &Self| part.parts.first().map_or(0, |part| part.of());
        let differ = |what: &str, mine: &dyn std::fmt::Display, theirs: &dyn std::fmt::Display| {
            Err(MergeError::Differ(format!("{what} {mine} and {theirs}")))
        };
        if self.provider != other.provider {
            return differ("of", &self.provider, &other.provider);
        }
        if of(self) != of(&other) {
            return differ("split by", &of(self), &of(&other));
        }
        let names = self.inputs.keys().chain(other.inputs.keys());
        let mut different = names.filter(|name| self.inputs.get(*name) != other.inputs.get(*name));
        if let Some(name) = different.next() {
            let shown = |inputs: &Map<String, Value>| {
                inputs.get(name).map_or_else(|| "nothing".to_owned(), Value::to_string)
            };
            return differ(name, &shown(&self.inputs), &shown(&other.inputs));
        }
        if let Some(twice) = other.parts.iter().find(|part| self.parts.contains(part)) {
            return Err(MergeError::Twice(*twice));
        }
        let doubts = std::mem::take(&mut self.doubts);
        self.doubts = named(&self.parts, doubts).chain(named(&other.parts, other.doubts)).collect();
        self.parts.extend(other.parts);
        self.parts.sort_by_key(|part| part.number());
        self.measured.measurement.merge(&other.measured.measurement);
        match (&mut self.measured.messages, other.measured.messages) {
            (Some(mine), Some(theirs)) => {
                mine.count += theirs.count;
                mine.gaps.merge(&theirs.gaps);
            }
            (mine, theirs) => *mine = mine.take().or(theirs),
        }
        Ok(())
    }

    /// The parts of the test that are not in this.
    pub fn missing(&self) -> Vec<Part> {
        let of = self.parts.first().map_or(0, |part| part.of());
        let all = (1..=of).filter_map(|number| Part::new(number, of).ok());
        all.filter(|part| !self.parts.contains(part)).collect()
    }

    /// Says that it cannot be relied on.
    pub fn doubt(&mut self, why: String) {
        self.doubts.push(why);
    }

    /// The task that it is part of.
    pub fn spec(&self) -> TaskSpec {
        TaskSpec { with: self.inputs.clone(), ..TaskSpec::new(self.task.kind) }
    }

    /// Name of the test among the providers of metrics.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// Records what was measured as metrics of the test's provider.
    pub fn record(&self, insights: &mut Insights) -> Result<(), RecordError> {
        let Self { task, provider, measured, percentiles, .. } = self;
        metrics::record(insights, task, provider, measured, percentiles)?;
        insights.set_doubts(provider, self.doubts.clone());
        Ok(())
    }
}

/// The doubts of one part, with its number before them; those of several parts have it already.
fn named(parts: &[Part], doubts: Vec<String>) -> impl Iterator<Item = String> + use<> {
    let part = if let [part] = parts { Some(*part) } else { None };
    doubts.into_iter().map(move |doubt| match part {
        Some(part) => format!("part {part}: {doubt}"),
        None => doubt,
    })
}

fn read<'v, T>(
    value: &'v Value,
    name: &'static str,
    expected: &'static str,
    how: impl FnOnce(&'v Value) -> Option<T>,
) -> Result<T, InvalidPartFile> {
    let found = value.get(name).and_then(how);
    found.ok_or(InvalidPartFile::Field { name, expected })
}

fn all<T>(list: &Value, item: impl FnMut(&Value) -> Option<T>) -> Option<Vec<T>> {
    list.as_array()?.iter().map(item).collect()
}

#[cfg(test)]
mod tests;
