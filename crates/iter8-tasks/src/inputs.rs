//! The inputs of a task, as they are stored and as they are used.

use iter8_model::credential::Redactor;
use serde_json::{Map, Value};

/// Inputs that were read by the catalogue, once with references and once with the texts that these
/// stand for.
#[derive(Debug, Clone)]
pub(crate) struct Inputs {
    /// With references as they are: this and nothing else goes into the document.
    pub(crate) stored: Map<String, Value>,
    /// With texts in place of references: what the task works with.
    pub(crate) resolved: Map<String, Value>,
    /// Masks the credentials of the run in whatever the task prints, stores or sends.
    pub(crate) redactor: Redactor,
}
