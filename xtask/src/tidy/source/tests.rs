//! Roles, line counts and the reading of whole trees.

use expect_test::expect;

use super::super::tree::testing::{Planted, lines};
use super::testing::source;
use super::*;

#[test]
fn the_path_tells_the_role() {
    let cases = [
        ("crates/iter8-a/src/lib.rs", Role::Production),
        ("crates/iter8-a/build.rs", Role::Production),
        ("xtask/src/main.rs", Role::Production),
        ("crates/iter8-a/src/foo/tests.rs", Role::Test),
        ("crates/iter8-a/tests/it/main.rs", Role::Test),
        ("e2e/tests/it/main.rs", Role::Test),
        ("e2e/src/lib.rs", Role::Support),
        ("crates/iter8-testkit/src/lib.rs", Role::Support),
        ("crates/iter8-a/benches/x.rs", Role::Support),
        ("crates/iter8-a/examples/x.rs", Role::Support),
        ("crates/iter8-a/src/contests.rs", Role::Production),
    ];
    for (path, expected) in cases {
        assert_eq!(role(path), expected, "{path}");
    }
}

#[test]
fn test_items_are_not_production_lines() {
    let text =
        "//! Doc.\n\nfn a() {}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn b() {}\n}\n";
    let source = source("crates/x/src/lib.rs", text);
    assert_eq!((source.lines, source.test_lines, source.production_lines()), (9, 5, 4));
    let tests: Vec<usize> = (1..=9).filter(|line| source.is_test(*line)).collect();
    assert_eq!(tests, [5, 6, 7, 8, 9]);
}

#[test]
fn a_file_of_tests_has_no_production_lines() {
    let source = source("crates/x/tests/it/main.rs", "//! Doc.\nfn a() {}\n");
    assert_eq!(source.production_lines(), 0);
    assert!(source.is_test(1));
}

#[test]
fn overlapping_spans_are_counted_once() {
    assert_eq!(
        merged(vec![(5, 9), (1, 2), (7, 8), (9, 12), (14, 14)]),
        [(1, 2), (5, 12), (14, 14)]
    );
}

#[test]
fn modules_declared_for_tests_are_tests() {
    let planted = Planted::new(&[
        ("crates/x/src/lib.rs", "//! D.\n#[cfg(test)]\nmod props;\nmod real;\n"),
        ("crates/x/src/props.rs", "//! D.\n"),
        ("crates/x/src/props/deep.rs", "//! D.\n"),
        ("crates/x/src/propsy.rs", "//! D.\n"),
        ("crates/x/src/real.rs", "//! D.\n#[cfg(test)]\nmod cases;\n"),
        ("crates/x/src/real/cases.rs", "//! D.\n"),
    ]);
    let (sources, findings) = read_all(&planted.tree()).unwrap();
    assert_eq!(findings, []);
    let tests: Vec<&str> =
        sources.iter().filter(|s| s.role == Role::Test).map(|s| s.path.as_str()).collect();
    assert_eq!(
        tests,
        ["crates/x/src/props.rs", "crates/x/src/props/deep.rs", "crates/x/src/real/cases.rs"]
    );
}

#[test]
fn files_open_with_their_sentence_and_are_rust() {
    let planted = Planted::new(&[
        ("crates/x/src/lib.rs", "// Not for rustdoc.\n"),
        ("crates/x/src/empty.rs", ""),
        ("fuzz/fuzz_targets/t.rs", "#![no_main]\n//! Late.\n"),
        ("e2e/src/lib.rs", "//! Fine.\n"),
        ("bench/src/main.rs", "//! Not closed.\nfn main() {\n"),
        ("xtask/src/odd.rs", "//! Not a name.\n\nfn 1() {}\n"),
        ("samples/app/main.rs", "for other readers\n"),
    ]);
    let (sources, findings) = read_all(&planted.tree()).unwrap();
    assert_eq!(sources.len(), 4);
    expect![[r"
        bench/src/main.rs:2: this is no Rust that tidy can read: cannot parse string into token stream
        crates/x/src/empty.rs:1: the file does not open with a `//!` sentence
        crates/x/src/lib.rs:1: the file does not open with a `//!` sentence
        fuzz/fuzz_targets/t.rs:1: the file does not open with a `//!` sentence
        xtask/src/odd.rs:3: this is no Rust that tidy can read: expected identifier
    "]]
    .assert_eq(&lines(&findings));
}
