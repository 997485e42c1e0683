//! Options of load tests besides what is sent.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};
use iter8_load::Part;

use super::duration;

/// How a load test is conducted.
#[derive(Debug, Args)]
#[command(next_help_heading = "Conduct")]
pub(crate) struct ConductArgs {
    /// End the test early once more than this share of its requests were errors, such as 0.5.
    #[arg(long, value_name = "SHARE")]
    pub(crate) abort_on_error_rate: Option<f64>,
    /// Delay of the load generator itself, p99, beyond which the result is unreliable [default: 100ms].
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) max_schedule_lag: Option<Duration>,
    #[command(flatten)]
    pub(crate) events: EventArgs,
    /// Export every second to this URL of Prometheus remote write.
    #[arg(long, value_name = "URL")]
    pub(crate) remote_write: Option<String>,
    /// Export every second to this URL of OTLP over HTTP, such as http://localhost:4318/v1/metrics.
    #[arg(long, value_name = "URL")]
    pub(crate) otlp: Option<String>,
    /// Carry out part I of K, with its share of the requests and connections, and print what it measured for
    /// iter8 merge.
    #[arg(long, value_name = "I/K", conflicts_with_all = ["slo", "output"])]
    pub(crate) part: Option<Part>,
}

/// Where seconds of load tests are told.
#[derive(Debug, Args)]
pub(crate) struct EventArgs {
    /// Write a line of JSON about every second of a load test to this file; - is stdout.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) events: Option<PathBuf>,
}
