//! How an experiment runs in a cluster: what the values say beside the tasks.

use std::collections::{BTreeMap, BTreeSet};

use iter8_model::credential::Reference;
use iter8_model::task::InputError;
use serde_json::{Map, Value};

use crate::settings::DEFAULT_IMAGE;

/// What carries an experiment out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runner {
    /// A Job: once.
    Job,
    /// A CronJob: once at each of these times.
    CronJob {
        /// When, as a cron expression.
        schedule: String,
        /// When it has done enough.
        stop: StopAfter,
    },
    /// Nothing: the document and the permissions are there for whoever else runs it.
    None,
}

/// When a CronJob suspends itself. Without any bound it does not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StopAfter {
    /// After so many loops.
    pub max_loops: Option<u64>,
    /// After a loop with this verdict.
    pub until: Option<Until>,
}

impl StopAfter {
    /// Whether there is any bound.
    pub fn is_bounded(self) -> bool {
        self.max_loops.is_some() || self.until.is_some()
    }
}

/// The verdict that ends a series of loops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// All objectives are met.
    Pass,
    /// An objective is not met.
    Fail,
}

impl Until {
    /// Its name in values.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
        }
    }
}

impl std::str::FromStr for Until {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "pass" => Ok(Self::Pass),
            "fail" => Ok(Self::Fail),
            _ => Err("until must be pass or fail".to_owned()),
        }
    }
}

/// Settings of a launch. What only Kubernetes understands is kept as it was given; the API server
/// checks it strictly.
#[derive(Debug, Clone, PartialEq)]
pub struct LaunchSettings {
    /// What carries the experiment out.
    pub runner: Runner,
    /// Image of the runner.
    pub image: String,
    /// When the image is pulled.
    pub image_pull_policy: String,
    /// Secrets with which the image is pulled.
    pub image_pull_secrets: Vec<String>,
    /// Log level of the runner.
    pub log_level: String,
    /// An account that is there already.
    pub service_account: Option<String>,
    /// Requests and limits of the runner, in place of the default.
    pub resources: Option<Value>,
    /// Environment variables of the runner.
    pub env: Vec<Value>,
    /// Labels of the nodes on which the runner may run.
    pub node_selector: Map<String, Value>,
    /// Taints that the runner tolerates.
    pub tolerations: Vec<Value>,
    /// Further labels of the pod.
    pub pod_labels: Map<String, Value>,
    /// Further annotations of the pod.
    pub pod_annotations: Map<String, Value>,
    /// Keys by Secret that credentials are in.
    pub secrets: BTreeMap<String, BTreeSet<String>>,
}

impl LaunchSettings {
    /// Reads the settings of checked types.
    pub fn read(values: &Map<String, Value>) -> Result<Self, InputError> {
        let list = |name: &str| match values.get(name) {
            Some(Value::Array(items)) => items.clone(),
            _ => Vec::new(),
        };
        let map = |name: &str| match values.get(name) {
            Some(Value::Object(map)) => map.clone(),
            _ => Map::new(),
        };
        let mut secrets = BTreeMap::new();
        for (key, value) in values {
            collect_secrets(value, key, &mut secrets)?;
        }
        Ok(Self {
            runner: runner(values)?,
            image: text(values, "iter8Image").unwrap_or(DEFAULT_IMAGE).to_owned(),
            image_pull_policy: one_of(
                values,
                "imagePullPolicy",
                &["IfNotPresent", "Always", "Never"],
            )?,
            image_pull_secrets: names(&list("imagePullSecrets"), "imagePullSecrets")?,
            log_level: text(values, "logLevel").unwrap_or("info").to_owned(),
            service_account: text(values, "serviceAccountName").map(str::to_owned),
            resources: values.get("resources").filter(|value| !value.is_null()).cloned(),
            env: list("env"),
            node_selector: texts(map("nodeSelector"), "nodeSelector")?,
            tolerations: list("tolerations"),
            pod_labels: texts(map("podLabels"), "podLabels")?,
            pod_annotations: texts(map("podAnnotations"), "podAnnotations")?,
            secrets,
        })
    }
}

/// A text that is set to something.
fn text<'a>(values: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    values.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// One of a few texts, of which the first is the default.
fn one_of(values: &Map<String, Value>, name: &str, known: &[&str]) -> Result<String, InputError> {
    match text(values, name) {
        None => Ok(known[0].to_owned()),
        Some(text) if known.contains(&text) => Ok(text.to_owned()),
        Some(_) => Err(InputError::new(name, format!("expected one of {}", known.join(", ")))),
    }
}

fn runner(values: &Map<String, Value>) -> Result<Runner, InputError> {
    match values.get("runner").and_then(Value::as_str) {
        None | Some("none") => Ok(Runner::None),
        Some("job") => Ok(Runner::Job),
        Some("cronjob") => {
            let schedule = text(values, "cronjobSchedule").ok_or_else(|| {
                InputError::new("cronjobSchedule", "runner cronjob needs a schedule")
                    .with_hint("for example --set cronjobSchedule=\"*/5 * * * *\"")
            })?;
            let until = text(values, "until").map(str::parse::<Until>).transpose();
            let until = until.map_err(|message| InputError::new("until", message))?;
            let max_loops = values.get("maxLoops").and_then(Value::as_u64);
            let stop = StopAfter { max_loops, until };
            Ok(Runner::CronJob { schedule: schedule.to_owned(), stop })
        }
        Some(_) => Err(InputError::new("runner", "runner must be one of job, cronjob, or none")),
    }
}

/// Names, each as a text or as `{name: …}`, as pods have them.
fn names(list: &[Value], path: &str) -> Result<Vec<String>, InputError> {
    let name = |(index, value): (usize, &Value)| {
        let name = value.as_str().or_else(|| value.get("name")?.as_str());
        name.map(str::to_owned)
            .ok_or_else(|| InputError::new(format!("{path}[{index}]"), "expected a name"))
    };
    list.iter().enumerate().map(name).collect()
}

/// A map whose values are texts; `--set` and YAML make numbers and booleans of some.
fn texts(map: Map<String, Value>, path: &str) -> Result<Map<String, Value>, InputError> {
    let text = |(key, value): (String, Value)| match value {
        Value::String(_) => Ok((key, value)),
        Value::Number(_) | Value::Bool(_) => Ok((key, Value::String(value.to_string()))),
        _ => Err(InputError::new(format!("{path}.{key}"), "expected text")),
    };
    map.into_iter().map(text).collect()
}

/// Finds the Secrets that references name, at any depth.
fn collect_secrets(
    value: &Value,
    path: &str,
    secrets: &mut BTreeMap<String, BTreeSet<String>>,
) -> Result<(), InputError> {
    match value {
        Value::Object(map) => {
            if map.contains_key("secretRef")
                && let Some(Reference::Secret { name, key }) = Reference::read(value, path)?
            {
                secrets.entry(name).or_default().insert(key);
                return Ok(());
            }
            map.iter().try_for_each(|(key, value)| {
                collect_secrets(value, &format!("{path}.{key}"), secrets)
            })
        }
        Value::Array(items) => items.iter().enumerate().try_for_each(|(index, value)| {
            collect_secrets(value, &format!("{path}[{index}]"), secrets)
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(values: Value) -> Result<LaunchSettings, InputError> {
        let Value::Object(values) = values else { panic!("not a map") };
        crate::settings::check(&values)?;
        LaunchSettings::read(&values)
    }

    #[test]
    fn without_settings_nothing_runs() {
        let settings = read(json!({})).unwrap();
        assert_eq!(settings.runner, Runner::None);
        assert_eq!(settings.image, DEFAULT_IMAGE);
        assert_eq!(settings.image_pull_policy, "IfNotPresent");
        assert_eq!(settings.log_level, "info");
        assert!(settings.secrets.is_empty() && settings.resources.is_none());
    }

    #[test]
    fn a_cronjob_has_a_schedule_and_an_end() {
        let settings = read(json!({
            "runner": "cronjob", "cronjobSchedule": "*/5 * * * *", "maxLoops": 3, "until": "fail",
        }));
        let stop = StopAfter { max_loops: Some(3), until: Some(Until::Fail) };
        assert!(stop.is_bounded() && !StopAfter::default().is_bounded());
        let schedule = "*/5 * * * *".to_owned();
        assert_eq!(settings.unwrap().runner, Runner::CronJob { schedule, stop });
    }

    #[test]
    fn what_is_wrong_is_named() {
        let cases = [
            (json!({"runner": "daemon"}), "runner: runner must be one of job, cronjob, or none"),
            (json!({"runner": "cronjob"}), "cronjobSchedule: runner cronjob needs a schedule"),
            (
                json!({"runner": "cronjob", "cronjobSchedule": "* * * * *", "until": "never"}),
                "until: until must be pass or fail",
            ),
            (json!({"maxLoops": 0}), "maxLoops: expected a whole number from 1"),
            (json!({"maxLoops": "x"}), "maxLoops: expected a whole number from 1"),
            (json!({"tolerations": {}}), "tolerations: expected a list"),
            (json!({"resources": []}), "resources: expected a map"),
            (json!({"logLevel": 5}), "logLevel: expected text"),
            (json!({"nodeSelector": {"a": []}}), "nodeSelector.a: expected text"),
            (json!({"imagePullSecrets": [5]}), "imagePullSecrets[0]: expected a name"),
            (
                json!({"imagePullPolicy": "Sometimes"}),
                "imagePullPolicy: expected one of IfNotPresent, Always, Never",
            ),
        ];
        for (values, expected) in cases {
            assert_eq!(read(values).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn secrets_are_found_at_any_depth() {
        let settings = read(json!({
            "slack": {"url": {"secretRef": {"name": "slack", "key": "hook"}}},
            "custommetrics": {"auth": {"a": {"basic": {
                "user": {"secretRef": {"name": "db", "key": "user"}},
                "password": {"secretRef": {"name": "db", "key": "password"}},
            }}}},
            "http": {"requests": [{"headers": {"X": {"secretRef": {"name": "db", "key": "user"}}}}]},
        }));
        let secrets = settings.unwrap().secrets;
        let expected = [("db", vec!["password", "user"]), ("slack", vec!["hook"])];
        let found: Vec<_> = secrets
            .iter()
            .map(|(name, keys)| (name.as_str(), keys.iter().map(String::as_str).collect()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn names_and_texts_have_several_forms() {
        let settings = read(json!({
            "imagePullSecrets": ["a", {"name": "b"}],
            "nodeSelector": {"disk": "ssd", "fast": true, "rank": 1},
        }))
        .unwrap();
        assert_eq!(settings.image_pull_secrets, ["a", "b"]);
        let expected = json!({"disk": "ssd", "fast": "true", "rank": "1"});
        assert_eq!(Value::Object(settings.node_selector), expected);
    }
}
