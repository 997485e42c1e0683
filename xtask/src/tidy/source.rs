//! What a Rust file says about itself: its size, its functions, its tests.

use std::collections::BTreeSet;

use anyhow::Result;

use self::items::Items;
pub(crate) use self::items::{Function, PublicItems};
use self::tokens::Tokens;
pub(crate) use self::tokens::{Call, Mark};
use super::finding::Finding;
use super::tree::Tree;

mod items;
mod tokens;

/// The folders whose Rust files are held to the rules. Samples and SDKs are for other readers.
const ROOTS: [&str; 5] = ["crates/", "xtask/", "bench/", "e2e/", "fuzz/"];

/// Folders of code that ships to nobody: it serves tests and measurements.
const SUPPORT: [&str; 4] = ["crates/iter8-testkit/", "bench/", "e2e/", "fuzz/"];

/// Which rules a file is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Ships, or builds what ships: all rules.
    Production,
    /// Serves tests or measurements: the limits hold, but it counts as test code in the figures.
    Support,
    /// Consists of tests.
    Test,
}

/// One Rust file, read once for all rules.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) role: Role,
    /// All lines, blank ones and comments too.
    pub(crate) lines: usize,
    /// The lines inside items that exist only for tests.
    pub(crate) test_lines: usize,
    /// The functions outside those items.
    pub(crate) functions: Vec<Function>,
    pub(crate) public: PublicItems,
    pub(crate) marks: Vec<Mark>,
    /// The text with the contents of string literals blanked out, to search comments in.
    pub(crate) prose: String,
    test_spans: Vec<(usize, usize)>,
    test_modules: Vec<String>,
}

impl Source {
    /// Reads the text of the file at `path`.
    ///
    /// # Errors
    /// The finding says where the text is no Rust.
    fn parse(path: &str, text: &str) -> Result<Self, Finding> {
        let unreadable = |line: usize, error: &dyn std::fmt::Display| {
            Finding::new(path, line, format!("this is no Rust that tidy can read: {error}"))
        };
        let tokens = Tokens::scan(text)
            .map_err(|error| unreadable(error.span().start().line.max(1), &error))?;
        let Items { functions, public, test_spans, test_modules, .. } =
            Items::read(text, tokens.code_lines())
                .map_err(|error| unreadable(error.span().start().line.max(1), &error))?;
        let test_spans = merged(test_spans);
        Ok(Self {
            path: path.to_owned(),
            role: role(path),
            lines: text.lines().count(),
            test_lines: test_spans.iter().map(|(first, last)| last - first + 1).sum(),
            functions,
            public,
            prose: tokens.without_strings(text),
            marks: tokens.into_marks(),
            test_spans,
            test_modules,
        })
    }

    /// The lines that the limits count: none in a file of tests.
    pub(crate) fn production_lines(&self) -> usize {
        if self.role == Role::Test { 0 } else { self.lines - self.test_lines }
    }

    /// Whether the line is part of a test.
    pub(crate) fn is_test(&self, line: usize) -> bool {
        self.role == Role::Test
            || self.test_spans.iter().any(|(first, last)| (*first..=*last).contains(&line))
    }
}

/// Reads all Rust files below the folders that the rules cover, in order of their names.
pub(crate) fn read_all(tree: &Tree) -> Result<(Vec<Source>, Vec<Finding>)> {
    let mut sources = Vec::new();
    let mut findings = Vec::new();
    for path in tree.files().filter(|path| is_covered(path)) {
        let text = tree.text(path)?;
        if !text.starts_with("//!") {
            findings.push(Finding::new(path, 1, "the file does not open with a `//!` sentence"));
        }
        match Source::parse(path, &text) {
            Ok(source) => sources.push(source),
            Err(finding) => findings.push(finding),
        }
    }
    let test_modules: BTreeSet<String> = sources.iter().flat_map(declared_tests).collect();
    for source in &mut sources {
        let stem = source.path.trim_end_matches(".rs");
        let is_declared = |module: &String| {
            stem.strip_prefix(module.as_str()).is_some_and(|r| r.is_empty() || r.starts_with('/'))
        };
        if test_modules.iter().any(is_declared) {
            source.role = Role::Test;
        }
    }
    Ok((sources, findings))
}

fn is_covered(path: &str) -> bool {
    // Git paths are compared byte by byte, so an upper-case ending is another kind of file.
    path.strip_suffix(".rs").is_some() && ROOTS.iter().any(|root| path.starts_with(root))
}

/// The modules that a file declares for tests only, as paths without their ending.
fn declared_tests(source: &Source) -> Vec<String> {
    let stem = source.path.trim_end_matches(".rs");
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    let home = if matches!(name, "lib" | "main" | "mod") { folder } else { stem };
    source.test_modules.iter().map(|module| format!("{home}/{module}")).collect()
}

fn role(path: &str) -> Role {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    if name == "tests.rs" || folders.split('/').any(|folder| folder == "tests") {
        Role::Test
    } else if SUPPORT.iter().any(|folder| path.starts_with(folder))
        || folders.split('/').any(|folder| matches!(folder, "benches" | "examples"))
    {
        Role::Support
    } else {
        Role::Production
    }
}

/// Joins spans of lines that overlap, so that no line is counted twice.
fn merged(mut spans: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    spans.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for (first, last) in spans {
        match merged.last_mut() {
            Some((_, end)) if first <= *end => *end = last.max(*end),
            _ => merged.push((first, last)),
        }
    }
    merged
}

#[cfg(test)]
pub(crate) mod testing {
    //! Sources without a file.

    use super::*;

    /// Reads a text that is known to be Rust.
    pub(crate) fn source(path: &str, text: &str) -> Source {
        Source::parse(path, text).unwrap_or_else(|finding| panic!("{finding}"))
    }
}

#[cfg(test)]
mod tests;
