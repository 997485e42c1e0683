//! The files that a fresh clone would have.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The files below a root, as git sees them: tracked or new, without what is ignored.
///
/// Asking git instead of walking the folders keeps build results and editors' files out, and makes
/// a link to an ignored file a finding, since a clone would not have the file.
pub(crate) struct Tree {
    root: PathBuf,
    files: BTreeSet<String>,
    folders: BTreeSet<String>,
}

impl Tree {
    /// Lists the files below `root`, which must be the top folder of a git work tree.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let output = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            // A hook sets these for the repository that it runs in, which need not be this one.
            .env_remove("GIT_DIR")
            .env_remove("GIT_INDEX_FILE")
            .env_remove("GIT_WORK_TREE")
            .output()
            .context("start git ls-files")?;
        ensure!(
            output.status.success(),
            "list the files with git: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
        let listed = String::from_utf8(output.stdout).context("read the names of the files")?;
        // The index still names files that were deleted from the work tree, and submodules.
        let files = listed
            .split('\0')
            .filter(|name| !name.is_empty() && root.join(name).is_file())
            .map(str::to_owned);
        Ok(Self::of(root, files.collect()))
    }

    fn of(root: &Path, files: BTreeSet<String>) -> Self {
        let mut folders = BTreeSet::from([String::new()]);
        for file in &files {
            let mut rest = file.as_str();
            while let Some((folder, _)) = rest.rsplit_once('/') {
                folders.insert(folder.to_owned());
                rest = folder;
            }
        }
        Self { root: root.to_owned(), files, folders }
    }

    /// All files in the order of their names.
    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str)
    }

    pub(crate) fn has_file(&self, path: &str) -> bool {
        self.files.contains(path)
    }

    /// Whether any file lies in the folder or below it; the root is the empty name.
    pub(crate) fn has_folder(&self, path: &str) -> bool {
        self.folders.contains(path)
    }

    /// The text of a file. Bytes that are not UTF-8 are replaced: no rule depends on them.
    pub(crate) fn text(&self, path: &str) -> Result<String> {
        let bytes = fs::read(self.root.join(path)).with_context(|| format!("read {path}"))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The size of a file in bytes.
    pub(crate) fn size(&self, path: &str) -> Result<u64> {
        let data = fs::metadata(self.root.join(path)).with_context(|| format!("look at {path}"))?;
        Ok(data.len())
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! Small trees that live as long as one test.

    use super::*;

    /// A temporary git work tree, removed on drop.
    pub(crate) struct Planted {
        folder: tempfile::TempDir,
    }

    impl Planted {
        pub(crate) fn new(files: &[(&str, &str)]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let git = Command::new("git")
                .args(["init", "--quiet"])
                .current_dir(folder.path())
                .env_remove("GIT_DIR")
                .status()
                .unwrap();
            assert!(git.success());
            let planted = Self { folder };
            for (path, text) in files {
                planted.write(path, text.as_bytes());
            }
            planted
        }

        pub(crate) fn root(&self) -> &Path {
            self.folder.path()
        }

        pub(crate) fn tree(&self) -> Tree {
            Tree::read(self.root()).unwrap()
        }

        pub(crate) fn write(&self, path: &str, bytes: &[u8]) {
            let path = self.root().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }

    /// The printed form of findings, one a line, for comparison with an expectation.
    pub(crate) fn lines(findings: &[crate::tidy::finding::Finding]) -> String {
        findings.iter().flat_map(|finding| [finding.to_string(), "\n".to_owned()]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::Planted;
    use super::*;

    #[test]
    fn ignored_files_are_left_out() {
        let planted =
            Planted::new(&[(".gitignore", "/target\n"), ("target/x", ""), ("a/b/c.rs", "")]);
        let tree = planted.tree();
        assert_eq!(tree.files().collect::<Vec<_>>(), [".gitignore", "a/b/c.rs"]);
        for folder in ["", "a", "a/b"] {
            assert!(tree.has_folder(folder), "{folder}");
        }
        assert!(!tree.has_folder("target"));
    }

    #[test]
    fn deleted_files_are_left_out_though_the_index_names_them() {
        let planted = Planted::new(&[("a.rs", ""), ("b.rs", "")]);
        let add = Command::new("git").args(["add", "."]).current_dir(planted.root()).status();
        assert!(add.unwrap().success());
        fs::remove_file(planted.root().join("a.rs")).unwrap();
        assert_eq!(planted.tree().files().collect::<Vec<_>>(), ["b.rs"]);
    }

    #[test]
    fn text_and_size_are_of_the_file() {
        let planted = Planted::new(&[("a", "1234")]);
        planted.write("b", b"\xff!");
        let tree = planted.tree();
        assert_eq!(tree.text("a").unwrap(), "1234");
        assert_eq!(tree.text("b").unwrap(), "\u{fffd}!");
        assert_eq!(tree.size("a").unwrap(), 4);
        assert_eq!(tree.text("gone").unwrap_err().to_string(), "read gone");
    }

    #[test]
    fn a_folder_without_git_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let error = Tree::read(folder.path()).err().unwrap().to_string();
        assert!(error.starts_with("list the files with git:"), "{error}");
    }
}
