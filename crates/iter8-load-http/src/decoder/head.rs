//! The head of a response, and what it says about the body.

use std::mem::MaybeUninit;

use httparse::{Header, ParserConfig, Status};

use super::{Expected, MAX_HEADERS, ProtocolError};

/// What a head says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Its bytes, with the empty line.
    pub(super) length: usize,
    pub(super) status: u16,
    pub(super) keep_alive: bool,
    pub(super) framing: Framing,
    pub(super) location: Option<String>,
}

/// How the body ends. No body is one of length 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Length(u64),
    Chunked,
    UntilClose,
}

/// The head that `bytes` begin with; `None` when its end is missing.
pub(super) fn parse_head(bytes: &[u8], expected: Expected) -> Result<Option<Head>, ProtocolError> {
    let mut headers = [const { MaybeUninit::<Header<'_>>::uninit() }; MAX_HEADERS];
    let mut parsed = httparse::Response::new(&mut []);
    let parsing = ParserConfig::default().parse_response_with_uninit_headers(
        &mut parsed,
        bytes,
        &mut headers,
    );
    let length = match parsing {
        Ok(Status::Complete(length)) => length,
        Ok(Status::Partial) => return Ok(None),
        Err(error) => return Err(ProtocolError::MalformedHead(error)),
    };
    let status = parsed.code.unwrap_or(0);
    let is_http_1_0 = parsed.version == Some(0);
    let fields = Fields::read(parsed.headers, expected.location && is_redirect(status))?;
    let framing = if expected.no_body || matches!(status, 100..=199 | 204 | 304) {
        Framing::Length(0)
    } else {
        match (fields.encoding, fields.length) {
            (Some(Encoding::Chunked), _) => Framing::Chunked,
            (Some(Encoding::Other), _) | (None, None) => Framing::UntilClose,
            (None, Some(length)) => Framing::Length(length),
        }
    };
    // Both an encoding and a length: the encoding wins, but two ends that read differently must
    // not share the connection any longer (RFC 9112, section 6.3).
    let is_ambiguous = fields.encoding.is_some() && fields.length.is_some();
    let keep_alive =
        !fields.says_close && !is_ambiguous && (!is_http_1_0 || fields.says_keep_alive);
    Ok(Some(Head { length, status, keep_alive, framing, location: fields.location }))
}

fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// The header fields that matter to a client that throws bodies away.
#[derive(Debug, Default)]
struct Fields {
    length: Option<u64>,
    /// The last transfer encoding, if there is any.
    encoding: Option<Encoding>,
    says_close: bool,
    says_keep_alive: bool,
    location: Option<String>,
}

/// A transfer encoding, as far as it matters where the body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Chunked,
    Other,
}

impl Fields {
    fn read(headers: &[Header<'_>], wants_location: bool) -> Result<Self, ProtocolError> {
        let mut fields = Self::default();
        for header in headers {
            // The length of a name tells nearly all fields apart without comparing letters.
            match header.name.len() {
                14 if header.name.eq_ignore_ascii_case("content-length") => {
                    fields.add_lengths(header.value)?;
                }
                17 if header.name.eq_ignore_ascii_case("transfer-encoding") => {
                    fields.add_encodings(header.value);
                }
                10 if header.name.eq_ignore_ascii_case("connection") => {
                    fields.says_close |= has_token(header.value, b"close");
                    fields.says_keep_alive |= has_token(header.value, b"keep-alive");
                }
                8 if wants_location && header.name.eq_ignore_ascii_case("location") => {
                    fields.location = str::from_utf8(header.value).ok().map(str::to_owned);
                }
                _ => {}
            }
        }
        Ok(fields)
    }

    /// Several equal lengths are one (RFC 9110, section 8.6); anything else is an error.
    fn add_lengths(&mut self, value: &[u8]) -> Result<(), ProtocolError> {
        for element in elements(value) {
            let length = decimal(element).ok_or(ProtocolError::InvalidContentLength)?;
            if self.length.is_some_and(|known| known != length) {
                return Err(ProtocolError::InvalidContentLength);
            }
            self.length = Some(length);
        }
        Ok(())
    }

    fn add_encodings(&mut self, value: &[u8]) {
        for element in elements(value) {
            // Old servers say `identity` for no encoding at all.
            if !element.eq_ignore_ascii_case(b"identity") {
                let is_chunked = element.eq_ignore_ascii_case(b"chunked");
                self.encoding = Some(if is_chunked { Encoding::Chunked } else { Encoding::Other });
            }
        }
    }
}

fn elements(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii)
}

fn has_token(value: &[u8], token: &[u8]) -> bool {
    elements(value).any(|element| element.eq_ignore_ascii_case(token))
}

/// Digits only: no sign, no blanks, no overflow.
fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}
