//! JSON as Go's `encoding/json` writes it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::sink::{Fault, Sink};
use crate::function::Host;
use crate::print::format_float;
use crate::value::{Element, List, Map, Text, Value};

/// How a document is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// On one line, with `<`, `>` and `&` escaped, so that it can stand in HTML.
    Compact,
    /// The same, indented by two spaces.
    Pretty,
    /// On one line, nothing escaped that JSON itself does not require.
    Raw,
}

/// Writes a value.
pub(super) fn write(host: &mut dyn Host, value: &Value, style: Style) -> Result<Vec<u8>, Fault> {
    let mut writer = Writer { sink: Sink::new(host), style };
    writer.value(value, 0)?;
    writer.sink.finish()
}

/// A finite number. Exponents where JavaScript would write some.
pub(super) fn float(number: f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        // Go takes the zero out of `e-09`, but not out of `e+09`, which does not occur here.
        format_float(number, 'e', None).replace("e-0", "e-")
    } else {
        format_float(number, 'f', None)
    }
}

struct Writer<'a> {
    sink: Sink<'a>,
    style: Style,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Fault> {
        self.sink.enter(depth)?;
        match value {
            Value::Nil => self.sink.push("null"),
            Value::Bool(value) => self.sink.push(if *value { "true" } else { "false" }),
            Value::Int(number, _) => self.sink.push(&number.to_string()),
            Value::Float(number) if number.is_finite() => self.sink.push(&float(*number)),
            Value::Float(number) => {
                let text = format_float(*number, 'g', None);
                return Err(Fault::Value(format!("json: unsupported value: {text}")));
            }
            Value::Complex(..) => {
                return Err(Fault::Value("json: unsupported type: complex128".to_owned()));
            }
            Value::Str(text) => self.text(text),
            Value::List(list) if list.is_nil() => self.sink.push("null"),
            Value::List(list) => self.list(list, depth)?,
            Value::Map(map) => self.map(map, depth)?,
            Value::Object(object) => match object.json_fields() {
                Some(fields) => self.entries(&fields, depth)?,
                None => self.value(&object.plain(), depth + 1)?,
            },
        }
        Ok(())
    }

    fn list(&mut self, list: &List, depth: usize) -> Result<(), Fault> {
        if list.element() == Element::Byte {
            self.sink.push(&format!("\"{}\"", base64(list)));
            return Ok(());
        }
        self.sink.push("[");
        for (position, item) in list.items().iter().enumerate() {
            self.sink.push(if position > 0 { "," } else { "" });
            self.line(depth + 1);
            self.value(item, depth + 1)?;
        }
        if !list.is_empty() {
            self.line(depth);
        }
        self.sink.push("]");
        Ok(())
    }

    fn map(&mut self, map: &Map, depth: usize) -> Result<(), Fault> {
        self.entries(&map.entries(), depth)
    }

    fn entries(&mut self, entries: &[(Text, Value)], depth: usize) -> Result<(), Fault> {
        self.sink.push("{");
        for (position, (key, value)) in entries.iter().enumerate() {
            self.sink.push(if position > 0 { "," } else { "" });
            self.line(depth + 1);
            self.text(key);
            self.sink.push(if self.style == Style::Pretty { ": " } else { ":" });
            self.value(value, depth + 1)?;
        }
        if !entries.is_empty() {
            self.line(depth);
        }
        self.sink.push("}");
        Ok(())
    }

    /// Begins a line, if there are lines.
    fn line(&mut self, depth: usize) {
        if self.style == Style::Pretty {
            self.sink.push("\n");
            self.sink.fill(b' ', 2 * depth);
        }
    }

    fn text(&mut self, text: &Text) {
        self.sink.push("\"");
        for chunk in text.as_bytes().utf8_chunks() {
            let valid = chunk.valid();
            let mut written = 0;
            for (at, character) in valid.char_indices() {
                if let Some(escape) = self.escape(character) {
                    self.sink.push(&valid[written..at]);
                    self.sink.push(&escape);
                    written = at + character.len_utf8();
                }
            }
            self.sink.push(&valid[written..]);
            for _ in chunk.invalid() {
                self.sink.push("\\ufffd");
            }
        }
        self.sink.push("\"");
    }

    /// What stands for a character that cannot stand for itself.
    fn escape(&self, character: char) -> Option<String> {
        let escape = match character {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\u{8}' => "\\b",
            '\u{c}' => "\\f",
            '<' | '>' | '&' if self.style == Style::Raw => return None,
            '<' | '>' | '&' | '\0'..='\x1f' | '\u{2028}' | '\u{2029}' => {
                return Some(format!("\\u{:04x}", u32::from(character)));
            }
            _ => return None,
        };
        Some(escape.to_owned())
    }
}

/// A slice of bytes as text.
pub(super) fn base64(bytes: &List) -> String {
    STANDARD.encode(bytes.items().iter().map(byte).collect::<Vec<u8>>())
}

/// An element of a slice of bytes.
fn byte(value: &Value) -> u8 {
    match value {
        Value::Int(number, _) => u8::try_from(*number).unwrap_or(u8::MAX),
        _ => 0,
    }
}
