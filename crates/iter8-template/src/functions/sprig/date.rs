//! Dates and spans of time.

#![expect(clippy::unnecessary_wraps, reason = "the functions of templates have one signature")]

mod calendar;
mod duration;
mod format;
mod layout;
mod names;
mod parse;
mod place;
mod time;

#[cfg(test)]
mod tests;

use crate::environment::Zone;
use crate::function::{Call, Failure, Function, Host, Param};
use crate::value::{IntKind, Text, Value};

use duration::Duration;
use place::Place;
use time::Time;

const TIME: Param = Param::Object("time.Time");

/// Go's `time.Time`, told at the offset that the time has. What `Local` means is not known to it.
impl From<&jiff::Zoned> for Value {
    fn from(at: &jiff::Zoned) -> Self {
        let timestamp = at.timestamp();
        // Before 1970 both parts are negative.
        let nanoseconds = i64::from(timestamp.subsec_nanosecond());
        let second = timestamp.as_second() + nanoseconds.div_euclid(duration::SECOND);
        let nanosecond = u32::try_from(nanoseconds.rem_euclid(duration::SECOND));
        let place = match at.offset().seconds() {
            0 => Place::Utc,
            seconds => Place::Fixed(seconds.into(), String::new()),
        };
        let nanosecond = nanosecond.expect("a remainder of a second is below a second");
        Time { second, nanosecond, place, local: Zone::UTC }.value()
    }
}

/// Functions on dates.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("ago", &[Param::Any], ago),
    DATE,
    DATE_IN_ZONE,
    DATE_MODIFY,
    Function::alias("date_in_zone", &DATE_IN_ZONE),
    Function::alias("date_modify", &DATE_MODIFY),
    Function::new("duration", &[Param::Any], duration),
    Function::new("durationRound", &[Param::Any], duration_round),
    Function::new("htmlDate", &[Param::Any], html_date),
    Function::new("htmlDateInZone", &[Param::Any, Param::Text], html_date_in_zone),
    MUST_DATE_MODIFY,
    Function::new("mustToDate", &[Param::Text, Param::Text], must_to_date),
    Function::alias("must_date_modify", &MUST_DATE_MODIFY),
    Function::new("now", &[], now),
    Function::new("toDate", &[Param::Text, Param::Text], to_date),
    Function::new("unixEpoch", &[TIME], unix_epoch),
];

const DATE: Function = Function::new("date", &[Param::Text, Param::Any], date);

const DATE_IN_ZONE: Function =
    Function::new("dateInZone", &[Param::Text, Param::Any, Param::Text], date_in_zone);

const DATE_MODIFY: Function = Function::new("dateModify", &[Param::Text, TIME], date_modify);

const MUST_DATE_MODIFY: Function =
    Function::new("mustDateModify", &[Param::Text, TIME], must_date_modify);

/// The layout of `htmlDate`.
const DAY: &[u8] = b"2006-01-02";

/// What a layout can make of itself: `.` becomes at most 9 digits with it, one letter a name.
const GROWTH: usize = 10;

/// Whether go-yaml 2 takes a text for a date, so that it stands in quotes.
pub(super) fn is_yaml_timestamp(text: &str) -> bool {
    const LAYOUTS: [&[u8]; 4] = [
        b"2006-1-2T15:4:5.999999999Z07:00",
        b"2006-1-2t15:4:5.999999999Z07:00",
        b"2006-1-2 15:4:5.999999999",
        b"2006-1-2",
    ];
    LAYOUTS.iter().any(|layout| parse::parse(layout, text.as_bytes(), &Zone::UTC).is_ok())
}

/// The digits of a second after 1970 in universal time, from the year's to the second's.
pub(super) fn utc_digits(second: i64) -> String {
    let civil = calendar::Civil::from_seconds(second);
    let calendar::Civil { year, month, day, hour, minute, second } = civil;
    format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}")
}

/// The present time where the caller is.
fn present(host: &dyn Host) -> Time {
    let now = host.now();
    // jiff counts back from a second before 1970, Go counts on.
    let nanosecond = i64::from(now.subsec_nanosecond());
    let second = now.as_second() + nanosecond.div_euclid(duration::SECOND);
    let nanosecond = u32::try_from(nanosecond.rem_euclid(duration::SECOND)).unwrap_or_default();
    Time::local(second, nanosecond, host.zone())
}

/// The time that a value means: a time or a number of seconds after 1970. Anything else, a number
/// of a document included, is now.
fn moment(call: &Call<'_>, index: usize) -> Time {
    match &call.args[index] {
        Value::Int(second, IntKind::Int | IntKind::Int32 | IntKind::Int64) => {
            Time::local(*second, 0, call.host.zone())
        }
        other => Time::of(other).cloned().unwrap_or_else(|| present(call.host)),
    }
}

fn formatted(
    call: &mut Call<'_>,
    time: &Time,
    layout: &[u8],
    zone: &str,
) -> Result<Value, Failure> {
    call.host.charge(layout.len().saturating_mul(GROWTH))?;
    // All elements are tried at each byte.
    call.host.work(layout.len() as u64)?;
    // An unknown zone is UTC for Sprig.
    let place = Place::find(zone, call.host.zone()).unwrap_or(Place::Utc);
    Ok(Value::text(format::format(&time.at(place), layout)))
}

fn now(call: &mut Call<'_>) -> Result<Value, Failure> {
    Ok(present(call.host).value())
}

fn date(call: &mut Call<'_>) -> Result<Value, Failure> {
    let time = moment(call, 1);
    formatted(call, &time, call.text(0).as_bytes(), "Local")
}

fn date_in_zone(call: &mut Call<'_>) -> Result<Value, Failure> {
    let time = moment(call, 1);
    formatted(call, &time, call.text(0).as_bytes(), &call.text(2).as_str())
}

fn html_date(call: &mut Call<'_>) -> Result<Value, Failure> {
    let time = moment(call, 0);
    formatted(call, &time, DAY, "Local")
}

fn html_date_in_zone(call: &mut Call<'_>) -> Result<Value, Failure> {
    let time = moment(call, 0);
    formatted(call, &time, DAY, &call.text(1).as_str())
}

/// An unreadable span changes nothing.
fn date_modify(call: &mut Call<'_>) -> Result<Value, Failure> {
    match Duration::parse(&call.text(0).as_str()) {
        Ok(span) => Ok(time_argument(call, 1)?.add(span).value()),
        Err(_) => Ok(call.args[1].clone()),
    }
}

fn must_date_modify(call: &mut Call<'_>) -> Result<Value, Failure> {
    let span = Duration::parse(&call.text(0).as_str())?;
    Ok(time_argument(call, 1)?.add(span).value())
}

/// The argument of type `time.Time`.
fn time_argument<'a>(call: &Call<'a>, index: usize) -> Result<&'a Time, Failure> {
    let value = &call.args[index];
    Time::of(value).ok_or_else(|| names::mistyped("time.Time", value).into())
}

fn ago(call: &mut Call<'_>) -> Result<Value, Failure> {
    let then = match &call.args[0] {
        Value::Int(_, IntKind::Int32) => present(call.host),
        _ => moment(call, 0),
    };
    let span = present(call.host).since(&then).round(duration::SECOND);
    Ok(Value::text(span.to_string()))
}

/// A number of seconds. Only an `int64` and digits count; a literal such as 90 is an `int`, and
/// Sprig makes `0s` of it.
fn duration(call: &mut Call<'_>) -> Result<Value, Failure> {
    let seconds = match &call.args[0] {
        Value::Str(text) => whole_seconds(text),
        Value::Int(number, IntKind::Int64) => *number,
        _ => 0,
    };
    let span = Duration(seconds.wrapping_mul(duration::SECOND));
    Ok(Value::text(span.to_string()))
}

/// Digits with a sign or not; what is out of range becomes the largest or smallest number.
fn whole_seconds(text: &Text) -> i64 {
    let text = text.as_str();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return 0;
    }
    let limit = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    text.parse().unwrap_or(limit)
}

fn duration_round(call: &mut Call<'_>) -> Result<Value, Failure> {
    const HOUR: u64 = 3600;
    const DAY: u64 = 24 * HOUR;
    const UNITS: [(u64, &str); 6] =
        [(365 * DAY, "y"), (30 * DAY, "mo"), (DAY, "d"), (HOUR, "h"), (60, "m"), (1, "s")];
    let span = match &call.args[0] {
        Value::Str(text) => Duration::parse(&text.as_str()).unwrap_or(Duration(0)),
        Value::Int(number, IntKind::Int64) => Duration(*number),
        other => match Time::of(other) {
            Some(time) => present(call.host).since(time),
            None => Duration(0),
        },
    };
    let size = span.0.unsigned_abs();
    let unit = UNITS.iter().find_map(|(seconds, name)| {
        let unit = seconds * duration::SECOND.unsigned_abs();
        (size > unit).then(|| format!("{}{name}", size / unit))
    });
    Ok(Value::text(unit.unwrap_or_else(|| "0s".to_owned())))
}

/// Steps of finding a zone by its abbreviation, which asks for many moments.
const ABBREVIATION: u64 = 4_000;

/// Announces the work of reading a date.
fn announce(call: &mut Call<'_>) -> Result<(), Failure> {
    let layout = call.text(0).as_bytes();
    let has_name = layout.windows(3).any(|bytes| bytes == b"MST");
    call.host.work(layout.len() as u64 + if has_name { ABBREVIATION } else { 0 })
}

/// What cannot be read is the zero time.
fn to_date(call: &mut Call<'_>) -> Result<Value, Failure> {
    announce(call)?;
    let zone = call.host.zone();
    let time = parse::parse(call.text(0).as_bytes(), call.text(1).as_bytes(), zone);
    Ok(time.unwrap_or_else(|_| Time::zero(zone)).value())
}

fn must_to_date(call: &mut Call<'_>) -> Result<Value, Failure> {
    announce(call)?;
    let zone = call.host.zone();
    Ok(parse::parse(call.text(0).as_bytes(), call.text(1).as_bytes(), zone)?.value())
}

fn unix_epoch(call: &mut Call<'_>) -> Result<Value, Failure> {
    Ok(Value::text(time_argument(call, 0)?.second.to_string()))
}
