//! One of the requests of a test, checked.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::message::Message;
use crate::target::{Entry, Target, TargetError};
use crate::url::{Url, UrlError};

/// What is sent as `User-Agent` unless the user says otherwise.
pub(crate) const USER_AGENT: &str = concat!("iter8/", env!("CARGO_PKG_VERSION"));

/// The type of a body of which nothing is known.
const DEFAULT_CONTENT_TYPE: &str = "application/octet-stream";

/// Fields that the transport must write itself: with a foreign value, the end of the request
/// would be elsewhere for the server than for us.
const FRAMING_FIELDS: [&str; 2] = ["content-length", "transfer-encoding"];

/// Fields that belong to one server and must not go to another one.
const SECRET_FIELDS: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "host"];

/// One of the requests of a test, checked.
#[derive(Debug, Clone)]
pub(crate) struct RequestPlan {
    pub(crate) url: Url,
    pub(crate) method: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Arc<[u8]>,
    /// Whether its connection can carry another one.
    pub(crate) keep_alive: bool,
}

/// How a request differs from the one that was redirected.
#[derive(Debug, Clone)]
pub(crate) struct Redirected<'a> {
    pub(crate) url: &'a Url,
    pub(crate) method: &'a str,
    pub(crate) keeps_body: bool,
}

impl RequestPlan {
    /// The only request of a target.
    pub(crate) fn own(target: &Target) -> Result<Self, TargetError> {
        Self::new(target, &Entry::default(), parse(&target.url)?)
    }

    /// One of several, which all go to the server of `base`.
    pub(crate) fn of_entry(
        target: &Target,
        base: &Url,
        entry: &Entry,
    ) -> Result<Self, TargetError> {
        let url = match &entry.url {
            None => base.clone(),
            Some(path) if path.starts_with('/') => parse(&format!("{}{path}", base.server()))?,
            Some(url) => parse(url)?,
        };
        if url.origin() != base.origin() {
            let (url, origin) = (url.server(), base.server());
            return Err(TargetError::OtherOrigin { url, origin });
        }
        Self::new(target, entry, url)
    }

    fn new(target: &Target, entry: &Entry, url: Url) -> Result<Self, TargetError> {
        let body = Arc::clone(entry.body.as_ref().unwrap_or(&target.body));
        let content_type = entry.content_type.as_ref().or(target.content_type.as_ref()).cloned();
        let has_body = !body.is_empty();
        let default = if has_body || content_type.is_some() { "POST" } else { "GET" };
        let method = entry.method.as_ref().or(target.method.as_ref());
        let method = method.cloned().unwrap_or_else(|| default.to_owned());
        if !is_token(&method) {
            return Err(TargetError::Method(method));
        }
        let is_replaced = |name: &str| {
            find(&entry.headers, name).is_some()
                || entry.content_type.is_some() && name.eq_ignore_ascii_case("content-type")
        };
        let inherited = target.headers.iter().filter(|(name, _)| !is_replaced(name));
        let mut headers: Vec<(String, String)> = inherited.chain(&entry.headers).cloned().collect();
        let default_type = has_body.then(|| DEFAULT_CONTENT_TYPE.to_owned());
        if let Some(value) = content_type.or(default_type)
            && find(&headers, "content-type").is_none()
        {
            headers.push(("Content-Type".to_owned(), value));
        }
        for (name, value) in &headers {
            check_field(name, value)?;
        }
        let asks_close = find(&headers, "connection")
            .is_some_and(|value| value.split(',').any(|t| t.trim().eq_ignore_ascii_case("close")));
        headers.retain(|(name, _)| !asks_close || !name.eq_ignore_ascii_case("connection"));
        let keep_alive = target.keep_alive && !asks_close;
        Ok(Self { url, method, headers, body, keep_alive })
    }

    /// The value of `Host`, or of `:authority`.
    pub(crate) fn authority(&self) -> String {
        let own = find(&self.headers, "host").map(str::to_owned);
        own.unwrap_or_else(|| self.url.origin().to_string())
    }

    /// All fields of the request but those of its frame and `Host`.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let default = find(&self.headers, "user-agent").is_none();
        let default = default.then_some(("User-Agent", USER_AGENT));
        let own = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        default.into_iter().chain(own).filter(|(name, value)| {
            let is_removed = name.eq_ignore_ascii_case("user-agent") && value.is_empty();
            !is_removed && !name.eq_ignore_ascii_case("host")
        })
    }

    /// The request itself.
    pub(crate) fn message(&self) -> Message {
        let as_is = Redirected { url: &self.url, method: &self.method, keeps_body: true };
        self.redirected(&as_is)
    }

    /// The request after a redirect. What belongs to the first server stays there.
    pub(crate) fn redirected(&self, to: &Redirected<'_>) -> Message {
        let is_foreign = to.url.origin() != self.url.origin();
        let mut fields = String::new();
        let host = if is_foreign { to.url.origin().to_string() } else { self.authority() };
        push_field(&mut fields, "Host", &host);
        for (name, value) in self.fields() {
            let is_left_out = match name.to_ascii_lowercase().as_str() {
                "content-type" => !to.keeps_body,
                lower => is_foreign && SECRET_FIELDS.contains(&lower),
            };
            if !is_left_out {
                push_field(&mut fields, name, value);
            }
        }
        if !self.keep_alive {
            push_field(&mut fields, "Connection", "close");
        }
        let body = if to.keeps_body { Arc::clone(&self.body) } else { Arc::default() };
        Message::new(to.method, to.url.path(), &fields, &body)
    }
}

fn parse(url: &str) -> Result<Url, TargetError> {
    Url::parse(url).map_err(|source: UrlError| {
        // Credentials must not reach a log; the host after them may.
        let shown = url.rsplit('@').next().unwrap_or_default().to_owned();
        TargetError::Url { url: shown, source }
    })
}

fn push_field(fields: &mut String, name: &str, value: &str) {
    // Writing to a string cannot fail.
    let _ = write!(fields, "{name}: {value}\r\n");
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut found = headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value.as_str())
}

fn check_field(name: &str, value: &str) -> Result<(), TargetError> {
    if !is_token(name) {
        return Err(TargetError::HeaderName(name.to_owned()));
    }
    if FRAMING_FIELDS.iter().any(|framing| name.eq_ignore_ascii_case(framing)) {
        return Err(TargetError::FramingHeader(name.to_owned()));
    }
    if value.chars().any(|c| c.is_control() && c != '\t') {
        return Err(TargetError::HeaderValue(name.to_owned()));
    }
    Ok(())
}

/// A word of the protocol (RFC 9110, section 5.6.2).
fn is_token(text: &str) -> bool {
    let is_letter = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !text.is_empty() && text.bytes().all(is_letter)
}

#[cfg(test)]
mod tests;
