//! Fields, keys and methods.

use super::call::Arguments;
use super::held::Held;
use super::{Fault, Run};
use crate::ast::{Operand, Path};
use crate::error::Cause;
use crate::print::quote;
use crate::templates::MissingKey;
use crate::value::{Map, MapKind, Object, Value};

impl<'r> Run<'r, '_> {
    /// Follows names from a value; arguments are for the last of them.
    pub(super) fn path(
        &mut self,
        dot: &Held,
        start: &Held,
        path: &'r Path,
        word: &'r Operand,
        arguments: Arguments<'r>,
    ) -> Result<Held, Fault> {
        let (last, before) = path.split_last().expect("paths have names");
        let mut held;
        let mut receiver = start;
        for name in before {
            held = self.field(dot, receiver, name, word, Arguments::NONE)?;
            receiver = &held;
        }
        self.field(dot, receiver, last, word, arguments)
    }

    fn field(
        &mut self,
        dot: &Held,
        receiver: &Held,
        name: &'r str,
        word: &'r Operand,
        arguments: Arguments<'r>,
    ) -> Result<Held, Fault> {
        match &receiver.value {
            Value::Map(map) => {
                if !arguments.is_empty() {
                    return self.error(format!("{name} is not a method but has arguments"));
                }
                self.entry(map, name)
            }
            Value::Object(object) => self.member(dot, &**object, receiver, name, word, arguments),
            Value::Nil if receiver.is_boxed => {
                self.error(format!("nil pointer evaluating interface {{}}.{name}"))
            }
            Value::Nil if self.scope.missing_key == MissingKey::Error => {
                let name = quote(name.as_bytes());
                self.error(format!("nil data; no entry for key {name}"))
            }
            Value::Nil => Ok(Held::MISSING),
            Value::Bool(_)
            | Value::Int(..)
            | Value::Float(_)
            | Value::Complex(..)
            | Value::Str(_)
            | Value::List(_) => self.no_field(receiver, name),
        }
    }

    fn no_field(&self, receiver: &Held, name: &str) -> Result<Held, Fault> {
        self.error(format!("can't evaluate field {name} in type {}", receiver.type_name()))
    }

    fn entry(&self, map: &Map, name: &str) -> Result<Held, Fault> {
        let is_boxed = map.kind() == MapKind::Any;
        if let Some(value) = map.get(name.as_bytes()) {
            return Ok(Held { value, is_boxed });
        }
        match self.scope.missing_key {
            MissingKey::Default => Ok(Held::MISSING),
            MissingKey::Zero if is_boxed => Ok(Held::boxed(Value::Nil)),
            MissingKey::Zero => Ok(Held::plain(Value::from(""))),
            MissingKey::Error => {
                let name = quote(name.as_bytes());
                self.error(format!("map has no entry for key {name}"))
            }
        }
    }

    /// A method or a field of a struct.
    fn member(
        &mut self,
        dot: &Held,
        object: &dyn Object,
        receiver: &Held,
        name: &'r str,
        word: &'r Operand,
        arguments: Arguments<'r>,
    ) -> Result<Held, Fault> {
        let has_arguments = !arguments.is_empty();
        let mut values = Vec::new();
        // A field has no use for arguments, so that they are evaluated for methods only; which of
        // both it is, only a call can tell.
        if has_arguments && object.field(name).is_none() {
            for word in arguments.words {
                values.push(self.operand(dot, word)?.value);
            }
            values.extend(arguments.last);
        }
        if let Some(result) = object.call(name, &values) {
            return match result {
                Ok(value) => {
                    self.charge_result(&value)?;
                    Ok(Held::result(value))
                }
                Err(message) => {
                    self.at(crate::ast::Shown::Operand(word));
                    Err(self.fault(Cause::Function { function: name.to_owned(), message }))
                }
            };
        }
        match object.field(name) {
            Some(_) if has_arguments => {
                self.error(format!("{name} has arguments but cannot be invoked as function"))
            }
            Some(value) => Ok(Held::result(value)),
            None => self.no_field(receiver, name),
        }
    }
}
