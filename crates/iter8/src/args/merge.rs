//! `iter8 merge`

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::load::Objective;

/// `iter8 merge`
#[derive(Debug, Args)]
#[command(after_help = "\
Counts and histograms of the parts add up exactly to what one runner would have measured.

Exit codes: 0 the objectives, if any, are met; 1 one is not met, or cannot be decided; 2 wrong usage, or a part
is missing.

Example, in two shells:
  iter8 load http://localhost:8080/ -q 1000 -d 10s -c 16 --part 1/2 >1.json
  iter8 load http://localhost:8080/ -q 1000 -d 10s -c 16 --part 2/2 >2.json
and then:
  iter8 merge 1.json 2.json --slo latency-p99=50")]
pub(crate) struct MergeArgs {
    /// What iter8 load printed with --part.
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,
    /// Go on although parts are missing; objectives are then inconclusive.
    #[arg(long)]
    pub(crate) partial: bool,
    /// Objective: METRIC=MOST, METRIC<=MOST or METRIC>=LEAST, such as latency-p99=50; repeat for more.
    #[arg(long, value_name = "OBJECTIVE", value_parser = super::load::objective)]
    pub(crate) slo: Vec<Objective>,
    /// Form of the result: text, json, html, junit, markdown or none.
    #[arg(short, long, default_value = "text", value_name = "FORMAT", value_parser = super::output)]
    pub(crate) output: super::Output,
}
