//! From a question to a request.

use std::fmt::Write as _;

use iter8_fetch::{Auth, Repeat, Request, Statuses};

use crate::spec::{MetricQuery, ProviderSpec};

/// The kind of body that is announced unless the template says another.
const CONTENT_TYPE: (&str, &str) = ("Content-Type", "application/json;charset=utf-8");

/// The request for a metric.
///
/// The parameters join those of the URL; all are sorted by name, those of one name in their order.
pub fn request(spec: &ProviderSpec, metric: &MetricQuery, auth: &Auth) -> Request {
    let mut headers = spec.headers.clone();
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(CONTENT_TYPE.0)) {
        headers.push((CONTENT_TYPE.0.to_owned(), CONTENT_TYPE.1.to_owned()));
    }
    Request {
        headers,
        body: metric.body.as_ref().map(|body| body.clone().into_bytes()),
        auth: auth.clone(),
        // A query changes nothing, whatever its method.
        repeat: Repeat::Always,
        statuses: Statuses::Any,
        ..Request::new(spec.method.clone(), with_params(&spec.url, &metric.params))
    }
}

/// A URL with parameters added to its own.
fn with_params(url: &str, params: &[(String, String)]) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let mut pairs: Vec<(String, String)> = pairs(query);
    pairs.extend(params.iter().cloned());
    // Stable: values of one name keep their order.
    pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
    if pairs.is_empty() {
        return place.to_owned();
    }
    let encoded: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    format!("{place}?{}", encoded.join("&"))
}

/// The parameters of a query. Those that are not well-formed are taken as they stand.
pub(crate) fn pairs(query: &str) -> Vec<(String, String)> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decoded(name), decoded(value))
    };
    parts.map(pair).collect()
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            byte if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) => {
                out.push(char::from(byte));
            }
            byte => {
                // Writing to a string cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let digits = (*first == b'%').then(|| tail.get(..2)).flatten();
        let byte = digits
            .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            .and_then(|digits| u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).unwrap_or(text)
}

#[cfg(test)]
mod tests;
