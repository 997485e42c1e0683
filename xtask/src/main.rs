//! The project's chores: `cargo xtask tidy`, `cargo xtask gen [--check]` and `cargo xtask oracle`.
//!
//! This crate knows the shape of the repository and nothing of experiments. Start reading at
//! [`tidy::run`]; what `make` offers to people is a list of verbs that end here or in cargo.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

mod r#gen;
mod oracle;
mod tidy;

const USAGE: &str = "\
usage: cargo xtask tidy            check layers, sizes, marks, links and the code map
       cargo xtask gen [--check]   write the generated references, or say which are stale
       cargo xtask oracle [--check]
                                   record what Go makes of the template cases, or say what is stale
       cargo xtask oracle --differ SECONDS
                                   compare random templates with Go
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args, &mut io::stdout().lock()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            // Nothing is left to do when standard error itself is gone.
            let _ = writeln!(io::stderr(), "xtask: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Runs one chore and returns the exit code: 0 when all is well, 1 when there is something to mend,
/// 2 when the arguments are not understood.
fn dispatch(args: &[String], out: &mut impl Write) -> anyhow::Result<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let clean = match args.as_slice() {
        ["tidy"] => tidy::run(root, out)?,
        ["gen"] => r#gen::run(root, r#gen::Mode::Write, out)?,
        ["gen", "--check"] => r#gen::run(root, r#gen::Mode::Check, out)?,
        ["oracle"] => oracle::run(root, r#gen::Mode::Write, out)?,
        ["oracle", "--check"] => oracle::run(root, r#gen::Mode::Check, out)?,
        ["oracle", "--differ", seconds] => oracle::differ(root, seconds)?,
        ["help" | "--help" | "-h"] => {
            write!(out, "{USAGE}")?;
            true
        }
        _ => {
            write!(out, "{USAGE}")?;
            return Ok(2);
        }
    };
    Ok(u8::from(!clean))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(args: &[&str], code: u8) {
        let args: Vec<String> = args.iter().map(ToString::to_string).collect();
        let mut out = Vec::new();
        assert_eq!(dispatch(&args, &mut out).unwrap(), code, "{args:?}");
        assert_eq!(String::from_utf8(out).unwrap(), USAGE, "{args:?}");
    }

    #[test]
    fn what_is_not_understood_prints_the_usage() {
        check(&[], 2);
        check(&["tidy", "now"], 2);
        check(&["gen", "--chek"], 2);
        check(&["oracle", "--differ"], 2);
    }

    #[test]
    fn help_is_no_failure() {
        check(&["help"], 0);
        check(&["--help"], 0);
    }
}
