//! What was asked and answered, for people and for programs.

use std::fmt::Write as _;

use iter8_model::number::shortest;
use iter8_tasks::custommetrics::Asked;
use serde_json::{Value, json};

/// Lines of a body that are shown as text. All that is kept is in the JSON.
const LINES: usize = 20;

/// Queries one after the other, each with its request, its answer and its value.
pub(super) fn text(asked: &[Asked]) -> String {
    let mut out = String::new();
    for of in asked {
        if !out.is_empty() {
            out.push('\n');
        }
        let units = of.metric.units.as_ref().map(|units| format!(", {units}")).unwrap_or_default();
        let kind = of.metric.kind.as_str().to_lowercase();
        let _ = writeln!(out, "{} ({kind}{units})", of.name);
        let trace = &of.answer.trace;
        row(&mut out, "request", &format!("{} {}", trace.method, trace.url));
        for (name, value) in &trace.params {
            row(&mut out, "", &format!("{name} = {value}"));
        }
        for (name, value) in &trace.headers {
            row(&mut out, "header", &format!("{name}: {value}"));
        }
        if let Some(body) = trace.body.as_deref().filter(|body| !body.is_empty()) {
            row(&mut out, "body", body);
        }
        if let Some(status) = trace.status {
            let attempts = match trace.attempts {
                0 | 1 => String::new(),
                more => format!(" ({more} attempts)"),
            };
            row(&mut out, "response", &format!("{status}{attempts}"));
        }
        if let Some(response) = trace.response.as_deref().filter(|text| !text.is_empty()) {
            row(&mut out, "", response);
        }
        row(&mut out, "jq", of.metric.jq.as_str());
        match of.answer.outcome.value() {
            Some(value) => row(&mut out, "value", &shortest(value)),
            None => row(&mut out, "no value", &of.status.to_string()),
        }
        if let Some(note) = &of.answer.note {
            row(&mut out, "note", note);
        }
    }
    out
}

/// A text beside its heading, further lines below it.
fn row(out: &mut String, heading: &str, text: &str) {
    let mut lines = text.lines();
    let _ = writeln!(out, "{}", format!("  {heading:<9} {}", shown(lines.next())).trim_end());
    for (at, line) in lines.enumerate() {
        if at + 1 == LINES {
            let _ = writeln!(out, "{:12}…", "");
            return;
        }
        let _ = writeln!(out, "{}", format!("{:12}{}", "", shown(Some(line))).trim_end());
    }
}

/// Servers may send what moves a cursor.
fn shown(line: Option<&str>) -> String {
    line.unwrap_or_default().replace(char::is_control, "\u{fffd}")
}

/// The same as a list.
pub(super) fn json(asked: &[Asked]) -> Value {
    asked.iter().map(entry).collect()
}

fn entry(of: &Asked) -> Value {
    let trace = &of.answer.trace;
    let pairs = |pairs: &[(String, String)]| -> Value {
        pairs.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
    };
    json!({
        "metric": of.name,
        "type": of.metric.kind.as_str(),
        "units": of.metric.units,
        "description": of.metric.description,
        "request": {
            "method": trace.method,
            "url": trace.url,
            "params": pairs(&trace.params),
            "headers": pairs(&trace.headers),
            "body": trace.body,
        },
        "response": trace.status.map(|status| json!({
            "status": status,
            "body": trace.response,
        })),
        "attempts": trace.attempts,
        "jqExpression": of.metric.jq.as_str(),
        "status": of.status.outcome.as_str(),
        "message": of.status.message,
        "note": of.answer.note,
        "value": of.answer.outcome.value(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_column() {
        let mut out = String::new();
        row(&mut out, "request", "GET http://h/");
        row(&mut out, "", "query = up\n  and more\u{1b}[1m\n");
        row(&mut out, "no value", "");
        assert_eq!(
            out,
            "  request   GET http://h/\n            query = up\n              and more\u{fffd}[1m\n  \
             no value\n"
        );
        let mut out = String::new();
        row(&mut out, "", &"x\n".repeat(LINES + 5));
        assert_eq!(out.lines().count(), LINES + 1);
        assert_eq!(out.lines().last(), Some("            …"));
    }
}
