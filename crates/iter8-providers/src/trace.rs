//! What was sent and what came back, for whoever writes a template.

use iter8_fetch::{Request, Response, without_secrets};
use iter8_model::credential::{REDACTED, is_credential_name};

use crate::request::pairs;

/// Bytes of a body that are shown.
const SHOWN: usize = 4 * 1024;

/// Header fields whose values are shown: those that cannot hold credentials.
const HARMLESS: [&str; 5] =
    ["accept", "accept-encoding", "accept-language", "content-type", "user-agent"];

/// A request and its answer, fit to be seen: without users, credentials and values of headers that
/// may be some.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// The method.
    pub method: String,
    /// The URL without its parameters.
    pub url: String,
    /// The parameters of the URL, decoded.
    pub params: Vec<(String, String)>,
    /// Header fields of the request.
    pub headers: Vec<(String, String)>,
    /// The beginning of the body.
    pub body: Option<String>,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// Header fields of the answer.
    pub response_headers: Vec<(String, String)>,
    /// The beginning of the answer.
    pub response: Option<String>,
    /// How often it was asked.
    pub attempts: u32,
}

impl Trace {
    /// What is sent.
    pub(crate) fn of_request(request: &Request) -> Self {
        let query = request.url.split_once('?').map_or("", |(_, query)| query);
        let params = pairs(query).into_iter().map(|(name, value)| {
            let value = if is_secret(&name) { REDACTED.to_owned() } else { request.masked(&value) };
            (name, value)
        });
        Self {
            method: request.method.clone(),
            url: without_secrets(&request.url),
            params: params.collect(),
            headers: shown(&request.headers),
            body: request.body.as_deref().map(|body| beginning(body, request)),
            ..Self::default()
        }
    }

    /// What came back.
    pub(crate) fn answered(&mut self, request: &Request, response: &Response) {
        self.status = Some(response.status);
        self.response_headers = shown(&response.headers);
        self.response = Some(beginning(&response.body, request));
        self.attempts = response.attempts;
    }
}

/// Whether a parameter may be a credential. `key` alone is one with several clouds.
fn is_secret(name: &str) -> bool {
    is_credential_name(name)
        || ["key", "sig", "signature"].iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn shown(headers: &[(String, String)]) -> Vec<(String, String)> {
    let shown = headers.iter().map(|(name, value)| {
        let is_harmless = HARMLESS.iter().any(|known| known.eq_ignore_ascii_case(name));
        (name.clone(), if is_harmless { value.clone() } else { REDACTED.to_owned() })
    });
    shown.collect()
}

/// The beginning of a body, with what must not be seen masked before it is cut.
fn beginning(body: &[u8], request: &Request) -> String {
    // Far enough that no secret is cut at the end of what is shown.
    let looked_at = &body[..body.len().min(2 * SHOWN)];
    let text = request.masked(&String::from_utf8_lossy(looked_at));
    if text.len() <= SHOWN && looked_at.len() == body.len() {
        return text;
    }
    let end = text.floor_char_boundary(SHOWN);
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests;
