//! The report for the summary of a CI job, or for a comment on a change.

use std::fmt::Write as _;

use iter8_model::number::shortest;
use iter8_model::slo::Bound;

use crate::Context;
use crate::view::{Check, NO_INSIGHTS, Outcome, SloRow, View};

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
        let _ = write!(out, " {tally}.");
    }
    out.push_str("\n\n");
    if !view.has_insights {
        let _ = writeln!(out, "{NO_INSIGHTS}");
        return out;
    }
    if let Some(rows) = view.slos.as_ref().filter(|rows| !rows.is_empty()) {
        slos(&mut out, view, rows);
    }
    doubts(&mut out, view);
    queries(&mut out, view);
    metrics(&mut out, view);
    out
}

fn slos(out: &mut String, view: &View, rows: &[SloRow]) {
    let columns = view.columns("Value");
    let fixed = ["SLO", "Limit"].map(str::to_owned);
    header(out, &fixed.into_iter().chain(columns).collect::<Vec<_>>());
    for row in rows {
        let sign = match row.bound {
            Bound::Upper => "≤",
            Bound::Lower => "≥",
        };
        let checks = row.checks.iter().map(|of| check(row, of));
        let fixed = [row.label(), format!("{sign} {}", shortest(row.limit))];
        line(out, fixed.into_iter().chain(checks));
    }
    out.push('\n');
}

fn check(row: &SloRow, check: &Check) -> String {
    let mark = match check.outcome() {
        Outcome::Satisfied => "✅",
        Outcome::Violated => "❌",
        Outcome::Unavailable => "❔",
        Outcome::NotAssessed => "⚪",
    };
    format!("{mark} {}", row.cell(check))
}

fn doubts(out: &mut String, view: &View) {
    for doubt in &view.doubts {
        let _ = writeln!(out, "⚠️ {}\n", escape(&doubt.sentence()));
    }
}

fn queries(out: &mut String, view: &View) {
    let failed = view.failed_queries();
    if failed.is_empty() {
        return;
    }
    let columns = view.columns("Status");
    header(
        out,
        &["Metric without a value".to_owned()].into_iter().chain(columns).collect::<Vec<_>>(),
    );
    for row in failed {
        line(out, [row.metric.clone()].into_iter().chain(row.cells()));
    }
    out.push('\n');
}

fn metrics(out: &mut String, view: &View) {
    out.push_str("<details>\n<summary>Latest observed values for metrics</summary>\n\n");
    let columns = view.columns("Value");
    header(out, &["Metric".to_owned()].into_iter().chain(columns).collect::<Vec<_>>());
    for row in &view.metrics {
        line(out, [row.label()].into_iter().chain(row.cells()));
    }
    out.push_str("\n</details>\n");
}

/// The heading of a table and its rule: text to the left, numbers to the right.
fn header(out: &mut String, cells: &[String]) {
    let rule: Vec<&str> =
        (0..cells.len()).map(|column| if column == 0 { ":--" } else { "--:" }).collect();
    let rule = rule.join(" | ");
    line(out, cells.iter().cloned());
    let _ = writeln!(out, "| {rule} |");
}

fn line(out: &mut String, cells: impl IntoIterator<Item = String>) {
    let cells: Vec<String> = cells.into_iter().map(|cell| escape(&cell)).collect();
    let _ = writeln!(out, "| {} |", cells.join(" | "));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_are_escaped() {
        let cases = [
            ("http/latency-p99.9 (msec)", "http/latency-p99.9 (msec)"),
            ("a|b", "a\\|b"),
            ("`code`", "\\`code\\`"),
            ("<script>&amp;", "&lt;script&gt;&amp;amp;"),
            ("a\nb\tc", "a b c"),
            ("a_b*c~d", "a\\_b\\*c\\~d"),
            ("![x](y)", "\\!\\[x\\](y)"),
            ("back\\slash", "back\\\\slash"),
        ];
        for (text, expected) in cases {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn tables_have_a_rule_of_their_width() {
        let mut out = String::new();
        header(&mut out, &["a", "b|c"].map(str::to_owned));
        assert_eq!(out, "| a | b\\|c |\n| :-- | --: |\n");
    }
}
