//! Document text to experiment.

mod insights;

use std::collections::VecDeque;

use jiff::fmt::temporal::{DateTimeParser, Pieces};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde_json::{Map, Value};

use crate::experiment::{DOCUMENT_VERSION, Experiment, ExperimentResult};
use crate::history::{History, LoopOutcome, LoopRecord};
use crate::task::catalogue::of_kind;
use crate::task::{InputError, TaskKind, TaskSpec};
use crate::yaml::{YamlError, parse_mapping};

/// An experiment and what was odd about its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The experiment.
    pub experiment: Experiment,
    /// Fields that were ignored, one sentence each.
    pub warnings: Vec<String>,
}

/// Why a text is not an experiment document.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReadError {
    /// Not YAML, or not a map.
    #[error("the document cannot be read")]
    Yaml(#[from] YamlError),
    /// A field has the wrong type or value.
    #[error(transparent)]
    Field(#[from] InputError),
}

/// Reads a document. Field names match in any case, unknown fields are reported as warnings,
/// scalars in `result` convert to text where text is wanted.
pub fn read(text: &str) -> Result<Document, ReadError> {
    let map = parse_mapping(text)?;
    let mut reader = Reader::default();
    let experiment = reader.experiment(&Node { path: String::new(), map: &map })?;
    Ok(Document { experiment, warnings: reader.warnings })
}

/// A map of the document and where it stands.
struct Node<'a> {
    path: String,
    map: &'a Map<String, Value>,
}

/// A value of the document and where it stands.
struct Field<'a> {
    path: String,
    value: &'a Value,
}

type Read<T> = Result<T, InputError>;

impl<'a> Node<'a> {
    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// The field of this name in any case, an exact match first; nulls count as absent.
    fn get(&self, name: &str) -> Option<Field<'a>> {
        let exact = self.map.get_key_value(name);
        let (key, value) = exact
            .or_else(|| self.map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)))
            .filter(|(_, value)| !value.is_null())?;
        Some(Field { path: self.path_of(key), value })
    }

    fn read<T>(&self, name: &str, read: impl FnOnce(Field<'a>) -> Read<T>) -> Read<Option<T>> {
        self.get(name).map(read).transpose()
    }
}

impl<'a> Field<'a> {
    fn wrong<T>(&self, expected: &str) -> Read<T> {
        Err(InputError::new(self.path.clone(), format!("expected {expected}")))
    }

    fn node(self) -> Read<Node<'a>> {
        match self.value {
            Value::Object(map) => Ok(Node { path: self.path, map }),
            _ => self.wrong("a map"),
        }
    }

    fn items(self) -> Read<Vec<Field<'a>>> {
        let Value::Array(items) = self.value else { return self.wrong("a list") };
        let items = items.iter().enumerate();
        Ok(items
            .map(|(index, value)| Field { path: format!("{}[{index}]", self.path), value })
            .collect())
    }

    fn entries(self) -> Read<Vec<(&'a str, Field<'a>)>> {
        let node = self.node()?;
        let entries = node.map.iter().filter(|(_, value)| !value.is_null());
        Ok(entries
            .map(|(key, value)| (key.as_str(), Field { path: node.path_of(key), value }))
            .collect())
    }

    fn text(self) -> Read<String> {
        match self.value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(boolean) => Ok(boolean.to_string()),
            _ => self.wrong("text"),
        }
    }

    fn number(self) -> Read<f64> {
        match self.value.as_f64().filter(|number| number.is_finite()) {
            Some(number) => Ok(number),
            None => self.wrong("a number"),
        }
    }

    fn count(self) -> Read<u64> {
        match self.value.as_u64() {
            Some(count) => Ok(count),
            None => self.wrong("a whole number from 0"),
        }
    }

    fn boolean(self) -> Read<bool> {
        match self.value.as_bool() {
            Some(boolean) => Ok(boolean),
            None => self.wrong("true or false"),
        }
    }

    fn timestamp(self) -> Read<Timestamp> {
        let text = self.value.as_str().unwrap_or_default();
        text.parse().or_else(|_| self.wrong("a time such as 2026-01-31T12:00:00Z"))
    }

    /// A time with the offset that it was written with; the empty text is no time.
    fn start_time(self) -> Read<Option<Zoned>> {
        let text = self.value.as_str().unwrap_or("?");
        if text.is_empty() {
            return Ok(None);
        }
        let parsed = Pieces::parse(text).ok().and_then(|pieces| pieces.to_numeric_offset());
        let instant = DateTimeParser::new().parse_timestamp(text);
        match (parsed, instant) {
            (Some(offset), Ok(instant)) => Ok(Some(instant.to_zoned(TimeZone::fixed(offset)))),
            _ => self.wrong("a time such as 2026-01-31T12:00:00Z"),
        }
    }

    fn list<T>(self, item: fn(Field<'a>) -> Read<T>) -> Read<Vec<T>> {
        self.items()?.into_iter().map(item).collect()
    }
}

#[derive(Default)]
struct Reader {
    warnings: Vec<String>,
}

impl Reader {
    fn warn_unknown(&mut self, node: &Node<'_>, known: &[&str]) {
        for key in node.map.keys() {
            if !known.iter().any(|name| name.eq_ignore_ascii_case(key)) {
                self.warnings.push(format!("{}: unknown field is ignored", node.path_of(key)));
            }
        }
    }

    fn experiment(&mut self, node: &Node<'_>) -> Read<Experiment> {
        // `metadata` is written by releases after 0.13.
        self.warn_unknown(node, &["spec", "result", "metadata"]);
        let spec = node.read("spec", Field::items)?.unwrap_or_default();
        let spec = spec.into_iter().map(|task| self.task(task)).collect::<Read<_>>()?;
        let result =
            node.read("result", Field::node)?.map(|node| self.result(&node)).transpose()?;
        Ok(Experiment { spec, result })
    }

    fn task(&mut self, field: Field<'_>) -> Read<TaskSpec> {
        let node = field.node()?;
        self.warn_unknown(&node, &["task", "run", "if", "with"]);
        let condition = node.read("if", Field::text)?;
        let mut with = node.read("with", Field::node)?.map(|node| node.map.clone());
        if let Some(script) = node.read("run", Field::text)?.filter(|script| !script.is_empty()) {
            let with = with.get_or_insert_default();
            with.insert("script".to_owned(), Value::String(script));
            return Ok(TaskSpec { kind: TaskKind::Run, condition, with: with.clone() });
        }
        let name = node.read("task", Field::text)?.filter(|name| !name.is_empty());
        let Some(name) = name else {
            let message = "invalid task found without a task name or a run command";
            return Err(InputError::new(node.path, message));
        };
        let kind = name
            .parse()
            .map_err(|error| InputError::new(node.path.clone(), format!("{error}")))
            .map_err(|error| match closest_task(&name) {
                Some(known) => error.with_hint(format!("did you mean {known:?}?")),
                None => error,
            })?;
        let with = with.unwrap_or_default();
        self.warn_unknown_inputs(kind, &Node { path: node.path_of("with"), map: &with });
        Ok(TaskSpec { kind, condition, with })
    }

    /// Inputs that the catalogue does not know, at the task and in its endpoints. Tasks whose
    /// inputs are not in the catalogue are left alone.
    fn warn_unknown_inputs(&mut self, kind: TaskKind, with: &Node<'_>) {
        let Some(entry) = of_kind(kind).filter(|entry| !entry.parameters.is_empty()) else {
            return;
        };
        let known: Vec<&str> = entry.parameters.iter().map(|parameter| parameter.name).collect();
        self.warn_unknown(with, &known);
        let endpoints = with.get("endpoints").and_then(|field| field.entries().ok());
        for (_, endpoint) in endpoints.unwrap_or_default() {
            if let Ok(endpoint) = endpoint.node() {
                self.warn_unknown(&endpoint, &known);
            }
        }
    }

    fn result(&mut self, node: &Node<'_>) -> Read<ExperimentResult> {
        const KNOWN: [&str; 8] = [
            "revision",
            "startTime",
            "numLoops",
            "numCompletedTasks",
            "failure",
            "insights",
            "iter8Version",
            "history",
        ];
        self.warn_unknown(node, &KNOWN);
        let revision = node.read("revision", Field::count)?.unwrap_or(0);
        Ok(ExperimentResult {
            revision: u32::try_from(revision).unwrap_or(u32::MAX),
            start_time: node.read("startTime", Field::start_time)?.flatten(),
            num_loops: node.read("numLoops", Field::count)?.unwrap_or(0),
            num_completed_tasks: node.read("numCompletedTasks", Field::count)?.unwrap_or(0),
            failure: node.read("failure", Field::boolean)?.unwrap_or(false),
            insights: node
                .read("insights", Field::node)?
                .map(|node| self.insights(&node))
                .transpose()?,
            iter8_version: node
                .read("iter8Version", Field::text)?
                .unwrap_or_else(|| DOCUMENT_VERSION.to_owned()),
            history: node
                .read("history", Field::node)?
                .map_or(Ok(History::default()), |node| history(&node))?,
        })
    }
}

fn closest_task(name: &str) -> Option<&'static str> {
    crate::suggest::closest(name, TaskKind::ALL.into_iter().map(TaskKind::as_str))
}

fn history(node: &Node<'_>) -> Read<History> {
    let loops = node.read("loops", |field| field.list(loop_record))?.unwrap_or_default();
    Ok(History {
        completed: node.read("completed", Field::count)?.unwrap_or(0),
        failed: node.read("failed", Field::count)?.unwrap_or(0),
        interrupted: node.read("interrupted", Field::count)?.unwrap_or(0),
        metrics: node.read("metrics", |field| field.list(Field::text))?.unwrap_or_default(),
        loops: VecDeque::from(loops),
    })
}

fn loop_record(field: Field<'_>) -> Read<LoopRecord> {
    let node = field.node()?;
    let needed = |name: &str| {
        node.get(name).ok_or_else(|| InputError::new(node.path.clone(), format!("needs {name}")))
    };
    let outcome = needed("outcome")?;
    let known = outcome.value.as_str().and_then(|text| text.parse::<LoopOutcome>().ok());
    let Some(known) = known else { return outcome.wrong("completed, failed or interrupted") };
    let optional = |field: Field<'_>| match field.value {
        Value::Null => Ok(None),
        _ => field.number().map(Some),
    };
    Ok(LoopRecord {
        number: needed("number")?.count()?,
        start: needed("start")?.timestamp()?,
        end: needed("end")?.timestamp()?,
        outcome: known,
        values: node
            .read("values", |field| {
                field
                    .items()?
                    .into_iter()
                    .map(|row| row.items()?.into_iter().map(optional).collect())
                    .collect()
            })?
            .unwrap_or_default(),
    })
}
