//! Data in binary form.

use prost_reflect::DynamicMessage;

use super::{DataError, Element, Encoder, Kind};
use crate::structure::varint;

/// Messages with their lengths before them, or else one message.
pub(super) fn elements(encoder: &Encoder, bytes: &[u8]) -> Result<Kind, DataError> {
    let decodes = |bytes: &&[u8]| DynamicMessage::decode(encoder.input().clone(), *bytes).is_ok();
    let messages = match delimited(bytes).filter(|messages| messages.iter().all(decodes)) {
        Some(messages) => messages,
        None if decodes(&bytes) => vec![bytes],
        None => return Err(DataError::Binary(encoder.input().full_name().to_owned())),
    };
    let fixed = messages.into_iter().map(|bytes| Ok(Element::Fixed(encoder.raw(bytes)?)));
    Ok(Kind::Elements(fixed.collect::<Result<_, DataError>>()?))
}

/// The parts of bytes that are lengths and so many bytes each; `None` if they are not, or none.
fn delimited(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut parts = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = varint(bytes)?;
        let (part, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        parts.push(part);
        bytes = rest;
    }
    (!parts.is_empty()).then_some(parts)
}
