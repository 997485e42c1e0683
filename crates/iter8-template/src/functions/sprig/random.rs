//! Random text and numbers, from the caller's source.

#![expect(clippy::unnecessary_wraps, reason = "the functions of templates have one signature")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::environment::Random;
use crate::function::{Call, Failure, Function, Param};
use crate::value::Value;

/// Random functions.
pub(in crate::functions) const FUNCTIONS: &[Function] = &[
    Function::new("randAlpha", &[Param::Int], rand_alpha),
    Function::new("randAlphaNum", &[Param::Int], rand_alpha_num),
    Function::new("randAscii", &[Param::Int], rand_ascii),
    Function::new("randBytes", &[Param::Int], rand_bytes),
    Function::new("randInt", &[Param::Int, Param::Int], rand_int),
    Function::new("randNumeric", &[Param::Int], rand_numeric),
    Function::new("uuidv4", &[], uuid),
];

/// Random bytes made in the time of one step.
const BYTES_PER_STEP: u64 = 8;

fn rand_alpha(call: &mut Call<'_>) -> Result<Value, Failure> {
    text_of(call, u8::is_ascii_alphabetic)
}

fn rand_alpha_num(call: &mut Call<'_>) -> Result<Value, Failure> {
    text_of(call, u8::is_ascii_alphanumeric)
}

fn rand_numeric(call: &mut Call<'_>) -> Result<Value, Failure> {
    text_of(call, u8::is_ascii_digit)
}

/// Printable characters, space included.
fn rand_ascii(call: &mut Call<'_>) -> Result<Value, Failure> {
    text_of(call, |byte| matches!(byte, b' '..=b'~'))
}

/// As many characters as the first argument says; a negative number of them is none for Sprig.
fn text_of(call: &mut Call<'_>, is_wanted: fn(&u8) -> bool) -> Result<Value, Failure> {
    let count = usize::try_from(call.int(0)).unwrap_or(0);
    text(call, count, is_wanted)
}

/// So many random characters of those that are wanted.
pub(in crate::functions) fn text(
    call: &mut Call<'_>,
    count: usize,
    is_wanted: fn(&u8) -> bool,
) -> Result<Value, Failure> {
    announce(call, count)?;
    let alphabet: Vec<u8> = (0..=u8::MAX).filter(is_wanted).collect();
    let mut bytes = Bytes::of(call.host.random());
    let text: Vec<u8> = (0..count).map(|_| alphabet[bytes.index(alphabet.len())]).collect();
    Ok(Value::text(text))
}

fn rand_bytes(call: &mut Call<'_>) -> Result<Value, Failure> {
    let count =
        usize::try_from(call.int(0)).map_err(|_| "runtime error: makeslice: len out of range")?;
    announce(call, count.saturating_mul(3))?;
    let mut bytes = vec![0; count];
    call.host.random().fill(&mut bytes);
    Ok(Value::text(STANDARD.encode(bytes)))
}

fn announce(call: &mut Call<'_>, bytes: usize) -> Result<(), Failure> {
    call.host.charge(bytes)?;
    call.host.work(bytes as u64 / BYTES_PER_STEP)
}

/// A whole number from the first argument up to, but not including, the second.
fn rand_int(call: &mut Call<'_>) -> Result<Value, Failure> {
    let (least, end) = (call.int(0), call.int(1));
    let range = end.checked_sub(least).filter(|range| *range > 0);
    let range = range.ok_or("invalid argument to Intn")?.unsigned_abs();
    let number = below(call.host.random(), range);
    Ok(Value::int(least.wrapping_add_unsigned(number)))
}

pub(in crate::functions) fn uuid(call: &mut Call<'_>) -> Result<Value, Failure> {
    let mut bytes = [0; 16];
    call.host.random().fill(&mut bytes);
    let number = u128::from_be_bytes(bytes);
    // Version 4 and the variant of RFC 9562 have their bits.
    let number = number & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let digits = format!("{number:032x}");
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    Ok(Value::text(parts.join("-")))
}

/// Random bytes, fetched several at a time, since the source may be the system.
struct Bytes<'a> {
    random: &'a mut dyn Random,
    buffer: [u8; 64],
    /// How many of the buffer are used.
    used: usize,
}

impl<'a> Bytes<'a> {
    fn of(random: &'a mut dyn Random) -> Self {
        Self { random, buffer: [0; 64], used: 64 }
    }

    fn next(&mut self) -> u8 {
        if self.used == self.buffer.len() {
            self.random.fill(&mut self.buffer);
            self.used = 0;
        }
        self.used += 1;
        self.buffer[self.used - 1]
    }

    /// An index below a length of at most 256, all equally likely.
    fn index(&mut self, length: usize) -> usize {
        // Bytes beyond the last whole multiple would favour the first indices.
        let fair = 256 / length * length;
        loop {
            let number = usize::from(self.next());
            if number < fair {
                return number % length;
            }
        }
    }
}

/// A number below a limit, all equally likely.
pub(in crate::functions) fn below(random: &mut dyn Random, limit: u64) -> u64 {
    let fair = u64::MAX - u64::MAX % limit;
    loop {
        let mut bytes = [0; 8];
        random.fill(&mut bytes);
        let number = u64::from_be_bytes(bytes);
        if number < fair {
            return number % limit;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call;

    fn text(function: &str, arguments: &[Value]) -> String {
        match call(function, arguments) {
            Ok(Value::Str(text)) => text.as_str().into_owned(),
            other => panic!("{function}: {other:?}"),
        }
    }

    #[test]
    fn text_is_of_the_wanted_characters() {
        // The source of the tests counts bytes up from 0.
        for (function, count, expected) in [
            ("randAlpha", 4, "ABCD"),
            ("randAlphaNum", 12, "0123456789AB"),
            ("randNumeric", 11, "01234567890"),
            ("randAscii", 5, " !\"#$"),
            ("randAlpha", 0, ""),
            ("randAlpha", -1, ""),
        ] {
            assert_eq!(text(function, &[Value::int(count)]), expected, "{function} {count}");
        }
        assert_eq!(text("randAlphaNum", &[Value::int(1000)]).len(), 1000);
    }

    #[test]
    fn no_index_is_favoured() {
        for length in [10, 52, 62, 95, 256] {
            let mut counts = vec![0; length];
            let mut next = 0_u8;
            let mut source = |buffer: &mut [u8]| {
                for byte in buffer {
                    *byte = next;
                    next = next.wrapping_add(1);
                }
            };
            let mut bytes = Bytes::of(&mut source);
            // One round over all bytes.
            for _ in 0..256 / length * length {
                counts[bytes.index(length)] += 1;
            }
            assert!(counts.iter().all(|count| *count == 256 / length), "{length}: {counts:?}");
        }
    }

    #[test]
    fn bytes_are_base64() {
        assert_eq!(text("randBytes", &[Value::int(4)]), "AAECAw==");
        assert_eq!(text("randBytes", &[Value::int(0)]), "");
        let message = call("randBytes", &[Value::int(-1)]).unwrap_err();
        assert_eq!(message, "runtime error: makeslice: len out of range");
    }

    #[test]
    fn numbers_are_in_range() {
        let call = |least, end| match call("randInt", &[Value::int(least), Value::int(end)]) {
            Ok(Value::Int(number, _)) => Ok(number),
            Ok(other) => panic!("{other:?}"),
            Err(message) => Err(message),
        };
        // The first eight bytes of the source are the number 0x0001020304050607.
        let first = 0x0001_0203_0405_0607;
        for (least, end) in [(0, 10), (-5, 5), (100, 101), (0, i64::MAX)] {
            assert_eq!(call(least, end), Ok(least + first % (end - least)), "{least} {end}");
        }
        for (least, end) in [(5, 5), (6, 5), (i64::MIN, i64::MAX)] {
            assert_eq!(call(least, end), Err("invalid argument to Intn".to_owned()));
        }
    }

    #[test]
    fn a_uuid_has_its_version_and_variant() {
        assert_eq!(text("uuidv4", &[]), "00010203-0405-4607-8809-0a0b0c0d0e0f");
    }

    #[test]
    fn long_text_is_bounded() {
        for function in ["randAlpha", "randAscii", "randBytes"] {
            let message = call(function, &[Value::int(i64::MAX)]).unwrap_err();
            assert_eq!(message, "out of memory", "{function}");
        }
    }
}
