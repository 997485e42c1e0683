//! Dependencies point down, and the lowest layer knows no I/O.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::finding::Finding;
use super::tree::Tree;

/// Packages that bring an async runtime, sockets or a client for them. None may stand below a
/// crate of layer 0, however many crates lie between.
const NOT_IN_LAYER_0: [&str; 7] = ["hyper", "kube", "mio", "reqwest", "socket2", "tokio", "tonic"];

const TESTKIT: &str = "iter8-testkit";
const BENCH: &str = "iter8-bench";

/// The platform whose dependencies are looked at: one, so that the answer is the same everywhere.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// The part of `cargo metadata` that the rules need.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
    workspace_root: PathBuf,
    resolve: Resolve,
}

#[derive(Debug, Deserialize)]
struct Package {
    id: String,
    name: String,
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
    #[serde(default)]
    metadata: serde_json::Value,
}

/// A dependency as the manifest declares it, whether a feature or platform turns it on or not.
#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    kind: Option<Kind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Dev,
    Build,
    // Cargo writes `null` for the usual kind.
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Debug, Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Debug, Deserialize)]
struct EdgeKind {
    kind: Option<Kind>,
}

/// Asks cargo for the dependency graph, without the network where the packages are at hand.
pub(crate) fn metadata(root: &Path) -> Result<Metadata> {
    let mut output = cargo_metadata(root, &["--offline"])?;
    if !output.status.success() {
        // A fresh clone on a machine that never built it has to fetch what the lock file names.
        output = cargo_metadata(root, &[])?;
    }
    ensure!(
        output.status.success(),
        "ask cargo for the dependencies: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    serde_json::from_slice(&output.stdout).context("read the output of cargo metadata")
}

fn cargo_metadata(root: &Path, more: &[&str]) -> Result<Output> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--filter-platform", PLATFORM])
        .args(more)
        .current_dir(root)
        .output()
        .context("start cargo metadata")
}

/// The folders of the workspace's crates relative to its root, in order.
pub(crate) fn members(metadata: &Metadata) -> Result<Vec<String>> {
    let mut folders = Vec::new();
    for package in metadata.members() {
        folders.push(metadata.folder(package)?);
    }
    folders.sort();
    Ok(folders)
}

/// Checks the crates' layers and the rules about the crates that serve tests.
pub(crate) fn check(metadata: &Metadata, tree: &Tree) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut layers = BTreeMap::new();
    for package in metadata.members() {
        let folder = metadata.folder(package)?;
        let Some(name) = folder.strip_prefix("crates/") else { continue };
        let manifest = format!("{folder}/Cargo.toml");
        if name != package.name {
            let message = format!("package {} lies in a folder of another name", package.name);
            findings.push(Finding::new(&manifest, 1, message));
        }
        match package.metadata.pointer("/iter8/layer").and_then(serde_json::Value::as_u64) {
            Some(layer) => {
                layers.insert(package.name.as_str(), layer);
            }
            None => findings.push(Finding::new(
                &manifest,
                1,
                "no layer: add `[package.metadata.iter8]` with `layer = N`",
            )),
        }
    }
    for package in metadata.members() {
        let manifest = format!("{}/Cargo.toml", metadata.folder(package)?);
        let text = if tree.has_file(&manifest) { tree.text(&manifest)? } else { String::new() };
        let mut add = |dependency: &str, message: String| {
            let line = line_of(&text, dependency);
            findings.push(Finding::new(&manifest, line, message));
        };
        for (dependency, message) in edges(metadata, package, &layers) {
            add(&dependency, message);
        }
        if layers.get(package.name.as_str()) == Some(&0) {
            for path in forbidden_paths(metadata, package) {
                let direct = path.get(1).map_or("", String::as_str).to_owned();
                add(&direct, format!("layer 0 must not reach I/O: {}", path.join(" → ")));
            }
        }
    }
    Ok(findings)
}

impl Metadata {
    fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
    }

    fn folder(&self, package: &Package) -> Result<String> {
        let folder = package.manifest_path.parent().unwrap_or(&package.manifest_path);
        let folder = folder
            .strip_prefix(&self.workspace_root)
            .with_context(|| format!("find {} below the root of the workspace", package.name))?;
        Ok(folder.to_string_lossy().into_owned())
    }
}

/// The declared dependencies on other members that break a rule, each with what is wrong.
fn edges(
    metadata: &Metadata,
    package: &Package,
    layers: &BTreeMap<&str, u64>,
) -> Vec<(String, String)> {
    let mut findings = Vec::new();
    for dependency in &package.dependencies {
        let to = dependency.name.as_str();
        if !metadata.members().any(|member| member.name == to) {
            continue;
        }
        let dev = dependency.kind == Some(Kind::Dev);
        let message = if to == TESTKIT && package.name == BENCH {
            Some(format!("{BENCH} must not depend on {TESTKIT}: its clock would be measured"))
        } else if dev {
            None
        } else if to == TESTKIT && layers.contains_key(package.name.as_str()) {
            Some(format!("{TESTKIT} may only be a dev-dependency of what users get"))
        } else {
            upward(layers.get(package.name.as_str()), layers.get(to), to)
        };
        findings.extend(message.map(|message| (to.to_owned(), message)));
    }
    findings
}

/// What is wrong with an edge between two layers. Within one layer any edge will do, since cargo
/// refuses circles. Crates without a layer stand above all: nothing below may use them.
fn upward(from: Option<&u64>, to: Option<&u64>, name: &str) -> Option<String> {
    match (from, to) {
        (Some(from), Some(to)) if from < to => {
            Some(format!("layer {from} must not depend on {name} of layer {to}"))
        }
        (Some(from), None) => {
            Some(format!("layer {from} must not depend on {name}, which has no layer"))
        }
        _ => None,
    }
}

/// The shortest way along normal dependencies to each forbidden package.
///
/// Cargo resolves the features of the whole workspace together here. A feature that another crate
/// turns on counts too, which errs towards a finding.
fn forbidden_paths(metadata: &Metadata, package: &Package) -> Vec<Vec<String>> {
    let names: BTreeMap<&str, &str> =
        metadata.packages.iter().map(|p| (p.id.as_str(), p.name.as_str())).collect();
    let nodes: BTreeMap<&str, &Node> =
        metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let name = |id: &str| names.get(id).copied().unwrap_or("?");

    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue = VecDeque::from([package.id.as_str()]);
    let mut paths = Vec::new();
    while let Some(id) = queue.pop_front() {
        if NOT_IN_LAYER_0.contains(&name(id)) {
            let ids = std::iter::successors(Some(id), |id| came_from.get(id).copied());
            let mut path: Vec<String> = ids.map(|id| name(id).to_owned()).collect();
            path.reverse();
            paths.push(path);
            continue;
        }
        let edges = nodes.get(id).map_or(&[][..], |node| node.deps.as_slice());
        for edge in edges.iter().filter(|edge| edge.dep_kinds.iter().any(|k| k.kind.is_none())) {
            if edge.pkg != package.id && !came_from.contains_key(edge.pkg.as_str()) {
                came_from.insert(&edge.pkg, id);
                queue.push_back(&edge.pkg);
            }
        }
    }
    paths.sort();
    paths
}

/// The line of a manifest that declares a dependency, or 1.
fn line_of(manifest: &str, dependency: &str) -> usize {
    let declares = |line: &str| {
        line.trim_start_matches('"')
            .strip_prefix(dependency)
            .is_some_and(|rest| rest.starts_with(['.', ' ', '=', '"']))
    };
    manifest.lines().position(declares).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests;
