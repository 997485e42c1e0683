//! Filters in the language of jq, applied to answers that nobody has checked.
//!
//! The language is parsed, compiled and evaluated by jaq. Values, functions and limits are ours, so
//! that a filter ends within a bounded number of steps and a bounded memory whatever it says: see
//! [`guard`] for how it is stopped and [`meter`] for the limits.

mod compile;
mod guard;
mod meter;
mod natives;
mod value;
mod worker;

#[cfg(test)]
mod tests;

use std::io;
use std::panic::resume_unwind;
use std::thread;

use jaq_core::{Ctx, Vars};

pub use compile::FilterError;
pub(crate) use meter::Limit;
pub(crate) use worker::evaluated;

use natives::Data;
use value::{Json, NULL_IS_NO_NUMBER};

/// A filter that compiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter(String);

/// What a filter makes of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Found {
    /// A number, which may be NaN or infinite.
    Number(f64),
    /// A text.
    Text(String),
    /// No output, or null.
    Nothing,
    /// Something else: its type and its beginning.
    Other(&'static str, String),
}

/// Why a filter makes nothing of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Failure {
    /// The answer is no JSON.
    NotJson(String),
    /// The answer takes too much memory.
    TooLarge(Limit),
    /// There was null where the filter wanted a number.
    NoNumber,
    /// The filter fails.
    Fails(String),
    /// The filter takes too much.
    Exhausts(Limit),
}

/// What came of an evaluation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Evaluation {
    pub(crate) outcome: Result<Found, Failure>,
    /// How many entries `.data.result` has, if it is a list.
    pub(crate) series: Option<usize>,
}

impl Filter {
    /// Checks a filter by compiling it.
    pub fn new(text: impl Into<String>) -> Result<Self, FilterError> {
        let text = text.into();
        let checked = with_stack(|| compile::compile(&text).map(|_| ()));
        checked.unwrap_or_else(|error| Err(FilterError::without_thread(&error)))?;
        Ok(Self(text))
    }

    /// The filter as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Applies the filter to an answer and takes its first output, as Iter8 0.13 does. `now` is
    /// what the function of this name gives, in seconds since 1970.
    ///
    /// Blocks, for about two seconds at most.
    pub(crate) fn evaluate(&self, answer: &[u8], now: f64) -> Evaluation {
        self.evaluate_within(answer, now, meter::MOST_STEPS)
    }

    fn evaluate_within(&self, answer: &[u8], now: f64, most_steps: u64) -> Evaluation {
        let evaluation = with_stack(|| evaluate(&self.0, answer, now, most_steps));
        evaluation.unwrap_or_else(|error| {
            let failure = Failure::Fails(FilterError::without_thread(&error).problem);
            Evaluation { outcome: Err(failure), series: None }
        })
    }
}

impl FilterError {
    fn without_thread(error: &io::Error) -> Self {
        Self { line: 1, column: 1, problem: format!("there is no thread to run it: {error}") }
    }
}

/// Does something where the stack is known to be large enough.
fn with_stack<T: Send>(work: impl FnOnce() -> T + Send) -> io::Result<T> {
    thread::scope(|scope| {
        let builder = thread::Builder::new().name("jq".to_owned()).stack_size(meter::STACK);
        let running = builder.spawn_scoped(scope, work)?;
        running.join().map_or_else(|panic| resume_unwind(panic), Ok)
    })
}

fn evaluate(text: &str, answer: &[u8], now: f64, most_steps: u64) -> Evaluation {
    meter::begin(most_steps);
    let input = match value::read(answer) {
        Ok(input) if meter::reached().is_none() => input,
        outcome => {
            let error = outcome.err().map(|error| error.to_string()).unwrap_or_default();
            let failure = meter::reached().map_or(Failure::NotJson(error), Failure::TooLarge);
            return Evaluation { outcome: Err(failure), series: None };
        }
    };
    let series = series(&input);
    let outcome = match compile::compile(text) {
        Ok(filter) => {
            let context = Ctx::<natives::Run>::new(Data::new(&filter.lut, now), Vars::new([]));
            let first = filter.id.run((context, input)).next();
            first.map_or(Ok(Found::Nothing), |output| match output {
                Ok(value) => Ok(found(&value)),
                Err(exception) => Err(match exception.get_err() {
                    Ok(error) if error.to_string() == NULL_IS_NO_NUMBER => Failure::NoNumber,
                    Ok(error) => Failure::Fails(error.to_string()),
                    Err(_) => Failure::Fails("it breaks out of itself".to_owned()),
                }),
            })
        }
        Err(error) => Err(Failure::Fails(error.to_string())),
    };
    let outcome = meter::reached().map_or(outcome, |limit| Err(Failure::Exhausts(limit)));
    Evaluation { outcome, series }
}

fn found(value: &Json) -> Found {
    match value {
        Json::Null => Found::Nothing,
        Json::Number(number) => Found::Number(*number),
        Json::Text(text) => Found::Text(text.as_str().to_owned()),
        other => Found::Other(other.kind(), other.to_string()),
    }
}

/// The number of time series in an answer of Prometheus.
fn series(answer: &Json) -> Option<usize> {
    let field = |value: &Json, key: &str| match value {
        Json::Map(map) => map.get(key).cloned(),
        _ => None,
    };
    match field(&field(answer, "data")?, "result")? {
        Json::List(list) => Some(list.items().len()),
        _ => None,
    }
}
