//! JSON values as YAML that readers of YAML 1.1 and 1.2 understand alike.
//!
//! Keys are written in byte order, except below `endpoints`, whose order says in which order they
//! are tested. Lists of plain numbers and booleans stay on one line, so that a thousand loops
//! remain readable. Text that any reader might take for something else is quoted.

use std::fmt::Write;

use serde_json::{Map, Number, Value};

/// Plain words that YAML 1.1 or 1.2 reads as something other than text, in lower case.
const RESERVED: [&str; 11] =
    ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "inf", "nan"];

/// Writes a value as a YAML document that ends with a line break.
pub(super) fn emit(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(map) if !map.is_empty() => mapping(&mut out, map, 0, Order::Sorted),
        Value::Array(items) if !items.is_empty() && !is_flat(value) => list(&mut out, items, 0),
        _ => {
            inline(&mut out, value);
            out.push('\n');
        }
    }
    out
}

/// In which order the keys of a map are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Sorted,
    Declared,
}

fn mapping(out: &mut String, map: &Map<String, Value>, indent: usize, order: Order) {
    let mut entries: Vec<_> = map.iter().collect();
    if order == Order::Sorted {
        entries.sort_by(|(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes()));
    }
    for (position, (key, value)) in entries.into_iter().enumerate() {
        // The first key of a list item stands behind its dash.
        if position > 0 || out.is_empty() || out.ends_with('\n') {
            out.push_str(&" ".repeat(indent));
        }
        text(out, key);
        out.push(':');
        match value {
            Value::Object(inner) if !inner.is_empty() => {
                out.push('\n');
                let order = if key == "endpoints" { Order::Declared } else { Order::Sorted };
                mapping(out, inner, indent + 2, order);
            }
            Value::Array(items) if !items.is_empty() && !is_flat(value) => {
                out.push('\n');
                list(out, items, indent);
            }
            _ => {
                out.push(' ');
                inline(out, value);
                out.push('\n');
            }
        }
    }
}

fn list(out: &mut String, items: &[Value], indent: usize) {
    for item in items {
        out.push_str(&" ".repeat(indent));
        out.push_str("- ");
        match item {
            Value::Object(map) if !map.is_empty() => mapping(out, map, indent + 2, Order::Sorted),
            Value::Array(inner) if !inner.is_empty() && !is_flat(item) => {
                out.truncate(out.len() - 1);
                out.push('\n');
                list(out, inner, indent + 2);
            }
            _ => {
                inline(out, item);
                out.push('\n');
            }
        }
    }
}

/// Whether a value holds nothing but lists of numbers, booleans and nulls.
fn is_flat(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(is_flat),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
        Value::String(_) | Value::Object(_) => false,
    }
}

/// A scalar, an empty collection or a flat list.
fn inline(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(boolean) => out.push_str(if *boolean { "true" } else { "false" }),
        Value::Number(value) => number(out, value),
        Value::String(value) => text(out, value),
        Value::Array(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                out.push_str(if position > 0 { ", " } else { "" });
                inline(out, item);
            }
            out.push(']');
        }
        Value::Object(_) => out.push_str("{}"),
    }
}

/// Whole floats lose their `.0`, as in JSON written by Go; both mean the same number.
fn number(out: &mut String, number: &Number) {
    match number.as_f64() {
        Some(float) if number.is_f64() => {
            let plain = float == 0.0 || (1e-6..1e15).contains(&float.abs());
            let _ = if plain { write!(out, "{float}") } else { write!(out, "{float:e}") };
        }
        _ => out.push_str(&number.to_string()),
    }
}

fn text(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
        return;
    }
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            _ if needs_escape(character) => {
                // Every such character lies in the basic plane, so four digits are enough.
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

fn needs_escape(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether a text may stand without quotes: it begins with a letter, `_` or `/`, has no character
/// that YAML gives a meaning, and is no reserved word.
fn is_plain(text: &str) -> bool {
    let begins_well = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '/');
    let is_harmless = |c: char| c.is_ascii_alphanumeric() || "_-./ ()%+=@$".contains(c);
    let lower = text.to_ascii_lowercase();
    begins_well
        && !text.ends_with(' ')
        && !RESERVED.contains(&lower.as_str())
        && text.char_indices().all(|(at, c)| {
            let next = text[at + c.len_utf8()..].chars().next();
            is_harmless(c) || (c == ':' && next.is_some_and(|next| next != ' '))
        })
}
