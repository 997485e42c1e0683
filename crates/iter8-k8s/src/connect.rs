//! The only place where a client of an API server is made.

use std::path::PathBuf;
use std::time::Duration;

use kube::config::{
    AuthInfo, Cluster as ClusterEntry, Config, InClusterError, KubeConfigOptions, Kubeconfig,
    KubeconfigError,
};
use serde_json::json;

/// Longest wait for a connection. A server that does not answer by then is down or the wrong one;
/// calls are repeated by whoever can wait longer.
const CONNECT: Duration = Duration::from_secs(5);

/// Name of context, cluster and user where there is no kubeconfig but flags that stand for one.
const BY_FLAGS: &str = "iter8-flags";

/// How to reach a cluster: what the flags of every `k` command say. What is not set comes from the
/// kubeconfig, or in a pod from its service account.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// The namespace to work in.
    pub namespace: Option<String>,
    /// The kubeconfig to read instead of those on the usual search path.
    pub kubeconfig: Option<PathBuf>,
    /// The context of the kubeconfig to use.
    pub context: Option<String>,
    /// A bearer token.
    pub token: Option<String>,
    /// The user to act as.
    pub as_user: Option<String>,
    /// The groups to act as a member of.
    pub as_groups: Vec<String>,
    /// Address of the API server.
    pub server: Option<String>,
    /// Certificates of authorities to trust.
    pub ca_file: Option<PathBuf>,
    /// The name that the certificate of the API server must have.
    pub tls_server_name: Option<String>,
    /// Whether any certificate will do.
    pub skip_verify: bool,
}

/// A cluster, seen from one namespace.
#[derive(Clone)]
pub struct Cluster {
    pub(crate) client: kube::Client,
    /// The namespace to work in.
    pub namespace: String,
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cluster").field("namespace", &self.namespace).finish_non_exhaustive()
    }
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The kubeconfig that was asked for cannot be used.
    #[error("failed to use the kubeconfig")]
    Kubeconfig(#[source] Box<KubeconfigError>),
    /// There is no kubeconfig, and this is no pod.
    #[error("there is no cluster: no kubeconfig was found, and this is no pod")]
    NoCluster(#[source] InClusterError),
    /// The client cannot be made, as of a certificate.
    #[error("failed to prepare the connection to {server}")]
    Client {
        /// The API server.
        server: String,
        /// What is wrong.
        source: Box<kube::Error>,
    },
}

impl ConnectError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Kubeconfig(_) => "see --kubeconfig, --kube-context and kubectl config view",
            Self::NoCluster(_) => {
                "name a kubeconfig with --kubeconfig or KUBECONFIG; iter8 run needs no cluster"
            }
            Self::Client { .. } => "see the certificates and the credentials of the kubeconfig",
        }
    }
}

impl Cluster {
    /// Prepares a client. Nothing is sent yet, so that a wrong address is told by the first call.
    pub async fn connect(access: &Access) -> Result<Self, ConnectError> {
        let mut config = config(access).await?;
        config.connect_timeout = Some(CONNECT);
        // Calls are repeated by `Patience`, which knows what is worth it.
        config.default_retry = false;
        let namespace = access.namespace.clone();
        let namespace = namespace.unwrap_or_else(|| config.default_namespace.clone());
        let server = config.cluster_url.to_string();
        let client = kube::Client::try_from(config)
            .map_err(|source| ConnectError::Client { server, source: Box::new(source) })?;
        Ok(Self { client, namespace })
    }
}

impl Access {
    /// The namespace in which a command works, without any cluster: that of the flag, else that of
    /// the kubeconfig's context, else `default`.
    pub async fn namespace(&self) -> String {
        if let Some(namespace) = &self.namespace {
            return namespace.clone();
        }
        let config = config(self).await;
        config.map_or_else(|_| "default".to_owned(), |config| config.default_namespace)
    }

    /// Whether flags say where the cluster is or who we are, so that a kubeconfig is not needed.
    fn stands_alone(&self) -> bool {
        self.server.is_some()
    }

    fn apply(&self, cluster: &mut ClusterEntry, user: &mut AuthInfo) {
        let text = |path: &PathBuf| path.to_string_lossy().into_owned();
        if let Some(server) = &self.server {
            cluster.server = Some(server.clone());
        }
        if let Some(file) = &self.ca_file {
            cluster.certificate_authority = Some(text(file));
            cluster.certificate_authority_data = None;
        }
        if let Some(name) = &self.tls_server_name {
            cluster.tls_server_name = Some(name.clone());
        }
        if self.skip_verify {
            cluster.insecure_skip_tls_verify = Some(true);
        }
        if let Some(token) = &self.token {
            user.token = Some(token.clone().into());
            user.token_file = None;
        }
        if let Some(name) = &self.as_user {
            user.impersonate = Some(name.clone());
        }
        if !self.as_groups.is_empty() {
            user.impersonate_groups = Some(self.as_groups.clone());
        }
    }
}

async fn config(access: &Access) -> Result<Config, ConnectError> {
    let wrong = |error| ConnectError::Kubeconfig(Box::new(error));
    let found = match &access.kubeconfig {
        Some(path) => Kubeconfig::read_from(path).map(Some),
        None => match Kubeconfig::read() {
            // None was asked for, so none need be there.
            Err(KubeconfigError::ReadConfig(..) | KubeconfigError::FindPath)
                if access.context.is_none() =>
            {
                Ok(None)
            }
            read => read.map(Some),
        },
    };
    let kubeconfig = match found.map_err(wrong)? {
        Some(kubeconfig) if access.context.is_some() || has_context(&kubeconfig) => kubeconfig,
        _ if access.stands_alone() => by_flags(),
        _ => return in_cluster(access),
    };
    let options = KubeConfigOptions { context: access.context.clone(), ..Default::default() };
    let kubeconfig = overridden(kubeconfig, access);
    Config::from_custom_kubeconfig(kubeconfig, &options).await.map_err(wrong)
}

/// Whether the kubeconfig says anything: an empty one is as good as none.
fn has_context(kubeconfig: &Kubeconfig) -> bool {
    kubeconfig.current_context.as_ref().is_some_and(|name| !name.is_empty())
}

fn in_cluster(access: &Access) -> Result<Config, ConnectError> {
    let mut config = Config::incluster().map_err(ConnectError::NoCluster)?;
    let mut cluster = ClusterEntry::default();
    access.apply(&mut cluster, &mut config.auth_info);
    config.tls_server_name = cluster.tls_server_name;
    config.accept_invalid_certs = access.skip_verify;
    Ok(config)
}

/// A kubeconfig that says nothing, for flags to fill in.
fn by_flags() -> Kubeconfig {
    let text = json!({
        "current-context": BY_FLAGS,
        "contexts": [{"name": BY_FLAGS, "context": {"cluster": BY_FLAGS, "user": BY_FLAGS}}],
        "clusters": [{"name": BY_FLAGS, "cluster": {}}],
        "users": [{"name": BY_FLAGS, "user": {}}],
    });
    serde_json::from_value(text).expect("this is a kubeconfig")
}

/// The kubeconfig with the flags applied to every cluster and user, of which the context chooses.
fn overridden(mut kubeconfig: Kubeconfig, access: &Access) -> Kubeconfig {
    let mut nothing = (ClusterEntry::default(), AuthInfo::default());
    for named in &mut kubeconfig.clusters {
        if let Some(cluster) = &mut named.cluster {
            access.apply(cluster, &mut nothing.1);
        }
    }
    for named in &mut kubeconfig.auth_infos {
        access.apply(&mut nothing.0, named.auth_info.get_or_insert_default());
    }
    kubeconfig
}
