//! Notifications: `slack` and `github` become plain `notify` tasks.

use iter8_model::task::InputError;
use iter8_model::task::catalogue::TaskEntry;
use serde_json::{Map, Value, json};

/// Where GitHub's own API is.
const GITHUB_API: &str = "https://api.github.com";

/// The inputs of the `notify` task that values of this entry describe.
// Differs from Iter8 0.13: `softFailure: false` stays false, and without a template the payload is
// built in instead of downloaded.
pub(super) fn compile(
    entry: &TaskEntry,
    with: Map<String, Value>,
) -> Result<Map<String, Value>, InputError> {
    let name = entry.name;
    let mut inputs = match name {
        "slack" => {
            need(&with, &["url"], name)?;
            let mut inputs = with;
            inputs.insert("method".to_owned(), json!("POST"));
            inputs.insert("payload".to_owned(), json!("slack"));
            inputs
        }
        "github" => github(with)?,
        _ if !with.contains_key("url") && !has_address(&with) => {
            return Err(InputError::new(name, "no URL was provided for notify task")
                .with_hint("set notify.url"));
        }
        _ => with,
    };
    inputs.entry("softFailure").or_insert(Value::Bool(true));
    Ok(inputs)
}

/// Whether the service of a payload has an address that need not be given.
fn has_address(with: &Map<String, Value>) -> bool {
    const KNOWN: [&str; 4] = ["github", "githubStatus", "githubComment", "pagerduty"];
    with.get("payload").and_then(Value::as_str).is_some_and(|payload| KNOWN.contains(&payload))
}

fn need(with: &Map<String, Value>, names: &[&str], path: &str) -> Result<(), InputError> {
    let is_there = |name: &&&str| with.get(**name).is_some_and(|value| value != "");
    match names.iter().find(|name| !is_there(name)) {
        None => Ok(()),
        Some(name) => {
            Err(InputError::new(path, format!("please set a value for the {name} parameter")))
        }
    }
}

fn github(mut with: Map<String, Value>) -> Result<Map<String, Value>, InputError> {
    need(&with, &["owner", "repo", "token"], "github")?;
    let event = take_text(&mut with, "event").unwrap_or_else(|| "dispatch".to_owned());
    let api = take_text(&mut with, "apiURL").unwrap_or_else(|| GITHUB_API.to_owned());
    if !api.starts_with("https://") && !api.starts_with("http://") {
        let message = "expected a URL that begins with http:// or https://";
        return Err(InputError::new("github.apiURL", message));
    }
    let owner = segment(take_text(&mut with, "owner"), "owner")?;
    let repo = segment(take_text(&mut with, "repo"), "repo")?;
    settings(&mut with);
    let (resource, payload) = match event.as_str() {
        "status" => (format!("statuses/{}", subject(&with, "sha", "status")?), "githubStatus"),
        "comment" => {
            let number = subject(&with, "pullRequest", "comment")?;
            (format!("issues/{number}/comments"), "githubComment")
        }
        _ => ("dispatches".to_owned(), "github"),
    };
    let api = api.trim_end_matches('/');
    with.insert("url".to_owned(), json!(format!("{api}/repos/{owner}/{repo}/{resource}")));
    with.insert("method".to_owned(), json!("POST"));
    let mut headers = json!({"Accept": "application/vnd.github+json"});
    match with.shift_remove("token") {
        Some(Value::String(token)) => headers["Authorization"] = json!(format!("token {token}")),
        Some(reference) => drop(with.insert("auth".to_owned(), json!({"token": reference}))),
        None => {}
    }
    with.insert("headers".to_owned(), headers);
    with.insert("payload".to_owned(), json!(payload));
    Ok(with)
}

fn take_text(with: &mut Map<String, Value>, name: &str) -> Option<String> {
    with.shift_remove(name)?.as_str().map(str::to_owned)
}

/// Moves what payloads may speak of to the settings of the payload.
fn settings(with: &mut Map<String, Value>) {
    for name in ["sha", "pullRequest", "context"] {
        if let Some(value) = with.shift_remove(name) {
            let settings = with.entry("settings").or_insert_with(|| Value::Object(Map::new()));
            settings[name] = value;
        }
    }
}

/// What an event is about, as a part of a URL.
fn subject(with: &Map<String, Value>, name: &str, event: &str) -> Result<String, InputError> {
    match with.get("settings").and_then(|settings| settings.get(name)) {
        Some(Value::String(text)) => segment(Some(text.clone()), name),
        Some(number) => Ok(number.to_string()),
        None => Err(InputError::new("github", format!("event {event} needs {name}"))
            .with_hint(format!("for example --set github.{name}=…"))),
    }
}

/// A text that is one part of a path as it is.
fn segment(text: Option<String>, name: &str) -> Result<String, InputError> {
    let text = text.unwrap_or_default();
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !text.is_empty() && text.chars().all(is_allowed) && !text.trim_matches('.').is_empty() {
        return Ok(text);
    }
    let message = format!("expected letters, digits, -, _ and ., got {text:?}");
    Err(InputError::new(format!("github.{name}"), message))
}
