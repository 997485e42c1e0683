//! Functions of texts, and between texts and numbers.

use jaq_core::ValR;

use super::{Table, simple, with_value};
use crate::jq::meter;
use crate::jq::value::{JqError, Json, NULL_IS_NO_NUMBER, collect, fail, metered, read, with_kind};

/// The functions.
pub(super) fn table() -> Table {
    vec![
        simple!("tonumber", to_number),
        simple!("fromjson", from_json),
        simple!("utf8bytelength", |v: &Json| counted(v)
            .map(|text| Json::Number(text.len() as f64))),
        simple!("explode", explode),
        simple!("implode", implode),
        simple!("ascii_downcase", |v: &Json| counted(v)
            .map(|text| Json::text(text.to_ascii_lowercase()))),
        simple!("ascii_upcase", |v: &Json| counted(v)
            .map(|text| Json::text(text.to_ascii_uppercase()))),
        simple!("trim", |v: &Json| counted(v).map(|text| Json::text(text.trim()))),
        simple!("ltrim", |v: &Json| counted(v).map(|text| Json::text(text.trim_start()))),
        simple!("rtrim", |v: &Json| counted(v).map(|text| Json::text(text.trim_end()))),
        with_value!("startswith", |v: &Json, start: &Json| {
            Ok(counted(v)?.starts_with(start.as_text()?).into())
        }),
        with_value!("endswith", |v: &Json, end: &Json| {
            Ok(counted(v)?.ends_with(end.as_text()?).into())
        }),
        with_value!("ltrimstr", |v: &Json, start: &Json| Ok(
            without(v, start, |text, start| text.strip_prefix(start))
        )),
        with_value!("rtrimstr", |v: &Json, end: &Json| Ok(
            without(v, end, |text, end| text.strip_suffix(end))
        )),
        with_value!("split", |v: &Json, separator: &Json| match (v, separator) {
            (Json::Text(_), Json::Text(_)) => v.clone() / separator.clone(),
            _ => fail("only a string can be split, at another string"),
        }),
    ]
}

/// A text, its passing counted.
fn counted(value: &Json) -> ValR<&str, Json> {
    let text = value.as_text()?;
    metered::<_, JqError>(meter::pass(text.len()))?;
    Ok(text)
}

/// A number, or the number that a text is. `NaN` and infinities are numbers here: stores send them
/// as texts, and what they mean is decided by whoever asked.
fn to_number(value: &Json) -> ValR<Json> {
    match value {
        Json::Number(_) => Ok(value.clone()),
        Json::Text(text) => match text.as_str().parse() {
            Ok(number) => Ok(Json::Number(number)),
            Err(_) => fail(format!("{value:.80} is no number")),
        },
        Json::Null => fail(NULL_IS_NO_NUMBER),
        other => fail(format!("{} is no number", with_kind(other))),
    }
}

fn from_json(value: &Json) -> ValR<Json> {
    match read(counted(value)?.as_bytes()) {
        Ok(read) => Ok(read),
        Err(error) => fail(format!("{value} is no JSON: {error}")),
    }
}

fn explode(value: &Json) -> ValR<Json> {
    let characters = counted(value)?.chars();
    let numbers = characters.map(|c| Ok::<_, JqError>(Json::Number(u32::from(c).into())));
    collect(numbers).map(Json::list)
}

fn implode(value: &Json) -> ValR<Json> {
    let character = |item: &Json| {
        let number = item.as_number()?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "compared")]
        let code = number as u32;
        let character = char::from_u32(code).filter(|_| number.fract() == 0.0 && number >= 0.0);
        metered::<_, JqError>(meter::step())?;
        character.map_or_else(|| fail(format!("{item} is no character")), Ok)
    };
    let text: ValR<String, Json> = value.as_items()?.iter().map(character).collect();
    Ok(Json::text(text?))
}

/// A text without its beginning or end; whatever else as it is.
fn without(
    value: &Json,
    part: &Json,
    strip: for<'t, 'p> fn(&'t str, &'p str) -> Option<&'t str>,
) -> Json {
    match (value, part) {
        (Json::Text(text), Json::Text(part)) => {
            let rest = strip(text.as_str(), part.as_str());
            rest.map_or_else(|| value.clone(), Json::text)
        }
        _ => value.clone(),
    }
}
