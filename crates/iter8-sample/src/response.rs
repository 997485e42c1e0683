//! Answers: a status, a few fields and a body that is never wholly in memory.

use crate::output::Output;
use crate::request::{Fault, Framing, Head, Version};

/// Bytes of a block that fills bodies, and of its chunks. Several go into one write.
const BLOCK: usize = 16 * 1024;

/// White space, which may follow a JSON text without changing it.
static SPACES: [u8; BLOCK] = [b' '; BLOCK];

/// The letters over and over, beginning anew with each block.
static LETTERS: [u8; BLOCK] = letters();

const fn letters() -> [u8; BLOCK] {
    let mut block = [b'a'; BLOCK];
    let mut at = 0;
    while at < BLOCK {
        block[at] = b"abcdefghijklmnopqrstuvwxyz"[at % 26];
        at += 1;
    }
    block
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) location: Option<String>,
    pub(crate) body: Body,
}

/// What an answer carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// A text, followed by white space up to `size` bytes in all.
    Text { text: String, size: u64 },
    /// So many letters.
    Letters(u64),
    /// The body of the request, delimited as it was there.
    Echo(Framing),
}

/// What the connection, rather than the route, says about an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Manner {
    /// Whether bodies are sent in chunks.
    pub(crate) is_chunked: bool,
    /// Whether the body is left away, as the answer to HEAD.
    pub(crate) omits_body: bool,
    /// What the client speaks.
    pub(crate) version: Version,
    /// Whether the connection is kept.
    pub(crate) keeps_alive: bool,
}

impl Manner {
    pub(crate) fn new(head: &Head, is_chunked: bool) -> Self {
        Self {
            is_chunked: is_chunked && head.version == Version::Http11,
            omits_body: head.omits_body,
            version: head.version,
            keeps_alive: head.keeps_alive,
        }
    }

    /// How an answer is given that ends a connection.
    pub(crate) const LAST: Self =
        Self { is_chunked: false, omits_body: false, version: Version::Http11, keeps_alive: false };
}

impl Response {
    /// A JSON answer.
    pub(crate) fn json(status: u16, text: String) -> Self {
        let content_type = "application/json".to_owned();
        Self { status, content_type, location: None, body: Body::Text { text, size: 0 } }
    }

    /// An answer that says what is wrong.
    pub(crate) fn refusal(status: u16, why: &str) -> Self {
        let text = serde_json::json!({ "service": "iter8-sample", "error": why });
        Self::json(status, format!("{text}\n"))
    }

    /// How the body is delimited.
    fn framing(&self, manner: Manner) -> Framing {
        match &self.body {
            Body::Echo(framing) => *framing,
            Body::Text { .. } | Body::Letters(_) if manner.is_chunked => Framing::Chunked,
            Body::Text { text, size } => Framing::Length((text.len() as u64).max(*size)),
            Body::Letters(size) => Framing::Length(*size),
        }
    }

    /// Whether the status forbids a body (RFC 9110, 15.3.5 and 15.4.5).
    fn is_bodyless(&self) -> bool {
        matches!(self.status, 204 | 304)
    }

    /// Appends the head to `out`.
    pub(crate) fn write_head(&self, manner: Manner, out: &mut Vec<u8>) {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        let mut field = |name: &str, value: &str| {
            head.push_str(name);
            head.push_str(": ");
            head.push_str(value);
            head.push_str("\r\n");
        };
        if let Some(location) = &self.location {
            field("location", location);
        }
        if !self.is_bodyless() {
            field("content-type", &self.content_type);
            match self.framing(manner) {
                Framing::Length(length) => field("content-length", &length.to_string()),
                Framing::Chunked => field("transfer-encoding", "chunked"),
            }
        }
        match (manner.keeps_alive, manner.version) {
            (true, Version::Http11) => {}
            (true, Version::Http10) => field("connection", "keep-alive"),
            (false, _) => field("connection", "close"),
        }
        head.push_str("\r\n");
        out.extend_from_slice(head.as_bytes());
    }

    /// Appends head and text; for short answers outside a connection.
    pub(crate) fn write_all_into(&self, manner: Manner, out: &mut Vec<u8>) {
        self.write_head(manner, out);
        if let Body::Text { text, .. } = &self.body {
            out.extend_from_slice(text.as_bytes());
        }
    }

    /// Whether a body follows the head.
    pub(crate) fn has_body(&self, manner: Manner) -> bool {
        !manner.omits_body && !self.is_bodyless()
    }

    /// Writes head and body, other than that of an echo, to the last byte.
    pub(crate) fn write(&self, manner: Manner, output: &mut Output<'_>) -> Result<(), Fault> {
        self.write_head(manner, output.buffer());
        if self.has_body(manner) {
            match &self.body {
                Body::Text { text, size } => {
                    output.write_piece(text.as_bytes(), manner.is_chunked)?;
                    let rest = size.saturating_sub(text.len() as u64);
                    write_filler(&SPACES, rest, manner.is_chunked, output)?;
                }
                Body::Letters(size) => write_filler(&LETTERS, *size, manner.is_chunked, output)?,
                Body::Echo(_) => {}
            }
            if self.framing(manner) == Framing::Chunked {
                output.write(b"0\r\n\r\n")?;
            }
        }
        output.flush()
    }
}

fn write_filler(
    block: &[u8; BLOCK],
    size: u64,
    is_chunked: bool,
    output: &mut Output<'_>,
) -> Result<(), Fault> {
    let mut left = size;
    while left > 0 {
        let take = usize::try_from(left).map_or(BLOCK, |left| left.min(BLOCK));
        output.write_piece(&block[..take], is_chunked)?;
        left -= take as u64;
    }
    Ok(())
}

/// The reason phrase of a status; empty, which RFC 9112 allows, for those without a use here.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        408 => "Request Timeout",
        417 => "Expectation Failed",
        418 => "I'm a teapot",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Manner = Manner {
        is_chunked: false,
        omits_body: false,
        version: Version::Http11,
        keeps_alive: true,
    };

    fn head(response: &Response, manner: Manner) -> String {
        let mut out = Vec::new();
        response.write_head(manner, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn heads() {
        let json = Response::json(200, "{}".to_owned());
        assert_eq!(
            head(&json, PLAIN),
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n"
        );
        assert_eq!(
            head(&json, Manner { is_chunked: true, keeps_alive: false, ..PLAIN }),
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
             transfer-encoding: chunked\r\nconnection: close\r\n\r\n"
        );
        assert!(
            head(&json, Manner { version: Version::Http10, ..PLAIN })
                .contains("connection: keep-alive\r\n")
        );
        let padded = Response { body: Body::Text { text: "{}".to_owned(), size: 9 }, ..json };
        assert!(head(&padded, PLAIN).contains("content-length: 9\r\n"));
        let redirect = Response { location: Some("/x".to_owned()), status: 302, ..padded };
        assert!(head(&redirect, PLAIN).starts_with("HTTP/1.1 302 Found\r\nlocation: /x\r\n"));
    }

    #[test]
    fn no_body_where_the_status_forbids_it() {
        for status in [204, 304] {
            let response = Response::json(status, "{}".to_owned());
            assert!(!response.has_body(PLAIN));
            assert!(!head(&response, PLAIN).contains("content"));
        }
        let response = Response::json(599, "{}".to_owned());
        assert!(response.has_body(PLAIN));
        assert!(!response.has_body(Manner { omits_body: true, ..PLAIN }));
        assert!(head(&response, PLAIN).starts_with("HTTP/1.1 599 \r\n"));
    }

    #[test]
    fn refusals_are_json() {
        let Body::Text { text, .. } = Response::refusal(400, "a \"quote\"").body else {
            unreachable!()
        };
        assert_eq!(text, "{\"service\":\"iter8-sample\",\"error\":\"a \\\"quote\\\"\"}\n");
    }
}
