//! Documents as files: one folder per group, written so that a reader at any moment, even after
//! the writer was killed, finds a whole document.

use std::fs::{self, File, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use iter8_model::experiment::Experiment;
use iter8_model::group::Group;
use iter8_model::wire;

use super::{Store, StoreError, Stored, Version};
use crate::task::BoxFuture;

/// Name of the document in the folder of its group.
const DOCUMENT: &str = "experiment.yaml";
/// Name of the file that a run of the group holds locked.
const LOCK: &str = "lock";
/// Name of the log of the group's runs.
const LOG: &str = "run.log";

/// What went wrong with the files of a group.
#[derive(Debug, thiserror::Error)]
pub enum FileStoreError {
    /// Another process runs the group.
    #[error("group {0} is being run by another process")]
    Busy(Group),
    /// The group has no folder.
    #[error("there is no group {0}")]
    NotFound(Group),
    /// The system refused.
    #[error("failed to {action} {path}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// The folder that holds the folders of all groups, `.iter8` in the working directory.
#[derive(Debug, Clone)]
pub struct GroupFolders {
    root: PathBuf,
}

impl GroupFolders {
    /// Group folders below `root`, which need not exist.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The store of a group, to look at it.
    pub fn store(&self, group: &Group) -> FileStore {
        FileStore { folder: self.folder(group), lock: None }
    }

    /// The store of a group, to run it: creates its folder, and keeps other runs of the group out
    /// until the store is dropped.
    pub fn lock(&self, group: &Group) -> Result<FileStore, FileStoreError> {
        let folder = self.folder(group);
        fs::create_dir_all(&folder).map_err(failed("create", &folder))?;
        let path = folder.join(LOCK);
        let lock = File::create(&path).map_err(failed("create", &path))?;
        match lock.try_lock() {
            Ok(()) => Ok(FileStore { folder, lock: Some(lock) }),
            Err(TryLockError::WouldBlock) => Err(FileStoreError::Busy(group.clone())),
            Err(TryLockError::Error(error)) => Err(failed("lock", &path)(error)),
        }
    }

    /// Path of the log of a group's runs.
    pub fn log_path(&self, group: &Group) -> PathBuf {
        self.folder(group).join(LOG)
    }

    /// Groups that have a document, sorted.
    pub fn list(&self) -> Result<Vec<Group>, FileStoreError> {
        let entries = match fs::read_dir(&self.root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed("list", &self.root)(error)),
        };
        let mut groups = Vec::new();
        for entry in entries {
            let entry = entry.map_err(failed("list", &self.root))?;
            let group = entry.file_name().to_str().and_then(|name| name.parse().ok());
            groups.extend(group.filter(|_| entry.path().join(DOCUMENT).is_file()));
        }
        groups.sort();
        Ok(groups)
    }

    /// Whether another process runs the group at this moment.
    pub fn is_running(&self, group: &Group) -> Result<bool, FileStoreError> {
        if !self.folder(group).is_dir() {
            return Err(FileStoreError::NotFound(group.clone()));
        }
        match self.lock(group) {
            Ok(_) => Ok(false),
            Err(FileStoreError::Busy(_)) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Removes a group and all that belongs to it, unless it is being run.
    pub fn delete(&self, group: &Group) -> Result<(), FileStoreError> {
        let folder = self.folder(group);
        if !folder.is_dir() {
            return Err(FileStoreError::NotFound(group.clone()));
        }
        let _lock = self.lock(group)?;
        fs::remove_dir_all(&folder).map_err(failed("delete", &folder))
    }

    fn folder(&self, group: &Group) -> PathBuf {
        self.root.join(group.as_str())
    }
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileStoreError {
    let path = path.to_owned();
    move |source| FileStoreError::Io { action, path, source }
}

/// The document of one group.
///
/// File operations block; documents are small and a run waits for them anyway, so they are done
/// in place rather than on another thread.
#[derive(Debug)]
pub struct FileStore {
    folder: PathBuf,
    /// Held, never read: dropping the file releases the lock.
    #[expect(dead_code, reason = "held for the lock that ends with it")]
    lock: Option<File>,
}

impl FileStore {
    /// Path of the document.
    pub fn path(&self) -> PathBuf {
        self.folder.join(DOCUMENT)
    }

    fn text(&self) -> Result<Option<String>, FileStoreError> {
        let path = self.path();
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("read", &path)(error)),
        }
    }

    /// Writes beside the document, then renames: readers see the old text or the new one. The
    /// file and its folder are synced, so that the same holds after a loss of power.
    fn replace(&self, text: &str) -> Result<(), FileStoreError> {
        let path = self.path();
        let beside = self.folder.join(format!(".{DOCUMENT}.{}", std::process::id()));
        let write = || {
            let mut file = File::create(&beside)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&beside, &path)?;
            File::open(&self.folder)?.sync_all()
        };
        write().map_err(|error| {
            let _ = fs::remove_file(&beside);
            failed("write", &path)(error)
        })
    }
}

/// Two texts have the same version if they are the same; collisions of a 64-bit hash between two
/// versions of one document do not occur in practice.
fn version(text: &str) -> Version {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    Version(format!("{:016x}", hasher.finish()))
}

impl Store for FileStore {
    fn read(&self) -> BoxFuture<'_, Result<Option<Stored>, StoreError>> {
        Box::pin(async {
            let Some(text) = self.text().map_err(|error| StoreError::Read(error.into()))? else {
                return Ok(None);
            };
            let document = wire::read(&text).map_err(|error| StoreError::Read(error.into()))?;
            let wire::Document { experiment, warnings } = document;
            Ok(Some(Stored { experiment, warnings, version: version(&text) }))
        })
    }

    fn write<'a>(
        &'a self,
        experiment: &'a Experiment,
        expected: Option<&'a Version>,
    ) -> BoxFuture<'a, Result<Version, StoreError>> {
        Box::pin(async move {
            let failed = |error: FileStoreError| StoreError::Write(error.into());
            let found = self.text().map_err(failed)?.as_deref().map(version);
            if found.as_ref() != expected {
                return Err(StoreError::Conflict);
            }
            let text = wire::write(experiment);
            self.replace(&text).map_err(failed)?;
            Ok(version(&text))
        })
    }
}

#[cfg(test)]
mod tests;
