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

/// Annotation of a group's Secret: other namespaces in which the group has permissions, separated by
/// commas.
pub(crate) const NAMESPACES: &str = "iter8.tools/namespaces";

/// Name of the Role by which a group may look at objects of a namespace. In another namespace than
/// the group's own it tells that one too, since a group there may have the same name.
// Differs from Iter8 0.13: there groups of one name in two namespaces overwrite each other's Role.
pub(crate) fn ready_role(group: &str, own: &str, namespace: &str) -> String {
    if namespace == own { format!("{group}-ready") } else { format!("{group}-{own}-ready") }
}
