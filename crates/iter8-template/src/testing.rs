//! What unit tests of functions call them with.

use serde_json::Value as Json;

use crate::environment::{Environment, Limits, Random, Zone};
use crate::error::RenderError;
use crate::function::{Call, Failure, Host};
use crate::functions::{Dialect, find};
use crate::templates::{MissingKey, Templates};
use crate::value::{Text, Value};

/// The data of most cases.
pub(crate) const DATA: &str = r#"{
    "a": "s", "n": null, "l": [1.0, "x", null], "f": 1e6, "m": {"z": 1, "b": {"c": "d"}}, "t": true,
    "e": [], "em": {}, "i": 3, "es": "", "ll": [[1, 2], [3]], "u": "hä€<>&'\""
}"#;

/// Renders the template `x` at a fixed moment in UTC.
pub(crate) fn render(
    templates: &Templates,
    data: &Value,
    limits: Limits,
) -> Result<Vec<u8>, RenderError> {
    let mut environment = Environment {
        now: TestHost::default().now(),
        zone: Zone::UTC,
        random: &mut Counting(0),
        interrupted: &|| false,
        limits,
    };
    templates.render("x", data, &mut environment)
}

/// What a text prints as the template `x`, or its error after `! `. Errors of parsing are without
/// the column, which Go's do not have.
pub(crate) fn outcome(templates: &Templates, text: &str, data: &Value) -> String {
    let mut templates = templates.clone();
    if let Err(error) = templates.parse("x", text) {
        return format!("! {}:{}: {}", error.place.name, error.place.line, error.message);
    }
    match render(&templates, data, Limits::default()) {
        Ok(bytes) => String::from_utf8(bytes).expect("these cases print UTF-8"),
        Err(error) => error.to_string().replacen("template:", "!", 1),
    }
}

/// Renders cases on [`DATA`] and compares what they print.
pub(crate) fn check(cases: &[(&str, &str)], missing_key: MissingKey) {
    let templates = Templates::new(Dialect::Go).missing_key(missing_key);
    let data = json(DATA);
    for (text, expected) in cases {
        assert_eq!(outcome(&templates, text, &data), *expected, "{text}");
    }
}

/// A host at a fixed moment in UTC, whose random bytes count up from 0.
pub(crate) struct TestHost {
    /// What is local.
    pub(crate) zone: Zone,
    /// The source of random bytes.
    pub(crate) random: Counting,
    /// Bytes that functions may still charge.
    pub(crate) bytes_left: usize,
    /// Steps that functions may still take.
    pub(crate) steps_left: u64,
}

/// Bytes that count up.
pub(crate) struct Counting(u8);

impl Random for Counting {
    fn fill(&mut self, buffer: &mut [u8]) {
        for byte in buffer {
            *byte = self.0;
            self.0 = self.0.wrapping_add(1);
        }
    }
}

impl Default for TestHost {
    fn default() -> Self {
        Self { zone: Zone::UTC, random: Counting(0), bytes_left: 32 << 20, steps_left: 10_000_000 }
    }
}

impl Host for TestHost {
    fn now(&self) -> jiff::Timestamp {
        "2023-05-15T12:00:00.5Z".parse().unwrap()
    }

    fn zone(&self) -> &Zone {
        &self.zone
    }

    fn random(&mut self) -> &mut dyn Random {
        &mut self.random
    }

    fn charge(&mut self, bytes: usize) -> Result<(), Failure> {
        self.bytes_left = self.bytes_left.checked_sub(bytes).ok_or("out of memory")?;
        Ok(())
    }

    fn release(&mut self, bytes: usize) {
        self.bytes_left += bytes;
    }

    fn room(&self) -> usize {
        self.bytes_left
    }

    fn work(&mut self, steps: u64) -> Result<(), Failure> {
        self.steps_left = self.steps_left.checked_sub(steps).ok_or("out of steps")?;
        Ok(())
    }

    fn include(&mut self, name: &str, _: &Value) -> Result<Text, Failure> {
        Ok(name.into())
    }

    fn evaluate(&mut self, text: &str, _: &Value) -> Result<Text, Failure> {
        Ok(text.into())
    }
}

/// Calls a function by its name. The arguments must have the declared types: unlike templates,
/// this does not check them.
pub(crate) fn call(name: &str, args: &[Value]) -> Result<Value, String> {
    call_in(&mut TestHost::default(), name, args)
}

/// The same with a host of one's own.
pub(crate) fn call_in(host: &mut TestHost, name: &str, args: &[Value]) -> Result<Value, String> {
    let function = find(Dialect::Sprig, name).unwrap_or_else(|| panic!("no function {name}"));
    (function.body)(&mut Call { args, boxed: 0, host }).map_err(|failure| match failure {
        Failure::Message(message) => message,
        Failure::Render(error) => error.to_string(),
    })
}

/// A template's value from JSON text.
pub(crate) fn json(text: &str) -> Value {
    Value::from(&serde_json::from_str::<Json>(text).unwrap())
}
