//! Go's `time.Time`.

use std::any::Any;
use std::cmp::Ordering;
use std::rc::Rc;

use super::calendar::Civil;
use super::duration::{Duration, SECOND};
use super::format::format;
use super::names::{arity, int, mistyped, month, no_arguments, weekday};
use super::place::{Offset, Place};
use crate::environment::Zone;
use crate::value::{Object, Text, Value};

/// How Go prints times.
const PRINTED: &[u8] = b"2006-01-02 15:04:05.999999999 -0700 MST";

/// RFC 3339 with nanoseconds, the form of times in JSON.
pub(super) const RFC_3339: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";

/// Seconds from 1 January of year 1, Go's zero time, to 1970.
const ZERO: i64 = -62_135_596_800;

/// A moment, told at a place.
///
/// Go's times also hold a reading of the monotonic clock, which `now` prints as `m=+0.1`; these
/// do not, since templates have no such clock.
#[derive(Debug, Clone)]
pub(super) struct Time {
    /// Seconds since 1970.
    pub(super) second: i64,
    /// Nanoseconds of the second.
    pub(super) nanosecond: u32,
    pub(super) place: Place,
    /// What `Local` means.
    pub(super) local: Zone,
}

impl Time {
    /// Go's zero time.
    pub(super) fn zero(local: &Zone) -> Self {
        Self { second: ZERO, nanosecond: 0, place: Place::Utc, local: local.clone() }
    }

    /// A moment told where the caller is.
    pub(super) fn local(second: i64, nanosecond: u32, local: &Zone) -> Self {
        Self { second, nanosecond, place: Place::Local(local.clone()), local: local.clone() }
    }

    /// The same moment told elsewhere.
    pub(super) fn at(&self, place: Place) -> Self {
        Self { place, ..self.clone() }
    }

    /// What the clocks show there.
    pub(super) fn offset(&self) -> Offset {
        self.place.offset(self.second)
    }

    /// Date and time of day at an offset.
    pub(super) fn civil_at(&self, offset: &Offset) -> Civil {
        Civil::from_seconds(self.second.wrapping_add(offset.seconds))
    }

    fn civil(&self) -> Civil {
        self.civil_at(&self.offset())
    }

    /// The moment that much later.
    pub(super) fn add(&self, span: Duration) -> Self {
        let sum = i64::from(self.nanosecond) + span.0 % SECOND;
        let nanosecond = u32::try_from(sum.rem_euclid(SECOND)).unwrap_or_default();
        let second = self.second.wrapping_add(span.0 / SECOND).wrapping_add(sum.div_euclid(SECOND));
        Self { second, nanosecond, ..self.clone() }
    }

    /// How much later it is than another moment, at most what a duration can hold.
    pub(super) fn since(&self, other: &Self) -> Duration {
        let span = self.nanoseconds() - other.nanoseconds();
        let limit = if span < 0 { i64::MIN } else { i64::MAX };
        Duration(i64::try_from(span).unwrap_or(limit))
    }

    /// Nanoseconds since 1970.
    fn nanoseconds(&self) -> i128 {
        i128::from(self.second) * i128::from(SECOND) + i128::from(self.nanosecond)
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.nanoseconds().cmp(&other.nanoseconds())
    }

    /// The date so many years, months and days later, at the same time of day.
    fn add_date(&self, years: i64, months: i64, days: i64) -> Self {
        let civil = self.civil();
        let shown = Civil {
            year: civil.year.wrapping_add(years),
            month: civil.month.wrapping_add(months),
            day: civil.day.wrapping_add(days),
            ..civil
        };
        Self { second: self.place.resolve(shown.seconds()), ..self.clone() }
    }

    /// A multiple of a step since the zero time: the last one, or the nearest one.
    fn stepped(&self, step: i64, is_nearest: bool) -> Self {
        if step <= 0 {
            return self.clone();
        }
        let zero = i128::from(ZERO) * i128::from(SECOND);
        let since_zero = self.nanoseconds() - zero;
        let over = since_zero.rem_euclid(i128::from(step));
        let up = is_nearest && 2 * over >= i128::from(step);
        let span = if up { i128::from(step) - over } else { -over };
        self.add(Duration(i64::try_from(span).unwrap_or_default()))
    }

    /// As a value of a template.
    pub(super) fn value(self) -> Value {
        Value::Object(Rc::new(self))
    }

    /// The time behind a value.
    pub(super) fn of(value: &Value) -> Option<&Self> {
        match value {
            Value::Object(object) => object.as_any().downcast_ref(),
            _ => None,
        }
    }

    fn text(&self, layout: &[u8]) -> Text {
        Text::from(format(self, layout))
    }

    /// What a method without parameters returns.
    fn property(&self, name: &str) -> Option<Value> {
        let civil = self.civil();
        Some(match name {
            "Year" => Value::int(civil.year),
            "Month" => month(civil.month),
            "Day" => Value::int(civil.day),
            "Hour" => Value::int(civil.hour),
            "Minute" => Value::int(civil.minute),
            "Second" => Value::int(civil.second),
            "Nanosecond" => Value::int(i64::from(self.nanosecond)),
            "Weekday" => weekday(civil.weekday()),
            "YearDay" => Value::int(civil.day_of_year()),
            "Unix" => Value::int64(self.second),
            "UnixMilli" => unix(self.nanoseconds().div_euclid(1_000_000)),
            "UnixMicro" => unix(self.nanoseconds().div_euclid(1_000)),
            "UnixNano" => unix(self.nanoseconds()),
            "IsZero" => Value::Bool(self.second == ZERO && self.nanosecond == 0),
            "IsDST" => Value::Bool(self.offset().is_summer),
            "UTC" => self.at(Place::Utc).value(),
            "Local" => self.at(Place::Local(self.local.clone())).value(),
            "Location" => Value::Object(Rc::new(self.place.clone())),
            "String" => Value::Str(self.text(PRINTED)),
            _ => return None,
        })
    }

    /// What a method with parameters returns.
    fn method(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        let wanted = if name == "AddDate" { 3 } else { 1 };
        let body: fn(&Self, &[Value]) -> Result<Value, String> = match name {
            "Format" => Self::call_format,
            "Add" => {
                |time, arguments| Ok(time.add(Duration::from_argument(&arguments[0])?).value())
            }
            "Round" => |time, arguments| {
                Ok(time.stepped(Duration::from_argument(&arguments[0])?.0, true).value())
            },
            "Truncate" => |time, arguments| {
                Ok(time.stepped(Duration::from_argument(&arguments[0])?.0, false).value())
            },
            "AddDate" => |time, arguments| {
                let [years, months, days] = [&arguments[0], &arguments[1], &arguments[2]];
                Ok(time.add_date(int(years)?, int(months)?, int(days)?).value())
            },
            "Sub" => |time, arguments| Ok(time.since(time_argument(&arguments[0])?).value()),
            "Before" | "After" | "Equal" | "Compare" => {
                let other = arity(name, arguments, 1).and_then(|()| time_argument(&arguments[0]));
                return Some(other.map(|other| compared(name, self.compare(other))));
            }
            "In" => Self::call_in,
            _ => return None,
        };
        Some(arity(name, arguments, wanted).and_then(|()| body(self, arguments)))
    }

    fn call_format(&self, arguments: &[Value]) -> Result<Value, String> {
        match &arguments[0] {
            Value::Str(layout) => Ok(Value::Str(self.text(layout.as_bytes()))),
            other => Err(mistyped("string", other)),
        }
    }

    fn call_in(&self, arguments: &[Value]) -> Result<Value, String> {
        let place = match &arguments[0] {
            Value::Object(object) => object.as_any().downcast_ref::<Place>(),
            _ => None,
        };
        match place {
            Some(place) => Ok(self.at(place.clone()).value()),
            None => Err(mistyped("*time.Location", &arguments[0])),
        }
    }
}

fn time_argument(value: &Value) -> Result<&Time, String> {
    Time::of(value).ok_or_else(|| mistyped("time.Time", value))
}

fn compared(method: &str, order: Ordering) -> Value {
    match method {
        "Before" => Value::Bool(order == Ordering::Less),
        "After" => Value::Bool(order == Ordering::Greater),
        "Equal" => Value::Bool(order == Ordering::Equal),
        _ => Value::int(order as i64),
    }
}

fn unix(number: i128) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "wraps around, as in Go")]
    Value::int64(number as i64)
}

impl Object for Time {
    fn type_name(&self) -> &'static str {
        "time.Time"
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        let results = match name {
            "Date" | "Clock" => {
                let message = format!("function {name} has 3 return values; should be 1 or 2");
                return Some(Err(message));
            }
            "ISOWeek" | "Zone" => {
                let reason = "second return value should be error; is int";
                return Some(Err(format!("invalid function signature for {name}: {reason}")));
            }
            _ => self.property(name).map(|result| no_arguments(name, arguments, result)),
        };
        results.or_else(|| self.method(name, arguments))
    }

    fn print(&self) -> Text {
        self.text(PRINTED)
    }

    fn plain(&self) -> Value {
        Value::Str(self.text(RFC_3339))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
