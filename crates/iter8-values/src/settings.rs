//! Values beside those of tasks: the task list and how the experiment runs in a cluster.

use iter8_model::task::InputError;
use serde_json::{Map, Value};

/// The image of the runner unless another is named: that of this version.
pub const DEFAULT_IMAGE: &str = concat!("docker.io/iter8/iter8:v", env!("CARGO_PKG_VERSION"));

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
        name: "maxLoops",
        json_type: "integer",
        default: None,
        description: "In a cluster: the CronJob suspends itself after so many loops.",
    },
    Setting {
        name: "until",
        json_type: "string",
        default: None,
        description: "In a cluster: pass or fail; the CronJob suspends itself after the first loop \
                      in which all objectives are met (pass) or one is not (fail).",
    },
    Setting {
        name: "iter8Image",
        json_type: "string",
        default: Some(DEFAULT_IMAGE),
        description: "In a cluster: image of the runner.",
    },
    Setting {
        name: "imagePullPolicy",
        json_type: "string",
        default: Some("IfNotPresent"),
        description: "In a cluster: when the image is pulled: Always, IfNotPresent or Never.",
    },
    Setting {
        name: "imagePullSecrets",
        json_type: "array",
        default: None,
        description: "In a cluster: names of Secrets with which the image is pulled.",
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
        description: "In a cluster: account of the runner. Without it, one is made that may do what \
                      the tasks need and nothing else.",
    },
    Setting {
        name: "resources",
        json_type: "object",
        default: None,
        description: "In a cluster: requests and limits of the runner; by default requests of 250m and \
                      64Mi and a limit of 512Mi. A limit of processor time distorts latencies.",
    },
    Setting {
        name: "env",
        json_type: "array",
        default: None,
        description: "In a cluster: environment variables of the runner, as a container has them.",
    },
    Setting {
        name: "nodeSelector",
        json_type: "object",
        default: None,
        description: "In a cluster: labels of the nodes on which the runner may run.",
    },
    Setting {
        name: "tolerations",
        json_type: "array",
        default: None,
        description: "In a cluster: taints that the runner tolerates.",
    },
    Setting {
        name: "podLabels",
        json_type: "object",
        default: None,
        description: "In a cluster: further labels of the runner's pod.",
    },
    Setting {
        name: "podAnnotations",
        json_type: "object",
        default: None,
        description: "In a cluster: further annotations of the runner's pod.",
    },
];

/// Checks the types of settings, and those that have few values by name.
pub(crate) fn check(values: &Map<String, Value>) -> Result<(), InputError> {
    for setting in SETTINGS.iter().filter(|setting| setting.name != "tasks") {
        let fits = match values.get(setting.name) {
            None | Some(Value::Null) => true,
            Some(Value::Object(_)) => setting.json_type == "object",
            Some(Value::Array(_)) => setting.json_type == "array",
            Some(Value::String(_)) => setting.json_type == "string",
            Some(Value::Number(number)) => {
                setting.json_type == "integer" && number.as_u64().is_some_and(|number| number > 0)
            }
            Some(Value::Bool(_)) => false,
        };
        if !fits {
            let expected = match setting.json_type {
                "object" => "a map",
                "array" => "a list",
                "integer" => "a whole number from 1",
                _ => "text",
            };
            return Err(InputError::new(setting.name, format!("expected {expected}")));
        }
    }
    crate::launch::LaunchSettings::read(values).map(|_| ())
}
