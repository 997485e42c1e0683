//! Integers with a prefix (RFC 7541, section 5.1).

use super::HpackError;

/// Bits of a byte that continue an integer; the eighth says whether another byte follows.
const CONTINUED: u32 = 7;

/// Decodes an integer from a byte whose lower `prefix` bits begin it, and those behind it.
///
/// Returns the integer and what follows it. Zeros that only fill are accepted within five bytes.
#[inline]
pub(crate) fn decode(bytes: &[u8], prefix: u32) -> Result<(u32, &[u8]), HpackError> {
    let (&first, rest) = bytes.split_first().ok_or(HpackError::Truncated)?;
    let full = u8::MAX >> (8 - prefix);
    let value = first & full;
    if value < full { Ok((u32::from(value), rest)) } else { decode_long(u32::from(value), rest) }
}

fn decode_long(mut value: u32, bytes: &[u8]) -> Result<(u32, &[u8]), HpackError> {
    let mut rest = bytes;
    for shift in (0..u32::BITS).step_by(CONTINUED as usize) {
        let (&byte, behind) = rest.split_first().ok_or(HpackError::Truncated)?;
        rest = behind;
        let part = u64::from(byte & 0x7f) << shift;
        let part = u32::try_from(part).map_err(|_| HpackError::IntegerOverflow)?;
        value = value.checked_add(part).ok_or(HpackError::IntegerOverflow)?;
        if byte & 0x80 == 0 {
            return Ok((value, rest));
        }
    }
    Err(HpackError::IntegerOverflow)
}

/// Appends an integer; `first` holds the bits before the prefix.
#[inline]
pub(crate) fn encode(value: usize, prefix: u32, first: u8, out: &mut Vec<u8>) {
    let full = u8::MAX >> (8 - prefix);
    if let Some(short) = u8::try_from(value).ok().filter(|short| *short < full) {
        out.push(first | short);
        return;
    }
    out.push(first | full);
    let mut rest = value - usize::from(full);
    while rest >= 0x80 {
        out.push(0x80 | low_bits(rest));
        rest >>= CONTINUED;
    }
    out.push(low_bits(rest));
}

#[expect(clippy::cast_possible_truncation, reason = "masked to 7 bits")]
fn low_bits(value: usize) -> u8 {
    (value & 0x7f) as u8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// RFC 7541, appendix C.1.
    #[test]
    fn examples_of_the_standard() {
        for (value, prefix, bytes) in
            [(10, 5, &[10][..]), (1337, 5, &[0x1f, 0x9a, 0x0a]), (42, 8, &[0x2a])]
        {
            let mut out = Vec::new();
            encode(value, prefix, 0, &mut out);
            assert_eq!(out, bytes);
            assert_eq!(decode(bytes, prefix), Ok((u32::try_from(value).unwrap(), &[][..])));
        }
    }

    #[test]
    fn what_is_no_integer() {
        for (bytes, error) in [
            (&[][..], HpackError::Truncated),
            (&[0x1f], HpackError::Truncated),
            (&[0x1f, 0x80], HpackError::Truncated),
            (&[0x1f, 0xff, 0xff, 0xff, 0xff, 0x0f], HpackError::IntegerOverflow),
            (&[0x1f, 0x80, 0x80, 0x80, 0x80, 0x10], HpackError::IntegerOverflow),
            (&[0x1f, 0x80, 0x80, 0x80, 0x80, 0x80, 0], HpackError::IntegerOverflow),
        ] {
            assert_eq!(decode(bytes, 5), Err(error), "{bytes:x?}");
        }
        assert_eq!(decode(&[0x1f, 0x80, 0x80, 0x80, 0x80, 0, 7], 5), Ok((31, &[7][..])));
        let most = [0xff, 0x80, 0xfe, 0xff, 0xff, 0x0f];
        assert_eq!(decode(&most, 8), Ok((u32::MAX, &[][..])));
    }

    proptest! {
        #[test]
        fn survive_a_round_trip(value in any::<u32>(), prefix in 4_u32..=8, rest in any::<u8>()) {
            let mut out = Vec::new();
            encode(value as usize, prefix, 0, &mut out);
            out.push(rest);
            prop_assert_eq!(decode(&out, prefix), Ok((value, &[rest][..])));
        }
    }
}
