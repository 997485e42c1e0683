//! What functions can ask of the execution that calls them.

use super::budget::CALL_DEPTH;
use super::held::Held;
use super::{Fault, Run, Scope};
use crate::ast::Template;
use crate::environment::{Random, Zone};
use crate::error::Cause;
use crate::function::{Failure, Host};
use crate::parse::{self, MAX_NESTING};
use crate::print::quote;
use crate::templates::{self, Set};
use crate::value::{Text, Value};

/// What the text that `tpl` executes is called in errors.
const EVALUATED: &str = "tpl";

/// How many bytes a parsed template takes at most for each byte of its text.
const PARSED: usize = 80;

impl Run<'_, '_> {
    fn failure(&self, cause: Cause) -> Failure {
        Failure::Render(self.fault(cause))
    }

    /// Executes a template, and returns what it prints.
    fn captured(
        &mut self,
        scope: &Scope<'_>,
        template: &Template,
        data: &Value,
    ) -> Result<Text, Fault> {
        self.enter(CALL_DEPTH)?;
        let before = std::mem::take(&mut self.machine.out);
        let result = Run::new(self.machine, scope, template, Held::plain(data.clone())).execute();
        let out = std::mem::replace(&mut self.machine.out, before);
        self.leave(CALL_DEPTH);
        result.map(|()| Text::from(out))
    }
}

impl Host for Run<'_, '_> {
    fn now(&self) -> jiff::Timestamp {
        self.machine.now
    }

    fn zone(&self) -> &Zone {
        self.machine.zone
    }

    fn random(&mut self) -> &mut dyn Random {
        self.machine.random
    }

    fn charge(&mut self, bytes: usize) -> Result<(), Failure> {
        self.machine.charge(bytes).map_err(|cause| self.failure(cause))
    }

    fn release(&mut self, bytes: usize) {
        self.machine.bytes_left += bytes;
    }

    fn room(&self) -> usize {
        self.machine.bytes_left
    }

    fn work(&mut self, steps: u64) -> Result<(), Failure> {
        self.machine.step(steps).map_err(|cause| self.failure(cause))
    }

    fn include(&mut self, name: &str, data: &Value) -> Result<Text, Failure> {
        let scope = self.scope;
        let Some(template) = scope.find(name) else {
            let name = quote(name.as_bytes());
            return Err(Failure::from(format!(
                "template: no template {name} associated with template {}",
                quote(self.template.name.as_bytes())
            )));
        };
        self.captured(scope, template, data).map_err(Failure::Render)
    }

    fn evaluate(&mut self, text: &str, data: &Value) -> Result<Text, Failure> {
        let held = text.len().saturating_mul(PARSED);
        self.charge(held)?;
        self.work(text.len() as u64)?;
        let scope = self.scope;
        let nesting = MAX_NESTING.min(self.machine.depth_left() / CALL_DEPTH);
        let parsed = parse::parse(EVALUATED, text, scope.dialect, nesting);
        let parsed = parsed.map_err(|error| Failure::from(error.to_string()))?;
        let mut set = Set::new();
        templates::add(&mut set, parsed);
        let inner = Scope { set: &set, parent: Some(scope), ..*scope };
        let result = match inner.find(EVALUATED) {
            Some(template) => self.captured(&inner, template, data),
            None => Ok(Text::from("")),
        };
        // Nothing of the parsed template is left.
        self.release(held);
        result.map_err(Failure::Render)
    }
}
