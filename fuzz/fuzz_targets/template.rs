//! Templates: parsed, and executed on arbitrary data within small limits.
//!
//! The first line of the input is the data, if it is JSON; the rest is a template. The templates
//! `show` and `again` are there for it to call.
//!
//! Nothing panics or runs without end; errors name a place in the text; what is rendered fits the
//! limits and is the same when it is rendered again.

#![no_main]

use std::sync::LazyLock;

use iter8_template::{
    Dialect, Environment, Limits, MissingKey, Place, RenderError, Templates, Value, Zone,
};
use libfuzzer_sys::fuzz_target;

/// Small enough for thousands of inputs a second, large enough for loops and nested calls.
const LIMITS: Limits = Limits { steps: 20_000, bytes: 1 << 20 };

/// What a template can call besides itself.
const LIB: &str = r#"{{ define "show" }}<{{ . }}>{{ end }}{{ define "again" }}{{ include "t" . }}{{ end }}"#;

/// Parsed once; every input adds its template to a copy.
static SETS: LazyLock<[Templates; 3]> = LazyLock::new(|| {
    [
        (Dialect::Sprig, MissingKey::Default),
        (Dialect::Sprig, MissingKey::Error),
        (Dialect::Sprig, MissingKey::Zero),
    ]
    .map(|(dialect, missing_key)| {
        let mut templates = Templates::new(dialect).missing_key(missing_key);
        templates.parse("lib", LIB).expect("the text is ours");
        templates
    })
});

fuzz_target!(|data: &[u8]| {
    let Ok(input) = str::from_utf8(data) else { return };
    let (data, text) = match input.split_once('\n') {
        Some((first, rest)) => match serde_json::from_str::<serde_json::Value>(first) {
            Ok(json) => (json, rest),
            Err(_) => (serde_json::Value::Null, input),
        },
        None => (serde_json::Value::Null, input),
    };
    // Parsing alone: the smaller dialect takes a part of the other.
    let plain = Templates::new(Dialect::Go).parse("t", text);
    let mut templates = SETS[text.len() % SETS.len()].clone();
    match templates.parse("t", text) {
        Ok(()) => {
            let first = render(&templates, &Value::from(&data), text);
            assert_eq!(render(&templates, &Value::from(&data), text), first, "{text:?}");
        }
        Err(error) => {
            check_place(&error.place, text);
            assert!(plain.is_err(), "{text:?}");
        }
    }
});

fn render(templates: &Templates, data: &Value, text: &str) -> Result<Vec<u8>, String> {
    let mut seed = 0_u8;
    let mut environment = Environment {
        now: "2024-02-29T12:34:56.789Z".parse().expect("it is a time"),
        zone: Zone::UTC,
        random: &mut |buffer: &mut [u8]| {
            for byte in buffer {
                seed = seed.wrapping_mul(5).wrapping_add(3);
                *byte = seed;
            }
        },
        interrupted: &|| false,
        limits: LIMITS,
    };
    match templates.render("t", data, &mut environment) {
        Ok(rendered) => {
            assert!(rendered.len() <= LIMITS.bytes, "{} bytes", rendered.len());
            Ok(rendered)
        }
        Err(error) => {
            check_error(&error, text);
            Err(error.to_string())
        }
    }
}

fn check_error(error: &RenderError, text: &str) {
    match error.place.name.as_str() {
        "t" => check_place(&error.place, text),
        "lib" => check_place(&error.place, LIB),
        // A text that `tpl` executes is known to nobody else.
        _ => {}
    }
}

fn check_place(place: &Place, text: &str) {
    let line = place.line.checked_sub(1).and_then(|index| text.split('\n').nth(index));
    let line = line.unwrap_or_else(|| panic!("line {} of {text:?}", place.line));
    assert!(place.column <= line.len() + 1, "column {} of {line:?}", place.column);
}
