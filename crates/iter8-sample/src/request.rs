//! Request heads: what of HTTP/1.1 (RFC 9112) this service understands and what it refuses.

pub(crate) mod body;

use std::io;
use std::time::Duration;

use thiserror::Error;

use crate::clock::Moment;
use crate::input::Input;

/// Header fields of one request: more than any client sends unless it means harm.
const FIELDS: usize = 128;

/// Why a connection cannot go on.
#[derive(Debug, Error)]
pub(crate) enum Fault {
    /// Nothing more is to be answered: the peer left, was silent too long, or we are stopping.
    #[error("the connection is over")]
    Over,
    /// The request is answered with this status, then the connection is closed.
    #[error("refused with {status}: {why}")]
    Refused { status: u16, why: &'static str },
    /// Reading or writing failed.
    #[error("the connection failed")]
    Failed(#[from] io::Error),
}

impl Fault {
    pub(crate) fn bad(why: &'static str) -> Self {
        Self::Refused { status: 400, why }
    }
}

/// How the body of a request is delimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    Length(u64),
    Chunked,
}

/// What a client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// HTTP/1.0, without chunks, and closing unless asked to keep.
    Http10,
    /// HTTP/1.1.
    Http11,
}

/// What a request head asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// Whether the answer has no body, as the method is HEAD.
    pub(crate) omits_body: bool,
    /// The path without scheme, authority and query.
    pub(crate) path: String,
    /// What the client speaks.
    pub(crate) version: Version,
    /// Whether the connection is kept after the answer.
    pub(crate) keeps_alive: bool,
    pub(crate) expects_continue: bool,
    pub(crate) framing: Framing,
    pub(crate) content_type: Option<String>,
}

impl Head {
    pub(crate) fn has_body(&self) -> bool {
        self.framing != Framing::Length(0)
    }
}

/// Reads one head and takes it from `input`. The whole head has to come within `limit` of its
/// first byte.
pub(crate) fn read_head(input: &mut Input<'_>, limit: Duration) -> Result<Head, Fault> {
    let mut begun: Option<Moment> = None;
    loop {
        if let Some((head, length)) = parse(input.bytes())? {
            input.consume(length);
            return Ok(head);
        }
        if input.is_full() {
            return Err(Fault::Refused { status: 431, why: "the request head is too long" });
        }
        let late = Fault::Refused { status: 408, why: "the request head took too long" };
        if !input.bytes().is_empty() {
            let now = Moment::now();
            if now.since(*begun.get_or_insert(now)) > limit {
                return Err(late);
            }
        }
        match input.fill() {
            Ok(0) => return Err(Fault::Over),
            Ok(_) => {}
            Err(error) if is_timeout(&error) && input.bytes().is_empty() => {
                return Err(Fault::Over);
            }
            Err(error) if is_timeout(&error) => return Err(late),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Whether a read or write ended because of its time limit.
pub(crate) fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// The head at the start of `bytes` and its length; `None` when it is not complete.
fn parse(bytes: &[u8]) -> Result<Option<(Head, usize)>, Fault> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut request = httparse::Request::new(&mut fields);
    let length = match request.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => {
            return Err(Fault::Refused { status: 431, why: "the request has too many fields" });
        }
        Err(httparse::Error::Version) => {
            return Err(Fault::Refused { status: 505, why: "the version is not HTTP/1.0 or 1.1" });
        }
        Err(_) => return Err(Fault::bad("the request head is malformed")),
    };
    understand(&request).map(|head| Some((head, length)))
}

fn understand(request: &httparse::Request<'_, '_>) -> Result<Head, Fault> {
    let version = if request.version == Some(1) { Version::Http11 } else { Version::Http10 };
    let method = request.method.unwrap_or_default();
    if method == "CONNECT" {
        return Err(Fault::Refused { status: 501, why: "this service is no proxy" });
    }
    let mut seen = Fields::default();
    for field in request.headers.iter() {
        seen.add(field)?;
    }
    if version == Version::Http11 && seen.hosts != 1 {
        return Err(Fault::bad("exactly one host field is needed"));
    }
    let framing = match (seen.is_chunked, seen.length) {
        (true, Some(_)) => {
            return Err(Fault::bad("both a content-length and a transfer-encoding"));
        }
        (true, None) if version == Version::Http10 => {
            return Err(Fault::bad("a transfer-encoding is not part of HTTP/1.0"));
        }
        (true, None) => Framing::Chunked,
        (false, length) => Framing::Length(length.unwrap_or(0)),
    };
    Ok(Head {
        omits_body: method == "HEAD",
        path: path_of(request.path.unwrap_or_default()).to_owned(),
        version,
        keeps_alive: match version {
            Version::Http11 => seen.wish != Some(Wish::Close),
            Version::Http10 => seen.wish == Some(Wish::Keep),
        },
        expects_continue: version == Version::Http11 && seen.expects_continue,
        framing,
        content_type: seen.content_type,
    })
}

/// What a client wants to become of the connection. To close wins, as the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wish {
    Keep,
    Close,
}

/// What the fields of a head say, as far as it matters here.
#[derive(Default)]
struct Fields {
    hosts: usize,
    length: Option<u64>,
    is_chunked: bool,
    wish: Option<Wish>,
    expects_continue: bool,
    content_type: Option<String>,
}

impl Fields {
    fn add(&mut self, field: &httparse::Header<'_>) -> Result<(), Fault> {
        let is = |name: &str| field.name.eq_ignore_ascii_case(name);
        let value = field.value.trim_ascii();
        if is("host") {
            self.hosts += 1;
        } else if is("content-length") {
            let length = content_length(value)?;
            if self.length.is_some_and(|earlier| earlier != length) {
                return Err(Fault::bad("two different content-lengths"));
            }
            self.length = Some(length);
        } else if is("transfer-encoding") {
            if self.is_chunked || !value.eq_ignore_ascii_case(b"chunked") {
                let why = "the only transfer coding understood is chunked";
                return Err(Fault::Refused { status: 501, why });
            }
            self.is_chunked = true;
        } else if is("connection") {
            for option in value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii) {
                if option.eq_ignore_ascii_case(b"close") {
                    self.wish = self.wish.max(Some(Wish::Close));
                } else if option.eq_ignore_ascii_case(b"keep-alive") {
                    self.wish = self.wish.max(Some(Wish::Keep));
                }
            }
        } else if is("expect") {
            if !value.eq_ignore_ascii_case(b"100-continue") {
                return Err(Fault::Refused { status: 417, why: "an unknown expectation" });
            }
            self.expects_continue = true;
        } else if is("content-type") {
            self.content_type = std::str::from_utf8(value).ok().map(str::to_owned);
        }
        Ok(())
    }
}

fn content_length(value: &[u8]) -> Result<u64, Fault> {
    // Only digits: `parse` would let a plus sign pass.
    let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(value)
        .ok()
        .filter(|_| digits)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Fault::bad("the content-length is not a number"))
}

/// The path of a target in origin form (`/a?b`), absolute form (`http://host/a?b`) or `*`.
fn path_of(target: &str) -> &str {
    let target = target.split(['?', '#']).next().unwrap_or_default();
    match target.split_once("://") {
        Some((_, rest)) if !target.starts_with('/') => rest.find('/').map_or("/", |at| &rest[at..]),
        _ => target,
    }
}

#[cfg(test)]
mod tests;
