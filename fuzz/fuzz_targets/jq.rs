//! Filters in the language of jq, applied to arbitrary answers.
//!
//! The first line of the input is the answer; the rest is a filter.
//!
//! Nothing panics or runs without end; what is called a value is finite; errors name a place in the
//! filter; and the same filter makes the same of the same answer.

#![no_main]

use iter8_providers::{Filter, Outcome};
use libfuzzer_sys::fuzz_target;

/// Any moment will do, as long as it is the same.
const NOW: jiff::Timestamp = jiff::Timestamp::constant(1_700_000_000, 500_000_000);

fuzz_target!(|data: &[u8]| {
    let Ok(input) = str::from_utf8(data) else { return };
    let (answer, text) = input.split_once('\n').unwrap_or(("null", input));
    let filter = match Filter::new(text) {
        Ok(filter) => filter,
        Err(error) => {
            let line = text.split('\n').nth(error.line - 1).unwrap_or_default();
            assert!(error.column <= line.chars().count() + 1, "{error:?} in {text:?}");
            return;
        }
    };
    let (outcome, note) = filter.apply(answer.as_bytes(), NOW);
    if let Outcome::Value(value) = &outcome {
        assert!(value.is_finite(), "{text:?}");
    }
    assert!(Outcome::NAMES.contains(&outcome.name()));
    assert_eq!(filter.apply(answer.as_bytes(), NOW), (outcome, note), "{text:?}");
});
