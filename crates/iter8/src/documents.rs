//! Finding the document that a command is about.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::Context;
use iter8_engine::{GroupFolders, Store};
use iter8_model::experiment::Experiment;
use iter8_model::group::Group;
use iter8_model::wire;

use crate::args::DocumentArgs;
use crate::exit::with_hint;

/// Where groups keep their documents, below the working directory.
const FOLDER: &str = ".iter8";

/// Largest document or file of values that is read: as much as the YAML parser accepts.
const LARGEST_TEXT: u64 = 4 * 1024 * 1024;

/// The folders of all groups.
pub(crate) fn folders() -> GroupFolders {
    GroupFolders::new(FOLDER)
}

/// The document that the arguments name: a file, stdin, or that of the group.
pub(crate) async fn load(arguments: &DocumentArgs) -> anyhow::Result<Experiment> {
    match &arguments.file {
        Some(file) => from_file(file),
        None => from_group(&arguments.group).await,
    }
}

async fn from_group(group: &Group) -> anyhow::Result<Experiment> {
    let stored = folders().store(group).read().await?;
    let Some(stored) = stored else {
        let error = anyhow::anyhow!("unable to read experiment: there is no group {group} here");
        let hint =
            "run one with iter8 run, list them with iter8 list, or name a document with --file";
        return Err(with_hint(error, Some(hint.to_owned())));
    };
    warn(&stored.warnings);
    Ok(stored.experiment)
}

/// Reads a document from a file, or from stdin if the name is `-`.
pub(crate) fn from_file(file: &Path) -> anyhow::Result<Experiment> {
    let failed = || format!("failed to read {}", file.display());
    let text = read_bounded(file).with_context(failed)?;
    let document = wire::read(&text).map_err(|error| {
        let hint = match &error {
            wire::ReadError::Field(field) => field.hint.clone(),
            wire::ReadError::Yaml(_) => None,
        };
        with_hint(anyhow::Error::new(error).context(failed()), hint)
    })?;
    warn(&document.warnings);
    Ok(document.experiment)
}

/// Reads a text from a file, or from stdin if the name is `-`, but never more than a YAML parser
/// takes: a name such as `/dev/zero` must not fill the memory.
pub(crate) fn read_bounded(file: &Path) -> io::Result<String> {
    let source: Box<dyn Read> = if file.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(file)?)
    };
    let mut text = String::new();
    source.take(LARGEST_TEXT + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST_TEXT {
        return Err(io::Error::other(format!("more than the maximum of {LARGEST_TEXT} bytes")));
    }
    Ok(text)
}

/// Logs what was odd about a document.
pub(crate) fn warn(warnings: &[String]) {
    for warning in warnings {
        tracing::warn!("{warning}");
    }
}
