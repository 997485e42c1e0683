//! A namespace of a real cluster, and what a user does in it.
//!
//! `scripts/cluster.sh test` starts the cluster and loads the image; stories run at the same time,
//! each in a namespace of its own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use serde_json::{Value, json};

use crate::{Iter8, Workspace};

/// Names the environment variable that holds the folder of the cluster.
const FOLDER: &str = "ITER8_TEST_CLUSTER";

/// The image of the program under test.
const IMAGE: &str = "localhost/iter8:test";

/// How long anything in the cluster may take that a story waits for.
const PATIENCE: Duration = Duration::from_mins(2);

/// Whoever takes parts of the cluster away does so alone.
static CLUSTER: RwLock<()> = RwLock::new(());

/// The right to work in the cluster, held until the end of a story.
#[derive(Debug)]
enum Share {
    /// Beside others.
    Common { _guard: RwLockReadGuard<'static, ()> },
    /// While no other story runs.
    Alone { _guard: RwLockWriteGuard<'static, ()> },
}

/// How often a story looks in this time.
const LOOKS: u32 = 600;

/// A namespace of its own, removed at the end.
#[derive(Debug)]
pub struct Namespace {
    /// Held, never read.
    _share: Share,
    folder: PathBuf,
    name: String,
    workspace: Workspace,
}

impl Namespace {
    /// A new namespace that takes none but `restricted` pods.
    pub fn new() -> Self {
        let guard = CLUSTER.read().unwrap_or_else(PoisonError::into_inner);
        Self::with(Share::Common { _guard: guard })
    }

    /// The same for a story that must be the only one meanwhile.
    pub fn alone() -> Self {
        let guard = CLUSTER.write().unwrap_or_else(PoisonError::into_inner);
        Self::with(Share::Alone { _guard: guard })
    }

    fn with(share: Share) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let folder = std::env::var_os(FOLDER).map(PathBuf::from);
        let folder = folder.unwrap_or_else(|| panic!("{FOLDER} is not set; see make cluster"));
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("story-{}-{number}", std::process::id());
        let workspace = Workspace::new();
        let space = Self { _share: share, folder, name, workspace };
        space.apply(&json!({
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {
                "name": space.name,
                "labels": {"pod-security.kubernetes.io/enforce": "restricted"},
            },
        }));
        let account = || space.try_kubectl(&["get", "serviceaccount", "default"]).is_ok();
        wait_for("the default account", account);
        space
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The folder of the cluster; see `e2e/cluster/up.sh`.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder in which commands run.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// A command line of the program after `k`, in this namespace.
    pub fn k(&self, line: &str) -> Iter8 {
        let line = self.workspace.iter8(&format!("k {line}"));
        line.env("KUBECONFIG", self.kubeconfig()).env("HELM_NAMESPACE", &self.name).limit(PATIENCE)
    }

    /// `iter8 k launch` with the image of the program under test.
    pub fn launch(&self, line: &str) -> Iter8 {
        self.k(&format!("launch --set iter8Image={IMAGE} --set imagePullPolicy=Never {line}"))
    }

    /// What kubectl prints in this namespace.
    #[track_caller]
    pub fn kubectl(&self, words: &[&str]) -> String {
        self.try_kubectl(words).unwrap_or_else(|error| panic!("kubectl {words:?}: {error}"))
    }

    /// The same, or what it complains of.
    pub fn try_kubectl(&self, words: &[&str]) -> Result<String, String> {
        let done = self.kubectl_command().args(words).output();
        let done = done.map_err(|error| error.to_string())?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if done.status.success() { Ok(text(&done.stdout)) } else { Err(text(&done.stderr)) }
    }

    /// An object as JSON.
    #[track_caller]
    pub fn get(&self, kind: &str, name: &str) -> Value {
        let text = self.kubectl(&["get", kind, name, "-o", "json"]);
        serde_json::from_str(&text).expect("kubectl prints JSON")
    }

    /// Creates or changes an object.
    #[track_caller]
    pub fn apply(&self, object: &Value) {
        let mut child = self
            .kubectl_command()
            .args(["apply", "-f", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("kubectl can be started");
        let stdin = child.stdin.take().expect("stdin is a pipe");
        let written = { stdin }.write_all(object.to_string().as_bytes());
        let status = child.wait().expect("kubectl can be waited for");
        assert!(written.is_ok() && status.success(), "kubectl apply: {object}");
    }

    /// Starts the sample service and waits until it is reached by the name `web` and port 8080.
    pub fn start_sample(&self, options: &[&str]) {
        let mut command = vec!["iter8", "sample", "http", "--listen", "0.0.0.0:8080"];
        command.extend(options);
        let labels = json!({"app": "web"});
        self.apply(&json!({
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web"},
            "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "securityContext": {
                        "runAsNonRoot": true,
                        "runAsUser": 65_532,
                        "seccompProfile": {"type": "RuntimeDefault"},
                    },
                    "containers": [{
                        "name": "web",
                        "image": IMAGE,
                        "imagePullPolicy": "Never",
                        "command": command,
                        "readinessProbe": {
                            "httpGet": {"path": "/healthz", "port": 8080},
                            "periodSeconds": 1,
                        },
                        "securityContext": {
                            "allowPrivilegeEscalation": false,
                            "capabilities": {"drop": ["ALL"]},
                        },
                    }],
                },
            }},
        }));
        self.apply(&json!({
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "web"},
            "spec": {"selector": labels, "ports": [{"port": 8080}]},
        }));
        self.kubectl(&["wait", "--for=condition=Available", "deployment/web", "--timeout=60s"]);
        // A service is routed a moment after its pods are ready.
        let address = self.get("service", "web")["spec"]["clusterIP"].to_string();
        let connect = format!("exec 3<>/dev/tcp/{}/8080", address.trim_matches('"'));
        let node = concat!(env!("CARGO_MANIFEST_DIR"), "/cluster/node.sh");
        wait_for("the route to the service", || {
            let mut command = Command::new(node);
            command.arg(&self.folder).args(["bash", "-c", &connect]).stderr(Stdio::null());
            command.status().is_ok_and(|status| status.success())
        });
    }

    /// What the runner has written, by the node's own file, which needs no API server.
    pub fn log_on_node(&self) -> String {
        let pods = std::fs::read_dir(self.folder.join("node/log/pods")).into_iter().flatten();
        let own = format!("{}_default-", self.name);
        let own = pods.flatten().filter(|pod| pod.file_name().to_string_lossy().starts_with(&own));
        let files = own.map(|pod| pod.path().join("iter8/0.log"));
        files.map(|file| std::fs::read_to_string(file).unwrap_or_default()).collect()
    }

    /// Names of all objects that a launch might leave behind.
    pub fn leftovers(&self) -> String {
        let kinds = "all,secret,role,rolebinding,sa,lease";
        self.kubectl(&["get", kinds, "-o", "name"])
    }

    fn kubeconfig(&self) -> PathBuf {
        self.folder.join("kubeconfig")
    }

    fn kubectl_command(&self) -> Command {
        let program = std::env::var_os("KUBECTL").map_or_else(|| "kubectl".into(), PathBuf::from);
        let mut command = Command::new(program);
        command.arg("--kubeconfig").arg(self.kubeconfig()).args(["--namespace", &self.name]);
        command.arg("--cache-dir").arg(Path::new(&self.folder).join("cache"));
        command
    }
}

impl Default for Namespace {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = self.try_kubectl(&["delete", "namespace", &self.name, "--wait=false"]);
    }
}

/// Looks until something has happened, but not for ever.
#[track_caller]
pub fn wait_for(what: &str, mut has_happened: impl FnMut() -> bool) {
    for _ in 0..LOOKS {
        if has_happened() {
            return;
        }
        std::thread::park_timeout(PATIENCE / LOOKS);
    }
    panic!("{what} did not happen within {PATIENCE:?}");
}
