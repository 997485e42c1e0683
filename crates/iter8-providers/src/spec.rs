//! Provider templates, once rendered: what to ask a store, checked.
//!
//! A rendered template is YAML. The names of its fields are taken in any case, and numbers and
//! booleans where text is wanted, as YAML makes them of plain words. What is wrong is told with its
//! place; what is not known is left out with a warning.

use iter8_model::metric::MetricKind;
use iter8_model::yaml::{YamlError, parse_mapping};
use serde_json::{Map, Value};

use crate::jq::Filter;

/// What to ask a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderSpec {
    /// The endpoint.
    pub url: String,
    /// The method, in capitals.
    pub method: String,
    /// Header fields, in the order of the template.
    pub headers: Vec<(String, String)>,
    /// What the answers are.
    pub answers: AnswerFormat,
    /// The questions, in the order of the template.
    pub metrics: Vec<MetricQuery>,
}

/// What the answers of a store are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AnswerFormat {
    /// JSON: filters get the document.
    #[default]
    Json,
    /// Any text, such as CSV: filters get it as one JSON text.
    Text,
}

/// A question: how to get the value of one metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricQuery {
    /// Its name without the provider's.
    pub name: String,
    /// Counter or gauge.
    pub kind: MetricKind,
    /// What it is, may be empty.
    pub description: String,
    /// What it is counted in.
    pub units: Option<String>,
    /// Parameters of the URL, in the order of the template.
    pub params: Vec<(String, String)>,
    /// The body of the request.
    pub body: Option<String>,
    /// The way from the answer to the value.
    pub jq: Filter,
}

/// A specification, and what was left out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// What to ask.
    pub spec: ProviderSpec,
    /// What has no effect, each with its place.
    pub warnings: Vec<String>,
}

/// Why a rendered template is no specification.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// It is no YAML.
    #[error(transparent)]
    Yaml(#[from] YamlError),
    /// A field that is missing or cannot be used.
    #[error("{path}: {problem}")]
    Field {
        /// Where, such as `metrics[2].jqExpression`.
        path: String,
        /// What is wrong.
        problem: String,
    },
}

impl ProviderSpec {
    /// Reads a rendered template.
    pub fn parse(text: &str) -> Result<Parsed, SpecError> {
        let map = parse_mapping(text)?;
        let mut reader = Reader { warnings: Vec::new() };
        let fields =
            reader.fields(&map, "", &["url", "method", "headers", "responseFormat", "metrics"])?;
        let url = fields.required_text("url")?;
        if !["http://", "https://"].iter().any(|scheme| url.starts_with(scheme)) {
            return Err(fields.wrong("url", "expected a URL that begins with http:// or https://"));
        }
        let method = fields.text("method")?.unwrap_or_else(|| "GET".to_owned());
        let headers = headers(&fields)?;
        let answers = answers(&fields)?;
        let mut metrics: Vec<MetricQuery> = Vec::new();
        for (at, value) in fields.list("metrics")?.iter().enumerate() {
            let path = format!("metrics[{at}]");
            let metric = reader.metric(value, &path)?;
            if metrics.iter().any(|earlier| earlier.name == metric.name) {
                let message =
                    format!("{path}: {:?} is there already; this one is left out", metric.name);
                reader.warnings.push(message);
            } else {
                metrics.push(metric);
            }
        }
        if metrics.is_empty() {
            reader.warnings.push("metrics: there are none".to_owned());
        }
        let method = method.to_ascii_uppercase();
        let spec = Self { url, method, headers, answers, metrics };
        Ok(Parsed { spec, warnings: reader.warnings })
    }
}

fn answers(fields: &Fields<'_>) -> Result<AnswerFormat, SpecError> {
    let format = fields.text("responseFormat")?.unwrap_or_default();
    match format.to_ascii_lowercase().as_str() {
        "" | "json" => Ok(AnswerFormat::Json),
        "text" => Ok(AnswerFormat::Text),
        other => {
            let problem = format!("expected json or text, found {other:?}");
            Err(fields.wrong("responseFormat", &problem))
        }
    }
}

fn headers(fields: &Fields<'_>) -> Result<Vec<(String, String)>, SpecError> {
    match fields.get("headers") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Object(map)) => {
            let path = fields.path("headers");
            let pair = |(name, value): (&String, &Value)| {
                let value = text(value).map_err(|problem| wrong(&path, name, &problem))?;
                Ok((name.clone(), value.unwrap_or_default()))
            };
            map.iter().map(pair).collect()
        }
        Some(other) => Err(fields.wrong("headers", &expected("a map", other))),
    }
}

/// Reads fields, and remembers what it does not know.
struct Reader {
    warnings: Vec<String>,
}

impl Reader {
    fn metric(&mut self, value: &Value, path: &str) -> Result<MetricQuery, SpecError> {
        let known = ["name", "type", "description", "units", "params", "body", "jqExpression"];
        let map = as_map(value, path)?;
        let fields = self.fields(map, path, &known)?;
        let name = fields.required_text("name")?;
        if name.contains('/') {
            return Err(fields.wrong("name", "a name must not have a /"));
        }
        let kind = match fields.required_text("type")?.to_ascii_lowercase().as_str() {
            "counter" => MetricKind::Counter,
            "gauge" => MetricKind::Gauge,
            other => {
                let problem = format!("expected counter or gauge, found {other:?}");
                return Err(fields.wrong("type", &problem));
            }
        };
        let mut params = Vec::new();
        for (at, value) in fields.list("params")?.iter().enumerate() {
            let path = format!("{path}.params[{at}]");
            let fields = self.fields(as_map(value, &path)?, &path, &["name", "value"])?;
            let name = fields.required_text("name")?;
            params.push((name, fields.text("value")?.unwrap_or_default()));
        }
        let jq = fields.required_text("jqExpression")?;
        Ok(MetricQuery {
            name,
            kind,
            description: fields.text("description")?.unwrap_or_default(),
            units: fields.text("units")?.filter(|units| !units.is_empty()),
            params,
            body: fields.text("body")?,
            jq: Filter::new(jq)
                .map_err(|error| fields.wrong("jqExpression", &error.to_string()))?,
        })
    }

    /// The known fields of a map, under the names that they should have.
    fn fields<'v>(
        &mut self,
        map: &'v Map<String, Value>,
        path: &str,
        known: &[&'static str],
    ) -> Result<Fields<'v>, SpecError> {
        let mut found: Vec<(&'static str, &'v Value)> = Vec::new();
        for (key, value) in map {
            let Some(name) = known.iter().find(|known| known.eq_ignore_ascii_case(key)) else {
                let place = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                self.warnings.push(format!("{place}: not known, and left out"));
                continue;
            };
            if found.iter().any(|(earlier, _)| earlier == name) {
                return Err(wrong(path, name, "given twice, in different case"));
            }
            found.push((name, value));
        }
        Ok(Fields { path: path.to_owned(), found })
    }
}

/// The fields of one map.
struct Fields<'v> {
    path: String,
    found: Vec<(&'static str, &'v Value)>,
}

impl<'v> Fields<'v> {
    fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn wrong(&self, name: &str, problem: &str) -> SpecError {
        wrong(&self.path, name, problem)
    }

    fn get(&self, name: &str) -> Option<&'v Value> {
        self.found.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// A text; null is none.
    fn text(&self, name: &str) -> Result<Option<String>, SpecError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        text(value).map_err(|problem| self.wrong(name, &problem))
    }

    /// A text that must be there and not be empty.
    fn required_text(&self, name: &str) -> Result<String, SpecError> {
        let text = self.text(name)?.filter(|text| !text.trim().is_empty());
        text.ok_or_else(|| self.wrong(name, "missing"))
    }

    /// A list; none and null are empty ones.
    fn list(&self, name: &str) -> Result<&'v [Value], SpecError> {
        match self.get(name) {
            None | Some(Value::Null) => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(other) => Err(self.wrong(name, &expected("a list", other))),
        }
    }
}

fn wrong(path: &str, name: &str, problem: &str) -> SpecError {
    let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    SpecError::Field { path, problem: problem.to_owned() }
}

fn as_map<'v>(value: &'v Value, path: &str) -> Result<&'v Map<String, Value>, SpecError> {
    value.as_object().ok_or_else(|| SpecError::Field {
        path: path.to_owned(),
        problem: expected("a map", value),
    })
}

/// A scalar as text; null is none.
fn text(value: &Value) -> Result<Option<String>, String> {
    match value {
        Value::Null => Ok(None),
        Value::Bool(value) => Ok(Some(value.to_string())),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::String(text) => Ok(Some(text.clone())),
        Value::Array(_) | Value::Object(_) => Err(expected("a text", value)),
    }
}

fn expected(what: &str, found: &Value) -> String {
    let found = match found {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    };
    format!("expected {what}, found {found}")
}

#[cfg(test)]
mod tests;
