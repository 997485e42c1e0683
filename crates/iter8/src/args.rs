//! What can be typed.

mod cluster;
mod conduct;
mod load;
mod merge;
mod metrics;

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, ValueHint};
use iter8_model::group::{self, Group};
use iter8_report::{Format, UnsupportedFormat};
use iter8_sample::{Distribution, Freeze, Listen, Share};
use iter8_template::MissingKey;

use crate::logging::LogLevel;
use crate::pace::Cron;
pub(crate) use cluster::{
    ClusterArgs, ClusterAssertArgs, ClusterCommand, ClusterGroupArgs, ClusterListArgs,
    ClusterLogArgs, ClusterReportArgs, ClusterRunArgs, LaunchArgs,
};
pub(crate) use conduct::{ConductArgs, EventArgs};
pub(crate) use load::{Bound, LoadArgs, Objective};
pub(crate) use merge::MergeArgs;
pub(crate) use metrics::{MetricsArgs, MetricsCommand, MetricsFormat, MetricsQueryArgs};

/// Prove that a release is good before it hurts anyone.
///
/// iter8 runs experiments: lists of tasks that load-test services, collect metrics, and compare
/// them with service level objectives (SLOs).
#[derive(Debug, Parser)]
#[command(name = "iter8", version)]
pub(crate) struct Cli {
    /// Detail of the log: trace, debug, info, warning, error, fatal or panic.
    #[arg(short, long, global = true, default_value = "info", value_name = "LEVEL")]
    pub(crate) loglevel: LogLevel,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run an experiment on this machine.
    Run(RunArgs),
    /// Load-test a URL, quickly.
    Load(Box<LoadArgs>),
    /// Merge what several runners measured of one load test.
    Merge(MergeArgs),
    /// Work with experiments in a Kubernetes cluster.
    #[command(name = "k")]
    Cluster(Box<ClusterArgs>),
    /// Report the result of an experiment.
    Report(ReportArgs),
    /// Assert that conditions hold: exit code 0 if they do, 1 if not.
    Assert(AssertArgs),
    /// Print the log of a group's runs.
    Log(LogArgs),
    /// List the groups that have been run here.
    List(ListArgs),
    /// Delete a group: its document and its log.
    Delete(GroupArgs),
    /// List the tasks that experiments are made of, or describe one.
    Tasks(TasksArgs),
    /// Ask metrics stores by hand, and look at the built-in provider templates.
    Metrics(MetricsArgs),
    /// Print the JSON Schema of values.
    Schema,
    /// Render Go templates as tasks do, to write and test them by hand.
    Template(TemplateArgs),
    /// Start a sample service to experiment with.
    Sample(SampleArgs),
    /// Print the version.
    Version(VersionArgs),
    /// Print a script that completes commands in a shell.
    Completion(CompletionArgs),
    /// Write Markdown documentation of all commands.
    #[command(hide = true)]
    Docs(DocsArgs),
}

/// The group of an experiment.
#[derive(Debug, Args)]
pub(crate) struct GroupArgs {
    /// Name of the experiment's group.
    #[arg(short, long, default_value = group::DEFAULT, value_name = "NAME")]
    pub(crate) group: Group,
}

/// The document of an experiment.
#[derive(Debug, Args)]
pub(crate) struct DocumentArgs {
    /// Name of the experiment's group.
    #[arg(short, long, default_value = group::DEFAULT, value_name = "NAME")]
    pub(crate) group: Group,
    /// Read this document instead of the group's; - is stdin.
    #[arg(long, value_name = "FILE", conflicts_with = "group", value_hint = ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,
}

/// Values, by the options and precedence of Helm.
#[derive(Debug, Default, Args)]
pub(crate) struct ValuesArgs {
    /// YAML file of values, a URL, or - for stdin; repeat for more, the last wins.
    #[arg(
        short = 'f',
        long,
        help_heading = "Values", value_name = "FILE", value_delimiter = ',', value_hint = ValueHint::FilePath)]
    pub(crate) values: Vec<String>,
    /// Set values, such as http.url=http://localhost:8080,http.qps=50.
    #[arg(long, help_heading = "Values", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Set values that are text whatever they look like.
    #[arg(long, help_heading = "Values", value_name = "KEY=VALUE")]
    pub(crate) set_string: Vec<String>,
    /// Set values to the contents of files.
    #[arg(long, help_heading = "Values", value_name = "KEY=FILE")]
    pub(crate) set_file: Vec<String>,
    /// Set values that are JSON.
    #[arg(long, help_heading = "Values", value_name = "KEY=JSON")]
    pub(crate) set_json: Vec<String>,
}

/// `iter8 run`
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 the tasks completed and the objectives, if any, are met; 1 an objective is not met,
or cannot be decided; 2 wrong usage, a failed task, or an interrupted run.

Example:
  iter8 run --set \"tasks={http,assess}\" --set http.url=http://localhost:8080/ \\
    --set assess.SLOs.upper.http/latency-p99=50 --set assess.SLOs.upper.http/error-rate=0")]
pub(crate) struct RunArgs {
    /// Name of the experiment's group; its document is kept in .iter8/NAME/experiment.yaml.
    #[arg(short, long, default_value = group::DEFAULT, value_name = "NAME")]
    pub(crate) group: Group,
    #[command(flatten)]
    pub(crate) values: ValuesArgs,
    /// Run this document as it is, instead of values; - is stdin.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,
    /// Continue the group's stored result instead of starting afresh.
    #[arg(long = "reuseResult", visible_alias = "reuse-result")]
    pub(crate) reuse_result: bool,
    /// Run the list of tasks this often. Without it, once, or with --interval or --cron until stopped.
    #[arg(long, value_name = "N", value_parser = loops)]
    pub(crate) loops: Option<u64>,
    /// Time from the start of a loop to the start of the next, such as 30s.
    #[arg(long, value_name = "DURATION", value_parser = duration, conflicts_with = "cron")]
    pub(crate) interval: Option<Duration>,
    /// Start loops at the times of a cron expression, such as "*/5 * * * *".
    #[arg(long, value_name = "EXPRESSION")]
    pub(crate) cron: Option<Cron>,
    #[command(flatten)]
    pub(crate) events: EventArgs,
    /// Form of the report at the end: text, json, html, junit, markdown or none.
    #[arg(short, long, alias = "outputFormat", default_value = "text", value_name = "FORMAT", value_parser = output)]
    pub(crate) output: Output,
    /// Print the compiled experiment and run nothing.
    #[arg(long)]
    pub(crate) dry: bool,
}

/// `iter8 report`
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    pub(crate) document: DocumentArgs,
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
    /// Also list aggregates of sample metrics, such as gRPC latencies, in the text report.
    #[arg(long)]
    pub(crate) samples: bool,
}

/// `iter8 assert`
#[derive(Debug, Args)]
#[command(after_help = "\
Conditions: completed (all tasks of the loop are done), nofailure (no task has failed),
slos (every version satisfies every objective). All must hold.")]
pub(crate) struct AssertArgs {
    #[command(flatten)]
    pub(crate) document: DocumentArgs,
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

/// What can be asserted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    Completed,
    NoFailure,
    Slos,
}

impl std::str::FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "completed" => Ok(Self::Completed),
            "nofailure" => Ok(Self::NoFailure),
            "slos" => Ok(Self::Slos),
            _ => Err(format!(
                "unsupported assert condition detected; {text}; \
                 expected completed, nofailure or slos"
            )),
        }
    }
}

/// `iter8 log`
#[derive(Debug, Args)]
pub(crate) struct LogArgs {
    #[command(flatten)]
    pub(crate) group: GroupArgs,
    /// Keep printing while the group is being run.
    #[arg(long)]
    pub(crate) follow: bool,
}

/// `iter8 list`
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Form of the list.
    #[arg(short, long, default_value = "text", value_name = "FORMAT")]
    pub(crate) output: ListFormat,
}

/// Forms of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    Text,
    Json,
}

/// `iter8 tasks`
#[derive(Debug, Args)]
pub(crate) struct TasksArgs {
    /// Describe this task.
    pub(crate) name: Option<String>,
    /// Form of the description.
    #[arg(short, long, default_value = "text", value_name = "FORMAT")]
    pub(crate) output: TasksFormat,
}

/// Forms of the task reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TasksFormat {
    Text,
    Json,
    Markdown,
}

/// `iter8 sample`
#[derive(Debug, Args)]
pub(crate) struct SampleArgs {
    #[command(subcommand)]
    pub(crate) service: SampleService,
}

/// The sample services.
#[derive(Debug, Subcommand)]
pub(crate) enum SampleService {
    /// An HTTP/1.1 service whose latency and errors you choose.
    Http(Box<SampleHttpArgs>),
}

/// `iter8 sample http`
#[derive(Debug, Args)]
#[command(after_help = "\
Paths: any answers a small JSON; /status/CODE, /delay/DURATION, /bytes/N, /echo, /redirect/N;
/stats tells the service's own recording of its latency, /metrics the same to Prometheus;
/healthz is always fast.")]
pub(crate) struct SampleHttpArgs {
    /// Address to listen on: HOST:PORT, :PORT or unix:/PATH; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub(crate) listen: Listen,
    /// Time that a request takes.
    #[arg(long, default_value = "0ms", value_name = "DURATION", value_parser = duration)]
    pub(crate) latency: Duration,
    /// How latencies spread: fixed, uniform:JITTER, exponential or slow-tail:SHARE:LATENCY.
    #[arg(long, default_value = "fixed", value_name = "DISTRIBUTION")]
    pub(crate) distribution: Distribution,
    /// Share of requests that are answered with an error, such as 1% or 0.01.
    #[arg(long, default_value = "0", value_name = "SHARE")]
    pub(crate) errors: Share,
    /// Status of these errors.
    #[arg(long, default_value_t = 500, value_name = "CODE", value_parser = clap::value_parser!(u16).range(200..=599))]
    pub(crate) error_status: u16,
    /// Least size of an answer, such as 64KiB.
    #[arg(long, default_value = "0", value_name = "SIZE", value_parser = iter8_sample::parse_size)]
    pub(crate) body_size: u64,
    /// Answer in chunks instead of with a Content-Length.
    #[arg(long)]
    pub(crate) chunked: bool,
    /// Stand still for a while, as LASTING@AT from the first request, such as 2s@4s; repeatable.
    #[arg(long, value_name = "FREEZE")]
    pub(crate) freeze: Vec<Freeze>,
    /// Version that answers name.
    #[arg(long = "app-version", default_value = "1.0.0", value_name = "VERSION")]
    pub(crate) app_version: String,
    /// Seed of errors and latencies.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
}

/// `iter8 template`
#[derive(Debug, Args)]
pub(crate) struct TemplateArgs {
    #[command(subcommand)]
    pub(crate) command: TemplateCommand,
}

/// The verbs of templates.
#[derive(Debug, Subcommand)]
pub(crate) enum TemplateCommand {
    /// Print what a template makes of values.
    Render(TemplateRenderArgs),
}

/// `iter8 template render`
#[derive(Debug, Args)]
#[command(after_help = "\
Values are the data of the template: a value title is .title there. References to credentials, such as
{envRef: TOKEN}, become texts that name them. With --document, the template also has what a
notification has: .Report, .Verdict, .SLOs, .Metrics and so on.

Example:
  iter8 template render query.tpl --set labels.version=v2 --set window=60s")]
pub(crate) struct TemplateRenderArgs {
    /// Template to render; - is stdin.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) values: ValuesArgs,
    /// Templates that FILE may call; repeat for more.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) lib: Vec<PathBuf>,
    /// Document of an experiment to report on.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) document: Option<PathBuf>,
    /// What a key gives that is not there: default, zero or error.
    #[arg(long, default_value = "default", value_name = "WHAT")]
    pub(crate) missing_key: MissingKeyArg,
}

/// What a template gets for a missing key, by the words of Go's option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MissingKeyArg {
    Default,
    Zero,
    Error,
}

impl From<MissingKeyArg> for MissingKey {
    fn from(argument: MissingKeyArg) -> Self {
        match argument {
            MissingKeyArg::Default => Self::Default,
            MissingKeyArg::Zero => Self::Zero,
            MissingKeyArg::Error => Self::Error,
        }
    }
}

/// `iter8 version`
#[derive(Debug, Args)]
pub(crate) struct VersionArgs {
    /// Print the version alone.
    #[arg(long)]
    pub(crate) short: bool,
}

/// `iter8 completion`
#[derive(Debug, Args)]
pub(crate) struct CompletionArgs {
    /// The shell.
    pub(crate) shell: clap_complete::Shell,
}

/// `iter8 docs`
#[derive(Debug, Args)]
pub(crate) struct DocsArgs {
    /// Folder to write one page per command into; - prints one page to stdout.
    #[arg(long = "commandDocsDir", required = true, value_name = "FOLDER", action = ArgAction::Set)]
    pub(crate) command_docs_dir: PathBuf,
}

/// What `iter8 run` prints at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    Report(Format),
    None,
}

fn output(text: &str) -> Result<Output, String> {
    if text.eq_ignore_ascii_case("none") {
        return Ok(Output::None);
    }
    let report = text.parse().map(Output::Report);
    report.map_err(|error| unsupported(&error, ", none"))
}

fn format(text: &str) -> Result<Format, String> {
    text.parse().map_err(|error| unsupported(&error, ""))
}

fn unsupported(error: &UnsupportedFormat, more: &str) -> String {
    let known: Vec<&str> = Format::ALL.into_iter().map(Format::as_str).collect();
    format!("{error}; expected one of {}{more}", known.join(", "))
}

fn loops(text: &str) -> Result<u64, String> {
    let loops = text.parse().ok().filter(|loops| *loops > 0);
    loops.ok_or_else(|| "expected a whole number from 1".to_owned())
}

fn duration(text: &str) -> Result<Duration, String> {
    iter8_model::duration::parse(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn definitions_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn conditions_match_in_any_case() {
        for text in ["completed", "noFailure", "SLOs"] {
            assert!(text.parse::<Condition>().is_ok());
        }
        let error = "done".parse::<Condition>().unwrap_err();
        assert!(error.starts_with("unsupported assert condition detected; done; expected "));
    }
}
