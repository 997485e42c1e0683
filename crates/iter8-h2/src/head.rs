//! Heads of requests, made once and sent many times.

use std::sync::Arc;

use crate::hpack::kind::{Kind, classify_name, is_name, is_value};
use crate::hpack::statics::{self, StaticMatch};
use crate::hpack::{huffman, integer};

/// How a field is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reuse {
    /// The same in every request: after the first, it is a number in a table (RFC 7541, section
    /// 6.1).
    Stable,
    /// Changed from request to request with [`Head::set`]: sent in full, kept by nobody.
    Varying,
    /// A credential: sent in full, marked so that no proxy keeps it (RFC 7541, section 7.1.3).
    Secret,
}

/// A field of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestField<'a> {
    /// Name in lower case, such as `:path` or `user-agent`.
    pub name: &'a str,
    /// Value as it is sent.
    pub value: &'a [u8],
    /// How it is sent.
    pub reuse: Reuse,
}

/// Fields that hold credentials, whatever they are used for (RFC 9110, section 11, and RFC 6265).
const CREDENTIALS: [&str; 3] = ["authorization", "proxy-authorization", "cookie"];

impl<'a> RequestField<'a> {
    /// A field that is the same in every request, and a credential if its name says so.
    pub fn fixed(name: &'a str, value: &'a [u8]) -> Self {
        let reuse = if CREDENTIALS.contains(&name) { Reuse::Secret } else { Reuse::Stable };
        Self { name, value, reuse }
    }

    /// A field that is the same in every request.
    pub fn stable(name: &'a str, value: &'a str) -> Self {
        Self { name, value: value.as_bytes(), reuse: Reuse::Stable }
    }

    /// A field that changes, and its first value.
    pub fn varying(name: &'a str, value: &'a str) -> Self {
        Self { name, value: value.as_bytes(), reuse: Reuse::Varying }
    }

    /// A credential.
    pub fn secret(name: &'a str, value: &'a str) -> Self {
        Self { name, value: value.as_bytes(), reuse: Reuse::Secret }
    }
}

/// Why fields are no head of a request. No message holds a value, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// Upper case, a byte that no name has, or an unknown name with a colon.
    #[error("{0:?} is no name of a field")]
    InvalidName(String),
    /// A field that HTTP/2 does not have (RFC 9113, section 8.2.2).
    #[error("field {0} does not exist in HTTP/2")]
    NotInHttp2(String),
    /// A line break or a zero, or a blank at either end.
    #[error("value of field {0} is invalid")]
    InvalidValue(String),
    /// A field that has to be there (RFC 9113, section 8.3.1).
    #[error("field {0} is missing")]
    Missing(&'static str),
    /// The same pseudo-field twice.
    #[error("field {0} is there twice")]
    Twice(String),
}

/// The head of a request.
///
/// Cheap to clone: everything but the varying fields is shared. A connection remembers the heads
/// that it has sent, so heads should be made once and cloned, not made anew.
#[derive(Debug, Clone)]
pub struct Head {
    pub(crate) parts: Arc<Parts>,
    /// Those with a colon first.
    varying: Vec<Varying>,
    /// How many of the varying fields have a colon.
    varying_pseudo: usize,
}

/// The fields that are the same in each request, prepared for sending.
#[derive(Debug)]
pub(crate) struct Parts {
    /// Fields with a colon, which come first.
    pub(crate) pseudo: Vec<Fixed>,
    pub(crate) regular: Vec<Fixed>,
    /// The response has no content, whatever it says.
    pub(crate) is_head: bool,
}

/// A field that is the same in each request.
pub(crate) struct Fixed {
    pub(crate) name: Box<[u8]>,
    pub(crate) value: Box<[u8]>,
    pub(crate) found: StaticMatch,
    pub(crate) is_secret: bool,
    /// Name and value as string literals.
    pub(crate) name_literal: Box<[u8]>,
    pub(crate) value_literal: Box<[u8]>,
}

impl std::fmt::Debug for Fixed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = String::from_utf8_lossy(&self.name);
        let value = String::from_utf8_lossy(&self.value);
        let value = if self.is_secret { "(secret)" } else { &value };
        write!(f, "{name}: {value}")
    }
}

/// A field that changes, as it is sent.
#[derive(Debug, Clone)]
struct Varying {
    name: Box<str>,
    /// Everything before the value.
    lead: usize,
    encoded: Vec<u8>,
}

/// A varying field of a head, and of the clones of that head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot(usize);

impl Head {
    /// Prepares a head. Fields with a colon may stand anywhere; they are sent first, as they have
    /// to be. Among the others, the varying ones come last.
    pub fn new<'a>(fields: impl IntoIterator<Item = RequestField<'a>>) -> Result<Self, HeadError> {
        let fields: Vec<RequestField<'a>> = fields.into_iter().collect();
        check(&fields)?;
        let is_pseudo = |field: &&RequestField<'_>| field.name.starts_with(':');
        let (pseudo, regular): (Vec<&RequestField<'_>>, Vec<_>) =
            fields.iter().partition(is_pseudo);
        let fixed = |fields: &[&RequestField<'_>]| {
            let stable = fields.iter().filter(|field| field.reuse != Reuse::Varying);
            stable.map(|field| Fixed::new(field)).collect()
        };
        let in_order = pseudo.iter().copied().chain(regular.iter().copied());
        let varying = in_order.filter(|field| field.reuse == Reuse::Varying);
        let varying: Vec<Varying> = varying.map(Varying::new).collect();
        Ok(Self {
            varying_pseudo: varying.iter().filter(|field| field.name.starts_with(':')).count(),
            varying,
            parts: Arc::new(Parts {
                pseudo: fixed(&pseudo),
                regular: fixed(&regular),
                is_head: fields.iter().any(|f| (f.name, f.value) == (":method", b"HEAD")),
            }),
        })
    }

    /// The place of a varying field; of the first, if there are several of that name.
    pub fn slot(&self, name: &str) -> Option<Slot> {
        self.varying.iter().position(|field| &*field.name == name).map(Slot)
    }

    /// Gives a varying field another value. Nothing is allocated unless the value is longer than
    /// any before.
    ///
    /// Returns `false`, and changes nothing, if the value is invalid or the slot is of another
    /// head.
    #[inline]
    pub fn set(&mut self, slot: Slot, value: &[u8]) -> bool {
        match self.varying.get_mut(slot.0) {
            Some(field) if is_value(value) => {
                field.set(value);
                true
            }
            _ => false,
        }
    }

    /// The varying fields with a colon as they are sent.
    #[inline]
    pub(crate) fn varying_pseudo(&self) -> impl Iterator<Item = &[u8]> {
        self.varying[..self.varying_pseudo].iter().map(|field| field.encoded.as_slice())
    }

    /// The other varying fields as they are sent.
    #[inline]
    pub(crate) fn varying_regular(&self) -> impl Iterator<Item = &[u8]> {
        self.varying[self.varying_pseudo..].iter().map(|field| field.encoded.as_slice())
    }
}

impl Fixed {
    fn new(field: &RequestField<'_>) -> Self {
        let literal = |string: &[u8]| {
            let mut out = Vec::new();
            write_literal(string, &mut out);
            out.into_boxed_slice()
        };
        Self {
            name: field.name.as_bytes().into(),
            value: field.value.into(),
            found: statics::find(field.name.as_bytes(), field.value),
            is_secret: field.reuse == Reuse::Secret,
            name_literal: literal(field.name.as_bytes()),
            value_literal: literal(field.value),
        }
    }
}

impl Varying {
    fn new(field: &RequestField<'_>) -> Self {
        let mut encoded = Vec::new();
        match statics::find(field.name.as_bytes(), field.value) {
            StaticMatch::Field(index) | StaticMatch::Name(index) => {
                integer::encode(index, 4, 0, &mut encoded);
            }
            StaticMatch::Nothing => {
                encoded.push(0);
                write_literal(field.name.as_bytes(), &mut encoded);
            }
        }
        let mut varying = Self { name: field.name.into(), lead: encoded.len(), encoded };
        varying.set(field.value);
        varying
    }

    /// Values are not compressed: that would cost more time than it saves bytes.
    #[inline]
    fn set(&mut self, value: &[u8]) {
        self.encoded.truncate(self.lead);
        integer::encode(value.len(), 7, 0, &mut self.encoded);
        self.encoded.extend_from_slice(value);
    }
}

/// Appends a string literal, compressed if that is shorter.
fn write_literal(string: &[u8], out: &mut Vec<u8>) {
    let length = huffman::encoded_length(string);
    if length < string.len() {
        integer::encode(length, 7, 0x80, out);
        huffman::encode(string, out);
    } else {
        integer::encode(string.len(), 7, 0, out);
        out.extend_from_slice(string);
    }
}

const PSEUDO: [&str; 5] = [":method", ":scheme", ":authority", ":path", ":protocol"];

fn check(fields: &[RequestField<'_>]) -> Result<(), HeadError> {
    for (place, field) in fields.iter().enumerate() {
        let name = || field.name.to_owned();
        if field.name.starts_with(':') {
            if !PSEUDO.contains(&field.name) {
                return Err(HeadError::InvalidName(name()));
            }
            if fields[..place].iter().any(|other| other.name == field.name) {
                return Err(HeadError::Twice(name()));
            }
        } else if !is_name(field.name.as_bytes()) {
            return Err(HeadError::InvalidName(name()));
        } else if classify_name(field.name.as_bytes()) == Kind::Malformed
            || (field.name == "te" && field.value != b"trailers")
        {
            return Err(HeadError::NotInHttp2(name()));
        }
        if !is_value(field.value) {
            return Err(HeadError::InvalidValue(name()));
        }
    }
    let has = |name: &str| fields.iter().any(|field| field.name == name);
    let is_connect =
        fields.iter().any(|field| (field.name, field.value) == (":method", b"CONNECT"));
    let needed: &[&str] = if is_connect { &[":authority"] } else { &PSEUDO[..2] };
    let missing = PSEUDO.iter().find(|name| needed.contains(name) && !has(name));
    match missing {
        Some(name) => Err(HeadError::Missing(name)),
        None if !is_connect && !has(":path") => Err(HeadError::Missing(":path")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: [RequestField<'static>; 3] = [
        RequestField { name: ":method", value: b"GET", reuse: Reuse::Stable },
        RequestField { name: ":scheme", value: b"http", reuse: Reuse::Stable },
        RequestField { name: ":path", value: b"/", reuse: Reuse::Stable },
    ];

    #[test]
    fn fixed_fields_are_secret_by_their_names() {
        let reuse = |name| RequestField::fixed(name, b"x").reuse;
        for name in ["authorization", "proxy-authorization", "cookie"] {
            assert_eq!(reuse(name), Reuse::Secret, "{name}");
        }
        assert_eq!((reuse("accept"), reuse("x-authorization")), (Reuse::Stable, Reuse::Stable));
    }

    #[test]
    fn heads_are_checked() {
        let name = |name: &str| HeadError::InvalidName(name.to_owned());
        for (field, error) in [
            (("Accept", "x"), name("Accept")),
            (("", "x"), name("")),
            ((":status", "200"), name(":status")),
            (("a b", "x"), name("a b")),
            (("connection", "close"), HeadError::NotInHttp2("connection".to_owned())),
            (("te", "gzip"), HeadError::NotInHttp2("te".to_owned())),
            (("x", "a\r\nb"), HeadError::InvalidValue("x".to_owned())),
            (("x", " a"), HeadError::InvalidValue("x".to_owned())),
            ((":path", "/b"), HeadError::Twice(":path".to_owned())),
        ] {
            let fields = GET.into_iter().chain([RequestField::stable(field.0, field.1)]);
            assert_eq!(Head::new(fields).unwrap_err(), error, "{field:?}");
        }
        for (left_out, missing) in [(0, ":method"), (1, ":scheme"), (2, ":path")] {
            let mut fields = GET.to_vec();
            fields.remove(left_out);
            assert_eq!(Head::new(fields).unwrap_err(), HeadError::Missing(missing));
        }
        let connect = [RequestField::stable(":method", "CONNECT")];
        assert_eq!(Head::new(connect).unwrap_err(), HeadError::Missing(":authority"));
        assert!(Head::new(GET.into_iter().chain([RequestField::stable("te", "trailers")])).is_ok());
    }

    #[test]
    fn varying_fields_take_other_values() {
        let mut head = Head::new([
            RequestField::varying("x-id", "1"),
            RequestField::varying(":path", "/"),
            RequestField::stable(":method", "HEAD"),
            RequestField::stable(":scheme", "http"),
        ])
        .unwrap();
        assert!(head.parts.is_head);
        let clone = head.clone();
        let (path, id) = (head.slot(":path").unwrap(), head.slot("x-id").unwrap());
        assert_eq!(head.slot(":method"), None);
        assert!(head.set(path, b"/longer") && head.set(id, b"") && !head.set(id, b"\n"));
        let encoded = |head: &Head| {
            (
                head.varying_pseudo().collect::<Vec<_>>().concat(),
                head.varying_regular().collect::<Vec<_>>().concat(),
            )
        };
        let (pseudo, regular) = encoded(&head);
        assert_eq!(pseudo, b"\x04\x07/longer");
        // The name is compressed to 7 + 6 + 5 + 6 bits.
        assert_eq!(regular, b"\x00\x83\xf2\xb1\xa4\x00");
        assert_eq!(encoded(&clone).0, b"\x04\x01/");
    }

    #[test]
    fn no_secret_is_printed() {
        let fields = GET.into_iter().chain([RequestField::secret("authorization", "Bearer abc")]);
        let printed = format!("{:?}", Head::new(fields).unwrap());
        assert!(printed.contains("authorization: (secret)") && !printed.contains("abc"));
    }
}
