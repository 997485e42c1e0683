//! YAML as Helm's `toYaml` writes it, byte for byte: what go-yaml 2 makes of the value's JSON.

mod order;
mod scalar;

use scalar::Spot;

use super::json_out;
use super::sink::{Fault, Sink};
use super::yaml_scalar::{Meaning, resolve};
use crate::function::Host;
use crate::print::format_float;
use crate::value::{Element, List, Map, Text, Value};

/// Longest key that may stand before its colon on one line; longer ones begin with `? `.
const LONGEST_SIMPLE_KEY: usize = 128;

/// Writes a value, without a line break at the end.
pub(super) fn write(host: &mut dyn Host, value: &Value) -> Result<Vec<u8>, Fault> {
    let mut writer = Writer { sink: Sink::new(host) };
    writer.value(value, Place::Root, 0)?;
    let mut text = writer.sink.finish()?;
    // Helm takes one line break off, and only a block of text has one here.
    if text.ends_with(b"\n") {
        text.pop();
    }
    Ok(text)
}

/// Where a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It is the document.
    Root,
    /// Behind a mark at this indentation: the dash of a list, or the colon of a long key.
    Marked(usize),
    /// Behind a key at this indentation.
    Keyed(usize),
}

struct Writer<'a> {
    sink: Sink<'a>,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, place: Place, depth: usize) -> Result<(), Fault> {
        self.sink.enter(depth)?;
        match value {
            Value::Map(map) if !map.is_empty() => return self.map(map, place, depth),
            Value::List(list) if !list.is_empty() && list.element() != Element::Byte => {
                return self.list(list, place, depth);
            }
            Value::Object(object) => return self.value(&object.plain(), place, depth + 1),
            _ => {}
        }
        if place != Place::Root {
            self.sink.push(" ");
        }
        match value {
            Value::Nil => self.sink.push("null"),
            Value::List(list) if list.is_nil() => self.sink.push("null"),
            Value::Bool(value) => self.sink.push(if *value { "true" } else { "false" }),
            Value::Int(number, _) => self.sink.push(&number.to_string()),
            Value::Float(number) => {
                let text = float(*number)?;
                self.sink.push(&text);
            }
            Value::Complex(..) => return Err(Fault::Value("json: unsupported type".to_owned())),
            Value::Str(text) => self.text(&text.as_str(), place.deeper().max(2)),
            Value::List(list) if list.element() == Element::Byte => {
                let encoded = json_out::base64(list);
                self.text(&encoded, place.deeper().max(2));
            }
            Value::List(_) => self.sink.push("[]"),
            Value::Map(_) | Value::Object(_) => self.sink.push("{}"),
        }
        Ok(())
    }

    /// Begins an entry or item at an indentation. A block of text may have begun the line.
    fn line(&mut self, indent: usize) {
        if !self.sink.ends_with("\n") {
            self.sink.push("\n");
        }
        self.sink.fill(b' ', indent);
    }

    /// Begins an entry or item of what stands at a place. The first one stands behind a mark.
    fn begin(&mut self, place: Place, indent: usize, position: usize) {
        match place {
            Place::Root if position == 0 => {}
            Place::Marked(_) if position == 0 => self.sink.push(" "),
            _ => self.line(indent),
        }
    }

    fn map(&mut self, map: &Map, place: Place, depth: usize) -> Result<(), Fault> {
        let indent = place.deeper();
        let entries: Vec<(Text, Value)> = order::sorted(map.entries());
        for (position, (key, value)) in entries.iter().enumerate() {
            self.begin(place, indent, position);
            let value_place = self.key(&key.as_str(), indent);
            self.value(value, value_place, depth + 1)?;
        }
        Ok(())
    }

    /// Writes a key with its colon, and says where its value stands.
    fn key(&mut self, key: &str, indent: usize) -> Place {
        if key.len() <= LONGEST_SIMPLE_KEY && !key.contains(scalar::is_break) {
            let spot = Spot { column: self.sink.column(), indent: indent + 2, is_folded: false };
            self.sink.push(&scalar::write(key, spot));
            self.sink.push(":");
            return Place::Keyed(indent);
        }
        self.sink.push("? ");
        self.text(key, indent + 2);
        self.line(indent);
        self.sink.push(":");
        Place::Marked(indent)
    }

    fn text(&mut self, text: &str, indent: usize) {
        let spot = Spot { column: self.sink.column(), indent, is_folded: true };
        self.sink.push(&scalar::write(text, spot));
    }

    fn list(&mut self, list: &List, place: Place, depth: usize) -> Result<(), Fault> {
        // Lists below a key are not indented.
        let indent = if let Place::Keyed(indent) = place { indent } else { place.deeper() };
        for (position, item) in list.items().iter().enumerate() {
            self.begin(place, indent, position);
            self.sink.push("-");
            self.value(item, Place::Marked(indent), depth + 1)?;
        }
        Ok(())
    }
}

impl Place {
    /// The indentation of a map or a text here.
    fn deeper(self) -> usize {
        match self {
            Self::Root => 0,
            Self::Marked(indent) | Self::Keyed(indent) => indent + 2,
        }
    }
}

/// A number as it looks once it was JSON: whole numbers of up to 64 bits have no exponent, others
/// are written as Go prints them.
fn float(number: f64) -> Result<String, Fault> {
    if !number.is_finite() {
        let text = format_float(number, 'g', None);
        return Err(Fault::Value(format!("json: unsupported value: {text}")));
    }
    Ok(match resolve(&json_out::float(number)) {
        Meaning::Int(whole) => whole.to_string(),
        _ => format_float(number, 'g', None),
    })
}
