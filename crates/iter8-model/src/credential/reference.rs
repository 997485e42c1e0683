//! Where a credential is kept, in place of the credential.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::task::InputError;

/// The keys of references, as hints list them.
const FORMS: &str = "{envRef: NAME}, {fileRef: PATH} or {secretRef: {name: NAME, key: KEY}}";

/// Longest name of a Secret and of a key in it, as Kubernetes has it.
const LONGEST_NAME: usize = 253;

/// A place that a text is taken from when a task starts. Documents hold references as they are,
/// and so never the text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    /// `{envRef: NAME}`: an environment variable.
    Env(String),
    /// `{fileRef: PATH}`: the contents of a file, less line ends at its end.
    File(String),
    /// `{secretRef: {name: NAME, key: KEY}}`: a key of a Kubernetes Secret that is mounted.
    Secret {
        /// Name of the Secret.
        name: String,
        /// Key in it.
        key: String,
    },
    /// `{withheldRef: ID}`: a text that was given literally, and is known only to the run that it
    /// was given to.
    Withheld(String),
}

impl Reference {
    /// Reads a map with one of the four keys. `None` if the value is something else.
    ///
    /// `path` names the place for errors. The keys match exactly, unlike names of inputs: a map of
    /// variables for templates may have keys that differ by case.
    pub fn read(value: &Value, path: &str) -> Result<Option<Self>, InputError> {
        let Value::Object(map) = value else { return Ok(None) };
        let found = map.iter().find(|(key, _)| is_key(key));
        let Some((key, value)) = found else { return Ok(None) };
        if let Some((other, _)) = map.iter().find(|(other, _)| *other != key) {
            let message = format!("{other:?} may not stand beside {key}");
            return Err(InputError::new(path, message).with_hint(format!("expected {FORMS}")));
        }
        let path = format!("{path}.{key}");
        match key.as_str() {
            "envRef" => variable(value, &path).map(Self::Env),
            "fileRef" => text(value, "the path of a file", &path).map(Self::File),
            "secretRef" => key_of_secret(value, &path),
            _ => text(value, "an identifier", &path).map(Self::Withheld),
        }
        .map(Some)
    }

    /// The value that reads back as this reference.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Env(name) => json!({"envRef": name}),
            Self::File(path) => json!({"fileRef": path}),
            Self::Secret { name, key } => json!({"secretRef": {"name": name, "key": key}}),
            Self::Withheld(id) => json!({"withheldRef": id}),
        }
    }
}

/// What errors call a reference.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "envRef {name}"),
            Self::File(path) => write!(f, "fileRef {path}"),
            Self::Secret { name, key } => write!(f, "secretRef {name}/{key}"),
            Self::Withheld(id) => write!(f, "withheldRef {id}"),
        }
    }
}

/// A reference that stands where a text is expected: `None` if the value is no map, an error if
/// it is a map of anything else.
pub fn in_place_of_text(value: &Value, path: &str) -> Result<Option<Reference>, InputError> {
    if !value.is_object() {
        return Ok(None);
    }
    match Reference::read(value, path)? {
        Some(reference) => Ok(Some(reference)),
        None => Err(InputError::new(path, "expected text, got a map")
            .with_hint(format!("to take the text from elsewhere: {FORMS}"))),
    }
}

fn is_key(key: &str) -> bool {
    matches!(key, "envRef" | "fileRef" | "secretRef" | "withheldRef")
}

fn text(value: &Value, what: &str, path: &str) -> Result<String, InputError> {
    let text = value.as_str().filter(|text| !text.is_empty() && !text.contains('\0'));
    text.map(str::to_owned).ok_or_else(|| InputError::new(path, format!("expected {what}")))
}

fn variable(value: &Value, path: &str) -> Result<String, InputError> {
    let name = text(value, "the name of an environment variable", path)?;
    if name.contains('=') {
        return Err(InputError::new(path, format!("{name:?} cannot name an environment variable")));
    }
    Ok(name)
}

fn key_of_secret(value: &Value, path: &str) -> Result<Reference, InputError> {
    let empty = Map::new();
    let map = value.as_object().unwrap_or(&empty);
    if map.len() != 2 || !map.contains_key("name") || !map.contains_key("key") {
        return Err(InputError::new(path, "expected {name: NAME, key: KEY}"));
    }
    // Both become parts of a path, so that the rules of Kubernetes are also a protection.
    let part = |part: &str| {
        let path = format!("{path}.{part}");
        let found = text(&map[part], "text", &path)?;
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let fits = found.len() <= LONGEST_NAME && found.chars().all(is_allowed);
        if fits && !found.starts_with("..") && found != "." {
            return Ok(found);
        }
        let message = format!("{found:?} cannot be the {part} of a Secret's entry");
        Err(InputError::new(path, message).with_hint("letters, digits, -, _ and . are allowed"))
    };
    Ok(Reference::Secret { name: part("name")?, key: part("key")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(name: &str, key: &str) -> Reference {
        Reference::Secret { name: name.to_owned(), key: key.to_owned() }
    }

    #[test]
    fn references_read_back() {
        let cases = [
            (json!({"envRef": "TOKEN"}), Reference::Env("TOKEN".to_owned()), "envRef TOKEN"),
            (json!({"fileRef": "/a b"}), Reference::File("/a b".to_owned()), "fileRef /a b"),
            (
                json!({"secretRef": {"name": "git-hub", "key": "to.ken_1"}}),
                secret("git-hub", "to.ken_1"),
                "secretRef git-hub/to.ken_1",
            ),
            (
                json!({"withheldRef": "spec[1].url"}),
                Reference::Withheld("spec[1].url".to_owned()),
                "withheldRef spec[1].url",
            ),
        ];
        for (value, reference, shown) in cases {
            assert_eq!(Reference::read(&value, "p"), Ok(Some(reference.clone())));
            assert_eq!(in_place_of_text(&value, "p"), Ok(Some(reference.clone())));
            assert_eq!(reference.to_json(), value);
            assert_eq!(reference.to_string(), shown);
        }
    }

    #[test]
    fn anything_else_is_no_reference() {
        for value in [json!("envRef"), json!(5), json!(null), json!(["envRef"]), json!({})] {
            assert_eq!(Reference::read(&value, "p"), Ok(None), "{value}");
        }
        // Variables of templates may be called so.
        assert_eq!(Reference::read(&json!({"EnvRef": "x", "envref": "y"}), "p"), Ok(None));
        assert_eq!(in_place_of_text(&json!("text"), "p"), Ok(None));
        let error = in_place_of_text(&json!({"env": "TOKEN"}), "github.token").unwrap_err();
        assert_eq!(error.to_string(), "github.token: expected text, got a map");
        assert!(error.hint.is_some_and(|hint| hint.contains("{envRef: NAME}, {fileRef: PATH}")));
    }

    #[test]
    fn errors_name_the_place() {
        let long = "x".repeat(254);
        let cases = [
            (json!({"envRef": 5}), "p.envRef: expected the name of an environment variable"),
            (json!({"envRef": ""}), "p.envRef: expected the name of an environment variable"),
            (json!({"envRef": "A=B"}), "p.envRef: \"A=B\" cannot name an environment variable"),
            (json!({"fileRef": null}), "p.fileRef: expected the path of a file"),
            (json!({"fileRef": "a\0b"}), "p.fileRef: expected the path of a file"),
            (json!({"withheldRef": {}}), "p.withheldRef: expected an identifier"),
            (json!({"secretRef": "a/b"}), "p.secretRef: expected {name: NAME, key: KEY}"),
            (json!({"secretRef": {"name": "a"}}), "p.secretRef: expected {name: NAME, key: KEY}"),
            (
                json!({"secretRef": {"name": "a", "key": "b", "c": "d"}}),
                "p.secretRef: expected {name: NAME, key: KEY}",
            ),
            (
                json!({"secretRef": {"name": "../etc", "key": "b"}}),
                "p.secretRef.name: \"../etc\" cannot be the name of a Secret's entry",
            ),
            (
                json!({"secretRef": {"name": "a", "key": ".."}}),
                "p.secretRef.key: \"..\" cannot be the key of a Secret's entry",
            ),
            (
                json!({"secretRef": {"name": ".", "key": "b"}}),
                "p.secretRef.name: \".\" cannot be the name of a Secret's entry",
            ),
            (json!({"secretRef": {"name": "a", "key": 1}}), "p.secretRef.key: expected text"),
            (json!({"envRef": "A", "default": "b"}), "p: \"default\" may not stand beside envRef"),
            (json!({"fileRef": "a", "envRef": "A"}), "p: \"envRef\" may not stand beside fileRef"),
        ];
        for (value, expected) in cases {
            assert_eq!(Reference::read(&value, "p").unwrap_err().to_string(), expected, "{value}");
        }
        let value = json!({"secretRef": {"name": long, "key": "b"}});
        assert!(Reference::read(&value, "p").is_err());
    }
}
