//! Waits until an object is ready: looks once, and then watches.

use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use iter8_model::duration;
use kube::Api;
use kube::api::{DynamicObject, ListParams, WatchEvent, WatchParams};
use kube::core::GroupVersionKind;
use kube::discovery::ApiResource;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout_at};

use crate::connect::Cluster;
use crate::error::ClusterError;
use crate::readiness::{Readiness, readiness};

/// The first look may take this long even if the time to wait is shorter: without any look nothing
/// could be said.
const FIRST_LOOK: Duration = Duration::from_secs(5);

/// How long answers are not taken for final that more time alone will not change, such as a missing
/// permission: a Role that was made a moment ago takes a while to be known.
const REFUSED_FOR: Duration = Duration::from_secs(10);

/// How long the server keeps a watch open. Afterwards the object is looked at anew.
const WATCH_SECONDS: u32 = 60;

/// When a watch is given up whose end should have come: its connection is dead.
const WATCH_LOST: Duration = Duration::from_secs(WATCH_SECONDS as u64 + 5);

/// First wait before another look after an error; each further one is twice as long.
const SHORTEST: Duration = Duration::from_millis(100);

/// Longest wait before another look: what is there is noticed soon.
const LONGEST: Duration = Duration::from_secs(2);

/// An object, and what makes it ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// Group of the API; empty for the core.
    pub group: String,
    /// Version of the API.
    pub version: String,
    /// Plural name of the kind, as in URLs.
    pub resource: String,
    /// Namespace of the object; `None` for that of the cluster's client.
    pub namespace: Option<String>,
    /// Name of the object.
    pub name: String,
    /// The condition that must be true.
    pub condition: Option<String>,
}

/// Why an object was not ready in time.
#[derive(Debug, thiserror::Error)]
#[error("{what}: not ready after {}: {reason}", in_words(.after))]
pub struct NotReady {
    /// The object, such as `deployments shop/web`.
    pub what: String,
    /// How long it was waited for.
    pub after: Duration,
    /// What was missing last.
    pub reason: String,
    /// What to do about it, if that is known.
    pub hint: Option<String>,
}

fn in_words(limit: &Duration) -> String {
    duration::format(*limit)
}

/// Waits until the object is ready, at most for `limit`, requests included; it is looked at once in
/// any case. `tell` is told what is missing whenever that changes.
///
/// An object that is missing, a kind that is unknown yet and a server that is away are waited for.
// Differs from Iter8 0.13: there the object is fetched each second, and a limit below a second
// passes without any look.
pub async fn until_ready(
    cluster: &Cluster,
    awaited: &Awaited,
    limit: Duration,
    tell: &(dyn Fn(&str) + Send + Sync),
) -> Result<(), NotReady> {
    let begun = Instant::now();
    let deadline = begun + limit;
    let mut look_until = deadline.max(begun + FIRST_LOOK);
    let mut watch = Watch::new(cluster, awaited, tell);
    let mut pause = SHORTEST;
    loop {
        let seen = timeout_at(look_until, watch.look()).await;
        look_until = deadline;
        let followed = match seen {
            Ok(Ok(None)) => return Ok(()),
            Ok(Ok(Some(version))) => {
                pause = SHORTEST;
                let lost = deadline.min(Instant::now() + WATCH_LOST);
                timeout_at(lost, watch.follow(&version)).await.unwrap_or(Ok(false))
            }
            Ok(Err(error)) => Err(error),
            Err(_) if watch.reason.is_empty() => {
                watch.note("no answer from the API server".to_owned());
                Ok(false)
            }
            Err(_) => Ok(false),
        };
        match followed {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(error) => {
                watch.note(iter8_engine::chain(&error));
                let may_change = error.is_transient() || error.is_not_found();
                if !may_change && begun.elapsed() >= REFUSED_FOR {
                    return Err(watch.not_ready(begun.elapsed(), error.hint()));
                }
                watch.hint = error.hint();
            }
        }
        if Instant::now() + pause >= deadline {
            let hint = watch.hint.take();
            return Err(watch.not_ready(limit, hint));
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST);
    }
}

/// One object under observation.
struct Watch<'a> {
    api: Api<DynamicObject>,
    awaited: &'a Awaited,
    /// `RESOURCE NAMESPACE/NAME`.
    what: String,
    selector: String,
    tell: &'a (dyn Fn(&str) + Send + Sync),
    /// What was missing last.
    reason: String,
    hint: Option<String>,
}

impl<'a> Watch<'a> {
    fn new(
        cluster: &Cluster,
        awaited: &'a Awaited,
        tell: &'a (dyn Fn(&str) + Send + Sync),
    ) -> Self {
        let Awaited { group, version, resource, name, .. } = awaited;
        let namespace = awaited.namespace.as_ref().unwrap_or(&cluster.namespace);
        // Only messages of the client use the kind, and only ours are shown.
        let kind = GroupVersionKind::gvk(group, version, resource);
        let kind = ApiResource::from_gvk_with_plural(&kind, resource);
        Self {
            api: Api::namespaced_with(cluster.client.clone(), namespace, &kind),
            awaited,
            what: format!("{resource} {namespace}/{name}"),
            selector: format!("metadata.name={name}"),
            tell,
            reason: String::new(),
            hint: None,
        }
    }

    /// Looks once. `None` if the object is ready, else the version from which to follow it.
    ///
    /// A list of one, since that tells the version even if the object is missing.
    async fn look(&mut self) -> Result<Option<String>, ClusterError> {
        let parameters = ListParams::default().fields(&self.selector);
        let listed = self.api.list(&parameters).await;
        let listed = listed.map_err(|error| self.failed("list", error))?;
        self.hint = None;
        match listed.items.first() {
            Some(object) if self.is_ready(object) => return Ok(None),
            Some(_) => {}
            None => self.note("it does not exist".to_owned()),
        }
        Ok(Some(listed.metadata.resource_version.unwrap_or_else(|| "0".to_owned())))
    }

    /// Follows the object until it is ready (true) or the watch ends (false).
    async fn follow(&mut self, version: &str) -> Result<bool, ClusterError> {
        let parameters = WatchParams::default().fields(&self.selector).timeout(WATCH_SECONDS);
        let events = self.api.watch(&parameters, version).await;
        let mut events = pin!(events.map_err(|error| self.failed("watch", error))?);
        // Ends with the watch: the server limits it.
        while let Some(event) = events.next().await {
            match event.map_err(|error| self.failed("watch", error))? {
                WatchEvent::Added(object) | WatchEvent::Modified(object) => {
                    if self.is_ready(&object) {
                        return Ok(true);
                    }
                }
                WatchEvent::Deleted(_) => self.note("it does not exist".to_owned()),
                WatchEvent::Bookmark(_) => {}
                // The version is too old, or the server ends: another look tells.
                WatchEvent::Error(_) => return Ok(false),
            }
        }
        Ok(false)
    }

    fn is_ready(&mut self, object: &DynamicObject) -> bool {
        let Awaited { group, resource, condition, .. } = self.awaited;
        let object = serde_json::to_value(object).unwrap_or(Value::Null);
        match readiness(&object, group, resource, condition.as_deref()) {
            Readiness::Ready => true,
            Readiness::NotYet(reason) => {
                self.note(reason);
                false
            }
        }
    }

    fn failed(&self, verb: &str, error: kube::Error) -> ClusterError {
        ClusterError::new(format!("{verb} {}", self.what), error)
    }

    fn note(&mut self, reason: String) {
        if reason != self.reason {
            (self.tell)(&reason);
            self.reason = reason;
        }
    }

    fn not_ready(self, after: Duration, hint: Option<String>) -> NotReady {
        NotReady { what: self.what, after, reason: self.reason, hint }
    }
}
