//! Regular expressions of the operator `matches`.

use regex::{Regex, RegexBuilder};

/// Bytes that a compiled pattern may take: enough for any pattern that a person writes, and small
/// enough that neither memory nor matching time get out of hand.
const MAX_PATTERN_BYTES: usize = 256 * 1024;

/// Compiles a pattern. It is found anywhere in the text unless it is anchored.
pub(super) fn compile(pattern: &str) -> Result<Regex, Box<regex::Error>> {
    RegexBuilder::new(pattern)
        .size_limit(MAX_PATTERN_BYTES)
        .dfa_size_limit(MAX_PATTERN_BYTES)
        .build()
        .map_err(Box::new)
}
