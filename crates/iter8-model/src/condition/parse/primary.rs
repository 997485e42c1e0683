//! Literals, names, calls, lists, maps and parentheses.

use super::{Parser, literal};
use crate::condition::error::{CompileFault, Rejection, reject};
use crate::condition::syntax::{Expr, ExprKind, Fold};
use crate::condition::token::{Symbol, TokenKind};
use crate::condition::value::Value;

impl Parser<'_> {
    /// Parses one value with its path.
    pub(super) fn value(&mut self) -> Result<Expr, Rejection> {
        let token = self.peek().clone();
        if let Some(value) = literal(&token.kind) {
            // Literals have no path: `1..3[0]` is a mistake and not an element of 3.
            self.skip();
            return Self::node(token.start, ExprKind::Literal(value));
        }
        match token.kind {
            TokenKind::Name(name) => self.name(name),
            TokenKind::Symbol(symbol) => self.bracketed(symbol),
            _ => Err(self.unexpected()),
        }
    }

    fn name(&mut self, name: String) -> Result<Expr, Rejection> {
        let offset = self.skip();
        let constant = match name.as_str() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "nil" => Some(Value::Nil),
            _ => None,
        };
        if let Some(value) = constant {
            return Self::node(offset, ExprKind::Literal(value));
        }
        let base = if !self.at(Symbol::OpenParen) {
            Self::node(offset, ExprKind::Name(name))?
        } else if let Some(fold) = Fold::ALL.into_iter().find(|fold| fold.as_str() == name) {
            self.fold(fold, offset)?
        } else {
            self.skip();
            let arguments = self.list(Symbol::CloseParen)?;
            Self::node(offset, ExprKind::Call { name, arguments })?
        };
        self.path(base)
    }

    fn bracketed(&mut self, symbol: Symbol) -> Result<Expr, Rejection> {
        let offset = self.peek().start;
        let base = match symbol {
            Symbol::OpenParen => {
                self.skip();
                let inner = self.expression(0)?;
                self.expect(Symbol::CloseParen)?;
                inner
            }
            Symbol::OpenBracket => {
                self.skip();
                let items = self.list(Symbol::CloseBracket)?;
                Self::node(offset, ExprKind::Array(items))?
            }
            Symbol::OpenBrace => {
                self.skip();
                self.map(offset)?
            }
            Symbol::Hash | Symbol::Dot if self.predicates == 0 => {
                return Err(reject(offset, CompileFault::ElementOutsidePredicate));
            }
            Symbol::Hash => {
                self.skip();
                Self::node(offset, ExprKind::Element)?
            }
            // `.field` is short for `#.field`: the point is left for the path.
            Symbol::Dot => Self::node(offset, ExprKind::Element)?,
            _ => return Err(self.unexpected()),
        };
        self.path(base)
    }

    /// Parses the entries of a map up to its closing brace.
    fn map(&mut self, offset: usize) -> Result<Expr, Rejection> {
        let mut entries = Vec::new();
        while !self.at(Symbol::CloseBrace) {
            let key = self.key()?;
            self.expect(Symbol::Colon)?;
            entries.push((key, self.expression(0)?));
            if !self.at(Symbol::CloseBrace) {
                self.expect(Symbol::Comma)?;
            }
        }
        self.skip();
        Self::node(offset, ExprKind::Map(entries))
    }

    /// Parses a key: a name, a string, a number, or any expression in parentheses.
    fn key(&mut self) -> Result<Expr, Rejection> {
        let token = self.peek().clone();
        let text = match token.kind {
            TokenKind::Name(name) => name,
            TokenKind::Text(text) => text,
            TokenKind::Int(_) | TokenKind::Float(_) => {
                self.source[token.start..token.end].to_owned()
            }
            TokenKind::Symbol(Symbol::OpenParen) => {
                self.skip();
                let key = self.expression(0)?;
                self.expect(Symbol::CloseParen)?;
                return Ok(key);
            }
            TokenKind::Symbol(_) | TokenKind::End => return Err(self.expected("a map key")),
        };
        self.skip();
        Self::node(token.start, ExprKind::Literal(Value::from(text)))
    }
}
