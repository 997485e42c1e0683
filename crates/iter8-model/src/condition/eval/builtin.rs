//! `len`, `abs`, `int` and `float`.

use super::{Evaluator, Failure, Outcome, fail, wrong_type};
use crate::condition::error::EvalFault;
use crate::condition::program::Node;
use crate::condition::schema::Builtin;
use crate::condition::value::Value;

/// Characters of a string that an error message shows.
const SHOWN: usize = 40;

/// 2^63, the first float beyond the integers.
const INT_END: f64 = 9_223_372_036_854_775_808.0;

impl Evaluator<'_> {
    pub(super) fn call(&mut self, offset: usize, builtin: Builtin, argument: &Node) -> Outcome {
        let value = self.value(argument)?;
        match builtin {
            Builtin::Len => self.length(offset, &value),
            Builtin::Abs => absolute(offset, &value),
            Builtin::Int => whole(offset, &value),
            Builtin::Float => real(offset, &value),
        }
    }

    fn length(&mut self, offset: usize, value: &Value) -> Outcome {
        let length = match value {
            Value::Array(items) => items.len(),
            Value::Map(entries) => entries.len(),
            Value::Str(text) => {
                self.charge(offset, text.len())?;
                // Differs from Iter8 0.13: characters, which is what people count, not bytes.
                text.chars().count()
            }
            // A list that nothing has been put into is absent from the document.
            Value::Nil => 0,
            other => return Err(wrong_type(offset, "array, map or string", other)),
        };
        Ok(Value::Int(i64::try_from(length).unwrap_or(i64::MAX)))
    }
}

fn absolute(offset: usize, value: &Value) -> Outcome {
    match value {
        Value::Int(value) => value
            .checked_abs()
            .map(Value::Int)
            .ok_or_else(|| fail(offset, EvalFault::Overflow(Builtin::Abs.name()))),
        Value::Float(value) => Ok(Value::Float(value.abs())),
        other => Err(wrong_type(offset, "number", other)),
    }
}

/// Cuts off the fraction, towards zero.
fn whole(offset: usize, value: &Value) -> Outcome {
    match value {
        Value::Int(value) => Ok(Value::Int(*value)),
        Value::Float(value) if (-INT_END..INT_END).contains(value) => {
            #[expect(clippy::cast_possible_truncation, reason = "the range was just checked")]
            let whole = value.trunc() as i64;
            Ok(Value::Int(whole))
        }
        Value::Float(_) => Err(fail(offset, EvalFault::Overflow(Builtin::Int.name()))),
        Value::Str(text) => {
            text.parse().map(Value::Int).map_err(|_| not_a_number(offset, text, "int"))
        }
        other => Err(wrong_type(offset, "number or string", other)),
    }
}

fn real(offset: usize, value: &Value) -> Outcome {
    match value {
        Value::Int(value) => Ok(Value::Float(*value as f64)),
        Value::Float(value) => Ok(Value::Float(*value)),
        Value::Str(text) => {
            text.parse().map(Value::Float).map_err(|_| not_a_number(offset, text, "float"))
        }
        other => Err(wrong_type(offset, "number or string", other)),
    }
}

fn not_a_number(offset: usize, text: &str, to: &'static str) -> Failure {
    let text = text.chars().take(SHOWN).collect();
    fail(offset, EvalFault::NotANumber { text, to })
}
