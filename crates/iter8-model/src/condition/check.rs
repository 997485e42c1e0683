//! Names and types: from the syntax tree to the program that is run.

use super::error::{CompileFault, Located, Rejection, reject};
use super::hint;
use super::program::{Node, NodeKind};
use super::schema::{Builtin, Flag, Root};
use super::syntax::{Expr, ExprKind, Fold, Logic, Unary};
use super::types::Type;
use super::value::Value;

mod operator;
mod path;

/// Checks a whole condition, which has to be true or false.
pub(super) fn check(expr: Expr) -> Result<Node, Rejection> {
    let offset = expr.offset;
    let (node, found) = Checker { elements: Vec::new() }.check(expr)?;
    if found.may_be(&Type::Bool) {
        return Ok(node);
    }
    let hint = found.may_be_number().then(|| "compare it with a number".to_owned());
    Err(hinted(offset, CompileFault::NotBoolean(found.to_string()), hint))
}

type Checked = Result<(Node, Type), Rejection>;

fn hinted(offset: usize, fault: CompileFault, hint: Option<String>) -> Rejection {
    Located::new(offset, fault).with_hint(hint)
}

struct Checker {
    /// Types of the elements of the predicates around, the innermost last.
    elements: Vec<Type>,
}

impl Checker {
    fn check(&mut self, expr: Expr) -> Checked {
        let offset = expr.offset;
        let (kind, found) = match expr.kind {
            ExprKind::Literal(value) => {
                let found = literal(&value);
                (NodeKind::Constant(value), found)
            }
            ExprKind::Name(name) => Self::name(offset, name)?,
            ExprKind::Element => {
                let element = self.elements.last().cloned().unwrap_or(Type::Any);
                (NodeKind::Element, element)
            }
            ExprKind::Call { name, arguments } => self.call(offset, name, arguments)?,
            ExprKind::Fold { fold, list, body } => self.fold(fold, *list, *body)?,
            ExprKind::Array(items) => self.array(items)?,
            ExprKind::Map(entries) => self.map(entries)?,
            ExprKind::Unary { operator, operand } => self.unary(offset, operator, *operand)?,
            ExprKind::Binary { operator, left, right } => {
                self.binary(offset, operator, *left, *right)?
            }
            ExprKind::Logic { operator, operands } => self.logic(offset, operator, operands)?,
            ExprKind::Coalesce(left, right) => {
                let (left, one) = self.check(*left)?;
                let (right, two) = self.check(*right)?;
                (NodeKind::Coalesce(Box::new(left), Box::new(right)), one.union(two))
            }
            ExprKind::Choice { condition, then, otherwise } => {
                self.choice(*condition, then, *otherwise)?
            }
            ExprKind::Path { base, links } => self.path(*base, links)?,
        };
        Ok((Node { offset, kind }, found))
    }

    fn name(offset: usize, name: String) -> Result<(NodeKind, Type), Rejection> {
        if let Some(root) = Root::named(&name) {
            return Ok((NodeKind::Root(root), root.of()));
        }
        if Flag::named(&name).is_some() {
            let hint = format!("write `{name}()`");
            return Err(hinted(offset, CompileFault::NotCalled(name), Some(hint)));
        }
        let fold = Fold::ALL.into_iter().any(|fold| fold.as_str() == name);
        if fold || Builtin::named(&name).is_some() {
            return Err(reject(offset, CompileFault::NotCalled(name)));
        }
        let hint = hint::for_name(&name);
        Err(hinted(offset, CompileFault::UnknownName(name), Some(hint)))
    }

    fn call(
        &mut self,
        offset: usize,
        name: String,
        mut arguments: Vec<Expr>,
    ) -> Result<(NodeKind, Type), Rejection> {
        if let Some(flag) = Flag::named(&name) {
            return match arguments.len() {
                0 => Ok((NodeKind::Flag(flag), Type::Bool)),
                _ => Err(reject(offset, CompileFault::TooManyArguments(name))),
            };
        }
        let Some(builtin) = Builtin::named(&name) else {
            if Root::named(&name).is_some() {
                return Err(reject(offset, CompileFault::NotAFunction(name)));
            }
            let hint = hint::for_name(&name);
            return Err(hinted(offset, CompileFault::UnknownName(name), Some(hint)));
        };
        let Some(argument) = arguments.pop() else {
            return Err(reject(offset, CompileFault::TooFewArguments(name)));
        };
        if !arguments.is_empty() {
            return Err(reject(offset, CompileFault::TooManyArguments(name)));
        }
        let (argument, given) = self.check(argument)?;
        let Some(found) = builtin.of(&given) else {
            let (function, found) = (builtin.name(), given.to_string());
            return Err(reject(offset, CompileFault::InvalidArgument { function, found }));
        };
        Ok((NodeKind::Call { builtin, argument: Box::new(argument) }, found))
    }

    fn fold(&mut self, fold: Fold, list: Expr, body: Expr) -> Result<(NodeKind, Type), Rejection> {
        let at = list.offset;
        let (list, given) = self.check(list)?;
        let element = match given {
            Type::Array(element) => *element,
            Type::Any => Type::Any,
            other => {
                let (function, found) = (fold.as_str(), other.to_string());
                return Err(reject(at, CompileFault::NotAList { function, found }));
            }
        };
        let at = body.offset;
        self.elements.push(element.clone());
        let (body, yields) = self.check(body)?;
        self.elements.pop();
        if fold != Fold::Map && !yields.may_be(&Type::Bool) {
            return Err(reject(at, CompileFault::PredicateNotBoolean(yields.to_string())));
        }
        let found = match fold {
            Fold::All | Fold::Any | Fold::One | Fold::None => Type::Bool,
            Fold::Map => Type::array(yields),
            Fold::Filter => Type::array(element),
            Fold::Count => Type::Int,
        };
        Ok((NodeKind::Fold { fold, list: Box::new(list), body: Box::new(body) }, found))
    }

    fn array(&mut self, items: Vec<Expr>) -> Result<(NodeKind, Type), Rejection> {
        let mut nodes = Vec::with_capacity(items.len());
        let mut element: Option<Type> = None;
        for item in items {
            let (node, found) = self.check(item)?;
            nodes.push(node);
            element = Some(match element {
                Some(before) => before.union(found),
                None => found,
            });
        }
        Ok((NodeKind::Array(nodes), Type::array(known(element))))
    }

    fn map(&mut self, entries: Vec<(Expr, Expr)>) -> Result<(NodeKind, Type), Rejection> {
        let mut nodes = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let at = key.offset;
            let (key, found) = self.check(key)?;
            if !found.may_be(&Type::Str) {
                return Err(reject(at, CompileFault::BadKey(found.to_string())));
            }
            let (value, _) = self.check(value)?;
            nodes.push((key, value));
        }
        // The values of a map literal are as different as the fields of an object.
        Ok((NodeKind::Map(nodes), Type::map(Type::Any)))
    }

    fn unary(
        &mut self,
        offset: usize,
        operator: Unary,
        operand: Expr,
    ) -> Result<(NodeKind, Type), Rejection> {
        let (operand, given) = self.check(operand)?;
        let (fits, found) = match operator {
            Unary::Not => (given.may_be(&Type::Bool), Type::Bool),
            Unary::Minus | Unary::Plus => (given.may_be_number(), given.clone()),
        };
        if !fits {
            let fault = CompileFault::MismatchedUnary {
                operator: operator.as_str(),
                operand: given.to_string(),
            };
            let hint = (operator == Unary::Not)
                .then(|| "`not` binds tighter than a comparison: write `not (…)`".to_owned());
            return Err(hinted(offset, fault, hint));
        }
        Ok((NodeKind::Unary { operator, operand: Box::new(operand) }, found))
    }

    fn logic(
        &mut self,
        offset: usize,
        operator: Logic,
        operands: Vec<Expr>,
    ) -> Result<(NodeKind, Type), Rejection> {
        let mut nodes = Vec::with_capacity(operands.len());
        let mut before: Option<Type> = None;
        for operand in operands {
            let (node, found) = self.check(operand)?;
            nodes.push(node);
            // The first operand is judged together with the second, as the message names both.
            let Some(left) = before.replace(found.clone()) else { continue };
            if !left.may_be(&Type::Bool) || !found.may_be(&Type::Bool) {
                let fault = CompileFault::Mismatched {
                    operator: operator.as_str(),
                    left: left.to_string(),
                    right: found.to_string(),
                };
                return Err(reject(offset, fault));
            }
        }
        Ok((NodeKind::Logic { operator, operands: nodes }, Type::Bool))
    }

    fn choice(
        &mut self,
        condition: Expr,
        then: Option<Box<Expr>>,
        otherwise: Expr,
    ) -> Result<(NodeKind, Type), Rejection> {
        let at = condition.offset;
        let (condition, asked) = self.check(condition)?;
        if !asked.may_be(&Type::Bool) {
            return Err(reject(at, CompileFault::ChoiceNotBoolean(asked.to_string())));
        }
        let (then, one) = match then {
            Some(then) => {
                let (node, found) = self.check(*then)?;
                (Some(Box::new(node)), found)
            }
            None => (None, Type::Bool),
        };
        let (otherwise, two) = self.check(otherwise)?;
        let (condition, otherwise) = (Box::new(condition), Box::new(otherwise));
        Ok((NodeKind::Choice { condition, then, otherwise }, one.union(two)))
    }
}

/// The element type of a list literal: not known if it is empty or all nil.
fn known(element: Option<Type>) -> Type {
    match element {
        None | Some(Type::Nil) => Type::Any,
        Some(element) => element,
    }
}

fn literal(value: &Value) -> Type {
    match value {
        Value::Nil => Type::Nil,
        Value::Bool(_) => Type::Bool,
        Value::Int(_) => Type::Int,
        Value::Float(_) => Type::Float,
        Value::Str(_) => Type::Str,
        Value::Time(..) => Type::Time,
        Value::Array(_) => Type::array(Type::Any),
        Value::Map(_) => Type::map(Type::Any),
    }
}
