//! The types of expressions, as far as they are known without an experiment.

use std::fmt;

use super::schema::Object;

/// A type. Every type includes nil, since anything may be missing from an experiment.
#[derive(Debug, Clone)]
pub(super) enum Type {
    /// Not known before evaluation.
    Any,
    /// The type of the literal `nil` alone.
    Nil,
    Bool,
    Int,
    Float,
    Str,
    Time,
    Array(Box<Type>),
    Map(Box<Type>),
    Object(&'static Object),
}

impl Type {
    pub(super) fn array(element: Self) -> Self {
        Self::Array(Box::new(element))
    }

    pub(super) fn map(value: Self) -> Self {
        Self::Map(Box::new(value))
    }

    /// Whether a value of this type may be one of `wanted`, which is a scalar type.
    pub(super) fn may_be(&self, wanted: &Self) -> bool {
        matches!(self, Self::Any) || self.same(wanted)
    }

    /// Whether a value of this type may be a number.
    pub(super) fn may_be_number(&self) -> bool {
        matches!(self, Self::Any | Self::Int | Self::Float)
    }

    pub(super) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, Self::Any)
            | (Self::Nil, Self::Nil)
            | (Self::Bool, Self::Bool)
            | (Self::Int, Self::Int)
            | (Self::Float, Self::Float)
            | (Self::Str, Self::Str)
            | (Self::Time, Self::Time) => true,
            (Self::Array(one), Self::Array(two)) | (Self::Map(one), Self::Map(two)) => {
                one.same(two)
            }
            (Self::Object(one), Self::Object(two)) => one.name == two.name,
            _ => false,
        }
    }

    /// Whether `==` between the two makes sense: with nil always, among numbers, else by kind.
    pub(super) fn comparable(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any | Self::Nil, _)
            | (_, Self::Any | Self::Nil)
            | (Self::Int | Self::Float, Self::Int | Self::Float) => true,
            (Self::Array(one), Self::Array(two)) | (Self::Map(one), Self::Map(two)) => {
                one.comparable(two)
            }
            _ => self.same(other),
        }
    }

    /// The type of a value that has one of the two types.
    pub(super) fn union(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nil, one) | (one, Self::Nil) => one,
            (one, two) if one.same(&two) => one,
            _ => Self::Any,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::Nil => f.write_str("nil"),
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Float => f.write_str("float"),
            Self::Str => f.write_str("string"),
            Self::Time => f.write_str("time"),
            Self::Array(element) => write!(f, "array<{element}>"),
            Self::Map(value) => write!(f, "map<string, {value}>"),
            Self::Object(object) => f.write_str(object.name),
        }
    }
}
