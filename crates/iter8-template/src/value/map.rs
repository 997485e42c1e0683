//! Go's maps with keys of type `string`.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use super::{Text, Value, dismantle};

/// A map that is shared between all its copies, in the order of its keys' bytes.
#[derive(Debug, Clone)]
pub struct Map {
    entries: Rc<RefCell<BTreeMap<Text, Value>>>,
    kind: MapKind,
}

/// The type of a map's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapKind {
    /// `map[string]interface {}`.
    Any,
    /// `map[string]string`, as Sprig's `split` makes it. `index` finds the empty text under a missing key.
    Texts,
}

impl MapKind {
    /// Go's name of the type.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Any => "map[string]interface {}",
            Self::Texts => "map[string]string",
        }
    }
}

impl Map {
    /// An empty `map[string]interface {}`.
    pub fn new() -> Self {
        Self::of(MapKind::Any, BTreeMap::new())
    }

    /// A map of the type.
    pub fn of(kind: MapKind, entries: BTreeMap<Text, Value>) -> Self {
        Self { entries: Rc::new(RefCell::new(entries)), kind }
    }

    /// The type of the values.
    pub fn kind(&self) -> MapKind {
        self.kind
    }

    /// The value of a key.
    pub fn get(&self, key: &[u8]) -> Option<Value> {
        self.entries.borrow().get(key).cloned()
    }

    /// What a function makes of the value of a key. It must not change the map.
    pub(crate) fn visit<R>(&self, key: &[u8], visit: impl FnOnce(&Value) -> R) -> Option<R> {
        self.entries.borrow().get(key).map(visit)
    }

    /// Whether the key is there, be its value nil or not.
    pub fn contains(&self, key: &[u8]) -> bool {
        self.entries.borrow().contains_key(key)
    }

    /// Sets a value, for all who hold the map.
    pub fn set(&self, key: impl Into<Text>, value: Value) {
        self.entries.borrow_mut().insert(key.into(), value);
    }

    /// Takes a key out, for all who hold the map.
    pub fn remove(&self, key: &[u8]) {
        self.entries.borrow_mut().remove(key);
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.entries.borrow().len()
    }

    /// The values, if nobody else holds the map.
    pub(super) fn own_values(&mut self) -> Option<impl Iterator<Item = &mut Value>> {
        Rc::get_mut(&mut self.entries).map(|entries| entries.get_mut().values_mut())
    }

    /// Whether somebody else holds the same map.
    pub(crate) fn is_shared(&self) -> bool {
        Rc::strong_count(&self.entries) > 1
    }

    /// Whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.entries.borrow().is_empty()
    }

    /// Keys and values as they are now, sorted by key.
    pub fn entries(&self) -> Vec<(Text, Value)> {
        let entries = self.entries.borrow();
        entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    /// Calls with the number of each entry, its key and its value, sorted by key, until one fails.
    /// The map must not be changed meanwhile.
    pub(crate) fn each<E>(
        &self,
        mut visit: impl FnMut(usize, &Text, &Value) -> Result<(), E>,
    ) -> Result<(), E> {
        let entries = self.entries.borrow();
        entries.iter().enumerate().try_for_each(|(index, (key, value))| visit(index, key, value))
    }

    /// Whether a value is this map or has it anywhere inside, and at how many values that took a
    /// look.
    pub(crate) fn is_within(&self, value: &Value) -> (bool, u64) {
        let (mut steps, mut pending, mut seen) = (0, Vec::new(), HashSet::new());
        let mut look = |value: &Value, pending: &mut Vec<Value>| {
            steps += 1;
            // What is held in several places is looked at once.
            let place = match value {
                Value::List(list) => list.items().as_ptr().cast::<()>(),
                Value::Map(map) => Rc::as_ptr(&map.entries).cast::<()>(),
                _ => return,
            };
            if seen.insert(place) {
                pending.push(value.clone());
            }
        };
        look(value, &mut pending);
        let mut is_within = false;
        while let Some(value) = pending.pop() {
            match &value {
                Value::Map(map) if self.is_same(map) => {
                    is_within = true;
                    break;
                }
                Value::Map(map) => {
                    map.entries.borrow().values().for_each(|value| look(value, &mut pending));
                }
                Value::List(list) => {
                    list.items().iter().for_each(|value| look(value, &mut pending));
                }
                _ => {}
            }
        }
        (is_within, steps)
    }

    /// Whether the two are one map.
    pub fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.entries, &other.entries)
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        if let Some(values) = self.own_values() {
            dismantle(values);
        }
    }
}

impl Default for Map {
    fn default() -> Self {
        Self::new()
    }
}

impl FromIterator<(Text, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (Text, Value)>>(entries: I) -> Self {
        Self::of(MapKind::Any, entries.into_iter().collect())
    }
}
