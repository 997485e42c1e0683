//! Literals: numbers, characters and quoted texts, by the rules of Go.

use crate::ast::Number;
use crate::value::Text;

/// A literal that is none, in Go's words.
pub(super) type LiteralError = String;

/// A number such as `-1_000`, `0x1F`, `1e3` or `2i`.
pub(super) fn number(text: &str) -> Result<Number, LiteralError> {
    if let Some(imaginary) = text.strip_suffix('i')
        && let Some(imaginary) = float(imaginary)
    {
        return Ok(Number::Complex(0.0, imaginary));
    }
    if let Some(int) = signed(text) {
        return Ok(Number::Int(int));
    }
    if let Some(uint) = unsigned(text) {
        return Ok(Number::Huge(uint as f64));
    }
    match float(text) {
        Some(value) if text.contains(['.', 'e', 'E', 'p', 'P']) => Ok(Number::Float(value)),
        Some(_) => Err(format!("integer overflow: {text:?}")),
        None => Err(format!("illegal number syntax: {text:?}")),
    }
}

/// A complex number such as `1+2i`.
pub(super) fn complex_number(text: &str) -> Result<Number, LiteralError> {
    let illegal = || "syntax error scanning complex number".to_owned();
    let bytes = text.as_bytes();
    // The sign between the parts is the last that does not belong to an exponent.
    let split = (1..bytes.len()).rev().find(|&index| {
        matches!(bytes[index], b'+' | b'-')
            && !matches!(bytes[index - 1], b'e' | b'E' | b'p' | b'P')
    });
    let (real, imaginary) = text.split_at(split.ok_or_else(illegal)?);
    let imaginary = imaginary.strip_suffix('i').ok_or_else(illegal)?;
    let real = float(real).ok_or_else(illegal)?;
    Ok(Number::Complex(real, float(imaginary).ok_or_else(illegal)?))
}

/// A whole number with a sign, such as `-0x1F`; `None` also if it is out of range.
pub(crate) fn signed(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let magnitude = i128::from(unsigned(digits)?);
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// A whole number with Go's prefixes and underscores.
fn unsigned(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let (base, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, &lower[..]),
    };
    if !underscores_are_fine(&lower) || digits.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(&digits.replace('_', ""), base).ok()
}

/// Underscores stand only between digits, or between a prefix and a digit.
fn underscores_are_fine(lower: &str) -> bool {
    let digits = lower.trim_start_matches(['+', '-']);
    let hex = digits.starts_with("0x");
    // The prefix counts as a digit.
    let has_prefix = hex || digits.starts_with("0b") || digits.starts_with("0o");
    let (mut before, rest) = if has_prefix { (true, &digits[2..]) } else { (false, digits) };
    let mut after_underscore = false;
    for c in rest.chars() {
        let is_digit = c.is_ascii_digit() || (hex && c.is_ascii_hexdigit());
        if (c == '_' && !before) || (after_underscore && !is_digit) {
            return false;
        }
        after_underscore = c == '_';
        before = is_digit;
    }
    !after_underscore
}

/// A floating-point number, decimal or hexadecimal; infinite ones are out of range.
pub(crate) fn float(text: &str) -> Option<f64> {
    let lower = text.to_ascii_lowercase();
    if !underscores_are_fine(&lower) {
        return None;
    }
    let plain = lower.replace('_', "");
    let unsigned = plain.trim_start_matches(['+', '-']);
    let value = match unsigned.strip_prefix("0x") {
        Some(digits) => {
            let magnitude = hex_float(digits)?;
            if plain.starts_with('-') { -magnitude } else { magnitude }
        }
        // Words such as `inf` are no numbers here.
        None if unsigned.contains(|c: char| !matches!(c, '0'..='9' | '.' | 'e' | '+' | '-')) => {
            return None;
        }
        None => plain.parse().ok()?,
    };
    value.is_finite().then_some(value)
}

fn hex_float(digits: &str) -> Option<f64> {
    let (mantissa, exponent) = digits.split_once('p')?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut value = 0.0;
    for digit in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
    }
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let shift = i32::try_from(fraction.len()).ok()?.checked_mul(4)?;
    let exponent = exponent.parse::<i32>().ok()?.checked_sub(shift)?;
    Some(value * f64::from(exponent).exp2())
}

/// A character in single quotes, quotes included.
pub(super) fn character(text: &str) -> Result<Number, LiteralError> {
    let inner = &text[1..];
    let (code, length) = match inner.chars().next() {
        None | Some('\'') => return Err("invalid syntax".to_owned()),
        Some('\\') => match escape(inner, '\'').ok_or("invalid syntax")? {
            // A byte such as '\xff' stands for the character of that number.
            (Escaped::Byte(byte), length) => (u32::from(byte), length),
            (Escaped::Character(c), length) => (u32::from(c), length),
        },
        Some(c) => (u32::from(c), c.len_utf8()),
    };
    // What follows is not looked at, be it valid or not.
    if &inner[length..] != "'" {
        return Err(format!("malformed character constant: {text}"));
    }
    Ok(Number::Int(i64::from(code)))
}

/// A text in double quotes, quotes included.
pub(super) fn quoted(text: &str) -> Result<Text, LiteralError> {
    let inner = &text[1..text.len() - 1];
    unescape(inner, '"').map(Text::from).ok_or_else(|| "invalid syntax".to_owned())
}

/// A text in back quotes, quotes included.
pub(super) fn raw_quoted(text: &str) -> Text {
    Text::from(text[1..text.len() - 1].replace('\r', ""))
}

/// Replaces Go's escape sequences; `None` if one is none.
fn unescape(text: &str, quote: char) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(index) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..index]);
        let (escaped, length) = escape(&rest[index..], quote)?;
        match escaped {
            Escaped::Byte(byte) => bytes.push(byte),
            Escaped::Character(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        rest = &rest[index + length..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    Some(bytes)
}

/// What an escape sequence stands for.
enum Escaped {
    Byte(u8),
    Character(char),
}

/// The escape sequence at the beginning of a text, and its length, the backslash included.
fn escape(text: &str, quote: char) -> Option<(Escaped, usize)> {
    let letter = text[1..].chars().next()?;
    let code = |start: usize, end: usize, base| {
        let digits = text.get(start..end)?;
        let is_plain = digits.chars().all(|c| c.is_digit(base));
        is_plain.then(|| u32::from_str_radix(digits, base).ok()).flatten()
    };
    let byte = |code: Option<u32>| code.and_then(|code| u8::try_from(code).ok()).map(Escaped::Byte);
    let character = |code: Option<u32>| code.and_then(char::from_u32).map(Escaped::Character);
    Some(match letter {
        'a' => (Escaped::Byte(7), 2),
        'b' => (Escaped::Byte(8), 2),
        'f' => (Escaped::Byte(12), 2),
        'n' => (Escaped::Byte(b'\n'), 2),
        'r' => (Escaped::Byte(b'\r'), 2),
        't' => (Escaped::Byte(b'\t'), 2),
        'v' => (Escaped::Byte(11), 2),
        '\\' => (Escaped::Byte(b'\\'), 2),
        'x' => (byte(code(2, 4, 16))?, 4),
        '0'..='7' => (byte(code(1, 4, 8))?, 4),
        'u' => (character(code(2, 6, 16))?, 6),
        'U' => (character(code(2, 10, 16))?, 10),
        _ if letter == quote => (Escaped::Character(quote), 2),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let cases = [
            ("1_000", Number::Int(1000)),
            ("-0x1F", Number::Int(-31)),
            ("0x1e", Number::Int(30)),
            ("0755", Number::Int(493)),
            ("0o17", Number::Int(15)),
            ("0b11", Number::Int(3)),
            ("+5", Number::Int(5)),
            ("-9223372036854775808", Number::Int(i64::MIN)),
            ("9223372036854775808", Number::Huge(9_223_372_036_854_775_808.0)),
            ("18446744073709551615", Number::Huge(18_446_744_073_709_551_615.0)),
            ("1e3", Number::Float(1000.0)),
            ("1.5", Number::Float(1.5)),
            (".5", Number::Float(0.5)),
            ("-1.", Number::Float(-1.0)),
            ("0x1.8p1", Number::Float(3.0)),
            ("2i", Number::Complex(0.0, 2.0)),
            ("1.5i", Number::Complex(0.0, 1.5)),
        ];
        for (text, expected) in cases {
            assert_eq!(number(text), Ok(expected), "{text}");
        }
        assert_eq!(complex_number("1e+2-2i"), Ok(Number::Complex(100.0, -2.0)));
        for text in ["089", "1__0", "_1", "1_", "99999999999999999999", "0x", "+", "1e", "0xp1"] {
            assert!(number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_as_other_types() {
        let cases = [
            (Number::Int(-3), Some(-3), Some(-3.0)),
            (Number::Huge(1e19), None, Some(1e19)),
            (Number::Float(2.0), Some(2), Some(2.0)),
            (Number::Float(2.5), None, Some(2.5)),
            (Number::Float(9_223_372_036_854_775_808.0), None, Some(9_223_372_036_854_775_808.0)),
            (Number::Complex(2.0, 0.0), Some(2), Some(2.0)),
            (Number::Complex(2.0, 1.0), None, None),
        ];
        for (number, int, float) in cases {
            assert_eq!((number.int(), number.float()), (int, float), "{number:?}");
        }
    }

    #[test]
    fn texts_and_characters() {
        assert_eq!(quoted(r#""a\tb\x41\101\u00e4\"""#), Ok(Text::from("a\tbAAä\"")));
        assert_eq!(quoted(r#""\xff""#), Ok(Text::from(&b"\xff"[..])));
        assert_eq!(character(r"'\''"), Ok(Number::Int(39)));
        assert_eq!(character("'ä'"), Ok(Number::Int(228)));
        for text in [r#""\'""#, r#""\q""#, r#""\x4""#, r#""\ud800""#, r#""\400""#] {
            assert!(quoted(text).is_err(), "{text}");
        }
        assert!(character("'ab'").is_err() && character("''").is_err());
    }
}
