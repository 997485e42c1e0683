//! The groups that a namespace has.

use iter8_model::experiment::Experiment;
use k8s_openapi::api::core::v1::Secret;
use kube::api::ListParams;
use kube::{Api, ResourceExt};

use crate::archive::Archive;
use crate::connect::Cluster;
use crate::error::ClusterError;
use crate::names::GROUP;
use crate::retry::Patience;
use crate::store::revision_of;

/// One group, as its Secret tells.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupSummary {
    /// Its name.
    pub group: String,
    /// Its newest launch.
    pub revision: Option<u32>,
    /// Its document; `None` before its first run, or if it cannot be read.
    pub experiment: Option<Experiment>,
}

/// The groups of the cluster's namespace, sorted by name. Those of Iter8 0.13 have no label and
/// are found by their annotation.
pub async fn groups(cluster: &Cluster) -> Result<Vec<GroupSummary>, ClusterError> {
    let api: Api<Secret> = Api::namespaced(cluster.client.clone(), &cluster.namespace);
    let action = format!("list secrets in namespace {}", cluster.namespace);
    let parameters = ListParams::default().fields("type=Opaque");
    // Without the data first: a namespace may have many Secrets that are none of our business.
    let found = Patience::OF_A_COMMAND.call(&action, || api.list_metadata(&parameters)).await?;
    let mut groups = Vec::new();
    for object in found.items {
        let name = object.name_any();
        if object.annotations().get(GROUP) != Some(&name) {
            continue;
        }
        let action = format!("get secret {}/{name}", cluster.namespace);
        let secret = Patience::OF_A_COMMAND.call(&action, || api.get_opt(&name)).await?;
        let Some(secret) = secret else { continue };
        let revision = revision_of(&secret);
        let document = Archive(secret.data.unwrap_or_default()).document();
        let experiment = document.unwrap_or_default().map(|document| document.experiment);
        groups.push(GroupSummary { group: name, revision, experiment });
    }
    groups.sort_by(|a, b| a.group.cmp(&b.group));
    Ok(groups)
}
