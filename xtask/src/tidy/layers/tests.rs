//! Rules on made-up graphs, and one real question to cargo.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use super::super::tree::testing::{Planted, lines};
use super::*;

/// A crate of a made-up workspace: folder, layer, and dependencies with their kind
/// (`""` is the normal one).
struct Member {
    folder: &'static str,
    package: &'static str,
    layer: Option<u64>,
    dependencies: &'static [(&'static str, &'static str)],
}

const fn member(
    folder: &'static str,
    package: &'static str,
    layer: Option<u64>,
    dependencies: &'static [(&'static str, &'static str)],
) -> Member {
    Member { folder, package, layer, dependencies }
}

fn kind(name: &str) -> Value {
    if name.is_empty() { Value::Null } else { json!(name) }
}

/// Builds what cargo would print; `external` adds packages from elsewhere and what they use.
fn workspace(members: &[Member], external: &[(&str, &[&str])]) -> Metadata {
    let edges = |dependencies: &[(&str, &str)]| -> Value {
        dependencies
            .iter()
            .map(|(name, k)| json!({"pkg": name, "dep_kinds": [{"kind": kind(k)}]}))
            .collect()
    };
    let mut packages = Vec::new();
    let mut nodes = Vec::new();
    for member in members {
        let dependencies: Value =
            member.dependencies.iter().map(|(n, k)| json!({"name": n, "kind": kind(k)})).collect();
        packages.push(json!({
            "id": member.package,
            "name": member.package,
            "manifest_path": format!("/w/{}/Cargo.toml", member.folder),
            "dependencies": dependencies,
            "metadata": member.layer.map(|layer| json!({"iter8": {"layer": layer}})),
        }));
        nodes.push(json!({"id": member.package, "deps": edges(member.dependencies)}));
    }
    for (name, uses) in external {
        let uses: Vec<(&str, &str)> = uses.iter().map(|name| (*name, "")).collect();
        packages.push(json!({
            "id": name, "name": name, "manifest_path": "/r/Cargo.toml", "dependencies": [],
        }));
        nodes.push(json!({"id": name, "deps": edges(&uses)}));
    }
    let ids: Vec<&str> = members.iter().map(|member| member.package).collect();
    serde_json::from_value(json!({
        "packages": packages,
        "workspace_members": ids,
        "workspace_root": "/w",
        "resolve": {"nodes": nodes},
    }))
    .unwrap()
}

fn run(metadata: &Metadata, expected: &Expect) {
    let planted = Planted::new(&[]);
    expected.assert_eq(&lines(&check(metadata, &planted.tree()).unwrap()));
}

#[test]
fn edges_point_down_or_sideways() {
    let metadata = workspace(
        &[
            member("crates/a", "a", Some(0), &[("b", ""), ("c", "build"), ("b", "dev")]),
            member("crates/b", "b", Some(1), &[("a", ""), ("d", "")]),
            member("crates/c", "c", Some(2), &[("b", ""), ("x", "")]),
            member("crates/d", "d", Some(1), &[]),
            member("x", "x", None, &[("c", "")]),
        ],
        &[],
    );
    run(
        &metadata,
        &expect![[r"
            crates/a/Cargo.toml:1: layer 0 must not depend on b of layer 1
            crates/a/Cargo.toml:1: layer 0 must not depend on c of layer 2
            crates/c/Cargo.toml:1: layer 2 must not depend on x, which has no layer
        "]],
    );
}

#[test]
fn every_crate_has_a_layer_and_its_folders_name() {
    let metadata = workspace(
        &[member("crates/a", "a", None, &[]), member("crates/b", "iter8-b", Some(0), &[])],
        &[],
    );
    run(
        &metadata,
        &expect![[r"
            crates/a/Cargo.toml:1: no layer: add `[package.metadata.iter8]` with `layer = N`
            crates/b/Cargo.toml:1: package iter8-b lies in a folder of another name
        "]],
    );
}

#[test]
fn layer_0_reaches_no_runtime_however_far_away() {
    let metadata = workspace(
        &[
            member("crates/a", "a", Some(0), &[("far", ""), ("tests", "dev"), ("gen", "build")]),
            member("crates/b", "b", Some(1), &[("tokio", "")]),
        ],
        &[
            ("far", &["farther"]),
            ("farther", &["tokio", "far"]),
            ("tokio", &["mio"]),
            ("mio", &[]),
            ("tests", &["reqwest"]),
            ("gen", &["tonic"]),
            ("reqwest", &[]),
            ("tonic", &[]),
        ],
    );
    run(
        &metadata,
        &expect![[r"
            crates/a/Cargo.toml:1: layer 0 must not reach I/O: a → far → farther → tokio
        "]],
    );
}

#[test]
fn the_testkit_serves_tests_only() {
    let metadata = workspace(
        &[
            member("crates/iter8-testkit", "iter8-testkit", Some(1), &[]),
            member("crates/a", "a", Some(2), &[("iter8-testkit", "")]),
            member("crates/b", "b", Some(0), &[("iter8-testkit", "dev")]),
            member("bench", "iter8-bench", None, &[("iter8-testkit", "dev")]),
            member("e2e", "iter8-e2e", None, &[("iter8-testkit", "")]),
        ],
        &[],
    );
    run(
        &metadata,
        &expect![[r"
            crates/a/Cargo.toml:1: iter8-testkit may only be a dev-dependency of what users get
            bench/Cargo.toml:1: iter8-bench must not depend on iter8-testkit: its clock would be measured
        "]],
    );
}

#[test]
fn a_finding_points_at_the_dependency() {
    let manifest = "[dependencies]\nab.workspace = true\na = { path = \"../a\" }\n\"q\" = \"1\"\n";
    for (name, line) in [("ab", 2), ("a", 3), ("q", 4), ("gone", 1)] {
        assert_eq!(line_of(manifest, name), line, "{name}");
    }
}

#[test]
fn members_are_the_folders_in_order() {
    let metadata = workspace(
        &[member("xtask", "xtask", None, &[]), member("crates/a", "a", Some(0), &[])],
        &[("far", &[])],
    );
    assert_eq!(members(&metadata).unwrap(), ["crates/a", "xtask"]);
}

#[test]
fn cargo_is_asked_and_its_refusal_is_told() {
    let planted = Planted::new(&[("Cargo.toml", "[workspace]\nmembers = [\"gone\"]\n")]);
    let error = metadata(planted.root()).unwrap_err().to_string();
    assert!(error.starts_with("ask cargo for the dependencies: "), "{error}");
}
