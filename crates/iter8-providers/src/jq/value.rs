//! JSON values that count what they take.
//!
//! Numbers are floats, as in JavaScript; the keys of objects are sorted, as they are in the jq of
//! Iter8 0.13. Lists and objects are shared until they are changed, and changed in place when
//! nobody else has them.
//!
//! What makes a value cannot fail where the interpreter wants it to succeed. It then makes null,
//! and the meter remembers that the evaluation is over.

mod access;
mod arithmetic;
mod order;
mod read;
mod update;
mod write;

use std::ops::Range;
use std::rc::Rc;

use jaq_core::{Error, ValR};

use super::meter::{self, Charge, Exhausted, LARGEST_TEXT, Limit};

pub(super) use access::{place, with_kind};
pub(super) use arithmetic::as_count;
pub(super) use order::compare;
pub(super) use read::read;
pub(super) use write::{number_text, to_json};

/// Deepest nesting of a value. Far above any answer, far below what the stack bears.
pub(super) const MOST_DEPTH: u32 = 200;

/// What an allocation takes beside its contents: counts, length, and the allocator's own.
const OVERHEAD: usize = 80;

/// What `null | tonumber` fails with: there was nothing, rather than something wrong.
pub(super) const NULL_IS_NO_NUMBER: &str = "null is no number";

/// An error in the words of this language.
pub(super) type JqError = Error<Json>;

/// A value.
#[derive(Clone, Debug, Default)]
pub(super) enum Json {
    #[default]
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<Text>),
    List(Rc<List>),
    Map(Rc<Map>),
}

/// A text with what it takes.
#[derive(Debug)]
pub(super) struct Text {
    text: Box<str>,
    _charge: Charge,
}

/// A list with what it takes, its elements apart.
#[derive(Debug)]
pub(super) struct List {
    items: Vec<Json>,
    depth: u32,
    charge: Charge,
}

/// An object with what it takes, its values apart. Keys are sorted, each is there once.
#[derive(Debug)]
pub(super) struct Map {
    entries: Vec<Entry>,
    depth: u32,
    charge: Charge,
}

pub(super) type Entry = (Rc<Text>, Json);

impl Text {
    fn new(text: Box<str>) -> Self {
        let charge = Charge::new(OVERHEAD + text.len());
        Self { text, _charge: charge }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }
}

impl List {
    fn new(items: Vec<Json>) -> Self {
        let depth = nested(items.iter().map(Json::depth));
        let charge = Charge::new(Self::bytes(&items));
        Self { items, depth, charge }
    }

    fn bytes(items: &Vec<Json>) -> usize {
        OVERHEAD + items.capacity() * size_of::<Json>()
    }

    pub(super) fn items(&self) -> &[Json] {
        &self.items
    }

    /// Changes the elements; none that is added is deeper than `depth`.
    fn change(&mut self, depth: u32, change: impl FnOnce(&mut Vec<Json>)) {
        change(&mut self.items);
        self.charge.change(Self::bytes(&self.items));
        self.depth = self.depth.max(nested([depth].into_iter()));
    }
}

impl Map {
    /// From entries as they come: of equal keys the last one counts.
    fn new(mut entries: Vec<Entry>) -> Self {
        if !entries.is_sorted_by(|(one, _), (next, _)| one.as_str() < next.as_str()) {
            entries.sort_by(|(one, _), (next, _)| one.as_str().cmp(next.as_str()));
            // Of two neighbours the first is kept, so that the later value has to move there.
            entries.dedup_by(|(key, value), (kept, kept_value)| {
                let is_same = key.as_str() == kept.as_str();
                if is_same {
                    std::mem::swap(value, kept_value);
                }
                is_same
            });
        }
        let depth = nested(entries.iter().map(|(_, value)| value.depth()));
        let charge = Charge::new(Self::bytes(&entries));
        Self { entries, depth, charge }
    }

    fn bytes(entries: &Vec<Entry>) -> usize {
        OVERHEAD + entries.capacity() * size_of::<Entry>()
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn place(&self, key: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|(known, _)| known.as_str().cmp(key))
    }

    pub(super) fn get(&self, key: &str) -> Option<&Json> {
        self.place(key).ok().map(|at| &self.entries[at].1)
    }

    /// Changes the entries, leaving them sorted; no value that is added is deeper than `depth`.
    fn change(&mut self, depth: u32, change: impl FnOnce(&mut Vec<Entry>)) {
        change(&mut self.entries);
        self.charge.change(Self::bytes(&self.entries));
        self.depth = self.depth.max(nested([depth].into_iter()));
    }
}

/// The depth of what holds values of these depths. Too much of it ends the evaluation.
fn nested(depths: impl Iterator<Item = u32>) -> u32 {
    let depth = depths.max().unwrap_or_default() + 1;
    if depth > MOST_DEPTH {
        meter::exhaust(Limit::Depth);
    }
    depth
}

impl Json {
    /// A text.
    pub(super) fn text(text: impl Into<Box<str>>) -> Self {
        let text = text.into();
        if text.len() > LARGEST_TEXT {
            meter::exhaust(Limit::Text);
            return Self::Null;
        }
        Self::Text(Rc::new(Text::new(text)))
    }

    /// A list.
    pub(super) fn list(items: Vec<Self>) -> Self {
        Self::List(Rc::new(List::new(items)))
    }

    /// An object; of equal keys the last one counts.
    pub(super) fn map(entries: Vec<Entry>) -> Self {
        Self::Map(Rc::new(Map::new(entries)))
    }

    /// An object of these fields.
    pub(super) fn object(fields: Vec<(&str, Self)>) -> Self {
        let entry = |(key, value): (&str, Self)| (Rc::new(Text::new(key.into())), value);
        Self::map(fields.into_iter().map(entry).collect())
    }

    /// A number, if it is one.
    pub(super) fn as_number(&self) -> Result<f64, JqError> {
        match self {
            Self::Number(number) => Ok(*number),
            other => Err(JqError::typ(other.clone(), "number")),
        }
    }

    /// A text, if it is one.
    pub(super) fn as_text(&self) -> Result<&str, JqError> {
        match self {
            Self::Text(text) => Ok(text.as_str()),
            other => Err(JqError::typ(other.clone(), "string")),
        }
    }

    /// The elements of a list, if it is one.
    pub(super) fn as_items(&self) -> Result<&[Self], JqError> {
        match self {
            Self::List(list) => Ok(list.items()),
            other => Err(JqError::typ(other.clone(), "array")),
        }
    }

    /// The name of its type, as the language has it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::Text(_) => "string",
            Self::List(_) => "array",
            Self::Map(_) => "object",
        }
    }

    fn depth(&self) -> u32 {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => 0,
            Self::List(list) => list.depth,
            Self::Map(map) => map.depth,
        }
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<isize> for Json {
    fn from(number: isize) -> Self {
        Self::Number(number as f64)
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

/// A slice as a part of a path.
impl From<Range<Option<Self>>> for Json {
    fn from(range: Range<Option<Self>>) -> Self {
        let end = Option::unwrap_or_default;
        Self::object(vec![("end", end(range.end)), ("start", end(range.start))])
    }
}

/// A list of what comes, until a limit is reached.
impl FromIterator<Json> for Json {
    fn from_iter<I: IntoIterator<Item = Self>>(items: I) -> Self {
        match collect(items.into_iter().map(Ok::<_, JqError>)) {
            Ok(items) => Self::list(items),
            Err(_) => Self::Null,
        }
    }
}

/// Collects items within the limits.
pub(super) fn collect<T, E>(items: impl Iterator<Item = Result<T, E>>) -> Result<Vec<T>, E>
where
    E: From<JqError>,
{
    let mut kept = Growing::new();
    for item in items {
        metered(meter::step().and(kept.push(item?)))?;
    }
    Ok(kept.finish())
}

/// Items so far, counted while they grow.
struct Growing<T> {
    items: Vec<T>,
    charge: Charge,
}

impl<T> Growing<T> {
    fn new() -> Self {
        Self { items: Vec::new(), charge: Charge::new(0) }
    }

    fn push(&mut self, item: T) -> Result<(), Exhausted> {
        if self.items.len() == self.items.capacity() {
            // For a moment there is the old room beside the new one.
            let bytes = self.items.capacity().max(4) * size_of::<T>();
            meter::room(3 * bytes)?;
            self.charge.change(2 * bytes);
        }
        self.items.push(item);
        // What the items take themselves may have been too much.
        meter::room(0)
    }

    /// The items, no longer counted.
    fn finish(mut self) -> Vec<T> {
        // Most lists have two or three elements, and room for four.
        self.items.shrink_to_fit();
        self.items
    }
}

/// An error for a limit that is reached. Its text does not matter: the meter has the reason.
pub(super) fn metered<T, E: From<JqError>>(outcome: Result<T, Exhausted>) -> Result<T, E> {
    outcome.map_err(|Exhausted| JqError::new(Json::Null).into())
}

/// A failure in words.
pub(super) fn fail<T>(text: impl Into<String>) -> ValR<T, Json> {
    Err(JqError::new(Json::text(text.into())))
}

/// Where one list begins within another, as numbers; nowhere for an empty one.
pub(super) fn indices(items: &[Json], wanted: &[Json]) -> Result<Vec<Json>, JqError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let windows = items.windows(wanted.len()).enumerate();
    let found = windows.filter(|(_, window)| *window == wanted);
    collect(found.map(|(at, _)| Ok(Json::Number(at as f64))))
}
