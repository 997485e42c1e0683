//! Results: printed while they come, and kept in `bench/results/`.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;

use crate::machine;

/// The text of one measurement.
pub(crate) struct Output {
    path: PathBuf,
    text: String,
    before: machine::Business,
}

impl Output {
    /// Begins with the command, the date, the machine and the versions.
    pub(crate) fn begin(name: &str) -> anyhow::Result<Self> {
        let now = jiff::Timestamp::now();
        let date = now.strftime("%Y-%m-%d").to_string();
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/results"));
        fs::create_dir_all(&folder)
            .with_context(|| format!("failed to make {}", folder.display()))?;
        let path = folder.join(format!("{date}-{name}.txt"));
        let before = machine::Business::now()?;
        let mut output = Self { path, text: String::new(), before };
        output.line(&format!("$ cargo run --release --package iter8-bench -- {name}"))?;
        output.line(&now.strftime("%Y-%m-%d %H:%M UTC").to_string())?;
        output.line(&machine::describe()?)?;
        output.line("")?;
        Ok(output)
    }

    /// Prints and keeps one line, or several.
    pub(crate) fn line(&mut self, line: &str) -> anyhow::Result<()> {
        self.text.push_str(line);
        self.text.push('\n');
        print(&format!("{line}\n"))
    }

    /// Ends with how busy the machine was, and writes the file.
    pub(crate) fn end(mut self) -> anyhow::Result<()> {
        let business = machine::Business::now()?.since(&self.before);
        self.line(&format!("\n{business}\n"))?;
        fs::write(&self.path, &self.text)
            .with_context(|| format!("failed to write {}", self.path.display()))
    }
}

/// Prints to stdout, at once.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).context("failed to print")
}

/// Prints to stderr; if that fails there is nobody left to tell.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
