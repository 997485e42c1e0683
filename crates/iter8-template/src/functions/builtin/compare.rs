//! `eq`, `ne`, `lt`, `le`, `gt` and `ge`.

use std::cmp::Ordering;

use crate::function::{Call, Failure};
use crate::print;
use crate::value::{Object, Value};

/// Whether the first argument equals one of the others.
pub(super) fn eq(call: &mut Call<'_>) -> Result<Value, Failure> {
    let (first, others) = call.args.split_first().expect("one argument at least");
    if others.is_empty() {
        return Err(Failure::from("missing argument for comparison"));
    }
    for other in others {
        if equal(first, other)? {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

pub(super) fn ne(call: &mut Call<'_>) -> Result<Value, Failure> {
    Ok(Value::Bool(!equal(&call.args[0], &call.args[1])?))
}

pub(super) fn lt(call: &mut Call<'_>) -> Result<Value, Failure> {
    compared(call, Ordering::is_lt)
}

pub(super) fn le(call: &mut Call<'_>) -> Result<Value, Failure> {
    compared(call, Ordering::is_le)
}

/// Go says that what is not less or equal is greater, of NaN too.
pub(super) fn gt(call: &mut Call<'_>) -> Result<Value, Failure> {
    negated(le(call))
}

pub(super) fn ge(call: &mut Call<'_>) -> Result<Value, Failure> {
    negated(lt(call))
}

fn negated(result: Result<Value, Failure>) -> Result<Value, Failure> {
    result.map(|value| Value::Bool(!value.is_true()))
}

fn compared(call: &Call<'_>, holds: fn(Ordering) -> bool) -> Result<Value, Failure> {
    Ok(Value::Bool(order(&call.args[0], &call.args[1])?.is_some_and(holds)))
}

/// Types that can be compared with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Basic {
    Bool,
    Int,
    Uint,
    Float,
    Complex,
    Text,
}

fn basic(value: &Value) -> Option<Basic> {
    Some(match value {
        Value::Bool(_) => Basic::Bool,
        Value::Int(_, kind) if kind.is_unsigned() => Basic::Uint,
        Value::Int(..) => Basic::Int,
        Value::Float(_) => Basic::Float,
        Value::Complex(..) => Basic::Complex,
        Value::Str(_) => Basic::Text,
        Value::Object(object) if object.number().is_some() => Basic::Int,
        Value::Nil | Value::List(_) | Value::Map(_) | Value::Object(_) => return None,
    })
}

/// A whole number, or the one behind an object such as a duration.
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number, _) => Some(*number),
        Value::Object(object) => object.number(),
        _ => None,
    }
}

fn incompatible(a: &Value, b: &Value) -> Failure {
    let (a, b) = (a.type_name(), b.type_name());
    Failure::from(format!("incompatible types for comparison: {a} and {b}"))
}

#[expect(clippy::float_cmp, reason = "numbers are equal or they are not, as in Go")]
fn equal(a: &Value, b: &Value) -> Result<bool, Failure> {
    if let (Some(a), Some(b)) = (whole(a), whole(b)) {
        return Ok(a == b);
    }
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Ok(a == b),
        (Value::Float(a), Value::Float(b)) => Ok(a == b),
        (Value::Complex(a, b), Value::Complex(c, d)) => Ok(a == c && b == d),
        (Value::Str(a), Value::Str(b)) => Ok(a == b),
        (Value::Nil, _) | (_, Value::Nil) => Ok(matches!((a, b), (Value::Nil, Value::Nil))),
        _ if basic(a) != basic(b) => Err(incompatible(a, b)),
        (Value::Object(a), Value::Object(b)) if a.type_name() == b.type_name() => {
            Ok(same_object(&**a, &**b))
        }
        _ => Err(not_comparable(a, b)),
    }
}

fn same_object(a: &dyn Object, b: &dyn Object) -> bool {
    std::ptr::addr_eq(a, b) || a.print() == b.print()
}

fn not_comparable(a: &Value, b: &Value) -> Failure {
    let shown = |value: &Value| {
        let mut out = Vec::new();
        let room = 1 << 10;
        let _ = print::sprintf(&mut out, b"%s", std::slice::from_ref(value), room);
        String::from_utf8_lossy(&out).into_owned()
    };
    let (kind_a, kind_b) = (a.type_name(), b.type_name());
    if kind_a == kind_b {
        return Failure::from(format!("non-comparable type {}: {kind_b}", shown(b)));
    }
    let other = print::display(b).map(|text| text.to_string()).unwrap_or_default();
    Failure::from(format!("non-comparable types {}: {kind_a}, {kind_b}: {other}", shown(a)))
}

/// The order of two values; `None` with NaN.
fn order(a: &Value, b: &Value) -> Result<Option<Ordering>, Failure> {
    let invalid = || Failure::from("invalid type for comparison");
    let (kind_a, kind_b) = (basic(a).ok_or_else(invalid)?, basic(b).ok_or_else(invalid)?);
    if let (Some(a), Some(b)) = (whole(a), whole(b)) {
        return Ok(Some(a.cmp(&b)));
    }
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => Ok(a.partial_cmp(b)),
        (Value::Str(a), Value::Str(b)) => Ok(Some(a.cmp(b))),
        _ if kind_a != kind_b => Err(incompatible(a, b)),
        _ => Err(invalid()),
    }
}
