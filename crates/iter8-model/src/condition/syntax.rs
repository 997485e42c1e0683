//! The syntax tree: what was written, before names and types are looked at.

use super::value::Value;

/// An expression and the offset of the token that names it best in an error.
#[derive(Debug)]
pub(super) struct Expr {
    pub(super) offset: usize,
    /// Levels of expressions, this one included. Bounded, so that recursion over the tree is too.
    pub(super) height: usize,
    pub(super) kind: ExprKind,
}

#[derive(Debug)]
pub(super) enum ExprKind {
    Literal(Value),
    Name(String),
    /// `#`, the element that a predicate looks at.
    Element,
    Call {
        name: String,
        arguments: Vec<Expr>,
    },
    Fold {
        fold: Fold,
        list: Box<Expr>,
        body: Box<Expr>,
    },
    Array(Vec<Expr>),
    Map(Vec<(Expr, Expr)>),
    Unary {
        operator: Unary,
        operand: Box<Expr>,
    },
    Binary {
        operator: Binary,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `a or b or c`: one level, however many operands there are.
    Logic {
        operator: Logic,
        operands: Vec<Expr>,
    },
    Coalesce(Box<Expr>, Box<Expr>),
    Choice {
        condition: Box<Expr>,
        /// Absent in `a ?: b`, which yields `a` itself when it is true.
        then: Option<Box<Expr>>,
        otherwise: Box<Expr>,
    },
    /// `base.a[1]?.b`: one level, however many links there are. When a `?.` meets nil, the rest of
    /// the path is not looked at.
    Path {
        base: Box<Expr>,
        links: Vec<Link>,
    },
}

/// One step of a path.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) offset: usize,
    pub(super) optional: bool,
    pub(super) kind: LinkKind,
}

#[derive(Debug)]
pub(super) enum LinkKind {
    Field(String),
    Method { name: String, arguments: Vec<Expr> },
    Index(Expr),
    Slice { from: Option<Expr>, to: Option<Expr> },
}

/// Operators with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unary {
    Not,
    Minus,
    Plus,
}

/// Operators with two operands that are always both evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binary {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    Range,
    In,
    Contains,
    StartsWith,
    EndsWith,
    Matches,
}

/// Operators that stop as soon as the answer is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Logic {
    And,
    Or,
}

/// Functions over the elements of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fold {
    All,
    Any,
    One,
    None,
    Map,
    Filter,
    Count,
}

impl Expr {
    pub(super) fn new(offset: usize, kind: ExprKind) -> Self {
        let mut height = 0;
        kind.each_child(&mut |child| height = height.max(child.height));
        Self { offset, height: height + 1, kind }
    }
}

impl ExprKind {
    fn each_child(&self, visit: &mut impl FnMut(&Expr)) {
        match self {
            Self::Literal(_) | Self::Name(_) | Self::Element => {}
            Self::Call { arguments: children, .. }
            | Self::Array(children)
            | Self::Logic { operands: children, .. } => children.iter().for_each(visit),
            Self::Fold { list: one, body: two, .. }
            | Self::Binary { left: one, right: two, .. }
            | Self::Coalesce(one, two) => [one, two].into_iter().for_each(|child| visit(child)),
            Self::Map(entries) => entries.iter().flat_map(|(k, v)| [k, v]).for_each(visit),
            Self::Unary { operand, .. } => visit(operand),
            Self::Choice { condition, then, otherwise } => {
                [Some(condition), then.as_ref(), Some(otherwise)]
                    .into_iter()
                    .flatten()
                    .for_each(|child| visit(child));
            }
            Self::Path { base, links } => {
                visit(base);
                for link in links {
                    link.kind.each_child(visit);
                }
            }
        }
    }
}

impl LinkKind {
    fn each_child(&self, visit: &mut impl FnMut(&Expr)) {
        match self {
            Self::Field(_) => {}
            Self::Method { arguments, .. } => arguments.iter().for_each(visit),
            Self::Index(index) => visit(index),
            Self::Slice { from, to } => [from, to].into_iter().flatten().for_each(visit),
        }
    }
}

impl Unary {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Not => "not",
            Self::Minus => "-",
            Self::Plus => "+",
        }
    }
}

impl Binary {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
            Self::Power => "**",
            Self::Range => "..",
            Self::In => "in",
            Self::Contains => "contains",
            Self::StartsWith => "startsWith",
            Self::EndsWith => "endsWith",
            Self::Matches => "matches",
        }
    }
}

impl Logic {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::And => "and",
            Self::Or => "or",
        }
    }
}

impl Fold {
    pub(super) const ALL: [Self; 7] =
        [Self::All, Self::Any, Self::One, Self::None, Self::Map, Self::Filter, Self::Count];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Any => "any",
            Self::One => "one",
            Self::None => "none",
            Self::Map => "map",
            Self::Filter => "filter",
            Self::Count => "count",
        }
    }
}
