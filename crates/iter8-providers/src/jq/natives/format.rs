//! Texts in the forms of other languages: `@csv`, `@tsv`, `@html`, `@uri`, `@sh`, `@base64`.

use std::fmt::Write as _;

use jaq_core::{ValR, ValT};

use super::{Table, simple};
use crate::jq::meter;
use crate::jq::value::{JqError, Json, fail, metered, number_text, with_kind};

/// The functions.
pub(super) fn table() -> Table {
    vec![
        simple!("@csv", |value: &Json| row(value, ",", csv)),
        simple!("@tsv", |value: &Json| row(value, "\t", tsv)),
        simple!("@html", |value: &Json| of_text(value, html)),
        simple!("@uri", |value: &Json| of_text(value, uri)),
        simple!("@sh", shell),
        simple!("@base64", |value: &Json| of_text(value, |text| base64(text.as_bytes()))),
        simple!("@base64d", |value: &Json| from_base64(value)),
    ]
}

/// Something made of a value as text.
fn of_text(value: &Json, make: fn(&str) -> String) -> ValR<Json> {
    let text = value.clone().into_string();
    let text = text.as_text()?;
    metered::<_, JqError>(meter::pass(text.len()))?;
    Ok(Json::text(make(text)))
}

/// The elements of a list in a row.
fn row(value: &Json, separator: &str, quote: fn(&str) -> String) -> ValR<Json> {
    let mut line = String::new();
    for (at, item) in value.as_items()?.iter().enumerate() {
        if at > 0 {
            line.push_str(separator);
        }
        match item {
            Json::Null => {}
            Json::Bool(value) => line.push_str(if *value { "true" } else { "false" }),
            Json::Number(number) => line.push_str(&number_text(*number)),
            Json::Text(text) => line.push_str(&quote(text.as_str())),
            Json::List(_) | Json::Map(_) => {
                return fail(format!("{} cannot stand in a row", with_kind(item)));
            }
        }
        grown(&line)?;
    }
    Ok(Json::text(line))
}

/// A step, and a look at what has been made so far.
fn grown(text: &str) -> Result<(), JqError> {
    if text.len() > meter::LARGEST_TEXT {
        return metered(Err(meter::exhaust(meter::Limit::Text)));
    }
    metered(meter::step())
}

fn csv(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn tsv(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\t', "\\t");
    text.replace('\n', "\\n").replace('\r', "\\r")
}

fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\'' => out.push_str("&apos;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

fn uri(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else if byte == b' ' {
            // As in a query, since that is where it goes, and as Iter8 0.13 has it.
            out.push('+');
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Words of a command.
fn shell(value: &Json) -> ValR<Json> {
    let mut line = String::new();
    let items = match value {
        Json::List(list) => list.items(),
        other => std::slice::from_ref(other),
    };
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            line.push(' ');
        }
        match item {
            Json::Text(text) => {
                // Writing to a string cannot fail.
                let _ = write!(line, "'{}'", text.as_str().replace('\'', "'\\''"));
            }
            Json::List(_) | Json::Map(_) => {
                return fail(format!("{} is no word of a command", with_kind(item)));
            }
            other => line.push_str(other.clone().into_string().as_text()?),
        }
        grown(&line)?;
    }
    Ok(Json::text(line))
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let whole = chunk.iter().fold(0_u32, |whole, byte| whole << 8 | u32::from(*byte));
        let whole = whole << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = (whole >> (18 - 6 * place)) as usize % 64;
            out.push(if place > chunk.len() { '=' } else { char::from(DIGITS[digit]) });
        }
    }
    out
}

fn from_base64(value: &Json) -> ValR<Json> {
    let text = value.clone().into_string();
    let text = text.as_text()?;
    metered::<_, JqError>(meter::pass(text.len()))?;
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut whole, mut bits) = (0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let Some(digit) = DIGITS.iter().position(|digit| *digit == byte) else {
            return fail(format!("{value} is not base64"));
        };
        // There are 64 digits.
        whole = (whole << 6 | u32::try_from(digit).unwrap_or_default()) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((whole >> bits & 0xff) as u8);
        }
    }
    Ok(Json::text(String::from_utf8_lossy(&bytes)))
}
