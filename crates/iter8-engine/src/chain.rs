//! Errors with their causes, for people.

use std::error::Error;

/// An error and all its causes on one line: `failed to run task 2 (http): connection refused`.
///
/// A cause that its error repeats at its end is left out.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let own = error.to_string();
        if !text.ends_with(&own) {
            text.push_str(": ");
            text.push_str(&own);
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::task::TaskError;

    use super::*;

    #[test]
    fn causes_follow_once() {
        let inner = TaskError::new("connection refused");
        let middle = TaskError::caused_by("connect to web:80", inner);
        assert_eq!(chain(&middle), "connect to web:80: connection refused");
        let repeating = TaskError::caused_by("broken: fmt", TaskError::new("fmt"));
        assert_eq!(chain(&repeating), "broken: fmt");
        assert_eq!(chain(&TaskError::new("alone")), "alone");
    }
}
