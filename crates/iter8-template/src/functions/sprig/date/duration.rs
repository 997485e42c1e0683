//! Go's `time.Duration`: nanoseconds in 64 bits.

use std::any::Any;
use std::rc::Rc;

use super::names::{arity, mistyped, no_arguments};
use super::parse::quoted;
use crate::value::{Object, Text, Value};

/// Nanoseconds of a second.
pub(super) const SECOND: i64 = 1_000_000_000;

const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Duration(pub(super) i64);

impl Duration {
    /// Reads a text such as `-1h30m` or `1.5s`, with Go's errors.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let invalid = || format!("time: invalid duration {}", quoted(text));
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        if unsigned == "0" {
            return Ok(Self(0));
        }
        let mut rest = unsigned;
        // One more than the largest number, which is the smallest one without its sign.
        let limit = 1_u64 << 63;
        let mut sum = 0_u64;
        while !rest.is_empty() || unsigned.is_empty() {
            let whole = digits(rest);
            rest = &rest[whole.len()..];
            let fraction = rest.strip_prefix('.').map_or("", digits);
            rest = rest.strip_prefix('.').map_or(rest, |after| &after[fraction.len()..]);
            if whole.is_empty() && fraction.is_empty() {
                return Err(invalid());
            }
            let end = rest.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(rest.len());
            let (unit_name, after) = rest.split_at(end);
            rest = after;
            if unit_name.is_empty() {
                return Err(format!("time: missing unit in duration {}", quoted(text)));
            }
            let Some(unit) = unit(unit_name) else {
                let (unit, text) = (quoted(unit_name), quoted(text));
                return Err(format!("time: unknown unit {unit} in duration {text}"));
            };
            let whole: u64 =
                if whole.is_empty() { 0 } else { whole.parse().map_err(|_| invalid())? };
            let part = whole.checked_mul(unit).filter(|part| *part <= limit).ok_or_else(invalid)?;
            let part = part + fraction_of(fraction, unit);
            sum = sum.checked_add(part).filter(|sum| *sum <= limit).ok_or_else(invalid)?;
        }
        if text.starts_with('-') {
            return Ok(Self(0_i64.wrapping_sub_unsigned(sum)));
        }
        i64::try_from(sum).map(Self).map_err(|_| invalid())
    }

    /// The nearest multiple, halves away from zero.
    pub(super) fn round(self, step: i64) -> Self {
        if step <= 0 {
            return self;
        }
        let (number, step) = (i128::from(self.0), i128::from(step));
        let half = if number < 0 { -step } else { step };
        let rounded = (2 * number + half) / (2 * step) * step;
        let largest = if number < 0 { i64::MIN } else { i64::MAX };
        Self(i64::try_from(rounded).unwrap_or(largest))
    }

    fn truncate(self, step: i64) -> Self {
        if step <= 0 { self } else { Self(self.0 - self.0 % step) }
    }

    fn in_units(self, unit: i64) -> f64 {
        (self.0 / unit) as f64 + (self.0 % unit) as f64 / unit as f64
    }

    /// As a value of a template.
    pub(super) fn value(self) -> Value {
        Value::Object(Rc::new(self))
    }

    /// An argument of a method. Literals become durations in Go; here all whole numbers do.
    pub(super) fn from_argument(value: &Value) -> Result<Self, String> {
        let found = match value {
            Value::Int(number, _) => Some(Self(*number)),
            Value::Object(object) => object.as_any().downcast_ref().copied(),
            _ => None,
        };
        found.ok_or_else(|| mistyped("time.Duration", value))
    }
}

/// The digits at the beginning of a text.
fn digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

fn unit(name: &str) -> Option<u64> {
    Some(match name {
        "ns" => 1,
        // Micro sign and the Greek letter.
        "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
        "ms" => 1_000_000,
        "s" => SECOND.unsigned_abs(),
        "m" => MINUTE.unsigned_abs(),
        "h" => HOUR.unsigned_abs(),
        _ => return None,
    })
}

/// The nanoseconds of digits behind the point, rounded down as Go's floats do it.
fn fraction_of(digits: &str, unit: u64) -> u64 {
    let mut number = 0_u64;
    let mut scale = 1.0;
    for digit in digits.bytes() {
        // What no longer fits is below a nanosecond by far.
        let Some(more) = number.checked_mul(10).filter(|more| *more < 1 << 63) else { break };
        number = more + u64::from(digit - b'0');
        scale *= 10.0;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative and below an hour of nanoseconds"
    )]
    {
        (number as f64 * (unit as f64 / scale)) as u64
    }
}

impl std::fmt::Display for Duration {
    /// As in Go: `1h2m3.5s`, and below a second `1.5ms`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let size = self.0.unsigned_abs();
        let second = SECOND.unsigned_abs();
        if size < second {
            let (unit, name) = match size {
                0 => return f.write_str("0s"),
                1..1_000 => (1, "ns"),
                1_000..1_000_000 => (1_000, "\u{b5}s"),
                _ => (1_000_000, "ms"),
            };
            return write!(f, "{}{name}", with_fraction(size, unit));
        }
        let (hours, minutes) = (size / second / 3600, size / second / 60 % 60);
        if hours > 0 {
            write!(f, "{hours}h")?;
        }
        if hours > 0 || minutes > 0 {
            write!(f, "{minutes}m")?;
        }
        write!(f, "{}s", with_fraction(size % MINUTE.unsigned_abs(), second))
    }
}

/// A number of units, with as many digits behind the point as it needs.
fn with_fraction(nanoseconds: u64, unit: u64) -> String {
    let (whole, rest) = (nanoseconds / unit, nanoseconds % unit);
    if rest == 0 {
        return whole.to_string();
    }
    let digits = unit.ilog10() as usize;
    let rest = format!("{rest:0digits$}");
    format!("{whole}.{}", rest.trim_end_matches('0'))
}

impl Object for Duration {
    fn type_name(&self) -> &'static str {
        "time.Duration"
    }

    fn kind_name(&self) -> &'static str {
        "int64"
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        let result = match name {
            "String" => Value::text(self.to_string()),
            "Hours" => Value::Float(self.in_units(HOUR)),
            "Minutes" => Value::Float(self.in_units(MINUTE)),
            "Seconds" => Value::Float(self.in_units(SECOND)),
            "Milliseconds" => Value::int64(self.0 / 1_000_000),
            "Microseconds" => Value::int64(self.0 / 1_000),
            "Nanoseconds" => Value::int64(self.0),
            "Abs" => Self(self.0.saturating_abs()).value(),
            "Round" | "Truncate" => {
                let change = if name == "Round" { Self::round } else { Self::truncate };
                let step = arity(name, arguments, 1);
                let step = step.and_then(|()| Self::from_argument(&arguments[0]));
                return Some(step.map(|step| change(*self, step.0).value()));
            }
            _ => return None,
        };
        Some(no_arguments(name, arguments, result))
    }

    fn is_true(&self) -> bool {
        self.0 != 0
    }

    fn number(&self) -> Option<i64> {
        Some(self.0)
    }

    fn print(&self) -> Text {
        Text::from(self.to_string())
    }

    fn plain(&self) -> Value {
        Value::int64(self.0)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
