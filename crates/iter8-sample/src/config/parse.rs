//! Durations and sizes as people write them.

use std::time::Duration;

use super::InvalidValue;

/// The longest duration accepted, as every wait has a limit: nobody waits a day for an answer.
const LONGEST: Duration = Duration::from_hours(24);

/// Nanoseconds of each unit; a unit that begins another one comes after it.
const UNITS: [(&str, f64); 7] =
    [("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9)];

/// Bytes of each unit of size.
const SIZES: [(&str, u64); 8] = [
    ("", 1),
    ("b", 1),
    ("kb", 1_000),
    ("kib", 1 << 10),
    ("mb", 1_000_000),
    ("mib", 1 << 20),
    ("gb", 1_000_000_000),
    ("gib", 1 << 30),
];

/// Reads a duration: numbers with units from `ns` to `h`, such as `250us`, `1.5ms` or `1m30s`.
///
/// A bare `0` needs no unit. Durations above 24 hours are refused, fractions of a nanosecond
/// rounded.
pub fn parse_duration(text: &str) -> Result<Duration, InvalidValue> {
    let invalid = |why| InvalidValue::new("duration", text, why);
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    if text.is_empty() {
        return Err(invalid("empty"));
    }
    let mut rest = text;
    let mut nanos = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, tail) = rest.split_at(digits);
        let number: f64 = number.parse().map_err(|_| invalid("a number is missing"))?;
        let (unit, scale) = UNITS
            .iter()
            .find(|(unit, _)| tail.starts_with(unit))
            .ok_or_else(|| invalid("a unit is missing: ns, us, ms, s, m or h"))?;
        nanos += number * scale;
        rest = &tail[unit.len()..];
    }
    let span = Duration::try_from_secs_f64((nanos.round()) / 1e9)
        .map_err(|_| invalid("above 24 hours"))?;
    if span > LONGEST { Err(invalid("above 24 hours")) } else { Ok(span) }
}

/// Reads a size in bytes: a whole number, alone or with `B`, `kB`, `KiB`, `MB`, `MiB`, `GB` or
/// `GiB` in any case.
pub fn parse_size(text: &str) -> Result<u64, InvalidValue> {
    let invalid = |why| InvalidValue::new("size", text, why);
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    if number.is_empty() {
        return Err(invalid("not a whole number of bytes"));
    }
    let number: u64 = number.parse().map_err(|_| invalid("too large"))?;
    let unit = unit.trim_start().to_ascii_lowercase();
    let (_, scale) = SIZES
        .iter()
        .find(|(name, _)| *name == unit)
        .ok_or_else(|| invalid("unknown unit; use B, kB, KiB, MB, MiB, GB or GiB"))?;
    number.checked_mul(*scale).ok_or_else(|| invalid("too large"))
}
