//! A document in memory, for tests and for runs that leave nothing behind.

use std::sync::{Mutex, PoisonError};

use iter8_model::experiment::Experiment;

use super::{Store, StoreError, Stored, Version};
use crate::task::BoxFuture;

/// Keeps the document and counts how often it was written.
#[derive(Debug, Default)]
pub struct MemoryStore {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    experiment: Option<Experiment>,
    writes: usize,
}

impl MemoryStore {
    /// A store that holds this experiment.
    pub fn holding(experiment: Experiment) -> Self {
        Self { state: Mutex::new(State { experiment: Some(experiment), writes: 0 }) }
    }

    /// The experiment as it is now.
    pub fn experiment(&self) -> Option<Experiment> {
        self.lock().experiment.clone()
    }

    /// How often the document was written.
    pub fn writes(&self) -> usize {
        self.lock().writes
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn version(&self) -> Option<Version> {
        self.experiment.as_ref().map(|_| Version(self.writes.to_string()))
    }
}

impl Store for MemoryStore {
    fn read(&self) -> BoxFuture<'_, Result<Option<Stored>, StoreError>> {
        let state = self.lock();
        let version = state.version();
        let experiment = state.experiment.clone();
        let stored = experiment.zip(version).map(|(experiment, version)| Stored {
            experiment,
            version,
            warnings: Vec::new(),
        });
        Box::pin(async { Ok(stored) })
    }

    fn write<'a>(
        &'a self,
        experiment: &'a Experiment,
        expected: Option<&'a Version>,
    ) -> BoxFuture<'a, Result<Version, StoreError>> {
        Box::pin(async move {
            let mut state = self.lock();
            if state.version().as_ref() != expected {
                return Err(StoreError::Conflict);
            }
            state.writes += 1;
            state.experiment = Some(experiment.clone());
            Ok(Version(state.writes.to_string()))
        })
    }
}
