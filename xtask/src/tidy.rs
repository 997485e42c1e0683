//! The rules of STYLE.md that a machine can check.
//!
//! Each rule is a function from what was read (files, cargo's metadata) to findings; reading and
//! printing happen here. A finding is one line, `path:line: message`, so that editors can jump to it.

use std::io::Write;
use std::path::Path;

use anyhow::Result;

use self::allow::Allow;
use self::tree::Tree;

mod allow;
mod blobs;
mod codemap;
mod finding;
mod layers;
mod links;
mod marks;
mod sizes;
mod source;
mod tree;

/// Checks the tree below `root`, prints the findings in order, and returns whether there were none.
///
/// Without findings one line with the figures is printed, so that a slow drift is seen early.
pub(crate) fn run(root: &Path, out: &mut impl Write) -> Result<bool> {
    let tree = Tree::read(root)?;
    let metadata = layers::metadata(root)?;
    let (sources, mut findings) = source::read_all(&tree)?;
    let mut allow = Allow::read(&tree)?;

    findings.extend(layers::check(&metadata, &tree)?);
    findings.extend(codemap::check(&tree, &layers::members(&metadata)?)?);
    findings.extend(links::check(&tree)?);
    findings.extend(blobs::check(&tree)?);
    findings.extend(marks::check(&tree, &sources)?);
    let (too_large, figures) = sizes::check(&sources, &mut allow);
    findings.extend(too_large);
    findings.extend(allow.into_findings());

    findings.sort();
    findings.dedup();
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    match findings.len() {
        0 => writeln!(out, "tidy: {figures}")?,
        1 => writeln!(out, "tidy: 1 finding")?,
        n => writeln!(out, "tidy: {n} findings")?,
    }
    Ok(findings.is_empty())
}

#[cfg(test)]
mod tests;
