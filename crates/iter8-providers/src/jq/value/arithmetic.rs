//! The operators `+`, `-`, `*`, `/` and `%`.

use std::ops::{Add, Div, Mul, Neg, Rem, Sub};
use std::rc::Rc;

use jaq_core::ops::Math;
use jaq_core::{Error, ValR};

use super::{Entry, JqError, Json, List, Map, fail, metered};
use crate::jq::meter::{self, LARGEST_TEXT, Limit};

type Outcome = ValR<Json>;

fn refuse(left: Json, operator: Math, right: Json) -> Outcome {
    Err(Error::math(left, operator, right))
}

/// Sums, joins and merges; null is neutral.
impl Add for Json {
    type Output = Outcome;

    fn add(self, other: Self) -> Outcome {
        metered::<_, JqError>(meter::step())?;
        match (self, other) {
            (Self::Null, other) => Ok(other),
            (one, Self::Null) => Ok(one),
            (Self::Number(one), Self::Number(other)) => Ok(Self::Number(one + other)),
            (Self::Text(one), Self::Text(other)) => join(one.as_str(), other.as_str()),
            (Self::List(one), Self::List(other)) => append(one, &other),
            (Self::Map(one), Self::Map(other)) => merge(one, &other),
            (one, other) => refuse(one, Math::Add, other),
        }
    }
}

fn join(one: &str, other: &str) -> Outcome {
    let length = one.len() + other.len();
    metered::<_, JqError>(meter::pass(length))?;
    if length > LARGEST_TEXT {
        return metered(Err(meter::exhaust(Limit::Text)));
    }
    Ok(Json::text([one, other].concat()))
}

fn append(mut one: Rc<List>, other: &Rc<List>) -> Outcome {
    if let Some(list) = Rc::get_mut(&mut one) {
        metered::<_, JqError>(copying::<Json>(other.items().len()))?;
        // Growth by doubling may take twice what is there.
        metered::<_, JqError>(meter::room(2 * size_of::<Json>() * list.items.len()))?;
        list.change(other.depth.saturating_sub(1), |items| items.extend_from_slice(other.items()));
        return Ok(Json::List(one));
    }
    metered::<_, JqError>(copying::<Json>(one.items().len() + other.items().len()))?;
    Ok(Json::list([one.items(), other.items()].concat()))
}

/// The entries of both; where both have a key, the second one's.
fn merge(mut one: Rc<Map>, other: &Rc<Map>) -> Outcome {
    metered::<_, JqError>(copying::<Entry>(one.entries().len() + other.entries().len()))?;
    if let (Some(map), [(key, value)]) = (Rc::get_mut(&mut one), other.entries()) {
        map.put(Rc::clone(key), value.clone());
        return Ok(Json::Map(one));
    }
    Ok(Json::map([one.entries(), other.entries()].concat()))
}

/// Counts the copying of so many elements.
fn copying<T>(count: usize) -> Result<(), meter::Exhausted> {
    let bytes = count.saturating_mul(size_of::<T>());
    meter::pass(bytes).and(meter::room(bytes))
}

/// Differences of numbers, and arrays without the elements of another.
impl Sub for Json {
    type Output = Outcome;

    fn sub(self, other: Self) -> Outcome {
        metered::<_, JqError>(meter::step())?;
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => Ok(Self::Number(one - other)),
            (Self::List(one), Self::List(other)) => {
                let left = one.items().iter().filter(|item| !other.items().contains(item));
                super::collect(left.cloned().map(Ok::<_, JqError>)).map(Self::list)
            }
            (one, other) => refuse(one, Math::Sub, other),
        }
    }
}

/// Products, repeated texts, and objects merged at every level.
impl Mul for Json {
    type Output = Outcome;

    fn mul(self, other: Self) -> Outcome {
        metered::<_, JqError>(meter::step())?;
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => Ok(Self::Number(one * other)),
            (Self::Text(text), Self::Number(times)) | (Self::Number(times), Self::Text(text)) => {
                repeat(text.as_str(), times)
            }
            (Self::Map(one), Self::Map(other)) => merge_deeply(&one, &other).map(Self::Map),
            (one, other) => refuse(one, Math::Mul, other),
        }
    }
}

/// A text several times; null for none at all. Fractions count as one more below 1 only, as
/// elsewhere.
fn repeat(text: &str, times: f64) -> Outcome {
    if times.is_nan() || times <= 0.0 {
        return Ok(Json::Null);
    }
    let times = if times < 1.0 { 1.0 } else { times.floor() };
    let length = text.len() as f64 * times;
    if length > LARGEST_TEXT as f64 {
        return metered(Err(meter::exhaust(Limit::Text)));
    }
    metered::<_, JqError>(meter::pass(as_count(length)))?;
    // An empty text any number of times is empty.
    let times = if text.is_empty() { 0 } else { as_count(times) };
    Ok(Json::text(text.repeat(times)))
}

fn merge_deeply(one: &Rc<Map>, other: &Rc<Map>) -> ValR<Rc<Map>, Json> {
    metered::<_, JqError>(copying::<Entry>(one.entries().len() + other.entries().len()))?;
    let mut entries = one.entries().to_vec();
    for (key, value) in other.entries() {
        let merged = match (one.get(key.as_str()), value) {
            (Some(Json::Map(one)), Json::Map(other)) => Json::Map(merge_deeply(one, other)?),
            _ => value.clone(),
        };
        entries.push((Rc::clone(key), merged));
    }
    Ok(Rc::new(Map::new(entries)))
}

/// Quotients, and texts split at another.
impl Div for Json {
    type Output = Outcome;

    fn div(self, other: Self) -> Outcome {
        metered::<_, JqError>(meter::step())?;
        match (self, other) {
            (one @ Self::Number(_), Self::Number(0.0)) => {
                fail(format!("cannot divide {one} by zero"))
            }
            (Self::Number(one), Self::Number(other)) => Ok(Self::Number(one / other)),
            (Self::Text(one), Self::Text(separator)) => split(one.as_str(), separator.as_str()),
            (one, other) => refuse(one, Math::Div, other),
        }
    }
}

/// The pieces between separators; single characters for an empty one.
fn split(text: &str, separator: &str) -> Outcome {
    metered::<_, JqError>(meter::pass(text.len()))?;
    let piece = |piece: &str| Ok::<_, JqError>(Json::text(piece));
    let pieces = match (text, separator) {
        ("", _) => Ok(Vec::new()),
        (text, "") => {
            let mut buffer = [0; 4];
            super::collect(text.chars().map(|character| piece(character.encode_utf8(&mut buffer))))
        }
        (text, separator) => super::collect(text.split(separator).map(piece)),
    };
    pieces.map(Json::list)
}

/// Remainders of whole numbers, with the sign of the first; fractions are cut.
impl Rem for Json {
    type Output = Outcome;

    fn rem(self, other: Self) -> Outcome {
        metered::<_, JqError>(meter::step())?;
        match (self, other) {
            (Self::Number(one), Self::Number(other)) if one.is_nan() || other.is_nan() => {
                Ok(Self::Number(f64::NAN))
            }
            (one @ Self::Number(_), Self::Number(other)) if other.trunc() == 0.0 => {
                fail(format!("cannot divide {one} by zero"))
            }
            (Self::Number(one), Self::Number(other)) => {
                let other = other.trunc();
                let rest = if other.is_infinite() { one.trunc() } else { one.trunc() % other };
                // Infinity has no rest, and zero no sign here.
                Ok(Self::Number(if rest.is_nan() { 0.0 } else { rest + 0.0 }))
            }
            (one, other) => refuse(one, Math::Rem, other),
        }
    }
}

impl Neg for Json {
    type Output = Outcome;

    fn neg(self) -> Outcome {
        Ok(Self::Number(-self.as_number()?))
    }
}

/// A number as a count: none for less than one and for NaN.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
pub(in crate::jq) fn as_count(number: f64) -> usize {
    number as usize
}
