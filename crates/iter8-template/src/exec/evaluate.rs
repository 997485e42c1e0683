//! Pipelines, commands and operands.

use super::budget::CALL_DEPTH;
use super::call::Arguments;
use super::held::Held;
use super::{Fault, Run};
use crate::ast::{Command, Number, Operand, Part, Pipeline, Shown, Term};
use crate::value::Value;

impl<'r> Run<'r, '_> {
    /// The value of a pipeline, which its variables take as well.
    pub(super) fn pipeline(&mut self, dot: &Held, pipeline: &'r Pipeline) -> Result<Value, Fault> {
        self.at(Shown::Pipeline(pipeline));
        let mut last = None;
        for command in &pipeline.commands {
            last = Some(self.command(dot, command, last)?.value);
        }
        let value = last.unwrap_or(Value::Nil);
        for name in &pipeline.variables {
            let held = Held::plain(value.clone());
            if pipeline.assigns {
                self.assign(name, held)?;
            } else {
                self.variables.push((name, held));
            }
        }
        Ok(value)
    }

    fn parenthesized(&mut self, dot: &Held, pipeline: &'r Pipeline) -> Result<Held, Fault> {
        self.enter(CALL_DEPTH)?;
        let value = self.pipeline(dot, pipeline);
        self.leave(CALL_DEPTH);
        value.map(Held::plain)
    }

    /// Gives a variable another value.
    pub(super) fn assign(&mut self, name: &str, held: Held) -> Result<(), Fault> {
        if let Some(variable) = self.variables.iter_mut().rev().find(|other| other.0 == name) {
            variable.1 = held;
        } else if name == "$" {
            self.root = held;
        } else {
            return self.error(format!("undefined variable: {name}"));
        }
        Ok(())
    }

    fn variable(&self, name: &str) -> Result<&Held, Fault> {
        match find_variable(&self.variables, &self.root, name) {
            Some(held) => Ok(held),
            None => self.error(format!("undefined variable: {name}")),
        }
    }

    /// The value of a command; `last` is the value of the command before it.
    fn command(
        &mut self,
        dot: &Held,
        command: &'r Command,
        last: Option<Value>,
    ) -> Result<Held, Fault> {
        let (word, words) = command.words.split_first().expect("commands have words");
        let arguments = Arguments { words, last };
        match &word.term {
            Term::Function(function) => {
                self.at(Shown::Operand(word));
                return self.call(dot, function, Shown::Command(command), arguments);
            }
            Term::Field(_) | Term::Chain(..) | Term::Variable(..) => {
                return self.place(dot, word, arguments);
            }
            Term::Pipeline(pipeline) => {
                self.no_arguments(word, &arguments)?;
                return self.parenthesized(dot, pipeline);
            }
            Term::Dot | Term::Nil | Term::Bool(_) | Term::Number(..) | Term::Text(..) => {}
        }
        self.at(Shown::Operand(word));
        self.no_arguments(word, &arguments)?;
        match &word.term {
            Term::Dot => Ok(dot.clone()),
            Term::Nil => self.error("nil is not a command"),
            _ => Ok(Held::plain(self.literal(word)?)),
        }
    }

    /// An operand that is reached by names; arguments are for the last of them.
    pub(super) fn place(
        &mut self,
        dot: &Held,
        word: &'r Operand,
        arguments: Arguments<'r>,
    ) -> Result<Held, Fault> {
        self.at(Shown::Operand(word));
        match &word.term {
            Term::Field(path) => self.path(dot, dot, path, word, arguments),
            Term::Chain(inner, path) => {
                let start = self.operand(dot, inner)?;
                self.path(dot, &start, path, word, arguments)
            }
            Term::Variable(name, path) => {
                let start = self.variable(name)?.clone();
                if path.is_empty() {
                    self.no_arguments(word, &arguments)?;
                    return Ok(start);
                }
                self.path(dot, &start, path, word, arguments)
            }
            _ => self.operand(dot, word),
        }
    }

    /// A word that is no command but an argument, whatever its type.
    pub(super) fn operand(&mut self, dot: &Held, word: &'r Operand) -> Result<Held, Fault> {
        self.at(Shown::Operand(word));
        match &word.term {
            Term::Dot => Ok(dot.clone()),
            Term::Nil => Ok(Held::MISSING),
            Term::Field(_) | Term::Chain(..) | Term::Variable(..) => {
                self.place(dot, word, Arguments::NONE)
            }
            Term::Pipeline(pipeline) => self.parenthesized(dot, pipeline),
            Term::Function(function) => {
                self.call(dot, function, Shown::Operand(word), Arguments::NONE)
            }
            Term::Bool(_) | Term::Number(..) | Term::Text(..) => {
                Ok(Held::plain(self.literal(word)?))
            }
        }
    }

    fn no_arguments(&self, word: &Operand, arguments: &Arguments<'_>) -> Result<(), Fault> {
        if arguments.is_empty() {
            return Ok(());
        }
        let shown = crate::ast::show(Shown::Operand(word), &self.template.source);
        self.error(format!("can't give argument to non-function {shown}"))
    }

    /// A literal where nothing says which type it should have.
    pub(super) fn literal(&self, word: &Operand) -> Result<Value, Fault> {
        match &word.term {
            Term::Bool(value) => Ok(Value::Bool(*value)),
            Term::Text(text, _) => Ok(Value::Str(text.clone())),
            Term::Number(number, part) => self.number(*number, *part),
            _ => Ok(Value::Nil),
        }
    }

    fn number(&self, number: Number, part: Part) -> Result<Value, Fault> {
        match number {
            Number::Int(int) => Ok(Value::int(int)),
            Number::Float(float) => Ok(Value::Float(float)),
            Number::Complex(real, imaginary) => Ok(Value::Complex(real, imaginary)),
            Number::Huge(_) => {
                self.error(format!("{} overflows int", part.of(&self.template.source)))
            }
        }
    }
}

/// The newest variable of a name.
pub(super) fn find_variable<'v>(
    variables: &'v [(&str, Held)],
    root: &'v Held,
    name: &str,
) -> Option<&'v Held> {
    match variables.iter().rev().find(|other| other.0 == name) {
        Some(variable) => Some(&variable.1),
        None => (name == "$").then_some(root),
    }
}
