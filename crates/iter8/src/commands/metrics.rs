//! `iter8 metrics`

mod show;

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, bail};
use iter8_model::suggest::closest;
use iter8_model::yaml::parse_mapping;
use iter8_tasks::custommetrics::{Inquiry, Question, Source};
use iter8_tasks::{Tasks, Vault};
use serde_json::{Map, Value, json};

use crate::args::{MetricsCommand, MetricsFormat, MetricsQueryArgs};
use crate::commands::run::input_error;
use crate::console::Console;
use crate::exit::{Exit, with_hint};
use crate::{commands, values};

/// The section of an experiment's values that is about metrics stores.
const SECTION: &str = "custommetrics";

/// Does what was typed after `iter8 metrics`.
pub(crate) async fn metrics(command: MetricsCommand, console: Console) -> anyhow::Result<Exit> {
    match command {
        MetricsCommand::Query(arguments) => query(*arguments, &console).await,
        MetricsCommand::Templates => commands::print(&list()),
        MetricsCommand::Template { name } => commands::print(template(&name)?),
    }
}

fn list() -> String {
    let mut out = String::new();
    for template in iter8_providers::TEMPLATES {
        let _ = writeln!(out, "{:<20} {}", template.name, template.summary);
    }
    out.push_str("\niter8 metrics template NAME prints one.\n");
    out
}

fn template(name: &str) -> anyhow::Result<&'static str> {
    iter8_providers::builtin(name).ok_or_else(|| {
        let hint = match closest(name, iter8_providers::builtin_names()) {
            Some(near) => format!("did you mean {near}?"),
            None => "iter8 metrics templates lists them".to_owned(),
        };
        with_hint(anyhow::anyhow!("there is no built-in template {name}"), Some(hint))
    })
}

async fn query(arguments: MetricsQueryArgs, console: &Console) -> anyhow::Result<Exit> {
    let tasks = Tasks::new(Vault::of_process(console.redactor().clone()));
    let values = values::gather(&arguments.values).await?;
    let (inputs, provider) = inputs(values, &arguments)?;
    let inquiry = Inquiry::new(&tasks, &inputs, SECTION).map_err(input_error)?;
    let versions = inquiry.versions();
    if arguments.version_index >= versions {
        bail!("there is no version {}: the values have {versions}", arguments.version_index);
    }
    let question = Question {
        provider,
        version: arguments.version_index,
        metric: arguments.metric.clone(),
        elapsed: arguments.elapsed,
    };
    let asked = inquiry.ask(&question).await?;
    if asked.is_empty() {
        bail!("the template has no such metric");
    }
    let redactor = tasks.vault().redactor();
    let shown = match arguments.output {
        MetricsFormat::Text => show::text(&asked),
        MetricsFormat::Json => format!("{:#}\n", show::json(&asked)),
    };
    commands::print(&redactor.redact(&shown))?;
    let has_all = asked.iter().all(|of| of.status.has_value());
    Ok(if has_all { Exit::Yes } else { Exit::No("some metrics have no value") })
}

/// The inputs to ask with, and the one provider to ask if not all.
fn inputs(
    mut values: Map<String, Value>,
    arguments: &MetricsQueryArgs,
) -> anyhow::Result<(Map<String, Value>, Option<String>)> {
    let auth = arguments.auth.as_deref().map(parse_mapping).transpose();
    let auth = auth.context("failed to parse --auth")?;
    let Some(section) = values.shift_remove(SECTION) else {
        let Some(template) = &arguments.template else {
            let hint = "iter8 metrics templates lists the built-in ones";
            let error = anyhow::anyhow!("required flag(s) \"template\" not set");
            return Err(with_hint(error, Some(hint.to_owned())));
        };
        let name = provider_name(template);
        let mut inputs = Map::new();
        inputs.insert("templates".to_owned(), json!({ &name: template }));
        inputs.insert("values".to_owned(), Value::Object(values));
        if let Some(auth) = auth {
            inputs.insert("auth".to_owned(), json!({ &name: auth }));
        }
        return Ok((inputs, None));
    };
    let Value::Object(mut inputs) = section else { bail!("{SECTION}: expected a map") };
    // The condition of the task is about an experiment.
    inputs.shift_remove("if");
    let Some(provider) = &arguments.template else { return Ok((inputs, None)) };
    let templates = inputs.get("templates").and_then(Value::as_object);
    let known: Vec<String> = templates.into_iter().flat_map(Map::keys).cloned().collect();
    if !known.contains(provider) {
        let error = anyhow::anyhow!("the values have no template {provider}");
        return Err(with_hint(error, Some(format!("templates are {}", known.join(", ")))));
    }
    if let Some(auth) = auth {
        inputs.insert("auth".to_owned(), json!({ provider: auth }));
    }
    Ok((inputs, Some(provider.clone())))
}

/// What metrics of a template are called after: its name, or that of its file.
fn provider_name(template: &str) -> String {
    let name = match Source::new(template) {
        Source::BuiltIn(name) => name.to_owned(),
        Source::File(_) | Source::Web(_) => {
            let path = template.split(['?', '#']).next().unwrap_or_default();
            let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str());
            stem.unwrap_or_default().to_owned()
        }
    };
    if name.is_empty() || name.contains('/') { "template".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_found_by_name() {
        let list = list();
        for name in iter8_providers::builtin_names() {
            assert!(list.lines().any(|line| line.split(' ').next() == Some(name)), "{list}");
            assert_eq!(template(name).ok(), iter8_providers::builtin(name));
        }
        let error = template("promethus").unwrap_err();
        assert_eq!(error.to_string(), "did you mean prometheus?");
    }

    #[test]
    fn metrics_are_called_after_their_template() {
        let cases = [
            ("prometheus", "prometheus"),
            ("./prometheus", "prometheus"),
            ("/a/b/my-store.tpl", "my-store"),
            ("https://h/x/store.yaml?token=a/b", "store"),
            ("https://h/", "h"),
            ("..", "template"),
            ("", "template"),
        ];
        for (template, name) in cases {
            assert_eq!(provider_name(template), name, "{template}");
        }
    }
}
