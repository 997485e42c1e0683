//! What a parsed template is.

mod display;

use std::sync::Arc;

use crate::function::Function;
use crate::value::Text;

pub(crate) use display::{Shown, show};

/// One text given to the parser, for places in errors.
#[derive(Debug)]
pub(crate) struct Source {
    /// What the caller calls it.
    pub(crate) name: String,
    /// The whole text.
    pub(crate) text: String,
}

/// Where something stands in the text, in bytes.
pub(crate) type Position = u32;

/// A template with a name.
#[derive(Debug)]
pub(crate) struct Template {
    /// Its name.
    pub(crate) name: String,
    /// The text that it comes from.
    pub(crate) source: Arc<Source>,
    /// What it does.
    pub(crate) body: Body,
}

impl Template {
    /// Whether it prints nothing but spaces.
    pub(crate) fn is_blank(&self) -> bool {
        self.body.iter().all(|node| match node {
            Node::Text(part) => part.of(&self.source).trim().is_empty(),
            _ => false,
        })
    }
}

/// A sequence of text and actions.
pub(crate) type Body = Box<[Node]>;

/// A part of the text, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    pub(crate) start: Position,
    pub(crate) end: Position,
}

impl Part {
    /// What stands there.
    pub(crate) fn of(self, source: &Source) -> &str {
        &source.text[self.start as usize..self.end as usize]
    }
}

/// One element of a body.
#[derive(Debug)]
pub(crate) enum Node {
    /// Literal text.
    Text(Part),
    /// Prints the value of a pipeline, unless it declares a variable.
    Action(Pipeline),
    /// `if`.
    If(Branch),
    /// `with`.
    With(Branch),
    /// `range`.
    Range(Box<Loop>),
    /// `template`.
    Call(Box<TemplateCall>),
    /// `break`.
    Break,
    /// `continue`.
    Continue,
}

/// `if` or `with`.
#[derive(Debug)]
pub(crate) struct Branch {
    /// The arms of `if` and of each `else if`; never empty.
    pub(crate) arms: Box<[Arm]>,
    /// The body of `else`.
    pub(crate) otherwise: Option<Body>,
}

/// A condition and what is done if it is true.
#[derive(Debug)]
pub(crate) struct Arm {
    pub(crate) pipeline: Pipeline,
    pub(crate) body: Body,
}

/// `range`.
#[derive(Debug)]
pub(crate) struct Loop {
    pub(crate) pipeline: Pipeline,
    pub(crate) body: Body,
    /// What is done if there is nothing to go through.
    pub(crate) otherwise: Option<Body>,
}

/// `template`.
#[derive(Debug)]
pub(crate) struct TemplateCall {
    /// Where the name stands.
    pub(crate) position: Position,
    pub(crate) name: String,
    pub(crate) data: Option<Pipeline>,
}

/// Commands, each of which passes its value to the next as its last argument.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(crate) position: Position,
    /// Variables that take the value, at most two.
    pub(crate) variables: Box<[Box<str>]>,
    /// Whether they are assigned with `=` rather than declared.
    pub(crate) assigns: bool,
    pub(crate) commands: Box<[Command]>,
}

/// An operand with arguments.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) position: Position,
    /// The operand, then its arguments; never empty.
    pub(crate) words: Box<[Operand]>,
}

/// A word of a command.
#[derive(Debug)]
pub(crate) struct Operand {
    /// Where errors say it is: its beginning, but with `.a.b` the second field.
    pub(crate) position: Position,
    pub(crate) term: Term,
}

/// Names of fields or keys, the outermost first.
pub(crate) type Path = Box<[Box<str>]>;

/// What a word is.
#[derive(Debug)]
pub(crate) enum Term {
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true` or `false`
    Bool(bool),
    /// A number or character, and what was written.
    Number(Number, Part),
    /// A quoted text, and what was written.
    Text(Text, Part),
    /// `$name.Field.Field`; the name with its `$`.
    Variable(Box<str>, Path),
    /// `.Field.Field`
    Field(Path),
    /// A function.
    Function(&'static Function),
    /// A pipeline in parentheses.
    Pipeline(Box<Pipeline>),
    /// `(pipeline).Field.Field`, or a function's.
    Chain(Box<Operand>, Path),
}

/// A literal number, in the most exact type that holds it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    Int(i64),
    /// A whole number beyond `int64`.
    Huge(f64),
    /// Written with a point or an exponent.
    Float(f64),
    Complex(f64, f64),
}

impl Number {
    /// As a whole number, if it is one.
    pub(crate) fn int(self) -> Option<i64> {
        match self {
            Self::Int(int) => Some(int),
            Self::Float(float) | Self::Complex(float, 0.0) => whole(float),
            Self::Huge(_) | Self::Complex(..) => None,
        }
    }

    /// As a floating-point number, if it is one.
    pub(crate) fn float(self) -> Option<f64> {
        match self {
            Self::Int(int) => Some(int as f64),
            Self::Huge(float) | Self::Float(float) | Self::Complex(float, 0.0) => Some(float),
            Self::Complex(..) => None,
        }
    }
}

fn whole(value: f64) -> Option<i64> {
    // 2^63 itself is out of range, and exactly a float.
    let in_range = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value);
    #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
    (in_range && value.fract() == 0.0).then_some(value as i64)
}
