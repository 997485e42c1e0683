//! Exit codes, which are part of the interface, and the last words of a command that failed.

use std::io::{self, ErrorKind};
use std::process::ExitCode;

use crate::console::Console;

/// How a command ends that did what it was asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Yes: it worked, the conditions hold, the objectives are met.
    Yes,
    /// No: a condition does not hold or an objective is not met.
    No,
    /// The experiment failed or was interrupted; the result says where.
    Failed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Yes => Self::SUCCESS,
            Exit::No => Self::from(1),
            Exit::Failed => Self::from(2),
        }
    }
}

/// Advice that belongs to an error, kept apart from what happened.
#[derive(Debug)]
pub(crate) struct Hint(pub(crate) String);

impl std::fmt::Display for Hint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// An error with advice, if there is some.
pub(crate) fn with_hint(error: impl Into<anyhow::Error>, hint: Option<String>) -> anyhow::Error {
    let error = error.into();
    match hint {
        Some(hint) => error.context(Hint(hint)),
        None => error,
    }
}

/// Prints an error and its causes once, advice after it, and gives the exit code: 2, or 0 when
/// whoever reads our output had enough.
pub(crate) fn report(error: &anyhow::Error, console: &Console) -> ExitCode {
    let is_broken_pipe = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == ErrorKind::BrokenPipe)
    };
    if error.chain().any(is_broken_pipe) {
        return ExitCode::SUCCESS;
    }
    let hint = error.downcast_ref::<Hint>().map(ToString::to_string);
    let causes = error.chain().skip(usize::from(hint.is_some()));
    let mut text = String::new();
    for cause in causes.map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.ends_with(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    if let Some(hint) = hint {
        console.line(&format!("Hint: {hint}"));
    }
    console.line(&format!("Error: {text}"));
    ExitCode::from(2)
}
