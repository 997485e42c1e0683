//! Who runs a group: a Lease, so that two runners never work on one document.

use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease as LeaseObject, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use kube::Api;
use kube::api::PostParams;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::connect::Cluster;
use crate::error::ClusterError;
use crate::names::RUNNER;
use crate::retry::Patience;

/// How long a runner that is not heard of is taken to be alive: several renewals, and longer than
/// a node needs to start again.
const EXPIRES: Duration = Duration::from_secs(30);

/// Time between two renewals.
const RENEWED: Duration = Duration::from_secs(10);

/// Time between two looks at a Lease that somebody else holds.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The claim of a runner to a group, renewed until it is released or dropped.
#[derive(Debug)]
pub struct Lease {
    api: Api<LeaseObject>,
    group: String,
    holder: String,
    patience: Patience,
    renewing: JoinHandle<()>,
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.renewing.abort();
    }
}

impl Lease {
    /// Waits until nobody else holds the group, and takes it for `holder`. `None` where the group
    /// has no Lease, as with Iter8 0.13.
    ///
    /// Whether a holder is alive is told by watching its renewals with our own clock, never by
    /// comparing times of two machines.
    pub async fn acquire(
        cluster: &Cluster,
        group: &str,
        holder: &str,
        patience: Patience,
    ) -> Result<Option<Self>, ClusterError> {
        let api: Api<LeaseObject> = Api::namespaced(cluster.client.clone(), &cluster.namespace);
        let name = format!("{}/{group}", cluster.namespace);
        let read = format!("get lease {name}");
        let write = format!("update lease {name}");
        let mut seen: Option<(String, Instant)> = None;
        loop {
            let found = patience.call(&read, || api.get(group)).await;
            let mut lease = match found {
                Ok(lease) => lease,
                Err(error) if error.is_not_found() => return Ok(None),
                Err(error) => return Err(error),
            };
            let version = lease.metadata.resource_version.clone().unwrap_or_default();
            if let Some(other) = holder_of(&lease).filter(|other| *other != holder) {
                match &seen {
                    Some((last, since)) if *last == version => {
                        if since.elapsed() < EXPIRES {
                            sleep(LOOK_EVERY).await;
                            continue;
                        }
                        tracing::warn!("runner {other} has not been heard of for {EXPIRES:?}");
                    }
                    _ => {
                        if seen.is_none() {
                            tracing::info!("waiting for runner {other} of group {group} to end");
                        }
                        seen = Some((version, Instant::now()));
                        sleep(LOOK_EVERY).await;
                        continue;
                    }
                }
            }
            claim(&mut lease, Some(holder));
            let parameters = parameters();
            let taken = patience.call(&write, || api.replace(group, &parameters, &lease)).await;
            match taken {
                Ok(_) => break,
                Err(error) if error.is_conflict() => {}
                Err(error) => return Err(error),
            }
        }
        let (group, holder) = (group.to_owned(), holder.to_owned());
        let renewing = tokio::spawn(renew(api.clone(), group.clone(), holder.clone()));
        Ok(Some(Self { api, group, holder, patience, renewing }))
    }

    /// Whether the group is still ours.
    pub(crate) async fn is_held(&self) -> Result<bool, ClusterError> {
        let action = format!("get lease {}", self.group);
        let lease = self.patience.call(&action, || self.api.get(&self.group)).await?;
        Ok(holder_of(&lease) == Some(&self.holder))
    }

    /// Lets the next runner go on at once. What it cannot tell the API server, the next runner
    /// finds out by waiting.
    pub async fn release(self) {
        self.renewing.abort();
        let action = format!("release lease {}", self.group);
        let released = async {
            let mut lease =
                Patience::OF_A_COMMAND.call(&action, || self.api.get(&self.group)).await?;
            if holder_of(&lease) == Some(&self.holder) {
                claim(&mut lease, None);
                let parameters = parameters();
                let replace = || self.api.replace(&self.group, &parameters, &lease);
                Patience::OF_A_COMMAND.call(&action, replace).await?;
            }
            Ok::<_, ClusterError>(())
        };
        if let Err(error) = released.await {
            tracing::debug!("{}", iter8_engine::chain(&error));
        }
    }
}

/// Renews the claim as long as it is ours. A renewal that fails is followed by the next.
async fn renew(api: Api<LeaseObject>, group: String, holder: String) {
    loop {
        sleep(RENEWED).await;
        let renewed = async {
            let mut lease = api.get(&group).await?;
            if holder_of(&lease) != Some(&holder) {
                return Ok(false);
            }
            claim(&mut lease, Some(&holder));
            api.replace(&group, &parameters(), &lease).await?;
            Ok::<_, kube::Error>(true)
        };
        match renewed.await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::debug!("failed to renew lease {group}: {error}"),
        }
    }
}

fn parameters() -> PostParams {
    PostParams { field_manager: Some(RUNNER.to_owned()), ..PostParams::default() }
}

fn holder_of(lease: &LeaseObject) -> Option<&str> {
    let holder = lease.spec.as_ref()?.holder_identity.as_deref();
    holder.filter(|holder| !holder.is_empty())
}

/// Writes who holds the Lease from now on.
fn claim(lease: &mut LeaseObject, holder: Option<&str>) {
    let now = MicroTime(Timestamp::now());
    let spec = lease.spec.get_or_insert_with(LeaseSpec::default);
    if spec.holder_identity.as_deref() != holder {
        spec.acquire_time = Some(now.clone());
    }
    spec.renew_time = Some(now);
    spec.holder_identity = holder.map(str::to_owned);
    spec.lease_duration_seconds = i32::try_from(EXPIRES.as_secs()).ok();
}
