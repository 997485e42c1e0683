//! Names of months and days, and what methods of Go's time types share.

use std::any::Any;
use std::rc::Rc;

use crate::value::{IntKind, Object, Text, Value};

/// Names of the months.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Names of the days, from Sunday.
pub(super) const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// A number with a name: `time.Month` or `time.Weekday`.
#[derive(Debug)]
struct Named {
    type_name: &'static str,
    number: i64,
    name: &'static str,
}

/// A `time.Month`, from 1.
pub(super) fn month(number: i64) -> Value {
    let name = usize::try_from(number - 1).ok().and_then(|index| MONTHS.get(index));
    Value::Object(Rc::new(Named {
        type_name: "time.Month",
        number,
        name: name.copied().unwrap_or_default(),
    }))
}

/// A `time.Weekday`, from Sunday, which is 0.
pub(super) fn weekday(number: i64) -> Value {
    let name = usize::try_from(number).ok().and_then(|index| DAYS.get(index));
    Value::Object(Rc::new(Named {
        type_name: "time.Weekday",
        number,
        name: name.copied().unwrap_or_default(),
    }))
}

impl Object for Named {
    fn type_name(&self) -> &str {
        self.type_name
    }

    fn kind_name(&self) -> &'static str {
        "int"
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        (name == "String").then(|| no_arguments(name, arguments, self.name))
    }

    fn is_true(&self) -> bool {
        self.number != 0
    }

    fn number(&self) -> Option<i64> {
        Some(self.number)
    }

    fn print(&self) -> Text {
        Text::from(self.name)
    }

    fn plain(&self) -> Value {
        Value::Int(self.number, IntKind::Int)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Checks the number of a method's arguments.
pub(super) fn arity(name: &str, arguments: &[Value], wanted: usize) -> Result<(), String> {
    let found = arguments.len();
    if found == wanted {
        return Ok(());
    }
    Err(format!("wrong number of args for {name}: want {wanted} got {found}"))
}

/// The result of a method without parameters.
pub(super) fn no_arguments(
    name: &str,
    arguments: &[Value],
    result: impl Into<Value>,
) -> Result<Value, String> {
    arity(name, arguments, 0).map(|()| result.into())
}

/// The error about an argument of the wrong type.
pub(super) fn mistyped(wanted: &str, found: &Value) -> String {
    format!("wrong type for value; expected {wanted}; got {}", found.type_name())
}

/// An argument of type `int`.
pub(super) fn int(value: &Value) -> Result<i64, String> {
    match value {
        Value::Int(number, _) => Ok(*number),
        other => Err(mistyped("int", other)),
    }
}
