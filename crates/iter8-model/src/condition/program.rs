//! The checked tree: every name is resolved, every constant pattern compiled.

use regex::Regex;

use super::schema::{Builtin, Flag, Method, Root};
use super::syntax::{Binary, Fold, Logic, Unary};
use super::value::Value;

#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) offset: usize,
    pub(super) kind: NodeKind,
}

#[derive(Debug, Clone)]
pub(super) enum NodeKind {
    Constant(Value),
    Root(Root),
    Flag(Flag),
    Element,
    Array(Vec<Node>),
    Map(Vec<(Node, Node)>),
    Unary {
        operator: Unary,
        operand: Box<Node>,
    },
    Binary {
        operator: Binary,
        left: Box<Node>,
        right: Box<Node>,
    },
    /// `matches` with a literal pattern.
    Matches {
        subject: Box<Node>,
        pattern: Regex,
    },
    Logic {
        operator: Logic,
        operands: Vec<Node>,
    },
    Coalesce(Box<Node>, Box<Node>),
    Choice {
        condition: Box<Node>,
        then: Option<Box<Node>>,
        otherwise: Box<Node>,
    },
    Call {
        builtin: Builtin,
        argument: Box<Node>,
    },
    Fold {
        fold: Fold,
        list: Box<Node>,
        body: Box<Node>,
    },
    Path {
        base: Box<Node>,
        steps: Vec<Step>,
    },
}

#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) offset: usize,
    pub(super) optional: bool,
    pub(super) kind: StepKind,
}

#[derive(Debug, Clone)]
pub(super) enum StepKind {
    Field(String),
    Index(Node),
    Slice { from: Option<Node>, to: Option<Node> },
    Method { method: Method, arguments: Vec<Node> },
}
