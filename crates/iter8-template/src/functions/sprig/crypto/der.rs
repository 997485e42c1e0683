//! DER, the binary form of keys and certificates (X.690), as far as they need it.

use num_bigint::BigUint;

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const UTF8_STRING: u8 = 0x0c;
pub(super) const PRINTABLE_STRING: u8 = 0x13;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// The tag of a part that is known by its number.
pub(super) const fn context(number: u8) -> u8 {
    0x80 | number
}

/// The same of a part that holds others.
pub(super) const fn context_of_parts(number: u8) -> u8 {
    0xa0 | number
}

/// A part: tag, length, content.
pub(super) fn part(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len().to_be_bytes();
    let zeros = length.iter().take_while(|byte| **byte == 0).count();
    match &length[zeros..] {
        [] => out.push(0),
        [short @ ..=0x7f] => out.push(*short),
        long => {
            // Lengths have at most eight bytes.
            out.push(0x80 | u8::try_from(long.len()).unwrap_or(u8::MAX));
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(content);
    out
}

/// A part of parts.
pub(super) fn parts(tag: u8, parts: &[Vec<u8>]) -> Vec<u8> {
    part(tag, &parts.concat())
}

/// A sequence of parts.
pub(super) fn sequence(of: &[Vec<u8>]) -> Vec<u8> {
    parts(SEQUENCE, of)
}

/// A whole number that is not negative.
pub(super) fn integer(number: &BigUint) -> Vec<u8> {
    let mut bytes = number.to_bytes_be();
    // A first bit that is set would be the sign.
    if bytes[0] & 0x80 != 0 {
        bytes.insert(0, 0);
    }
    part(INTEGER, &bytes)
}

/// Bits, of which the last byte leaves some unused.
pub(super) fn bit_string(unused: u8, bytes: &[u8]) -> Vec<u8> {
    part(BIT_STRING, &[&[unused], bytes].concat())
}

/// An identifier by its encoded arcs.
pub(super) fn identifier(arcs: &[u8]) -> Vec<u8> {
    part(OBJECT_IDENTIFIER, arcs)
}

/// Parts being read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

/// A part that was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
    /// With tag and length.
    pub(super) whole: &'a [u8],
}

impl<'a> Reader<'a> {
    /// The next part; `None` at the end and where nothing is right.
    pub(super) fn any(&mut self) -> Option<Part<'a>> {
        let (&[tag, first], rest) = self.0.split_first_chunk()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
            }
            _ => return None,
        };
        let (content, after) = rest.split_at_checked(length)?;
        let whole = &self.0[..self.0.len() - after.len()];
        self.0 = after;
        Some(Part { tag, content, whole })
    }

    /// The next part, if it has the tag. Otherwise nothing is read.
    pub(super) fn part(&mut self, tag: u8) -> Option<Part<'a>> {
        let mut ahead = *self;
        let part = ahead.any().filter(|part| part.tag == tag)?;
        *self = ahead;
        Some(part)
    }

    /// The parts of the next sequence.
    pub(super) fn sequence(&mut self) -> Option<Self> {
        Some(Self(self.part(SEQUENCE)?.content))
    }

    /// The next whole number, which is not negative.
    pub(super) fn integer(&mut self) -> Option<BigUint> {
        let content = self.part(INTEGER)?.content;
        let is_negative = content.first().is_none_or(|byte| byte & 0x80 != 0);
        (!is_negative).then(|| BigUint::from_bytes_be(content))
    }

    /// The bytes of the next bits.
    pub(super) fn bits(&mut self) -> Option<&'a [u8]> {
        self.part(BIT_STRING)?.content.strip_prefix(&[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_as_many_bytes_as_they_need() {
        for (length, head) in [
            (0, &[OCTET_STRING, 0][..]),
            (127, &[OCTET_STRING, 127]),
            (128, &[OCTET_STRING, 0x81, 128]),
            (256, &[OCTET_STRING, 0x82, 1, 0]),
            (70_000, &[OCTET_STRING, 0x83, 1, 0x11, 0x70]),
        ] {
            let content = vec![7; length];
            let written = part(OCTET_STRING, &content);
            assert_eq!(&written[..head.len()], head, "{length}");
            let read = Reader(&written).part(OCTET_STRING).unwrap();
            assert_eq!((read.content, read.whole), (&content[..], &written[..]), "{length}");
        }
    }

    #[test]
    fn numbers_have_no_sign() {
        for (number, bytes) in [
            (0_u32, &[INTEGER, 1, 0][..]),
            (127, &[INTEGER, 1, 127]),
            (128, &[INTEGER, 2, 0, 128]),
            (65_537, &[INTEGER, 3, 1, 0, 1]),
        ] {
            assert_eq!(integer(&number.into()), bytes, "{number}");
            assert_eq!(Reader(bytes).integer(), Some(number.into()), "{number}");
        }
    }

    #[test]
    fn broken_parts_are_none() {
        for bytes in [
            &[][..],
            &[SEQUENCE],
            &[SEQUENCE, 2, 0],
            &[SEQUENCE, 0x80, 0, 0],
            &[SEQUENCE, 0x85, 0, 0, 0, 0, 1, 0],
            &[SEQUENCE, 0x82, 1],
            &[INTEGER, 1, 0x80],
            &[INTEGER, 0],
        ] {
            let mut reader = Reader(bytes);
            assert!(reader.sequence().is_none() && reader.integer().is_none(), "{bytes:?}");
        }
    }
}
