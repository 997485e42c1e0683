//! Values beside those of tasks: the task list and how the experiment runs in a cluster.

use iter8_model::task::InputError;
use serde_json::{Map, Value};

/// One top-level value.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its key.
    pub name: &'static str,
    /// Its JSON type.
    pub json_type: &'static str,
    /// What holds without it.
    pub default: Option<&'static str>,
    /// One or two sentences.
    pub description: &'static str,
}

/// All of them, `tasks` first.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "tasks",
        json_type: "array",
        default: None,
        description: "Names of the tasks to run, in this order. Required.",
    },
    Setting {
        name: "runner",
        json_type: "string",
        default: Some("none"),
        description: "In a cluster: job, cronjob or none. A local run has no use for it.",
    },
    Setting {
        name: "cronjobSchedule",
        json_type: "string",
        default: None,
        description: "In a cluster: when a CronJob fires, as a cron expression.",
    },
    Setting {
        name: "iter8Image",
        json_type: "string",
        default: None,
        description: "In a cluster: image of the runner.",
    },
    Setting {
        name: "majorMinor",
        json_type: "string",
        default: Some("v0.13"),
        description: "Version that the result carries.",
    },
    Setting {
        name: "logLevel",
        json_type: "string",
        default: Some("info"),
        description: "In a cluster: log level of the runner.",
    },
    Setting {
        name: "serviceAccountName",
        json_type: "string",
        default: None,
        description: "In a cluster: account of the runner.",
    },
    Setting {
        name: "resources",
        json_type: "object",
        default: None,
        description: "In a cluster: requests and limits of the runner.",
    },
];

/// Checks the types of settings, and the runner by name.
pub(crate) fn check(values: &Map<String, Value>) -> Result<(), InputError> {
    for setting in SETTINGS.iter().filter(|setting| setting.name != "tasks") {
        let fits = match values.get(setting.name) {
            None | Some(Value::Null) => true,
            Some(Value::Object(_)) => setting.json_type == "object",
            Some(Value::String(_)) => setting.json_type == "string",
            Some(_) => false,
        };
        if !fits {
            let expected = if setting.json_type == "object" { "a map" } else { "text" };
            return Err(InputError::new(setting.name, format!("expected {expected}")));
        }
    }
    match values.get("runner").and_then(Value::as_str) {
        None | Some("job" | "cronjob" | "none") => Ok(()),
        Some(_) => Err(InputError::new("runner", "runner must be one of job, cronjob, or none")),
    }
}
