//! Where the document of an experiment lies between two steps of a run.

mod file;
mod memory;

use std::error::Error;

use iter8_model::experiment::Experiment;

pub use file::{FileStore, FileStoreError, GroupFolders};
pub use memory::MemoryStore;

use crate::task::BoxFuture;

/// Keeps one document. Writes are conditional: a document that somebody else has changed since it
/// was read is never overwritten.
pub trait Store: Send + Sync {
    /// The document, or `None` if there is none yet.
    fn read(&self) -> BoxFuture<'_, Result<Option<Stored>, StoreError>>;

    /// Replaces the document whole, provided that it is still the one of `expected` (`None`: that
    /// there is none). Gives the version of what was written.
    fn write<'a>(
        &'a self,
        experiment: &'a Experiment,
        expected: Option<&'a Version>,
    ) -> BoxFuture<'a, Result<Version, StoreError>>;
}

/// Identifies one state of a document, as its store sees fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(pub String);

/// A document as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The experiment.
    pub experiment: Experiment,
    /// Fields that were ignored, one sentence each.
    pub warnings: Vec<String>,
    /// The state that was read.
    pub version: Version,
}

/// Why a document cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Reading failed.
    #[error("unable to read experiment")]
    Read(#[source] Box<dyn Error + Send + Sync>),
    /// Writing failed.
    #[error("unable to write experiment")]
    Write(#[source] Box<dyn Error + Send + Sync>),
    /// Somebody else has changed the document since it was read.
    #[error("unable to write experiment: somebody else has changed it since it was read")]
    Conflict,
}
