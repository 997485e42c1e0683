//! The values that conditions compute with.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::Offset;

/// A value, cheap to clone: long parts are shared.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nothing: a missing key, a missing metric, an experiment without insights.
    #[default]
    Nil,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number; it may be infinite or no number, since `/` and `^` can make such ones.
    Float(f64),
    /// Text.
    Str(Arc<str>),
    /// An instant, and the offset from UTC in which its hour and day are told.
    Time(Timestamp, Offset),
    /// A list.
    Array(Arc<[Value]>),
    /// A map or an object; the fields of an object are under their names, such as `NumLoops`.
    Map(Arc<BTreeMap<String, Value>>),
}

impl Value {
    /// An object of these fields. Of two fields with one name the later counts.
    pub fn object<const N: usize>(fields: [(&str, Value); N]) -> Self {
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// The type as error messages name it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Nil => "nil",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Str(_) => "string",
            Self::Time(..) => "time",
            Self::Array(_) => "array",
            Self::Map(_) => "map",
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Str(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Str(value.into())
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::Array(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nil, Into::into)
    }
}

impl FromIterator<(String, Value)> for Value {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(entries: I) -> Self {
        Self::Map(Arc::new(entries.into_iter().collect()))
    }
}
