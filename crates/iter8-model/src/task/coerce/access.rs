//! How requests authenticate, what they check of the server, and where exports go.

use serde_json::{Map, Value};

use super::{
    InputError, as_private_object, boolean, expected, list, members, text, text_map,
    text_or_reference,
};

/// One of the ways to authenticate.
pub(super) fn auth(value: &Value, path: &str) -> Result<Value, InputError> {
    as_private_object(value, path)?;
    let ways = members(value, &["basic", "bearer", "token", "oauth2", "aws"], path)?;
    let [(way, value)] = ways.as_slice() else {
        return Err(InputError::new(path, "expected one of basic, bearer, token, oauth2, aws"));
    };
    let path = format!("{path}.{way}");
    let value = match *way {
        "basic" => texts(value, &["user", "password"], &[], &path)?,
        "oauth2" => {
            texts(value, &["tokenURL", "clientID", "clientSecret"], &[("scopes", scopes)], &path)?
        }
        "aws" => {
            let others: [(_, Coercion); 2] =
                [("sessionToken", text_or_reference), ("service", text_or_reference)];
            texts(value, &["region", "accessKeyID", "secretAccessKey"], &others, &path)?
        }
        _ => text_or_reference(value, &path)?,
    };
    Ok(Value::Object(Map::from_iter([((*way).to_owned(), value)])))
}

type Coercion = fn(&Value, &str) -> Result<Value, InputError>;

/// A map of needed texts and other members that may be left out.
fn texts(
    value: &Value,
    needed: &[&'static str],
    others: &[(&'static str, Coercion)],
    path: &str,
) -> Result<Value, InputError> {
    let known: Vec<&str> = needed.iter().copied().chain(others.iter().map(|(n, _)| *n)).collect();
    as_private_object(value, path)?;
    let mut normal = Map::new();
    for (name, value) in members(value, &known, path)? {
        let path = format!("{path}.{name}");
        let other = others.iter().find(|(other, _)| *other == name);
        let coerce = other.map_or(text_or_reference as Coercion, |(_, coerce)| *coerce);
        normal.insert(name.to_owned(), coerce(value, &path)?);
    }
    match needed.iter().find(|name| !normal.contains_key(**name)) {
        Some(missing) => Err(InputError::new(path, format!("please set {missing}"))),
        None => Ok(Value::Object(normal)),
    }
}

/// A list of texts, or one text of words.
fn scopes(value: &Value, path: &str) -> Result<Value, InputError> {
    match value {
        Value::String(words) => Ok(words.split_whitespace().collect()),
        _ => list(value, path, |value, path| text(value, path).map(Value::String)),
    }
}

/// Certificates by file, the name to expect, and whether to check at all.
pub(super) fn tls(value: &Value, path: &str) -> Result<Value, InputError> {
    const KNOWN: [&str; 5] = ["caFile", "certFile", "keyFile", "serverName", "skipVerify"];
    let mut normal = Map::new();
    for (name, value) in members(value, &KNOWN, path)? {
        let path = format!("{path}.{name}");
        let value = match name {
            "skipVerify" => boolean(value, &path)?,
            _ if value.is_object() => return Err(expected("text", value, &path)),
            _ => Value::String(text(value, &path)?),
        };
        normal.insert(name.to_owned(), value);
    }
    if normal.contains_key("certFile") != normal.contains_key("keyFile") {
        return Err(InputError::new(path, "certFile and keyFile go together"));
    }
    Ok(Value::Object(normal))
}

/// Servers that are told of a load test, each as a map.
pub(super) fn exports(value: &Value, path: &str) -> Result<Value, InputError> {
    let mut normal = Map::new();
    for (name, value) in members(value, &["remoteWrite", "otlp"], path)? {
        normal.insert(name.to_owned(), target(value, &format!("{path}.{name}"))?);
    }
    Ok(Value::Object(normal))
}

/// A URL, or a reference to one, or a map of everything that a request needs.
fn target(value: &Value, path: &str) -> Result<Value, InputError> {
    let is_whole = value.as_object().is_some_and(|map| map.keys().any(|key| is_url(key)));
    if !is_whole {
        return Ok(Value::Object(Map::from_iter([(
            "url".to_owned(),
            text_or_reference(value, path)?,
        )])));
    }
    let mut normal = Map::new();
    for (name, value) in members(value, &["url", "headers", "auth", "tls"], path)? {
        let path = format!("{path}.{name}");
        let value = match name {
            "url" => text_or_reference(value, &path)?,
            "headers" => text_map(value, &path)?,
            "auth" => auth(value, &path)?,
            _ => tls(value, &path)?,
        };
        normal.insert(name.to_owned(), value);
    }
    Ok(Value::Object(normal))
}

fn is_url(key: &str) -> bool {
    key.eq_ignore_ascii_case("url")
}
