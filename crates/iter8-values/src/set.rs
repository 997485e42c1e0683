//! The arguments `--set`, `--set-string`, `--set-json` and `--set-file`, in the grammar of Helm 3.11.
//!
//! ```text
//! argument = [ pair *( "," pair ) [ "," ] ]
//! pair     = path "=" value
//! path     = name *( "[" index "]" ) *( "." name *( "[" index "]" ) )
//! value    = text | "{" text *( "," text ) "}"
//! ```
//!
//! A backslash takes the next character literally, in names and in values. An argument is parsed
//! completely (`grammar`) before any of it is stored (`assign`), and [`compose`] puts files and
//! arguments on top of each other in their fixed order of precedence.
//!
//! Differs from Iter8 0.13:
//!
//! - Metric names need no escape for their dots: `assess.SLOs.upper.http/latency-p99.9=50` sets the
//!   limit of `http/latency-p99.9`. The rule stands at [`ValuePath`].
//! - A null counts as absent on the way to a nested key, so that `http:` in a file followed by
//!   `--set http.url=…` works.
//! - `a[0].b=` at the end of an argument sets an empty string; it used to set nothing.
//! - Blanks around the commas of `--set-json` are no part of keys.
//! - What used to be dropped without a word is an error: an empty name (`=1`, `.a=1`, `a.`), an
//!   index without a value (`a[0]`), text right after a list or a JSON value (`a={1}b=2`), an empty
//!   file name (`--set-file a=`), a path through a scalar in a list.
//! - At most [`MAX_INDICES`] indices in a path and [`MAX_GAPS`] nulls filled in by an argument.

mod assign;
mod grammar;
mod layers;
mod path;
mod scalar;
mod scan;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::fmt;

use serde_json::{Map, Value};
use thiserror::Error;

pub use grammar::{
    Assignment, OneOrMany, parse_set, parse_set_file, parse_set_json, parse_set_string,
};
pub use layers::{Layers, compose};
pub use path::{Segment, ValuePath, escape_value};

/// Largest argument in bytes. Linux passes at most 128 KiB in one argument, so that eight times
/// that is never too little for a command line and still bounds other callers.
pub const MAX_ARGUMENT_BYTES: usize = 1024 * 1024;

/// Most dots in a path, not counting those right after an index, as in Helm.
pub const MAX_LEVELS: usize = 30;

/// Most indices in a path. Helm has no such limit; the same number as for names keeps recursion
/// over the values shallow.
pub const MAX_INDICES: usize = 30;

/// Largest index of a list, as in Helm.
pub const MAX_INDEX: usize = 65_536;

/// Most nulls that one argument may add in front of an index. Four lists of the largest size fit;
/// it keeps `a[65536]=x,b[65536]=x,…` below some 20 MB.
pub const MAX_GAPS: usize = 4 * MAX_INDEX;

/// Reads the content of a file or URL named by `--set-file`.
pub type ReadFile<'a> = dyn FnMut(&str) -> Result<String, Box<dyn Error + Send + Sync>> + 'a;

/// The option an argument was given to. Its `Display` is the option as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetOption {
    /// `--set`: values are typed by their look.
    Set,
    /// `--set-string`: every value is a string.
    SetString,
    /// `--set-json`: values are JSON.
    SetJson,
    /// `--set-file`: values are names of files, whose contents become strings.
    SetFile,
}

/// An argument that could not be applied. The cause is in [`SetError`]; printed as a chain the two
/// read `failed parsing --set data: key "a" has no value`.
#[derive(Debug, Error)]
#[error("failed parsing {option} data")]
pub struct ArgumentError {
    /// The option.
    pub option: SetOption,
    /// What is wrong with its argument.
    #[source]
    pub cause: SetError,
}

/// What is wrong with an argument.
///
/// Messages name keys and places, never values, because values may be secrets; keys are cut to
/// 100 characters.
#[derive(Debug, Error)]
pub enum SetError {
    /// The argument is larger than [`MAX_ARGUMENT_BYTES`].
    #[error("argument of {bytes} bytes is larger than the maximum of {MAX_ARGUMENT_BYTES}")]
    ArgumentTooLong {
        /// Its size.
        bytes: usize,
    },
    /// The argument ends within a path: `a=1,b`.
    #[error("key {key:?} has no value")]
    NoValue {
        /// Last name of the path.
        key: String,
    },
    /// A path is followed by a comma: `a,b=1`.
    #[error("key {key:?} has no value (cannot end with ,)")]
    NoValueBeforeComma {
        /// Last name of the path.
        key: String,
    },
    /// A dot is not followed by a name: `a.=1`, `a..b=1`.
    #[error("key map {key:?} has no value")]
    EmptyMap {
        /// The name before the dot.
        key: String,
    },
    /// A pair begins with an empty name: `=1`, `.a=1`, `[0]=1`.
    #[error("name missing before {before:?}")]
    NameMissing {
        /// The character that stands where the name should.
        before: char,
    },
    /// More than [`MAX_LEVELS`] dots in a path.
    #[error(
        "value name nested level is greater than maximum supported nested level of {MAX_LEVELS}"
    )]
    TooManyLevels,
    /// More than [`MAX_INDICES`] indices in a path.
    #[error("more than {MAX_INDICES} list indices in one key")]
    TooManyIndices,
    /// The text between brackets is no index, or the bracket is not closed.
    #[error("error parsing index: {problem}")]
    InvalidIndex {
        /// What is wrong with it.
        problem: String,
    },
    /// An index below zero.
    #[error("negative {index} index not allowed")]
    NegativeIndex {
        /// The index.
        index: i64,
    },
    /// An index above [`MAX_INDEX`].
    #[error("index of {index} is greater than maximum supported index of {MAX_INDEX}")]
    IndexTooLarge {
        /// The index.
        index: i64,
    },
    /// Text between `]` and the next `[`, `.` or `=`: `a[0]b=1`.
    #[error("unexpected data at end of array index: {text:?}")]
    TextAfterIndex {
        /// The text.
        text: String,
    },
    /// A list without its closing brace: `a={1,2`.
    #[error("list must terminate with '}}'")]
    UnterminatedList,
    /// Text right after a list: `a={1}b=2`, or `a={{1}}`, because lists do not nest.
    #[error("list of key {key:?} must be followed by ',' or the end of the argument")]
    TextAfterList {
        /// The whole path.
        key: String,
    },
    /// A value of `--set-json` that is not JSON.
    #[error("invalid JSON for key {key:?} at character {at} of the argument: {problem}")]
    InvalidJson {
        /// The whole path.
        key: String,
        /// Position of the fault in the argument, in characters, from 1.
        at: usize,
        /// What is wrong there.
        problem: String,
    },
    /// Text right after a value of `--set-json`.
    #[error("unexpected data after the JSON of key {key:?} at character {at} of the argument")]
    TextAfterJson {
        /// The whole path.
        key: String,
        /// Position of that text in the argument, in characters, from 1.
        at: usize,
    },
    /// The path walks through a value that is neither a map nor a list, or is the other of both.
    #[error("unable to parse key: {key:?} is {found}, not {needed}")]
    WrongKind {
        /// The path up to that value.
        key: String,
        /// Kind of that value, with its article.
        found: &'static str,
        /// Kind that the path needs, with its article.
        needed: &'static str,
    },
    /// More than [`MAX_GAPS`] nulls would be filled in.
    #[error("indices leave more than {MAX_GAPS} list entries unset")]
    TooManyGaps,
    /// A `--set-file` pair without a file name.
    #[error("key {key:?} has no file name")]
    NoFileName {
        /// The whole path.
        key: String,
    },
    /// The reader failed on a file named by `--set-file`.
    #[error("failed to read {file:?} for key {key:?}")]
    FileUnreadable {
        /// The whole path.
        key: String,
        /// The file name or URL.
        file: String,
        /// Why it could not be read.
        source: Box<dyn Error + Send + Sync>,
    },
}

/// Applies one `--set` argument. Values are typed as [`parse_set`] says.
///
/// On an error the values may hold part of the argument. The same goes for the other three.
pub fn apply_set(values: &mut Map<String, Value>, argument: &str) -> Result<(), ArgumentError> {
    parse_set(argument)
        .and_then(|pairs| assign::assign_all(values, pairs))
        .map_err(SetOption::Set.failed())
}

/// Applies one `--set-string` argument: every value stays a string.
pub fn apply_set_string(
    values: &mut Map<String, Value>,
    argument: &str,
) -> Result<(), ArgumentError> {
    parse_set_string(argument)
        .and_then(|pairs| assign::assign_all(values, pairs))
        .map_err(SetOption::SetString.failed())
}

/// Applies one `--set-json` argument.
pub fn apply_set_json(
    values: &mut Map<String, Value>,
    argument: &str,
) -> Result<(), ArgumentError> {
    parse_set_json(argument)
        .and_then(|pairs| assign::assign_all(values, pairs))
        .map_err(SetOption::SetJson.failed())
}

/// Applies one `--set-file` argument: each file's content, untrimmed, becomes a string.
///
/// No file is read if the argument has a fault. The reader bounds the size of a content.
pub fn apply_set_file(
    values: &mut Map<String, Value>,
    argument: &str,
    read: &mut ReadFile<'_>,
) -> Result<(), ArgumentError> {
    parse_set_file(argument)
        .and_then(|pairs| {
            pairs.into_iter().map(|pair| contents(pair, read)).collect::<Result<Vec<_>, _>>()
        })
        .and_then(|pairs| assign::assign_all(values, pairs))
        .map_err(SetOption::SetFile.failed())
}

impl SetOption {
    /// Wraps a cause, for `map_err`.
    fn failed(self) -> impl FnOnce(SetError) -> ArgumentError {
        move |cause| ArgumentError { option: self, cause }
    }
}

impl fmt::Display for SetOption {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Set => "--set",
            Self::SetString => "--set-string",
            Self::SetJson => "--set-json",
            Self::SetFile => "--set-file",
        })
    }
}

/// Replaces names of files by what is in them.
fn contents(
    pair: Assignment<OneOrMany<String>>,
    read: &mut ReadFile<'_>,
) -> Result<Assignment<Value>, SetError> {
    let Assignment { path, value } = pair;
    let mut content = |file: String| match read(&file) {
        Ok(text) => Ok(Value::String(text)),
        Err(source) => Err(SetError::FileUnreadable { key: path.short(), file, source }),
    };
    let value = match value {
        OneOrMany::One(file) => content(file)?,
        OneOrMany::Many(files) => {
            Value::Array(files.into_iter().map(content).collect::<Result<_, _>>()?)
        }
    };
    Ok(Assignment { path, value })
}
