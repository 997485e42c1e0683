//! What can be typed after `iter8 metrics`.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::{ValuesArgs, duration};

/// `iter8 metrics`
#[derive(Debug, Args)]
pub(crate) struct MetricsArgs {
    #[command(subcommand)]
    pub(crate) command: MetricsCommand,
}

/// What to do with provider templates.
#[derive(Debug, Subcommand)]
pub(crate) enum MetricsCommand {
    /// Send the queries of a provider template once and show what was asked and answered.
    Query(Box<MetricsQueryArgs>),
    /// List the built-in provider templates.
    Templates,
    /// Print a built-in provider template.
    Template {
        /// Its name.
        name: String,
    },
}

/// `iter8 metrics query`
#[derive(Debug, Args)]
#[command(after_help = "\
Values are the variables of the template. If they have the key custommetrics, they are those of an
experiment: its templates are asked, with the values of the version, auth and tls that stand there.

Exit codes: 0 every metric has a value; 1 some have none; 2 wrong usage, or nothing could be asked.

Example:
  iter8 metrics query --template istio-prom --set labels.destination_workload=web-v2 --elapsed 10m")]
pub(crate) struct MetricsQueryArgs {
    /// Provider template: a URL, the path of a file, or the name of a built-in one; of the values
    /// of an experiment, one of its templates, or all without this option.
    #[arg(short, long, value_name = "TEMPLATE", value_hint = ValueHint::FilePath)]
    pub(crate) template: Option<String>,
    #[command(flatten)]
    pub(crate) values: ValuesArgs,
    /// Version to ask about, with the values of an experiment; the first is 0.
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) version_index: usize,
    /// Ask only for the metric of this name.
    #[arg(long, value_name = "NAME")]
    pub(crate) metric: Option<String>,
    /// Length of the window, which the template sees as elapsedTimeSeconds.
    #[arg(long, default_value = "5m", value_name = "DURATION", value_parser = duration)]
    pub(crate) elapsed: Duration,
    /// How to authenticate, as YAML, such as '{bearer: {envRef: TOKEN}}'.
    #[arg(long, value_name = "YAML")]
    pub(crate) auth: Option<String>,
    /// Form of the answer.
    #[arg(short, long, default_value = "text", value_name = "FORMAT")]
    pub(crate) output: MetricsFormat,
}

/// Forms of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MetricsFormat {
    Text,
    Json,
}
