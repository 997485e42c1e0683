//! Limits on made-up sources.

use expect_test::{Expect, expect};

use super::super::source::testing::source;
use super::super::tree::testing::{Planted, lines};
use super::*;

/// A file of `n` lines without functions.
fn of_lines(path: &str, n: usize) -> Source {
    source(path, &"//\n".repeat(n))
}

/// A file with one function of `n` lines.
fn with_function(path: &str, n: usize) -> Source {
    source(path, &format!("fn f() {{\n{}}}\n", "a();\n".repeat(n)))
}

fn allow(text: &str) -> Allow {
    Allow::read(&Planted::new(&[("xtask/tidy-allow.txt", text)]).tree()).unwrap()
}

fn run(sources: &[Source], allowed: &str, expected: &Expect) {
    let mut allow = allow(allowed);
    let (mut findings, _) = check(sources, &mut allow);
    findings.extend(allow.into_findings());
    expected.assert_eq(&lines(&findings));
}

#[test]
fn hard_limits_hold_for_all_but_tests() {
    run(
        &[
            of_lines("crates/x/src/at.rs", 800),
            of_lines("crates/x/src/above.rs", 801),
            of_lines("crates/iter8-testkit/src/above.rs", 801),
            of_lines("crates/x/tests/it/above.rs", 801),
            with_function("crates/x/src/f.rs", 70),
            with_function("crates/x/src/g.rs", 71),
            with_function("crates/x/src/tests.rs", 71),
        ],
        "",
        &expect![[r"
            crates/x/src/above.rs:1: file of 801 lines, above the limit of 800
            crates/iter8-testkit/src/above.rs:1: file of 801 lines, above the limit of 800
            crates/x/src/g.rs:1: function of 71 lines, above the limit of 70
        "]],
    );
}

#[test]
fn exceptions_lift_the_hard_limits_while_they_are_needed() {
    let allowed = "file-lines 810 crates/x/src/a.rs # a table\n\
                   function-lines 75 crates/x/src/g.rs::f # a table\n\
                   function-lines 75 crates/x/src/h.rs::f # a table\n\
                   file-lines 900 crates/x/src/gone.rs # a table\n";
    run(
        &[
            of_lines("crates/x/src/a.rs", 810),
            with_function("crates/x/src/g.rs", 76),
            with_function("crates/x/src/h.rs", 70),
        ],
        allowed,
        &expect![[r"
            crates/x/src/g.rs:1: function of 76 lines, above the limit of 70
            xtask/tidy-allow.txt:3: the exception is no longer needed
            xtask/tidy-allow.txt:4: the exception is no longer needed
        "]],
    );
}

#[test]
fn percentiles_are_judged_once_there_are_enough() {
    let many = |n: usize, size: usize| -> Vec<Source> {
        (0..n).map(|i| of_lines(&format!("crates/x/src/m{i:02}.rs"), size)).collect()
    };
    run(&many(39, 460), "", &expect![""]);
    run(
        &many(40, 460),
        "",
        &expect![[r"
            crates/x/src/m19.rs:1: file of 460 lines is the 50th percentile, which may be 200
            crates/x/src/m37.rs:1: file of 460 lines is the 95th percentile, which may be 450
        "]],
    );
    let mut mixed = many(38, 200);
    mixed.extend([of_lines("crates/x/src/y.rs", 700), of_lines("crates/x/src/z.rs", 700)]);
    run(&mixed, "", &expect![""]);
}

#[test]
fn function_percentiles_have_no_median_rule() {
    let sources: Vec<Source> =
        (0..40).map(|i| with_function(&format!("crates/x/src/m{i:02}.rs"), 41)).collect();
    run(
        &sources,
        "",
        &expect![[r"
            crates/x/src/m37.rs:1: function of 41 lines is the 95th percentile, which may be 40
        "]],
    );
}

#[test]
fn ranks_are_nearest_ranks() {
    for (n, percent, expected) in
        [(0, 50, None), (1, 50, Some(0)), (1, 95, Some(0)), (2, 50, Some(0)), (20, 95, Some(18))]
    {
        assert_eq!(rank(n, percent), expected, "{n} {percent}");
    }
    assert_eq!(rank(21, 100), Some(20));
}

#[test]
fn expects_are_limited_by_the_lines_of_all() {
    let expects = |n: usize| {
        source("crates/x/src/e.rs", &format!("fn f() {{\n{}}}\n", "a.expect(\"b\");\n".repeat(n)))
    };
    run(&[expects(2), of_lines("crates/x/src/a.rs", 600)], "", &expect![""]);
    run(
        &[expects(3), of_lines("crates/x/src/a.rs", 600)],
        "",
        &expect![[r"
            crates/x/src/e.rs:1: 3 calls of `expect` in all, 3 of them here; 2 are allowed for 605 lines
        "]],
    );
}

#[test]
fn figures_are_printed_on_one_line() {
    let sources = [
        source(
            "crates/x/src/lib.rs",
            "//! D.\n\n/// D.\npub fn a() {\n    b.expect(\"set\");\n    c();\n}\npub fn d() {}\n\n\
             #[cfg(test)]\nmod tests {\n}\n",
        ),
        of_lines("crates/x/src/b.rs", 11),
        of_lines("crates/x/tests/it/main.rs", 20),
        of_lines("crates/iter8-testkit/src/lib.rs", 17),
    ];
    let (_, figures) = check(&sources, &mut allow(""));
    expect![
        "2 production files, 20 lines; file lines median 9, p95 11, max 11; function lines median 0, p95 2, max 2; test : production 2.00; public docs 50 %; unwrap 0, expect 50.0 per 1,000 lines"
    ]
    .assert_eq(&figures.to_string());
}

#[test]
fn figures_of_nothing_are_numbers() {
    let (findings, figures) = check(&[], &mut allow(""));
    assert_eq!(findings, []);
    assert!(figures.to_string().ends_with("unwrap 0, expect 0.0 per 1,000 lines"), "{figures}");
}
