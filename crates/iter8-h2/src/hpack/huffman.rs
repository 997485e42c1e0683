//! The Huffman code of fields (RFC 7541, section 5.2 and appendix B).
//!
//! The code is canonical: sorted by length, then by symbol, codes count up. So the lengths alone
//! give all of it. Codes of up to eight bits, which is nearly all of what servers send, are
//! decoded by one look into a table; longer ones by comparison with the last code of each length.

use super::HpackError;

/// Length of the code of each byte, and of the end of the string.
#[rustfmt::skip]
const LENGTHS: [u8; 257] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    30,
];

const SYMBOLS: usize = LENGTHS.len();
const END: usize = 256;
const LONGEST: usize = 30;
/// Longest code that the table of first looks knows.
const FAST: usize = 8;

/// Everything that follows from the lengths.
struct Code {
    /// The code of each symbol, in its lowest bits.
    codes: [u32; SYMBOLS],
    /// Symbols, sorted by length and then by number.
    sorted: [u16; SYMBOLS],
    /// For each length, the first code beyond it, moved to the top of 32 bits.
    limits: [u64; LONGEST + 1],
    /// For each length, what to add to a code to have its place in `sorted`.
    places: [i64; LONGEST + 1],
    /// For the next eight bits, the symbol and the length of its code; 0 for longer ones.
    fast: [(u8, u8); 1 << FAST],
}

static CODE: Code = build();

#[expect(clippy::cast_possible_truncation, reason = "symbols are below 257, lengths below 31")]
#[expect(clippy::cast_possible_wrap, reason = "codes have at most 30 bits")]
const fn build() -> Code {
    let mut code = Code {
        codes: [0; SYMBOLS],
        sorted: [0; SYMBOLS],
        limits: [0; LONGEST + 1],
        places: [0; LONGEST + 1],
        fast: [(0, 0); 1 << FAST],
    };
    let (mut length, mut next, mut place) = (1, 0_u32, 0);
    while length <= LONGEST {
        code.places[length] = place as i64 - next as i64;
        let mut symbol = 0;
        while symbol < SYMBOLS {
            if LENGTHS[symbol] as usize == length {
                code.codes[symbol] = next;
                code.sorted[place] = symbol as u16;
                if length <= FAST {
                    let from = (next as usize) << (FAST - length);
                    let mut at = from;
                    while at < from + (1 << (FAST - length)) {
                        code.fast[at] = (symbol as u8, length as u8);
                        at += 1;
                    }
                }
                next += 1;
                place += 1;
            }
            symbol += 1;
        }
        code.limits[length] = (next as u64) << (32 - length);
        next <<= 1;
        length += 1;
    }
    code
}

/// Bytes that the code of this string takes.
pub(crate) fn encoded_length(string: &[u8]) -> usize {
    let bits: usize = string.iter().map(|byte| usize::from(LENGTHS[usize::from(*byte)])).sum();
    bits.div_ceil(8)
}

/// Appends the code of a string, padded with ones.
pub(crate) fn encode(string: &[u8], out: &mut Vec<u8>) {
    let (mut bits, mut count) = (0_u64, 0_u32);
    for byte in string {
        let length = u32::from(LENGTHS[usize::from(*byte)]);
        bits = bits << length | u64::from(CODE.codes[usize::from(*byte)]);
        count += length;
        while count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xff) as u8);
        }
    }
    if count > 0 {
        let padding = 8 - count;
        out.push(((bits << padding | ((1 << padding) - 1)) & 0xff) as u8);
    }
}

/// Appends the string that a code stands for. Whatever was appended before an error stays.
#[inline]
pub(crate) fn decode(code: &[u8], out: &mut Vec<u8>) -> Result<(), HpackError> {
    // The next bits, from the top; below them zeros.
    let (mut bits, mut count) = (0_u64, 0_u32);
    let mut bytes = code.iter();
    loop {
        while count <= 56
            && let Some(byte) = bytes.next()
        {
            bits |= u64::from(*byte) << (56 - count);
            count += 8;
        }
        let (symbol, length) = CODE.fast[(bits >> 56) as usize];
        let length = u32::from(length);
        if length != 0 && length <= count {
            out.push(symbol);
            bits <<= length;
            count -= length;
            continue;
        }
        // All bytes are taken in if fewer bits are left than the longest code has.
        match decode_long(bits >> 32) {
            Some((symbol, length)) if length <= count => {
                out.push(symbol);
                bits <<= length;
                count -= length;
            }
            _ => return check_padding(bits, count),
        }
    }
}

/// The symbol with which these 32 bits begin, and its length; `None` for the end of the string.
fn decode_long(bits: u64) -> Option<(u8, u32)> {
    let length = (1..=LONGEST).find(|length| bits < CODE.limits[*length])?;
    let place = i64::try_from(bits >> (32 - length)).ok()? + CODE.places[length];
    let symbol = CODE.sorted[usize::try_from(place).ok()?];
    Some((u8::try_from(symbol).ok()?, u32::try_from(length).ok()?))
}

fn check_padding(bits: u64, count: u32) -> Result<(), HpackError> {
    let is_padding = count < 8 && (count == 0 || bits >> (64 - count) == (1 << count) - 1);
    if is_padding { Ok(()) } else { Err(HpackError::InvalidHuffman) }
}

const _: () = assert!(CODE.codes[END] == 0x3fff_ffff, "the end is thirty ones");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decoded(code: &[u8]) -> Result<Vec<u8>, HpackError> {
        let mut out = Vec::new();
        decode(code, &mut out).map(|()| out)
    }

    /// RFC 7541, appendices C.4 and C.6.
    #[test]
    fn examples_of_the_standard() {
        for (string, code) in [
            ("www.example.com", "f1e3c2e5f23a6ba0ab90f4ff"),
            ("no-cache", "a8eb10649cbf"),
            ("custom-key", "25a849e95ba97d7f"),
            ("custom-value", "25a849e95bb8e8b4bf"),
            ("private", "aec3771a4b"),
            ("Mon, 21 Oct 2013 20:13:21 GMT", "d07abe941054d444a8200595040b8166e082a62d1bff"),
            ("https://www.example.com", "9d29ad171863c78f0b97c8e9ae82ae43d3"),
            (
                "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
                "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1\
                 063d5007",
            ),
        ] {
            let mut out = Vec::new();
            encode(string.as_bytes(), &mut out);
            let hex: Vec<String> = out.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hex.concat(), code);
            assert_eq!(encoded_length(string.as_bytes()), out.len());
            assert_eq!(decoded(&out).unwrap(), string.as_bytes());
        }
    }

    /// Codes from the ends of appendix B.
    #[test]
    fn codes_of_the_standard() {
        for (symbol, code) in [
            (usize::from(b'0'), 0x0),
            (usize::from(b'a'), 0x3),
            (usize::from(b'~'), 0x1ffd),
            (0, 0x1ff8),
            (10, 0x3fff_fffc),
            (127, 0xfff_fffc),
            (255, 0x3ff_ffee),
            (END, 0x3fff_ffff),
        ] {
            assert_eq!(CODE.codes[symbol], code, "symbol {symbol}");
        }
    }

    #[test]
    fn what_is_no_code() {
        for code in [
            // The end of the string, alone and behind `0`.
            &[0xff, 0xff, 0xff, 0xff][..],
            &[0x07, 0xff, 0xff, 0xff, 0xff],
            // Eight bits of padding and more.
            &[0xff],
            &[0x07, 0xff],
            &[0xff, 0xff, 0xff],
            // Padding of zeros, or of something else.
            &[0x00],
            &[0x06],
        ] {
            assert_eq!(decoded(code), Err(HpackError::InvalidHuffman), "{code:x?}");
        }
        assert_eq!(decoded(&[]), Ok(vec![]));
        assert_eq!(decoded(&[0x07]), Ok(b"0".to_vec()));
    }

    proptest! {
        #[test]
        fn survive_a_round_trip(string in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut out = Vec::new();
            encode(&string, &mut out);
            prop_assert_eq!(out.len(), encoded_length(&string));
            prop_assert_eq!(decoded(&out), Ok(string));
        }

        #[test]
        fn arbitrary_codes_are_decoded_in_bounds(code in prop::collection::vec(any::<u8>(), 0..99)) {
            let mut out = Vec::new();
            let result = decode(&code, &mut out);
            prop_assert!(out.len() <= code.len() * 8 / 5);
            if result.is_ok() {
                // There is one code for each string.
                let mut again = Vec::new();
                encode(&out, &mut again);
                prop_assert_eq!(again, code);
            }
        }
    }
}
