//! Executing templates on data.

mod budget;
mod call;
mod evaluate;
mod field;
mod held;
mod host;
mod walk;

use crate::ast::{Shown, Template, show};
use crate::environment::Environment;
use crate::error::{Cause, Place, RenderError};
use crate::functions::Dialect;
use crate::parse::place;
use crate::templates::{MissingKey, Set, Templates};
use crate::value::Value;
use budget::Machine;
use held::Held;

/// Executes a template of a set; what it prints is put at the end of a buffer.
pub(crate) fn render(
    templates: &Templates,
    name: &str,
    data: &Value,
    environment: &mut Environment<'_>,
    out: &mut Vec<u8>,
) -> Result<(), RenderError> {
    let (dialect, missing_key) = templates.options();
    let scope = Scope { set: templates.set(), parent: None, dialect, missing_key };
    let Some(template) = scope.find(name) else {
        return Err(RenderError {
            place: Place { name: name.to_owned(), line: 1, column: 0 },
            template: name.into(),
            at: "".into(),
            cause: Cause::Message("there is no template of this name".to_owned()),
        });
    };
    let mut machine = Machine::new(environment);
    let mut run = Run::new(&mut machine, &scope, template, Held::plain(data.clone()));
    std::mem::swap(&mut run.machine.out, out);
    let result = run.execute();
    std::mem::swap(&mut machine.out, out);
    result.map_err(|fault| *fault)
}

/// Longest part of a template, and longest message, in an error. Go shows all, be it megabytes, and
/// there can be hundreds of errors within errors.
const LONGEST_SHOWN: usize = 32 << 10;

fn shorten(text: &mut String) {
    if text.len() > LONGEST_SHOWN {
        text.truncate(text.floor_char_boundary(LONGEST_SHOWN));
        text.push_str("...");
    }
}

/// An error on its way out.
type Fault = Box<RenderError>;

/// The templates that can be called, and how they behave.
struct Scope<'t> {
    set: &'t Set,
    /// Where names are looked up that the set does not have.
    parent: Option<&'t Scope<'t>>,
    dialect: Dialect,
    missing_key: MissingKey,
}

impl<'t> Scope<'t> {
    fn find(&self, name: &str) -> Option<&'t Template> {
        match self.set.get(name) {
            Some(template) => Some(template),
            None => self.parent.and_then(|parent| parent.find(name)),
        }
    }
}

/// One execution of one template.
struct Run<'r, 'e> {
    machine: &'r mut Machine<'e>,
    scope: &'r Scope<'r>,
    template: &'r Template,
    /// What `$` is.
    root: Held,
    /// The other variables, the newest last.
    variables: Vec<(&'r str, Held)>,
    /// What is being evaluated, for errors.
    at: Option<Shown<'r>>,
}

impl<'r, 'e> Run<'r, 'e> {
    fn new(
        machine: &'r mut Machine<'e>,
        scope: &'r Scope<'r>,
        template: &'r Template,
        root: Held,
    ) -> Self {
        Self { machine, scope, template, root, variables: Vec::new(), at: None }
    }

    fn execute(&mut self) -> Result<(), Fault> {
        let dot = self.root.clone();
        self.walk(&dot, &self.template.body).map(drop)
    }

    /// Remembers what is being evaluated.
    fn at(&mut self, shown: Shown<'r>) {
        self.at = Some(shown);
    }

    /// An error at the place that is being evaluated.
    #[expect(clippy::unnecessary_box_returns, reason = "what results hold should be small")]
    fn fault(&self, mut cause: Cause) -> Fault {
        let source = &self.template.source;
        match &mut cause {
            Cause::Message(message) | Cause::Function { message, .. } => shorten(message),
            Cause::Nested { .. } | Cause::Steps(_) | Cause::Bytes(_) | Cause::Interrupted => {}
        }
        let mut at = self.at.map(|shown| show(shown, source)).unwrap_or_default();
        shorten(&mut at);
        Box::new(RenderError {
            place: place(source, self.at.map_or(0, Shown::position)),
            template: self.template.name.as_str().into(),
            at: at.into(),
            cause,
        })
    }

    fn error<T>(&self, message: impl Into<String>) -> Result<T, Fault> {
        Err(self.fault(Cause::Message(message.into())))
    }

    fn limited<T>(&self, result: Result<T, Cause>) -> Result<T, Fault> {
        result.map_err(|cause| self.fault(cause))
    }

    /// Counts steps.
    fn step(&mut self, steps: u64) -> Result<(), Fault> {
        let result = self.machine.step(steps);
        self.limited(result)
    }

    /// So many levels deeper; to be followed by [`Self::leave`].
    fn enter(&mut self, levels: usize) -> Result<(), Fault> {
        let result = self.machine.enter(levels);
        self.limited(result)
    }

    fn leave(&mut self, levels: usize) {
        self.machine.depth -= levels;
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let result = self.machine.write(bytes);
        self.limited(result)
    }
}

#[cfg(test)]
mod tests;
