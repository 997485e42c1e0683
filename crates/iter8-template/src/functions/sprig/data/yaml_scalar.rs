//! What plain scalars mean in YAML 1.1 as go-yaml understands it.

/// The meaning of a plain scalar.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Meaning {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number of at most 64 bits.
    Int(i128),
    /// Any other number.
    Float(f64),
    /// A date, which is text all the same for whoever reads into JSON.
    Timestamp,
    /// Text.
    Text,
}

/// Finds the meaning of a plain scalar.
pub(super) fn resolve(text: &str) -> Meaning {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Meaning::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Meaning::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Meaning::Bool(false);
        }
        ".nan" | ".NaN" | ".NAN" => return Meaning::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Meaning::Float(f64::INFINITY);
        }
        "-.inf" | "-.Inf" | "-.INF" => return Meaning::Float(f64::NEG_INFINITY),
        _ => {}
    }
    match text.as_bytes()[0] {
        b'.' => float(text).map_or(Meaning::Text, Meaning::Float),
        b'+' | b'-' | b'0'..=b'9' => number(text),
        _ => Meaning::Text,
    }
}

fn number(text: &str) -> Meaning {
    if is_timestamp(text) {
        return Meaning::Timestamp;
    }
    let plain = text.replace('_', "");
    if let Some(whole) = whole(&plain) {
        return Meaning::Int(whole);
    }
    if is_decimal(&plain) {
        return float(&plain).map_or(Meaning::Text, Meaning::Float);
    }
    Meaning::Text
}

/// A whole number with Go's prefixes `0x`, `0b`, `0o` and `0`, from the smallest of 64 bits with
/// a sign to the largest without.
fn whole(text: &str) -> Option<i128> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let prefix = unsigned.get(..2).map(str::to_ascii_lowercase);
    let (digits, radix) = match prefix.as_deref() {
        Some("0x") => (&unsigned[2..], 16),
        Some("0b") => (&unsigned[2..], 2),
        Some("0o") => (&unsigned[2..], 8),
        _ if unsigned.len() > 1 && unsigned.starts_with('0') => (&unsigned[1..], 8),
        _ => (unsigned, 10),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let size = i128::from_str_radix(digits, radix).ok()?;
    let number = if text.starts_with('-') { -size } else { size };
    // Go reads numbers above the largest signed one only if they have no sign at all.
    let largest = if text.starts_with('+') { i128::from(i64::MAX) } else { i128::from(u64::MAX) };
    (i128::from(i64::MIN)..=largest).contains(&number).then_some(number)
}

/// Whether the text is a decimal number: digits with a point or not, then an exponent or not.
fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    let has_digits = !before.is_empty() || !after.is_empty();
    has_digits && all_digits(before) && all_digits(after) && exponent_fits
}

/// A finite number in decimal notation.
fn float(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Whether a date of YAML is written in one of the ways that go-yaml knows.
fn is_timestamp(text: &str) -> bool {
    let has_year = text.len() > 4
        && text.bytes().take(4).all(|byte| byte.is_ascii_digit())
        && text.as_bytes()[4] == b'-';
    has_year && super::super::date::is_yaml_timestamp(text)
}

/// Whether a text is a number to base 60 in YAML 1.1, such as `1:30`, which go-yaml writes in
/// quotes for the sake of other readers.
pub(super) fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut parts = unsigned.split(':');
    let first = parts.next().unwrap_or_default();
    let is_digit_or_line = |byte: u8| byte.is_ascii_digit() || byte == b'_';
    if !first.starts_with(|c: char| c.is_ascii_digit()) || !first.bytes().all(is_digit_or_line) {
        return false;
    }
    let mut rest: Vec<&str> = parts.collect();
    let Some(last) = rest.pop() else { return false };
    let (last, fraction) = last.split_once('.').unwrap_or((last, ""));
    let is_sixtieth = |part: &str| match part.as_bytes() {
        [digit] | [b'0'..=b'5', digit] => digit.is_ascii_digit(),
        _ => false,
    };
    rest.into_iter().all(is_sixtieth) && is_sixtieth(last) && fraction.bytes().all(is_digit_or_line)
}
