//! A part of a JSON body, which knows where it stands.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

/// The outcome of a check: what is wrong, with the place.
pub(super) type Checked<T = ()> = Result<T, String>;

/// A value within a body.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Part<'a> {
    /// The whole body.
    pub(super) fn whole(value: &'a Value) -> Self {
        Self { value, path: "body".to_owned() }
    }

    pub(super) fn fault<T>(&self, what: impl std::fmt::Display) -> Checked<T> {
        Err(format!("{}: {what}", self.path))
    }

    /// An object with no other keys than these.
    pub(super) fn object(&self, known: &[&str]) -> Checked<&'a Map<String, Value>> {
        let map = self.any_object()?;
        match map.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(map),
            Some(key) => self.fault(format_args!("unknown field {key:?}")),
        }
    }

    /// An object with any keys.
    pub(super) fn any_object(&self) -> Checked<&'a Map<String, Value>> {
        match self.value {
            Value::Object(map) => Ok(map),
            other => self.fault(format_args!("expected an object, got {other}")),
        }
    }

    /// A field that must be there.
    pub(super) fn field(&self, key: &str) -> Checked<Part<'a>> {
        match self.optional(key)? {
            Some(part) => Ok(part),
            None => self.fault(format_args!("no field {key:?}")),
        }
    }

    /// A field that may be missing.
    pub(super) fn optional(&self, key: &str) -> Checked<Option<Part<'a>>> {
        let value = self.any_object()?.get(key);
        Ok(value.map(|value| Part { value, path: format!("{}.{key}", self.path) }))
    }

    /// The items of a list of so many.
    pub(super) fn list(&self, count: RangeInclusive<usize>) -> Checked<Vec<Part<'a>>> {
        let Value::Array(items) = self.value else {
            return self.fault(format_args!("expected a list, got {}", self.value));
        };
        if !count.contains(&items.len()) {
            return self.fault(format_args!("{} items", items.len()));
        }
        let part = |(at, value)| Part { value, path: format!("{}[{at}]", self.path) };
        Ok(items.iter().enumerate().map(part).collect())
    }

    /// A text of so many UTF-16 units.
    pub(super) fn text(&self, length: RangeInclusive<usize>) -> Checked<&'a str> {
        let Value::String(text) = self.value else {
            return self.fault(format_args!("expected a text, got {}", self.value));
        };
        let units = text.encode_utf16().count();
        if length.contains(&units) {
            return Ok(text);
        }
        self.fault(format_args!("text of {units} units"))
    }

    /// One of these texts.
    pub(super) fn one_of(&self, words: &[&str]) -> Checked<&'a str> {
        let word = self.text(0..=usize::MAX)?;
        if words.contains(&word) {
            return Ok(word);
        }
        self.fault(format_args!("{word:?} is none of {words:?}"))
    }

    /// The URL of a web page of so many units at most.
    pub(super) fn url(&self, longest: usize) -> Checked<&'a str> {
        let url = self.text(1..=longest)?;
        let rest = ["http://", "https://"].iter().find_map(|scheme| url.strip_prefix(scheme));
        let is_clean = |rest: &str| {
            !rest.is_empty()
                && rest.chars().all(|c| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c))
        };
        if rest.is_some_and(is_clean) {
            return Ok(url);
        }
        self.fault(format_args!("{url:?} is no URL"))
    }

    /// A whole number.
    pub(super) fn integer(&self, range: RangeInclusive<u64>) -> Checked<u64> {
        match self.value.as_u64() {
            Some(number) if range.contains(&number) => Ok(number),
            _ => self.fault(format_args!("expected a number of {range:?}, got {}", self.value)),
        }
    }

    /// A boolean.
    pub(super) fn boolean(&self) -> Checked<bool> {
        self.value.as_bool().map_or_else(|| self.fault("expected a boolean"), Ok)
    }

    /// A time by RFC 3339: `2023-05-15T12:00:00.5Z`, or with an offset such as `+02:00`.
    pub(super) fn time(&self) -> Checked {
        let text = self.text(20..=35)?;
        if is_time(text) {
            return Ok(());
        }
        self.fault(format_args!("{text:?} is no time"))
    }
}

fn is_time(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let Some(rest) = shape.strip_prefix("0000-00-00T00:00:00") else { return false };
    let zone = match rest.strip_prefix('.') {
        None => rest,
        Some(fraction) => {
            let zone = fraction.trim_start_matches('0');
            if zone.len() == fraction.len() {
                return false;
            }
            zone
        }
    };
    let part = |range: std::ops::Range<usize>| text[range].parse().unwrap_or(99);
    let in_range = (1..=12).contains(&part(5..7)) && (1..=31).contains(&part(8..10));
    in_range && part(11..13) < 24 && matches!(zone, "Z" | "+00:00" | "-00:00")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_those_of_the_internet() {
        let good = ["2023-05-15T12:00:00Z", "2023-05-15T12:00:00.5Z", "2023-05-15T12:00:00+02:00"];
        for text in good {
            assert!(is_time(text), "{text}");
        }
        let bad = ["2023-05-15 12:00:00Z", "2023-05-15T12:00:00", "2023-05-15T12:00:00.Z"];
        for text in bad.into_iter().chain(["2023-13-15T12:00:00Z", "2023-05-15T24:00:00Z", "x"]) {
            assert!(!is_time(text), "{text}");
        }
    }

    #[test]
    fn faults_name_their_place() {
        let body = json!({"a": [{"b": "😀😀"}], "u": "http://h/ü"});
        let whole = Part::whole(&body);
        let b = whole.field("a").unwrap().list(1..=1).unwrap()[0].field("b").unwrap();
        assert_eq!(b.text(0..=3).unwrap_err(), "body.a[0].b: text of 4 units");
        assert_eq!(b.text(0..=4), Ok("😀😀"));
        assert_eq!(whole.object(&["a"]).unwrap_err(), "body: unknown field \"u\"");
        assert!(whole.field("u").unwrap().url(100).unwrap_err().ends_with("is no URL"));
        assert_eq!(whole.field("c").unwrap_err(), "body: no field \"c\"");
        assert!(whole.field("a").unwrap().list(2..=9).unwrap_err().ends_with("1 items"));
    }
}
