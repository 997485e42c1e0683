//! What Go makes of the template cases: recorded by a Go program, so that the tests need no Go.
//!
//! The cases are written by hand, in `crates/iter8-template/tests/cases/FAMILY.yaml`; what Go prints
//! for each stands beside them in `FAMILY.out.jsonl`. The Go program lies in `xtask/oracle`.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::r#gen::{Mode, first_difference};

/// Where the cases are.
const CASES: &str = "crates/iter8-template/tests/cases";

/// Where the Go program is.
const PROGRAM: &str = "xtask/oracle";

/// How the names of recorded outputs end.
const RECORDED: &str = ".out.jsonl";

/// Records what Go makes of every case below `root`. Returns false if a record was stale under
/// [`Mode::Check`].
pub(crate) fn run(root: &Path, mode: Mode, out: &mut impl Write) -> Result<bool> {
    let program = build(root)?;
    let fresh = program.with_file_name("oracle-recorded");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).context("remove the outputs of the last time")?;
    }
    fs::create_dir_all(&fresh).context("make a folder for the outputs")?;
    let cases = root.join(CASES);
    succeed(Command::new(&program).arg("record").arg(&cases).arg(&fresh))?;
    compare(&fresh, &cases, mode, out)
}

/// Compares random templates for some seconds; see the example that it runs.
pub(crate) fn differ(root: &Path, seconds: &str) -> Result<bool> {
    let program = build(root)?;
    let status = Command::new(cargo())
        .args(["run", "--quiet", "--package", "iter8-template", "--example", "differ", "--"])
        .arg(program)
        .arg(seconds)
        .current_dir(root)
        .status()
        .context("start cargo run")?;
    Ok(status.success())
}

/// Builds the Go program and returns its path.
fn build(root: &Path) -> Result<PathBuf> {
    let found = Command::new("go").arg("version").output();
    ensure!(
        found.is_ok_and(|output| output.status.success()),
        "there is no Go; install it from https://go.dev/dl (only changed cases need it, no test does)"
    );
    let folder =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    fs::create_dir_all(&folder).context("make the folder for what is built")?;
    let program = folder.join("oracle");
    // The tag makes the clock of Go programs stand still.
    succeed(
        Command::new("go")
            .args(["build", "-tags", "faketime", "-o"])
            .arg(&program)
            .arg(".")
            .current_dir(root.join(PROGRAM)),
    )?;
    Ok(program)
}

fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs a command to its end; what it says on standard error becomes the error.
fn succeed(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("start {name}"))?;
    if !output.status.success() {
        bail!("run {name}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// Copies fresh records over present ones, or says which differ.
fn compare(fresh: &Path, present: &Path, mode: Mode, out: &mut impl Write) -> Result<bool> {
    let expected = records(fresh)?;
    let mut stale = 0_usize;
    for name in &expected {
        let text = fs::read_to_string(fresh.join(name)).with_context(|| format!("read {name}"))?;
        let old = fs::read_to_string(present.join(name)).unwrap_or_default();
        if text == old {
            continue;
        }
        stale += 1;
        match mode {
            Mode::Check => {
                let line = first_difference(&old, &text);
                writeln!(
                    out,
                    "{CASES}/{name}:{line}: stale; run `make oracle` and commit the result"
                )?;
            }
            Mode::Write => {
                fs::write(present.join(name), text).with_context(|| format!("write {name}"))?;
                writeln!(out, "wrote {CASES}/{name}")?;
            }
        }
    }
    for name in records(present)?.difference(&expected) {
        stale += 1;
        match mode {
            Mode::Check => writeln!(out, "{CASES}/{name}:1: there is no family of this name")?,
            Mode::Write => {
                fs::remove_file(present.join(name)).with_context(|| format!("remove {name}"))?;
                writeln!(out, "removed {CASES}/{name}")?;
            }
        }
    }
    writeln!(
        out,
        "oracle: {} families, {stale} {}",
        expected.len(),
        match mode {
            Mode::Check => "stale",
            Mode::Write => "written",
        }
    )?;
    Ok(mode == Mode::Write || stale == 0)
}

/// The names of the records in a folder.
fn records(folder: &Path) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).with_context(|| format!("list {}", folder.display()))? {
        let name = entry?.file_name();
        names.extend(name.to_str().filter(|name| name.ends_with(RECORDED)).map(str::to_owned));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use expect_test::{Expect, expect};
    use tempfile::TempDir;

    use super::*;

    fn folder(files: &[(&str, &str)]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    fn check(fresh: &TempDir, present: &TempDir, mode: Mode, clean: bool, expected: &Expect) {
        let mut out = Vec::new();
        assert_eq!(compare(fresh.path(), present.path(), mode, &mut out).unwrap(), clean);
        expected.assert_eq(&String::from_utf8(out).unwrap());
    }

    #[test]
    fn records_follow_their_families() {
        let fresh = folder(&[("a.out.jsonl", "1\n2\n"), ("b.out.jsonl", "1\n")]);
        let present = folder(&[
            ("a.out.jsonl", "1\n3\n"),
            ("a.yaml", "cases"),
            ("b.out.jsonl", "1\n"),
            ("gone.out.jsonl", "1\n"),
        ]);
        check(
            &fresh,
            &present,
            Mode::Check,
            false,
            &expect![[r"
                crates/iter8-template/tests/cases/a.out.jsonl:2: stale; run `make oracle` and commit the result
                crates/iter8-template/tests/cases/gone.out.jsonl:1: there is no family of this name
                oracle: 2 families, 2 stale
            "]],
        );
        check(
            &fresh,
            &present,
            Mode::Write,
            true,
            &expect![[r"
                wrote crates/iter8-template/tests/cases/a.out.jsonl
                removed crates/iter8-template/tests/cases/gone.out.jsonl
                oracle: 2 families, 2 written
            "]],
        );
        check(&fresh, &present, Mode::Check, true, &expect![["oracle: 2 families, 0 stale\n"]]);
        assert!(present.path().join("a.yaml").exists());
    }

    #[test]
    fn a_failing_command_is_told_with_its_words() {
        let error = succeed(Command::new("sh").args(["-c", "echo no such case >&2; exit 2"]));
        assert_eq!(error.unwrap_err().to_string(), "run sh: no such case");
        let error = succeed(&mut Command::new("no-such-program-anywhere"));
        assert_eq!(error.unwrap_err().to_string(), "start no-such-program-anywhere");
    }

    #[test]
    fn every_family_has_its_record() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let names = fs::read_dir(root.join(CASES)).unwrap().map(|entry| entry.unwrap().path());
        let families = names
            .filter(|path| path.extension() == Some(OsStr::new("yaml")))
            .map(|path| format!("{}{RECORDED}", path.file_stem().unwrap().to_string_lossy()));
        assert_eq!(families.collect::<BTreeSet<_>>(), records(&root.join(CASES)).unwrap());
    }
}
