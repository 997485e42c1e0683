//! URLs, taken apart and put together as Go's package `net/url` does.

mod escape;
mod parse;

use escape::{Part, escape};
use parse::{Url, User};

use super::panics;
use crate::function::{Call, Failure, Function, Param};
use crate::value::{Map, Value};

/// Functions on URLs.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("urlJoin", &[Param::Map], url_join),
    Function::new("urlParse", &[Param::Text], url_parse),
];

/// The parts of a URL, as a map; parts that are not there are empty.
fn url_parse(call: &mut Call<'_>) -> Result<Value, Failure> {
    let url = Url::parse(call.text(0).as_bytes())
        .map_err(|error| format!("unable to parse url: {error}"))?;
    let userinfo = url.user.as_ref().map(User::print).unwrap_or_default();
    let hostname = url.hostname().to_vec();
    let parts = [
        ("fragment", url.fragment),
        ("host", url.host),
        ("hostname", hostname),
        ("opaque", url.opaque),
        ("path", url.path),
        ("query", url.query),
        ("scheme", url.scheme),
        ("userinfo", userinfo),
    ];
    Ok(parts.into_iter().map(|(key, part)| (key.into(), Value::text(part))).collect::<Map>().into())
}

/// The URL of a map with such parts.
fn url_join(call: &mut Call<'_>) -> Result<Value, Failure> {
    let url = Url {
        scheme: part(call, "scheme")?,
        host: part(call, "host")?,
        path: part(call, "path")?,
        query: part(call, "query")?,
        opaque: part(call, "opaque")?,
        fragment: part(call, "fragment")?,
        user: user(&part(call, "userinfo")?)?,
    };
    Ok(Value::text(print(&url)))
}

fn part(call: &Call<'_>, key: &str) -> Result<Vec<u8>, Failure> {
    match call.map(0).and_then(|map| map.get(key.as_bytes())) {
        None => Ok(Vec::new()),
        Some(Value::Str(text)) => Ok(text.as_bytes().to_vec()),
        Some(Value::Nil) => Err(panics::NIL.into()),
        Some(other) => Err(format!(
            "unable to parse {key} key, must be of type string, but {} found",
            other.kind_name()
        )
        .into()),
    }
}

fn user(userinfo: &[u8]) -> Result<Option<User>, Failure> {
    if userinfo.is_empty() {
        return Ok(None);
    }
    // As part of a URL it can change what the rest means, as it does in Sprig.
    let url = Url::parse(&[b"proto://", userinfo, b"@host"].concat())
        .map_err(|error| format!("unable to parse userinfo in dict: {error}"))?;
    Ok(url.user)
}

/// The URL as text, escaped where needed.
fn print(url: &Url) -> Vec<u8> {
    let mut text = Vec::new();
    if !url.scheme.is_empty() {
        text.extend_from_slice(&url.scheme);
        text.push(b':');
    }
    if url.opaque.is_empty() {
        push_authority(&mut text, url);
        push_path(&mut text, url);
    } else {
        text.extend_from_slice(&url.opaque);
    }
    if !url.query.is_empty() {
        text.push(b'?');
        text.extend_from_slice(&url.query);
    }
    if !url.fragment.is_empty() {
        text.push(b'#');
        text.extend(escape(&url.fragment, Part::Fragment));
    }
    text
}

fn push_authority(text: &mut Vec<u8>, url: &Url) {
    let has_authority = !url.host.is_empty() || url.user.is_some();
    if has_authority || (!url.scheme.is_empty() && !url.path.is_empty()) {
        text.extend_from_slice(b"//");
    }
    if let Some(user) = &url.user {
        text.extend(user.print());
        text.push(b'@');
    }
    text.extend(escape(&url.host, Part::Host));
}

fn push_path(text: &mut Vec<u8>, url: &Url) {
    let path = if url.path == b"*" { url.path.clone() } else { escape(&url.path, Part::Path) };
    if !url.host.is_empty() && path.first().is_some_and(|first| *first != b'/') {
        text.push(b'/');
    }
    let mut segments = path.split(|byte| *byte == b'/');
    if text.is_empty() && segments.next().is_some_and(|segment| segment.contains(&b':')) {
        // Without this the first segment would be taken for a scheme.
        text.extend_from_slice(b"./");
    }
    text.extend(path);
}

#[cfg(test)]
mod tests;
