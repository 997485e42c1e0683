//! Metadata of calls: names and values beside the messages.

use std::sync::Arc;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use iter8_template::calls::{Evaluation, Evaluator, Template};
use iter8_template::{ParseError, RenderError};
use jiff::Timestamp;

/// Base64 as it goes on the wire: without padding, accepted with it and without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Names that belong to the protocol or to the transport.
const RESERVED: &[&str] = &[
    "connection",
    "content-length",
    "content-type",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// Metadata of every call, ready to be sent or to be evaluated.
#[derive(Debug, Clone, Default)]
pub struct Metadata {
    entries: Arc<[Entry]>,
}

#[derive(Debug, Clone)]
struct Entry {
    name: String,
    value: Value,
}

#[derive(Debug, Clone)]
enum Value {
    Fixed(Vec<u8>),
    Template(Template),
}

/// The values of one call that are not always the same.
#[derive(Debug, Default)]
pub(crate) struct Values {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    scratch: Vec<u8>,
}

/// Metadata that cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum MetadataError {
    /// The name is none.
    #[error("{0:?} is no name of metadata: expected letters, digits, `-`, `_` and `.`")]
    Name(String),
    /// The name belongs to the protocol.
    #[error("metadata must not have {0:?}, which belongs to the protocol")]
    Reserved(String),
    /// The value has other characters than may be sent.
    #[error(
        "the value of metadata {0:?} may have printable ASCII only; names ending in -bin take base64"
    )]
    Value(String),
    /// The value of a name ending in `-bin` is not base64.
    #[error("the value of metadata {0:?} is no base64")]
    Base64(String),
    /// The value cannot be read as a template.
    #[error("the value of metadata {name:?} cannot be read as a template: {error}")]
    Parse {
        /// The name.
        name: String,
        /// Why.
        error: ParseError,
    },
    /// The value cannot be evaluated.
    #[error("the value of metadata {name:?} cannot be evaluated: {error}")]
    Render {
        /// The name.
        name: String,
        /// Why.
        error: Box<RenderError>,
    },
}

impl Metadata {
    /// Checks names and values. Values with actions are checked when they are evaluated.
    pub fn new<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
        evaluation: Evaluation,
    ) -> Result<Self, MetadataError> {
        let entry = |(name, text): (&str, &str)| {
            let name = checked_name(name)?;
            let template = Template::parse("metadata", text, evaluation)
                .map_err(|error| MetadataError::Parse { name: name.clone(), error })?;
            if let Some(template) = template {
                return Ok(Entry { name, value: Value::Template(template) });
            }
            let mut value = Vec::new();
            append(&name, text.as_bytes(), &mut value)?;
            let value = Value::Fixed(value);
            Ok(Entry { name, value })
        };
        let entries: Result<Arc<[Entry]>, _> = pairs.into_iter().map(entry).collect();
        entries.map(|entries| Self { entries })
    }

    /// Whether every call sends the same.
    pub fn is_static(&self) -> bool {
        self.entries.iter().all(|entry| matches!(entry.value, Value::Fixed(_)))
    }

    /// Evaluates the values of a call.
    pub(crate) fn evaluate(
        &self,
        evaluator: &mut Evaluator,
        now: Timestamp,
        values: &mut Values,
    ) -> Result<(), MetadataError> {
        values.bytes.clear();
        values.ends.clear();
        for Entry { name, value } in &*self.entries {
            let Value::Template(template) = value else { continue };
            values.scratch.clear();
            evaluator
                .evaluate(template, now, &mut values.scratch)
                .map_err(|error| MetadataError::Render { name: name.clone(), error })?;
            append(name, &values.scratch, &mut values.bytes)?;
            values.ends.push(values.bytes.len());
        }
        Ok(())
    }

    /// Names and values as they go on the wire.
    pub(crate) fn pairs<'a>(
        &'a self,
        values: &'a Values,
    ) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        let (mut ends, mut start) = (values.ends.iter(), 0);
        self.entries.iter().map(move |entry| {
            let value = match &entry.value {
                Value::Fixed(value) => value.as_slice(),
                Value::Template(_) => {
                    let end = ends.next().copied().unwrap_or(start);
                    let value = &values.bytes[start..end];
                    start = end;
                    value
                }
            };
            (entry.name.as_str(), value)
        })
    }
}

fn checked_name(name: &str) -> Result<String, MetadataError> {
    let lower = name.to_ascii_lowercase();
    if RESERVED.contains(&lower.as_str()) || lower.starts_with("grpc-") || name.starts_with(':') {
        return Err(MetadataError::Reserved(name.to_owned()));
    }
    let is_fit = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.');
    if name.is_empty() || !name.bytes().all(is_fit) {
        return Err(MetadataError::Name(name.to_owned()));
    }
    Ok(lower)
}

/// Appends a value as it goes on the wire.
fn append(name: &str, text: &[u8], out: &mut Vec<u8>) -> Result<(), MetadataError> {
    if name.ends_with("-bin") {
        let bytes = BASE64.decode(text.trim_ascii());
        let bytes = bytes.map_err(|_| MetadataError::Base64(name.to_owned()))?;
        out.extend_from_slice(BASE64.encode(bytes).as_bytes());
        return Ok(());
    }
    if !text.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(MetadataError::Value(name.to_owned()));
    }
    // HTTP/2 forbids blanks at the ends.
    out.extend_from_slice(text.trim_ascii());
    Ok(())
}

#[cfg(test)]
mod tests {
    use iter8_template::calls::Call;
    use proptest::prelude::*;

    use super::*;
    use crate::Method;
    use crate::call;
    use crate::descriptor::{HEALTH_CHECK, health};

    fn sent(pairs: &[(&str, &str)], evaluation: Evaluation) -> Result<String, String> {
        let text = |error: MetadataError| error.to_string();
        let metadata = Metadata::new(pairs.iter().copied(), evaluation).map_err(text)?;
        let method = Method::find(&health(), &HEALTH_CHECK.parse().unwrap()).unwrap();
        let mut evaluator = call::evaluator(&method, None, iter8_template::Zone::UTC, 1);
        let now = Timestamp::UNIX_EPOCH;
        evaluator.turn_to(Call { number: 7, worker: 0, connection: 0, now }, [0; 16]);
        let mut values = Values::default();
        metadata.evaluate(&mut evaluator, now, &mut values).map_err(text)?;
        let shown = metadata.pairs(&values);
        let shown = shown.map(|(name, value)| format!("{name}={}", String::from_utf8_lossy(value)));
        Ok(shown.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn names_and_values_are_made_fit() {
        let cases: [(&[(&str, &str)], &str); 6] = [
            (&[], ""),
            (&[("X-User", " Ann "), ("b.c_d", "~")], "x-user=Ann b.c_d=~"),
            (&[("k-bin", "AQI="), ("l-bin", "AQI"), ("m-bin", "")], "k-bin=AQI l-bin=AQI m-bin="),
            (&[("a", "{{.RequestNumber}}"), ("b", "c"), ("d", "{{upper \"e\"}}")], "a=7 b=c d=E"),
            (&[("t-bin", "{{ \"ab\" | b64enc }}")], "t-bin=YWI"),
            (&[("a", "{{ .MethodName }}{")], "a=Check{"),
        ];
        for (pairs, expected) in cases {
            assert_eq!(sent(pairs, Evaluation::Functions).unwrap(), expected);
        }
        assert_eq!(sent(&[("a", "{{.}}")], Evaluation::Off).unwrap(), "a={{.}}");
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        let cases = [
            ("", "a", "\"\" is no name of metadata: expected letters, digits, `-`, `_` and `.`"),
            (
                "a b",
                "",
                "\"a b\" is no name of metadata: expected letters, digits, `-`, `_` and `.`",
            ),
            ("ä", "", "\"ä\" is no name of metadata: expected letters, digits, `-`, `_` and `.`"),
            (":path", "", "metadata must not have \":path\", which belongs to the protocol"),
            ("TE", "", "metadata must not have \"TE\", which belongs to the protocol"),
            (
                "Grpc-Timeout",
                "",
                "metadata must not have \"Grpc-Timeout\", which belongs to the protocol",
            ),
            (
                "a",
                "ä",
                "the value of metadata \"a\" may have printable ASCII only; names ending in -bin take base64",
            ),
            (
                "a",
                "b\nc",
                "the value of metadata \"a\" may have printable ASCII only; names ending in -bin take base64",
            ),
            ("a-bin", "?", "the value of metadata \"a-bin\" is no base64"),
            ("a-bin", "{{ .UUID }}", "the value of metadata \"a-bin\" is no base64"),
            (
                "a",
                "{{ nope }}",
                "the value of metadata \"a\" cannot be read as a template: template: metadata:1:3: function \"nope\" not defined",
            ),
            (
                "a",
                "{{ .Nope }}",
                "the value of metadata \"a\" cannot be evaluated: template: metadata:1:3: executing \"metadata\" at <.Nope>: can't evaluate field Nope in type CallData",
            ),
        ];
        for (name, value, expected) in cases {
            assert_eq!(sent(&[(name, value)], Evaluation::Functions).unwrap_err(), expected);
        }
        let error = sent(&[("a", "{{ upper \"b\" }}")], Evaluation::NoFunctions).unwrap_err();
        assert!(error.ends_with("function \"upper\" not defined"), "{error}");
    }

    proptest! {
        /// Whatever is accepted can go on the wire, and comes from what was given.
        #[test]
        fn what_is_accepted_is_fit(name in "[a-zA-Z:. -]{0,8}(-bin)?", value in ".{0,12}") {
            if let Ok(metadata) = Metadata::new([(name.as_str(), value.as_str())], Evaluation::Off) {
                let values = Values::default();
                let (sent, bytes) = metadata.pairs(&values).next().unwrap();
                prop_assert_eq!(sent, name.to_ascii_lowercase());
                prop_assert!(bytes.iter().all(|byte| (b' '..=b'~').contains(byte)));
                if sent.ends_with("-bin") {
                    prop_assert_eq!(BASE64.decode(bytes), BASE64.decode(value.trim()));
                } else {
                    prop_assert_eq!(bytes, value.trim_matches(' ').as_bytes());
                }
            }
        }

        #[test]
        fn any_bytes_can_be_values(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let text = base64::engine::general_purpose::STANDARD.encode(&bytes);
            let metadata = Metadata::new([("a-bin", text.as_str())], Evaluation::Functions).unwrap();
            let values = Values::default();
            let (_, sent) = metadata.pairs(&values).next().unwrap();
            prop_assert_eq!(BASE64.decode(sent).unwrap(), bytes);
            prop_assert!(!sent.contains(&b'='));
        }
    }
}
