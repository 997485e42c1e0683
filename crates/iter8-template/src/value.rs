//! What templates compute with: Go's kinds of values, as far as a template can tell them apart.

mod json;
mod list;
mod map;
mod object;
mod text;

use std::rc::Rc;

pub use list::{Element, List};
pub use map::{Map, MapKind};
pub use object::Object;
pub use text::Text;

/// A value of a template.
///
/// Numbers of JSON and YAML documents are [`Value::Float`], as Go decodes them; the other kinds of
/// numbers come from functions and from literals. Lists are immutable. Maps are shared: a copy is
/// the same map, and Sprig's `set` changes it for all who hold it.
#[derive(Debug, Clone)]
pub enum Value {
    /// Go's `nil`, and also what a missing key gives. Printed as `<no value>` by an action and as
    /// `<nil>` by `print` and `printf`.
    Nil,
    /// `bool`.
    Bool(bool),
    /// A whole number and its Go type. `uint64` values above 2^63 do not occur.
    Int(i64, IntKind),
    /// `float64`.
    Float(f64),
    /// `complex128`: real and imaginary part. Only literals such as `2i` make it.
    Complex(f64, f64),
    /// `string`: any bytes, mostly UTF-8.
    Str(Text),
    /// A slice.
    List(List),
    /// A map with keys of type `string`.
    Map(Map),
    /// A struct with fields and methods, such as a time.
    Object(Rc<dyn Object>),
}

/// Go's types of whole numbers that occur in templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntKind {
    /// `int`, the type of whole literals and lengths.
    Int,
    /// `int32`, a character.
    Int32,
    /// `int64`, what Sprig calculates with.
    Int64,
    /// `uint8`, a byte of a string.
    Uint8,
    /// `uint64`, such as the parts of a semantic version.
    Uint64,
}

impl IntKind {
    /// Go's name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Uint8 => "uint8",
            Self::Uint64 => "uint64",
        }
    }

    /// Whether the type has no negative numbers.
    pub fn is_unsigned(self) -> bool {
        matches!(self, Self::Uint8 | Self::Uint64)
    }
}

/// Takes lists and maps out of values that are about to be dropped, and drops them one after the
/// other. Without this, a list in a list in a list, a million deep, would exhaust the stack.
fn dismantle<'v>(values: impl Iterator<Item = &'v mut Value>) {
    let mut pending = Vec::new();
    take_containers(values, &mut pending);
    while let Some(mut value) = pending.pop() {
        match &mut value {
            Value::List(list) => {
                take_containers(list.own_items().into_iter().flatten(), &mut pending);
            }
            Value::Map(map) => {
                take_containers(map.own_values().into_iter().flatten(), &mut pending);
            }
            Value::Nil
            | Value::Bool(_)
            | Value::Int(..)
            | Value::Float(_)
            | Value::Complex(..)
            | Value::Str(_)
            | Value::Object(_) => {}
        }
    }
}

fn take_containers<'v>(values: impl Iterator<Item = &'v mut Value>, into: &mut Vec<Value>) {
    for value in values {
        if matches!(value, Value::List(_) | Value::Map(_)) {
            into.push(std::mem::replace(value, Value::Nil));
        }
    }
}

impl Value {
    /// An `int`.
    pub fn int(number: i64) -> Self {
        Self::Int(number, IntKind::Int)
    }

    /// An `int64`.
    pub fn int64(number: i64) -> Self {
        Self::Int(number, IntKind::Int64)
    }

    /// A `string`.
    pub fn text(text: impl Into<Text>) -> Self {
        Self::Str(text.into())
    }

    /// Go's truth: false for `nil`, false, zeros, empty text, lists and maps; structs are true.
    pub fn is_true(&self) -> bool {
        match self {
            Self::Nil => false,
            Self::Bool(value) => *value,
            Self::Int(number, _) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Complex(real, imaginary) => *real != 0.0 || *imaginary != 0.0,
            Self::Str(text) => !text.is_empty(),
            Self::List(list) => !list.is_empty(),
            Self::Map(map) => !map.is_empty(),
            Self::Object(object) => object.is_true(),
        }
    }

    /// Go's `reflect.Kind` by name: `invalid` for nil, `string`, `slice`, `map`, `struct` …
    pub fn kind_name(&self) -> &'static str {
        match self {
            Self::Nil => "invalid",
            Self::Bool(_) => "bool",
            Self::Int(_, kind) => kind.name(),
            Self::Float(_) => "float64",
            Self::Complex(..) => "complex128",
            Self::Str(_) => "string",
            Self::List(_) => "slice",
            Self::Map(_) => "map",
            Self::Object(object) => object.kind_name(),
        }
    }

    /// Go's type by name, as `printf "%T"` prints it: `<nil>` for nil, `[]interface {}` …
    pub fn type_name(&self) -> String {
        match self {
            Self::Nil => "<nil>".to_owned(),
            Self::List(list) => list.type_name(),
            Self::Map(map) => map.kind().type_name().to_owned(),
            Self::Object(object) => object.type_name().to_owned(),
            simple => simple.kind_name().to_owned(),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::Str(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<List> for Value {
    fn from(list: List) -> Self {
        Self::List(list)
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

#[cfg(test)]
mod tests;
