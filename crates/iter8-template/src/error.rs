//! Errors of parsing and of rendering, with the place in the template.

use std::fmt;

use crate::print::quote;

/// A template that cannot be parsed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("template: {place}: {message}")]
pub struct ParseError {
    /// Where.
    pub place: Place,
    /// What is wrong, in Go's words where Go has some.
    pub message: String,
}

/// A template that cannot be executed on its data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("template: {place}: executing {}{}: {cause}", quote(.template.as_bytes()), At(.at))]
pub struct RenderError {
    /// Where.
    pub place: Place,
    /// The innermost template that was being executed.
    pub template: Box<str>,
    /// The part of the action that failed.
    pub at: Box<str>,
    /// Why.
    #[source]
    pub cause: Cause,
}

/// Why a rendering failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// The template asks for something impossible, in Go's words where Go has some.
    #[error("{0}")]
    Message(String),
    /// A function failed.
    #[error("error calling {function}: {message}")]
    Function {
        /// Which.
        function: String,
        /// What it says.
        message: String,
    },
    /// A template called by a function failed.
    #[error("error calling {function}: {error}")]
    Nested {
        /// `include` or `tpl`.
        function: String,
        /// What happened there.
        error: Box<RenderError>,
    },
    /// More work than allowed.
    #[error("the template takes more than {0} steps")]
    Steps(u64),
    /// More memory than allowed.
    #[error("the template takes more than {} MiB of memory", .0 >> 20)]
    Bytes(usize),
    /// The caller's time is over.
    #[error("the template takes too long")]
    Interrupted,
}

impl Cause {
    /// Whether it is a limit that was reached.
    pub fn is_limit(&self) -> bool {
        match self {
            Self::Steps(_) | Self::Bytes(_) | Self::Interrupted => true,
            Self::Nested { error, .. } => error.cause.is_limit(),
            Self::Message(_) | Self::Function { .. } => false,
        }
    }
}

/// A place in a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Name of the text that was parsed, such as the name of a file.
    pub name: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in bytes, from 0 as Go counts.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.name, self.line, self.column)
    }
}

/// The part of an action in an error, if it is known.
struct At<'a>(&'a str);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, " at <{}>", self.0) }
    }
}
