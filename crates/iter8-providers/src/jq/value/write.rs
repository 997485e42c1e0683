//! Values as JSON text.

use std::fmt::{self, Write as _};

use super::{JqError, Json, metered};
use crate::jq::meter::{self, Charge, Exhausted, LARGEST_TEXT, Limit};

/// Longest text of a value in an error.
const SHOWN: usize = 80;

/// A value as JSON, compact, with sorted keys.
pub(in crate::jq) fn to_json(value: &Json) -> Result<Json, JqError> {
    let mut out = Out { text: String::new(), most: LARGEST_TEXT, charge: Charge::new(0) };
    let written = metered(write(value, &mut out));
    written.map(|()| Json::text(out.text))
}

/// A number as JSON has it: digits only if it is whole and not too long.
pub(in crate::jq) fn number_text(number: f64) -> String {
    // JSON has no others; these are what other implementations write.
    if number.is_nan() {
        return "null".to_owned();
    }
    let number = number.clamp(f64::MIN, f64::MAX);
    if number == 0.0 || (1e-5..1e17).contains(&number.abs()) {
        return if number == 0.0 { "0".to_owned() } else { number.to_string() };
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}

/// A value as errors show it: its beginning.
impl fmt::Display for Json {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Text(text) = self {
            return formatter.write_str(beginning(text.as_str(), SHOWN));
        }
        let mut out = Out { text: String::new(), most: SHOWN, charge: Charge::new(0) };
        // What does not fit is left out.
        let is_whole = write_to(self, &mut out).is_ok();
        formatter.write_str(beginning(&out.text, SHOWN))?;
        if is_whole { Ok(()) } else { formatter.write_str("…") }
    }
}

fn beginning(text: &str, most: usize) -> &str {
    if text.len() <= most { text } else { &text[..text.floor_char_boundary(most)] }
}

/// Text that grows within a limit.
struct Out {
    text: String,
    most: usize,
    charge: Charge,
}

impl Out {
    fn push(&mut self, piece: &str) -> fmt::Result {
        self.text.push_str(piece);
        self.charge.change(self.text.capacity());
        if self.text.len() > self.most { Err(fmt::Error) } else { Ok(()) }
    }
}

fn write(value: &Json, out: &mut Out) -> Result<(), Exhausted> {
    write_to(value, out).map_err(|fmt::Error| meter::exhaust(Limit::Text))
}

/// Fails when the limit of the text is reached, or one of the meter.
fn write_to(value: &Json, out: &mut Out) -> fmt::Result {
    meter::step().map_err(|Exhausted| fmt::Error)?;
    match value {
        Json::Null => out.push("null"),
        Json::Bool(value) => out.push(if *value { "true" } else { "false" }),
        Json::Number(number) => out.push(&number_text(*number)),
        Json::Text(text) => quote(text.as_str(), out),
        Json::List(list) => {
            out.push("[")?;
            for (at, item) in list.items().iter().enumerate() {
                if at > 0 {
                    out.push(",")?;
                }
                write_to(item, out)?;
            }
            out.push("]")
        }
        Json::Map(map) => {
            out.push("{")?;
            for (at, (key, value)) in map.entries().iter().enumerate() {
                if at > 0 {
                    out.push(",")?;
                }
                quote(key.as_str(), out)?;
                out.push(":")?;
                write_to(value, out)?;
            }
            out.push("}")
        }
    }
}

fn quote(text: &str, out: &mut Out) -> fmt::Result {
    meter::pass(text.len()).map_err(|Exhausted| fmt::Error)?;
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            control if control < ' ' || control == '\u{7f}' => {
                write!(quoted, "\\u{:04x}", u32::from(control))?;
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    out.push(&quoted)
}
