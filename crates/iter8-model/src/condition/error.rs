//! What can be wrong with a condition: when it is compiled, and when it is evaluated.

use std::fmt;

use super::{MAX_DEPTH, MAX_RANGE, MAX_SOURCE_BYTES};

/// A place in the source of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Bytes before the place.
    pub offset: usize,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
}

/// Why a text is not a condition.
///
/// Its display is one line, the fault with its line and column; advice is in
/// [`hint`](CompileError::hint).
#[derive(Debug, Clone, PartialEq)]
pub struct CompileError {
    /// What is wrong.
    pub fault: CompileFault,
    /// Where it is wrong.
    pub position: Position,
    /// What the author may have meant.
    pub hint: Option<String>,
}

/// The kinds of [`CompileError`].
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CompileFault {
    /// The source has too many bytes.
    #[error("condition of {length} bytes is longer than {MAX_SOURCE_BYTES} bytes")]
    TooLong {
        /// Bytes of the source.
        length: usize,
    },
    /// Parentheses, operators or calls are nested too deeply.
    #[error("condition is nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
    /// A character that begins no token.
    #[error("unrecognized character: {0:?}")]
    UnknownCharacter(char),
    /// A string without its closing quote on the same line.
    #[error("literal not terminated")]
    UnterminatedString,
    /// A `/*` without its `*/`.
    #[error("unclosed comment")]
    UnterminatedComment,
    /// A backslash sequence that strings do not have.
    #[error("invalid char escape")]
    BadEscape,
    /// Digits that form no number.
    #[error("bad number syntax: {0:?}")]
    BadNumber(String),
    /// An integer beyond 64 bits or a float beyond the largest one.
    #[error("number {0} is out of range")]
    NumberOutOfRange(String),
    /// A token where the grammar has no place for it.
    #[error("unexpected {0}")]
    Unexpected(String),
    /// One certain token was needed.
    #[error("expected {expected}, but found {found}")]
    Expected {
        /// The token that was needed.
        expected: &'static str,
        /// The token that was there.
        found: String,
    },
    /// `a ?? b + c`: readers disagree on what it means, so that it needs parentheses.
    #[error("operator {0} and ?? cannot be mixed without parentheses")]
    MixedCoalesce(&'static str),
    /// `#` or `.field` where there is no element to speak of.
    #[error("cannot use # outside a predicate")]
    ElementOutsidePredicate,
    /// A name that conditions do not have.
    #[error("unknown name {0}")]
    UnknownName(String),
    /// A field that a value of this type does not have.
    #[error("type {on} has no field {name}")]
    UnknownField {
        /// Type of the value.
        on: String,
        /// The field.
        name: String,
    },
    /// A method that a value of this type does not have.
    #[error("type {on} has no method {name}")]
    UnknownMethod {
        /// Type of the value.
        on: String,
        /// The method.
        name: String,
    },
    /// A function or method without its parentheses.
    #[error("{0} is a function and has to be called")]
    NotCalled(String),
    /// Parentheses after something that is no function.
    #[error("{0} is not a function")]
    NotAFunction(String),
    /// Too few arguments.
    #[error("not enough arguments to call {0}")]
    TooFewArguments(String),
    /// Too many arguments.
    #[error("too many arguments to call {0}")]
    TooManyArguments(String),
    /// An argument of the wrong type.
    #[error("cannot use {found} as argument (type {expected}) to call {function}")]
    BadArgument {
        /// The function or method.
        function: &'static str,
        /// Type that it takes.
        expected: String,
        /// Type that was given.
        found: String,
    },
    /// A built-in function that does not take this type.
    #[error("invalid argument for {function} (type {found})")]
    InvalidArgument {
        /// The function.
        function: &'static str,
        /// Type that was given.
        found: String,
    },
    /// `all`, `map` and so on, applied to something that is no list.
    #[error("builtin {function} takes only array (got {found})")]
    NotAList {
        /// The function.
        function: &'static str,
        /// Type that was given.
        found: String,
    },
    /// A predicate that is not true or false.
    #[error("predicate should return boolean (got {0})")]
    PredicateNotBoolean(String),
    /// Operands that do not go together.
    #[error("invalid operation: {operator} (mismatched types {left} and {right})")]
    Mismatched {
        /// The operator.
        operator: &'static str,
        /// Type of the left operand.
        left: String,
        /// Type of the right operand.
        right: String,
    },
    /// An operand that its unary operator does not take.
    #[error("invalid operation: {operator} (mismatched type {operand})")]
    MismatchedUnary {
        /// The operator.
        operator: &'static str,
        /// Type of the operand.
        operand: String,
    },
    /// `?:` after something that is not true or false.
    #[error("non-bool expression (type {0}) used as condition")]
    ChoiceNotBoolean(String),
    /// `[…]` after something that has no such elements.
    #[error("type {on}[{index}] is undefined")]
    NotIndexable {
        /// Type of the value.
        on: String,
        /// Type of the index.
        index: String,
    },
    /// `[a:b]` after something that is neither list nor string.
    #[error("cannot slice {0}")]
    NotSliceable(String),
    /// A bound of `[a:b]` that is no integer.
    #[error("slice bounds must be int (got {0})")]
    BadSliceBound(String),
    /// A key of a map literal that is no string.
    #[error("map key must be string (got {0})")]
    BadKey(String),
    /// `%` by a literal zero.
    #[error("integer divide by zero")]
    DivisionByZero,
    /// A pattern that is no regular expression.
    #[error("invalid regular expression")]
    BadPattern(#[source] Box<regex::Error>),
    /// The whole condition is not true or false.
    #[error("expected bool, but got {0}")]
    NotBoolean(String),
}

/// Why a condition has no answer for the experiment at hand.
#[derive(Debug, Clone, PartialEq)]
pub struct EvalError {
    /// What went wrong.
    pub fault: EvalFault,
    /// The part of the condition that went wrong.
    pub position: Position,
}

/// The kinds of [`EvalError`].
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EvalFault {
    /// A field, element or method of something that is not there.
    #[error("cannot fetch {0} from nil")]
    Nil(String),
    /// A field or element of something that has none.
    #[error("cannot fetch {name} from {on}")]
    NoSuchPart {
        /// The field, or the type of the index.
        name: String,
        /// Type of the value.
        on: &'static str,
    },
    /// An index outside its list.
    #[error("index {index} is out of range of {length} elements")]
    OutOfRange {
        /// The index as written; negative ones count from the end.
        index: i64,
        /// Elements of the list.
        length: usize,
    },
    /// A whole number beyond 64 bits.
    #[error("integer overflow in {0}")]
    Overflow(&'static str),
    /// `%` by zero.
    #[error("integer divide by zero")]
    DivisionByZero,
    /// Operands that do not go together.
    #[error("invalid operation: {operator} (mismatched types {left} and {right})")]
    Mismatched {
        /// The operator.
        operator: &'static str,
        /// Type of the left operand.
        left: &'static str,
        /// Type of the right operand.
        right: &'static str,
    },
    /// A value of the wrong type.
    #[error("expected {expected}, but got {found}")]
    WrongType {
        /// Type that was needed.
        expected: &'static str,
        /// Type that was there.
        found: &'static str,
    },
    /// A string that is no number.
    #[error("cannot convert {text:?} to {to}")]
    NotANumber {
        /// The string, shortened.
        text: String,
        /// `int` or `float`.
        to: &'static str,
    },
    /// `a..b` with too many elements.
    #[error("range has more than {MAX_RANGE} elements")]
    RangeTooLong,
    /// The work for one evaluation is used up.
    #[error("condition takes too many steps")]
    TooManySteps,
    /// A computed pattern that is no regular expression.
    #[error("invalid regular expression")]
    BadPattern(#[source] Box<regex::Error>),
}

impl CompileError {
    /// What the author may have meant, as a sentence without full stop.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl EvalError {
    /// What to do about it, as a sentence without full stop.
    pub fn hint(&self) -> Option<&'static str> {
        match &self.fault {
            EvalFault::Nil(_) => Some("`?.` passes nil on and `??` replaces it"),
            EvalFault::Mismatched { left: "nil", .. }
            | EvalFault::Mismatched { right: "nil", .. } => {
                Some("a value is missing; `??` gives it a default")
            }
            _ => None,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.fault, self.position)
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.fault, self.position)
    }
}

impl std::error::Error for CompileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.fault.source()
    }
}

impl std::error::Error for EvalError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.fault.source()
    }
}

impl Position {
    /// The position of byte `offset`; an offset inside a character means its beginning.
    pub(super) fn of(source: &str, offset: usize) -> Self {
        let offset = source.floor_char_boundary(offset);
        let before = &source[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            offset,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

/// A fault on its way up, before its offset becomes a [`Position`].
#[derive(Debug)]
pub(super) struct Located<F> {
    pub(super) fault: F,
    pub(super) offset: usize,
    pub(super) hint: Option<String>,
}

impl<F> Located<F> {
    pub(super) fn new(offset: usize, fault: F) -> Self {
        Self { fault, offset, hint: None }
    }

    pub(super) fn with_hint(mut self, hint: impl Into<Option<String>>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// A fault found while compiling.
pub(super) type Rejection = Located<CompileFault>;

/// A [`Rejection`] without hint.
pub(super) fn reject(offset: usize, fault: CompileFault) -> Rejection {
    Located::new(offset, fault)
}
