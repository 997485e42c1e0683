//! One of the requests of a test, checked.

use std::fmt::Write as _;
use std::sync::Arc;

use iter8_template::calls::{ACTION, Template};

use crate::compose::{Part, TemplateError};
use crate::endpoint::is_absolute;
use crate::message::{JOINED_BODY, Message, Slotted, has_length};
use crate::proxy::Proxy;
use crate::target::{Entry, Target, TargetError, Version};
use crate::url::{Url, UrlError};

/// What is sent as `User-Agent` unless the user says otherwise.
pub(crate) const USER_AGENT: &str = concat!("iter8/", env!("CARGO_PKG_VERSION"));

/// The type of a body of which nothing is known.
const DEFAULT_CONTENT_TYPE: &str = "application/octet-stream";

/// Fields that the transport must write itself: with a foreign value, the end of the request
/// would be elsewhere for the server than for us.
const FRAMING_FIELDS: [&str; 2] = ["content-length", "transfer-encoding"];

const PROXY_AUTHORIZATION: &str = "Proxy-Authorization";

/// Fields that belong to one server and must not go to another one.
const SECRET_FIELDS: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "host"];

/// One of the requests of a test, checked.
#[derive(Debug, Clone)]
pub(crate) struct RequestPlan {
    pub(crate) url: Url,
    /// What stands before the path in a request line: nothing, or what a proxy needs.
    pub(crate) server: String,
    /// Path and query, if they are a template; those of the URL are a mere `/` then.
    pub(crate) path: Option<Template>,
    pub(crate) method: String,
    /// The value of `Host`, or of `:authority`.
    pub(crate) authority: String,
    /// All others but those of its frame.
    pub(crate) headers: Vec<Header>,
    pub(crate) body: Arc<[u8]>,
    pub(crate) body_template: Option<Template>,
    /// Whether the body gets fresh UUIDs.
    has_uuids: bool,
    proxy: Option<Proxy>,
    /// Whether its connection can carry another one.
    pub(crate) keep_alive: bool,
}

/// A field of a request.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub(crate) name: String,
    /// As typed.
    pub(crate) value: String,
    /// What makes the value anew each time.
    pub(crate) template: Option<Template>,
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
        let (url, path) = parse(target, &target.url)?;
        Self::new(target, &Entry::default(), url, path)
    }

    /// One of several, which all go to the server of `base`.
    pub(crate) fn of_entry(
        target: &Target,
        base: &Self,
        entry: &Entry,
    ) -> Result<Self, TargetError> {
        let server = base.url.server();
        let (url, path) = match &entry.url {
            None => (base.url.clone(), base.path.clone()),
            Some(path) if path.starts_with('/') => parse(target, &format!("{server}{path}"))?,
            Some(url) => parse(target, url)?,
        };
        if url.origin() != base.url.origin() {
            return Err(TargetError::OtherOrigin { url: url.server(), origin: server });
        }
        Self::new(target, entry, url, path)
    }

    fn new(
        target: &Target,
        entry: &Entry,
        url: Url,
        path: Option<Template>,
    ) -> Result<Self, TargetError> {
        let body = Arc::clone(entry.body.as_ref().unwrap_or(&target.body));
        let content_type = entry.content_type.as_ref().or(target.content_type.as_ref()).cloned();
        let has_body = !body.is_empty();
        let default = if has_body || content_type.is_some() { "POST" } else { "GET" };
        let method = entry.method.as_ref().or(target.method.as_ref());
        let method = method.cloned().unwrap_or_else(|| default.to_owned());
        if !is_token(&method) {
            return Err(TargetError::Method(method));
        }
        let mut headers = joined(target, entry);
        let default_type = has_body.then(|| DEFAULT_CONTENT_TYPE.to_owned());
        if let Some(value) = content_type.or(default_type)
            && find(&headers, "content-type").is_none()
        {
            headers.push(("Content-Type".to_owned(), value));
        }
        for (name, value) in &headers {
            check_field(name, value)?;
        }
        let is_absolute = target.proxy.is_some() && is_absolute(url.origin(), target.version);
        let server = if is_absolute { url.server() } else { String::new() };
        let proxy = target.proxy.as_ref().filter(|_| is_absolute);
        if let Some(value) = proxy.and_then(|proxy| proxy.authorization()) {
            headers.retain(|(name, _)| !name.eq_ignore_ascii_case(PROXY_AUTHORIZATION));
            headers.push((PROXY_AUTHORIZATION.to_owned(), value.to_owned()));
        }
        let asks_close = find(&headers, "connection")
            .is_some_and(|value| value.split(',').any(|t| t.trim().eq_ignore_ascii_case("close")));
        headers.retain(|(name, _)| !asks_close || !name.eq_ignore_ascii_case("connection"));
        let keep_alive = target.keep_alive && !asks_close;
        let authority = find(&headers, "host").map(str::to_owned);
        let authority = authority.unwrap_or_else(|| url.origin().to_string());
        if target.template.is_some() && authority.contains(ACTION) {
            let error = Part::Header("Host".to_owned()).error("cannot be a template");
            return Err(TargetError::Template(error));
        }
        if find(&headers, "user-agent").is_none() {
            headers.insert(0, ("User-Agent".to_owned(), USER_AGENT.to_owned()));
        }
        headers.retain(|(name, value)| {
            let is_removed = name.eq_ignore_ascii_case("user-agent") && value.is_empty();
            !is_removed && !name.eq_ignore_ascii_case("host")
        });
        let headers = parsed(target, headers).map_err(TargetError::Template)?;
        let body_template = body_template(target, &body).map_err(TargetError::Template)?;
        let has_uuids = Slotted::new(&body).has_slots();
        Ok(Self {
            url,
            server,
            path,
            method,
            authority,
            headers,
            body,
            body_template,
            has_uuids,
            proxy: target.proxy.clone(),
            keep_alive,
        })
    }

    /// Whether it is made anew each time, because of a template.
    pub(crate) fn is_made(&self) -> bool {
        self.path.is_some()
            || self.body_template.is_some()
            || self.headers.iter().any(|header| header.template.is_some())
    }

    /// Whether making it makes a body, too.
    pub(crate) fn makes_body(&self) -> bool {
        self.body_template.is_some() || self.has_uuids
    }

    /// Whether it says how long its body is.
    pub(crate) fn has_length(&self) -> bool {
        has_length(&self.method, &self.body)
    }

    /// The request itself.
    pub(crate) fn message(&self) -> Message {
        if self.is_made() {
            let is_large = !self.makes_body() && self.body.len() > JOINED_BODY;
            let tail = if is_large { Arc::clone(&self.body) } else { Arc::default() };
            return Message::made(&self.method, tail);
        }
        let as_is = Redirected { url: &self.url, method: &self.method, keeps_body: true };
        self.redirected(&as_is)
    }

    /// The request after a redirect. What belongs to the first server stays there.
    pub(crate) fn redirected(&self, to: &Redirected<'_>) -> Message {
        let is_foreign = to.url.origin() != self.url.origin();
        // Redirects are followed over HTTP/1.1 only.
        let is_absolute = self.proxy.is_some() && is_absolute(to.url.origin(), Version::Http1);
        let server = if is_absolute { to.url.server() } else { String::new() };
        let own_proxy = self.proxy.as_ref().and_then(|proxy| proxy.authorization());
        let mut fields = String::new();
        let host = if is_foreign { to.url.origin().to_string() } else { self.authority.clone() };
        push_field(&mut fields, "Host", &host);
        for Header { name, value, .. } in &self.headers {
            let is_left_out = match name.to_ascii_lowercase().as_str() {
                "content-type" => !to.keeps_body,
                "proxy-authorization" if own_proxy.is_some() => true,
                lower => is_foreign && SECRET_FIELDS.contains(&lower),
            };
            if !is_left_out {
                push_field(&mut fields, name, value);
            }
        }
        // The proxy is the same for all servers, but a tunnel has asked it already.
        if let Some(value) = own_proxy.filter(|_| is_absolute) {
            push_field(&mut fields, PROXY_AUTHORIZATION, value);
        }
        if !self.keep_alive {
            push_field(&mut fields, "Connection", "close");
        }
        let body = if to.keeps_body { Arc::clone(&self.body) } else { Arc::default() };
        Message::new(to.method, &format!("{server}{}", to.url.path()), &fields, &body)
    }
}

/// A URL, and its path if that is a template.
fn parse(target: &Target, url: &str) -> Result<(Url, Option<Template>), TargetError> {
    let invalid = |source: UrlError| {
        // Credentials must not reach a log; the host after them may.
        let shown = url.rsplit('@').next().unwrap_or_default().to_owned();
        TargetError::Url { url: shown, source }
    };
    if target.template.is_some() {
        let (server, path) = Url::split(url).map_err(invalid)?;
        if let Some(template) = Part::Url.parse(path).map_err(TargetError::Template)? {
            return Ok((server, Some(template)));
        }
    }
    Ok((Url::parse(url).map_err(invalid)?, None))
}

/// The headers of a target and of one of its requests.
fn joined(target: &Target, entry: &Entry) -> Vec<(String, String)> {
    let is_replaced = |name: &str| {
        find(&entry.headers, name).is_some()
            || entry.content_type.is_some() && name.eq_ignore_ascii_case("content-type")
    };
    let inherited = target.headers.iter().filter(|(name, _)| !is_replaced(name));
    inherited.chain(&entry.headers).cloned().collect()
}

fn parsed(target: &Target, headers: Vec<(String, String)>) -> Result<Vec<Header>, TemplateError> {
    let mut all: Vec<Header> = Vec::with_capacity(headers.len());
    for (name, value) in headers {
        let part = Part::Header(name);
        let template = target.template.as_ref().and_then(|_| part.parse(&value).transpose());
        let template = template.transpose()?;
        let Part::Header(name) = part else { continue };
        let is_same = |other: &Header| other.name.eq_ignore_ascii_case(&name);
        if template.is_some() && all.iter().any(is_same) {
            return Err(Part::Header(name).error("is a template and stands there twice"));
        }
        all.push(Header { name, value, template });
    }
    Ok(all)
}

fn body_template(target: &Target, body: &[u8]) -> Result<Option<Template>, TemplateError> {
    if target.template.is_none() || !body.windows(ACTION.len()).any(|at| at == ACTION.as_bytes()) {
        return Ok(None);
    }
    let text = str::from_utf8(body);
    let text =
        text.map_err(|_| Part::Body.error("cannot be a template: it is no text in UTF-8"))?;
    Part::Body.parse(text)
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
