//! `html`, `js` and `urlquery`.

use super::text::printed;
use crate::function::{Call, Failure};
use crate::print::{self, is_printable};
use crate::value::Value;

pub(super) fn html(call: &mut Call<'_>) -> Result<Value, Failure> {
    escaped(call, |text| {
        let mut out = Vec::with_capacity(text.len());
        for byte in text {
            match byte {
                0 => out.extend("\u{fffd}".bytes()),
                b'"' => out.extend(b"&#34;"),
                b'\'' => out.extend(b"&#39;"),
                b'&' => out.extend(b"&amp;"),
                b'<' => out.extend(b"&lt;"),
                b'>' => out.extend(b"&gt;"),
                _ => out.push(*byte),
            }
        }
        out
    })
}

pub(super) fn js(call: &mut Call<'_>) -> Result<Value, Failure> {
    escaped(call, |text| {
        let mut out = Vec::with_capacity(text.len());
        for chunk in text.utf8_chunks() {
            for c in chunk.valid().chars() {
                push_for_js(&mut out, c);
            }
            // Bytes that are no characters stay.
            out.extend_from_slice(chunk.invalid());
        }
        out
    })
}

fn push_for_js(out: &mut Vec<u8>, c: char) {
    let is_plain = is_printable(c) || c == '\u{7f}';
    match c {
        '\\' | '\'' | '"' => out.extend([b'\\', c as u8]),
        _ if is_plain && !matches!(c, '<' | '>' | '&' | '=') => {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        _ => out.extend(format!("\\u{:04X}", u32::from(c)).bytes()),
    }
}

pub(super) fn urlquery(call: &mut Call<'_>) -> Result<Value, Failure> {
    escaped(call, |text| {
        let mut out = Vec::with_capacity(text.len());
        for byte in text {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                    out.push(*byte);
                }
                b' ' => out.push(b'+'),
                _ => out.extend(format!("%{byte:02X}").bytes()),
            }
        }
        out
    })
}

/// The arguments as one text, escaped.
fn escaped(call: &mut Call<'_>, escape: fn(&[u8]) -> Vec<u8>) -> Result<Value, Failure> {
    let value = printed(call, |out, call, room| match call.args {
        [Value::Str(text)] => {
            out.extend_from_slice(text.as_bytes());
            Ok(())
        }
        values => {
            // A missing value is shown as an action would show it.
            let shown = |value: &Value| match value {
                Value::Nil => Value::from("<no value>"),
                other => other.clone(),
            };
            let values: Vec<Value> = values.iter().map(shown).collect();
            print::sprint(out, &values, room)
        }
    })?;
    let Value::Str(text) = value else { return Ok(value) };
    // No escape is longer than six times its character.
    call.host.charge(text.len() * 6)?;
    Ok(Value::text(escape(text.as_bytes())))
}
