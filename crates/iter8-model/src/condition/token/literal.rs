//! Numbers and strings.

use super::{Lexer, TokenKind, is_word};
use crate::condition::error::{CompileFault, Rejection, reject};

impl Lexer<'_> {
    /// Reads `12`, `1_000`, `0xff`, `1.5`, `.5`, `5.` or `1e3`; the first character is a digit, or
    /// a point before a digit.
    pub(super) fn number(&mut self) -> Result<TokenKind, Rejection> {
        let rest = self.rest();
        let hexadecimal = rest.starts_with("0x") || rest.starts_with("0X");
        let length = if hexadecimal {
            2 + span(&rest[2..], |c| c.is_ascii_hexdigit() || c == '_')
        } else {
            decimal_length(rest)
        };
        let start = self.at;
        self.at += length;
        if self.rest().starts_with(is_word) {
            let word = span(self.rest(), is_word);
            let text = &rest[..length + word];
            return Err(reject(start, CompileFault::BadNumber(text.to_owned())));
        }
        let digits = rest[..length].replace('_', "");
        let parsed = if hexadecimal {
            integer(&digits[2..], 16)
        } else if digits.contains(['.', 'e', 'E']) {
            float(&digits)
        } else {
            integer(&digits, 10)
        };
        parsed.map_err(|fault| reject(start, fault(rest[..length].to_owned())))
    }

    /// Reads a string in single or double quotes.
    pub(super) fn text(&mut self) -> Result<TokenKind, Rejection> {
        let start = self.at;
        let mut characters = self.rest().char_indices();
        let quote = characters.next().map(|(_, quote)| quote);
        let mut text = String::new();
        while let Some((index, c)) = characters.next() {
            match c {
                _ if Some(c) == quote => {
                    self.at += index + c.len_utf8();
                    return Ok(TokenKind::Text(text));
                }
                '\n' => break,
                '\\' => {
                    let escaped = escape(&mut characters)
                        .ok_or_else(|| reject(start + index, CompileFault::BadEscape))?;
                    text.push(escaped);
                }
                _ => text.push(c),
            }
        }
        Err(reject(start, CompileFault::UnterminatedString))
    }
}

/// Bytes at the beginning of `text` that `belongs` accepts.
fn span(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// Bytes of the decimal number at the beginning of `text`.
fn decimal_length(text: &str) -> usize {
    let digits = |c: char| c.is_ascii_digit() || c == '_';
    let mut length = span(text, digits);
    let fraction = &text[length..];
    // In `0..3` the points are the range operator.
    if fraction.starts_with('.') && !fraction.starts_with("..") {
        length += 1 + span(&fraction[1..], digits);
    }
    if text[length..].starts_with(['e', 'E']) {
        length += 1;
        length += usize::from(text[length..].starts_with(['+', '-']));
        length += span(&text[length..], digits);
    }
    length
}

/// Makes the fault from the number as written.
type NumberFault = fn(String) -> CompileFault;

fn integer(digits: &str, radix: u32) -> Result<TokenKind, NumberFault> {
    if digits.is_empty() {
        return Err(CompileFault::BadNumber);
    }
    let value = i64::from_str_radix(digits, radix);
    value.map(TokenKind::Int).map_err(|_| CompileFault::NumberOutOfRange as NumberFault)
}

fn float(digits: &str) -> Result<TokenKind, NumberFault> {
    match digits.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(TokenKind::Float(value)),
        Ok(_) => Err(CompileFault::NumberOutOfRange),
        Err(_) => Err(CompileFault::BadNumber),
    }
}

/// The character that a backslash sequence means, its backslash already read.
fn escape(characters: &mut std::str::CharIndices<'_>) -> Option<char> {
    let (_, c) = characters.next()?;
    match c {
        '\\' | '\'' | '"' => Some(c),
        'a' => Some('\u{7}'),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'v' => Some('\u{b}'),
        'x' => code(characters, 0, 2, 16),
        'u' => code(characters, 0, 4, 16),
        'U' => code(characters, 0, 8, 16),
        '0'..='3' => code(characters, c.to_digit(8)?, 2, 8),
        _ => None,
    }
}

/// The character whose number begins with `value` and goes on with `count` digits.
fn code(
    characters: &mut std::str::CharIndices<'_>,
    mut value: u32,
    count: usize,
    radix: u32,
) -> Option<char> {
    for _ in 0..count {
        let digit = characters.next()?.1.to_digit(radix)?;
        value = value.checked_mul(radix)?.checked_add(digit)?;
    }
    char::from_u32(value)
}
