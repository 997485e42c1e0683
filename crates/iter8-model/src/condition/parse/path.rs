//! What follows a value: fields, elements, slices and methods.

use super::Parser;
use crate::condition::error::Rejection;
use crate::condition::syntax::{Expr, ExprKind, Link, LinkKind};
use crate::condition::token::{Symbol, TokenKind};

impl Parser<'_> {
    /// Parses the links after `base`, if there are any.
    pub(super) fn path(&mut self, base: Expr) -> Result<Expr, Rejection> {
        let mut links = Vec::new();
        while let Some(link) = self.link()? {
            links.push(link);
        }
        if links.is_empty() {
            return Ok(base);
        }
        let offset = base.offset;
        Self::node(offset, ExprKind::Path { base: Box::new(base), links })
    }

    fn link(&mut self) -> Result<Option<Link>, Rejection> {
        let start = self.peek().start;
        match self.symbol() {
            Some(Symbol::Dot) => {
                self.skip();
                self.member(false).map(Some)
            }
            Some(Symbol::OptionalDot) => {
                self.skip();
                if self.accept(Symbol::OpenBracket) {
                    return self.element(start, true).map(Some);
                }
                self.member(true).map(Some)
            }
            Some(Symbol::OpenBracket) => {
                self.skip();
                self.element(start, false).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Parses a field or a method; words such as `in` are names here.
    fn member(&mut self, optional: bool) -> Result<Link, Rejection> {
        let token = self.peek();
        let text = &self.source[token.start..token.end];
        let named = match token.kind {
            TokenKind::Name(_) => true,
            TokenKind::Symbol(_) => text.starts_with(char::is_alphabetic),
            _ => false,
        };
        if !named {
            return Err(self.expected("a name"));
        }
        let name = text.to_owned();
        let offset = self.skip();
        let kind = if self.accept(Symbol::OpenParen) {
            LinkKind::Method { name, arguments: self.list(Symbol::CloseParen)? }
        } else {
            LinkKind::Field(name)
        };
        Ok(Link { offset, optional, kind })
    }

    /// Parses an index or a slice after its opening bracket.
    fn element(&mut self, offset: usize, optional: bool) -> Result<Link, Rejection> {
        let from = if self.at(Symbol::Colon) { None } else { Some(self.expression(0)?) };
        let kind = if self.accept(Symbol::Colon) {
            let to = if self.at(Symbol::CloseBracket) { None } else { Some(self.expression(0)?) };
            LinkKind::Slice { from, to }
        } else {
            match from {
                Some(index) => LinkKind::Index(index),
                None => return Err(self.expected("an index")),
            }
        };
        self.expect(Symbol::CloseBracket)?;
        Ok(Link { offset, optional, kind })
    }
}
