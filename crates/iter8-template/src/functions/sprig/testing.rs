//! Evaluates expressions as templates have them, so that the cases of tests can be read, and run by
//! Go's Sprig for comparison.

use std::fmt::Write as _;

use crate::function::{Function, Param};
use crate::functions::Dialect;
use crate::print::{format_float, scientific};
use crate::value::{Element, IntKind, List, Map, MapKind, Value};
use crate::{Cause, Environment, Limits, Templates, Zone};

/// Functions of tests only.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("bytes", &[Param::Text], |call| {
        let bytes = call.text(0).as_bytes().iter();
        let bytes = bytes.map(|byte| Value::Int(i64::from(*byte), IntKind::Uint8));
        Ok(List::of(Element::Byte, bytes.collect::<Vec<_>>()).into())
    }),
    Function::new("show", &[Param::Any], |call| Ok(show(&call.args[0]).into())),
];

/// Evaluates each expression and compares what comes out, in the notation of [`show`]. Errors of
/// functions read `error: …`.
#[track_caller]
pub(super) fn check(cases: &[(&str, &str)]) {
    let wrong = cases.iter().filter_map(|(expression, expected)| {
        let result = evaluate(expression, Limits::default());
        (result != *expected).then(|| format!("{expression}\n  {result}\n  not {expected}"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Evaluates expressions that ask for too much, and expects an error on the limits, soon.
#[track_caller]
pub(super) fn check_bounded(expressions: &[&str]) {
    for expression in expressions {
        let result = evaluate(expression, Limits { steps: 100_000, bytes: 1 << 20 });
        assert!(
            result.starts_with("error! the template takes more than"),
            "{expression}: {result}"
        );
    }
}

/// What an expression evaluates to, or what a whole template prints.
pub(super) fn evaluate(expression: &str, limits: Limits) -> String {
    let mut templates = Templates::new(Dialect::Sprig);
    let text = if expression.starts_with("{{") {
        expression.to_owned()
    } else {
        format!("{{{{ show ({expression}) }}}}")
    };
    if let Err(error) = templates.parse("test", &text) {
        return error.to_string();
    }
    let mut next = 0_u8;
    let mut random = |buffer: &mut [u8]| {
        for byte in buffer {
            *byte = next;
            next = next.wrapping_add(1);
        }
    };
    let mut environment = Environment {
        now: jiff::Timestamp::UNIX_EPOCH,
        zone: Zone::UTC,
        random: &mut random,
        interrupted: &|| false,
        limits,
    };
    match templates.render("test", &Map::new().into(), &mut environment) {
        Ok(output) => String::from_utf8_lossy(&output).into_owned(),
        Err(error) => match error.cause {
            Cause::Function { message, .. } => format!("error: {message}"),
            other => format!("error! {other}"),
        },
    }
}

/// Shows a value with its type: `1` is an `int`, `1i64` an `int64`, `1.0` a `float64`, `[1]` a
/// `[]interface{}`, `[]string["a"]` what it says.
pub(super) fn show(value: &Value) -> String {
    match value {
        Value::Nil => "nil".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(number, IntKind::Int) => number.to_string(),
        Value::Int(number, IntKind::Int64) => format!("{number}i64"),
        Value::Int(number, IntKind::Int32) => format!("{number}i32"),
        Value::Int(number, IntKind::Uint8) => format!("{number}u8"),
        Value::Int(number, IntKind::Uint64) => format!("{number}u64"),
        Value::Float(number) => show_float(*number),
        Value::Complex(real, imaginary) => format!("({real}+{imaginary}i)"),
        Value::Str(text) => show_text(text.as_bytes()),
        Value::List(list) => show_list(list),
        Value::Map(map) => {
            let entries = map.entries().into_iter();
            let entries: Vec<String> = entries
                .map(|(key, value)| format!("{}: {}", show_text(key.as_bytes()), show(&value)))
                .collect();
            let kind = if map.kind() == MapKind::Any { "" } else { map.kind().type_name() };
            format!("{kind}{{{}}}", entries.join(", "))
        }
        Value::Object(object) => object.type_name().to_owned(),
    }
}

fn show_float(number: f64) -> String {
    if !number.is_finite() {
        return format!("{number:?}");
    }
    if number != 0.0 && !(1e-4..1e16).contains(&number.abs()) {
        return scientific(number);
    }
    let text = format_float(number, 'f', None);
    if text.contains('.') { text } else { format!("{text}.0") }
}

fn show_list(list: &List) -> String {
    let kind = list.type_name().replace("interface {}", "any");
    if list.is_nil() {
        return format!("{kind}(nil)");
    }
    let kind = if list.element() == Element::Any { "" } else { &kind };
    format!("{kind}[{}]", list.items().iter().map(show).collect::<Vec<_>>().join(", "))
}

fn show_text(text: &[u8]) -> String {
    let mut shown = String::new();
    for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' | '\\' => shown.extend(['\\', c]),
                '\n' => shown.push_str("\\n"),
                '\t' => shown.push_str("\\t"),
                _ if c.is_ascii_control() => write!(shown, "\\x{:02x}", u32::from(c)).unwrap(),
                _ => shown.push(c),
            }
        }
        for byte in chunk.invalid() {
            write!(shown, "\\x{byte:02x}").unwrap();
        }
    }
    format!("\"{shown}\"")
}
