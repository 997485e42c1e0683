//! Changing parts of values: `.[] |= f`, `.[key] |= f`, `.[from:to] |= f`.
//!
//! The first output of the filter replaces the part; without one the part is removed.

use std::rc::Rc;

use jaq_core::path::Opt;
use jaq_core::val::Range;
use jaq_core::{Error, Exn, ValX};

use super::access::{bounds, place};
use super::{Entry, JqError, Json, List, Map, metered};
use crate::jq::meter;

/// Nobody means to have more elements; the room for them is looked for before they are made.
const MOST_ELEMENTS: usize = 1 << 20;

/// Replaces every element.
pub(super) fn values<'a, I: Iterator<Item = ValX<'a, Json>>>(
    value: Json,
    opt: Opt,
    f: impl Fn(Json) -> I,
) -> ValX<'a, Json> {
    match value {
        Json::List(list) => {
            let items = own_items(list)?.into_iter();
            let kept = items.filter_map(|item| f(item).next());
            Ok(Json::list(super::collect(kept)?))
        }
        Json::Map(map) => {
            let entries = own_entries(map)?.into_iter();
            let kept = entries.filter_map(|(key, value)| {
                f(value).next().map(|replaced| replaced.map(|value| (key, value)))
            });
            Ok(Json::map(super::collect(kept)?))
        }
        other => opt.fail(other, |value| {
            let what = super::access::with_kind(&value);
            Exn::from(JqError::str(format_args!("cannot iterate over {what}")))
        }),
    }
}

/// Replaces the element at a key or place, which need not be there.
pub(super) fn index<'a, I: Iterator<Item = ValX<'a, Json>>>(
    value: Json,
    index: &Json,
    opt: Opt,
    f: impl Fn(Json) -> I,
) -> ValX<'a, Json> {
    metered::<_, JqError>(meter::step())?;
    match (value, index) {
        (Json::Null, Json::Text(key)) => match f(Json::Null).next().transpose()? {
            Some(value) => Ok(Json::map(vec![(Rc::clone(key), value)])),
            None => Ok(Json::Null),
        },
        (Json::Map(map), Json::Text(key)) => {
            let mut map = own_map(map)?;
            let old = map.take(key.as_str());
            match f(old).next().transpose()? {
                Some(new) => map.put(Rc::clone(key), new),
                None => map.remove(key.as_str()),
            }
            Ok(Json::Map(Rc::new(map)))
        }
        (Json::Null, Json::Number(at)) => element(List::new(Vec::new()), *at, f),
        (Json::List(list), Json::Number(at)) => element(own_list(list)?, *at, f),
        (value @ (Json::Null | Json::List(_)), Json::Map(slice)) => {
            let end = |key: &str| slice.get(key).filter(|end| !matches!(end, Json::Null));
            range(value, end("start")..end("end"), opt, f)
        }
        (value, index) => opt.fail(value, |value| Exn::from(Error::index(value, index.clone()))),
    }
}

fn element<'a, I: Iterator<Item = ValX<'a, Json>>>(
    mut list: List,
    index: f64,
    f: impl Fn(Json) -> I,
) -> ValX<'a, Json> {
    let length = list.items().len();
    let at = place(index, length).filter(|at| *at < MOST_ELEMENTS);
    let at = at.ok_or_else(|| JqError::str(format_args!("there is no element {index} to set")))?;
    let old = list.items.get_mut(at).map(std::mem::take).unwrap_or_default();
    match f(old).next().transpose()? {
        Some(new) => {
            let more = (at + 1).saturating_sub(length);
            metered::<_, JqError>(meter::room(2 * more * size_of::<Json>()))?;
            metered::<_, JqError>(meter::pass(more * size_of::<Json>()))?;
            list.change(new.depth(), |items| {
                if more > 0 {
                    items.resize(at + 1, Json::Null);
                }
                items[at] = new;
            });
        }
        None if at < length => {
            metered::<_, JqError>(meter::pass((length - at) * size_of::<Json>()))?;
            list.change(0, |items| {
                items.remove(at);
            });
        }
        None => {}
    }
    Ok(Json::List(Rc::new(list)))
}

/// Replaces a slice of a list by another list.
pub(super) fn range<'a, I: Iterator<Item = ValX<'a, Json>>>(
    value: Json,
    range: Range<&Json>,
    opt: Opt,
    f: impl Fn(Json) -> I,
) -> ValX<'a, Json> {
    metered::<_, JqError>(meter::step())?;
    let items = match value {
        Json::Null => Vec::new(),
        Json::List(list) => own_items(list)?,
        other => {
            return opt.fail(other, |value| {
                Exn::from(JqError::str(format_args!("cannot set a slice of {value}")))
            });
        }
    };
    let (from, upto) = bounds(range, items.len())?;
    metered::<_, JqError>(meter::room(2 * size_of::<Json>() * items.len()))?;
    let new = match f(Json::list(items[from..upto].to_vec())).next().transpose()? {
        Some(Json::List(new)) => new.items().to_vec(),
        Some(other) => {
            let what = format_args!("a slice can only be set to an array, not to {other}");
            return Err(JqError::str(what).into());
        }
        None => Vec::new(),
    };
    let parts = [&items[..from], &new, &items[upto..]];
    let bytes = parts.iter().map(|part| size_of_val(*part)).sum();
    metered::<_, JqError>(meter::pass(bytes).and(meter::room(bytes)))?;
    Ok(Json::list(parts.concat()))
}

fn own_list(list: Rc<List>) -> Result<List, JqError> {
    match Rc::try_unwrap(list) {
        Ok(list) => Ok(list),
        Err(shared) => {
            let bytes = size_of_val(shared.items());
            metered::<_, JqError>(meter::pass(bytes).and(meter::room(bytes)))?;
            Ok(List::new(shared.items().to_vec()))
        }
    }
}

fn own_items(list: Rc<List>) -> Result<Vec<Json>, JqError> {
    own_list(list).map(|list| list.items)
}

fn own_map(map: Rc<Map>) -> Result<Map, JqError> {
    match Rc::try_unwrap(map) {
        Ok(map) => Ok(map),
        Err(shared) => {
            let bytes = size_of_val(shared.entries());
            metered::<_, JqError>(meter::pass(bytes).and(meter::room(bytes)))?;
            Ok(Map::new(shared.entries().to_vec()))
        }
    }
}

fn own_entries(map: Rc<Map>) -> Result<Vec<Entry>, JqError> {
    own_map(map).map(|map| map.entries)
}

impl Map {
    /// Takes a value out and leaves null behind, so that the value is not shared.
    fn take(&mut self, key: &str) -> Json {
        match self.place(key) {
            Ok(at) => std::mem::take(&mut self.entries[at].1),
            Err(_) => Json::Null,
        }
    }

    /// Sets the value of a key.
    pub(super) fn put(&mut self, key: Rc<super::Text>, value: Json) {
        let place = self.place(key.as_str());
        self.change(value.depth(), |entries| match place {
            Ok(at) => entries[at].1 = value,
            Err(at) => entries.insert(at, (key, value)),
        });
    }

    fn remove(&mut self, key: &str) {
        if let Ok(at) = self.place(key) {
            self.change(0, |entries| {
                entries.remove(at);
            });
        }
    }
}
