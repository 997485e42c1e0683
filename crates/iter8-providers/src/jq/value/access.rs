//! Looking into values: `.[key]`, `.[from:to]`, `.[]`.

use std::rc::Rc;

use jaq_core::box_iter::{BoxIter, box_once};
use jaq_core::path::Opt;
use jaq_core::val::Range;
use jaq_core::{Error, ValR, ValT, ValX};

use super::arithmetic::as_count;
use super::{Entry, JqError, Json, collect, fail, metered, to_json, update};
use crate::jq::meter::{self, Charge};

/// What an iterator over elements takes.
const ITERATOR: usize = 128;

impl ValT for Json {
    fn from_num(digits: &str) -> ValR<Self> {
        match digits.parse() {
            Ok(number) => Ok(Self::Number(number)),
            Err(_) => fail(format!("{digits:?} is no number")),
        }
    }

    fn from_map<I: IntoIterator<Item = (Self, Self)>>(pairs: I) -> ValR<Self> {
        let entries = pairs.into_iter().map(|(key, value)| match key {
            Self::Text(key) => Ok((key, value)),
            other => fail(format!("the key of an object must be a string, not {other}")),
        });
        let entries: Vec<Entry> = collect(entries)?;
        Ok(Self::map(entries))
    }

    fn key_values(self) -> BoxIter<'static, ValR<(Self, Self), Self>> {
        match self {
            Self::List(list) => elements(list.items().len(), move |at| {
                (Self::Number(at as f64), list.items()[at].clone())
            }),
            Self::Map(map) => elements(map.entries().len(), move |at| {
                let (key, value) = &map.entries()[at];
                (Self::Text(Rc::clone(key)), value.clone())
            }),
            other => box_once(not_iterable(&other)),
        }
    }

    fn values(self) -> Box<dyn Iterator<Item = ValR<Self>>> {
        match self {
            Self::List(list) => elements(list.items().len(), move |at| list.items()[at].clone()),
            Self::Map(map) => elements(map.entries().len(), move |at| map.entries()[at].1.clone()),
            other => box_once(not_iterable(&other)),
        }
    }

    fn index(self, index: &Self) -> ValR<Self> {
        metered::<_, JqError>(meter::step())?;
        match (&self, index) {
            (Self::Null, Self::Text(_) | Self::Number(_) | Self::Null) => Ok(Self::Null),
            (Self::Map(map), Self::Text(key)) => {
                Ok(map.get(key.as_str()).cloned().unwrap_or(Self::Null))
            }
            (Self::List(list), Self::Number(number)) => {
                let at = place(*number, list.items().len());
                Ok(at.and_then(|at| list.items().get(at)).cloned().unwrap_or(Self::Null))
            }
            (Self::Text(text), Self::Number(number)) => {
                metered::<_, JqError>(meter::pass(text.as_str().len()))?;
                let at = place(*number, text.as_str().chars().count());
                let found = at.and_then(|at| text.as_str().chars().nth(at));
                Ok(found.map_or(Self::Null, |character| Self::text(character.to_string())))
            }
            (Self::List(list), Self::List(wanted)) => {
                let found = super::indices(list.items(), wanted.items())?;
                Ok(Self::list(found))
            }
            (_, Self::Map(range)) => {
                let end = |key: &str| range.get(key).filter(|value| !matches!(value, Self::Null));
                self.clone().range(end("start")..end("end"))
            }
            _ => Err(Error::index(self, index.clone())),
        }
    }

    fn range(self, range: Range<&Self>) -> ValR<Self> {
        metered::<_, JqError>(meter::step())?;
        match &self {
            Self::Null => Ok(Self::Null),
            Self::List(list) => {
                let (from, upto) = bounds(range, list.items().len())?;
                let bytes = (upto - from) * size_of::<Self>();
                metered::<_, JqError>(meter::pass(bytes).and(meter::room(bytes)))?;
                Ok(Self::list(list.items()[from..upto].to_vec()))
            }
            Self::Text(text) => {
                metered::<_, JqError>(meter::pass(text.as_str().len()))?;
                let (from, upto) = bounds(range, text.as_str().chars().count())?;
                let kept = text.as_str().chars().skip(from).take(upto - from);
                Ok(Self::text(kept.collect::<String>()))
            }
            _ => fail(format!("cannot take a slice of {self}")),
        }
    }

    fn map_values<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        update::values(self, opt, f)
    }

    fn map_index<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        index: &Self,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        update::index(self, index, opt, f)
    }

    fn map_range<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        range: Range<&Self>,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        update::range(self, range, opt, f)
    }

    fn as_bool(&self) -> bool {
        !matches!(self, Self::Null | Self::Bool(false))
    }

    fn into_string(self) -> Self {
        match self {
            Self::Text(_) => self,
            // The meter remembers why.
            other => to_json(&other).unwrap_or(Self::Null),
        }
    }
}

/// Passes elements on one by one. A limit that is reached is the last of them.
fn elements<T: 'static>(
    count: usize,
    element: impl Fn(usize) -> T + 'static,
) -> Box<dyn Iterator<Item = ValR<T, Json>>> {
    Box::new(Elements { next: 0, count, element, _charge: Charge::new(ITERATOR) })
}

struct Elements<F> {
    next: usize,
    count: usize,
    element: F,
    _charge: Charge,
}

impl<T, F: Fn(usize) -> T> Iterator for Elements<F> {
    type Item = ValR<T, Json>;

    fn next(&mut self) -> Option<Self::Item> {
        let at = self.next;
        if at >= self.count {
            return None;
        }
        self.next += 1;
        let outcome = metered(meter::step());
        if outcome.is_err() {
            self.next = self.count;
        }
        Some(outcome.map(|()| (self.element)(at)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.count - self.next;
        (left, Some(left))
    }
}

fn not_iterable<T>(value: &Json) -> ValR<T, Json> {
    fail(format!("cannot iterate over {}", with_kind(value)))
}

/// A value as errors name it.
pub(in crate::jq) fn with_kind(value: &Json) -> String {
    match value {
        Json::Null => "null".to_owned(),
        other => format!("{} ({other})", other.kind()),
    }
}

/// The place of an index in a list of this length; negative ones count from the end.
pub(in crate::jq) fn place(index: f64, length: usize) -> Option<usize> {
    let index = index.floor();
    if index.is_nan() {
        return None;
    }
    if index >= 0.0 {
        return Some(as_count(index));
    }
    length.checked_sub(as_count(-index))
}

/// The bounds of a slice within a length. Fractions include what they touch.
pub(super) fn bounds(range: Range<&Json>, length: usize) -> ValR<(usize, usize), Json> {
    let end = |value: Option<&Json>, round: fn(f64) -> f64, absent: usize| match value {
        None | Some(Json::Null) => Ok(absent),
        Some(Json::Number(number)) if number.is_nan() => Ok(absent),
        Some(Json::Number(number)) => {
            let number = round(*number);
            let number = if number < 0.0 { number + length as f64 } else { number };
            Ok(as_count(number).min(length))
        }
        Some(other) => fail(format!("the bounds of a slice must be numbers, not {other}")),
    };
    let from = end(range.start, f64::floor, 0)?;
    let upto = end(range.end, f64::ceil, length)?;
    Ok((from.min(length), upto.max(from.min(length))))
}
