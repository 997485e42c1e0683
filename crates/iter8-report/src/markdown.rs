//! The report for the summary of a CI job, or for a comment on a change.

use iter8_model::number::shortest;
use iter8_model::slo::Bound;

use crate::Context;
use crate::view::{Check, NO_INSIGHTS, Outcome, SloRow, View, cell, label};

/// Renders the report.
pub fn render(view: &View, context: &Context) -> String {
    let mark = match view.is_good() {
        Some(true) => "✅",
        Some(false) => "❌",
        None => "⚪",
    };
    let mut out = format!("### {mark} {}: {}\n\n", escape(&context.group), view.headline());
    out.push_str(&view.summary.sentences());
    if let Some(tally) = view.tally() {
        out.push_str(&format!(" {tally}."));
    }
    out.push_str("\n\n");
    if !view.has_insights {
        out.push_str(&format!("{NO_INSIGHTS}\n"));
        return out;
    }
    if let Some(rows) = view.slos.as_ref().filter(|rows| !rows.is_empty()) {
        slos(&mut out, view, rows);
    }
    metrics(&mut out, view);
    out
}

fn slos(out: &mut String, view: &View, rows: &[SloRow]) {
    let columns = view.columns("Value");
    let fixed = ["SLO", "Limit"].map(str::to_owned);
    header(out, fixed.into_iter().chain(columns).collect());
    for row in rows {
        let sign = match row.bound {
            Bound::Upper => "≤",
            Bound::Lower => "≥",
        };
        let checks = row.checks.iter().map(check);
        let fixed = [row.label(), format!("{sign} {}", shortest(row.limit))];
        line(out, fixed.into_iter().chain(checks).collect());
    }
    out.push('\n');
}

fn check(check: &Check) -> String {
    let mark = match check.outcome() {
        Outcome::Satisfied => "✅",
        Outcome::Violated => "❌",
        Outcome::Unavailable => "❔",
        Outcome::NotAssessed => "⚪",
    };
    format!("{mark} {}", cell(check.value))
}

fn metrics(out: &mut String, view: &View) {
    out.push_str("<details>\n<summary>Latest observed values for metrics</summary>\n\n");
    let columns = view.columns("Value");
    header(out, ["Metric".to_owned()].into_iter().chain(columns).collect());
    for row in &view.metrics {
        let values = row.values.iter().copied().map(cell);
        let name = label(&row.name, row.meta.units.as_deref());
        line(out, [name].into_iter().chain(values).collect());
    }
    out.push_str("\n</details>\n");
}

/// The heading of a table and its rule: text to the left, numbers to the right.
fn header(out: &mut String, cells: Vec<String>) {
    let rule: Vec<&str> =
        (0..cells.len()).map(|column| if column == 0 { ":--" } else { "--:" }).collect();
    let rule = rule.join(" | ");
    line(out, cells);
    out.push_str(&format!("| {rule} |\n"));
}

fn line(out: &mut String, cells: Vec<String>) {
    let cells: Vec<String> = cells.iter().map(|cell| escape(cell)).collect();
    out.push_str(&format!("| {} |\n", cells.join(" | ")));
}

/// Text that Markdown and the HTML in it show as it is. Line ends and other control characters
/// become spaces, so that a cell stays a cell.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '!' => {
                out.push('\\');
                out.push(character);
            }
            _ if character.is_control() => out.push(' '),
            _ => out.push(character),
        }
    }
    out
}
