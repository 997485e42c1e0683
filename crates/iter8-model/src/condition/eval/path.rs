//! Fields, elements, slices and methods.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::Offset;

use super::{ELEMENT_STEPS, Evaluator, Outcome, fail, wrong_type};
use crate::condition::error::EvalFault;
use crate::condition::program::{Node, Step, StepKind};
use crate::condition::schema::{Method, TimePart};
use crate::condition::value::Value;

/// Steps for a question to the experiment: it may aggregate thousands of observations.
const QUESTION_STEPS: usize = 1_000;

impl Evaluator<'_> {
    pub(super) fn path(&mut self, base: &Node, steps: &[Step]) -> Outcome {
        let mut value = self.value(base)?;
        for step in steps {
            if step.optional && value == Value::Nil {
                return Ok(Value::Nil);
            }
            self.charge(step.offset, 1)?;
            value = self.step(step, &value)?;
        }
        Ok(value)
    }

    fn step(&mut self, step: &Step, on: &Value) -> Outcome {
        let offset = step.offset;
        match &step.kind {
            StepKind::Field(name) => field(offset, on, name),
            StepKind::Index(index) => {
                let index = self.value(index)?;
                element(offset, on, &index)
            }
            StepKind::Slice { from, to } => self.slice(offset, on, from.as_ref(), to.as_ref()),
            StepKind::Method { method, arguments } => self.method(offset, *method, on, arguments),
        }
    }

    fn method(&mut self, offset: usize, method: Method, on: &Value, arguments: &[Node]) -> Outcome {
        match (method, on, arguments) {
            (_, Value::Nil, _) => Err(fail(offset, EvalFault::Nil(method.name().to_owned()))),
            (Method::Time(part), Value::Time(timestamp, zone), _) => {
                Ok(Value::Int(time_part(part, *timestamp, *zone)))
            }
            (Method::ScalarMetricValue, _, [version, metric]) => {
                let (version, metric) = (self.integer(version)?, self.text(metric)?);
                self.charge(offset, QUESTION_STEPS)?;
                Ok(self.subject.scalar_metric_value(version, &metric).into())
            }
            (Method::TrackVersionStr, _, [version]) => {
                let version = self.integer(version)?;
                self.charge(offset, QUESTION_STEPS)?;
                Ok(self.subject.track_version(version).into())
            }
            (Method::GetMetricsInfo, _, [metric]) => {
                let metric = self.text(metric)?;
                self.charge(offset, QUESTION_STEPS)?;
                Ok(self.subject.metric_info(&metric))
            }
            _ => Err(fail(offset, no_such_part(method.name(), on))),
        }
    }

    fn slice(
        &mut self,
        offset: usize,
        on: &Value,
        from: Option<&Node>,
        to: Option<&Node>,
    ) -> Outcome {
        let from = from.map(|from| self.integer(from)).transpose()?;
        let to = to.map(|to| self.integer(to)).transpose()?;
        match on {
            Value::Array(items) => {
                let (from, to) = bounds(from, to, items.len());
                self.charge(offset, (to - from) * ELEMENT_STEPS)?;
                Ok(Value::Array(Arc::from(&items[from..to])))
            }
            Value::Str(text) => {
                self.charge(offset, text.len())?;
                let (from, to) = bounds(from, to, text.chars().count());
                let part: String = text.chars().skip(from).take(to - from).collect();
                Ok(Value::from(part))
            }
            Value::Nil => Err(fail(offset, EvalFault::Nil("a slice".to_owned()))),
            other => Err(wrong_type(offset, "array or string", other)),
        }
    }
}

fn field(offset: usize, on: &Value, name: &str) -> Outcome {
    match on {
        // A missing key is nil, so that `??` and `== nil` can deal with it.
        Value::Map(entries) => Ok(entries.get(name).cloned().unwrap_or_default()),
        Value::Nil => Err(fail(offset, EvalFault::Nil(name.to_owned()))),
        other => Err(fail(offset, no_such_part(name, other))),
    }
}

fn element(offset: usize, on: &Value, index: &Value) -> Outcome {
    match (on, index) {
        (Value::Array(items), Value::Int(index)) => position(*index, items.len())
            .and_then(|position| items.get(position).cloned())
            .ok_or_else(|| {
                fail(offset, EvalFault::OutOfRange { index: *index, length: items.len() })
            }),
        (_, Value::Str(key)) => field(offset, on, key),
        (Value::Nil, Value::Int(index)) => Err(fail(offset, EvalFault::Nil(index.to_string()))),
        (other, index) => Err(fail(offset, no_such_part(index.type_name(), other))),
    }
}

fn no_such_part(name: &str, on: &Value) -> EvalFault {
    EvalFault::NoSuchPart { name: name.to_owned(), on: on.type_name() }
}

/// The place that `index` means in a list of `length`: from the end if it is negative.
fn position(index: i64, length: usize) -> Option<usize> {
    let length = i64::try_from(length).ok()?;
    let index = if index < 0 { index.checked_add(length)? } else { index };
    usize::try_from(index).ok()
}

/// The bounds of a slice, cut down to what there is.
fn bounds(from: Option<i64>, to: Option<i64>, length: usize) -> (usize, usize) {
    let clamp = |bound: i64| position(bound, length).map_or(0, |place| place.min(length));
    let to = to.map_or(length, clamp);
    let from = from.map_or(0, clamp);
    (from.min(to), to)
}

fn time_part(part: TimePart, timestamp: Timestamp, zone: Offset) -> i64 {
    let local = zone.to_datetime(timestamp);
    match part {
        TimePart::Year => local.year().into(),
        TimePart::Month => local.month().into(),
        TimePart::Day => local.day().into(),
        TimePart::Hour => local.hour().into(),
        TimePart::Minute => local.minute().into(),
        TimePart::Second => local.second().into(),
        TimePart::Unix => timestamp.as_second(),
        TimePart::Weekday => local.weekday().to_sunday_zero_offset().into(),
    }
}
