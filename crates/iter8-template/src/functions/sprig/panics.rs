//! What Go's runtime says when a function of Sprig runs into its checks. Users see these words.

use crate::function::Failure;

/// A method was called on nil.
pub(super) const NIL: &str = "runtime error: invalid memory address or nil pointer dereference";

/// A whole number was divided by zero.
pub(super) const DIVIDE: &str = "runtime error: integer divide by zero";

/// A list of a negative or absurd length.
pub(super) const LENGTH: &str = "runtime error: makeslice: len out of range";

/// A text repeated less than no times.
pub(super) const REPEAT: &str = "strings: negative Repeat count";

/// Go's `text[start:end]`, either of which may be left out.
pub(super) fn cut(text: &[u8], start: Option<i64>, end: Option<i64>) -> Result<&[u8], Failure> {
    let length = text.len();
    let out = |range: String| format!("runtime error: slice bounds out of range [{range}]");
    if let Some(end) = end {
        if end < 0 {
            return Err(out(format!(":{end}")).into());
        }
        if usize::try_from(end).is_ok_and(|end| end > length) {
            return Err(format!("{} with length {length}", out(format!(":{end}"))).into());
        }
    }
    let stop = end.and_then(|end| usize::try_from(end).ok()).unwrap_or(length);
    match usize::try_from(start.unwrap_or(0)) {
        Ok(start) if start <= stop => Ok(&text[start..stop]),
        Ok(start) => Err(out(format!("{start}:{stop}")).into()),
        Err(_) => Err(out(format!("{}:", start.unwrap_or(0))).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_outside_the_text_are_errors() {
        let error = "runtime error: slice bounds out of range";
        for (start, end, expected) in [
            (None, None, Ok("abc")),
            (Some(1), None, Ok("bc")),
            (None, Some(2), Ok("ab")),
            (Some(3), Some(3), Ok("")),
            (Some(2), Some(1), Err("[2:1]")),
            (Some(5), None, Err("[5:3]")),
            (Some(-1), None, Err("[-1:]")),
            (None, Some(-1), Err("[:-1]")),
            (None, Some(9), Err("[:9] with length 3")),
        ] {
            match (cut(b"abc", start, end), expected) {
                (Ok(text), Ok(expected)) => assert_eq!(text, expected.as_bytes()),
                (Err(Failure::Message(message)), Err(range)) => {
                    assert_eq!(message, format!("{error} {range}"));
                }
                (result, _) => panic!("{start:?} {end:?}: {result:?}"),
            }
        }
    }
}
