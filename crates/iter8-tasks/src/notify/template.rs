//! Payload templates: the built-in ones, and those of users.

use std::path::Path;
use std::sync::Arc;

use iter8_engine::chain;
use iter8_fetch::{Client, FetchError, Limits, Request, without_secrets};
use iter8_model::task::InputError;
use iter8_template::{Dialect, ParseError, Templates};

use super::preset::Preset;
use super::settings::Source;
use crate::files;

/// Largest template of a user, in bytes. Real ones have a few thousand.
const LARGEST: u64 = iter8_template::LONGEST_TEXT as u64;

/// Templates, and which of them makes the payload.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) templates: Templates,
    pub(super) name: String,
    /// The built-in payload that it is.
    pub(super) preset: Option<&'static Preset>,
}

/// A template before the task runs.
#[derive(Debug)]
pub(super) enum Prepared {
    /// It is there.
    Ready(Arc<Chosen>),
    /// It is downloaded from this URL when the task runs.
    Download(String),
}

/// Why a template of a user cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum TemplateError {
    /// It cannot be downloaded.
    #[error("failed to download the payload template")]
    Download(#[source] FetchError),
    /// It is no text.
    #[error("the payload template {0} is no text in UTF-8")]
    NoText(String),
    /// It cannot be parsed.
    #[error("failed to parse the payload template")]
    Parse(#[from] ParseError),
}

/// Reads and parses a template, unless it has to be downloaded.
pub(super) fn prepare(source: &Source, path: &str) -> Result<Prepared, InputError> {
    match source {
        Source::BuiltIn(preset) => Ok(Prepared::Ready(Arc::new(Chosen {
            templates: built_in(),
            name: preset.name.to_owned(),
            preset: Some(preset),
        }))),
        Source::File(file) => {
            let wrong = |message: String| InputError::new(path, message);
            let text = files::read(Path::new(file), LARGEST).map_err(|error| {
                wrong(format!("cannot read {file}: {error}")).with_hint(
                    "expected a URL that begins with http:// or https://, the path of a file, or \
                     the name of a built-in payload",
                )
            })?;
            let chosen = own(file, text).map_err(|error| wrong(chain(&error)))?;
            Ok(Prepared::Ready(Arc::new(chosen)))
        }
        Source::Web(url) => Ok(Prepared::Download(url.clone())),
    }
}

/// Downloads a template.
pub(super) async fn download(
    client: &Client,
    url: &str,
    limits: &Limits,
) -> Result<Chosen, TemplateError> {
    let limits = Limits { largest: LARGEST, ..limits.clone() };
    let response = client.send(&Request::get(url), &limits).await;
    own(&without_secrets(url), response.map_err(TemplateError::Download)?.body)
}

/// A template of a user, which may call those that are built in.
fn own(name: &str, text: Vec<u8>) -> Result<Chosen, TemplateError> {
    let text = String::from_utf8(text).map_err(|_| TemplateError::NoText(name.to_owned()))?;
    let mut templates = built_in();
    templates.parse(name, &text)?;
    Ok(Chosen { templates, name: name.to_owned(), preset: None })
}

/// The built-in templates.
pub(super) fn built_in() -> Templates {
    let mut templates = Templates::new(Dialect::Sprig);
    for (name, text) in Preset::templates() {
        let parsed = templates.parse(name, text);
        parsed.expect("the tests parse every built-in template");
    }
    templates
}
