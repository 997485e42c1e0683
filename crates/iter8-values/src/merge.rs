//! Merging of values: maps recursively, everything else as a whole.
//!
//! Both functions keep the place of existing keys and append new ones, so that endpoints run in
//! the order in which they were first declared. Without nulls they agree; they are associative as
//! long as no key changes between map and non-map from layer to layer.

#[cfg(test)]
mod tests;

use serde_json::map::Entry;
use serde_json::{Map, Value};

/// Puts a user's values over defaults, finally: a null removes the key from the defaults.
///
/// A null for a key that the defaults do not have adds nothing. Nulls inside lists, and inside maps
/// that the defaults do not have, are data and stay.
#[must_use]
pub fn merge(base: Map<String, Value>, over: Map<String, Value>) -> Map<String, Value> {
    combine(base, over, Nulls::Remove)
}

/// Puts one layer of a user's values over another: a null replaces like any scalar.
///
/// It is kept so that it can still remove a default when the layers are [`merge`]d into these.
#[must_use]
pub fn overlay(base: Map<String, Value>, over: Map<String, Value>) -> Map<String, Value> {
    combine(base, over, Nulls::Keep)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Nulls {
    Remove,
    Keep,
}

/// Recursion ends with the shallower of both trees; the parsers bound the depth of either.
fn combine(
    mut base: Map<String, Value>,
    over: Map<String, Value>,
    nulls: Nulls,
) -> Map<String, Value> {
    for (key, value) in over {
        if value.is_null() && nulls == Nulls::Remove {
            // Not `remove`, which would move the last key into the gap.
            base.shift_remove(&key);
            continue;
        }
        match base.entry(key) {
            Entry::Vacant(vacant) => {
                vacant.insert(value);
            }
            Entry::Occupied(mut occupied) => {
                let place = occupied.get_mut();
                *place = match (place.take(), value) {
                    (Value::Object(below), Value::Object(above)) => {
                        Value::Object(combine(below, above, nulls))
                    }
                    (_, above) => above,
                };
            }
        }
    }
    base
}
