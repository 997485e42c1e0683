//! Pipelines, commands and operands.

use super::lexer::{Kind, Token};
use super::{Parsed, Parser, literal, position};
use crate::ast::{Command, Operand, Part, Path, Pipeline, Term};
use crate::functions;
use crate::print::quote;

impl Parser<'_> {
    /// A pipeline up to what ends it.
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Parsed<Pipeline> {
        let start = position(self.tokens.peek_word().start);
        let (variables, assigns) = self.declarations(context)?;
        let mut commands = Vec::new();
        loop {
            let token = self.tokens.peek_word();
            if token.kind == end {
                self.tokens.next();
                check_commands(&commands, context)?;
                let commands = commands.into();
                return Ok(Pipeline { position: start, variables, assigns, commands });
            }
            if !starts_operand(token.kind) {
                self.tokens.next();
                return self.unexpected(token, context);
            }
            commands.push(self.command()?);
        }
    }

    /// The variables before `:=` or `=`, if there are any, and whether it is `=`.
    fn declarations(&mut self, context: &str) -> Parsed<(Box<[Box<str>]>, bool)> {
        let mut variables: Vec<Box<str>> = Vec::new();
        loop {
            let variable = self.tokens.peek_word();
            if variable.kind != Kind::Variable {
                return Ok((variables.into(), false));
            }
            let mark = self.tokens.mark();
            self.tokens.next();
            let sign = self.tokens.peek_word();
            let is_comma = sign.kind == Kind::Comma;
            let is_sign = matches!(sign.kind, Kind::Assign | Kind::Declare);
            if !is_comma && !is_sign {
                self.tokens.reset(mark);
                return Ok((variables.into(), false));
            }
            self.tokens.next();
            variables.push(variable.text.into());
            self.scope.variables.push(variable.text);
            if is_sign {
                return Ok((variables.into(), sign.kind == Kind::Assign));
            }
            if context != "range" || variables.len() == 2 {
                return Err(format!("too many declarations in {context}"));
            }
            let second = [Kind::Variable, Kind::RightDelimiter, Kind::RightParenthesis];
            if !second.contains(&self.tokens.peek_word().kind) {
                return Err("range can only initialize variables".to_owned());
            }
        }
    }

    /// An operand with arguments, up to a bar, which is taken, or the end of the pipeline.
    fn command(&mut self) -> Parsed<Command> {
        let start = position(self.tokens.peek_word().start);
        let mut words = Vec::new();
        loop {
            self.tokens.peek_word();
            words.extend(self.operand()?);
            let mark = self.tokens.mark();
            let token = self.tokens.next();
            match token.kind {
                Kind::Space => continue,
                Kind::RightDelimiter | Kind::RightParenthesis => self.tokens.reset(mark),
                Kind::Pipe => {}
                _ => return self.unexpected(token, "operand"),
            }
            break;
        }
        if words.is_empty() {
            return Err("empty command".to_owned());
        }
        Ok(Command { position: start, words: words.into() })
    }

    /// A word with the fields that follow it.
    fn operand(&mut self) -> Parsed<Option<Operand>> {
        let Some(operand) = self.word()? else { return Ok(None) };
        let first = self.tokens.peek();
        if first.kind != Kind::Field {
            return Ok(Some(operand));
        }
        let mut path = Vec::new();
        while self.tokens.peek().kind == Kind::Field {
            path.push(field_name(self.tokens.next()));
        }
        let term = match operand.term {
            Term::Field(start) => Term::Field(joined(start, path)),
            Term::Variable(name, start) => Term::Variable(name, joined(start, path)),
            Term::Function(_) | Term::Pipeline(_) | Term::Chain(..) => {
                Term::Chain(Box::new(operand), path.into())
            }
            Term::Dot | Term::Nil | Term::Bool(_) | Term::Number(..) | Term::Text(..) => {
                let shown = crate::ast::show(crate::ast::Shown::Operand(&operand), &self.source);
                return Err(format!("unexpected . after term {}", quote(shown.as_bytes())));
            }
        };
        Ok(Some(Operand { position: position(first.start), term }))
    }

    fn word(&mut self) -> Parsed<Option<Operand>> {
        let token = self.tokens.peek_word();
        let part = || {
            let start = position(token.start);
            Part { start, end: position(token.start + token.text.len()) }
        };
        let mark = self.tokens.mark();
        self.tokens.next();
        let term = match token.kind {
            Kind::Identifier => match functions::find(self.dialect, token.text) {
                Some(function) => Term::Function(function),
                None => {
                    return Err(format!("function {} not defined", quote(token.text.as_bytes())));
                }
            },
            Kind::Dot => Term::Dot,
            Kind::Nil => Term::Nil,
            Kind::Variable => {
                if !self.scope.variables.contains(&token.text) {
                    return Err(format!("undefined variable {}", quote(token.text.as_bytes())));
                }
                Term::Variable(token.text.into(), Path::default())
            }
            Kind::Field => Term::Field([field_name(token)].into()),
            Kind::Bool => Term::Bool(token.text == "true"),
            Kind::CharacterConstant => Term::Number(literal::character(token.text)?, part()),
            Kind::Complex => Term::Number(literal::complex_number(token.text)?, part()),
            Kind::Number => Term::Number(literal::number(token.text)?, part()),
            Kind::LeftParenthesis => {
                let pipeline = self.nested(|parser| {
                    parser.pipeline("parenthesized pipeline", Kind::RightParenthesis)
                })?;
                return Ok(Some(Operand {
                    position: pipeline.position,
                    term: Term::Pipeline(Box::new(pipeline)),
                }));
            }
            Kind::Quoted => Term::Text(literal::quoted(token.text)?, part()),
            Kind::RawQuoted => Term::Text(literal::raw_quoted(token.text), part()),
            _ => {
                self.tokens.reset(mark);
                return Ok(None);
            }
        };
        Ok(Some(Operand { position: position(token.start), term }))
    }
}

fn starts_operand(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Bool
            | Kind::CharacterConstant
            | Kind::Complex
            | Kind::Dot
            | Kind::Field
            | Kind::Identifier
            | Kind::Number
            | Kind::Nil
            | Kind::RawQuoted
            | Kind::Quoted
            | Kind::Variable
            | Kind::LeftParenthesis
    )
}

/// The name in a token such as `.Name`.
fn field_name(token: Token<'_>) -> Box<str> {
    token.text[1..].into()
}

fn joined(start: Path, rest: Vec<Box<str>>) -> Path {
    start.into_iter().chain(rest).collect()
}

/// Only the first command of a pipeline may be a plain value.
fn check_commands(commands: &[Command], context: &str) -> Parsed<()> {
    if commands.is_empty() {
        return Err(format!("missing value for {context}"));
    }
    for (index, command) in commands.iter().enumerate().skip(1) {
        match command.words[0].term {
            Term::Bool(_) | Term::Dot | Term::Nil | Term::Number(..) | Term::Text(..) => {
                let stage = index + 1;
                return Err(format!("non executable command in pipeline stage {stage}"));
            }
            Term::Variable(..)
            | Term::Field(_)
            | Term::Function(_)
            | Term::Pipeline(_)
            | Term::Chain(..) => {}
        }
    }
    Ok(())
}
