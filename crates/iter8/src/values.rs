//! Values from the command line, files, URLs and stdin.

use std::error::Error;
use std::path::Path;

use anyhow::Context;
use iter8_model::yaml::parse_mapping;
use iter8_tasks::download::download;
use iter8_values::set::{Layers, compose};
use serde_json::{Map, Value};

use crate::args::ValuesArgs;
use crate::documents;

/// Reads everything that the arguments name and applies their precedence.
pub(crate) async fn gather(arguments: &ValuesArgs) -> anyhow::Result<Map<String, Value>> {
    let mut files = Vec::new();
    for name in &arguments.values {
        let text = read(name).await.with_context(|| format!("failed to read values {name}"))?;
        files.push(parse_mapping(&text).with_context(|| format!("failed to parse values {name}"))?);
    }
    let layers = Layers {
        files,
        set_json: arguments.set_json.clone(),
        set: arguments.set.clone(),
        set_string: arguments.set_string.clone(),
        set_file: arguments.set_file.clone(),
    };
    // Composition is synchronous, so files are read before; each argument names few.
    let mut texts = Vec::new();
    for name in names_of(&arguments.set_file)? {
        let text = read(&name).await.with_context(|| format!("failed to read {name}"))?;
        texts.push((name, text));
    }
    let mut lookup = |name: &str| -> Result<String, Box<dyn Error + Send + Sync>> {
        let found = texts.iter().find(|(known, _)| known == name);
        found.map(|(_, text)| text.clone()).ok_or_else(|| format!("{name} was not read").into())
    };
    compose(layers, &mut lookup).context("unable to merge values")
}

/// The files that `--set-file` arguments name.
fn names_of(arguments: &[String]) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for argument in arguments {
        let mut collect = |name: &str| -> Result<String, Box<dyn Error + Send + Sync>> {
            names.push(name.to_owned());
            Ok(String::new())
        };
        iter8_values::set::apply_set_file(&mut Map::new(), argument, &mut collect)?;
    }
    Ok(names)
}

async fn read(name: &str) -> anyhow::Result<String> {
    if name.starts_with("http://") || name.starts_with("https://") {
        return Ok(String::from_utf8(download(name).await?)?);
    }
    Ok(documents::read_bounded(Path::new(name))?)
}
