//! What to send and where, as typed and as checked.

use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use iter8_h2::HeadError;
use iter8_tls::Tls;

use crate::http2::Http2Message;
use crate::message::Message;
use crate::url::{Url, UrlError};

/// Time limit of a request and of a connect. Iter8 0.13 gave up after 3 s and so counted slow
/// answers as broken ones; 10 s is more than any user waits.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// What is sent as `User-Agent` unless the user says otherwise.
const USER_AGENT: &str = concat!("iter8/", env!("CARGO_PKG_VERSION"));

/// The type of a body of which nothing is known.
const DEFAULT_CONTENT_TYPE: &str = "application/octet-stream";

/// Fields that the transport must write itself: with a foreign value, the end of the request
/// would be elsewhere for the server than for us.
const FRAMING_FIELDS: [&str; 2] = ["content-length", "transfer-encoding"];

/// Fields that belong to one server and must not go to another one.
const SECRET_FIELDS: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "host"];

/// What to send and where, as the user says it. Take [`Target::new`] and change the fields.
#[derive(Debug, Clone)]
pub struct Target {
    /// Where to; `http://` may be left out. `{uuid}` in its path becomes a fresh UUID in each
    /// request.
    pub url: String,
    /// The method; by default POST if there is a body or a content type, else GET.
    pub method: Option<String>,
    /// Header fields, in their order. `Host` and `User-Agent` replace those of the transport; an
    /// empty `User-Agent` removes it.
    pub headers: Vec<(String, String)>,
    /// The body; `{uuid}` as in the URL.
    pub body: Arc<[u8]>,
    /// The type of the body.
    pub content_type: Option<String>,
    /// Connect to this socket instead of the host of the URL.
    pub unix_socket: Option<PathBuf>,
    /// Certificates and checks of an `https://` URL.
    pub tls: Tls,
    /// Time limit of a request with its connect, if it needs one.
    pub timeout: Duration,
    /// The version of the protocol.
    pub version: Version,
    /// Keep connections from request to request.
    pub keep_alive: bool,
    /// Follow redirects. The request then is what all its hops are.
    pub follow_redirects: bool,
    /// What to do before the test.
    pub preflight: Preflight,
    /// Decides the UUIDs.
    pub seed: u64,
}

/// The version of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Version {
    /// HTTP/1.1.
    #[default]
    Http1,
    /// HTTP/2: by ALPN on encrypted connections, and without asking on others.
    Http2 {
        /// Requests that each connection carries at a time.
        streams: NonZeroUsize,
    },
}

/// Whether each connection sends one request that does not count before the test begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preflight {
    /// None.
    #[default]
    Skip,
    /// One, whatever comes of it.
    Tolerant,
    /// One, and no test unless all are answered with 2xx or 418.
    Strict,
}

/// Why a target cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// The URL.
    #[error("invalid URL {url:?}")]
    Url {
        /// As typed, without anything that may be secret.
        url: String,
        /// What is wrong with it.
        source: UrlError,
    },
    /// The method is no word.
    #[error("invalid method {0:?}")]
    Method(String),
    /// The name of a header field is no word.
    #[error("invalid header name {0:?}")]
    HeaderName(String),
    /// The value of a header field has a line break or another control character. It is not
    /// repeated here, for it may be a secret.
    #[error("header {0:?} has a control character in its value")]
    HeaderValue(String),
    /// A header field that the transport writes itself.
    #[error("header {0:?} cannot be set: it follows from the body")]
    FramingHeader(String),
    /// Something that only HTTP/1.1 can do here.
    #[error("{0} needs HTTP/1.1")]
    NeedsHttp1(&'static str),
    /// A request that cannot be made in HTTP/2.
    #[error(transparent)]
    Http2(HeadError),
    /// No time for a request.
    #[error("timeout must be above zero")]
    ZeroTimeout,
}

/// A checked [`Target`].
#[derive(Debug, Clone)]
pub struct HttpPlan {
    pub(crate) url: Url,
    pub(crate) method: String,
    headers: Vec<(String, String)>,
    body: Arc<[u8]>,
    pub(crate) unix_socket: Option<PathBuf>,
    pub(crate) tls: Tls,
    pub(crate) timeout: Duration,
    pub(crate) version: Version,
    pub(crate) keep_alive: bool,
    pub(crate) follow_redirects: bool,
    pub(crate) preflight: Preflight,
    pub(crate) seed: u64,
}

/// How a request differs from the one that was redirected.
#[derive(Debug, Clone)]
pub(crate) struct Redirected<'a> {
    pub(crate) url: &'a Url,
    pub(crate) method: &'a str,
    pub(crate) keeps_body: bool,
}

impl Target {
    /// A plain GET of a URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            method: None,
            headers: Vec::new(),
            body: Arc::default(),
            content_type: None,
            unix_socket: None,
            tls: Tls::default(),
            timeout: DEFAULT_TIMEOUT,
            version: Version::Http1,
            keep_alive: true,
            follow_redirects: false,
            preflight: Preflight::Skip,
            seed: 0,
        }
    }
}

impl TryFrom<Target> for HttpPlan {
    type Error = TargetError;

    fn try_from(target: Target) -> Result<Self, TargetError> {
        let url = Url::parse(&target.url).map_err(|source| {
            // Credentials must not reach a log; the host after them may.
            let shown = target.url.rsplit('@').next().unwrap_or_default().to_owned();
            TargetError::Url { url: shown, source }
        })?;
        if target.timeout.is_zero() {
            return Err(TargetError::ZeroTimeout);
        }
        let has_body = !target.body.is_empty();
        let default = if has_body || target.content_type.is_some() { "POST" } else { "GET" };
        let method = target.method.unwrap_or_else(|| default.to_owned());
        if !is_token(&method) {
            return Err(TargetError::Method(method));
        }
        let mut headers = target.headers;
        let default_type = has_body.then(|| DEFAULT_CONTENT_TYPE.to_owned());
        if let Some(value) = target.content_type.or(default_type)
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
        let plan = Self {
            url,
            method,
            headers,
            body: target.body,
            unix_socket: target.unix_socket,
            tls: target.tls,
            timeout: target.timeout,
            version: target.version,
            keep_alive: target.keep_alive && !asks_close,
            follow_redirects: target.follow_redirects,
            preflight: target.preflight,
            seed: target.seed,
        };
        plan.check_version()?;
        Ok(plan)
    }
}

impl HttpPlan {
    /// Where the requests go.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Their method.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The time limit of each.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Requests that each connection carries at a time.
    pub fn width(&self) -> NonZeroUsize {
        match self.version {
            Version::Http1 => NonZeroUsize::MIN,
            Version::Http2 { streams } => streams,
        }
    }

    fn check_version(&self) -> Result<(), TargetError> {
        if self.version == Version::Http1 {
            return Ok(());
        }
        if self.follow_redirects {
            return Err(TargetError::NeedsHttp1("following redirects"));
        }
        if !self.keep_alive {
            return Err(TargetError::NeedsHttp1("a connection for each request"));
        }
        Http2Message::new(self).map(|_| ()).map_err(TargetError::Http2)
    }

    /// The body of the request.
    pub(crate) fn body(&self) -> &Arc<[u8]> {
        &self.body
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
        let host = find(&self.headers, "host").filter(|_| !is_foreign);
        let own_host = to.url.origin().to_string();
        push_field(&mut fields, "Host", host.unwrap_or(&own_host));
        if find(&self.headers, "user-agent").is_none() {
            push_field(&mut fields, "User-Agent", USER_AGENT);
        }
        for (name, value) in &self.headers {
            let lower = name.to_ascii_lowercase();
            let is_left_out = match lower.as_str() {
                "host" => true,
                "user-agent" => value.is_empty(),
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
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn field(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    fn check(target: Target, expected: &Expect) {
        let plan = HttpPlan::try_from(target).unwrap();
        let text = String::from_utf8(plan.message().lead().to_vec()).unwrap();
        let shown = text.replace(USER_AGENT, "iter8/VERSION").replace("\r\n", "\n");
        expected.assert_eq(&shown);
    }

    #[test]
    fn plain_get() {
        check(
            Target::new("web:8080/x?y=z"),
            &expect![[r"
                GET /x?y=z HTTP/1.1
                Host: web:8080
                User-Agent: iter8/VERSION

            "]],
        );
    }

    #[test]
    fn post_because_of_a_body_or_a_type() {
        check(
            Target { body: Arc::from(*b"hello"), ..Target::new("web") },
            &expect![[r"
                POST / HTTP/1.1
                Host: web
                User-Agent: iter8/VERSION
                Content-Type: application/octet-stream
                Content-Length: 5

                hello"]],
        );
        check(
            Target { content_type: Some("text/plain".to_owned()), ..Target::new("web") },
            &expect![[r"
                POST / HTTP/1.1
                Host: web
                User-Agent: iter8/VERSION
                Content-Type: text/plain
                Content-Length: 0

            "]],
        );
    }

    #[test]
    fn headers_of_the_user_win() {
        check(
            Target {
                method: Some("PROPFIND".to_owned()),
                headers: vec![
                    field("host", "other.example"),
                    field("USER-AGENT", ""),
                    field("Content-Type", "application/json"),
                    field("X-Empty", ""),
                    field("Connection", "Close"),
                ],
                body: Arc::from(*b"{}"),
                content_type: Some("ignored/because-of-the-header".to_owned()),
                ..Target::new("http://[::1]:81/{uuid}")
            },
            &expect![[r"
                PROPFIND /000000000000000000000000000000000000 HTTP/1.1
                Host: other.example
                Content-Type: application/json
                X-Empty: 
                Connection: close
                Content-Length: 2

                {}"]],
        );
    }

    #[test]
    fn redirects_keep_secrets_at_home() {
        let target = Target {
            headers: vec![
                field("Host", "alias"),
                field("Authorization", "Bearer secret"),
                field("Cookie", "secret"),
                field("X-Trace", "1"),
            ],
            body: Arc::from(*b"hello"),
            ..Target::new("http://home/")
        };
        let plan = HttpPlan::try_from(target).unwrap();
        let lead = |url: &str, keeps_body| {
            let url = Url::parse(url).unwrap();
            let method = if keeps_body { "POST" } else { "GET" };
            let to = Redirected { url: &url, method, keeps_body };
            String::from_utf8(plan.redirected(&to).lead().to_vec()).unwrap()
        };
        let home = lead("http://home/x", true);
        assert!(home.contains("Host: alias\r\n") && home.contains("Bearer secret"), "{home}");
        let away = lead("http://away/x", false);
        assert!(away.starts_with("GET /x HTTP/1.1\r\nHost: away\r\n"), "{away}");
        assert!(!away.contains("secret") && away.contains("X-Trace: 1"), "{away}");
        assert!(!away.contains("Content-") && away.ends_with("\r\n\r\n"), "{away}");
    }

    #[test]
    fn targets_that_cannot_be() {
        let message = |target: Target| match HttpPlan::try_from(target).unwrap_err() {
            TargetError::Url { url, source } => format!("invalid URL {url:?}: {source}"),
            error => error.to_string(),
        };
        let with_header =
            |name, value| Target { headers: vec![field(name, value)], ..Target::new("web") };
        let table = [
            message(Target::new("ftp://web")),
            message(Target::new("http://u:secret@web")),
            message(Target { method: Some("G ET".to_owned()), ..Target::new("web") }),
            message(Target { method: Some(String::new()), ..Target::new("web") }),
            message(with_header("X Y", "1")),
            message(with_header("", "1")),
            message(with_header("X-Y", "secret\r\nEvil: yes")),
            message(with_header("Content-length", "3")),
            message(with_header("Transfer-Encoding", "chunked")),
            message(Target { content_type: Some("a\nb".to_owned()), ..Target::new("web") }),
            message(Target { timeout: Duration::ZERO, ..Target::new("web") }),
        ];
        expect![[r#"
            invalid URL "ftp://web": URL has scheme "ftp": only http and https are supported
            invalid URL "web": URL has credentials: pass them as an Authorization header
            invalid method "G ET"
            invalid method ""
            invalid header name "X Y"
            invalid header name ""
            header "X-Y" has a control character in its value
            header "Content-length" cannot be set: it follows from the body
            header "Transfer-Encoding" cannot be set: it follows from the body
            header "Content-Type" has a control character in its value
            timeout must be above zero"#]]
        .assert_eq(&table.join("\n"));
    }
}
