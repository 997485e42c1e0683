//! Walking through tokens, a few of which may be looked at twice.

use super::lexer::{Kind, Token};

/// A place in a sequence of tokens.
pub(super) struct Cursor<'a> {
    tokens: Vec<Token<'a>>,
    next: usize,
    /// The farthest token that was looked at. Errors name its place, as in Go.
    newest: usize,
}

impl<'a> Cursor<'a> {
    /// At the first of the tokens, which are never none.
    pub(super) fn new(tokens: Vec<Token<'a>>) -> Self {
        Self { tokens, next: 0, newest: 0 }
    }

    /// The farthest token that was looked at.
    pub(super) fn newest(&self) -> Token<'a> {
        self.tokens[self.newest]
    }

    /// Which token that is.
    pub(super) fn newest_mark(&self) -> usize {
        self.newest
    }

    /// Lets errors name the place of an earlier token.
    pub(super) fn reset_newest(&mut self, mark: usize) {
        self.newest = mark;
    }

    /// The next token, which stays the next.
    pub(super) fn peek(&mut self) -> Token<'a> {
        // The last token repeats for ever.
        let index = self.next.min(self.tokens.len() - 1);
        self.newest = self.newest.max(index);
        self.tokens[index]
    }

    /// Takes the next token.
    pub(super) fn next(&mut self) -> Token<'a> {
        let token = self.peek();
        self.next += 1;
        token
    }

    /// Skips spaces, and looks at the next token.
    pub(super) fn peek_word(&mut self) -> Token<'a> {
        while self.peek().kind == Kind::Space {
            self.next += 1;
        }
        self.peek()
    }

    /// Skips spaces, and takes the next token.
    pub(super) fn next_word(&mut self) -> Token<'a> {
        self.peek_word();
        self.next()
    }

    /// Where the cursor is, to come back.
    pub(super) fn mark(&self) -> usize {
        self.next
    }

    /// Goes back to where it was.
    pub(super) fn reset(&mut self, mark: usize) {
        self.next = mark;
    }
}
