//! The entry of `ready`.
//!
//! Values name objects of well-known kinds, each of which becomes a task of its own; a document's
//! task names one object of any kind by `resource` and `name`, and so may values.

use super::{Parameter, ParameterKind, Scope, TaskEntry, parameter};
use crate::task::TaskKind;

/// `ready`.
pub const READY: TaskEntry = TaskEntry {
    name: "ready",
    kind: TaskKind::Ready,
    summary: "Wait until Kubernetes objects exist and are ready.",
    parameters: &[
        of_task("service", "A Service, which must exist."),
        of_task("deploy", "A Deployment, which must be rolled out and `Available`."),
        of_task("ksvc", "A Service of Knative, which must be `Ready`."),
        of_task("isvc", "An InferenceService of KServe, which must be `Ready`."),
        of_task("chaosengine", "A ChaosEngine of Litmus, which must exist."),
        of_task("statefulset", "A StatefulSet, which must be rolled out.").added(),
        of_task("daemonset", "A DaemonSet, which must be rolled out.").added(),
        of_task("job", "A Job, which must be `Complete`.").added(),
        Parameter {
            kind: ParameterKind::Trees,
            ..of_task(
                "objects",
                "Objects of any kind: maps of `group`, `version`, `resource`, `name`, `namespace` \
                 and `condition`.",
            )
        }
        .added(),
        of_task("group", "Group of the API of one more object; empty for the core."),
        of_task("version", "Version of that API."),
        of_task("resource", "Plural name of that object's kind, such as `deployments`."),
        of_task("name", "Name of that object."),
        of_task("condition", "Condition of that object which must be `True`."),
        Parameter {
            default: Some("that of the experiment"),
            ..of_task("namespace", "Namespace of the objects.")
        },
        Parameter {
            kind: ParameterKind::Duration,
            default: Some("60s"),
            ..of_task("timeout", "Longest time to wait for each object, requests included.")
        },
    ],
    metrics: &[],
};

const fn of_task(name: &'static str, description: &'static str) -> Parameter {
    parameter(name, ParameterKind::Plain, None, description).scoped(Scope::Task)
}
