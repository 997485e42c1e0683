//! From text to tokens.

use std::ops::Range;

/// A token and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    /// What was written; for [`Kind::Error`] the place of the error.
    pub(super) text: &'a str,
    /// Where it begins, in bytes.
    pub(super) start: usize,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    LeftDelimiter,
    RightDelimiter,
    Space,
    Assign,
    Declare,
    Pipe,
    LeftParenthesis,
    RightParenthesis,
    Comma,
    /// Any other printable ASCII character.
    Character,
    CharacterConstant,
    Number,
    Complex,
    Quoted,
    RawQuoted,
    Identifier,
    Field,
    Variable,
    Dot,
    Bool,
    Nil,
    Keyword(Keyword),
    Error(LexError),
    End,
}

/// The words that have a meaning of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    Block,
    Break,
    Continue,
    Define,
    Else,
    End,
    If,
    Range,
    Template,
    With,
}

/// What is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LexError {
    UnclosedComment,
    CommentBeforeDelimiter,
    UnclosedParenthesis,
    UnexpectedParenthesis,
    UnclosedAction,
    ExpectedDeclare,
    BadCharacter,
    UnrecognizedCharacter,
    BadNumber,
    UnterminatedQuoted,
    UnterminatedRawQuoted,
    UnterminatedCharacter,
}

const LEFT: &str = "{{";
const RIGHT: &str = "}}";
const SPACES: [char; 4] = [' ', '\t', '\r', '\n'];

/// All tokens of a text. The last is [`Kind::End`] or the one [`Kind::Error`].
pub(super) fn lex(text: &str) -> Vec<Token<'_>> {
    let mut lexer = Lexer { text, at: 0, depth: 0, tokens: Vec::new() };
    if let Err((error, place)) = lexer.run() {
        lexer.emit(Kind::Error(error), place);
    }
    lexer.tokens
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// Open parentheses of the action.
    depth: usize,
    tokens: Vec<Token<'a>>,
}

type Lexed = Result<(), (LexError, Range<usize>)>;

impl<'a> Lexer<'a> {
    fn emit(&mut self, kind: Kind, range: Range<usize>) {
        self.tokens.push(Token { kind, text: &self.text[range.clone()], start: range.start });
    }

    /// Emits what lies between `start` and here.
    fn emit_from(&mut self, kind: Kind, start: usize) {
        self.emit(kind, start..self.at);
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn run(&mut self) -> Lexed {
        loop {
            let start = self.at;
            let Some(length) = self.rest().find(LEFT) else {
                if start < self.text.len() {
                    self.at = self.text.len();
                    self.emit_from(Kind::Text, start);
                }
                let end = self.text.len();
                self.emit(Kind::End, end..end);
                return Ok(());
            };
            self.at += length;
            let trims = starts_left_trim(&self.text[self.at + LEFT.len()..]);
            let text = &self.text[start..self.at];
            let kept = if trims { text.trim_end_matches(SPACES).len() } else { text.len() };
            if kept > 0 {
                self.emit(Kind::Text, start..start + kept);
            }
            let delimiter = self.at;
            self.at += LEFT.len();
            // The marker is the minus; the space after it belongs to the action.
            let marker = if trims { 2 } else { 0 };
            if self.text[self.at + marker..].starts_with("/*") {
                self.at += marker;
                self.comment()?;
            } else {
                self.emit_from(Kind::LeftDelimiter, delimiter);
                self.at += marker;
                self.action()?;
            }
        }
    }

    /// Whether an action may end here, and whether it then trims the text after it.
    fn right_delimiter(&self) -> Option<bool> {
        let rest = self.rest();
        if starts_right_trim(rest) && rest[2..].starts_with(RIGHT) {
            return Some(true);
        }
        rest.starts_with(RIGHT).then_some(false)
    }

    fn close(&mut self, trims: bool) {
        self.at += RIGHT.len() + if trims { 2 } else { 0 };
        if trims {
            self.at = self.text.len() - self.rest().trim_start_matches(SPACES).len();
        }
    }

    fn comment(&mut self) -> Lexed {
        let start = self.at;
        let Some(length) = self.text[start + 2..].find("*/") else {
            return Err((LexError::UnclosedComment, start..start));
        };
        self.at += length + 4;
        let Some(trims) = self.right_delimiter() else {
            return Err((LexError::CommentBeforeDelimiter, start..start));
        };
        self.close(trims);
        Ok(())
    }

    fn action(&mut self) -> Lexed {
        self.depth = 0;
        loop {
            let start = self.at;
            if let Some(trims) = self.right_delimiter() {
                if self.depth > 0 {
                    return Err((LexError::UnclosedParenthesis, start..start));
                }
                let delimiter = start + if trims { 2 } else { 0 };
                self.emit(Kind::RightDelimiter, delimiter..delimiter + RIGHT.len());
                self.close(trims);
                return Ok(());
            }
            let Some(next) = self.next() else {
                return Err((LexError::UnclosedAction, start..start));
            };
            match next {
                ' ' | '\t' | '\r' | '\n' => self.spaces(start),
                '=' => self.emit_from(Kind::Assign, start),
                ':' if self.next() == Some('=') => self.emit_from(Kind::Declare, start),
                ':' => return Err((LexError::ExpectedDeclare, start..start)),
                '|' => self.emit_from(Kind::Pipe, start),
                ',' => self.emit_from(Kind::Comma, start),
                '(' => {
                    self.depth += 1;
                    self.emit_from(Kind::LeftParenthesis, start);
                }
                ')' if self.depth == 0 => {
                    return Err((LexError::UnexpectedParenthesis, start..start));
                }
                ')' => {
                    self.depth -= 1;
                    self.emit_from(Kind::RightParenthesis, start);
                }
                '"' => self.quoted('"', Kind::Quoted, LexError::UnterminatedQuoted)?,
                '\'' => {
                    self.quoted('\'', Kind::CharacterConstant, LexError::UnterminatedCharacter)?;
                }
                '`' => self.raw_quoted()?,
                _ => self.word(start, next)?,
            }
        }
    }

    /// Spaces, but not the one that begins a trim marker.
    fn spaces(&mut self, start: usize) {
        while self.peek().is_some_and(|c| SPACES.contains(&c)) {
            self.at += 1;
        }
        let last = self.at - 1;
        if starts_right_trim(&self.text[last..]) && self.text[last + 2..].starts_with(RIGHT) {
            self.at = last;
        }
        if self.at > start {
            self.emit_from(Kind::Space, start);
        }
    }

    fn quoted(&mut self, quote: char, kind: Kind, error: LexError) -> Lexed {
        let start = self.at - 1;
        loop {
            match self.next() {
                Some('\\') if !matches!(self.next(), None | Some('\n')) => {}
                None | Some('\n' | '\\') => return Err((error, start..start)),
                Some(c) if c == quote => break,
                Some(_) => {}
            }
        }
        self.emit_from(kind, start);
        Ok(())
    }

    fn raw_quoted(&mut self) -> Lexed {
        let start = self.at - 1;
        let Some(length) = self.rest().find('`') else {
            return Err((LexError::UnterminatedRawQuoted, start..start));
        };
        self.at += length + 1;
        self.emit_from(Kind::RawQuoted, start);
        Ok(())
    }

    /// Whatever begins with the character `first`, which has been read.
    fn word(&mut self, start: usize, first: char) -> Lexed {
        match first {
            '$' => self.name(start, Kind::Variable, Kind::Variable),
            // At the end of the text a point is the beginning of a number, as in Go.
            '.' if self.peek().is_some_and(|c| !c.is_ascii_digit()) => {
                self.name(start, Kind::Field, Kind::Dot)
            }
            '.' | '+' | '-' | '0'..='9' => {
                self.at = start;
                self.number()
            }
            _ if is_alphanumeric(first) => {
                self.name(start, Kind::Identifier, Kind::Identifier)?;
                let word = self.tokens.last_mut().expect("just emitted");
                word.kind = word_kind(word.text);
                Ok(())
            }
            ' '..='~' => {
                self.emit_from(Kind::Character, start);
                Ok(())
            }
            _ => Err((LexError::UnrecognizedCharacter, start..self.at)),
        }
    }

    /// The rest of a name; `alone` is what it is without any.
    fn name(&mut self, start: usize, kind: Kind, alone: Kind) -> Lexed {
        let before = self.at;
        while self.peek().is_some_and(is_alphanumeric) {
            self.next();
        }
        if !self.at_terminator() {
            let bad = self.peek().map_or(0, char::len_utf8);
            return Err((LexError::BadCharacter, self.at..self.at + bad));
        }
        self.emit_from(if self.at == before { alone } else { kind }, start);
        Ok(())
    }

    fn at_terminator(&self) -> bool {
        self.peek().is_none_or(|c| SPACES.contains(&c) || ".,|:)(".contains(c))
            || self.rest().starts_with(RIGHT)
    }

    fn number(&mut self) -> Lexed {
        let start = self.at;
        let mut kind = Kind::Number;
        let mut fine = self.scan_number();
        if fine && self.peek().is_some_and(|c| c == '+' || c == '-') {
            kind = Kind::Complex;
            fine = self.scan_number() && self.text[..self.at].ends_with('i');
        }
        if !fine {
            return Err((LexError::BadNumber, start..self.at));
        }
        self.emit_from(kind, start);
        Ok(())
    }

    /// Takes what looks like a number; whether it is one is for the parser to say.
    fn scan_number(&mut self) -> bool {
        self.accept("+-");
        let mut digits = "0123456789_";
        if self.accept("0") {
            if self.accept("xX") {
                digits = "0123456789abcdefABCDEF_";
            } else if self.accept("oO") {
                digits = "01234567_";
            } else if self.accept("bB") {
                digits = "01_";
            }
        }
        self.accept_all(digits);
        if self.accept(".") {
            self.accept_all(digits);
        }
        let exponent = match digits.len() {
            11 => "eE",
            23 => "pP",
            _ => "",
        };
        if self.accept(exponent) {
            self.accept("+-");
            self.accept_all("0123456789_");
        }
        self.accept("i");
        if self.peek().is_some_and(is_alphanumeric) {
            self.next();
            return false;
        }
        true
    }

    fn accept(&mut self, any: &str) -> bool {
        let found = self.peek().is_some_and(|c| any.contains(c));
        if found {
            self.next();
        }
        found
    }

    fn accept_all(&mut self, any: &str) {
        while self.accept(any) {}
    }
}

fn starts_left_trim(text: &str) -> bool {
    text.starts_with('-') && text[1..].starts_with(SPACES)
}

fn starts_right_trim(text: &str) -> bool {
    text.starts_with(SPACES) && text[1..].starts_with('-')
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn word_kind(word: &str) -> Kind {
    Kind::Keyword(match word {
        "block" => Keyword::Block,
        "break" => Keyword::Break,
        "continue" => Keyword::Continue,
        "define" => Keyword::Define,
        "else" => Keyword::Else,
        "end" => Keyword::End,
        "if" => Keyword::If,
        "range" => Keyword::Range,
        "template" => Keyword::Template,
        "with" => Keyword::With,
        "nil" => return Kind::Nil,
        "true" | "false" => return Kind::Bool,
        _ => return Kind::Identifier,
    })
}
