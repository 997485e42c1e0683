//! What values consist of.

use jaq_core::ValR;

use super::{Table, simple, with_value};
use crate::jq::meter;
use crate::jq::value::{
    JqError, Json, as_count, collect, fail, indices, metered, place, to_json, with_kind,
};

/// The functions.
pub(super) fn table() -> Table {
    vec![
        simple!("length", length),
        simple!("type", |value: &Json| Ok(Json::text(value.kind()))),
        simple!("tojson", to_json),
        simple!("reverse", reverse),
        with_value!("has", has),
        with_value!("contains", |whole, part| contains(whole, part).map(Json::Bool)),
        with_value!("indices", all_indices),
        with_value!("flatten", |value: &Json, depth: &Json| flatten(value, depth.as_number()?)),
        with_value!("join", join),
    ]
}

fn length(value: &Json) -> ValR<Json> {
    let count = |count: usize| Ok(Json::Number(count as f64));
    match value {
        Json::Null => count(0),
        Json::Bool(_) => fail(format!("{} has no length", with_kind(value))),
        Json::Number(number) => Ok(Json::Number(number.abs())),
        Json::Text(text) => {
            metered::<_, JqError>(meter::pass(text.as_str().len()))?;
            count(text.as_str().chars().count())
        }
        Json::List(list) => count(list.items().len()),
        Json::Map(map) => count(map.entries().len()),
    }
}

fn reverse(value: &Json) -> ValR<Json> {
    match value {
        Json::Null => Ok(Json::list(Vec::new())),
        Json::Text(text) => {
            metered::<_, JqError>(meter::pass(text.as_str().len()))?;
            Ok(Json::text(text.as_str().chars().rev().collect::<String>()))
        }
        other => {
            let items = other.as_items()?.iter().rev();
            collect(items.map(|item| Ok::<_, JqError>(item.clone()))).map(Json::list)
        }
    }
}

fn has(value: &Json, key: &Json) -> ValR<Json> {
    match (value, key) {
        (Json::Map(map), Json::Text(key)) => Ok(map.get(key.as_str()).is_some().into()),
        (Json::List(list), Json::Number(index)) => {
            let length = list.items().len();
            let is_there = *index >= 0.0 && place(*index, length).is_some_and(|at| at < length);
            Ok(is_there.into())
        }
        _ => fail(format!("cannot look for {} in {}", with_kind(key), value.kind())),
    }
}

fn contains(whole: &Json, part: &Json) -> ValR<bool, Json> {
    metered::<_, JqError>(meter::step())?;
    match (whole, part) {
        (Json::Text(whole), Json::Text(part)) => {
            metered::<_, JqError>(meter::pass(whole.as_str().len()))?;
            Ok(whole.as_str().contains(part.as_str()))
        }
        (Json::List(whole), Json::List(part)) => {
            for wanted in part.items() {
                let mut found = false;
                for item in whole.items() {
                    if item.kind() == wanted.kind() && contains(item, wanted)? {
                        found = true;
                        break;
                    }
                }
                if !found {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        (Json::Map(whole), Json::Map(part)) => {
            for (key, wanted) in part.entries() {
                match whole.get(key.as_str()) {
                    Some(item) if item.kind() == wanted.kind() => {
                        if !contains(item, wanted)? {
                            return Ok(false);
                        }
                    }
                    _ => return Ok(false),
                }
            }
            Ok(true)
        }
        (whole, part) if whole.kind() == part.kind() => Ok(whole == part),
        (whole, part) => fail(format!("{} cannot contain {}", with_kind(whole), with_kind(part))),
    }
}

fn all_indices(value: &Json, part: &Json) -> ValR<Json> {
    let found = match (value, part) {
        (Json::Null, _) => return Ok(Json::Null),
        (Json::Text(text), Json::Text(part)) => {
            // Places in characters, also of parts that overlap.
            let (text, part) = (text.as_str(), part.as_str());
            metered::<_, JqError>(meter::pass(text.len().saturating_mul(part.len())))?;
            let places = text.char_indices().enumerate();
            let found =
                places.filter(|(_, (at, _))| !part.is_empty() && text[*at..].starts_with(part));
            collect(found.map(|(at, _)| Ok::<_, JqError>(Json::Number(at as f64))))?
        }
        (Json::List(list), Json::List(part)) => indices(list.items(), part.items())?,
        (Json::List(list), part) => indices(list.items(), std::slice::from_ref(part))?,
        _ => return fail(format!("cannot look for {} in {}", with_kind(part), value.kind())),
    };
    Ok(Json::list(found))
}

/// Lists within lists, down to a depth, as one list.
fn flatten(value: &Json, depth: f64) -> ValR<Json> {
    fn gather(items: &[Json], depth: usize, into: &mut Vec<Json>) -> Result<(), JqError> {
        for item in items {
            metered::<_, JqError>(meter::step())?;
            match item {
                Json::List(list) if depth > 0 => gather(list.items(), depth - 1, into)?,
                other => {
                    metered::<_, JqError>(meter::room(3 * size_of_val(into.as_slice())))?;
                    into.push(other.clone());
                }
            }
        }
        Ok(())
    }
    if depth.is_nan() || depth < 0.0 {
        return fail("the depth to flatten must not be negative");
    }
    let mut items = Vec::new();
    gather(value.as_items()?, as_count(depth), &mut items)?;
    Ok(Json::list(items))
}

/// Texts, numbers and booleans as one text; null is empty.
fn join(value: &Json, separator: &Json) -> ValR<Json> {
    let mut text = String::new();
    for (at, item) in value.as_items()?.iter().enumerate() {
        if at > 0 {
            text.push_str(separator.as_text()?);
        }
        match item {
            Json::Null => {}
            Json::Text(piece) => text.push_str(piece.as_str()),
            Json::Bool(_) | Json::Number(_) => text.push_str(to_json(item)?.as_text()?),
            Json::List(_) | Json::Map(_) => {
                return fail(format!("cannot join {}", with_kind(item)));
            }
        }
        if text.len() > meter::LARGEST_TEXT {
            return metered(Err(meter::exhaust(meter::Limit::Text)));
        }
        metered::<_, JqError>(meter::step())?;
    }
    metered::<_, JqError>(meter::pass(text.len()))?;
    Ok(Json::text(text))
}
