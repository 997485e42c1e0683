//! Equality, order and membership.

use std::cmp::Ordering;

use super::operator::mismatched;
use super::{Evaluator, Outcome, fail};
use crate::condition::program::{Node, NodeKind};
use crate::condition::syntax::Binary;
use crate::condition::value::Value;

impl Evaluator<'_> {
    /// Equality: among numbers by value, in lists and maps by element. Values of different types
    /// are different, and nil equals only nil.
    pub(super) fn equal(&mut self, offset: usize, left: &Value, right: &Value) -> Outcome<bool> {
        self.charge(offset, 1)?;
        match (left, right) {
            (Value::Str(one), Value::Str(two)) => {
                self.charge(offset, one.len().min(two.len()))?;
                Ok(one == two)
            }
            (Value::Array(one), Value::Array(two)) => {
                if one.len() != two.len() {
                    return Ok(false);
                }
                for (one, two) in one.iter().zip(two.iter()) {
                    if !self.equal(offset, one, two)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Value::Map(one), Value::Map(two)) => {
                if one.len() != two.len() {
                    return Ok(false);
                }
                for ((one_key, one), (two_key, two)) in one.iter().zip(two.iter()) {
                    if one_key != two_key || !self.equal(offset, one, two)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Value::Nil, Value::Nil) => Ok(true),
            (Value::Bool(one), Value::Bool(two)) => Ok(one == two),
            _ => Ok(order(left, right).is_some_and(|order| order == Some(Ordering::Equal))),
        }
    }

    /// Membership: of a value in a list, of a key in a map. Nothing is in nil.
    pub(super) fn membership(&mut self, offset: usize, left: &Node, right: &Node) -> Outcome {
        let member = self.value(left)?;
        if let NodeKind::Binary { operator: Binary::Range, left: from, right: to } = &right.kind {
            // A range is not written out here, and fractions between its ends are in it: a latency
            // of 42.5 is in `0..50`. Differs from Iter8 0.13: also if an end is not a literal.
            let range = self.range(right.offset, from, to)?;
            let within = match member {
                Value::Int(value) => range.contains(&value),
                Value::Float(value) => {
                    *range.start() as f64 <= value && value <= *range.end() as f64
                }
                _ => false,
            };
            return Ok(Value::Bool(within));
        }
        match (&member, self.value(right)?) {
            (_, Value::Array(items)) => {
                for item in items.iter() {
                    if self.equal(offset, &member, item)? {
                        return Ok(Value::Bool(true));
                    }
                }
                Ok(Value::Bool(false))
            }
            (Value::Str(key), Value::Map(entries)) => {
                self.charge(offset, key.len())?;
                Ok(Value::Bool(entries.contains_key(&**key)))
            }
            (_, Value::Nil) => Ok(Value::Bool(false)),
            (_, other) => Err(fail(offset, mismatched(Binary::In, &member, &other))),
        }
    }
}

/// The order of two numbers, strings or times; the inner `None` is a comparison with a float that
/// is no number, the outer one means that the two have no order.
///
/// A whole number beside a float is taken as a float, so that beyond 2^53 neighbours are equal.
#[expect(clippy::option_option, reason = "no order at all is an error, an undecided one is not")]
pub(super) fn order(left: &Value, right: &Value) -> Option<Option<Ordering>> {
    match (left, right) {
        (Value::Int(one), Value::Int(two)) => Some(Some(one.cmp(two))),
        (Value::Int(one), Value::Float(two)) => Some((*one as f64).partial_cmp(two)),
        (Value::Float(one), Value::Int(two)) => Some(one.partial_cmp(&(*two as f64))),
        (Value::Float(one), Value::Float(two)) => Some(one.partial_cmp(two)),
        (Value::Str(one), Value::Str(two)) => Some(Some(one.cmp(two))),
        (Value::Time(one, _), Value::Time(two, _)) => Some(Some(one.cmp(two))),
        _ => None,
    }
}
