//! Sets of named templates.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ast::Template;
use crate::environment::Environment;
use crate::error::{ParseError, RenderError};
use crate::exec;
use crate::functions::Dialect;
use crate::parse::{self, MAX_NESTING};
use crate::value::Value;

/// A set of templates that can call each other by name.
#[derive(Debug, Clone)]
pub struct Templates {
    dialect: Dialect,
    missing_key: MissingKey,
    set: Set,
}

/// Templates by name.
pub(crate) type Set = BTreeMap<String, Arc<Template>>;

/// What a template gets for a key that a map does not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MissingKey {
    /// Nothing, printed as `<no value>`.
    #[default]
    Default,
    /// The zero value of the map's type: nil, printed as `<no value>`, or the empty text.
    Zero,
    /// An error.
    Error,
}

impl Templates {
    /// No templates.
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, missing_key: MissingKey::Default, set: Set::new() }
    }

    /// The same templates, with another answer for missing keys.
    #[must_use]
    pub fn missing_key(self, missing_key: MissingKey) -> Self {
        Self { missing_key, ..self }
    }

    /// Adds a text as a template of the name, and the templates that it defines. They replace
    /// others of their names, unless they are blank. On an error nothing changes.
    pub fn parse(&mut self, name: &str, text: &str) -> Result<(), ParseError> {
        add(&mut self.set, parse::parse(name, text, self.dialect, MAX_NESTING)?);
        Ok(())
    }

    /// Whether there is a template of the name.
    pub fn contains(&self, name: &str) -> bool {
        self.set.contains_key(name)
    }

    /// Executes a template on data.
    pub fn render(
        &self,
        name: &str,
        data: &Value,
        environment: &mut Environment<'_>,
    ) -> Result<Vec<u8>, RenderError> {
        let mut out = Vec::new();
        exec::render(self, name, data, environment, &mut out)?;
        Ok(out)
    }

    /// The same at the end of a buffer, which is spared from being allocated anew. After an error
    /// the buffer has what was printed before it.
    pub fn render_into(
        &self,
        name: &str,
        data: &Value,
        environment: &mut Environment<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), RenderError> {
        exec::render(self, name, data, environment, out)
    }

    pub(crate) fn set(&self) -> &Set {
        &self.set
    }

    pub(crate) fn options(&self) -> (Dialect, MissingKey) {
        (self.dialect, self.missing_key)
    }
}

/// Adds templates; a blank one does not replace another.
pub(crate) fn add(set: &mut Set, templates: Vec<Template>) {
    for template in templates {
        if !(template.is_blank() && set.contains_key(&template.name)) {
            set.insert(template.name.clone(), Arc::new(template));
        }
    }
}

#[cfg(test)]
mod tests;
