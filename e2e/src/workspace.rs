//! A folder to work in.

use std::fs;
use std::path::{Path, PathBuf};

use iter8_model::experiment::Experiment;
use iter8_model::wire;
use tempfile::TempDir;

use crate::{Iter8, words};

/// A fresh folder that goes with the story; groups keep their documents below its `.iter8`.
#[derive(Debug)]
pub struct Workspace {
    folder: TempDir,
}

impl Workspace {
    /// An empty folder.
    pub fn new() -> Self {
        Self { folder: TempDir::new().expect("the system has room for temporary files") }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A command line that runs here, split by [`words`].
    pub fn iter8(&self, line: &str) -> Iter8 {
        Iter8::new(words(line)).in_folder(self.path())
    }

    /// Writes a file, with the folders that it needs.
    #[track_caller]
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        let folders = path.parent().map_or(Ok(()), fs::create_dir_all);
        folders.and_then(|()| fs::write(&path, text)).unwrap_or_else(|e| panic!("{name}: {e}"));
        path
    }

    /// Reads a file.
    #[track_caller]
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// Whether there is such a file or folder.
    pub fn has(&self, name: &str) -> bool {
        self.path().join(name).exists()
    }

    /// The text of a group's document.
    #[track_caller]
    pub fn document_text(&self, group: &str) -> String {
        self.read(&format!(".iter8/{group}/experiment.yaml"))
    }

    /// The document of a group, which must read without a warning and be written in its canonical
    /// form.
    #[track_caller]
    pub fn document(&self, group: &str) -> Experiment {
        let text = self.document_text(group);
        let document = wire::read(&text).unwrap_or_else(|e| panic!("group {group}: {e}\n{text}"));
        assert_eq!(document.warnings, Vec::<String>::new(), "group {group}\n{text}");
        assert_eq!(wire::write(&document.experiment), text, "group {group} is not canonical");
        document.experiment
    }

    /// The newest number of a counter or gauge of the only version.
    #[track_caller]
    pub fn metric(&self, group: &str, name: &str) -> f64 {
        let experiment = self.document(group);
        let numbers = experiment.insights().and_then(|i| i.versions.first()?.numbers.get(name));
        let newest = numbers.and_then(|numbers| numbers.last());
        *newest.unwrap_or_else(|| panic!("no {name} in\n{}", self.document_text(group)))
    }
}

impl Default for Workspace {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_and_go_with_the_folder() {
        let workspace = Workspace::new();
        workspace.write("a/b.txt", "text");
        assert_eq!(workspace.read("a/b.txt"), "text");
        assert!(workspace.has("a") && !workspace.has("c"));
        let path = workspace.path().to_owned();
        drop(workspace);
        assert!(!path.exists());
    }
}
