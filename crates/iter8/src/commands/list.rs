//! `iter8 list`

use std::fmt::Write;

use iter8_engine::Store;
use iter8_model::experiment::Experiment;
use serde_json::{Value, json};

use crate::args::{ListArgs, ListFormat};
use crate::exit::Exit;
use crate::{commands, documents};

/// Lists the groups in the working directory with the state of their experiments.
pub(crate) async fn list(arguments: ListArgs) -> anyhow::Result<Exit> {
    let folders = documents::folders();
    let mut rows = Vec::new();
    for group in folders.list()? {
        match folders.store(&group).read().await {
            Ok(Some(stored)) => rows.push(row(group.as_str(), &stored.experiment)),
            Ok(None) => {}
            Err(error) => tracing::error!("group {group}: {}", iter8_engine::chain(&error)),
        }
    }
    print(&rows, arguments.output)
}

/// Prints rows in the form that was asked for.
pub(super) fn print(rows: &[Value], format: ListFormat) -> anyhow::Result<Exit> {
    match format {
        ListFormat::Json => commands::print(&format!("{:#}\n", json!(rows))),
        ListFormat::Text => commands::print(&table(rows)),
    }
}

pub(super) fn row(group: &str, experiment: &Experiment) -> Value {
    let result = experiment.result.as_ref();
    let slos = experiment.insights().and_then(|insights| insights.slos_satisfied.as_ref());
    let start = result.and_then(|result| result.start_time.as_ref());
    json!({
        "group": group,
        "started": start.map(|at| at.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
        "loops": result.map_or(0, |result| result.num_loops),
        "completed": experiment.completed(),
        "failure": !experiment.no_failure(),
        "slos": slos.map(iter8_model::slo::SlosSatisfied::all),
    })
}

fn table(rows: &[Value]) -> String {
    const NAMES: [&str; 6] = ["group", "started", "loops", "completed", "failure", "slos"];
    let cell = |row: &Value, name: &str| match &row[name] {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let width = |name: &&str| {
        let cells = rows.iter().map(|row| cell(row, name).chars().count());
        cells.chain([name.len()]).max().unwrap_or(0)
    };
    let widths = NAMES.each_ref().map(width);
    let mut out = String::new();
    let mut line = |cells: [String; 6]| {
        let mut text = String::new();
        for (cell, width) in cells.iter().zip(widths) {
            let _ = write!(text, "{cell:<width$}  ");
        }
        let _ = writeln!(out, "{}", text.trim_end());
    };
    line(NAMES.map(str::to_ascii_uppercase));
    for row in rows {
        line(NAMES.map(|name| cell(row, name)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_cells() {
        let rows =
            [row("a-long-group-name", &Experiment::default()), row("b", &Experiment::default())];
        let expected = "\
GROUP              STARTED  LOOPS  COMPLETED  FAILURE  SLOS
a-long-group-name  -        0      false      false    -
b                  -        0      false      false    -
";
        assert_eq!(table(&rows), expected);
    }
}
