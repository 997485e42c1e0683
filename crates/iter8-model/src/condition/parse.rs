//! From tokens to the syntax tree, by operator precedence.

use super::MAX_DEPTH;
use super::error::{CompileFault, Rejection, reject};
use super::syntax::{Binary, Expr, ExprKind, Fold, Logic, Unary};
use super::token::{Symbol, Token, TokenKind, tokens};
use super::value::Value;

mod path;
mod primary;

/// Parses the whole of `source`.
pub(super) fn parse(source: &str) -> Result<Expr, Rejection> {
    let mut parser = Parser { source, tokens: tokens(source)?, next: 0, depth: 0, predicates: 0 };
    let expr = parser.expression(0)?;
    match parser.peek().kind {
        TokenKind::End => Ok(expr),
        _ => Err(parser.unexpected()),
    }
}

/// What stands between two operands.
#[derive(Clone, Copy)]
enum Infix {
    Binary(Binary),
    Logic(Logic),
    Coalesce,
}

/// How strongly an operator binds; unary ones bind their operand like binary ones of their number.
const NOT: u32 = 50;
const SIGN: u32 = 90;
const POWER: u32 = 100;

/// The operator of a symbol and its precedence; all but [`POWER`] group to the left.
fn infix(symbol: Symbol) -> Option<(Infix, u32)> {
    let (binary, precedence) = match symbol {
        Symbol::Or | Symbol::OrOr => return Some((Infix::Logic(Logic::Or), 10)),
        Symbol::And | Symbol::AndAnd => return Some((Infix::Logic(Logic::And), 15)),
        Symbol::Coalesce => return Some((Infix::Coalesce, 500)),
        Symbol::Equal => (Binary::Equal, 20),
        Symbol::NotEqual => (Binary::NotEqual, 20),
        Symbol::Less => (Binary::Less, 20),
        Symbol::LessOrEqual => (Binary::LessOrEqual, 20),
        Symbol::Greater => (Binary::Greater, 20),
        Symbol::GreaterOrEqual => (Binary::GreaterOrEqual, 20),
        Symbol::In => (Binary::In, 20),
        Symbol::Matches => (Binary::Matches, 20),
        Symbol::Contains => (Binary::Contains, 20),
        Symbol::StartsWith => (Binary::StartsWith, 20),
        Symbol::EndsWith => (Binary::EndsWith, 20),
        Symbol::Range => (Binary::Range, 25),
        Symbol::Plus => (Binary::Add, 30),
        Symbol::Minus => (Binary::Subtract, 30),
        Symbol::Times => (Binary::Multiply, 60),
        Symbol::Divide => (Binary::Divide, 60),
        Symbol::Modulo => (Binary::Modulo, 60),
        Symbol::Power | Symbol::Caret => (Binary::Power, POWER),
        _ => return None,
    };
    Some((Infix::Binary(binary), precedence))
}

struct Parser<'s> {
    source: &'s str,
    /// Never empty; the last one is the end.
    tokens: Vec<Token>,
    next: usize,
    /// Expressions that are being parsed inside one another.
    depth: usize,
    /// Predicates around the current token.
    predicates: usize,
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        &self.tokens[self.next]
    }

    fn at(&self, symbol: Symbol) -> bool {
        self.peek().kind == TokenKind::Symbol(symbol)
    }

    fn symbol(&self) -> Option<Symbol> {
        match self.peek().kind {
            TokenKind::Symbol(symbol) => Some(symbol),
            _ => None,
        }
    }

    /// Steps over a token and yields its offset; the end stays.
    fn skip(&mut self) -> usize {
        let offset = self.peek().start;
        self.next = (self.next + 1).min(self.tokens.len() - 1);
        offset
    }

    /// Steps over `symbol` if it comes next.
    fn accept(&mut self, symbol: Symbol) -> bool {
        let there = self.at(symbol);
        if there {
            self.skip();
        }
        there
    }

    fn expect(&mut self, symbol: Symbol) -> Result<usize, Rejection> {
        if self.at(symbol) {
            return Ok(self.skip());
        }
        Err(self.expected(symbol.as_str()))
    }

    fn unexpected(&self) -> Rejection {
        let token = self.peek();
        reject(token.start, CompileFault::Unexpected(token.describe(self.source)))
    }

    fn expected(&self, expected: &'static str) -> Rejection {
        let token = self.peek();
        let found = token.describe(self.source);
        reject(token.start, CompileFault::Expected { expected, found })
    }

    fn node(offset: usize, kind: ExprKind) -> Result<Expr, Rejection> {
        let expr = Expr::new(offset, kind);
        if expr.height > MAX_DEPTH {
            return Err(reject(offset, CompileFault::TooDeep));
        }
        Ok(expr)
    }

    /// Parses operators of at least this precedence; 0 is everything, `?:` included.
    fn expression(&mut self, precedence: u32) -> Result<Expr, Rejection> {
        if self.depth == MAX_DEPTH {
            return Err(reject(self.peek().start, CompileFault::TooDeep));
        }
        self.depth += 1;
        let operand = self.operand()?;
        let expr = self.operators(operand, precedence)?;
        let expr = if precedence == 0 { self.choice(expr)? } else { expr };
        self.depth -= 1;
        Ok(expr)
    }

    fn operators(&mut self, mut left: Expr, precedence: u32) -> Result<Expr, Rejection> {
        let mut after_coalesce = false;
        loop {
            // Differs from Iter8 0.13, which loses the `not` of `a + b not in c`.
            let negated = self.at(Symbol::Not);
            let ahead = &self.tokens[(self.next + usize::from(negated)).min(self.tokens.len() - 1)];
            let TokenKind::Symbol(symbol) = ahead.kind else { return Ok(left) };
            let Some((infix, binds)) = infix(symbol) else { return Ok(left) };
            if binds < precedence {
                return Ok(left);
            }
            let offset = ahead.start;
            let coalesce = matches!(infix, Infix::Coalesce);
            if after_coalesce && !coalesce {
                return Err(reject(offset, CompileFault::MixedCoalesce(symbol.as_str())));
            }
            after_coalesce = coalesce;
            if negated {
                self.skip();
            }
            self.skip();
            let right = self.expression(if binds == POWER { binds } else { binds + 1 })?;
            left = Self::join(infix, offset, left, right)?;
            if negated {
                left = Self::node(
                    offset,
                    ExprKind::Unary { operator: Unary::Not, operand: Box::new(left) },
                )?;
            }
        }
    }

    fn join(infix: Infix, offset: usize, left: Expr, right: Expr) -> Result<Expr, Rejection> {
        let kind = match infix {
            Infix::Coalesce => ExprKind::Coalesce(Box::new(left), Box::new(right)),
            Infix::Binary(operator) => {
                ExprKind::Binary { operator, left: Box::new(left), right: Box::new(right) }
            }
            Infix::Logic(operator) => match left.kind {
                // Grouping does not matter here, so that long chains need no deep tree.
                ExprKind::Logic { operator: same, mut operands } if same == operator => {
                    operands.push(right);
                    ExprKind::Logic { operator, operands }
                }
                _ => ExprKind::Logic { operator, operands: vec![left, right] },
            },
        };
        Self::node(offset, kind)
    }

    /// Parses `? a : b` or `?: b`, if it comes next.
    fn choice(&mut self, condition: Expr) -> Result<Expr, Rejection> {
        if !self.at(Symbol::Question) {
            return Ok(condition);
        }
        self.skip();
        let then = if self.at(Symbol::Colon) { None } else { Some(Box::new(self.expression(0)?)) };
        self.expect(Symbol::Colon)?;
        let otherwise = Box::new(self.expression(0)?);
        let offset = condition.offset;
        Self::node(offset, ExprKind::Choice { condition: Box::new(condition), then, otherwise })
    }

    /// Parses what stands between operators: signs, `not`, and a value with its path.
    fn operand(&mut self) -> Result<Expr, Rejection> {
        let (operator, binds) = match self.symbol() {
            Some(Symbol::Not | Symbol::Bang) => (Unary::Not, NOT),
            Some(Symbol::Minus) => (Unary::Minus, SIGN),
            Some(Symbol::Plus) => (Unary::Plus, SIGN),
            _ => return self.value(),
        };
        let offset = self.skip();
        let operand = Box::new(self.expression(binds)?);
        Self::node(offset, ExprKind::Unary { operator, operand })
    }

    /// Parses expressions up to `close`, with commas between them and one allowed at the end.
    fn list(&mut self, close: Symbol) -> Result<Vec<Expr>, Rejection> {
        let mut items = Vec::new();
        while !self.at(close) {
            items.push(self.expression(0)?);
            if !self.at(close) {
                self.expect(Symbol::Comma)?;
            }
        }
        self.skip();
        Ok(items)
    }

    /// Parses `(list, {predicate})`; the braces may be left out.
    fn fold(&mut self, fold: Fold, offset: usize) -> Result<Expr, Rejection> {
        self.expect(Symbol::OpenParen)?;
        let list = Box::new(self.expression(0)?);
        self.expect(Symbol::Comma)?;
        let braced = self.accept(Symbol::OpenBrace);
        self.predicates += 1;
        let body = Box::new(self.expression(0)?);
        self.predicates -= 1;
        if braced {
            self.expect(Symbol::CloseBrace)?;
        }
        self.expect(Symbol::CloseParen)?;
        Self::node(offset, ExprKind::Fold { fold, list, body })
    }
}

/// A literal of a number or string token.
fn literal(kind: &TokenKind) -> Option<Value> {
    match kind {
        TokenKind::Int(value) => Some(Value::Int(*value)),
        TokenKind::Float(value) => Some(Value::Float(*value)),
        TokenKind::Text(text) => Some(Value::from(text.as_str())),
        TokenKind::Name(_) | TokenKind::Symbol(_) | TokenKind::End => None,
    }
}
