//! `iter8 k`: experiments in a cluster.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueHint};
use iter8_k8s::Access;
use iter8_model::group::{self, Group};
use iter8_report::Format;
use iter8_values::launch::Until;

use super::{Condition, ListFormat, ValuesArgs, duration, format};

/// `iter8 k`
#[derive(Debug, Args)]
pub(crate) struct ClusterArgs {
    #[command(flatten)]
    pub(crate) access: AccessArgs,
    #[command(subcommand)]
    pub(crate) command: ClusterCommand,
}

/// How to reach the cluster. The environment variables are those of Helm.
#[derive(Debug, Args)]
#[command(next_help_heading = "Cluster")]
pub(crate) struct AccessArgs {
    /// Namespace to work in; by default that of the kubeconfig's context.
    #[arg(short, long, global = true, env = "HELM_NAMESPACE", value_name = "NAME")]
    namespace: Option<String>,
    /// Kubeconfig to use instead of the usual ones (KUBECONFIG, ~/.kube/config).
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    kubeconfig: Option<PathBuf>,
    /// Context of the kubeconfig to use.
    #[arg(long, global = true, env = "HELM_KUBECONTEXT", value_name = "NAME")]
    kube_context: Option<String>,
    /// Bearer token to authenticate with.
    #[arg(
        long,
        global = true,
        env = "HELM_KUBETOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    kube_token: Option<String>,
    /// User to act as.
    #[arg(long, global = true, env = "HELM_KUBEASUSER", value_name = "NAME")]
    kube_as_user: Option<String>,
    /// Group to act as a member of; repeat for more.
    #[arg(
        long,
        global = true,
        env = "HELM_KUBEASGROUPS",
        value_delimiter = ',',
        value_name = "NAME"
    )]
    kube_as_group: Vec<String>,
    /// Address of the API server.
    #[arg(long, global = true, env = "HELM_KUBEAPISERVER", value_name = "URL")]
    kube_apiserver: Option<String>,
    /// Certificates of the authorities that the API server's certificate may come from.
    #[arg(long, global = true, env = "HELM_KUBECAFILE", value_name = "FILE", value_hint = ValueHint::FilePath)]
    kube_ca_file: Option<PathBuf>,
    /// Name that the API server's certificate must have.
    #[arg(long, global = true, env = "HELM_KUBETLS_SERVER_NAME", value_name = "NAME")]
    kube_tls_server_name: Option<String>,
    /// Accept any certificate of the API server. Whoever is in between can read and change all.
    #[arg(
        long,
        global = true,
        env = "HELM_KUBEINSECURE_SKIP_TLS_VERIFY",
        value_parser = clap::builder::BoolishValueParser::new(),
        num_args = 0..=1,
        default_missing_value = "true",
        value_name = "BOOL"
    )]
    kube_insecure_skip_tls_verify: Option<bool>,
    /// Has no effect: a command sends few requests.
    #[arg(long, global = true, env = "HELM_BURST_LIMIT", hide = true, value_name = "N")]
    burst_limit: Option<i64>,
}

impl AccessArgs {
    /// What was typed, and what the environment says.
    pub(crate) fn access(&self) -> Access {
        let set = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let path = |path: &Option<PathBuf>| path.clone().filter(|p| !p.as_os_str().is_empty());
        Access {
            namespace: set(&self.namespace),
            kubeconfig: path(&self.kubeconfig),
            context: set(&self.kube_context),
            token: set(&self.kube_token),
            as_user: set(&self.kube_as_user),
            as_groups: self.kube_as_group.iter().filter(|name| !name.is_empty()).cloned().collect(),
            server: set(&self.kube_apiserver),
            ca_file: path(&self.kube_ca_file),
            tls_server_name: set(&self.kube_tls_server_name),
            skip_verify: self.kube_insecure_skip_tls_verify.unwrap_or(false),
        }
    }
}

/// The verbs of `k`.
#[derive(Debug, Subcommand)]
pub(crate) enum ClusterCommand {
    /// Launch an experiment in the cluster, as a Job, a CronJob, or for others to run.
    Launch(LaunchArgs),
    /// Run an experiment of the cluster; its pod does this.
    #[command(hide = true)]
    Run(ClusterRunArgs),
    /// Report the result of an experiment.
    Report(ClusterReportArgs),
    /// Assert that conditions hold: exit code 0 if they do, 1 if not.
    Assert(ClusterAssertArgs),
    /// Print the log of an experiment's pods.
    Log(ClusterLogArgs),
    /// List the groups of the namespace.
    List(ClusterListArgs),
    /// Delete a group: everything that was launched, and its results.
    Delete(ClusterGroupArgs),
}

/// The group of an experiment in a cluster.
#[derive(Debug, Args)]
pub(crate) struct ClusterGroupArgs {
    /// Name of the experiment's group.
    #[arg(short, long, default_value = group::DEFAULT, value_name = "NAME")]
    pub(crate) group: Group,
}

/// `iter8 k launch`
#[derive(Debug, Args)]
#[command(after_help = "\
A launch replaces the group's earlier one; results of the last 10 stay (iter8 k report --revision N).

Example:
  iter8 k launch --set \"tasks={ready,http,assess}\" --set ready.deploy=web \\
    --set http.url=http://web:8080/ --set assess.SLOs.upper.http/latency-p99=50 --set runner=job
  iter8 k assert -c completed,nofailure,slos --timeout 60s")]
pub(crate) struct LaunchArgs {
    #[command(flatten)]
    pub(crate) group: ClusterGroupArgs,
    #[command(flatten)]
    pub(crate) values: ValuesArgs,
    /// Name of the chart: iter8, which is built in.
    #[arg(short, long = "chartName", alias = "chart-name", hide = true, value_name = "NAME")]
    pub(crate) chart_name: Option<String>,
    /// The chart is a local one; it always is.
    #[arg(long = "localChart", alias = "local-chart", hide = true)]
    pub(crate) local_chart: bool,
    /// Write the manifest to a file and create nothing. No cluster is needed.
    #[arg(long)]
    pub(crate) dry: bool,
    /// File that --dry writes to; - is stdout.
    #[arg(long, default_value = "manifest.yaml", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) manifest: PathBuf,
}

/// `iter8 k run`
#[derive(Debug, Args)]
pub(crate) struct ClusterRunArgs {
    #[command(flatten)]
    pub(crate) group: ClusterGroupArgs,
    /// Continue the stored result instead of starting afresh.
    #[arg(long = "reuseResult", visible_alias = "reuse-result")]
    pub(crate) reuse_result: bool,
    /// The launch that this run belongs to.
    #[arg(long, value_name = "N")]
    pub(crate) revision: Option<u32>,
    /// The CronJob that is to be suspended when the series has done enough.
    #[arg(long, value_name = "NAME")]
    pub(crate) cronjob: Option<String>,
    /// Loops after which the series has done enough.
    #[arg(long = "maxLoops", value_name = "N", requires = "cronjob")]
    pub(crate) max_loops: Option<u64>,
    /// Verdict, pass or fail, after which the series has done enough.
    #[arg(long, value_name = "VERDICT", requires = "cronjob")]
    pub(crate) until: Option<Until>,
}

/// `iter8 k report`
#[derive(Debug, Args)]
pub(crate) struct ClusterReportArgs {
    #[command(flatten)]
    pub(crate) group: ClusterGroupArgs,
    /// Report on this earlier launch instead of the newest.
    #[arg(long, value_name = "N")]
    pub(crate) revision: Option<u32>,
    /// Form of the report: text, html, json, junit or markdown.
    #[arg(
        short,
        long = "outputFormat",
        visible_alias = "output",
        default_value = "text",
        value_name = "FORMAT",
        value_parser = format
    )]
    pub(crate) output: Format,
    /// Also list aggregates of sample metrics in the text report.
    #[arg(long)]
    pub(crate) samples: bool,
}

/// `iter8 k assert`
#[derive(Debug, Args)]
#[command(after_help = "\
Conditions: completed (all tasks of the loop are done), nofailure (no task has failed),
slos (every version satisfies every objective). All must hold.")]
pub(crate) struct ClusterAssertArgs {
    #[command(flatten)]
    pub(crate) group: ClusterGroupArgs,
    /// Condition to assert: completed, nofailure or slos; repeat or separate by commas.
    #[arg(
        short,
        long = "condition",
        required = true,
        value_delimiter = ',',
        value_name = "CONDITION"
    )]
    pub(crate) conditions: Vec<Condition>,
    /// Wait this long for the conditions to hold.
    #[arg(short, long, default_value = "0s", value_name = "DURATION", value_parser = duration)]
    pub(crate) timeout: Duration,
}

/// `iter8 k log`
#[derive(Debug, Args)]
pub(crate) struct ClusterLogArgs {
    #[command(flatten)]
    pub(crate) group: ClusterGroupArgs,
    /// Keep printing while the experiment runs.
    #[arg(short, long)]
    pub(crate) follow: bool,
}

/// `iter8 k list`
#[derive(Debug, Args)]
pub(crate) struct ClusterListArgs {
    /// Form of the list.
    #[arg(short, long, default_value = "text", value_name = "FORMAT")]
    pub(crate) output: ListFormat,
}
