//! Runs a program against one experiment, within a budget of steps.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::error::{EvalFault, Located};
use super::pattern;
use super::program::{Node, NodeKind};
use super::schema::{Flag, Root};
use super::syntax::{Binary, Fold, Logic, Unary};
use super::value::Value;
use super::{MAX_RANGE, MAX_STEPS, Subject};

mod builtin;
mod compare;
mod operator;
mod path;

/// Steps for one element of a new list: with [`MAX_STEPS`] it bounds the memory of an evaluation
/// to some tens of megabytes, since an element takes about 32 bytes.
const ELEMENT_STEPS: usize = 4;

/// Steps for a pattern that is only known at evaluation; compiling takes up to milliseconds.
const PATTERN_STEPS: usize = 20_000;

/// Evaluates a whole condition.
pub(super) fn evaluate(program: &Node, subject: &dyn Subject) -> Outcome<bool> {
    let mut evaluator =
        Evaluator { subject, steps: MAX_STEPS, elements: Vec::new(), result: None, spec: None };
    evaluator.boolean(program)
}

/// What went wrong, and where.
pub(super) type Failure = Located<EvalFault>;

type Outcome<T = Value> = Result<T, Failure>;

fn fail(offset: usize, fault: EvalFault) -> Failure {
    Located::new(offset, fault)
}

struct Evaluator<'a> {
    subject: &'a dyn Subject,
    /// Steps that are left.
    steps: usize,
    /// Elements of the predicates around, the innermost last.
    elements: Vec<Value>,
    /// The two roots, once they have been asked for: they are trees that cost time to build.
    result: Option<Value>,
    spec: Option<Value>,
}

/// The elements that a predicate is applied to; a range need not be stored for it.
enum Items {
    Range(RangeInclusive<i64>),
    List(Arc<[Value]>),
}

impl Evaluator<'_> {
    /// Pays for work.
    fn charge(&mut self, offset: usize, steps: usize) -> Outcome<()> {
        match self.steps.checked_sub(steps) {
            Some(left) => {
                self.steps = left;
                Ok(())
            }
            None => Err(fail(offset, EvalFault::TooManySteps)),
        }
    }

    fn value(&mut self, node: &Node) -> Outcome {
        let offset = node.offset;
        self.charge(offset, 1)?;
        match &node.kind {
            NodeKind::Constant(value) => Ok(value.clone()),
            NodeKind::Root(root) => Ok(self.root(*root)),
            NodeKind::Flag(flag) => Ok(Value::Bool(self.flag(*flag))),
            NodeKind::Element => Ok(self.elements.last().cloned().unwrap_or_default()),
            NodeKind::Array(items) => self.array(offset, items),
            NodeKind::Map(entries) => self.map(offset, entries),
            NodeKind::Unary { operator, operand } => self.unary(offset, *operator, operand),
            NodeKind::Binary { operator, left, right } => {
                self.binary(offset, *operator, left, right)
            }
            NodeKind::Matches { subject, pattern } => {
                let text = self.value(subject)?;
                let Value::Str(text) = &text else {
                    let fault = operator::mismatched(Binary::Matches, &text, &Value::from(""));
                    return Err(fail(offset, fault));
                };
                self.charge(offset, text.len())?;
                Ok(Value::Bool(pattern.is_match(text)))
            }
            NodeKind::Logic { operator, operands } => self.logic(*operator, operands),
            NodeKind::Coalesce(left, right) => match self.value(left)? {
                Value::Nil => self.value(right),
                value => Ok(value),
            },
            NodeKind::Choice { condition, then, otherwise } => {
                match (self.boolean(condition)?, then) {
                    (true, Some(then)) => self.value(then),
                    (true, None) => Ok(Value::Bool(true)),
                    (false, _) => self.value(otherwise),
                }
            }
            NodeKind::Call { builtin, argument } => self.call(offset, *builtin, argument),
            NodeKind::Fold { fold, list, body } => self.fold(offset, *fold, list, body),
            NodeKind::Path { base, steps } => self.path(base, steps),
        }
    }

    fn boolean(&mut self, node: &Node) -> Outcome<bool> {
        match self.value(node)? {
            Value::Bool(value) => Ok(value),
            other => Err(wrong_type(node.offset, "bool", &other)),
        }
    }

    fn integer(&mut self, node: &Node) -> Outcome<i64> {
        match self.value(node)? {
            Value::Int(value) => Ok(value),
            other => Err(wrong_type(node.offset, "int", &other)),
        }
    }

    fn text(&mut self, node: &Node) -> Outcome<Arc<str>> {
        match self.value(node)? {
            Value::Str(value) => Ok(value),
            other => Err(wrong_type(node.offset, "string", &other)),
        }
    }

    fn root(&mut self, root: Root) -> Value {
        let subject = self.subject;
        match root {
            Root::Result => self.result.get_or_insert_with(|| subject.result()).clone(),
            Root::Spec => self.spec.get_or_insert_with(|| subject.spec()).clone(),
        }
    }

    fn flag(&self, flag: Flag) -> bool {
        match flag {
            Flag::Slos => self.subject.slos(),
            Flag::Completed => self.subject.completed(),
            Flag::NoFailure => self.subject.no_failure(),
        }
    }

    fn array(&mut self, offset: usize, items: &[Node]) -> Outcome {
        self.charge(offset, items.len() * ELEMENT_STEPS)?;
        let values = items.iter().map(|item| self.value(item)).collect::<Outcome<Vec<_>>>()?;
        Ok(Value::Array(values.into()))
    }

    fn map(&mut self, offset: usize, entries: &[(Node, Node)]) -> Outcome {
        let mut map = BTreeMap::new();
        for (key, value) in entries {
            let key = self.text(key)?;
            // A map's entry takes several times the memory of a list's element.
            self.charge(offset, key.len() + 4 * ELEMENT_STEPS)?;
            map.insert(key.to_string(), self.value(value)?);
        }
        Ok(Value::Map(Arc::new(map)))
    }

    fn unary(&mut self, offset: usize, operator: Unary, operand: &Node) -> Outcome {
        let overflow = || fail(offset, EvalFault::Overflow(operator.as_str()));
        match (operator, self.value(operand)?) {
            (Unary::Not, Value::Bool(value)) => Ok(Value::Bool(!value)),
            (Unary::Minus, Value::Int(value)) => {
                value.checked_neg().map(Value::Int).ok_or_else(overflow)
            }
            (Unary::Minus, Value::Float(value)) => Ok(Value::Float(-value)),
            (Unary::Plus, value @ (Value::Int(_) | Value::Float(_))) => Ok(value),
            (Unary::Not, other) => Err(wrong_type(operand.offset, "bool", &other)),
            (Unary::Minus | Unary::Plus, other) => {
                Err(wrong_type(operand.offset, "number", &other))
            }
        }
    }

    fn logic(&mut self, operator: Logic, operands: &[Node]) -> Outcome {
        let decisive = operator == Logic::Or;
        for operand in operands {
            if self.boolean(operand)? == decisive {
                return Ok(Value::Bool(decisive));
            }
        }
        Ok(Value::Bool(!decisive))
    }

    fn fold(&mut self, offset: usize, fold: Fold, list: &Node, body: &Node) -> Outcome {
        let items = self.items(list)?;
        let mut kept = Vec::new();
        let mut count = 0;
        for index in 0..items.len() {
            let element = items.element(index);
            self.elements.push(element.clone());
            let yielded = self.value(body);
            self.elements.pop();
            let yielded = yielded?;
            if fold == Fold::Map {
                self.charge(offset, ELEMENT_STEPS)?;
                kept.push(yielded);
                continue;
            }
            let Value::Bool(holds) = yielded else {
                return Err(wrong_type(body.offset, "bool", &yielded));
            };
            count += i64::from(holds);
            match (fold, holds) {
                (Fold::All, false) | (Fold::None, true) => return Ok(Value::Bool(false)),
                (Fold::Any, true) => return Ok(Value::Bool(true)),
                (Fold::Filter, true) => {
                    self.charge(offset, ELEMENT_STEPS)?;
                    kept.push(element);
                }
                _ => {}
            }
        }
        Ok(match fold {
            Fold::All | Fold::None => Value::Bool(true),
            Fold::Any => Value::Bool(false),
            Fold::One => Value::Bool(count == 1),
            Fold::Count => Value::Int(count),
            Fold::Map | Fold::Filter => Value::Array(kept.into()),
        })
    }

    fn items(&mut self, list: &Node) -> Outcome<Items> {
        if let NodeKind::Binary { operator: Binary::Range, left, right } = &list.kind {
            self.charge(list.offset, 1)?;
            return self.range(list.offset, left, right).map(Items::Range);
        }
        match self.value(list)? {
            Value::Array(items) => Ok(Items::List(items)),
            // A list that nothing has been put into is absent from the document.
            Value::Nil => Ok(Items::List(Arc::from([]))),
            other => Err(wrong_type(list.offset, "array", &other)),
        }
    }

    fn range(&mut self, offset: usize, from: &Node, to: &Node) -> Outcome<RangeInclusive<i64>> {
        let (from, to) = (self.integer(from)?, self.integer(to)?);
        let last = i128::from(to) - i128::from(from);
        if last >= i128::from(MAX_RANGE) {
            return Err(fail(offset, EvalFault::RangeTooLong));
        }
        Ok(from..=to)
    }
}

impl Items {
    fn len(&self) -> usize {
        match self {
            Self::Range(range) if range.is_empty() => 0,
            Self::Range(range) => {
                usize::try_from(range.end().abs_diff(*range.start()) + 1).unwrap_or(usize::MAX)
            }
            Self::List(list) => list.len(),
        }
    }

    /// The element at `index`, which is less than [`len`](Self::len).
    fn element(&self, index: usize) -> Value {
        match self {
            Self::Range(range) => Value::Int(range.start().saturating_add_unsigned(index as u64)),
            Self::List(list) => list[index].clone(),
        }
    }
}

fn wrong_type(offset: usize, expected: &'static str, found: &Value) -> Failure {
    fail(offset, EvalFault::WrongType { expected, found: found.type_name() })
}
