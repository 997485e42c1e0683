//! The type of a value given to `--set`, by its look.

use serde_json::Value;

/// Types a scalar exactly as Helm 3.11 and Iter8 0.13 do: `true`, `false` and `null` in any case;
/// `0`; a signed 64-bit decimal that does not begin with `0`. All else is a string.
///
/// So `2.5`, `1e3` and `007` stay strings here. Whether the string stands for a number is decided
/// where the type of the target is known: a header's value and a rate look the same from here.
pub(super) fn typed(text: String) -> Value {
    if text.eq_ignore_ascii_case("true") {
        return Value::Bool(true);
    }
    if text.eq_ignore_ascii_case("false") {
        return Value::Bool(false);
    }
    if text.eq_ignore_ascii_case("null") {
        return Value::Null;
    }
    match text.parse::<i64>() {
        Ok(number) if text == "0" || !text.starts_with('0') => Value::from(number),
        _ => Value::String(text),
    }
}
