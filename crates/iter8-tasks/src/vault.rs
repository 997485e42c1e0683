//! Where the texts are that references stand for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use iter8_model::credential::{Redactor, Reference, Secret, withhold};
use iter8_model::task::catalogue::of_kind;
use iter8_model::task::{InputError, TaskSpec};
use serde_json::{Map, Value};

use crate::files;

/// Environment variable that names the folder of mounted Secrets.
pub const SECRETS_VARIABLE: &str = "ITER8_SECRETS";

/// Where Secrets are mounted unless the variable says otherwise.
pub const SECRETS_FOLDER: &str = "/etc/iter8/secrets";

/// Largest file that is read for a reference: as much as a Kubernetes Secret may hold.
const LARGEST_FILE: u64 = 1024 * 1024;

/// Reads environment variables; `None` for one that is not set or no text.
type Environment = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Keeps withheld credentials in memory and reads the others where references say.
pub struct Vault {
    environment: Environment,
    withheld: Mutex<BTreeMap<String, Secret>>,
    redactor: Redactor,
}

impl Vault {
    /// A vault that takes environment variables from a function.
    pub fn new(
        environment: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
        redactor: Redactor,
    ) -> Self {
        Self { environment: Box::new(environment), withheld: Mutex::default(), redactor }
    }

    /// A vault for the environment of this process.
    pub fn of_process(redactor: Redactor) -> Self {
        Self::new(|name| std::env::var(name).ok(), redactor)
    }

    /// The mask for everything that the vault has given out or keeps.
    pub fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// Takes literal credentials out of the inputs of tasks and keeps them for this process, so
    /// that the list can be stored.
    pub fn withhold(&self, spec: &mut [TaskSpec]) {
        for (index, task) in spec.iter_mut().enumerate() {
            let Some(entry) = of_kind(task.kind) else { continue };
            let taken = withhold(entry, &mut task.with, &format!("spec[{index}].with"));
            let mut withheld = self.withheld.lock().unwrap_or_else(PoisonError::into_inner);
            for of in taken {
                self.redactor.add(of.secret.reveal());
                withheld.insert(of.id, of.secret);
            }
        }
    }

    /// Masks literal credentials in the inputs of tasks, which stay as they are.
    pub fn mask(&self, spec: &[TaskSpec]) {
        for task in spec {
            let taken = of_kind(task.kind).map(|entry| withhold(entry, &mut task.with.clone(), ""));
            taken.iter().flatten().for_each(|of| self.redactor.add(of.secret.reveal()));
        }
    }

    /// The inputs with the text in place of each reference. `path` names the place for errors.
    pub(crate) fn resolve(
        &self,
        inputs: &Map<String, Value>,
        path: &str,
    ) -> Result<Map<String, Value>, InputError> {
        let resolve = |(key, value): (&String, &Value)| {
            Ok((key.clone(), self.resolve_value(value, &format!("{path}.{key}"))?))
        };
        inputs.iter().map(resolve).collect()
    }

    fn resolve_value(&self, value: &Value, path: &str) -> Result<Value, InputError> {
        if let Some(reference) = Reference::read(value, path)? {
            let text = self
                .text(&reference)
                .map_err(|error| InputError { path: path.to_owned(), ..error })?;
            self.redactor.add(&text);
            return Ok(Value::String(text));
        }
        match value {
            Value::Object(map) => self.resolve(map, path).map(Value::Object),
            Value::Array(items) => {
                let items = items.iter().enumerate();
                let resolve = |(index, item): (usize, &Value)| {
                    self.resolve_value(item, &format!("{path}[{index}]"))
                };
                items.map(resolve).collect()
            }
            scalar => Ok(scalar.clone()),
        }
    }

    fn text(&self, reference: &Reference) -> Result<String, InputError> {
        let fails = |what: String| InputError::new("", format!("{reference}: {what}"));
        match reference {
            Reference::Env(name) => match (self.environment)(name) {
                Some(text) if !text.is_empty() => Ok(text),
                Some(_) => Err(fails("the environment variable is empty".to_owned())),
                None => Err(fails("there is no such environment variable".to_owned())),
            },
            Reference::File(path) => file_text(Path::new(path)).map_err(fails),
            Reference::Secret { name, key } => {
                let variable = (self.environment)(SECRETS_VARIABLE).filter(|text| !text.is_empty());
                let folder = PathBuf::from(variable.unwrap_or_else(|| SECRETS_FOLDER.to_owned()));
                let path = folder.join(name).join(key);
                file_text(&path).map_err(|what| {
                    fails(format!("{}: {what}", path.display())).with_hint(format!(
                        "mount the Secret there, or name another folder by {SECRETS_VARIABLE}"
                    ))
                })
            }
            Reference::Withheld(id) => {
                let withheld = self.withheld.lock().unwrap_or_else(PoisonError::into_inner);
                withheld.get(id).map(|secret| secret.reveal().to_owned()).ok_or_else(|| {
                    fails(
                        "this credential was given to an earlier run and is not stored".to_owned(),
                    )
                    .with_hint("give the values again, or use envRef, fileRef or secretRef instead")
                })
            }
        }
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").field("redactor", &self.redactor).finish_non_exhaustive()
    }
}

/// The text of a file, less line ends at its end, or what is wrong with it.
fn file_text(path: &Path) -> Result<String, String> {
    let bytes = files::read(path, LARGEST_FILE).map_err(|error| error.to_string())?;
    let text = String::from_utf8(bytes).map_err(|_| "no text in UTF-8".to_owned())?;
    let text = text.trim_end_matches(['\n', '\r']);
    if text.is_empty() { Err("the file is empty".to_owned()) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests;
