//! ARCHITECTURE.md is short and names every crate of the workspace once.

use std::collections::BTreeMap;

use anyhow::Result;

use super::finding::Finding;
use super::tree::Tree;

const PATH: &str = "ARCHITECTURE.md";

/// Longer, and nobody reads it to the end.
const MAX_LINES: usize = 400;

/// Compares the section "Code map" with `members`, the folders of the workspace's crates.
///
/// An entry of the map is a line that begins, after any bullet, heading or tree drawing, with the
/// name of a crate's folder followed by `/`, a backtick, `]` or `*`. Only these are counted, so that
/// prose in the section may mention a crate as often as it likes.
pub(crate) fn check(tree: &Tree, members: &[String]) -> Result<Vec<Finding>> {
    if !tree.has_file(PATH) {
        return Ok(vec![Finding::new(PATH, 1, "the file is missing")]);
    }
    let text = tree.text(PATH)?;
    let mut findings = Vec::new();
    let length = text.lines().count();
    if length > MAX_LINES {
        let message = format!("{length} lines are above the limit of {MAX_LINES}");
        findings.push(Finding::new(PATH, length, message));
    }
    let Some(map) = section(&text, "Code map") else {
        findings.push(Finding::new(PATH, 1, "there is no section \"Code map\""));
        return Ok(findings);
    };
    findings.extend(compare(&map, members));
    Ok(findings)
}

/// A heading's line number and the numbered lines below it.
struct Section<'a> {
    line: usize,
    body: Vec<(usize, &'a str)>,
}

fn section<'a>(text: &'a str, title: &str) -> Option<Section<'a>> {
    let mut found: Option<(Section<'a>, usize)> = None;
    let mut fenced = false;
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        let heading = if fenced { None } else { heading(line) };
        match (&mut found, heading) {
            (None, Some((level, name))) if name.eq_ignore_ascii_case(title) => {
                found = Some((Section { line: number, body: Vec::new() }, level));
            }
            (Some((_, level)), Some((next, _))) if next <= *level => break,
            (Some((section, _)), _) => section.body.push((number, line)),
            (None, _) => {}
        }
    }
    found.map(|(section, _)| section)
}

/// The level and the text of an ATX heading.
fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    (level > 0).then(|| line[level..].strip_prefix(' ').map(|name| (level, name.trim())))?
}

fn compare(map: &Section<'_>, members: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut lines_of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, line) in &map.body {
        let Some(name) = entry(line) else { continue };
        if members.iter().any(|member| folder_name(member) == name) {
            lines_of.entry(name).or_default().push(*number);
        } else if name.starts_with("iter8-") {
            let message = format!("the code map names {name}, which is no crate");
            findings.push(Finding::new(PATH, *number, message));
        }
    }
    for member in members {
        match lines_of.get(folder_name(member)).map_or(&[][..], Vec::as_slice) {
            [] => {
                let message = format!("the code map does not name {member}");
                findings.push(Finding::new(PATH, map.line, message));
            }
            [_] => {}
            [_, again @ ..] => findings.extend(again.iter().map(|number| {
                Finding::new(PATH, *number, format!("the code map names {member} again"))
            })),
        }
    }
    findings
}

/// The crate that a line of the map is about.
fn entry(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let line = line.strip_prefix("crates/").filter(|rest| !rest.is_empty()).unwrap_or(line);
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))?;
    line[end..].starts_with(['/', '`', ']', '*']).then(|| &line[..end])
}

fn folder_name(member: &str) -> &str {
    member.rsplit_once('/').map_or(member, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::tree::testing::{Planted, lines};
    use super::*;

    fn run(text: &str, members: &[&str], expected: &Expect) {
        let planted = Planted::new(&[(PATH, text)]);
        let members: Vec<String> = members.iter().map(ToString::to_string).collect();
        expected.assert_eq(&lines(&check(&planted.tree(), &members).unwrap()));
    }

    #[test]
    fn entries_are_found_in_lists_tables_trees_and_headings() {
        let cases = [
            ("├── iter8-stats/       numbers", Some("iter8-stats")),
            ("- `crates/iter8-stats`: numbers", Some("iter8-stats")),
            ("* [iter8-stats](crates/iter8-stats)", Some("iter8-stats")),
            ("| **iter8-stats** | numbers |", Some("iter8-stats")),
            ("### `iter8-stats`", Some("iter8-stats")),
            ("└── iter8/   the program", Some("iter8")),
            ("e2e/   stories", Some("e2e")),
            ("crates/", Some("crates")),
            ("iter8 judges; iter8-stats counts", None),
            ("", None),
        ];
        for (line, expected) in cases {
            assert_eq!(entry(line), expected, "{line}");
        }
    }

    #[test]
    fn each_crate_is_named_once() {
        run(
            "# A\n\niter8-b/ is not here\n\n## Code map\n\n```text\n# crates\niter8-a/ x\niter8-a/ y\n\
             iter8-z/ z\n```\n\n### More\n\n`iter8-c`\n\n## After\n\n`iter8-d`\n",
            &["crates/iter8-a", "crates/iter8-b", "crates/iter8-c", "crates/iter8-d"],
            &expect![[r"
                ARCHITECTURE.md:11: the code map names iter8-z, which is no crate
                ARCHITECTURE.md:10: the code map names crates/iter8-a again
                ARCHITECTURE.md:5: the code map does not name crates/iter8-b
                ARCHITECTURE.md:5: the code map does not name crates/iter8-d
            "]],
        );
    }

    #[test]
    fn the_section_and_the_length_are_checked() {
        run(
            &"x\n".repeat(401),
            &[],
            &expect![[r#"
                ARCHITECTURE.md:401: 401 lines are above the limit of 400
                ARCHITECTURE.md:1: there is no section "Code map"
            "#]],
        );
    }

    #[test]
    fn the_file_is_required() {
        let planted = Planted::new(&[("README.md", "")]);
        expect![[r"
            ARCHITECTURE.md:1: the file is missing
        "]]
        .assert_eq(&lines(&check(&planted.tree(), &[]).unwrap()));
    }
}
