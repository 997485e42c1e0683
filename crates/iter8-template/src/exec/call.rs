//! Calls of functions, with arguments of the right types.

use super::budget::weigh;
use super::held::Held;
use super::{Fault, Run};
use crate::ast::{Number, Operand, Shown, Term, show};
use crate::error::Cause;
use crate::function::{Call, Evaluation, Failure, Function, Param};
use crate::value::{Element, IntKind, MapKind, Value};

/// The arguments of a call, not yet evaluated.
pub(super) struct Arguments<'r> {
    /// Those that follow it.
    pub(super) words: &'r [Operand],
    /// The value of the command before it in a pipeline.
    pub(super) last: Option<Value>,
}

impl Arguments<'_> {
    pub(super) const NONE: Self = Self { words: &[], last: None };

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.last.is_none()
    }
}

impl<'r> Run<'r, '_> {
    /// Calls a function; `whole` is what errors of the function are about.
    pub(super) fn call(
        &mut self,
        dot: &Held,
        function: &'static Function,
        whole: Shown<'r>,
        arguments: Arguments<'r>,
    ) -> Result<Held, Fault> {
        self.step(1)?;
        self.check_count(function, &arguments)?;
        if function.evaluation == Evaluation::UntilTrue
            || function.evaluation == Evaluation::UntilFalse
        {
            return self.decide(dot, function, arguments);
        }
        let mut values = self.machine.spare.pop().unwrap_or_default();
        let result = self.call_with(dot, function, whole, arguments, &mut values);
        values.clear();
        self.machine.spare.push(values);
        result
    }

    fn call_with(
        &mut self,
        dot: &Held,
        function: &'static Function,
        whole: Shown<'r>,
        arguments: Arguments<'r>,
        values: &mut Vec<Value>,
    ) -> Result<Held, Fault> {
        if function.evaluation == Evaluation::AllWithCallee {
            let callee = match (arguments.words, &arguments.last) {
                ([word, ..], _) => show(Shown::Operand(word), &self.template.source),
                ([], Some(Value::Str(text))) => text.to_string(),
                ([], value) => {
                    let value = value.as_ref().unwrap_or(&Value::Nil);
                    format!("<{} Value>", value.type_name())
                }
            };
            values.push(Value::from(callee));
        }
        let param = |index: usize| function.params.get(index).copied().or(function.rest);
        let mut boxed = 0;
        for (index, word) in arguments.words.iter().enumerate() {
            let param = param(index).expect("the count is checked");
            let held = self.argument(dot, word, param)?;
            if held.is_boxed && index < 64 {
                boxed |= 1 << index;
            }
            values.push(held.value);
        }
        if let Some(last) = arguments.last {
            let param = param(arguments.words.len()).expect("the count is checked");
            values.push(self.converted(Held::plain(last), param)?.value);
        }
        self.step(values.iter().map(effort).sum())?;
        match (function.body)(&mut Call { args: values, boxed, host: self }) {
            Ok(value) => {
                self.charge_result(&value)?;
                Ok(Held::result(value))
            }
            Err(failure) => {
                self.at(whole);
                Err(self.failed(function.name, failure))
            }
        }
    }

    /// Counts the bytes of a value that a function has made.
    pub(super) fn charge_result(&mut self, value: &Value) -> Result<(), Fault> {
        let charged = self.machine.charge(weigh(value));
        self.limited(charged)
    }

    #[expect(clippy::unnecessary_box_returns, reason = "what results hold should be small")]
    fn failed(&self, function: &str, failure: Failure) -> Fault {
        let function = function.to_owned();
        match failure {
            Failure::Message(message) => self.fault(Cause::Function { function, message }),
            // That a limit is reached is no doing of the function.
            Failure::Render(error) if error.cause.is_limit() => error,
            Failure::Render(error) => self.fault(Cause::Nested { function, error }),
        }
    }

    fn check_count(&self, function: &Function, arguments: &Arguments<'_>) -> Result<(), Fault> {
        let words = arguments.words.len();
        let given = words + usize::from(arguments.last.is_some());
        let (name, wanted) = (function.name, function.params.len());
        if function.rest.is_some() {
            if given < wanted {
                let message =
                    format!("wrong number of args for {name}: want at least {wanted} got {words}");
                return self.error(message);
            }
        } else if given != wanted {
            return self
                .error(format!("wrong number of args for {name}: want {wanted} got {given}"));
        }
        Ok(())
    }

    /// `and` and `or`.
    fn decide(
        &mut self,
        dot: &Held,
        function: &Function,
        arguments: Arguments<'r>,
    ) -> Result<Held, Fault> {
        let decisive = function.evaluation == Evaluation::UntilTrue;
        let mut value = Value::Nil;
        for word in arguments.words {
            value = self.argument(dot, word, Param::Any)?.value;
            if value.is_true() == decisive {
                return Ok(Held::result(value));
            }
        }
        Ok(Held::result(arguments.last.unwrap_or(value)))
    }

    /// An argument for a parameter.
    fn argument(&mut self, dot: &Held, word: &'r Operand, param: Param) -> Result<Held, Fault> {
        match &word.term {
            Term::Bool(_) | Term::Number(..) | Term::Text(..) => {
                self.at(Shown::Operand(word));
                self.literal_argument(word, param).map(Held::plain)
            }
            Term::Nil => {
                self.at(Shown::Operand(word));
                if param.has_nil() {
                    return Ok(Held::MISSING);
                }
                self.error(format!("cannot assign nil to {}", param.type_name()))
            }
            Term::Dot
            | Term::Variable(..)
            | Term::Field(_)
            | Term::Function(_)
            | Term::Pipeline(_)
            | Term::Chain(..) => {
                let held = self.operand(dot, word)?;
                self.converted(held, param)
            }
        }
    }

    /// A value for a parameter.
    fn converted(&self, held: Held, param: Param) -> Result<Held, Fault> {
        if held.is_missing() {
            if param.has_nil() {
                return Ok(held);
            }
            return self.error(format!("invalid value; expected {}", param.type_name()));
        }
        if fits(&held.value, param) {
            return Ok(held);
        }
        let expected = param.type_name();
        let got = if matches!(held.value, Value::Nil) {
            held.type_name()
        } else {
            held.value.type_name()
        };
        self.error(format!("wrong type for value; expected {expected}; got {got}"))
    }

    /// A literal takes the type of its parameter, if it can.
    fn literal_argument(&self, word: &Operand, param: Param) -> Result<Value, Fault> {
        let shown = || show(Shown::Operand(word), &self.template.source);
        let number = match &word.term {
            Term::Number(number, _) => Some(*number),
            _ => None,
        };
        let expected = match (param, &word.term) {
            (Param::Any, _) => return self.literal(word),
            (Param::Bool, Term::Bool(value)) => return Ok(Value::Bool(*value)),
            (Param::Text, Term::Text(text, _)) => return Ok(Value::Str(text.clone())),
            (Param::Bool, _) => "bool",
            (Param::Text, _) => "string",
            (Param::Int, _) => {
                if let Some(int) = number.and_then(Number::int) {
                    return Ok(Value::int(int));
                }
                "integer"
            }
            (Param::Float, _) => {
                if let Some(float) = number.and_then(Number::float) {
                    return Ok(Value::Float(float));
                }
                "float"
            }
            (Param::Map | Param::List | Param::Object(_), _) => {
                let message =
                    format!("can't handle {} for arg of type {}", shown(), param.type_name());
                return self.error(message);
            }
        };
        self.error(format!("expected {expected}; found {}", shown()))
    }
}

/// About how many steps a function takes to go through an argument once.
fn effort(value: &Value) -> u64 {
    let (length, at_once) = match value {
        Value::Str(text) => (text.len(), 128),
        Value::List(list) => (list.len(), 32),
        Value::Map(map) => (map.len(), 32),
        Value::Nil
        | Value::Bool(_)
        | Value::Int(..)
        | Value::Float(_)
        | Value::Complex(..)
        | Value::Object(_) => return 0,
    };
    (length / at_once) as u64
}

/// Whether a value has the type of a parameter.
fn fits(value: &Value, param: Param) -> bool {
    match (param, value) {
        (Param::Any, _)
        | (Param::Text, Value::Str(_))
        | (Param::Int, Value::Int(_, IntKind::Int))
        | (Param::Float, Value::Float(_))
        | (Param::Bool, Value::Bool(_)) => true,
        (Param::Map, Value::Map(map)) => map.kind() == MapKind::Any,
        (Param::List, Value::List(list)) => list.element() == Element::Any,
        (Param::Object(name), Value::Object(object)) => {
            object.type_name().trim_start_matches('*') == name.trim_start_matches('*')
        }
        _ => false,
    }
}
