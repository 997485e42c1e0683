//! Go's structs: values with fields and methods.

use std::any::Any;
use std::fmt::Debug;

use super::{Text, Value};

/// A struct, or a pointer to one, behind a template's value.
///
/// Templates reach its fields and methods by their Go names, as in `.Report.Experiment.SLOs`.
pub trait Object: Debug {
    /// Go's name of the type, such as `time.Time`.
    fn type_name(&self) -> &str;

    /// Go's kind of the type: `struct`, or `ptr` for a pointer to one.
    fn kind_name(&self) -> &'static str {
        "struct"
    }

    /// The value of an exported field; `None` if there is no such field.
    fn field(&self, name: &str) -> Option<Value> {
        let _ = name;
        None
    }

    /// Calls a method; `None` if there is no such method, `Err` with its error if it fails.
    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        let _ = (name, arguments);
        None
    }

    /// What `if` thinks of it. Go calls every struct true and a pointer true unless it is nil.
    fn is_true(&self) -> bool {
        true
    }

    /// The number behind a type whose kind is a whole number, such as `time.Duration`: what `%d`
    /// prints and conversions to numbers take.
    fn number(&self) -> Option<i64> {
        None
    }

    /// What `{{ . }}` and `%v` print.
    fn print(&self) -> Text;

    /// What `toJson` and `toYaml` make of it: a value without objects.
    fn plain(&self) -> Value;

    /// What `toJson` makes of it instead, if the order of fields is not that of their names: names
    /// and values, which may be objects.
    fn json_fields(&self) -> Option<Vec<(Text, Value)>> {
        None
    }

    /// The object itself, for functions that take their own kind of object.
    fn as_any(&self) -> &dyn Any;
}
