//! No large files: a clone stays quick, and what is built is not committed.

use anyhow::Result;

use super::finding::Finding;
use super::tree::Tree;

/// Larger than any text or picture that a person made for this repository.
const MAX_BYTES: u64 = 1 << 20;

/// Finds files above [`MAX_BYTES`], and embedded third-party scripts without their licence.
pub(crate) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for path in tree.files() {
        if is_embedded_script(path) {
            if !has_licence_beside(tree, path) {
                findings.push(Finding::new(path, 1, "no licence file lies beside this script"));
            }
            continue;
        }
        let size = tree.size(path)?;
        if size > MAX_BYTES {
            let message = format!("{} KiB is above the limit of 1024 KiB", size / 1024);
            findings.push(Finding::new(path, 1, message));
        }
    }
    Ok(findings)
}

/// The chart library of the HTML report is the one file that may be large: a report must work
/// without a network.
fn is_embedded_script(path: &str) -> bool {
    path.strip_prefix("crates/iter8-report/assets/").is_some_and(|name| {
        // Git paths are compared byte by byte, so an upper-case ending is another file.
        name.starts_with("plotly") && name.strip_suffix(".js").is_some()
    })
}

fn has_licence_beside(tree: &Tree, path: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    tree.files().any(|other| {
        other
            .strip_prefix(folder)
            .and_then(|rest| rest.strip_prefix('/'))
            .is_some_and(|name| !name.contains('/') && name.to_lowercase().contains("license"))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::tree::testing::{Planted, lines};
    use super::*;

    #[test]
    fn only_the_chart_library_may_be_large() {
        let planted = Planted::new(&[("crates/iter8-report/assets/plotly.LICENSE.txt", "MIT")]);
        let large = vec![b'x'; (1 << 20) + 2048];
        planted.write("crates/iter8-report/assets/plotly-basic.min.js", &large);
        planted.write("crates/iter8-report/assets/other.js", &large);
        planted.write("docs/at-the-limit.png", &large[..1 << 20]);
        expect![[r"
            crates/iter8-report/assets/other.js:1: 1026 KiB is above the limit of 1024 KiB
        "]]
        .assert_eq(&lines(&check(&planted.tree()).unwrap()));
    }

    #[test]
    fn the_chart_library_needs_its_licence() {
        let planted = Planted::new(&[
            ("crates/iter8-report/assets/plotly.js", "x"),
            ("crates/iter8-report/LICENSE", "of something else"),
        ]);
        expect![[r"
            crates/iter8-report/assets/plotly.js:1: no licence file lies beside this script
        "]]
        .assert_eq(&lines(&check(&planted.tree()).unwrap()));
    }
}
