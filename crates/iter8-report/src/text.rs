//! The report for terminals, to the byte as Iter8 0.13 prints it for the same result.

use std::fmt::Write as _;

use crate::Context;
use crate::view::{NO_INSIGHTS, SloRow, UNAVAILABLE, View};

/// Dashes under the first heading of the table of objectives.
const SLO_RULE: usize = 14;
/// Dashes under every other heading of the table of objectives.
const SATISFIED_RULE: usize = 9;
/// Dashes under the first heading of the table of metrics.
const METRIC_RULE: usize = 7;
/// Dashes under every other heading of the table of metrics.
const VALUE_RULE: usize = 5;

/// Renders the report.
pub fn render(view: &View, context: &Context) -> String {
    let summary = &view.summary;
    let mut out = String::new();
    section(&mut out, "Experiment summary:");
    for (key, value) in [
        ("Experiment completed", summary.completed.to_string()),
        ("No task failures", summary.no_failure.to_string()),
        ("Total number of tasks", summary.total_tasks.to_string()),
        ("Number of completed tasks", summary.completed_tasks.to_string()),
        ("Number of completed loops", summary.completed_loops.to_string()),
    ] {
        let _ = writeln!(out, "  {key}: {value}");
    }
    if !view.has_insights {
        section(&mut out, "Metrics-based Insights:");
        let _ = write!(out, "  {NO_INSIGHTS}\n\n");
        return out;
    }
    if let Some(rows) = &view.slos {
        section(&mut out, "Whether or not service level objectives (SLOs) are satisfied:");
        table(&mut out, &slo_table(view, rows));
    }
    if !view.doubts.is_empty() {
        section(&mut out, "Measurements that cannot be relied on:");
        for doubt in &view.doubts {
            let _ = writeln!(out, "  {}", printable(&doubt.sentence()));
        }
        out.push_str("  \n");
    }
    section(&mut out, "Latest observed values for metrics:");
    table(&mut out, &metric_table(view, context.show_samples));
    out.push('\n');
    out
}

/// An empty line, the heading, as many asterisks, and another empty line.
fn section(out: &mut String, heading: &str) {
    let _ = write!(out, "\n{heading}\n{}\n\n", "*".repeat(heading.len()));
}

fn slo_table(view: &View, rows: &[SloRow]) -> Vec<Vec<String>> {
    let mut table = header(view, ("SLO Conditions", SLO_RULE), ("Satisfied", SATISFIED_RULE));
    for row in rows.iter().filter(|row| row.meta.is_some()) {
        let satisfied = row.checks.iter().map(|check| match check.satisfied {
            Some(satisfied) => satisfied.to_string(),
            None => UNAVAILABLE.to_owned(),
        });
        table.push([row.condition("<=")].into_iter().chain(satisfied).collect());
    }
    table
}

fn metric_table(view: &View, show_samples: bool) -> Vec<Vec<String>> {
    let mut table = header(view, ("Metric", METRIC_RULE), ("value", VALUE_RULE));
    for row in view.metrics.iter().filter(|row| show_samples || !row.is_extra) {
        table.push([row.label()].into_iter().chain(row.cells()).collect());
    }
    table
}

fn header(view: &View, first: (&str, usize), others: (&str, usize)) -> Vec<Vec<String>> {
    let columns = view.columns(others.0);
    let rule = columns.iter().map(|_| "-".repeat(others.1));
    let rule = ["-".repeat(first.1)].into_iter().chain(rule).collect();
    vec![[first.0.to_owned()].into_iter().chain(columns).collect(), rule]
}

/// Cells are padded to the widest of their column and one space more, but for the last of a row.
/// The table ends with a line of two spaces.
fn table(out: &mut String, rows: &[Vec<String>]) {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| printable(cell)).collect()).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max()
    };
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    for row in &rows {
        let padded = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            if column + 1 == row.len() { cell.clone() } else { format!("{cell:<width$} ") }
        });
        let _ = writeln!(out, "  {}", padded.collect::<Vec<_>>().join("| "));
    }
    out.push_str("  \n");
}

/// Names come from users and servers; control characters in them would move the cursor.
fn printable(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}
