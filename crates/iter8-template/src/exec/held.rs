//! Values while they are evaluated.

use crate::value::Value;

/// A value with as much of its static type in Go as matters.
///
/// In Go a value that comes out of a map or a list of anything is of type `interface {}`, and nil
/// is a value of that type; what comes out of nowhere has no type at all. Errors name the static
/// type, and fields of the one nil are an error while those of the other are missing too.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) value: Value,
    /// Whether the static type is `interface {}`.
    pub(super) is_boxed: bool,
}

impl Held {
    /// Nothing, not even nil.
    pub(super) const MISSING: Self = Self { value: Value::Nil, is_boxed: false };

    /// A value of its own type; nil is missing.
    pub(super) fn plain(value: Value) -> Self {
        Self { value, is_boxed: false }
    }

    /// A value in an `interface {}`.
    pub(super) fn boxed(value: Value) -> Self {
        Self { value, is_boxed: true }
    }

    /// What a function or a field gives: nil is in an `interface {}`.
    pub(super) fn result(value: Value) -> Self {
        let is_boxed = matches!(value, Value::Nil);
        Self { value, is_boxed }
    }

    pub(super) fn is_missing(&self) -> bool {
        !self.is_boxed && matches!(self.value, Value::Nil)
    }

    /// Go's name of the static type.
    pub(super) fn type_name(&self) -> String {
        if self.is_boxed { "interface {}".to_owned() } else { self.value.type_name() }
    }
}
