//! Times as text.

use super::layout::{Element, Fraction, OffsetStyle, Pad, next};
use super::names::{DAYS, MONTHS};
use super::place::Offset;
use super::time::Time;

/// Writes a time by a layout. What is no element stands for itself, byte for byte.
pub(super) fn format(time: &Time, layout: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = layout;
    let offset = time.offset();
    while let Some(found) = next(rest) {
        out.extend_from_slice(found.before);
        out.extend_from_slice(element(time, &offset, found.element).as_bytes());
        rest = found.after;
    }
    out.extend_from_slice(rest);
    out
}

fn element(time: &Time, offset: &Offset, element: Element) -> String {
    let civil = time.civil_at(offset);
    let hour12 = if civil.hour % 12 == 0 { 12 } else { civil.hour % 12 };
    let is_morning = civil.hour < 12;
    match element {
        Element::ShortYear => padded((civil.year % 100).abs(), Pad::Zero, 2),
        Element::Year => {
            let sign = if civil.year < 0 { "-" } else { "" };
            format!("{sign}{:04}", civil.year.unsigned_abs())
        }
        Element::ShortMonth => name(&MONTHS, civil.month - 1)[..3].to_owned(),
        Element::Month => name(&MONTHS, civil.month - 1).to_owned(),
        Element::MonthNumber(pad) => padded(civil.month, pad, 2),
        Element::ShortWeekday => name(&DAYS, civil.weekday())[..3].to_owned(),
        Element::Weekday => name(&DAYS, civil.weekday()).to_owned(),
        Element::Day(pad) => padded(civil.day, pad, 2),
        Element::DayOfYear(pad) => padded(civil.day_of_year(), pad, 3),
        Element::Hour => padded(civil.hour, Pad::Zero, 2),
        Element::Hour12(pad) => padded(hour12, pad, 2),
        Element::Minute(pad) => padded(civil.minute, pad, 2),
        Element::Second(pad) => padded(civil.second, pad, 2),
        Element::Half => if is_morning { "AM" } else { "PM" }.to_owned(),
        Element::LowerHalf => if is_morning { "am" } else { "pm" }.to_owned(),
        Element::Offset(style) => offset_text(offset.seconds, style),
        Element::Abbreviation if offset.abbreviation.is_empty() => {
            offset_text(offset.seconds, OffsetStyle { zulu: false, colons: false, parts: 2 })
        }
        Element::Abbreviation => offset.abbreviation.clone(),
        Element::Fraction(fraction) => fraction_text(time.nanosecond, fraction),
    }
}

fn name(names: &[&'static str], number: i64) -> &'static str {
    usize::try_from(number).ok().and_then(|index| names.get(index)).copied().unwrap_or("???")
}

fn padded(number: i64, pad: Pad, width: usize) -> String {
    match pad {
        Pad::None => number.to_string(),
        Pad::Space => format!("{number:width$}"),
        Pad::Zero => format!("{number:0width$}"),
    }
}

fn offset_text(seconds: i64, style: OffsetStyle) -> String {
    if style.zulu && seconds == 0 {
        return "Z".to_owned();
    }
    // The sign is that of the minutes, so that some seconds west of Greenwich are `+00`.
    let sign = if seconds / 60 < 0 { '-' } else { '+' };
    let seconds = seconds.abs();
    let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60];
    let parts: Vec<String> =
        parts[..style.parts].iter().map(|part| padded(*part, Pad::Zero, 2)).collect();
    format!("{sign}{}", parts.join(if style.colons { ":" } else { "" }))
}

fn fraction_text(nanosecond: u32, fraction: Fraction) -> String {
    let digits = format!("{nanosecond:09}");
    let mut digits = &digits[..fraction.digits.min(9)];
    if fraction.trimmed {
        digits = digits.trim_end_matches('0');
        if digits.is_empty() {
            return String::new();
        }
    }
    format!("{}{digits}", char::from(fraction.separator))
}
