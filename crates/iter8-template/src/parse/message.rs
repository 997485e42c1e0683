//! Tokens in errors.

use super::lexer::{Kind, LexError, Token};
use crate::print::{is_printable, quote};

/// How errors name a token.
pub(super) fn name(token: Token<'_>) -> String {
    match token.kind {
        Kind::End => "EOF".to_owned(),
        Kind::Keyword(_) | Kind::Dot | Kind::Nil => format!("<{}>", token.text),
        _ => {
            let mut characters = token.text.chars();
            let start: String = characters.by_ref().take(10).collect();
            let dots = if token.text.len() > 10 { "..." } else { "" };
            format!("{}{dots}", quote(start.as_bytes()))
        }
    }
}

/// What is wrong with a token that is none.
pub(super) fn lexical(token: Token<'_>) -> Option<String> {
    let Kind::Error(error) = token.kind else { return None };
    let message = match error {
        LexError::UnclosedComment => "unclosed comment",
        LexError::CommentBeforeDelimiter => "comment ends before closing delimiter",
        LexError::UnclosedParenthesis => "unclosed left paren",
        LexError::UnexpectedParenthesis => "unexpected right paren",
        LexError::UnclosedAction => "unclosed action",
        LexError::ExpectedDeclare => "expected :=",
        LexError::BadCharacter => return Some(format!("bad character {}", code(token.text))),
        LexError::UnrecognizedCharacter => {
            return Some(format!("unrecognized character in action: {}", code(token.text)));
        }
        LexError::BadNumber => {
            return Some(format!("bad number syntax: {}", quote(token.text.as_bytes())));
        }
        LexError::UnterminatedQuoted => "unterminated quoted string",
        LexError::UnterminatedRawQuoted => "unterminated raw quoted string",
        LexError::UnterminatedCharacter => "unterminated character constant",
    };
    Some(message.to_owned())
}

/// Whether the error ends in the word "action".
pub(super) fn is_about_action(token: Token<'_>) -> bool {
    token.kind == Kind::Error(LexError::UnclosedAction)
}

/// A character by number and, if that shows anything, by shape.
fn code(text: &str) -> String {
    let Some(c) = text.chars().next() else { return "EOF".to_owned() };
    let shape = if is_printable(c) { format!(" '{c}'") } else { String::new() };
    format!("U+{:04X}{shape}", u32::from(c))
}
