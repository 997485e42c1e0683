//! Stores assignments in a tree of values.

use serde_json::{Map, Value};

use super::{Assignment, MAX_GAPS, Segment, SetError};

/// Stores assignments in their order. Maps and lists on the way are created; existing keys keep
/// their place and new ones go to the end of their map.
pub(super) fn assign_all(
    values: &mut Map<String, Value>,
    pairs: Vec<Assignment<Value>>,
) -> Result<(), SetError> {
    let mut gaps_left = MAX_GAPS;
    pairs.into_iter().try_for_each(|pair| assign(values, pair, &mut gaps_left))
}

fn assign(
    values: &mut Map<String, Value>,
    pair: Assignment<Value>,
    gaps_left: &mut usize,
) -> Result<(), SetError> {
    let Assignment { path, value } = pair;
    let mut steps = path.segments().iter().enumerate();
    let Some((_, Segment::Name(root))) = steps.next() else {
        unreachable!("the parser begins every path with a name");
    };
    let mut place = values.entry(root.as_str()).or_insert(Value::Null);
    for (depth, segment) in steps {
        place = match step(place, segment, gaps_left) {
            Ok(inner) => inner,
            Err(Blocked::Gaps) => return Err(SetError::TooManyGaps),
            Err(Blocked::Kind { found, needed }) => {
                let key = path.short_prefix(depth);
                return Err(SetError::WrongKind { key, found, needed });
            }
        };
    }
    *place = value;
    Ok(())
}

/// Why a step is impossible.
enum Blocked {
    Kind { found: &'static str, needed: &'static str },
    Gaps,
}

/// Goes one step down and creates what is missing. A null counts as missing.
fn step<'a>(
    place: &'a mut Value,
    segment: &Segment,
    gaps_left: &mut usize,
) -> Result<&'a mut Value, Blocked> {
    if place.is_null() {
        *place = match segment {
            Segment::Name(_) => Value::Object(Map::new()),
            Segment::Index(_) => Value::Array(Vec::new()),
        };
    }
    match (place, segment) {
        (Value::Object(map), Segment::Name(name)) => {
            Ok(map.entry(name.as_str()).or_insert(Value::Null))
        }
        (Value::Array(list), &Segment::Index(index)) => {
            if index >= list.len() {
                let gaps = index - list.len();
                *gaps_left = gaps_left.checked_sub(gaps).ok_or(Blocked::Gaps)?;
                list.resize(index + 1, Value::Null);
            }
            Ok(&mut list[index])
        }
        (other, Segment::Name(_)) => Err(Blocked::Kind { found: kind(other), needed: "a map" }),
        (other, Segment::Index(_)) => Err(Blocked::Kind { found: kind(other), needed: "a list" }),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}
