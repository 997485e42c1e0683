//! The references that are printed by the program itself and kept in the repository.
//!
//! A reference that people write by hand is wrong a month later. Here each is the output of one
//! command of the program; `--check` compares instead of writing, so that a stale one fails.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// One generated file: where it lies, and the arguments that make the program print it.
struct Generated {
    path: &'static str,
    producer: &'static [&'static str],
}

/// All generated files.
const GENERATED: &[Generated] = &[
    Generated { path: "docs/reference/cli.md", producer: &["docs", "--commandDocsDir", "-"] },
    Generated { path: "docs/reference/tasks.md", producer: &["tasks", "--output", "markdown"] },
    Generated { path: "docs/reference/values.schema.json", producer: &["schema"] },
];

/// What to do with a text that was produced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Write,
    Check,
}

/// Produces every reference below `root`. Returns false if one was stale under [`Mode::Check`].
pub(crate) fn run(root: &Path, mode: Mode, out: &mut impl Write) -> Result<bool> {
    dispatch(root, GENERATED, mode, |args| program(root, args), out)
}

/// Runs the program with `args` and returns what it printed.
fn program(root: &Path, args: &[&str]) -> Result<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--package", "iter8", "--"])
        .args(args)
        .current_dir(root)
        .output()
        .context("start cargo run")?;
    ensure!(
        output.status.success(),
        "run `iter8 {}`: {}",
        args.join(" "),
        String::from_utf8_lossy(&output.stderr).trim()
    );
    String::from_utf8(output.stdout).context("read the program's output")
}

fn dispatch(
    root: &Path,
    table: &[Generated],
    mode: Mode,
    produce: impl Fn(&[&str]) -> Result<String>,
    out: &mut impl Write,
) -> Result<bool> {
    let mut stale = 0_usize;
    for Generated { path, producer } in table {
        let fresh = produce(producer).with_context(|| format!("produce {path}"))?;
        ensure!(!fresh.trim().is_empty(), "produce {path}: the program printed nothing");
        let present = fs::read_to_string(root.join(path)).unwrap_or_default();
        if fresh == present {
            continue;
        }
        stale += 1;
        match mode {
            Mode::Check => {
                let line = first_difference(&present, &fresh);
                writeln!(out, "{path}:{line}: stale; run `make gen` and commit the result")?;
            }
            Mode::Write => {
                write(&root.join(path), &fresh).with_context(|| format!("write {path}"))?;
                writeln!(out, "wrote {path}")?;
            }
        }
    }
    let fresh = table.len() - stale;
    match mode {
        Mode::Check => writeln!(out, "gen: {fresh} fresh, {stale} stale")?,
        Mode::Write => writeln!(out, "gen: {fresh} unchanged, {stale} written")?,
    }
    Ok(mode == Mode::Write || stale == 0)
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)?;
    Ok(())
}

/// The number of the first line that differs; for a text that only ends early, the line after it.
pub(crate) fn first_difference(present: &str, fresh: &str) -> usize {
    present.lines().zip(fresh.lines()).take_while(|(old, new)| old == new).count() + 1
}

#[cfg(test)]
mod tests {
    use anyhow::bail;
    use expect_test::{Expect, expect};
    use tempfile::TempDir;

    use super::*;

    const TABLE: &[Generated] = &[
        Generated { path: "docs/a.md", producer: &["a"] },
        Generated { path: "docs/deep/b.md", producer: &["b", "--long"] },
    ];

    /// Stands in for the program: prints its arguments on three lines.
    fn echo(args: &[&str]) -> String {
        format!("head\n{}\ntail\n", args.join(" "))
    }

    fn check(folder: &TempDir, mode: Mode, clean: bool, expected: &Expect) {
        let mut out = Vec::new();
        assert_eq!(
            dispatch(folder.path(), TABLE, mode, |args| Ok(echo(args)), &mut out).unwrap(),
            clean
        );
        expected.assert_eq(&String::from_utf8(out).unwrap());
    }

    #[test]
    fn what_was_written_is_fresh_until_it_is_edited() {
        let folder = tempfile::tempdir().unwrap();
        check(
            &folder,
            Mode::Write,
            true,
            &expect![[r"
                wrote docs/a.md
                wrote docs/deep/b.md
                gen: 0 unchanged, 2 written
            "]],
        );
        check(&folder, Mode::Check, true, &expect![["gen: 2 fresh, 0 stale\n"]]);
        assert_eq!(
            fs::read_to_string(folder.path().join("docs/deep/b.md")).unwrap(),
            "head\nb --long\ntail\n"
        );

        fs::write(folder.path().join("docs/a.md"), "head\nedited\ntail\n").unwrap();
        check(
            &folder,
            Mode::Check,
            false,
            &expect![[r"
                docs/a.md:2: stale; run `make gen` and commit the result
                gen: 1 fresh, 1 stale
            "]],
        );
        check(
            &folder,
            Mode::Write,
            true,
            &expect![[r"
                wrote docs/a.md
                gen: 1 unchanged, 1 written
            "]],
        );
    }

    #[test]
    fn checking_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        check(
            &folder,
            Mode::Check,
            false,
            &expect![[r"
                docs/a.md:1: stale; run `make gen` and commit the result
                docs/deep/b.md:1: stale; run `make gen` and commit the result
                gen: 0 fresh, 2 stale
            "]],
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_failing_or_silent_producer_stops_the_run() {
        let folder = tempfile::tempdir().unwrap();
        let run = |produce: fn(&[&str]) -> Result<String>| {
            let error = dispatch(folder.path(), TABLE, Mode::Write, produce, &mut Vec::new());
            format!("{:#}", error.unwrap_err())
        };
        assert_eq!(run(|_| bail!("no such command")), "produce docs/a.md: no such command");
        assert_eq!(run(|_| Ok("\n".into())), "produce docs/a.md: the program printed nothing");
    }

    #[test]
    fn the_first_difference_is_a_line_number() {
        for (present, fresh, line) in
            [("", "a\n", 1), ("a\nb\n", "a\nc\n", 2), ("a\n", "a\nb\n", 2), ("a\nb\n", "a\n", 2)]
        {
            assert_eq!(first_difference(present, fresh), line, "{present:?} {fresh:?}");
        }
    }

    #[test]
    fn the_table_names_each_file_once_in_order() {
        let paths: Vec<&str> = GENERATED.iter().map(|generated| generated.path).collect();
        assert!(paths.is_sorted_by(|a, b| a < b), "{paths:?}");
        assert!(paths.iter().all(|path| path.starts_with("docs/reference/")), "{paths:?}");
    }

    #[test]
    fn a_program_that_cannot_run_is_told_with_its_arguments() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("Cargo.toml"), "[workspace]\n").unwrap();
        let error = program(folder.path(), &["tasks", "--output", "markdown"]).unwrap_err();
        assert!(error.to_string().starts_with("run `iter8 tasks --output markdown`: "), "{error}");
    }
}
