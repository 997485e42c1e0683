//! Reference texts of tasks, made from the catalogue.

use std::fmt::Write;

use iter8_model::task::catalogue::{
    self, MetricEntry, Origin, Parameter, ParameterKind, Scope, TaskEntry,
};
use serde_json::{Value, json};

/// What a kind of parameter takes, in a few words.
pub fn kind_text(kind: ParameterKind) -> String {
    match kind {
        ParameterKind::Text | ParameterKind::Plain => "text".to_owned(),
        ParameterKind::Credential => "credential".to_owned(),
        ParameterKind::Webhook => "URL".to_owned(),
        ParameterKind::Bool => "true or false".to_owned(),
        ParameterKind::Integer { min, max: i64::MAX } => format!("integer from {min}"),
        ParameterKind::Integer { min, max } => format!("integer from {min} to {max}"),
        ParameterKind::Number => "number".to_owned(),
        ParameterKind::Rate => "number or max".to_owned(),
        ParameterKind::Duration => "duration such as 1m30s".to_owned(),
        ParameterKind::Size => "size such as 4MB".to_owned(),
        ParameterKind::Choice(choices) => choices.join(", "),
        ParameterKind::Texts => "list of texts".to_owned(),
        ParameterKind::TextMap => "map of texts".to_owned(),
        ParameterKind::Tree => "map".to_owned(),
        ParameterKind::Trees => "list of maps".to_owned(),
        ParameterKind::Messages => "map, list of maps or @".to_owned(),
        // What stands in each is on the page of credentials.
        ParameterKind::Auth => {
            "{basic: {…}}, {bearer: …}, {token: …}, {oauth2: {…}} or {aws: {…}}".to_owned()
        }
        ParameterKind::Tls => "{caFile, certFile, keyFile, serverName, skipVerify}".to_owned(),
        ParameterKind::Exports => {
            "{remoteWrite, otlp}, each a URL or {url, headers, auth, tls}".to_owned()
        }
        ParameterKind::ByProvider(kind) => format!("by provider: {}", kind_text(*kind)),
        ParameterKind::Percentiles => "list of numbers".to_owned(),
        ParameterKind::Ranges => "list of {lower, upper}".to_owned(),
        ParameterKind::Stages => "list of {duration, qps, shape}".to_owned(),
        ParameterKind::Requests => {
            "list of {url, method, headers, payloadStr, contentType, weight}".to_owned()
        }
        ParameterKind::Slos => "{upper, lower}: limits by metric".to_owned(),
        ParameterKind::Endpoints => "map of the parameters above".to_owned(),
    }
}

/// All tasks as plain text for a terminal, one line each.
pub fn list() -> String {
    let mut out = String::new();
    for task in catalogue::TASKS {
        let note = if task.kind.is_available() { "" } else { " (not available in this version)" };
        let _ = writeln!(out, "{:<14} {}{note}", task.name, task.summary);
    }
    out.push_str("\niter8 tasks NAME describes one.\n");
    out
}

/// One task for programs.
pub fn json(task: &TaskEntry) -> Value {
    let parameters = task.parameters.iter().map(|parameter| {
        json!({
            "name": parameter.name,
            "takes": kind_text(parameter.kind),
            "default": parameter.default,
            "inEndpoints": parameter.scope == Scope::Endpoint,
            "inIter8v0.13": parameter.origin == Origin::Iter8,
            "description": parameter.description,
        })
    });
    let metrics = task.metrics.iter().map(|metric| {
        json!({
            "name": format!("{}/{}", task.name, metric.name),
            "type": metric.kind.as_str(),
            "units": metric.units,
            "inIter8v0.13": metric.origin == Origin::Iter8,
            "description": metric.description,
        })
    });
    json!({
        "name": task.name,
        "summary": task.summary,
        "available": task.kind.is_available(),
        "parameters": parameters.collect::<Vec<_>>(),
        "metrics": metrics.collect::<Vec<_>>(),
    })
}

/// One task as plain text for a terminal.
pub fn describe(task: &TaskEntry) -> String {
    let mut out = format!("{}: {}\n", task.name, task.summary);
    if !task.kind.is_available() {
        out.push_str("\nNot available in this version.\n");
        return out;
    }
    out.push_str("\nParameters:\n");
    for parameter in task.parameters {
        let _ = write!(out, "\n  {} ({})", parameter.name, kind_text(parameter.kind));
        if let Some(default) = parameter.default {
            let _ = write!(out, ", default: {default}");
        }
        out.push('\n');
        wrap(&mut out, parameter.description, "      ");
    }
    if !task.metrics.is_empty() {
        out.push_str("\nMetrics:\n\n");
        for metric in task.metrics {
            let name = format!("{}/{}", task.name, metric.name);
            let units = metric.units.map(|units| format!(" ({units})")).unwrap_or_default();
            let _ = writeln!(out, "  {:<26} {}{units}: {}", name, metric.kind, metric.description);
        }
    }
    out
}

/// Breaks text at spaces so that lines stay within 96 columns.
fn wrap(out: &mut String, text: &str, indent: &str) {
    const WIDTH: usize = 96;
    let mut width = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if width == 0 || width + 1 + length > WIDTH {
            out.push_str(if width == 0 { "" } else { "\n" });
            out.push_str(indent);
            out.push_str(word);
            width = indent.len() + length;
        } else {
            out.push(' ');
            out.push_str(word);
            width += 1 + length;
        }
    }
    out.push('\n');
}

/// The reference page of all tasks.
pub fn markdown() -> String {
    let mut out = String::from(
        "# Tasks\n\nWhat `tasks` may list, and what each takes under its own name. This page is \
         generated by `cargo xtask gen`; the same text is printed by `iter8 tasks`.\n\nEvery task \
         also takes `if`, a [condition](conditions.md) without which it is skipped. Texts and \
         credentials may be [references](credentials.md).\n",
    );
    for task in catalogue::TASKS {
        let _ = write!(out, "\n## {}\n\n{}\n", task.name, task.summary);
        if !task.kind.is_available() {
            out.push_str("\nNot available in this version.\n");
            continue;
        }
        out.push_str("\n| parameter | takes | default | meaning |\n|---|---|---|---|\n");
        task.parameters.iter().for_each(|parameter| parameter_row(&mut out, parameter));
        if !task.metrics.is_empty() {
            out.push_str("\n| metric | type | units | description |\n|---|---|---|---|\n");
            task.metrics.iter().for_each(|metric| metric_row(&mut out, task, metric));
        }
    }
    out.push_str("\n¹ Not in Iter8 0.13. ² At the top of the task only, not in endpoints.\n");
    out
}

fn parameter_row(out: &mut String, parameter: &Parameter) {
    let mut marks = String::new();
    marks.push_str(if parameter.origin == Origin::Added { "¹" } else { "" });
    let alone = parameter.scope == Scope::Task && parameter.kind != ParameterKind::Endpoints;
    marks.push_str(if alone { "²" } else { "" });
    let _ = writeln!(
        out,
        "| `{}`{marks} | {} | {} | {} |",
        parameter.name,
        kind_text(parameter.kind),
        parameter.default.unwrap_or("–"),
        parameter.description.replace('|', "\\|"),
    );
}

fn metric_row(out: &mut String, task: &TaskEntry, metric: &MetricEntry) {
    let mark = if metric.origin == Origin::Added { "¹" } else { "" };
    let units = metric.units.unwrap_or("–");
    let (name, kind, description) = (metric.name, metric.kind, metric.description);
    let _ = writeln!(out, "| `{}/{name}`{mark} | {kind} | {units} | {description} |", task.name);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_and_metric_is_on_the_page() {
        let page = markdown();
        for task in catalogue::TASKS {
            assert!(page.contains(&format!("\n## {}\n", task.name)));
            if !task.kind.is_available() {
                continue;
            }
            for parameter in task.parameters {
                assert!(page.contains(&format!("| `{}`", parameter.name)), "{}", parameter.name);
            }
            for metric in task.metrics {
                assert!(page.contains(&format!("| `{}/{}`", task.name, metric.name)));
            }
        }
        let columns = |line: &str| line.matches('|').count() - line.matches("\\|").count();
        assert!(page.lines().filter(|line| line.starts_with('|')).all(|line| columns(line) == 5));
    }

    #[test]
    fn terminal_text_is_wrapped() {
        for task in catalogue::TASKS {
            let text = describe(task);
            assert!(text.starts_with(&format!("{}: ", task.name)));
            let longest = text.lines().map(|line| line.chars().count()).max();
            assert!(longest.is_some_and(|longest| longest <= 130), "{text}");
        }
        assert_eq!(list().lines().count(), catalogue::TASKS.len() + 2);
        assert_eq!(json(&catalogue::HTTP)["parameters"][0]["name"], "url");
        let planned = catalogue::find("abnmetrics").unwrap();
        assert!(describe(planned).contains("Not available in this version."));
    }
}
