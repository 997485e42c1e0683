//! `iter8 report`

use iter8_model::experiment::Experiment;
use iter8_model::group::Group;
use iter8_report::{Context, Format, render};
use jiff::Timestamp;

use crate::args::ReportArgs;
use crate::exit::Exit;
use crate::{commands, documents};

/// Prints the report of a document.
pub(crate) async fn report(arguments: ReportArgs) -> anyhow::Result<Exit> {
    let experiment = documents::load(&arguments.document).await?;
    print_report(&experiment, &arguments.document.group, arguments.output, arguments.samples)
}

/// Prints a report to stdout, and to the log what it could not show.
pub(crate) fn print_report(
    experiment: &Experiment,
    group: &Group,
    format: Format,
    show_samples: bool,
) -> anyhow::Result<Exit> {
    let context = Context {
        group: group.to_string(),
        generated_at: Some(Timestamp::now()),
        tool_version: concat!("v", env!("CARGO_PKG_VERSION")).to_owned(),
        show_samples,
    };
    let report = render(experiment, &context, format);
    for warning in &report.warnings {
        tracing::error!("{warning}");
    }
    commands::print(&report.text)
}
