//! Which operands go together, and what comes of them.

use super::Checker;
use crate::condition::error::{CompileFault, Rejection, reject};
use crate::condition::pattern;
use crate::condition::program::{Node, NodeKind};
use crate::condition::syntax::{Binary, Expr};
use crate::condition::types::Type;
use crate::condition::value::Value;

impl Checker {
    pub(super) fn binary(
        &mut self,
        offset: usize,
        operator: Binary,
        left: Expr,
        right: Expr,
    ) -> Result<(NodeKind, Type), Rejection> {
        let (left, one) = self.check(left)?;
        let (right, two) = self.check(right)?;
        let Some(found) = outcome(operator, &one, &two) else {
            let fault = CompileFault::Mismatched {
                operator: operator.as_str(),
                left: one.to_string(),
                right: two.to_string(),
            };
            return Err(reject(offset, fault));
        };
        if operator == Binary::Modulo && matches!(right.kind, NodeKind::Constant(Value::Int(0))) {
            return Err(reject(offset, CompileFault::DivisionByZero));
        }
        if let (Binary::Matches, NodeKind::Constant(Value::Str(text))) = (operator, &right.kind) {
            let pattern = pattern::compile(text)
                .map_err(|cause| reject(right.offset, CompileFault::BadPattern(cause)))?;
            return Ok((NodeKind::Matches { subject: Box::new(left), pattern }, Type::Bool));
        }
        let (left, right): (Box<Node>, Box<Node>) = (Box::new(left), Box::new(right));
        Ok((NodeKind::Binary { operator, left, right }, found))
    }
}

/// The type of the operator's value, or nothing if the operands do not go together.
fn outcome(operator: Binary, left: &Type, right: &Type) -> Option<Type> {
    let numbers = left.may_be_number() && right.may_be_number();
    let both = |wanted: &Type| left.may_be(wanted) && right.may_be(wanted);
    match operator {
        Binary::Equal | Binary::NotEqual => left.comparable(right).then_some(Type::Bool),
        Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual => {
            (numbers || both(&Type::Str) || both(&Type::Time)).then_some(Type::Bool)
        }
        Binary::Add if numbers => Some(arithmetic(left, right)),
        Binary::Add => both(&Type::Str).then_some(Type::Str),
        Binary::Subtract | Binary::Multiply => numbers.then(|| arithmetic(left, right)),
        Binary::Divide | Binary::Power => numbers.then_some(Type::Float),
        Binary::Modulo => both(&Type::Int).then_some(Type::Int),
        Binary::Range => both(&Type::Int).then(|| Type::array(Type::Int)),
        Binary::In => match right {
            Type::Any | Type::Array(_) => Some(Type::Bool),
            Type::Map(_) | Type::Object(_) => left.may_be(&Type::Str).then_some(Type::Bool),
            _ => None,
        },
        Binary::Contains | Binary::StartsWith | Binary::EndsWith | Binary::Matches => {
            both(&Type::Str).then_some(Type::Bool)
        }
    }
}

/// The type of a sum: whole only if both parts are.
fn arithmetic(left: &Type, right: &Type) -> Type {
    match (left, right) {
        (Type::Int, Type::Int) => Type::Int,
        // An unknown part may be a number or, for `+`, a string.
        (Type::Any, _) | (_, Type::Any) => Type::Any,
        _ => Type::Float,
    }
}
