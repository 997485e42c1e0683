//! One thing to mend, and where.

use std::fmt;

/// A breach of a rule. The order is that of the printed list: path, then line, then message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// Relative to the root of the repository, with `/` between components.
    pub(crate) path: String,
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) message: String,
}

impl Finding {
    pub(crate) fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_sort_as_numbers() {
        let mut findings =
            [Finding::new("b", 1, "x"), Finding::new("a", 10, "x"), Finding::new("a", 9, "x")];
        findings.sort();
        assert_eq!(findings.map(|f| f.to_string()), ["a:9: x", "a:10: x", "b:1: x"]);
    }
}
