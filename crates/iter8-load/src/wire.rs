//! A measurement as JSON, without loss, for merges of parts in other processes.

use iter8_stats::Histogram;
use serde_json::{Map, Value, json};

use crate::errors::{ErrorRange, ErrorRanges};
use crate::measurement::Measurement;
use crate::outcome::Failure;
use crate::recorder::Recorder;

/// A JSON value that is no measurement; says where and what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: expected {expected}")]
pub struct InvalidMeasurement {
    name: &'static str,
    expected: &'static str,
}

impl Measurement {
    /// The measurement as JSON: the cells of each histogram that are not empty, and all counts.
    pub fn to_json(&self) -> Value {
        let Self { recorder, errors, .. } = self;
        let counts = recorder.counts();
        let failures = counts.failures().map(|(failure, n)| (failure.name().to_owned(), json!(n)));
        let bounds = errors.bounds().map(|(lower, upper)| json!([lower, upper]));
        json!({
            "interrupted": self.interrupted,
            "aborted": self.aborted,
            "planned": self.planned,
            "connections": self.connections,
            "threads": self.threads,
            "errorRanges": bounds.collect::<Vec<_>>(),
            "latency": histogram_to_json(&recorder.latency),
            "service": histogram_to_json(&recorder.service),
            "connect": histogram_to_json(&recorder.connect),
            "lag": histogram_to_json(&recorder.lag),
            "sendDistance": histogram_to_json(&recorder.send_distance),
            "statuses": counts.statuses().collect::<Vec<_>>(),
            "failures": failures.collect::<Map<_, _>>(),
            "requests": counts.requests,
            "unsent": counts.unsent,
            "late": counts.late,
            "reconnects": counts.reconnects,
            "retries": counts.retries,
            "bytesOut": counts.bytes_out,
            "bytesIn": counts.bytes_in,
            "firstSent": recorder.first_sent,
            "lastDone": recorder.last_done,
        })
    }

    /// Reads what [`Self::to_json`] wrote; whatever else is there is ignored.
    pub fn from_json(value: &Value) -> Result<Self, InvalidMeasurement> {
        let mut recorder = Recorder {
            latency: histogram_at(value, "latency")?,
            service: histogram_at(value, "service")?,
            connect: histogram_at(value, "connect")?,
            lag: histogram_at(value, "lag")?,
            send_distance: histogram_at(value, "sendDistance")?,
            first_sent: optional(value, "firstSent")?,
            last_done: optional(value, "lastDone")?,
            ..Recorder::new()
        };
        let counts = &mut recorder.counts;
        for (status, count) in read(value, "statuses", "pairs of status and count", pairs)? {
            let wrong = wrong("statuses", "statuses below 1000");
            *counts.status_mut(status).ok_or(wrong)? = count;
        }
        for (name, count) in read(value, "failures", "a map", Value::as_object)? {
            let failure = Failure::ALL.into_iter().find(|failure| failure.name() == name);
            let failure = failure.ok_or_else(|| wrong("failures", "known kinds of failure"))?;
            let count = count.as_u64().ok_or_else(|| wrong("failures", COUNT))?;
            *counts.failure_mut(failure) = count;
        }
        counts.requests = count(value, "requests")?;
        counts.unsent = count(value, "unsent")?;
        counts.late = count(value, "late")?;
        counts.reconnects = count(value, "reconnects")?;
        counts.retries = count(value, "retries")?;
        counts.bytes_out = count(value, "bytesOut")?;
        counts.bytes_in = count(value, "bytesIn")?;
        Ok(Self {
            recorder,
            interrupted: read(value, "interrupted", "true or false", Value::as_bool)?,
            aborted: read(value, "aborted", "true or false", Value::as_bool)?,
            planned: optional(value, "planned")?,
            connections: read(value, "connections", COUNT, size)?,
            threads: read(value, "threads", COUNT, size)?,
            errors: read(value, "errorRanges", "pairs of bounds", ranges)?,
        })
    }
}

const COUNT: &str = "a whole number from 0";

fn wrong(name: &'static str, expected: &'static str) -> InvalidMeasurement {
    InvalidMeasurement { name, expected }
}

fn read<'v, T>(
    value: &'v Value,
    name: &'static str,
    expected: &'static str,
    how: impl FnOnce(&'v Value) -> Option<T>,
) -> Result<T, InvalidMeasurement> {
    value.get(name).and_then(how).ok_or_else(|| wrong(name, expected))
}

fn count(value: &Value, name: &'static str) -> Result<u64, InvalidMeasurement> {
    read(value, name, COUNT, Value::as_u64)
}

/// A count or null.
fn optional(value: &Value, name: &'static str) -> Result<Option<u64>, InvalidMeasurement> {
    let some_or_null = |value: &Value| match value {
        Value::Null => Some(None),
        value => value.as_u64().map(Some),
    };
    read(value, name, "a whole number from 0, or null", some_or_null)
}

fn size(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|size| usize::try_from(size).ok())
}

fn pairs(value: &Value) -> Option<Vec<(u64, u64)>> {
    let pair = |pair: &Value| match pair.as_array()?.as_slice() {
        [left, right] => Some((left.as_u64()?, right.as_u64()?)),
        _ => None,
    };
    value.as_array()?.iter().map(pair).collect()
}

fn ranges(value: &Value) -> Option<ErrorRanges> {
    let range = |pair: &Value| match pair.as_array()?.as_slice() {
        [lower, upper] => ErrorRange::new(lower.as_i64(), upper.as_i64()).ok(),
        _ => None,
    };
    value.as_array()?.iter().map(range).collect()
}

/// A histogram as JSON, without loss: its moments, and pairs of cell and count.
pub fn histogram_to_json(histogram: &Histogram) -> Value {
    let cells: Vec<(usize, u64)> = histogram.cells().collect();
    json!({ "moments": histogram.moments().parts(), "cells": cells })
}

/// Reads what [`histogram_to_json`] wrote; `None` if it is something else.
pub fn histogram_from_json(value: &Value) -> Option<Histogram> {
    let moments = match value.get("moments")? {
        Value::Null => None,
        parts => {
            let parts = parts.as_array()?.iter().map(Value::as_f64);
            Some(<[f64; 4]>::try_from(parts.collect::<Option<Vec<_>>>()?).ok()?)
        }
    };
    let cells = pairs(value.get("cells")?)?.into_iter();
    let cells = cells.map(|(cell, count)| Some((usize::try_from(cell).ok()?, count)));
    Histogram::from_cells(cells.collect::<Option<Vec<_>>>()?, moments)
}

fn histogram_at(value: &Value, name: &'static str) -> Result<Histogram, InvalidMeasurement> {
    let expected = "a histogram: moments and cells that agree";
    read(value, name, expected, histogram_from_json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{Outcome, Verdict};

    fn measurement() -> Measurement {
        let mut recorder = Recorder::new();
        for number in 0..100 {
            let verdict = match number % 5 {
                0 => Verdict::Failed(Failure::Timeout),
                code => Verdict::Status(200 + code),
            };
            let done = u64::from(number) * 1_234_567;
            let connect = (number % 7 == 0).then_some(done);
            let outcome = Outcome { done, verdict, connect, bytes_out: 3, ..Outcome::at(0) };
            recorder.record(&outcome);
        }
        recorder.record_unsent(77);
        Measurement {
            recorder,
            interrupted: true,
            aborted: false,
            planned: Some(101),
            connections: 4,
            threads: 2,
            errors: [ErrorRange::new(Some(500), None), ErrorRange::new(Some(-3), Some(404))]
                .into_iter()
                .map(Result::unwrap)
                .collect(),
        }
    }

    #[test]
    fn a_measurement_reads_back_as_it_was() {
        let empty = Measurement { recorder: Recorder::new(), planned: None, ..measurement() };
        for written in [measurement(), empty] {
            let text = written.to_json().to_string();
            let read = Measurement::from_json(&serde_json::from_str(&text).unwrap()).unwrap();
            assert_eq!(read, written);
            // Equality of histograms leaves the moments out.
            let moments = |of: &Measurement| *of.recorder.latency().moments();
            assert_eq!(moments(&read), moments(&written));
        }
    }

    #[test]
    fn what_is_no_measurement_is_refused_by_name() {
        let whole = measurement().to_json();
        for (name, value) in [
            ("requests", json!(-1)),
            ("requests", Value::Null),
            ("planned", json!("all")),
            ("interrupted", json!(0)),
            ("statuses", json!([[1000, 1]])),
            ("statuses", json!([[200]])),
            ("failures", json!({"bad luck": 1})),
            ("failures", json!({"timeout": 0.5})),
            ("errorRanges", json!([[null, null]])),
            ("latency", json!({"moments": null, "cells": [[1, 1]]})),
            ("latency", json!({"moments": [1.0, 0.0, 1.0, 1.0], "cells": [[10_000_000, 1]]})),
            ("latency", json!({"moments": [1.0, 0.0, 1.0], "cells": [[1, 1]]})),
            ("lag", json!({"cells": []})),
        ] {
            let mut broken = whole.clone();
            broken[name] = value;
            let error = Measurement::from_json(&broken).unwrap_err().to_string();
            assert!(error.starts_with(&format!("{name}: expected ")), "{error}");
        }
    }
}
