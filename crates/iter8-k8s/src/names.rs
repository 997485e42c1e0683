//! Names that objects of an experiment have in common with those of Iter8 0.13, and our own.

/// Annotation of every object, and label of pods, that names the group.
pub const GROUP: &str = "iter8.tools/group";

/// Annotation that counts the launches of a group.
pub const REVISION: &str = "iter8.tools/revision";

/// Key of the document in the Secret of its group.
pub(crate) const DOCUMENT_KEY: &str = "experiment.yaml";

/// Key of the values that were launched.
pub const VALUES_KEY: &str = "values.yaml";

/// Who we are to the API server when objects are applied.
pub(crate) const APPLIER: &str = "iter8";

/// Who we are to the API server when a run writes its document.
pub(crate) const RUNNER: &str = "iter8-runner";
