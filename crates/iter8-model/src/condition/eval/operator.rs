//! Operators with two operands.

use std::cmp::Ordering;

use super::compare::order;
use super::{ELEMENT_STEPS, Evaluator, Items, Outcome, PATTERN_STEPS, fail, pattern};
use crate::condition::error::EvalFault;
use crate::condition::program::Node;
use crate::condition::syntax::Binary;
use crate::condition::value::Value;

impl Evaluator<'_> {
    pub(super) fn binary(
        &mut self,
        offset: usize,
        operator: Binary,
        left: &Node,
        right: &Node,
    ) -> Outcome {
        match operator {
            Binary::In => return self.membership(offset, left, right),
            Binary::Range => {
                let items = Items::Range(self.range(offset, left, right)?);
                self.charge(offset, items.len() * ELEMENT_STEPS)?;
                let values = (0..items.len()).map(|index| items.element(index)).collect();
                return Ok(Value::Array(values));
            }
            _ => {}
        }
        let (left, right) = (self.value(left)?, self.value(right)?);
        match operator {
            Binary::Equal => self.equal(offset, &left, &right).map(Value::Bool),
            Binary::NotEqual => self.equal(offset, &left, &right).map(|same| Value::Bool(!same)),
            Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual => {
                match order(&left, &right) {
                    Some(order) => Ok(Value::Bool(holds(operator, order))),
                    None => Err(fail(offset, mismatched(operator, &left, &right))),
                }
            }
            Binary::Contains | Binary::StartsWith | Binary::EndsWith | Binary::Matches => {
                self.textual(offset, operator, &left, &right)
            }
            Binary::Add if matches!(left, Value::Str(_)) => self.joined(offset, &left, &right),
            _ => arithmetic(operator, &left, &right).map_err(|fault| fail(offset, fault)),
        }
    }

    fn textual(&mut self, offset: usize, operator: Binary, left: &Value, right: &Value) -> Outcome {
        let (Value::Str(text), Value::Str(part)) = (left, right) else {
            return Err(fail(offset, mismatched(operator, left, right)));
        };
        self.charge(offset, text.len())?;
        let holds = match operator {
            Binary::Contains => text.contains(&**part),
            Binary::StartsWith => text.starts_with(&**part),
            Binary::EndsWith => text.ends_with(&**part),
            _ => {
                self.charge(offset, PATTERN_STEPS + part.len())?;
                let pattern = pattern::compile(part)
                    .map_err(|cause| fail(offset, EvalFault::BadPattern(cause)))?;
                pattern.is_match(text)
            }
        };
        Ok(Value::Bool(holds))
    }

    fn joined(&mut self, offset: usize, left: &Value, right: &Value) -> Outcome {
        let (Value::Str(one), Value::Str(two)) = (left, right) else {
            return Err(fail(offset, mismatched(Binary::Add, left, right)));
        };
        self.charge(offset, one.len() + two.len())?;
        Ok(Value::from(format!("{one}{two}")))
    }
}

pub(super) fn mismatched(operator: Binary, left: &Value, right: &Value) -> EvalFault {
    EvalFault::Mismatched {
        operator: operator.as_str(),
        left: left.type_name(),
        right: right.type_name(),
    }
}

/// Whether a comparison holds; one with a float that is no number never does.
fn holds(operator: Binary, order: Option<Ordering>) -> bool {
    match operator {
        Binary::Less => order.is_some_and(Ordering::is_lt),
        Binary::LessOrEqual => order.is_some_and(Ordering::is_le),
        Binary::Greater => order.is_some_and(Ordering::is_gt),
        _ => order.is_some_and(Ordering::is_ge),
    }
}

/// `+ - * / % **` on numbers. `/` and `**` are always floats, and `%` takes whole numbers only.
fn arithmetic(operator: Binary, left: &Value, right: &Value) -> Result<Value, EvalFault> {
    if let (Value::Int(one), Value::Int(two)) = (left, right) {
        let (one, two) = (*one, *two);
        let whole = match operator {
            Binary::Add => one.checked_add(two),
            Binary::Subtract => one.checked_sub(two),
            Binary::Multiply => one.checked_mul(two),
            Binary::Modulo if two == 0 => return Err(EvalFault::DivisionByZero),
            Binary::Modulo => Some(one.wrapping_rem(two)),
            _ => {
                return real(operator, one as f64, two as f64)
                    .ok_or_else(|| mismatched(operator, left, right));
            }
        };
        return whole.map(Value::Int).ok_or(EvalFault::Overflow(operator.as_str()));
    }
    number(left)
        .zip(number(right))
        .and_then(|(one, two)| real(operator, one, two))
        .ok_or_else(|| mismatched(operator, left, right))
}

fn real(operator: Binary, one: f64, two: f64) -> Option<Value> {
    let value = match operator {
        Binary::Add => one + two,
        Binary::Subtract => one - two,
        Binary::Multiply => one * two,
        Binary::Divide => one / two,
        Binary::Power => one.powf(two),
        _ => return None,
    };
    Some(Value::Float(value))
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(value) => Some(*value as f64),
        Value::Float(value) => Some(*value),
        _ => None,
    }
}
