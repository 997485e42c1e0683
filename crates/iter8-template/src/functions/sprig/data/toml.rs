//! TOML as the Go library of BurntSushi writes it, which Helm uses.

use std::fmt::Write;

use super::sink::{Fault, Sink};
use crate::function::Host;
use crate::print::format_float;
use crate::value::{List, Map, Object, Text, Value};

/// Writes a map.
pub(super) fn write(host: &mut dyn Host, value: &Value) -> Result<Vec<u8>, Fault> {
    let mut writer = Writer { sink: Sink::new(host) };
    match value {
        Value::Map(map) => writer.table(map, &[], 0)?,
        Value::Object(object) => match plain(object.as_ref()) {
            Value::Map(map) => writer.table(&map, &[], 0)?,
            _ => return Err(not_a_table()),
        },
        Value::Nil => {
            let message = "reflect: call of reflect.Value.Type on zero Value";
            return Err(Fault::Failure(message.into()));
        }
        _ => return Err(not_a_table()),
    }
    writer.sink.finish()
}

fn not_a_table() -> Fault {
    Fault::Value("toml: top-level values must be Go maps or structs".to_owned())
}

/// What is written in the place of an object. Times are written as they print in JSON, but without
/// quotes, and durations as text.
fn plain(object: &dyn Object) -> Value {
    match object.type_name() {
        "time.Duration" => Value::Str(object.print()),
        _ => object.plain(),
    }
}

/// How a value is written below its key.
enum Shape {
    /// Behind the key.
    Line,
    /// As a table.
    Table(Map),
    /// As a table for each item.
    Tables(List),
    /// Not at all.
    Nothing,
}

fn shape(value: &Value) -> Result<Shape, Fault> {
    Ok(match value {
        Value::Nil => Shape::Nothing,
        Value::List(list) if list.is_nil() => Shape::Nothing,
        Value::Map(map) => Shape::Table(map.clone()),
        Value::Object(object) => match plain(object.as_ref()) {
            Value::Map(map) => Shape::Table(map),
            _ => Shape::Line,
        },
        Value::List(list) if is_tables(list)? => Shape::Tables(list.clone()),
        _ => Shape::Line,
    })
}

/// Whether a list has items and all are tables.
fn is_tables(list: &List) -> Result<bool, Fault> {
    let is_nil = |item: &Value| match item {
        Value::List(list) => list.is_nil(),
        other => matches!(other, Value::Nil),
    };
    if list.items().iter().any(is_nil) {
        return Err(Fault::Value("toml: cannot encode array with nil element".to_owned()));
    }
    let is_table = |item: &Value| match item {
        Value::Map(_) => true,
        Value::Object(object) => matches!(plain(object.as_ref()), Value::Map(_)),
        _ => false,
    };
    Ok(!list.is_empty() && list.items().iter().all(is_table))
}

struct Writer<'a> {
    sink: Sink<'a>,
}

impl Writer<'_> {
    /// The entries of a table: plain ones first, or they would belong to the tables before them.
    fn table(&mut self, map: &Map, path: &[Text], depth: usize) -> Result<(), Fault> {
        self.sink.enter(depth)?;
        let (plain, tables) = sorted(map)?;
        for (key, value, shape) in &plain {
            if matches!(shape, Shape::Nothing) {
                continue;
            }
            self.sink.fill(b' ', 2 * path.len());
            self.sink.push(&written_key(key));
            self.sink.push(" = ");
            self.inline(value, depth + 1)?;
            self.sink.push("\n");
        }
        for (key, _, shape) in &tables {
            let path: Vec<Text> = path.iter().chain([key]).cloned().collect();
            match shape {
                Shape::Tables(list) => {
                    for item in list.items() {
                        self.blank_line();
                        self.header(&path, "[[", "]]");
                        if let Shape::Table(map) = self::shape(item)? {
                            self.table(&map, &path, depth + 1)?;
                        }
                    }
                }
                Shape::Table(map) => {
                    if path.len() == 1 {
                        self.blank_line();
                    }
                    self.header(&path, "[", "]");
                    self.table(map, &path, depth + 1)?;
                }
                Shape::Line | Shape::Nothing => {}
            }
        }
        Ok(())
    }

    fn blank_line(&mut self) {
        if !self.sink.is_empty() {
            self.sink.push("\n");
        }
    }

    fn header(&mut self, path: &[Text], open: &str, close: &str) {
        self.sink.fill(b' ', 2 * (path.len() - 1));
        self.sink.push(open);
        let path: Vec<String> = path.iter().map(written_key).collect();
        self.sink.push(&path.join("."));
        self.sink.push(close);
        self.sink.push("\n");
    }

    /// A value behind its key or in a list.
    fn inline(&mut self, value: &Value, depth: usize) -> Result<(), Fault> {
        self.sink.enter(depth)?;
        match value {
            Value::Nil => {}
            Value::Bool(value) => self.sink.push(if *value { "true" } else { "false" }),
            Value::Int(number, _) => self.sink.push(&number.to_string()),
            Value::Float(number) => self.sink.push(&float(*number)),
            Value::Complex(..) => {
                return Err(Fault::Value("unsupported type: complex128".to_owned()));
            }
            Value::Str(text) => self.sink.push(&quoted(text)),
            Value::List(list) => self.inline_list(list, depth)?,
            Value::Map(map) => self.inline_table(map, depth)?,
            Value::Object(object) => match plain(object.as_ref()) {
                Value::Str(text) if object.type_name() == "time.Time" => {
                    self.sink.push(&text.as_str());
                }
                plain => self.inline(&plain, depth + 1)?,
            },
        }
        Ok(())
    }

    fn inline_list(&mut self, list: &List, depth: usize) -> Result<(), Fault> {
        is_tables(list)?;
        self.sink.push("[");
        for (position, item) in list.items().iter().enumerate() {
            self.sink.push(if position > 0 { ", " } else { "" });
            self.inline(item, depth + 1)?;
        }
        self.sink.push("]");
        Ok(())
    }

    fn inline_table(&mut self, map: &Map, depth: usize) -> Result<(), Fault> {
        let (plain, tables) = sorted(map)?;
        self.sink.push("{");
        let last = (plain.len() + tables.len()).saturating_sub(1);
        for (position, (key, value, shape)) in plain.iter().chain(&tables).enumerate() {
            if matches!(shape, Shape::Nothing) {
                continue;
            }
            self.sink.push(&written_key(key));
            self.sink.push(" = ");
            self.inline(value, depth + 1)?;
            self.sink.push(if position < last { ", " } else { "" });
        }
        self.sink.push("}");
        Ok(())
    }
}

type Entry = (Text, Value, Shape);

/// The entries that stand behind their keys, and those that are tables.
fn sorted(map: &Map) -> Result<(Vec<Entry>, Vec<Entry>), Fault> {
    let mut entries = Vec::new();
    for (key, value) in map.entries() {
        let shape = shape(&value)?;
        entries.push((key, value, shape));
    }
    Ok(entries.into_iter().partition(|(_, _, shape)| matches!(shape, Shape::Line | Shape::Nothing)))
}

fn written_key(key: &Text) -> String {
    let is_bare = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !key.is_empty() && key.as_bytes().iter().all(is_bare) {
        key.as_str().into_owned()
    } else {
        quoted(key)
    }
}

fn quoted(text: &Text) -> String {
    let mut out = String::from("\"");
    for character in text.as_str().chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..='\x1f' | '\x7f' => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

/// A float, with a point in any case.
fn float(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+inf" } else { "-inf" }.to_owned();
    }
    let text = format_float(number, 'f', None);
    if text.contains('.') { text } else { format!("{text}.0") }
}
