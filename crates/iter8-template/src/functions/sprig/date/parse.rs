//! Text as times, with the errors of Go's `time.Parse`.

use std::fmt::Write;

use super::calendar::{Civil, days_in, from_day_of_year, is_leap};
use super::layout::{Element, OffsetStyle, Pad, next};
use super::names::{DAYS, MONTHS};
use super::place::Place;
use super::time::Time;
use crate::environment::Zone;

/// Reads a time by a layout, local unless the text says otherwise (`time.ParseInLocation`).
pub(super) fn parse(layout: &[u8], text: &[u8], local: &Zone) -> Result<Time, String> {
    let mut reader = Reader { layout, text, value: text, fields: Fields::default() };
    let mut rest = layout;
    while let Some(found) = next(rest) {
        reader.skip(found.before)?;
        rest = found.after;
        let before = reader.value;
        match reader.element(found.element, rest) {
            Ok(()) => {}
            Err(Fault::Bad) => return Err(reader.cannot_parse(before, found.written)),
            Err(Fault::Range(what)) => return Err(reader.range(what)),
        }
    }
    reader.skip(rest)?;
    if !reader.value.is_empty() {
        let extra = quoted_bytes(reader.value);
        return Err(reader.error(&format!(": extra text: {extra}")));
    }
    reader.time(local)
}

/// Why an element could not be read.
enum Fault {
    /// It is not there.
    Bad,
    /// It is too large, and this is what it is.
    Range(&'static str),
}

/// What was read so far.
#[derive(Default)]
struct Fields {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanosecond: u32,
    /// Whether it is said to be after noon.
    is_afternoon: Option<bool>,
    is_utc: bool,
    offset: Option<i64>,
    abbreviation: String,
}

struct Reader<'a> {
    layout: &'a [u8],
    text: &'a [u8],
    /// What is still to be read.
    value: &'a [u8],
    fields: Fields,
}

impl<'a> Reader<'a> {
    fn error(&self, message: &str) -> String {
        format!("parsing time {}{message}", quoted_bytes(self.text))
    }

    fn cannot_parse(&self, value: &[u8], element: &[u8]) -> String {
        let [layout, value, element] = [self.layout, value, element].map(quoted_bytes);
        self.error(&format!(" as {layout}: cannot parse {value} as {element}"))
    }

    fn range(&self, what: &str) -> String {
        self.error(&format!(": {what} out of range"))
    }

    /// Goes past what stands between elements. Spaces stand for any number of spaces.
    fn skip(&mut self, literal: &[u8]) -> Result<(), String> {
        let mut rest = literal;
        while let Some((first, after)) = rest.split_first() {
            if *first == b' ' {
                if !self.value.is_empty() && self.value[0] != b' ' {
                    return Err(self.cannot_parse(self.value, literal));
                }
                rest = without_spaces(rest);
                self.value = without_spaces(self.value);
            } else if self.value.first() == Some(first) {
                rest = after;
                self.value = &self.value[1..];
            } else {
                return Err(self.cannot_parse(self.value, literal));
            }
        }
        Ok(())
    }

    fn element(&mut self, element: Element, rest: &[u8]) -> Result<(), Fault> {
        match element {
            Element::ShortYear => {
                let year = signed(self.take(2)?)?;
                self.fields.year = if year >= 69 { year + 1900 } else { year + 2000 };
            }
            Element::Year => {
                let has_digit = self.value.first().is_some_and(u8::is_ascii_digit);
                let digits = if has_digit { self.take(4)? } else { return Err(Fault::Bad) };
                self.fields.year = signed(digits)?;
            }
            Element::ShortMonth => self.fields.month = Some(self.name(&MONTHS, true)? + 1),
            Element::Month => self.fields.month = Some(self.name(&MONTHS, false)? + 1),
            Element::MonthNumber(pad) => {
                let month = self.number(pad)?;
                self.fields.month = Some(in_range(month, 1, 12, "month")?);
            }
            Element::ShortWeekday => drop(self.name(&DAYS, true)?),
            Element::Weekday => drop(self.name(&DAYS, false)?),
            Element::Day(pad) => {
                self.skip_spaces(usize::from(pad == Pad::Space));
                self.fields.day = Some(self.number(pad)?);
            }
            Element::DayOfYear(pad) => {
                self.skip_spaces(if pad == Pad::Space { 2 } else { 0 });
                self.fields.day_of_year = Some(self.three_digits(pad)?);
            }
            Element::Hour => {
                let hour = self.number(Pad::None)?;
                self.fields.hour = in_range(hour, 0, 23, "hour")?;
            }
            Element::Hour12(pad) => {
                let hour = self.number(pad)?;
                self.fields.hour = in_range(hour, 0, 12, "hour")?;
            }
            Element::Minute(pad) => {
                let minute = self.number(pad)?;
                self.fields.minute = in_range(minute, 0, 59, "minute")?;
            }
            Element::Second(pad) => self.second(pad, rest)?,
            Element::Half => self.half([b"AM", b"PM"])?,
            Element::LowerHalf => self.half([b"am", b"pm"])?,
            Element::Offset(style) => self.offset(style)?,
            Element::Abbreviation => self.abbreviation()?,
            Element::Fraction(fraction) if fraction.trimmed => {
                if self.has_fraction() {
                    self.fraction(self.digits_behind_separator())?;
                }
            }
            Element::Fraction(fraction) => self.fraction(fraction.digits)?,
        }
        Ok(())
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) = self.value.split_at_checked(count).ok_or(Fault::Bad)?;
        self.value = rest;
        Ok(taken)
    }

    fn skip_spaces(&mut self, most: usize) {
        for _ in 0..most {
            self.value = self.value.strip_prefix(b" ").unwrap_or(self.value);
        }
    }

    /// The index of a name, in letters of any case.
    fn name(&mut self, names: &[&str], is_short: bool) -> Result<i64, Fault> {
        let length = |name: &str| if is_short { 3 } else { name.len() };
        let fits = |name: &&str| {
            let written = self.value.get(..length(name));
            written.is_some_and(|written| {
                written.eq_ignore_ascii_case(&name.as_bytes()[..length(name)])
            })
        };
        let index = names.iter().position(fits).ok_or(Fault::Bad)?;
        self.take(length(names[index]))?;
        Ok(i64::try_from(index).unwrap_or_default())
    }

    /// A number of two digits, or of one if it need not be padded.
    fn number(&mut self, pad: Pad) -> Result<i64, Fault> {
        let digits = self.value.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || digits == 1 && pad == Pad::Zero {
            return Err(Fault::Bad);
        }
        signed(self.take(digits)?)
    }

    fn three_digits(&mut self, pad: Pad) -> Result<i64, Fault> {
        let digits = self.value.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || digits < 3 && pad == Pad::Zero {
            return Err(Fault::Bad);
        }
        signed(self.take(digits)?)
    }

    /// Seconds, with a fraction even if the layout has none.
    fn second(&mut self, pad: Pad, rest: &[u8]) -> Result<(), Fault> {
        let second = self.number(pad)?;
        self.fields.second = in_range(second, 0, 59, "second")?;
        let follows = next(rest).is_some_and(|found| matches!(found.element, Element::Fraction(_)));
        if self.has_fraction() && !follows {
            self.fraction(self.digits_behind_separator())?;
        }
        Ok(())
    }

    fn has_fraction(&self) -> bool {
        matches!(self.value, [b'.' | b',', digit, ..] if digit.is_ascii_digit())
    }

    fn digits_behind_separator(&self) -> usize {
        self.value[1..].iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// A separator and so many digits.
    fn fraction(&mut self, digits: usize) -> Result<(), Fault> {
        let written = self.take(1 + digits)?;
        if !matches!(written[0], b'.' | b',') {
            return Err(Fault::Bad);
        }
        let digits = &written[1..written.len().min(10)];
        let number = signed(digits)?;
        let scaled = number * 10_i64.pow(9 - u32::try_from(digits.len()).unwrap_or(9));
        self.fields.nanosecond =
            u32::try_from(scaled).map_err(|_| Fault::Range("fractional second"))?;
        Ok(())
    }

    fn half(&mut self, [before, after]: [&[u8]; 2]) -> Result<(), Fault> {
        let written = self.take(2)?;
        if written != before && written != after {
            return Err(Fault::Bad);
        }
        self.fields.is_afternoon = Some(written == after);
        Ok(())
    }

    fn offset(&mut self, style: OffsetStyle) -> Result<(), Fault> {
        if style.zulu && self.value.first() == Some(&b'Z') {
            self.take(1)?;
            self.fields.is_utc = true;
            return Ok(());
        }
        let colon = usize::from(style.colons);
        let written = self.take(3 + (style.parts - 1) * (2 + colon))?;
        let mut parts = [0; 3];
        let mut is_bad = false;
        for (index, part) in parts[..style.parts].iter_mut().enumerate() {
            let at = 1 + index * (2 + colon);
            if index > 0 && colon > 0 && written[at - 1] != b':' {
                return Err(Fault::Bad);
            }
            let digits = &written[at..at + 2];
            is_bad |= !digits.iter().all(u8::is_ascii_digit);
            *part = if is_bad { 0 } else { signed(digits)? };
        }
        let [hours, minutes, seconds] = parts;
        in_range(seconds, 0, 60, "time zone offset second")?;
        in_range(minutes, 0, 60, "time zone offset minute")?;
        in_range(hours, 0, 24, "time zone offset hour")?;
        if is_bad {
            return Err(Fault::Bad);
        }
        let size = (hours * 60 + minutes) * 60 + seconds;
        self.fields.offset = Some(match written[0] {
            b'+' => size,
            b'-' => -size,
            _ => return Err(Fault::Bad),
        });
        Ok(())
    }

    fn abbreviation(&mut self) -> Result<(), Fault> {
        if self.value.starts_with(b"UTC") {
            self.take(3)?;
            self.fields.is_utc = true;
            return Ok(());
        }
        let length = abbreviation_length(self.value).ok_or(Fault::Bad)?;
        self.fields.abbreviation = String::from_utf8_lossy(self.take(length)?).into_owned();
        Ok(())
    }

    /// The time that was read.
    fn time(&self, local: &Zone) -> Result<Time, String> {
        let fields = &self.fields;
        let hour = match fields.is_afternoon {
            Some(true) if fields.hour < 12 => fields.hour + 12,
            Some(false) if fields.hour == 12 => 0,
            _ => fields.hour,
        };
        let (month, day) = self.date()?;
        if day < 1 || day > days_in(month, fields.year) {
            return Err(self.range("day"));
        }
        let (minute, second) = (fields.minute, fields.second);
        let shown = Civil { year: fields.year, month, day, hour, minute, second }.seconds();
        let here = Place::Local(local.clone());
        let (second, place) = if fields.is_utc {
            (shown, Place::Utc)
        } else if let Some(offset) = fields.offset {
            let second = shown - offset;
            let there = here.offset(second);
            let name = &fields.abbreviation;
            let is_here =
                there.seconds == offset && (name.is_empty() || *name == there.abbreviation);
            (second, if is_here { here } else { Place::Fixed(offset, name.clone()) })
        } else if fields.abbreviation.is_empty() {
            (here.resolve(shown), here)
        } else if let Some(offset) = here.offset_of(&fields.abbreviation, shown) {
            (shown - offset, here)
        } else {
            // Nobody knows the offset, unless the name says it.
            let name = fields.abbreviation.clone();
            let hours = name.strip_prefix("GMT").and_then(|hours| hours.parse::<i64>().ok());
            (shown, Place::Fixed(hours.unwrap_or_default() * 3600, name))
        };
        Ok(Time { second, nanosecond: fields.nanosecond, place, local: local.clone() })
    }

    /// Month and day, from the day of the year if it is given.
    fn date(&self) -> Result<(i64, i64), String> {
        let Fields { year, month, day, day_of_year, .. } = self.fields;
        let Some(of_year) = day_of_year else { return Ok((month.unwrap_or(1), day.unwrap_or(1))) };
        if of_year < 1 || of_year > 365 + i64::from(is_leap(year)) {
            return Err(self.range("day-of-year"));
        }
        let (its_month, its_day) = from_day_of_year(year, of_year);
        if month.is_some_and(|month| month != its_month) {
            return Err(self.error(": day-of-year does not match month"));
        }
        if day.is_some_and(|day| day != its_day) {
            return Err(self.error(": day-of-year does not match day"));
        }
        Ok((its_month, its_day))
    }
}

fn without_spaces(text: &[u8]) -> &[u8] {
    let spaces = text.iter().take_while(|byte| **byte == b' ').count();
    &text[spaces..]
}

/// A decimal number, with a sign or not.
fn signed(digits: &[u8]) -> Result<i64, Fault> {
    std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).ok_or(Fault::Bad)
}

fn in_range(number: i64, least: i64, most: i64, what: &'static str) -> Result<i64, Fault> {
    if (least..=most).contains(&number) { Ok(number) } else { Err(Fault::Range(what)) }
}

/// How many bytes of a text look like the abbreviation of a zone.
fn abbreviation_length(text: &[u8]) -> Option<usize> {
    if text.len() < 3 {
        return None;
    }
    if text.starts_with(b"ChST") || text.starts_with(b"MeST") {
        return Some(4);
    }
    if let Some(rest) = text.strip_prefix(b"GMT") {
        return Some(3 + signed_hours_length(rest));
    }
    if matches!(text[0], b'+' | b'-') {
        return Some(signed_hours_length(text)).filter(|length| *length > 0);
    }
    let letters = text.iter().take(6).take_while(|byte| byte.is_ascii_uppercase()).count();
    match letters {
        3 => Some(3),
        4 if text[3] == b'T' || text.starts_with(b"WITA") => Some(4),
        5 if text[4] == b'T' => Some(5),
        _ => None,
    }
}

/// How many bytes of a text are a sign and a number of hours below 24.
fn signed_hours_length(text: &[u8]) -> usize {
    if !matches!(text.first(), Some(b'+' | b'-')) {
        return 0;
    }
    let digits = text[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    match signed(&text[1..=digits]) {
        Ok(0..=23) => 1 + digits,
        _ => 0,
    }
}

/// A text in double quotes, what is not printable ASCII as the numbers of its bytes.
pub(super) fn quoted(text: &str) -> String {
    quoted_bytes(text.as_bytes())
}

fn quoted_bytes(text: &[u8]) -> String {
    let mut out = String::from("\"");
    for byte in text {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(*byte)]),
            b' '..=0x7f => out.push(char::from(*byte)),
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push('"');
    out
}
