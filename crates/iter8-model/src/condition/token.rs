//! From text to tokens.

use super::error::{CompileFault, Rejection, reject};

mod literal;

/// A token and the bytes that it covers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    Int(i64),
    Float(f64),
    Text(String),
    Name(String),
    Symbol(Symbol),
    End,
}

/// Operators, brackets and the words that are operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbol {
    Power,
    Caret,
    Equal,
    NotEqual,
    LessOrEqual,
    GreaterOrEqual,
    AndAnd,
    OrOr,
    Range,
    OptionalDot,
    Coalesce,
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
    Less,
    Greater,
    Bang,
    Question,
    Colon,
    Comma,
    Dot,
    Hash,
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    And,
    Or,
    Not,
    In,
    Contains,
    StartsWith,
    EndsWith,
    Matches,
}

/// How symbols are written; of two that begin alike the longer one comes first.
const SIGNS: [(&str, Symbol); 30] = [
    ("**", Symbol::Power),
    ("==", Symbol::Equal),
    ("!=", Symbol::NotEqual),
    ("<=", Symbol::LessOrEqual),
    (">=", Symbol::GreaterOrEqual),
    ("&&", Symbol::AndAnd),
    ("||", Symbol::OrOr),
    ("..", Symbol::Range),
    ("?.", Symbol::OptionalDot),
    ("??", Symbol::Coalesce),
    ("^", Symbol::Caret),
    ("+", Symbol::Plus),
    ("-", Symbol::Minus),
    ("*", Symbol::Times),
    ("/", Symbol::Divide),
    ("%", Symbol::Modulo),
    ("<", Symbol::Less),
    (">", Symbol::Greater),
    ("!", Symbol::Bang),
    ("?", Symbol::Question),
    (":", Symbol::Colon),
    (",", Symbol::Comma),
    (".", Symbol::Dot),
    ("#", Symbol::Hash),
    ("(", Symbol::OpenParen),
    (")", Symbol::CloseParen),
    ("[", Symbol::OpenBracket),
    ("]", Symbol::CloseBracket),
    ("{", Symbol::OpenBrace),
    ("}", Symbol::CloseBrace),
];

/// The operators that are words.
pub(super) const WORDS: [(&str, Symbol); 8] = [
    ("and", Symbol::And),
    ("or", Symbol::Or),
    ("not", Symbol::Not),
    ("in", Symbol::In),
    ("contains", Symbol::Contains),
    ("startsWith", Symbol::StartsWith),
    ("endsWith", Symbol::EndsWith),
    ("matches", Symbol::Matches),
];

/// Cuts `source` into tokens; the last one is [`TokenKind::End`].
pub(super) fn tokens(source: &str) -> Result<Vec<Token>, Rejection> {
    let mut lexer = Lexer { source, at: 0 };
    let mut tokens = Vec::new();
    loop {
        let token = lexer.next()?;
        let ended = token.kind == TokenKind::End;
        tokens.push(token);
        if ended {
            return Ok(tokens);
        }
    }
}

impl Token {
    /// What error messages call the token.
    pub(super) fn describe(&self, source: &str) -> String {
        if self.kind == TokenKind::End {
            return "end of expression".to_owned();
        }
        let text = &source[self.start..self.end];
        // A long string or number would bury the message.
        let shown: String = text.chars().take(40).collect();
        let dots = if shown.len() < text.len() { "…" } else { "" };
        format!("token {shown}{dots}")
    }
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
}

impl<'s> Lexer<'s> {
    fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    fn next(&mut self) -> Result<Token, Rejection> {
        self.skip_blank()?;
        let start = self.at;
        let kind = self.kind()?;
        Ok(Token { kind, start, end: self.at })
    }

    fn kind(&mut self) -> Result<TokenKind, Rejection> {
        let rest = self.rest();
        let mut characters = rest.chars();
        let Some(first) = characters.next() else { return Ok(TokenKind::End) };
        let second = characters.next();
        match first {
            '\'' | '"' => self.text(),
            '0'..='9' => self.number(),
            '.' if second.is_some_and(|c| c.is_ascii_digit()) => self.number(),
            _ if is_word(first) => Ok(self.word()),
            _ => self.sign(first),
        }
    }

    fn skip_blank(&mut self) -> Result<(), Rejection> {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if trimmed.starts_with("//") {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else if let Some(body) = trimmed.strip_prefix("/*") {
                let Some(length) = body.find("*/") else {
                    return Err(reject(self.at, CompileFault::UnterminatedComment));
                };
                self.at += length + 4;
            } else {
                return Ok(());
            }
        }
    }

    fn word(&mut self) -> TokenKind {
        let rest = self.rest();
        let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        self.at += length;
        let word = &rest[..length];
        WORDS
            .iter()
            .find(|(text, _)| *text == word)
            .map_or_else(|| TokenKind::Name(word.to_owned()), |(_, word)| TokenKind::Symbol(*word))
    }

    fn sign(&mut self, first: char) -> Result<TokenKind, Rejection> {
        if let Some((text, sign)) = SIGNS.iter().find(|(text, _)| self.rest().starts_with(text)) {
            self.at += text.len();
            return Ok(TokenKind::Symbol(*sign));
        }
        let hint = match first {
            '=' => Some("equality is `==`"),
            '&' => Some("conjunction is `and` or `&&`"),
            '|' => Some("disjunction is `or` or `||`"),
            _ => None,
        };
        let rejection = reject(self.at, CompileFault::UnknownCharacter(first));
        Err(rejection.with_hint(hint.map(str::to_owned)))
    }
}

impl Symbol {
    pub(super) fn as_str(self) -> &'static str {
        SIGNS.iter().chain(&WORDS).find(|(_, symbol)| *symbol == self).map_or("", |(text, _)| *text)
    }
}

/// Whether `c` may stand in a name.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}
