//! Credentials that were given literally, taken out of the inputs of a task before anyone keeps
//! them.

use serde_json::{Map, Value};

use super::{Reference, Secret};
use crate::task::catalogue::{ParameterKind, TaskEntry};

/// A credential that was taken out, and the name under which its place refers to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// What `withheldRef` says in its place.
    pub id: String,
    /// The credential.
    pub secret: Secret,
}

/// What makes a name that of a credential, in lower case and without separators.
const NAMES: [&str; 20] = [
    "authorization",
    "cookie",
    "token",
    "password",
    "passwd",
    "passphrase",
    "secret",
    "apikey",
    "credential",
    "accesskey",
    "appkey",
    "applicationkey",
    "insertkey",
    "integrationkey",
    "licensekey",
    "privatekey",
    "querykey",
    "routingkey",
    "sharedkey",
    "signingkey",
];

/// Further names of query parameters that carry a credential.
const QUERY_NAMES: [&str; 4] = ["auth", "key", "sig", "signature"];

/// Shortest second word of `Bearer …`: less is rather a word than a credential.
const SHORTEST_WORD: usize = 8;

/// Replaces literal credentials in the inputs of a task by `{withheldRef: ID}`, and returns them.
///
/// Credentials are parameters that are such, texts under names like `Authorization` or `apiKey`,
/// and URLs with a password or a token in them. References stay as they are. Inputs need not have
/// been read yet: names match in any case, and unknown inputs are searched as well. `place` begins
/// every ID; with a different one for each task of an experiment all IDs are different.
pub fn withhold(entry: &TaskEntry, inputs: &mut Map<String, Value>, place: &str) -> Vec<Withheld> {
    let mut search = Search { found: Vec::new() };
    search.inputs(entry, inputs, place);
    search.found
}

/// Whether a name is that of a credential: `Authorization`, `X-Api-Key`, `github_token`.
pub fn is_credential_name(name: &str) -> bool {
    let plain = plain(name);
    NAMES.iter().any(|known| plain.contains(known))
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '-' | '_' | '.' | ' '));
    letters.flat_map(char::to_lowercase).collect()
}

struct Search {
    found: Vec<Withheld>,
}

impl Search {
    fn inputs(&mut self, entry: &TaskEntry, inputs: &mut Map<String, Value>, path: &str) {
        let is_authenticated = is_authenticated(inputs);
        for (key, value) in inputs {
            let path = format!("{path}.{key}");
            let kind = entry.parameter(key).map(|parameter| parameter.kind);
            match (kind, &mut *value) {
                (Some(ParameterKind::Endpoints), Value::Object(endpoints)) => {
                    for (id, own) in endpoints {
                        if let Value::Object(own) = own {
                            self.inputs(entry, own, &format!("{path}.{id}"));
                        }
                    }
                }
                (Some(ParameterKind::Webhook), _) if is_authenticated => {
                    self.tree(value, false, &path);
                }
                (Some(kind), _) => self.parameter(kind, value, &path),
                (None, _) => self.tree(value, is_credential_name(key), &path),
            }
        }
    }

    fn parameter(&mut self, kind: ParameterKind, value: &mut Value, path: &str) {
        match kind {
            ParameterKind::Credential | ParameterKind::Webhook => self.tree(value, true, path),
            ParameterKind::Text
            | ParameterKind::TextMap
            | ParameterKind::Tree
            | ParameterKind::Trees
            | ParameterKind::Messages
            | ParameterKind::Requests => self.tree(value, false, path),
            ParameterKind::Auth => self.auth(value, path),
            ParameterKind::Exports => {
                for (name, target) in value.as_object_mut().into_iter().flatten() {
                    self.target(target, &format!("{path}.{name}"));
                }
            }
            ParameterKind::ByProvider(kind) => {
                for (name, value) in value.as_object_mut().into_iter().flatten() {
                    self.parameter(*kind, value, &format!("{path}.{name}"));
                }
            }
            ParameterKind::Plain
            | ParameterKind::Bool
            | ParameterKind::Integer { .. }
            | ParameterKind::Number
            | ParameterKind::Rate
            | ParameterKind::Duration
            | ParameterKind::Size
            | ParameterKind::Texts
            | ParameterKind::Choice(_)
            | ParameterKind::Tls
            | ParameterKind::Percentiles
            | ParameterKind::Ranges
            | ParameterKind::Stages
            | ParameterKind::Slos
            | ParameterKind::Endpoints => {}
        }
    }

    /// A URL, or a map with everything that a request needs.
    fn target(&mut self, value: &mut Value, path: &str) {
        let Value::Object(parts) = value else { return self.tree(value, false, path) };
        for (name, value) in parts {
            let path = format!("{path}.{name}");
            if name.eq_ignore_ascii_case("auth") {
                self.auth(value, &path);
            } else {
                self.tree(value, false, &path);
            }
        }
    }

    /// Names tell too much here: `tokenURL` holds no token.
    fn auth(&mut self, value: &mut Value, path: &str) {
        for (way, value) in value.as_object_mut().into_iter().flatten() {
            let path = format!("{path}.{way}");
            match way.to_ascii_lowercase().as_str() {
                "bearer" | "token" => self.tree(value, true, &path),
                _ => {
                    for (name, value) in value.as_object_mut().into_iter().flatten() {
                        let lower = name.to_ascii_lowercase();
                        let is_credential = matches!(
                            lower.as_str(),
                            "password" | "clientsecret" | "secretaccesskey" | "sessiontoken"
                        );
                        self.tree(value, is_credential, &format!("{path}.{name}"));
                    }
                }
            }
        }
    }

    /// Takes texts out of a value of any shape: all of them if it is a credential as a whole.
    fn tree(&mut self, value: &mut Value, is_credential: bool, path: &str) {
        match value {
            Value::Object(_) if is_reference(value) => {}
            Value::Object(map) => {
                for (key, value) in map {
                    let is_credential = is_credential || is_credential_name(key);
                    // A number under a name such as `maxTokens` counts something.
                    if !(value.is_number() && key.ends_with(['s', 'S'])) {
                        self.tree(value, is_credential, &format!("{path}.{key}"));
                    }
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.tree(item, is_credential, &format!("{path}[{index}]"));
                }
            }
            Value::String(text) if text.is_empty() => {}
            Value::String(text) => {
                if is_credential || is_credential_url(text) || is_authorization(text) {
                    let secret = std::mem::take(text);
                    *value = self.take(secret, path);
                }
            }
            // A password of digits. It is put back as text, which also keeps all its digits.
            Value::Number(number) if is_credential => {
                *value = self.take(number.to_string(), path);
            }
            Value::Number(_) | Value::Bool(_) | Value::Null => {}
        }
    }

    /// Keeps a credential and gives what stands in its place.
    fn take(&mut self, secret: String, path: &str) -> Value {
        let mut id = path.to_owned();
        // Keys may have dots, so that two paths can be written alike.
        while self.found.iter().any(|other| other.id == id) {
            id.push('+');
        }
        self.found.push(Withheld { id: id.clone(), secret: Secret::from(secret) });
        Reference::Withheld(id).to_json()
    }
}

fn is_reference(value: &Value) -> bool {
    Reference::read(value, "").is_ok_and(|reference| reference.is_some())
}

/// Whether a request has a credential beside its URL.
fn is_authenticated(inputs: &Map<String, Value>) -> bool {
    inputs.iter().any(|(key, value)| match key.to_ascii_lowercase().as_str() {
        "auth" => !value.is_null(),
        "headers" | "params" | "settings" => names_a_credential(value),
        _ => false,
    })
}

fn names_a_credential(value: &Value) -> bool {
    match value {
        Value::Object(map) => {
            map.iter().any(|(key, value)| is_credential_name(key) || names_a_credential(value))
        }
        Value::Array(items) => items.iter().any(names_a_credential),
        _ => false,
    }
}

/// Whether a text is a URL with user information, or with a query parameter for credentials.
fn is_credential_url(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    if text.contains(char::is_whitespace) {
        return false;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let query = rest.split_once('?').map_or("", |(_, query)| query);
    let mut names = query.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, _)| name);
    authority.contains('@')
        || names.any(|name| is_credential_name(name) || QUERY_NAMES.contains(&plain(name).as_str()))
}

/// Whether a text is the value of an Authorization header, whatever it is called.
fn is_authorization(text: &str) -> bool {
    text.split_once(' ').is_some_and(|(scheme, rest)| {
        let is_scheme = ["bearer", "basic", "token"].iter().any(|s| s.eq_ignore_ascii_case(scheme));
        is_scheme && rest.len() >= SHORTEST_WORD && !rest.contains(char::is_whitespace)
    })
}

#[cfg(test)]
mod tests;
