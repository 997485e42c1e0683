//! Base64 and base32 with the standard alphabets and padding.

use crate::function::{Call, Failure, Function, Param};
use crate::value::Value;

/// Functions that encode and decode. Decoding nonsense gives the text of the error.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("b32dec", &[Param::Text], |call| decoded(call, "base32", decode32)),
    Function::new("b32enc", &[Param::Text], |call| encoded(call, &BASE32)),
    Function::new("b64dec", &[Param::Text], |call| decoded(call, "base64", decode64)),
    Function::new("b64enc", &[Param::Text], |call| encoded(call, &BASE64)),
];

/// An encoding that writes groups of bytes as groups of letters.
struct Encoding {
    letters: &'static [u8],
    /// Bits that each letter stands for.
    bits: u32,
    /// Letters and padding in a group.
    group: usize,
}

const BASE32: Encoding =
    Encoding { letters: b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", bits: 5, group: 8 };
const BASE64: Encoding = Encoding {
    letters: b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    bits: 6,
    group: 4,
};
const PADDING: u8 = b'=';

/// The index of the byte that makes no sense.
type Place = usize;

fn encoded(call: &mut Call<'_>, encoding: &Encoding) -> Result<Value, Failure> {
    let text = call.text(0).as_bytes();
    call.host.charge(text.len().saturating_mul(2))?;
    let mut letters: Vec<u8> = regrouped(text.iter().copied(), 8, encoding.bits, Rest::Kept)
        .map(|index| encoding.letters[usize::from(index)])
        .collect();
    letters.resize(letters.len().next_multiple_of(encoding.group), PADDING);
    Ok(Value::text(letters))
}

fn decoded(
    call: &mut Call<'_>,
    name: &str,
    decode: fn(&[u8]) -> Result<Vec<u8>, Place>,
) -> Result<Value, Failure> {
    let text = call.text(0).as_bytes();
    call.host.charge(text.len().saturating_mul(2))?;
    Ok(match decode(text) {
        Ok(bytes) => Value::text(bytes),
        Err(place) => Value::text(format!("illegal {name} data at input byte {place}")),
    })
}

/// What becomes of bits that do not fill a group.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    Kept,
    Dropped,
}

/// Numbers of some bits as numbers of others, the highest bit first.
fn regrouped(
    numbers: impl Iterator<Item = u8>,
    from: u32,
    to: u32,
    rest: Rest,
) -> impl Iterator<Item = u8> {
    let mut numbers = numbers.fuse();
    let mut bits = 0_u32;
    let mut held = 0;
    std::iter::from_fn(move || {
        while held < to {
            match numbers.next() {
                Some(number) => bits = (bits << from) | u32::from(number),
                None if held == 0 || rest == Rest::Dropped => return None,
                // Zeros fill up the last group.
                None => {
                    bits <<= to - held;
                    held = 0;
                    return Some(low_bits(bits, to));
                }
            }
            held += from;
        }
        held -= to;
        Some(low_bits(bits >> held, to))
    })
}

fn low_bits(bits: u32, count: u32) -> u8 {
    u8::try_from(bits & ((1 << count) - 1)).expect("at most eight bits")
}

impl Encoding {
    fn index(&self, letter: u8) -> Option<u8> {
        let index = self.letters.iter().position(|other| *other == letter)?;
        u8::try_from(index).ok()
    }

    fn bytes(&self, indices: &[u8]) -> Vec<u8> {
        regrouped(indices.iter().copied(), self.bits, 8, Rest::Dropped).collect()
    }
}

fn is_newline(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

/// Newlines may stand anywhere.
fn decode64(text: &[u8]) -> Result<Vec<u8>, Place> {
    let mut indices = Vec::with_capacity(text.len());
    let mut places = (0..text.len()).filter(|place| !is_newline(text[*place]));
    while let Some(place) = places.next() {
        let in_group = indices.len() % BASE64.group;
        if let Some(index) = BASE64.index(text[place]) {
            indices.push(index);
            continue;
        }
        if text[place] != PADDING || in_group < 2 {
            return Err(place);
        }
        if in_group == 2 {
            let second = places.next().ok_or(text.len())?;
            if text[second] != PADDING {
                // Go names the byte before, be it a newline.
                return Err(second - 1);
            }
        }
        return match places.next() {
            Some(garbage) => Err(garbage),
            None => Ok(BASE64.bytes(&indices)),
        };
    }
    match indices.len() % BASE64.group {
        0 => Ok(BASE64.bytes(&indices)),
        missing => Err(text.len() - missing),
    }
}

/// Newlines may stand anywhere, and do not count in places.
fn decode32(text: &[u8]) -> Result<Vec<u8>, Place> {
    let text: Vec<u8> = text.iter().copied().filter(|byte| !is_newline(*byte)).collect();
    let mut indices = Vec::with_capacity(text.len());
    for (place, letter) in text.iter().enumerate() {
        let in_group = indices.len() % BASE32.group;
        let rest = &text[place + 1..];
        if *letter == PADDING && in_group >= 2 && rest.len() < BASE32.group {
            let missing = BASE32.group - 1 - in_group;
            if rest.len() < missing {
                return Err(text.len());
            }
            if let Some(wrong) = rest[..missing].iter().position(|byte| *byte != PADDING) {
                return Err(place + wrong);
            }
            // Three or six letters end within a byte. What follows the padding is not looked at.
            let is_whole = !matches!(in_group, 3 | 6);
            return if is_whole { Ok(BASE32.bytes(&indices)) } else { Err(place) };
        }
        indices.push(BASE32.index(*letter).ok_or(place)?);
    }
    match indices.len() % BASE32.group {
        0 => Ok(BASE32.bytes(&indices)),
        missing => Err(text.len() - missing),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn base64() {
        check(&[
            (r#"b64enc """#, r#""""#),
            (r#"b64enc "f""#, r#""Zg==""#),
            (r#"b64enc "fo""#, r#""Zm8=""#),
            (r#"b64enc "foo""#, r#""Zm9v""#),
            (r#"b64enc "foob""#, r#""Zm9vYg==""#),
            (r#"b64enc "fooba""#, r#""Zm9vYmE=""#),
            (r#"b64enc "foobar""#, r#""Zm9vYmFy""#),
            (r#"b64enc "ä\xff\x00""#, r#""w6T/AA==""#),
            (r#"b64dec "Zm9vYmFy""#, r#""foobar""#),
            (r#"b64enc "hello, world" | b64dec"#, r#""hello, world""#),
            (r#"b64dec "w6T/AA==""#, r#""ä\xff\x00""#),
        ]);
    }

    #[test]
    fn base64_errors_are_text() {
        check(&[
            (r#"b64dec """#, r#""""#),
            (r#"b64dec "a""#, r#""illegal base64 data at input byte 0""#),
            (r#"b64dec "ab""#, r#""illegal base64 data at input byte 0""#),
            (r#"b64dec "abc""#, r#""illegal base64 data at input byte 0""#),
            (r#"b64dec "abcd""#, r#""i\xb7\x1d""#),
            (r#"b64dec "abc=""#, r#""i\xb7""#),
            (r#"b64dec "ab==""#, r#""i""#),
            (r#"b64dec "ab=""#, r#""illegal base64 data at input byte 3""#),
            (r#"b64dec "a===""#, r#""illegal base64 data at input byte 1""#),
            (r#"b64dec "====""#, r#""illegal base64 data at input byte 0""#),
            (r#"b64dec "=""#, r#""illegal base64 data at input byte 0""#),
            (r#"b64dec "ab==x""#, r#""illegal base64 data at input byte 4""#),
            (r#"b64dec "ab=x""#, r#""illegal base64 data at input byte 2""#),
            (r#"b64dec "ab=\n=""#, r#""i""#),
            (r#"b64dec "ab==\n""#, r#""i""#),
            (r#"b64dec "a\nb\r==\n""#, r#""i""#),
            (r#"b64dec "abcde""#, r#""illegal base64 data at input byte 4""#),
            (r#"b64dec "abcd!""#, r#""illegal base64 data at input byte 4""#),
            (r#"b64dec "ab!d""#, r#""illegal base64 data at input byte 2""#),
            (r#"b64dec "ab\n!d""#, r#""illegal base64 data at input byte 3""#),
            (r#"b64dec "abc=abcd""#, r#""illegal base64 data at input byte 4""#),
            (r#"b64dec "abcd====""#, r#""illegal base64 data at input byte 4""#),
            (r#"b64dec "abcdab=""#, r#""illegal base64 data at input byte 7""#),
            (r#"b64dec "abcdab=\n""#, r#""illegal base64 data at input byte 8""#),
            (r#"b64dec "abcdab""#, r#""illegal base64 data at input byte 4""#),
            (r#"b64dec "abcdab\n""#, r#""illegal base64 data at input byte 5""#),
            (r#"b64dec "abcda\n""#, r#""illegal base64 data at input byte 5""#),
            (r#"b64dec "abcda=\n==""#, r#""illegal base64 data at input byte 5""#),
            (r#"b64dec "abd""#, r#""illegal base64 data at input byte 0""#),
            (r#"b64dec "a\n""#, r#""illegal base64 data at input byte 1""#),
            (r#"b64dec "/w==""#, r#""\xff""#),
            (r#"b64dec "/x==""#, r#""\xff""#),
        ]);
    }

    #[test]
    fn base32() {
        check(&[
            (r#"b32enc """#, r#""""#),
            (r#"b32enc "f""#, r#""MY======""#),
            (r#"b32enc "fo""#, r#""MZXQ====""#),
            (r#"b32enc "foo""#, r#""MZXW6===""#),
            (r#"b32enc "foob""#, r#""MZXW6YQ=""#),
            (r#"b32enc "fooba""#, r#""MZXW6YTB""#),
            (r#"b32enc "foobar""#, r#""MZXW6YTBOI======""#),
            (r#"b32enc "ä\xff\x00""#, r#""YOSP6AA=""#),
            (r#"b32dec "MZXW6YTBOI======""#, r#""foobar""#),
            (r#"b32enc "hello, world" | b32dec"#, r#""hello, world""#),
        ]);
    }

    #[test]
    fn base32_errors_are_text() {
        check(&[
            (r#"b32dec """#, r#""""#),
            (r#"b32dec "A""#, r#""illegal base32 data at input byte 0""#),
            (r#"b32dec "AB""#, r#""illegal base32 data at input byte 0""#),
            (r#"b32dec "ABCDEFGH""#, r#""\x00D2\x14\xc7""#),
            (r#"b32dec "AE======""#, r#""\x01""#),
            (r#"b32dec "AE=====""#, r#""illegal base32 data at input byte 7""#),
            (r#"b32dec "AE=====\n=""#, r#""\x01""#),
            (r#"b32dec "AEB=====""#, r#""illegal base32 data at input byte 3""#),
            (r#"b32dec "A=======""#, r#""illegal base32 data at input byte 1""#),
            (r#"b32dec "========""#, r#""illegal base32 data at input byte 0""#),
            (r#"b32dec "AEBA====""#, r#""\x01\x02""#),
            (r#"b32dec "AEBAG===""#, r#""\x01\x02\x03""#),
            (r#"b32dec "AEBAGB==""#, r#""illegal base32 data at input byte 6""#),
            (r#"b32dec "AEBAGBA=""#, r#""\x01\x02\x03\x04""#),
            (r#"b32dec "AE======X""#, r#""\x01""#),
            (r#"b32dec "AE======AE======""#, r#""illegal base32 data at input byte 2""#),
            (r#"b32dec "AE==X===""#, r#""illegal base32 data at input byte 3""#),
            (r#"b32dec "ae======""#, r#""illegal base32 data at input byte 0""#),
            (r#"b32dec "AE\n======""#, r#""\x01""#),
            (r#"b32dec "AEB1====""#, r#""illegal base32 data at input byte 3""#),
            (r#"b32dec "AEBAGBAEB""#, r#""illegal base32 data at input byte 8""#),
            (r#"b32dec "AEBAGBAE=""#, r#""illegal base32 data at input byte 8""#),
            (r#"b32dec "AEBAGBAEAE""#, r#""illegal base32 data at input byte 8""#),
            (r#"b32dec "AE=AE===""#, r#""illegal base32 data at input byte 2""#),
            (r#"b32dec "=""#, r#""illegal base32 data at input byte 0""#),
            (r#"b32dec "AE""#, r#""illegal base32 data at input byte 0""#),
            (r#"b32dec "AE=""#, r#""illegal base32 data at input byte 3""#),
            (r#"b32dec "\n""#, r#""""#),
            (r#"b32dec "AEBAGBA\n""#, r#""illegal base32 data at input byte 0""#),
            (r#"b32dec "AEBAGBAEA======""#, r#""illegal base32 data at input byte 9""#),
            (r#"b32dec "AEBAGBAEAE=====x""#, r#""illegal base32 data at input byte 14""#),
        ]);
    }
}
