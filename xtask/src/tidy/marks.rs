//! No marks of unfinished work, no `unwrap` outside tests, no sleeping tests.

use anyhow::Result;

use super::finding::Finding;
use super::source::{Call, Role, Source};
use super::tree::Tree;

/// Endings of other hand-written sources whose comments are searched for marks.
const OTHER_SOURCES: [&str; 7] = ["go", "java", "js", "proto", "py", "sh", "ts"];

/// Crates whose own code imitates slow servers, and so has to sleep in its tests.
const MAY_SLEEP: [&str; 2] = ["crates/iter8-testkit/", "crates/iter8-sample/"];

/// Checks the Rust sources, and the comments of the others.
pub(crate) fn check(tree: &Tree, sources: &[Source]) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for source in sources {
        findings.extend(calls(source));
        findings.extend(comments(&source.path, &source.prose));
    }
    for path in tree.files().filter(|path| is_other_source(path)) {
        findings.extend(comments(path, &tree.text(path)?));
    }
    Ok(findings)
}

fn is_other_source(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(stem, ending)| {
        OTHER_SOURCES.contains(&ending) && stem.strip_suffix(".min").is_none()
    })
}

fn calls(source: &Source) -> Vec<Finding> {
    let may_sleep = MAY_SLEEP.iter().any(|folder| source.path.starts_with(folder));
    let mut findings = Vec::new();
    for mark in &source.marks {
        let is_test = source.is_test(mark.line);
        let message = match mark.call {
            Call::Unwrap if !is_test => {
                "`unwrap` outside tests; return the error, or `expect` with why it cannot happen"
                    .to_owned()
            }
            Call::Sleep if is_test && !may_sleep => {
                "a test sleeps; pause the clock, or wait for what you wait for".to_owned()
            }
            Call::Unfinished(name) => format!("`{name}!` is unfinished work"),
            Call::Ignore => "a test is switched off; mend it or remove it".to_owned(),
            // How many of these there may be is a matter of all files together.
            Call::Unwrap | Call::Sleep | Call::Expect => continue,
        };
        findings.push(Finding::new(&source.path, mark.line, message));
    }
    findings
}

fn comments(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        for word in ["FIXME", "XXX"] {
            if after_word(line, word).is_some() {
                let message = format!("{word} is unfinished work");
                findings.push(Finding::new(path, number, message));
            }
        }
        if after_word(line, "TODO").is_some_and(|rest| !names_issue(rest)) {
            findings.push(Finding::new(path, number, "TODO names no issue: write TODO(#number)"));
        }
    }
    findings
}

/// What follows the first place where `word` stands alone.
fn after_word<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).find_map(|(start, _)| {
        let rest = &line[start + word.len()..];
        (!line[..start].ends_with(is_part) && !rest.starts_with(is_part)).then_some(rest)
    })
}

fn names_issue(rest: &str) -> bool {
    rest.strip_prefix("(#").and_then(|rest| rest.split_once(')')).is_some_and(|(number, _)| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The number of `expect`s in code that ships.
pub(crate) fn expects(source: &Source) -> usize {
    count(source, Call::Expect)
}

/// The number of `unwrap`s in code that ships.
pub(crate) fn unwraps(source: &Source) -> usize {
    count(source, Call::Unwrap)
}

fn count(source: &Source, call: Call) -> usize {
    if source.role != Role::Production {
        return 0;
    }
    source.marks.iter().filter(|mark| mark.call == call && !source.is_test(mark.line)).count()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::source::testing::source;
    use super::super::tree::testing::{Planted, lines};
    use super::*;

    fn run(path: &str, text: &str, expected: &Expect) {
        let planted = Planted::new(&[]);
        let findings = check(&planted.tree(), &[source(path, text)]).unwrap();
        expected.assert_eq(&lines(&findings));
    }

    const CALLS: &str = "fn f() {\n    a.unwrap();\n    sleep(1);\n}\n\n#[cfg(test)]\nmod tests {\n    \
                         #[test]\n    #[ignore]\n    fn t() {\n        a.unwrap();\n        \
                         sleep(1);\n        dbg!(1);\n    }\n}\n";

    #[test]
    fn tests_may_unwrap_and_the_rest_may_sleep() {
        run(
            "crates/x/src/lib.rs",
            CALLS,
            &expect![[r"
                crates/x/src/lib.rs:2: `unwrap` outside tests; return the error, or `expect` with why it cannot happen
                crates/x/src/lib.rs:9: a test is switched off; mend it or remove it
                crates/x/src/lib.rs:12: a test sleeps; pause the clock, or wait for what you wait for
                crates/x/src/lib.rs:13: `dbg!` is unfinished work
            "]],
        );
    }

    #[test]
    fn imitated_servers_may_sleep() {
        let test = "fn t() {\n    sleep(1);\n}\n";
        for path in ["crates/iter8-testkit/tests/it/main.rs", "crates/iter8-sample/src/tests.rs"] {
            run(path, test, &expect![""]);
        }
        run(
            "crates/iter8-x/tests/it/main.rs",
            test,
            &expect![[r"
                crates/iter8-x/tests/it/main.rs:2: a test sleeps; pause the clock, or wait for what you wait for
            "]],
        );
    }

    #[test]
    fn marks_in_comments_need_an_issue() {
        run(
            "crates/x/src/lib.rs",
            "//! TODO later\n// TODO(#12): fine\n// TODO(me): no\nconst A: &str = \"TODO FIXME\";\n\
             // FIXME, XXX\n// TODOS and a_TODO are words\n",
            &expect![[r"
                crates/x/src/lib.rs:1: TODO names no issue: write TODO(#number)
                crates/x/src/lib.rs:3: TODO names no issue: write TODO(#number)
                crates/x/src/lib.rs:5: FIXME is unfinished work
                crates/x/src/lib.rs:5: XXX is unfinished work
            "]],
        );
    }

    #[test]
    fn other_sources_are_searched_but_not_third_party_ones() {
        let planted = Planted::new(&[
            ("sdk/go/a.go", "// TODO\n"),
            ("assets/plotly.min.js", "// TODO\n"),
            ("scripts/x.sh", "mktemp -d /tmp/XXXXXX\n"),
            ("docs/a.md", "TODO\n"),
        ]);
        expect![[r"
            sdk/go/a.go:1: TODO names no issue: write TODO(#number)
        "]]
        .assert_eq(&lines(&check(&planted.tree(), &[]).unwrap()));
    }

    #[test]
    fn only_shipping_code_is_counted() {
        let text = "fn f() {\n    a.unwrap();\n    a.expect(\"set above\");\n}\n#[cfg(test)]\nfn t() {\n    \
                    a.unwrap();\n    a.expect(\"x\");\n}\n";
        for (path, counts) in [
            ("crates/x/src/lib.rs", (1, 1)),
            ("crates/iter8-testkit/src/lib.rs", (0, 0)),
            ("crates/x/tests/it/main.rs", (0, 0)),
        ] {
            let source = source(path, text);
            assert_eq!((unwraps(&source), expects(&source)), counts, "{path}");
        }
    }
}
