//! Whether bytes can be a protobuf message: tags, lengths and varints, but no types.

/// Deepest nesting of groups; messages in messages are not looked into.
const MAX_GROUPS: usize = 100;

/// Whether the bytes are a sequence of whole fields.
pub(crate) fn is_message(bytes: &[u8]) -> bool {
    let (mut rest, mut groups) = (bytes, 0);
    while !rest.is_empty() {
        let Some((tag, after)) = varint(rest) else { return false };
        if tag >> 3 == 0 || tag > u64::from(u32::MAX) {
            return false;
        }
        rest = after;
        let skipped = match tag & 7 {
            0 => varint(rest).map(|(_, after)| after),
            1 => rest.get(8..),
            2 => {
                varint(rest).and_then(|(length, after)| after.get(usize::try_from(length).ok()?..))
            }
            3 if groups < MAX_GROUPS => {
                groups += 1;
                Some(rest)
            }
            4 if groups > 0 => {
                groups -= 1;
                Some(rest)
            }
            5 => rest.get(4..),
            _ => None,
        };
        let Some(after) = skipped else { return false };
        rest = after;
    }
    groups == 0
}

/// A varint of at most 64 bits and what follows it.
pub(crate) fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for (index, byte) in bytes.iter().enumerate().take(10) {
        number |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            // The tenth byte has room for one bit.
            return (index < 9 || *byte < 2).then(|| (number, &bytes[index + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use prost::encoding::encode_varint;

    use super::*;

    #[test]
    fn fields_must_be_whole() {
        let cases: [(&[u8], bool); 16] = [
            (b"", true),
            (b"\x08\x96\x01", true),
            (b"\x08\x96", false),
            (b"\x08", false),
            (b"\x12\x03abc", true),
            (b"\x12\x04abc", false),
            (b"\x09\0\0\0\0\0\0\0\0", true),
            (b"\x09\0\0\0\0\0\0\0", false),
            (b"\x0d\0\0\0\0", true),
            (b"\x0d\0\0\0", false),
            (b"\x0b\x08\x01\x0c", true),
            (b"\x0b\x08\x01", false),
            (b"\x0c", false),
            (b"\0\0", false),
            (b"\x0f", false),
            (b"\x80\x80\x80\x80\x10\0", false),
        ];
        for (bytes, expected) in cases {
            assert_eq!(is_message(bytes), expected, "{bytes:x?}");
        }
        assert!(!is_message(&[0x0b; 300]));
    }

    proptest! {
        #[test]
        fn varints_read_back(number: u64) {
            let mut bytes = Vec::new();
            encode_varint(number, &mut bytes);
            for end in 0..bytes.len() {
                prop_assert_eq!(varint(&bytes[..end]), None);
            }
            bytes.push(7);
            prop_assert_eq!(varint(&bytes), Some((number, &[7][..])));
        }

        #[test]
        fn any_bytes_have_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            is_message(&bytes);
        }
    }
}
