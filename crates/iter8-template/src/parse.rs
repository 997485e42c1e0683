//! From text to templates.

mod cursor;
mod expression;
mod lexer;
mod literal;
mod message;
mod statement;

use std::sync::Arc;

use crate::ast::{Position, Source, Template};
use crate::error::{ParseError, Place};
use crate::functions::Dialect;
use cursor::Cursor;
use lexer::{Token, lex};
pub(crate) use literal::{float, signed as integer};

/// Longest text of a template. Templates of users have some kilobytes; in the worst case, parsing
/// takes 80 times as much memory as the text.
pub const LONGEST: usize = 256 << 10;

/// Deepest nesting of control structures and parentheses. Templates of users have less than 20.
pub(crate) const MAX_NESTING: usize = 100;

/// The templates of a text: those that it defines, and itself under the given name.
///
/// Control structures and parentheses may be nested `nesting` deep, which is at most [`MAX_NESTING`].
pub(crate) fn parse(
    name: &str,
    text: &str,
    dialect: Dialect,
    nesting: usize,
) -> Result<Vec<Template>, ParseError> {
    let place = Place { name: name.to_owned(), line: 1, column: 0 };
    if text.len() > LONGEST {
        let message = format!("the text is longer than {} KiB", LONGEST >> 10);
        return Err(ParseError { place, message });
    }
    let source = Arc::new(Source { name: name.to_owned(), text: text.to_owned() });
    let mut parser = Parser {
        source,
        tokens: Cursor::new(lex(text)),
        dialect,
        templates: Vec::new(),
        scope: Scope::default(),
        action_start: None,
        levels_left: nesting,
    };
    match parser.text() {
        Ok(()) => Ok(parser.templates),
        Err(message) => {
            let place = place_of(&parser.source, parser.tokens.newest().start);
            Err(ParseError { place, message })
        }
    }
}

/// Where a position is, in lines and columns.
pub(crate) fn place(source: &Source, position: Position) -> Place {
    place_of(source, position as usize)
}

fn place_of(source: &Source, position: usize) -> Place {
    let before = &source.text[..position];
    let line = 1 + before.bytes().filter(|&c| c == b'\n').count();
    let column = before.len() - before.rfind('\n').map_or(0, |index| index + 1);
    Place { name: source.name.clone(), line, column }
}

/// What is wrong, in Go's words where Go has some. The place is always that of the newest token.
type Parsed<T> = Result<T, String>;

struct Parser<'a> {
    source: Arc<Source>,
    tokens: Cursor<'a>,
    dialect: Dialect,
    templates: Vec<Template>,
    scope: Scope<'a>,
    /// Where the action begins that is being read, for errors that show up lines later.
    action_start: Option<usize>,
    /// How many more control structures and parentheses may be opened.
    levels_left: usize,
}

/// What names mean at a place of a template.
struct Scope<'a> {
    /// Variables, the newest last.
    variables: Vec<&'a str>,
    /// How many `range` surround the place.
    loops: usize,
}

impl Default for Scope<'_> {
    fn default() -> Self {
        Self { variables: vec!["$"], loops: 0 }
    }
}

impl<'a> Parser<'a> {
    /// One level deeper, if that is allowed.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let Some(left) = self.levels_left.checked_sub(1) else {
            return Err("too many levels of nesting".to_owned());
        };
        self.levels_left = left;
        let parsed = parse(self);
        self.levels_left += 1;
        parsed
    }

    fn unexpected<T>(&self, token: Token<'a>, context: &str) -> Parsed<T> {
        Err(match message::lexical(token) {
            Some(error) => error + &self.action_note(token),
            None => format!("unexpected {} in {context}", message::name(token)),
        })
    }

    /// Where the action began, if that was on another line than the token.
    fn action_note(&self, token: Token<'a>) -> String {
        let line = |position| place_of(&self.source, position).line;
        let Some(start) = self.action_start.filter(|&start| line(start) != line(token.start))
        else {
            return String::new();
        };
        let place = format!(" started at {}:{}", self.source.name, line(start));
        // "unclosed action in action" would be odd.
        if message::is_about_action(token) { place } else { format!(" in action{place}") }
    }
}

/// A position in a text that is not longer than [`LONGEST`].
fn position(index: usize) -> Position {
    Position::try_from(index).expect("the length of the text is limited")
}

#[cfg(test)]
mod tests;
