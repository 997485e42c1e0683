//! Go's template language with the functions of Sprig and Helm, as users of Iter8 write it for
//! metric providers and notifications.
//!
//! It knows no files, no network, no clock and no random source: what a template may know of the
//! world is passed in with [`Environment`], and what it may consume is bounded by [`Limits`].
//!
//! Start with [`Templates`] for the whole, with [`Value`] for what templates compute with, and with
//! `function` for how a function is declared.

mod ast;
pub mod calls;
mod environment;
mod error;
mod exec;
mod function;
mod functions;
mod parse;
mod print;
mod templates;
#[cfg(test)]
mod testing;
mod value;

pub use environment::{Environment, Limits, Random, Zone};
pub use error::{Cause, ParseError, Place, RenderError};
pub use functions::Dialect;
pub use parse::LONGEST as LONGEST_TEXT;
pub use templates::{MissingKey, Templates};
pub use value::{Element, IntKind, List, Map, MapKind, Object, Text, Value};
