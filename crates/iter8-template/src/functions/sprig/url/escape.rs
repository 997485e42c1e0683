//! Percent-encoding by the rules of each part of a URL.

use std::fmt::Write as _;

use crate::print::quote;

/// A part of a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    UserOrPassword,
    Host,
    /// What follows `%` in an IPv6 address.
    Zone,
    Path,
    Fragment,
}

impl Part {
    /// Whether a byte stands for itself.
    fn allows(self, byte: u8) -> bool {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            return true;
        }
        let others: &[u8] = match self {
            Self::UserOrPassword => b"$&+,;=",
            Self::Host | Self::Zone => b"!$&'()*+,;=:[]<>\"",
            Self::Path => b"$&+,/:;=@",
            Self::Fragment => b"$&+,/:;=?@!()*",
        };
        others.contains(&byte)
    }
}

/// Text with everything escaped that has to be.
pub(super) fn escape(text: &[u8], part: Part) -> Vec<u8> {
    let mut escaped = String::with_capacity(text.len());
    for byte in text {
        if part.allows(*byte) {
            escaped.push(char::from(*byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped.into_bytes()
}

/// Text with all escapes replaced, or what is wrong with them.
pub(super) fn unescape(text: &[u8], part: Part) -> Result<Vec<u8>, String> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, others)) = rest.split_first() {
        if *first != b'%' {
            let is_strict = matches!(part, Part::Host | Part::Zone) && first.is_ascii();
            if is_strict && !part.allows(*first) {
                return Err(format!("invalid character {} in host name", quote(&[*first])));
            }
            plain.push(*first);
            rest = others;
            continue;
        }
        let invalid = || {
            let sequence = &rest[..rest.len().min(3)];
            format!("invalid URL escape {}", quote(sequence))
        };
        let byte = others.get(..2).and_then(hexadecimal).ok_or_else(invalid)?;
        let is_allowed = match part {
            // Hosts escape only what is not ASCII, and the mark of a zone.
            Part::Host => !byte.is_ascii() || byte == b'%',
            Part::Zone => byte == b'%' || byte == b' ' || part.allows(byte),
            _ => true,
        };
        if !is_allowed {
            return Err(invalid());
        }
        plain.push(byte);
        rest = &others[2..];
    }
    Ok(plain)
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    let number = digits.iter().try_fold(0, |number, digit| Some(number * 16 + value(*digit)?))?;
    u8::try_from(number).ok()
}
