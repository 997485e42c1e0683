//! Conditions: the expressions under `if:` that decide whether a task runs.
//!
//! The language is the one of Iter8 0.13, which took it from the Go library expr 1.12: literals,
//! operators, paths such as `Result.Insights.NumVersions`, and predicates over lists. A condition
//! is compiled once, when the experiment is read: unknown names, types that do not go together
//! and bad patterns are found then, with their line and column. Evaluation reads the experiment
//! through [`Subject`]; it does no I/O, cannot panic, and ends after a bounded number of steps.
//!
//! ```
//! use iter8_model::condition::Condition;
//!
//! let condition = Condition::compile("Result.NumLoops % 5 == 0 and SLOs()")?;
//! assert_eq!(condition.source(), "Result.NumLoops % 5 == 0 and SLOs()");
//!
//! let error = Condition::compile("result.NumLoops == 1").unwrap_err();
//! assert_eq!(error.to_string(), "unknown name result (1:1)");
//! assert_eq!(error.hint(), Some("names are case-sensitive: did you mean `Result`?"));
//! # Ok::<(), iter8_model::condition::CompileError>(())
//! ```
//!
//! Stages, in order: `token`, `parse` (to a `syntax` tree), `check` (against the names of
//! `schema`, to a `program`), `eval`.

use std::fmt;
use std::str::FromStr;

mod check;
mod error;
mod eval;
mod hint;
mod parse;
mod pattern;
mod program;
mod schema;
mod syntax;
#[cfg(test)]
mod tests;
mod token;
mod types;
mod value;

pub use error::{CompileError, CompileFault, EvalError, EvalFault, Position};
pub use value::Value;

/// Bytes that a condition may have. Conditions are a line or two; a page is already a mistake.
pub const MAX_SOURCE_BYTES: usize = 10_000;

/// Levels that a condition may be nested. Compiling and evaluating recurse once per level, and a
/// hundred levels fit into the smallest stack that a thread is usually given.
pub const MAX_DEPTH: usize = 100;

/// Elements that a range `a..b` may have; as a list they take about 32 MB.
pub const MAX_RANGE: u32 = 1_000_000;

/// Steps that one evaluation may take, a fraction of a second. A usual condition takes ten.
pub const MAX_STEPS: usize = 10_000_000;

/// A compiled condition.
///
/// Two conditions are equal if their sources are.
#[derive(Debug, Clone)]
pub struct Condition {
    source: String,
    program: program::Node,
}

/// What a condition asks of an experiment.
pub trait Subject {
    /// `SLOs()`: whether every version satisfies every SLO.
    fn slos(&self) -> bool;

    /// `Completed()`: whether all tasks of the loop have finished.
    fn completed(&self) -> bool;

    /// `NoFailure()`: whether no task has failed.
    fn no_failure(&self) -> bool;

    /// `Spec`: the list of tasks; conditions use little more than its length.
    fn spec(&self) -> Value;

    /// `Result`: an object with the fields `Revision`, `StartTime` (a time), `NumLoops`,
    /// `NumCompletedTasks`, `Failure`, `Iter8Version` and `Insights`.
    ///
    /// `Insights` is nil before there are metrics, else an object with `NumVersions`,
    /// `VersionNames` (objects with `Version` and `Track`), `MetricsInfo` (a map of objects with
    /// `Description`, `Units`, `Type`), one list each per version of maps of lists in
    /// `NonHistMetricValues`, `HistMetricValues` (of objects with `Lower`, `Upper`, `Count`) and
    /// `SummaryMetricValues`, `SLOs` (`Upper` and `Lower`, lists of objects with `Metric` and
    /// `Limit`), and `SLOsSatisfied` (`Upper` and `Lower`, lists of lists of booleans).
    ///
    /// It is called at most once per evaluation.
    fn result(&self) -> Value;

    /// `Result.Insights.ScalarMetricValue(version, name)`: the value of a metric, or nothing if
    /// the version or its metric is missing.
    fn scalar_metric_value(&self, version: i64, name: &str) -> Option<f64>;

    /// `Result.Insights.TrackVersionStr(version)`: what a version is called, or nothing if there
    /// is no such version.
    fn track_version(&self, version: i64) -> Option<String>;

    /// `Result.Insights.GetMetricsInfo(name)`: an object with `Description`, `Units` and `Type`,
    /// or nil for an unknown metric.
    fn metric_info(&self, name: &str) -> Value;
}

impl Condition {
    /// Compiles a condition: checks its syntax, its names, its types and its patterns.
    pub fn compile(source: &str) -> Result<Self, CompileError> {
        let compiled = match source.len() {
            0..=MAX_SOURCE_BYTES => parse::parse(source).and_then(check::check),
            length => Err(error::reject(0, CompileFault::TooLong { length })),
        };
        match compiled {
            Ok(program) => Ok(Self { source: source.to_owned(), program }),
            Err(rejection) => Err(CompileError {
                position: Position::of(source, rejection.offset),
                fault: rejection.fault,
                hint: rejection.hint,
            }),
        }
    }

    /// The condition as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Evaluates the condition for an experiment.
    pub fn evaluate(&self, subject: &dyn Subject) -> Result<bool, EvalError> {
        eval::evaluate(&self.program, subject).map_err(|failure| EvalError {
            position: Position::of(&self.source, failure.offset),
            fault: failure.fault,
        })
    }
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Condition {}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl FromStr for Condition {
    type Err = CompileError;

    fn from_str(source: &str) -> Result<Self, Self::Err> {
        Self::compile(source)
    }
}
