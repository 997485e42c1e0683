//! The whole of tidy on a small workspace with real cargo and git.

use expect_test::{Expect, expect};

use super::tree::testing::Planted;
use super::*;

const MANIFEST: &str = "[package]\nname = \"iter8-a\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
                        [package.metadata.iter8]\nlayer = 0\n";

fn workspace(lib: &str, architecture: &str) -> Planted {
    Planted::new(&[
        ("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n"),
        ("crates/iter8-a/Cargo.toml", MANIFEST),
        ("crates/iter8-a/src/lib.rs", lib),
        ("ARCHITECTURE.md", architecture),
    ])
}

fn check(planted: &Planted, clean: bool, expected: &Expect) {
    let mut out = Vec::new();
    assert_eq!(run(planted.root(), &mut out).unwrap(), clean);
    expected.assert_eq(&String::from_utf8(out).unwrap());
}

#[test]
fn a_tidy_workspace_prints_its_figures() {
    let planted = workspace(
        "//! A crate.\n\n/// One.\npub fn one() -> u8 {\n    1\n}\n",
        "# Architecture\n\n## Code map\n\n- `crates/iter8-a`: one\n",
    );
    check(
        &planted,
        true,
        &expect![[r"
            tidy: 1 production files, 6 lines; file lines median 6, p95 6, max 6; function lines median 1, p95 1, max 1; test : production 0.00; public docs 100 %; unwrap 0, expect 0.0 per 1,000 lines
        "]],
    );
}

#[test]
fn findings_are_sorted_and_counted() {
    let planted = workspace(
        "pub fn one() -> u8 {\n    todo!()\n}\n",
        "# Architecture\n\n## Code map\n\nSee [there](gone.md).\n",
    );
    check(
        &planted,
        false,
        &expect![[r"
            ARCHITECTURE.md:3: the code map does not name crates/iter8-a
            ARCHITECTURE.md:5: link to gone.md, which is not in the tree
            crates/iter8-a/src/lib.rs:1: the file does not open with a `//!` sentence
            crates/iter8-a/src/lib.rs:2: `todo!` is unfinished work
            tidy: 4 findings
        "]],
    );
}

/// The manifest of a crate with its layer and its tables of dependencies.
fn manifest(name: &str, layer: Option<u8>, dependencies: &str) -> String {
    let layer = layer.map_or(String::new(), |n| format!("[package.metadata.iter8]\nlayer = {n}\n"));
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{layer}{dependencies}"
    )
}

#[test]
fn dependencies_are_read_as_cargo_prints_them() {
    let a = manifest(
        "iter8-a",
        Some(0),
        "[dependencies]\nmid = { path = \"../../vendor/mid\" }\n\n\
         [dev-dependencies]\niter8-b = { path = \"../iter8-b\" }\n",
    );
    let b = manifest(
        "iter8-b",
        Some(1),
        "[dependencies]\ntokio = { path = \"../../vendor/tokio\" }\n\
         [build-dependencies]\niter8-c = { path = \"../iter8-c\" }\n",
    );
    let planted = Planted::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\nexclude = [\"vendor\"]\n"),
        ("ARCHITECTURE.md", "# Code map\n\n- `iter8-a`\n- `iter8-b`\n- `iter8-c`\n"),
        ("crates/iter8-a/Cargo.toml", &a),
        ("crates/iter8-a/src/lib.rs", "//! A.\n"),
        ("crates/iter8-b/Cargo.toml", &b),
        ("crates/iter8-b/src/lib.rs", "//! B.\n"),
        ("crates/iter8-c/Cargo.toml", &manifest("iter8-c", Some(2), "")),
        ("crates/iter8-c/src/lib.rs", "//! C.\n"),
        (
            "vendor/mid/Cargo.toml",
            &manifest("mid", None, "[dependencies]\ntokio = { path = \"../tokio\" }\n"),
        ),
        ("vendor/mid/src/lib.rs", ""),
        ("vendor/tokio/Cargo.toml", &manifest("tokio", None, "")),
        ("vendor/tokio/src/lib.rs", ""),
    ]);
    check(
        &planted,
        false,
        &expect![[r"
            crates/iter8-a/Cargo.toml:8: layer 0 must not reach I/O: iter8-a → mid → tokio
            crates/iter8-b/Cargo.toml:10: layer 1 must not depend on iter8-c of layer 2
            tidy: 2 findings
        "]],
    );
}
