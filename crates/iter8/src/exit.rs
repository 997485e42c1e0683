//! Exit codes, which are part of the interface, and the last words of a command that failed.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind as UsageErrorKind};

use crate::console::Console;

/// The advice when there is no better one.
const HELP: &str = "for more information, try '--help'";

/// How a command ends that did what it was asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Yes: it worked, the conditions hold, the objectives are met.
    Yes,
    /// No: a condition does not hold or an objective is not met, and what to say of it.
    No(&'static str),
}

impl Exit {
    /// Prints the last words, unless it is a yes, and gives the exit code.
    pub(crate) fn tell(self, console: &Console) -> ExitCode {
        match self {
            Self::Yes => ExitCode::SUCCESS,
            Self::No(what) => {
                console.line(&format!("Error: {what}"));
                ExitCode::from(1)
            }
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

/// Prints what is wrong with the arguments in the shape of every other error, or the help that
/// was asked for.
pub(crate) fn report_usage(error: &clap::Error, console: &Console) -> ExitCode {
    match error.kind() {
        // As with `iter8` alone, a command that only groups others prints its help.
        UsageErrorKind::DisplayHelp
        | UsageErrorKind::DisplayVersion
        | UsageErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // A reader who has gone is no error.
            let _ = write!(io::stdout(), "{}", error.render());
            ExitCode::SUCCESS
        }
        _ => match missing_flags(error) {
            Some(message) => {
                report(&with_hint(anyhow::anyhow!(message), Some(HELP.to_owned())), console)
            }
            None => report(&usage_error(&error.render().to_string()), console),
        },
    }
}

/// What to say of required flags that are not there, in the words of Iter8 0.13; `None` if the
/// error is about something else.
fn missing_flags(error: &clap::Error) -> Option<String> {
    if error.kind() != UsageErrorKind::MissingRequiredArgument {
        return None;
    }
    let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    let flags = missing.iter().map(|usage| {
        let flag = usage.strip_prefix("--")?.split(' ').next()?;
        Some(format!("{flag:?}"))
    });
    let flags: Vec<String> = flags.collect::<Option<_>>()?;
    Some(format!("required flag(s) {} not set", flags.join(", ")))
}

/// The first paragraph says what is wrong; a tip, where there is one, is worth more than the
/// reminder that there is help.
fn usage_error(rendered: &str) -> anyhow::Error {
    let paragraphs = rendered.trim().split("\n\n");
    let lines = paragraphs.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    let paragraphs: Vec<String> = lines.collect();
    let message = paragraphs.first().map(String::as_str).unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(message).to_owned();
    let tip = paragraphs.iter().find_map(|text| text.strip_prefix("tip: "));
    let hint = tip.unwrap_or(HELP).to_owned();
    with_hint(anyhow::anyhow!(message), Some(hint))
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
    let first = error.chain().nth(usize::from(hint.is_some()));
    let text = first.map(iter8_engine::chain).unwrap_or_default();
    if let Some(hint) = hint {
        console.line(&format!("Hint: {hint}"));
    }
    console.line(&format!("Error: {text}"));
    ExitCode::from(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_errors_become_one_line_and_a_hint() {
        let help = "for more information, try '--help'";
        let cases = [
            (
                "error: unexpected argument '--bogus' found\n\nUsage: iter8 run [OPTIONS]\n\nFor more\n",
                ("unexpected argument '--bogus' found", help),
            ),
            (
                "error: these are needed:\n  --a <A>\n  --b\n\n  tip: say\n  both\n\nUsage: x\n",
                ("these are needed: --a <A> --b", "say both"),
            ),
            ("", ("", help)),
        ];
        for (rendered, (message, hint)) in cases {
            let error = usage_error(rendered);
            assert_eq!(error.chain().nth(1).unwrap().to_string(), message);
            assert_eq!(error.downcast_ref::<Hint>().unwrap().0, hint);
        }
    }
}
