//! Parts of a template as errors show them: on one line, with single spaces.

use std::fmt::{self, Display, Formatter};

use super::{Command, Operand, Path, Pipeline, Source, TemplateCall, Term};
use crate::print::quote;

/// A part of a template that an error can be about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shown<'a> {
    Pipeline(&'a Pipeline),
    Command(&'a Command),
    Operand(&'a Operand),
    Call(&'a TemplateCall),
}

impl Shown<'_> {
    /// Where errors say that it is.
    pub(crate) fn position(self) -> super::Position {
        match self {
            Self::Pipeline(pipeline) => pipeline.position,
            Self::Command(command) => command.position,
            Self::Operand(operand) => operand.position,
            Self::Call(call) => call.position,
        }
    }
}

/// What was written, in one form for all ways to write it.
pub(crate) fn show(shown: Shown<'_>, source: &Source) -> String {
    InSource(shown, source).to_string()
}

struct InSource<'a>(Shown<'a>, &'a Source);

impl Display for InSource<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let source = self.1;
        match self.0 {
            Shown::Pipeline(pipeline) => write_pipeline(f, pipeline, source),
            Shown::Command(command) => write_command(f, command, source),
            Shown::Operand(operand) => write_operand(f, operand, source),
            Shown::Call(call) => {
                write!(f, "{{{{template {}", quote(call.name.as_bytes()))?;
                if let Some(data) = &call.data {
                    write!(f, " {}", InSource(Shown::Pipeline(data), source))?;
                }
                f.write_str("}}")
            }
        }
    }
}

fn write_pipeline(f: &mut Formatter<'_>, pipeline: &Pipeline, source: &Source) -> fmt::Result {
    if !pipeline.variables.is_empty() {
        let sign = if pipeline.assigns { "=" } else { ":=" };
        write!(f, "{} {sign} ", pipeline.variables.join(", "))?;
    }
    for (index, command) in pipeline.commands.iter().enumerate() {
        let between = if index > 0 { " | " } else { "" };
        write!(f, "{between}{}", InSource(Shown::Command(command), source))?;
    }
    Ok(())
}

fn write_command(f: &mut Formatter<'_>, command: &Command, source: &Source) -> fmt::Result {
    for (index, word) in command.words.iter().enumerate() {
        let between = if index > 0 { " " } else { "" };
        f.write_str(between)?;
        write_word(f, word, source)?;
    }
    Ok(())
}

/// An operand, with parentheses if it has some.
fn write_word(f: &mut Formatter<'_>, word: &Operand, source: &Source) -> fmt::Result {
    let inner = InSource(Shown::Operand(word), source);
    match word.term {
        Term::Pipeline(_) => write!(f, "({inner})"),
        _ => write!(f, "{inner}"),
    }
}

fn write_operand(f: &mut Formatter<'_>, operand: &Operand, source: &Source) -> fmt::Result {
    match &operand.term {
        Term::Dot => f.write_str("."),
        Term::Nil => f.write_str("nil"),
        Term::Bool(value) => write!(f, "{value}"),
        Term::Number(_, part) | Term::Text(_, part) => f.write_str(part.of(source)),
        Term::Variable(name, path) => {
            f.write_str(name)?;
            write_path(f, path)
        }
        Term::Field(path) => write_path(f, path),
        Term::Function(function) => f.write_str(function.name),
        Term::Pipeline(pipeline) => write_pipeline(f, pipeline, source),
        Term::Chain(inner, path) => {
            write_word(f, inner, source)?;
            write_path(f, path)
        }
    }
}

fn write_path(f: &mut Formatter<'_>, path: &Path) -> fmt::Result {
    path.iter().try_for_each(|name| write!(f, ".{name}"))
}
