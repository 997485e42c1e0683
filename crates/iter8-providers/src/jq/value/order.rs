//! Equality and order: null, false, true, numbers, strings, arrays, objects.
//!
//! Arrays compare element by element, objects by their keys and then by their values. NaN is below
//! every number, also below itself.

use std::cmp::Ordering;
use std::rc::Rc;

use super::Json;
use crate::jq::meter;

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Json {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(compare(self, other))
    }
}

/// Compares two values. Once a limit is reached they are all equal, so that it ends; what sorts
/// must bear that.
pub(in crate::jq) fn compare(one: &Json, other: &Json) -> Ordering {
    if meter::step().is_err() {
        return Ordering::Equal;
    }
    match (one, other) {
        (Json::Bool(one), Json::Bool(other)) => one.cmp(other),
        (Json::Number(one), Json::Number(other)) => {
            // NaN is below all, and nothing is below or equal to NaN.
            one.partial_cmp(other).unwrap_or(if one.is_nan() {
                Ordering::Less
            } else {
                Ordering::Greater
            })
        }
        (Json::Text(one), Json::Text(other)) => {
            // Counted beforehand, by what at most is looked at.
            let _ = meter::pass(one.as_str().len().min(other.as_str().len()));
            one.as_str().cmp(other.as_str())
        }
        (Json::List(one), Json::List(other)) => {
            if Rc::ptr_eq(one, other) && !holds_nan(one.items()) {
                return Ordering::Equal;
            }
            lexical(one.items().iter().zip(other.items()).map(|(one, other)| compare(one, other)))
                .then(one.items().len().cmp(&other.items().len()))
        }
        (Json::Map(one), Json::Map(other)) => {
            let (one, other) = (one.entries(), other.entries());
            let keys = one.iter().zip(other);
            lexical(keys.clone().map(|((one, _), (other, _))| one.as_str().cmp(other.as_str())))
                .then(one.len().cmp(&other.len()))
                .then_with(|| lexical(keys.map(|((_, one), (_, other))| compare(one, other))))
        }
        (one, other) => rank(one).cmp(&rank(other)),
    }
}

fn lexical(orders: impl Iterator<Item = Ordering>) -> Ordering {
    let mut orders = orders;
    orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// Whether a list holds NaN itself; deeper ones are found by comparing.
fn holds_nan(items: &[Json]) -> bool {
    items.iter().any(|item| match item {
        Json::Number(number) => number.is_nan(),
        Json::List(_) | Json::Map(_) => true,
        Json::Null | Json::Bool(_) | Json::Text(_) => false,
    })
}

fn rank(value: &Json) -> u8 {
    match value {
        Json::Null => 0,
        Json::Bool(false) => 1,
        Json::Bool(true) => 2,
        Json::Number(_) => 3,
        Json::Text(_) => 4,
        Json::List(_) => 5,
        Json::Map(_) => 6,
    }
}
