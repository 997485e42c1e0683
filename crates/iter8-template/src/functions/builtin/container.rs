//! `index`, `len` and `slice`.

use crate::function::{Call, Failure};
use crate::value::{Element, IntKind, List, MapKind, Text, Value};

pub(super) fn len(call: &mut Call<'_>) -> Result<Value, Failure> {
    let length = match &call.args[0] {
        Value::Nil if call.is_boxed(0) => return Err(Failure::from("len of nil pointer")),
        // Go's words for a value that is none show how it works inside.
        Value::Nil => {
            return Err(Failure::from("reflect: call of reflect.Value.Type on zero Value"));
        }
        Value::Str(text) => text.len(),
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        other => return Err(Failure::from(format!("len of type {}", other.type_name()))),
    };
    Ok(Value::int(i64::try_from(length).unwrap_or(i64::MAX)))
}

/// The element that is reached by one index after the other.
pub(super) fn index(call: &mut Call<'_>) -> Result<Value, Failure> {
    let (first, indexes) = call.args.split_first().expect("one argument at least");
    if matches!(first, Value::Nil) {
        return Err(Failure::from("index of untyped nil"));
    }
    indexes.iter().try_fold(first.clone(), |item, index| element(&item, index))
}

fn element(item: &Value, index: &Value) -> Result<Value, Failure> {
    match item {
        Value::Str(text) => {
            let byte = text.as_bytes().get(offset(index, text.len())?);
            // Go allows the end itself, and then fails like this.
            let byte = byte.ok_or("reflect: string index out of range")?;
            Ok(Value::Int(i64::from(*byte), IntKind::Uint8))
        }
        Value::List(list) => {
            let item = list.items().get(offset(index, list.len())?);
            item.cloned().ok_or_else(|| Failure::from("reflect: slice index out of range"))
        }
        Value::Map(map) => match index {
            Value::Str(key) => {
                let zero = match map.kind() {
                    MapKind::Any => Value::Nil,
                    MapKind::Texts => Value::from(""),
                };
                Ok(map.get(key.as_bytes()).unwrap_or(zero))
            }
            Value::Nil => Err(Failure::from("value is nil; should be of type string")),
            other => {
                let kind = other.type_name();
                Err(Failure::from(format!("value has type {kind}; should be string")))
            }
        },
        Value::Nil => Err(Failure::from("index of nil pointer")),
        other => Err(Failure::from(format!("can't index item of type {}", other.type_name()))),
    }
}

fn out_of_range(index: impl std::fmt::Display) -> Failure {
    Failure::from(format!("index out of range: {index}"))
}

/// An index into something of a length, which may be the length itself.
fn offset(index: &Value, length: usize) -> Result<usize, Failure> {
    match index {
        Value::Int(number, _) => {
            let index = usize::try_from(*number).ok().filter(|&index| index <= length);
            index.ok_or_else(|| out_of_range(number))
        }
        Value::Nil => Err(Failure::from("cannot index slice/array with nil")),
        other => Err(no_index(&other.type_name())),
    }
}

fn no_index(kind: &str) -> Failure {
    Failure::from(format!("cannot index slice/array with type {kind}"))
}

pub(super) fn slice(call: &mut Call<'_>) -> Result<Value, Failure> {
    let (item, indexes) = call.args.split_first().expect("one argument at least");
    if matches!(item, Value::Nil) {
        return Err(Failure::from("slice of untyped nil"));
    }
    if indexes.len() > 3 {
        return Err(Failure::from(format!("too many slice indexes: {}", indexes.len())));
    }
    let length = match item {
        Value::Str(_) if indexes.len() == 3 => {
            return Err(Failure::from("cannot 3-index slice a string"));
        }
        Value::Str(text) => text.len(),
        Value::List(list) => list.len(),
        other => {
            return Err(Failure::from(format!("can't slice item of type {}", other.type_name())));
        }
    };
    let mut bounds = [0, length, length];
    for (number, (bound, index)) in (1..).zip(bounds.iter_mut().zip(indexes)) {
        // Unlike `index`, it does not look into interfaces.
        if call.is_boxed(number) {
            return Err(no_index("interface {}"));
        }
        *bound = offset(index, length)?;
    }
    for pair in bounds[..indexes.len().max(2)].windows(2) {
        if pair[0] > pair[1] {
            let (first, second) = (pair[0], pair[1]);
            return Err(Failure::from(format!("invalid slice index: {first} > {second}")));
        }
    }
    let range = bounds[0]..bounds[1];
    match item {
        Value::Str(text) => Ok(Value::Str(Text::from(&text.as_bytes()[range]))),
        Value::List(list) => Ok(Value::List(part(list, range, call)?)),
        _ => Ok(Value::Nil),
    }
}

fn part(list: &List, range: std::ops::Range<usize>, call: &mut Call<'_>) -> Result<List, Failure> {
    let element: Element = list.element();
    call.host.charge(range.len() * size_of::<Value>())?;
    Ok(List::of(element, &list.items()[range]))
}
