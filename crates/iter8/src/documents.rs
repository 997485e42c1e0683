//! Finding the document that a command is about.

use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use anyhow::Context;
use iter8_engine::{GroupFolders, Store};
use iter8_model::experiment::Experiment;
use iter8_model::group::Group;
use iter8_model::wire;

use crate::args::DocumentArgs;
use crate::exit::with_hint;

/// Where groups keep their documents, below the working directory.
const FOLDER: &str = ".iter8";

/// Largest document read from stdin, as for files.
const LARGEST_STDIN: u64 = 4 * 1024 * 1024;

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
pub(crate) fn from_file(file: &PathBuf) -> anyhow::Result<Experiment> {
    let mut text = String::new();
    let failed = || format!("failed to read {}", file.display());
    if file.as_os_str() == "-" {
        io::stdin().lock().take(LARGEST_STDIN).read_to_string(&mut text).with_context(failed)?;
    } else {
        text = fs::read_to_string(file).with_context(failed)?;
    }
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

fn warn(warnings: &[String]) {
    for warning in warnings {
        tracing::warn!("{warning}");
    }
}
