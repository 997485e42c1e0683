//! Inputs of a notify task, checked.

use iter8_fetch::{Auth, Limits, Tls};
use iter8_model::task::InputError;
use serde_json::{Map, Value};

use super::preset::{Place, Preset};
use super::url;
use crate::access;
use crate::download::is_web;

/// Most bytes of a payload of a template of the user: what a document may have.
const LARGEST_OWN: usize = 1 << 20;

/// GitHub's API, unless the repository is on another server.
const GITHUB_API: &str = "https://api.github.com";

/// A checked notify task.
#[derive(Debug)]
pub(super) struct Settings {
    /// Where the payload comes from; `None` if there is none.
    pub(super) source: Option<Source>,
    pub(super) url: String,
    /// Whether the URL is the only credential, so that nobody may see its path.
    pub(super) is_hook: bool,
    pub(super) method: String,
    /// With those that the service needs.
    pub(super) headers: Vec<(String, String)>,
    pub(super) auth: Auth,
    pub(super) tls: Tls,
    pub(super) limits: Limits,
    pub(super) soft_failure: bool,
    pub(super) link: Option<String>,
    /// Most bytes of the payload.
    pub(super) largest: usize,
}

impl Settings {
    /// Whether the request says that its payload is JSON.
    pub(super) fn says_json(&self) -> bool {
        let is_type = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("content-type");
        self.headers.iter().find(is_type).is_some_and(|(_, value)| value.contains("json"))
    }
}

/// Where a payload template comes from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The binary.
    BuiltIn(&'static Preset),
    /// The file of this name.
    File(String),
    /// A web server.
    Web(String),
}

impl Source {
    fn named(text: &str) -> Self {
        match Preset::named(text).or_else(|| Preset::in_place_of(text)) {
            Some(preset) => Self::BuiltIn(preset),
            None if is_web(text) => Self::Web(text.to_owned()),
            None => Self::File(text.to_owned()),
        }
    }

    fn preset(&self) -> Option<&'static Preset> {
        match self {
            Self::BuiltIn(preset) => Some(preset),
            Self::File(_) | Self::Web(_) => None,
        }
    }
}

/// Inputs whose references are resolved, and their place.
struct Inputs<'a> {
    all: &'a Map<String, Value>,
    settings: &'a Map<String, Value>,
    path: &'a str,
}

impl Settings {
    /// Checks inputs whose references are resolved.
    pub(super) fn new(inputs: &Map<String, Value>, path: &str) -> Result<Self, InputError> {
        let nothing = Map::new();
        let settings = inputs.get("settings").and_then(Value::as_object).unwrap_or(&nothing);
        Inputs { all: inputs, settings, path }.check()
    }
}

impl Inputs<'_> {
    fn check(&self) -> Result<Settings, InputError> {
        let built_in = self.text("payload").and_then(Preset::named);
        let source = self.text("payloadTemplateURL").map(Source::named);
        let source = source.or(built_in.map(Source::BuiltIn));
        let service = built_in.or(source.as_ref().and_then(Source::preset));
        self.check_settings(source.as_ref())?;
        let url = self.url(service)?;
        let method = match self.text("method") {
            Some(method) => method.to_ascii_uppercase(),
            None if source.is_some() => "POST".to_owned(),
            None => "GET".to_owned(),
        };
        let headers = self.headers(source.is_some(), service);
        let auth = access::auth(self.all.get("auth"));
        let is_authorized =
            |(name, _): &(String, String)| name.eq_ignore_ascii_case("authorization");
        let is_hook = service.is_some_and(|preset| preset.place == Place::Hook)
            || (auth == Auth::None && !headers.iter().any(is_authorized));
        Ok(Settings {
            is_hook,
            url: url::with_params(&url, &texts(self.all.get("params"))),
            method,
            headers,
            auth,
            tls: access::tls(self.all.get("tls"), &self.at("tls"))?,
            limits: access::limits(self.all, self.path)?,
            soft_failure: self.all.get("softFailure").and_then(Value::as_bool).unwrap_or(false),
            link: self.link()?,
            largest: self.largest(service),
            source,
        })
    }

    fn at(&self, name: &str) -> String {
        format!("{}.{name}", self.path)
    }

    /// A text that is not empty.
    fn text(&self, name: &str) -> Option<&str> {
        self.all.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A setting as text, be it a number.
    fn setting(&self, name: &str) -> Option<String> {
        match self.settings.get(name)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    fn url(&self, service: Option<&Preset>) -> Result<String, InputError> {
        if let Some(url) = self.text("url") {
            if is_web(url) {
                return Ok(url.to_owned());
            }
            let message = "expected a URL that begins with http:// or https://";
            return Err(InputError::new(self.at("url"), message));
        }
        match service.map(|preset| preset.place) {
            Some(Place::Fixed(url)) => Ok(url.to_owned()),
            Some(Place::GitHub(resource)) => self.github(resource),
            Some(Place::Given | Place::Hook) | None => {
                Err(InputError::new(self.path, "no URL was provided for notify task")
                    .with_hint("set url"))
            }
        }
    }

    fn github(&self, resource: &str) -> Result<String, InputError> {
        let part = |name: &str| {
            let path = format!("{}.settings.{name}", self.path);
            let Some(text) = self.setting(name) else {
                return Err(InputError::new(path, format!("please set {name}, or url")));
            };
            let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            if text.chars().all(is_allowed) && !text.trim_matches('.').is_empty() {
                return Ok(text);
            }
            Err(InputError::new(path, "expected letters, digits, -, _ and ."))
        };
        let api = self.setting("apiURL").unwrap_or_else(|| GITHUB_API.to_owned());
        if !is_web(&api) {
            let message = "expected a URL that begins with http:// or https://";
            return Err(InputError::new(format!("{}.settings.apiURL", self.path), message));
        }
        let (owner, repo) = (part("owner")?, part("repo")?);
        let resource = match resource.split_once('{') {
            None => resource.to_owned(),
            Some((before, rest)) => {
                let (name, after) = rest.split_once('}').unwrap_or((rest, ""));
                format!("{before}{}{after}", part(name)?)
            }
        };
        Ok(format!("{}/repos/{owner}/{repo}/{resource}", api.trim_end_matches('/')))
    }

    /// The headers given, and those that the service and the payload need beside them.
    fn headers(&self, has_payload: bool, service: Option<&Preset>) -> Vec<(String, String)> {
        let mut headers = texts(self.all.get("headers"));
        let content_type = self.text("contentType");
        if content_type.is_some() {
            headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        }
        let own = has_payload.then(|| {
            let default = service.map_or("application/json", |preset| preset.content_type);
            ("Content-Type", content_type.unwrap_or(default))
        });
        let needed = service.map(|preset| preset.headers).unwrap_or_default().iter().copied();
        for (name, value) in needed.chain(own) {
            if !headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name)) {
                headers.push((name.to_owned(), value.to_owned()));
            }
        }
        headers
    }

    fn link(&self) -> Result<Option<String>, InputError> {
        let Some(link) = self.text("link") else { return Ok(None) };
        if url::is_link(link) {
            return Ok(Some(link.to_owned()));
        }
        let message = "expected the URL of a web page, without blanks and quotes";
        Err(InputError::new(self.at("link"), message))
    }

    fn largest(&self, service: Option<&Preset>) -> usize {
        let given = self.all.get("maxPayloadSize").and_then(Value::as_u64);
        let given = given.map(|size| usize::try_from(size).unwrap_or(usize::MAX));
        match (given, service.map(|preset| preset.largest)) {
            (Some(given), Some(largest)) => given.min(largest),
            (Some(size), None) | (None, Some(size)) => size,
            (None, None) => LARGEST_OWN,
        }
    }

    /// Checks the settings that built-in payloads place in their messages.
    fn check_settings(&self, source: Option<&Source>) -> Result<(), InputError> {
        const SEVERITIES: [&str; 4] = ["critical", "error", "warning", "info"];
        let Some(preset) = source.and_then(Source::preset) else { return Ok(()) };
        let known: &[(&str, usize)] = match preset.name {
            "report" | "github" => &[("eventType", 100)],
            "githubStatus" => &[("context", 255)],
            "cloudevents" => &[("source", 1_000), ("type", 255)],
            "pagerduty" => {
                &[("dedupKey", 255), ("source", 255), ("component", 255), ("routingKey", 255)]
            }
            _ => &[],
        };
        let wrong = |name: &str, message: &str| {
            Err(InputError::new(format!("{}.settings.{name}", self.path), message))
        };
        for (name, longest) in known {
            match self.settings.get(*name) {
                None | Some(Value::Null) => {}
                Some(Value::String(text)) if (1..=*longest).contains(&text.chars().count()) => {}
                Some(_) => {
                    return wrong(name, &format!("expected a text of 1 to {longest} characters"));
                }
            }
        }
        if preset.name == "pagerduty" && self.setting("routingKey").is_none() {
            return wrong("routingKey", "please set the integration key of the service");
        }
        let severity = self.settings.get("severity").filter(|_| preset.name == "pagerduty");
        if severity.is_some_and(|word| word.as_str().is_none_or(|word| !SEVERITIES.contains(&word)))
        {
            return wrong("severity", &format!("expected one of {}", SEVERITIES.join(", ")));
        }
        if preset.name == "cloudevents"
            && self.setting("source").is_some_and(|source| !source.chars().all(url::is_plain))
        {
            return wrong("source", "expected a URI or a path");
        }
        Ok(())
    }
}

/// Names and texts of a map, sorted by name.
fn texts(map: Option<&Value>) -> Vec<(String, String)> {
    let entries = map.and_then(Value::as_object).into_iter().flatten();
    let mut texts: Vec<(String, String)> = entries
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect();
    texts.sort();
    texts
}
