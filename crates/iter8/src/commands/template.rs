//! `iter8 template`

use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use iter8_engine::CancellationToken;
use iter8_model::credential::Reference;
use iter8_model::group;
use iter8_tasks::Surroundings;
use iter8_tasks::notify::{Facts, template_data};
use iter8_tasks::rendering::{Renderer, apart};
use iter8_template::{Dialect, Map, MissingKey, Templates, Value};
use serde_json::Value as Json;

use crate::args::{TemplateArgs, TemplateCommand, TemplateRenderArgs};
use crate::exit::Exit;
use crate::{documents, values};

/// Renders a template as a task would.
pub(crate) async fn template(arguments: TemplateArgs) -> anyhow::Result<Exit> {
    let TemplateCommand::Render(arguments) = arguments.command;
    let name = name_of(&arguments.file);
    let templates = parse(&arguments)?;
    let surroundings = Surroundings::of_process(group::DEFAULT);
    let data = data(&arguments, &surroundings).await?;
    let work = move |renderer: &Renderer| renderer.render(&templates, &name, &data());
    let rendered = apart(work, &surroundings, &CancellationToken::new()).await?;
    io::stdout().lock().write_all(rendered.as_bytes())?;
    Ok(Exit::Yes)
}

/// The template with those that it may call, which come first so that it can replace them.
fn parse(arguments: &TemplateRenderArgs) -> anyhow::Result<Templates> {
    let mut templates =
        Templates::new(Dialect::Sprig).missing_key(MissingKey::from(arguments.missing_key));
    for file in arguments.lib.iter().chain([&arguments.file]) {
        let text = documents::read_bounded(file);
        let text = text.with_context(|| format!("failed to read {}", file.display()))?;
        templates.parse(&name_of(file), &text)?;
    }
    Ok(templates)
}

/// How errors call a template: its file's name without the folders.
fn name_of(file: &Path) -> String {
    let name = file.file_name().unwrap_or(file.as_os_str());
    name.to_string_lossy().into_owned()
}

/// What makes the data, on the thread that renders.
async fn data(
    arguments: &TemplateRenderArgs,
    surroundings: &Surroundings,
) -> anyhow::Result<impl FnOnce() -> Value + Send + 'static> {
    let values = values::gather(&arguments.values).await?;
    let values = named_references(&Json::Object(values));
    let experiment = arguments.document.as_deref().map(documents::from_file).transpose()?;
    let now = (surroundings.now)().to_zoned(surroundings.zone.clone());
    let group = surroundings.group.clone();
    let facts = Facts { group, link: None, now, settings: serde_json::Map::new() };
    Ok(move || {
        let Some(experiment) = experiment else { return Value::from(&values) };
        let data = template_data(&experiment, &facts);
        if let (Value::Map(data), Json::Object(values)) = (&data, &values) {
            for (key, value) in Map::from(values).entries() {
                data.set(key, value);
            }
        }
        data
    })
}

/// Values in which references to credentials are texts that name them: what is printed here may
/// end up anywhere, so it never has the credential itself.
fn named_references(value: &Json) -> Json {
    if let Ok(Some(reference)) = Reference::read(value, "") {
        return Json::String(format!("[{reference}]"));
    }
    match value {
        Json::Object(map) => {
            map.iter().map(|(key, value)| (key.clone(), named_references(value))).collect()
        }
        Json::Array(items) => items.iter().map(named_references).collect(),
        scalar => scalar.clone(),
    }
}
