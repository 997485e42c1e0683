//! YAML text to JSON values, by the core schema of YAML 1.2.
//!
//! Differs from Iter8 0.13, which reads YAML 1.1:
//!
//! - Only `true` and `false` (also `True`, `TRUE`, …) are booleans; `y`, `n`, `yes`, `no`, `on` and
//!   `off` are strings, so that a header value `on` or the country `no` arrives as written.
//! - A plain number with leading zeros (`017`) is a string, as in `--set`, and so keeps its digits
//!   where a string is wanted. The core schema would read 17, YAML 1.1 reads 15.
//! - Infinities and NaN are errors, because JSON cannot hold them.
//! - A key that occurs twice in a map is an error.
//!
//! Anchors, aliases and merge keys (`<<`) work; unknown tags and several documents in one text are
//! errors. Keys that are scalars other than strings become strings (`1: a` is `"1": "a"`).

mod document;

#[cfg(test)]
mod tests;

use serde_json::{Map, Value};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{Error, MessageFormatter, Options, UserMessageFormatter};

use document::Document;

/// Largest text in bytes. A Kubernetes object holds 1 MiB at most, and that is where values and
/// experiments are stored in the end; four times that leaves room for comments.
pub const MAX_TEXT_BYTES: usize = 4 * 1024 * 1024;

/// Most scalars, lists and maps in a text. A list of one-digit numbers, the densest form in use,
/// has one for each four bytes, so that a text of nearly the largest size passes.
const MAX_NODES: usize = MAX_TEXT_BYTES / 4;

/// Most parser events. Each list and map has an end beside its beginning, and aliases count.
const MAX_EVENTS: usize = 2 * MAX_NODES;

/// Most events that aliases may repeat. Values share a handful of maps of a handful of keys by
/// anchors; a bomb of nested aliases grows beyond this within milliseconds.
const MAX_REPEATED_EVENTS: usize = 20_000;

/// Most events that are kept for anchors: a large map may have an anchor, at a few levels.
const MAX_ANCHORED_EVENTS: usize = 100_000;

/// Most bytes of scalars, including repeated ones: a long text may have an anchor, but not hundreds
/// of aliases.
const MAX_SCALAR_BYTES: usize = 4 * MAX_TEXT_BYTES;

/// Deepest nesting of lists and maps: well above any values, well below what the stack bears.
const MAX_DEPTH: usize = 64;

/// A text that is not acceptable YAML. The message is one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum YamlError {
    /// The text is larger than [`MAX_TEXT_BYTES`].
    #[error("YAML of {bytes} bytes is larger than the maximum of {MAX_TEXT_BYTES}")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// The text cannot be read.
    #[error("line {line}, column {column}: {problem}")]
    Invalid {
        /// Line of the fault, from 1.
        line: u64,
        /// Column of the fault in characters, from 1.
        column: u64,
        /// What is wrong there.
        problem: String,
    },
    /// The text cannot be read and the place is not known.
    #[error("{problem}")]
    InvalidSomewhere {
        /// What is wrong.
        problem: String,
    },
    /// The text holds something else than a mapping.
    #[error("expected a mapping at the top level, found {found}")]
    NotAMapping {
        /// What it holds, with its article.
        found: &'static str,
    },
}

/// Parses a text whose top level is a mapping, such as a file of values. An empty text, or one of
/// comments only, is an empty map.
pub fn parse_mapping(text: &str) -> Result<Map<String, Value>, YamlError> {
    let found = match parse_document(text)? {
        Value::Object(map) => return Ok(map),
        Value::Null => return Ok(Map::new()),
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
    };
    Err(YamlError::NotAMapping { found })
}

/// Parses a text that holds one document of any kind. An empty text is null.
pub fn parse_document(text: &str) -> Result<Value, YamlError> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(YamlError::TooLarge { bytes: text.len() });
    }
    match serde_saphyr::from_str_with_options(text, options()) {
        Ok(Document(value)) => Ok(value),
        Err(error) => Err(explain(&error)),
    }
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_nodes: MAX_NODES,
            max_events: MAX_EVENTS,
            max_depth: MAX_DEPTH,
            max_total_scalar_bytes: MAX_SCALAR_BYTES,
            max_recorded_anchor_events: MAX_ANCHORED_EVENTS,
            // One anchor with many aliases is ordinary; what they repeat is limited below.
            enforce_alias_anchor_ratio: false,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: MAX_REPEATED_EVENTS,
        },
        // Comments are not wanted, and the parser refuses more than 32 in a row if it keeps them.
        emit_comments: false,
        duplicate_keys: DuplicateKeyPolicy::Error,
        merge_keys: MergeKeyPolicy::Merge,
        non_finite_float_policy: NonFiniteFloatPolicy::Reject,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        reject_unsupported_tags: true,
        with_snippet: false,
    }
}

fn explain(error: &Error) -> YamlError {
    let problem = describe(error);
    match error.location() {
        Some(place) if place.line() > 0 => {
            YamlError::Invalid { line: place.line(), column: place.column(), problem }
        }
        _ => YamlError::InvalidSomewhere { problem },
    }
}

/// The parser's message, in our words where its own speak of its interface.
fn describe(error: &Error) -> String {
    match error {
        Error::WithSnippet { error, .. } | Error::AliasError { error, .. } => describe(error),
        Error::MultipleDocuments { .. } => "more than one document".to_owned(),
        Error::DuplicateMappingKey { key: Some(key), .. } => format!("duplicate key {key:?}"),
        Error::DuplicateMappingKey { key: None, .. } => "duplicate key".to_owned(),
        Error::NullIntoString { .. } => "a key is null".to_owned(),
        // Not quoted: what looks like a number may be a password.
        Error::NonFiniteFloat { .. } => "a number that is not finite".to_owned(),
        Error::Unexpected { expected: "string scalar", .. } => "a key must be a scalar".to_owned(),
        Error::RecursiveReferencesRequireWeakTypes { .. } => {
            "an alias inside its own anchor".to_owned()
        }
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => {
            format!("too large or nested too deeply ({})", limit(error))
        }
        other => {
            let text = UserMessageFormatter.format_message(other);
            // Messages may quote the text, and with it line breaks.
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        }
    }
}

/// The limit that was reached, for those errors that tell of one.
fn limit(error: &Error) -> String {
    match error {
        Error::Budget { breach: BudgetBreach::Depth { .. }, .. } => {
            format!("more than {MAX_DEPTH} levels")
        }
        Error::Budget { breach: BudgetBreach::ScalarBytes { .. }, .. } => {
            format!("more than {MAX_SCALAR_BYTES} bytes of scalars")
        }
        Error::Budget {
            breach: BudgetBreach::Nodes { .. } | BudgetBreach::Events { .. }, ..
        } => {
            format!("more than {MAX_NODES} values")
        }
        Error::Budget { .. } => "too many anchors, aliases or merge keys".to_owned(),
        _ => format!("aliases repeat more than {MAX_REPEATED_EVENTS} values"),
    }
}
