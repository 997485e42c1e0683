//! Provider templates: where they are, and how they are read.

use std::io;
use std::path::Path;
use std::sync::Arc;

use iter8_engine::CancellationToken;
use iter8_fetch::{Client, ClientError, FetchError, Limits, Request, Tls, without_secrets};
use iter8_model::suggest::closest;
use iter8_template::{Dialect, ParseError, Templates};

use super::Variables;
use crate::download::is_web;
use crate::files;
use crate::rendering::{Renderer, RenderingError, apart};
use crate::surroundings::Surroundings;

/// Largest template, in bytes. Real ones have a few thousand.
const LARGEST: u64 = iter8_template::LONGEST_TEXT as u64;

/// Where a provider template is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// In this program, by name.
    BuiltIn(&'static str),
    /// A file.
    File(String),
    /// A URL of the web.
    Web(String),
}

/// Why a template cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// It cannot be read.
    #[error("cannot read {file}")]
    Read {
        /// Where.
        file: String,
        /// What happened.
        source: io::Error,
        /// Advice, if there is some.
        hint: Option<String>,
    },
    /// It cannot be fetched.
    #[error("failed to fetch the template")]
    Fetch(#[from] FetchError),
    /// Nothing can be fetched.
    #[error("failed to fetch the template")]
    Client(#[from] ClientError),
    /// It is no text.
    #[error("{0} is no text in UTF-8")]
    NoText(String),
    /// It cannot be parsed.
    #[error("failed to parse the template")]
    Parse(#[from] ParseError),
}

/// A template that can be rendered.
#[derive(Debug, Clone)]
pub struct Template {
    name: String,
    templates: Arc<Templates>,
}

impl Source {
    /// Reads what values say: a URL, the name of a built-in template, or the path of a file.
    pub fn new(text: &str) -> Self {
        match iter8_providers::builtin_names().find(|name| *name == text) {
            Some(name) => Self::BuiltIn(name),
            None if is_web(text) => Self::Web(text.to_owned()),
            None => Self::File(text.to_owned()),
        }
    }

    /// The template if it is at hand, `None` if it has to be fetched.
    pub(super) fn read(&self) -> Result<Option<Template>, TemplateError> {
        match self {
            Self::BuiltIn(name) => built_in(name).map(Some),
            Self::File(file) => of_file(file).map(Some),
            Self::Web(_) => Ok(None),
        }
    }

    /// The template, wherever it is.
    pub async fn load(&self, limits: &Limits) -> Result<Template, TemplateError> {
        match self {
            Self::BuiltIn(name) => built_in(name),
            Self::File(file) => of_file(file),
            Self::Web(url) => fetch(url, limits).await,
        }
    }
}

fn built_in(name: &str) -> Result<Template, TemplateError> {
    Template::new(name, iter8_providers::builtin(name).unwrap_or_default())
}

fn of_file(file: &str) -> Result<Template, TemplateError> {
    let bytes = files::read(Path::new(file), LARGEST).map_err(|source| {
        let hint = hint(file, &source);
        TemplateError::Read { file: file.to_owned(), source, hint }
    })?;
    Template::of_bytes(file, bytes)
}

/// Fetches a template from the web.
async fn fetch(url: &str, limits: &Limits) -> Result<Template, TemplateError> {
    let client = Client::new(&Tls::default())?;
    let limits = Limits { largest: LARGEST, ..limits.clone() };
    let response = client.send(&Request::get(url), &limits).await?;
    Template::of_bytes(&without_secrets(url), response.body)
}

impl Template {
    fn new(name: &str, text: &str) -> Result<Self, TemplateError> {
        let mut templates = Templates::new(Dialect::Sprig);
        templates.parse(name, text)?;
        Ok(Self { name: name.to_owned(), templates: Arc::new(templates) })
    }

    fn of_bytes(name: &str, bytes: Vec<u8>) -> Result<Self, TemplateError> {
        let text = String::from_utf8(bytes).map_err(|_| TemplateError::NoText(name.to_owned()))?;
        Self::new(name, &text)
    }

    /// What the template makes of variables.
    pub async fn render(
        &self,
        variables: Variables,
        surroundings: &Surroundings,
        stop: &CancellationToken,
    ) -> Result<String, RenderingError> {
        let Self { name, templates } = self.clone();
        let work = move |renderer: &Renderer| renderer.render(&templates, &name, &variables.data());
        apart(work, surroundings, stop).await
    }
}

/// Advice on a file that is not there and may be meant for something else.
fn hint(file: &str, error: &io::Error) -> Option<String> {
    if error.kind() != io::ErrorKind::NotFound {
        return None;
    }
    Some(match closest(file, iter8_providers::builtin_names()) {
        Some(name) => format!("did you mean the built-in template {name}?"),
        None => "a template is a URL, a file, or one of those that iter8 metrics templates lists"
            .to_owned(),
    })
}
