//! Comparing an output with a file that was looked at by a person.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Lines shown around a difference.
const CONTEXT: usize = 3;

/// Lines of a difference shown at most; more helps nobody in a terminal.
const SHOWN: usize = 200;

/// The larger product of differing lines that is still compared line by line: the table needs
/// four bytes for each.
const TABLE: usize = 4_000_000;

/// Asserts that `actual` is what the file `path` under `tests/golden` of the crate under test
/// holds. With `UPDATE_GOLDEN=1` in the environment the file is written instead.
///
/// Panics with a line-by-line difference when they differ, and when the file is missing or cannot
/// be read. Only works under cargo, which says where the crate is.
#[track_caller]
pub fn golden(path: impl AsRef<Path>, actual: &str) {
    let root = std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .expect("golden files are found through CARGO_MANIFEST_DIR, which cargo sets for tests");
    let file = root.join("tests/golden").join(path);
    let updates = std::env::var("UPDATE_GOLDEN").is_ok_and(|value| value == "1");
    let result = if updates { update(&file, actual) } else { compare(&file, actual) };
    if let Err(message) = result {
        panic!("{message}");
    }
}

fn update(file: &Path, actual: &str) -> Result<(), String> {
    if fs::read_to_string(file).is_ok_and(|held| held == actual) {
        // An untouched file keeps its time, so that nothing is built again.
        return Ok(());
    }
    let written = match file.parent() {
        Some(folder) => fs::create_dir_all(folder).and_then(|()| fs::write(file, actual)),
        None => fs::write(file, actual),
    };
    written.map_err(|error| format!("cannot write golden file {}: {error}", file.display()))
}

fn compare(file: &Path, actual: &str) -> Result<(), String> {
    let advice = "run the test with UPDATE_GOLDEN=1 to accept";
    let expected = fs::read_to_string(file).map_err(|error| {
        format!(
            "cannot read golden file {}: {error}\n{advice} this output:\n{actual}",
            file.display()
        )
    })?;
    if expected == actual {
        return Ok(());
    }
    let shown = difference(&expected, actual);
    Err(format!(
        "output differs from golden file {} (- expected, + actual)\n{shown}{advice} the new output",
        file.display()
    ))
}

/// What became of one line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Kept,
    Gone,
    New,
}

/// The difference of two texts in lines, with a few lines of context.
fn difference(expected: &str, actual: &str) -> String {
    let old: Vec<&str> = expected.split_inclusive('\n').collect();
    let new: Vec<&str> = actual.split_inclusive('\n').collect();
    let lines = align(&old, &new);
    let is_near = |at: usize| {
        let from = at.saturating_sub(CONTEXT);
        let to = (at + CONTEXT + 1).min(lines.len());
        lines[from..to].iter().any(|(fate, _)| *fate != Fate::Kept)
    };
    let mut out = String::new();
    let mut shown = 0;
    let mut was_near = true;
    for (at, (fate, line)) in lines.iter().enumerate() {
        if !is_near(at) {
            if was_near {
                out.push_str("  …\n");
            }
            was_near = false;
            continue;
        }
        was_near = true;
        if shown == SHOWN {
            out.push_str("  … and more\n");
            break;
        }
        shown += 1;
        let sign = match fate {
            Fate::Kept => ' ',
            Fate::Gone => '-',
            Fate::New => '+',
        };
        let text = line.strip_suffix('\n').unwrap_or(line);
        let ending = if line.ends_with('\n') { "" } else { " (no newline at the end)" };
        // Debug quoting of control characters alone would also quote every quote.
        let text = text.replace('\r', "␍").replace('\t', "→\t");
        let _ = writeln!(out, "{sign} {text}{ending}");
    }
    out
}

/// Every line of both texts in order, by the longest common subsequence of what differs.
fn align<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(Fate, &'a str)> {
    let same_head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (head, old) = old.split_at(same_head);
    let new = &new[same_head..];
    let same_tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, tail) = old.split_at(old.len() - same_tail);
    let new = &new[..new.len() - same_tail];

    let mut lines: Vec<(Fate, &str)> = head.iter().map(|line| (Fate::Kept, *line)).collect();
    if old.len().saturating_mul(new.len()) > TABLE {
        lines.extend(old.iter().map(|line| (Fate::Gone, *line)));
        lines.extend(new.iter().map(|line| (Fate::New, *line)));
    } else {
        align_middle(old, new, &mut lines);
    }
    lines.extend(tail.iter().map(|line| (Fate::Kept, *line)));
    lines
}

fn align_middle<'a>(old: &[&'a str], new: &[&'a str], lines: &mut Vec<(Fate, &'a str)>) {
    let width = new.len() + 1;
    // common[i * width + j]: length of the longest common subsequence of old[i..] and new[j..].
    let mut common = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * width + j] = if old[i] == new[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push((Fate::Kept, old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len()
            || (i < old.len() && common[(i + 1) * width + j] >= common[i * width + j + 1])
        {
            lines.push((Fate::Gone, old[i]));
            i += 1;
        } else {
            lines.push((Fate::New, new[j]));
            j += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_shown_with_context() {
        let numbers = |changed: &[(usize, &str)]| {
            let mut lines: Vec<String> = (1..=20).map(|n| format!("{n}\n")).collect();
            for (at, text) in changed {
                (*text).clone_into(&mut lines[at - 1]);
            }
            lines.concat()
        };
        assert_eq!(
            difference(&numbers(&[]), &numbers(&[(2, "two\n"), (18, "")])),
            "  1\n- 2\n+ two\n  3\n  4\n  5\n  …\n  15\n  16\n  17\n- 18\n  19\n  20\n"
        );
    }

    #[test]
    fn small_differences() {
        for (old, new, expected) in [
            ("a\n", "a", "- a\n+ a (no newline at the end)\n"),
            ("", "a\n", "+ a\n"),
            ("a\n", "", "- a\n"),
            ("a\nb\nc\n", "c\nb\n", "- a\n- b\n  c\n+ b\n"),
            ("a\n", "a\r\n", "- a\n+ a␍\n"),
        ] {
            assert_eq!(difference(old, new), expected, "{old:?} {new:?}");
        }
    }

    #[test]
    fn large_differences_are_cut() {
        let text = |letter: &str| format!("{letter}\n").repeat(3000);
        let shown = difference(&text("a"), &text("b"));
        assert_eq!(shown.lines().count(), SHOWN + 1);
        assert!(shown.ends_with("… and more\n"));
    }

    #[test]
    fn files_are_compared_and_written() {
        let folder = std::env::temp_dir().join(format!("iter8-golden-{}", std::process::id()));
        let file = folder.join("deep/er.txt");
        let missing = compare(&file, "x\n").unwrap_err();
        assert!(missing.contains("cannot read golden file") && missing.contains("UPDATE_GOLDEN=1"));
        update(&file, "x\n").unwrap();
        assert_eq!(compare(&file, "x\n"), Ok(()));
        let message = compare(&file, "y\n").unwrap_err();
        assert!(message.contains("- x\n+ y\n"), "{message}");
        update(&file, "y\n").unwrap();
        update(&file, "y\n").unwrap();
        assert_eq!(compare(&file, "y\n"), Ok(()));
        fs::remove_dir_all(&folder).unwrap();
        assert!(update(Path::new("/proc/no/file"), "x").is_err());
    }

    #[test]
    fn the_crate_under_test_is_found() {
        golden("greeting.txt", "hello\n");
    }
}
