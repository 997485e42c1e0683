//! The document of a group in its Secret.

use std::sync::{Mutex, OnceLock, PoisonError};

use iter8_engine::{BoxFuture, Store, StoreError, Stored, Version};
use iter8_model::experiment::Experiment;
use iter8_model::wire::Document;
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use kube::api::PostParams;

use crate::archive::{Archive, ArchiveError};
use crate::connect::Cluster;
use crate::error::{Cause, ClusterError};
use crate::lease::Lease;
use crate::names::{GROUP, REVISION, RUNNER};
use crate::retry::Patience;

/// Key under which a document is kept that somebody else has put in place of a run's.
const EDITED_KEY: &str = "experiment.edited.yaml";

/// The document of one group in the Secret of its name.
///
/// Every write names the state that it replaces, so that nothing of others is lost: labels,
/// annotations and other keys stay as they are found. A run keeps its document even if it is not
/// the newest launch any more: then among the results of earlier launches.
#[derive(Debug)]
pub struct SecretStore {
    api: Api<Secret>,
    /// For messages: namespace and name.
    place: String,
    group: String,
    /// The launch whose run this is; `None` for a reader and for a document without launches.
    revision: Option<u32>,
    patience: Patience,
    lease: Option<Lease>,
    /// The identity of the Secret that a run has begun with: one of the same name that was made
    /// anew belongs to somebody else.
    uid: OnceLock<Option<String>>,
    /// The Secret as it was last seen, which saves a call for most writes.
    seen: Mutex<Option<Secret>>,
}

/// The launch that a Secret says is the current one.
pub(crate) fn revision_of(secret: &Secret) -> Option<u32> {
    secret.metadata.annotations.as_ref()?.get(REVISION)?.parse().ok()
}

impl SecretStore {
    /// The document of a group, to look at it.
    pub fn new(cluster: &Cluster, group: &str, patience: Patience) -> Self {
        Self {
            api: Api::namespaced(cluster.client.clone(), &cluster.namespace),
            place: format!("{}/{group}", cluster.namespace),
            group: group.to_owned(),
            revision: None,
            patience,
            lease: None,
            uid: OnceLock::new(),
            seen: Mutex::new(None),
        }
    }

    /// The same for the run of a launch, which holds the group by a Lease if it has one.
    #[must_use]
    pub fn of_run(self, revision: Option<u32>, lease: Option<Lease>) -> Self {
        Self { revision, lease, ..self }
    }

    /// Gives back what the run holds.
    pub async fn release(self) {
        if let Some(lease) = self.lease {
            lease.release().await;
        }
    }

    /// The Secret's data, and the launch that it says is the current one.
    pub async fn fetch(&self) -> Result<(Archive, Option<u32>), ClusterError> {
        let secret = self.get().await?;
        let revision = revision_of(&secret);
        Ok((Archive(secret.data.unwrap_or_default()), revision))
    }

    async fn get(&self) -> Result<Secret, ClusterError> {
        let action = format!("get secret {}", self.place);
        let secret = self.patience.call(&action, || self.api.get(&self.group)).await?;
        let is_run = self.revision.is_some() || self.lease.is_some();
        let uid = self.uid.get_or_init(|| secret.metadata.uid.clone());
        if is_run && *uid != secret.metadata.uid {
            let words = "it was deleted and made anew since this run began".to_owned();
            return Err(ClusterError { action, cause: Cause::NotOurs(words) });
        }
        self.remember(Some(&secret));
        Ok(secret)
    }

    /// The launch whose results the document of this run is kept among: `None` if it is still the
    /// current one.
    fn shelf(&self, secret: &Secret) -> Option<u32> {
        self.revision.filter(|own| revision_of(secret).is_some_and(|current| current != *own))
    }

    fn remember(&self, secret: Option<&Secret>) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = secret.cloned();
    }

    fn seen(&self) -> Option<Secret> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The document that this store is about, in a Secret.
    fn document(&self, secret: &Secret) -> Result<Option<Document>, ArchiveError> {
        let archive = Archive(secret.data.clone().unwrap_or_default());
        match self.shelf(secret) {
            None => archive.document(),
            Some(own) => archive.revision(own),
        }
    }

    fn version(&self, secret: &Secret) -> Version {
        let archive = Archive(secret.data.clone().unwrap_or_default());
        version(&archive.state_of(self.shelf(secret)))
    }

    /// The Secret with the document in its place.
    fn with_document(
        &self,
        secret: &Secret,
        experiment: &Experiment,
    ) -> Result<Secret, ArchiveError> {
        let mut changed = secret.clone();
        let mut archive = Archive(changed.data.take().unwrap_or_default());
        match self.shelf(secret) {
            None => {
                self.put_earlier_aside(&mut archive);
                archive.put(experiment)?;
            }
            Some(own) => archive.put_revision(own, experiment)?,
        }
        changed.data = Some(archive.0);
        let annotations = changed.metadata.annotations.get_or_insert_default();
        annotations.insert(GROUP.to_owned(), self.group.clone());
        Ok(changed)
    }

    /// Keeps the result of the launch before this one. What cannot be read is replaced: it is no
    /// result.
    fn put_earlier_aside(&self, archive: &mut Archive) {
        let Some(own) = self.revision else { return };
        let Ok(Some(earlier)) = archive.document() else { return };
        let Some(result) = &earlier.experiment.result else { return };
        if result.revision < own
            && let Err(error) = archive.put_aside(result.revision, &earlier)
        {
            tracing::warn!("{error}");
        }
    }

    /// What to do when the document is not the one that this run wrote last. Another run may go
    /// on with it; what a person has changed is put aside, since only the run knows what it has
    /// measured.
    async fn take_over(&self, secret: &mut Secret) -> Result<(), StoreError> {
        let Some(lease) = &self.lease else { return Err(StoreError::Conflict) };
        let is_held = lease.is_held().await.map_err(|error| StoreError::Write(error.into()))?;
        if !is_held {
            return Err(StoreError::Conflict);
        }
        tracing::warn!(
            "secret {}: the document was changed by somebody else during the run; \
             what was found is kept under {EDITED_KEY}",
            self.place
        );
        let data = secret.data.get_or_insert_default();
        if let Some(found) = data.get(crate::names::DOCUMENT_KEY).cloned() {
            data.insert(EDITED_KEY.to_owned(), found);
        }
        Ok(())
    }
}

/// Two documents have the same version if they are the same, whatever else has changed.
fn version(state: &[u8]) -> Version {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    state.hash(&mut hasher);
    Version(format!("{:016x}", hasher.finish()))
}

impl Store for SecretStore {
    fn read(&self) -> BoxFuture<'_, Result<Option<Stored>, StoreError>> {
        Box::pin(async {
            let secret = self.get().await.map_err(|error| StoreError::Read(error.into()))?;
            let document =
                self.document(&secret).map_err(|error| StoreError::Read(error.into()))?;
            Ok(document.map(|Document { experiment, warnings }| Stored {
                experiment,
                warnings,
                version: self.version(&secret),
            }))
        })
    }

    fn write<'a>(
        &'a self,
        experiment: &'a Experiment,
        expected: Option<&'a Version>,
    ) -> BoxFuture<'a, Result<Version, StoreError>> {
        Box::pin(async move {
            let failed = |error: ClusterError| StoreError::Write(error.into());
            let too_large = |error: ArchiveError| StoreError::Write(error.into());
            let action = format!("update secret {}", self.place);
            let parameters =
                PostParams { field_manager: Some(RUNNER.to_owned()), ..PostParams::default() };
            let mut found = self.seen();
            loop {
                let mut secret = match found.take() {
                    Some(secret) => secret,
                    None => self.get().await.map_err(failed)?,
                };
                let changed = self.with_document(&secret, experiment).map_err(too_large)?;
                let state = self.version(&secret);
                // A write whose answer was lost has been done.
                if state == self.version(&changed) && expected != Some(&state) {
                    return Ok(state);
                }
                let is_expected = match expected {
                    Some(expected) => *expected == state,
                    None => matches!(self.document(&secret), Ok(None)),
                };
                // A run that has been replaced begins a shelf of its own.
                let is_begun =
                    self.shelf(&secret).is_some() && matches!(self.document(&secret), Ok(None));
                let changed = if is_expected || is_begun {
                    changed
                } else {
                    self.take_over(&mut secret).await?;
                    self.with_document(&secret, experiment).map_err(too_large)?
                };
                let replace = || self.api.replace(&self.group, &parameters, &changed);
                match self.patience.call(&action, replace).await {
                    Ok(written) => {
                        let version = self.version(&written);
                        self.remember(Some(&written));
                        return Ok(version);
                    }
                    Err(error) if error.is_conflict() => self.remember(None),
                    Err(error) => return Err(failed(error)),
                }
            }
        })
    }
}
