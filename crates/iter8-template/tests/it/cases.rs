//! The cases and what Go made of them. `xtask/oracle/cases.go` reads the same format.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value as Json;

/// One template with its data.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Case {
    /// The template that is rendered.
    pub(crate) text: String,
    /// Another one, parsed before it, with the name `lib`.
    pub(crate) lib: String,
    /// JSON text; empty for nothing.
    pub(crate) data: String,
    /// `go` or `sprig`; empty means the latter.
    pub(crate) dialect: String,
    /// `default`, `zero` or `error`.
    pub(crate) missingkey: String,
    /// The local time zone; empty means UTC.
    pub(crate) zone: String,
}

/// Some cases that share what they do not say themselves.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    #[serde(rename = "about")]
    _about: String,
    #[serde(default)]
    lib: String,
    #[serde(default)]
    data: String,
    #[serde(default)]
    dialect: String,
    #[serde(default)]
    missingkey: Vec<String>,
    #[serde(default)]
    zone: String,
    cases: Vec<Json>,
}

/// What Go made of a case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recorded {
    /// The text of the case.
    #[serde(default, rename = "case")]
    pub(crate) text: String,
    /// The outcome, one of several.
    #[serde(flatten)]
    pub(crate) outcome: Outcome,
}

/// What a template makes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Outcome {
    /// A text.
    Text(String),
    /// A text that is not UTF-8, in base64.
    Base64(String),
    /// It cannot be parsed.
    ParseError(String),
    /// It cannot be executed.
    RenderError(String),
}

/// A deliberate difference from Go.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Difference {
    /// The family of the case.
    pub(crate) family: String,
    /// The text of the case.
    pub(crate) case: String,
    /// Why it is better so.
    #[serde(rename = "reason")]
    _reason: String,
    /// What is made here instead.
    pub(crate) ours: Outcome,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// The names of all families in order.
pub(crate) fn families() -> Vec<String> {
    let entries = fs::read_dir(folder().join("cases")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> =
        names.filter_map(|name| name.strip_suffix(".yaml").map(str::to_owned)).collect();
    names.sort();
    names
}

/// The cases of a family with what Go made of them.
pub(crate) fn family(name: &str) -> Vec<(Case, Recorded)> {
    let groups: Vec<Group> = yaml(&format!("cases/{name}.yaml"));
    let cases: Vec<Case> = groups.iter().flat_map(Group::cases).collect();
    let recorded = read(&format!("cases/{name}.out.jsonl"));
    let recorded: Vec<Recorded> =
        recorded.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ours: Vec<&String> = cases.iter().map(|case| &case.text).collect();
    let theirs: Vec<&String> = recorded.iter().map(|recorded| &recorded.text).collect();
    let stale = ours.iter().zip(&theirs).find(|(ours, theirs)| ours != theirs);
    assert!(
        stale.is_none() && ours.len() == theirs.len(),
        "{name}: the record is of other cases; run `make oracle`: {stale:?}"
    );
    cases.into_iter().zip(recorded).collect()
}

/// All deliberate differences.
pub(crate) fn differences() -> Vec<Difference> {
    yaml("differences.yaml")
}

fn read(path: &str) -> String {
    fs::read_to_string(folder().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// By way of JSON, in which the variants of an enum are maps of one key.
fn yaml<T: for<'a> Deserialize<'a>>(path: &str) -> T {
    let json: Json = serde_saphyr::from_str(&read(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
    serde_json::from_value(json).unwrap_or_else(|error| panic!("{path}: {error}"))
}

impl Group {
    /// Each case, once for each `missingkey`.
    fn cases(&self) -> Vec<Case> {
        let default = ["default".to_owned()];
        let keys = if self.missingkey.is_empty() { &default[..] } else { &self.missingkey };
        keys.iter().flat_map(|key| self.cases.iter().map(|case| self.case(key, case))).collect()
    }

    /// A case is a text, or a text and its data, or a map of what differs from the group.
    fn case(&self, missingkey: &str, json: &Json) -> Case {
        let mut case = Case {
            text: String::new(),
            lib: self.lib.clone(),
            data: self.data.clone(),
            dialect: self.dialect.clone(),
            missingkey: missingkey.to_owned(),
            zone: self.zone.clone(),
        };
        match json {
            Json::String(text) => case.text.clone_from(text),
            Json::Array(pair) => {
                let [Json::String(text), Json::String(data)] = pair.as_slice() else {
                    panic!("a pair has two texts: {json}");
                };
                (case.text, case.data) = (text.clone(), data.clone());
            }
            Json::Object(fields) => {
                for (name, value) in fields {
                    let value = value.as_str().unwrap().to_owned();
                    match name.as_str() {
                        "text" => case.text = value,
                        "lib" => case.lib = value,
                        "data" => case.data = value,
                        "dialect" => case.dialect = value,
                        "missingkey" => case.missingkey = value,
                        "zone" => case.zone = value,
                        _ => panic!("a case has no {name}"),
                    }
                }
            }
            _ => panic!("no case: {json}"),
        }
        case
    }
}
