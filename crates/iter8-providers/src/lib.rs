//! Metrics stores behind templates: what to ask them, and what their answers mean.
//!
//! A provider template, once rendered, says which requests to send and which filter in the language
//! of jq finds the value in each answer. This crate checks that, asks, and gives every query one
//! of a few outcomes, whatever the store does: errors, silence, floods, nonsense. The filter is
//! held in bounds of its own, since whoever can write a template could otherwise stop or exhaust
//! the process.
//!
//! The crate does not render templates, knows no versions and no experiment, and remembers
//! nothing: values are recorded elsewhere.
//!
//! Start reading at [`query`].

mod builtin;
mod jq;
mod outcome;
mod query;
mod request;
mod spec;
mod trace;

pub use builtin::{Builtin, TEMPLATES, builtin, builtin_names};
pub use jq::{Filter, FilterError};
pub use outcome::Outcome;
pub use query::{Answer, query};
pub use request::request;
pub use spec::{AnswerFormat, MetricQuery, Parsed, ProviderSpec, SpecError};
pub use trace::Trace;
