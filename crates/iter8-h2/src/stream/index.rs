//! From the number of a stream to its place.
//!
//! A table with open addressing in which a number is its own hash: streams are numbered in order,
//! so those that are open at a time are nearly always neighbours that do not collide. The numbers
//! are ours; no peer can choose them.

/// An entry; a number of 0 means that there is none.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    id: u32,
    slot: u32,
}

/// Numbers of the open streams and where they are.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// A power of two in length, and at most half full.
    entries: Box<[Entry]>,
    len: usize,
}

/// Room from the start: that for the hundred streams that most servers allow.
const LEAST: usize = 256;

impl Index {
    /// Place of a stream.
    #[inline]
    pub(crate) fn get(&self, id: u32) -> Option<u32> {
        if self.entries.is_empty() {
            return None;
        }
        let entry = self.entries[self.seek(id)];
        (entry.id == id && id != 0).then_some(entry.slot)
    }

    /// Adds a number that is not there.
    #[inline]
    pub(crate) fn insert(&mut self, id: u32, slot: u32) {
        if self.entries.len() <= 2 * self.len {
            self.grow();
        }
        let place = self.seek(id);
        self.entries[place] = Entry { id, slot };
        self.len += 1;
    }

    /// Removes a number if it is there, and closes the gap.
    #[inline]
    pub(crate) fn remove(&mut self, id: u32) {
        if self.get(id).is_none() {
            return;
        }
        let mut gap = self.seek(id);
        let mut next = gap;
        loop {
            next = (next + 1) & self.mask();
            let entry = self.entries[next];
            if entry.id == 0 {
                break;
            }
            // An entry moves into the gap unless it would then come before its home.
            let from_home = next.wrapping_sub(self.home(entry.id)) & self.mask();
            let from_gap = next.wrapping_sub(gap) & self.mask();
            if from_home >= from_gap {
                self.entries[gap] = entry;
                gap = next;
            }
        }
        self.entries[gap] = Entry::default();
        self.len -= 1;
    }

    #[inline]
    fn mask(&self) -> usize {
        self.entries.len() - 1
    }

    #[inline]
    fn home(&self, id: u32) -> usize {
        // Numbers of a client's streams are odd.
        (id >> 1) as usize & self.mask()
    }

    /// Where the number is, or would be.
    #[inline]
    fn seek(&self, id: u32) -> usize {
        let mut place = self.home(id);
        while self.entries[place].id != id && self.entries[place].id != 0 {
            place = (place + 1) & self.mask();
        }
        place
    }

    fn grow(&mut self) {
        let length = (2 * self.entries.len()).max(LEAST);
        let entries = vec![Entry::default(); length].into_boxed_slice();
        let old = std::mem::replace(&mut self.entries, entries);
        for entry in old.iter().filter(|entry| entry.id != 0) {
            let place = self.seek(entry.id);
            self.entries[place] = *entry;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever ends in whatever order: the index answers as a map would.
        #[test]
        fn answers_as_a_map(steps in prop::collection::vec((0_u32..2_000, any::<bool>()), 0..2_000)) {
            let (mut index, mut map) = (Index::default(), BTreeMap::new());
            for (number, is_new) in steps {
                // Numbers that collide often: a multiple of the length apart.
                let id = (number % 40 + number / 40 * 256) * 2 + 1;
                if is_new && !map.contains_key(&id) {
                    index.insert(id, number);
                    map.insert(id, number);
                } else {
                    index.remove(id);
                    map.remove(&id);
                }
                prop_assert_eq!(index.get(id), map.get(&id).copied());
                prop_assert_eq!(index.len, map.len());
            }
            for (id, slot) in &map {
                prop_assert_eq!(index.get(*id), Some(*slot));
            }
        }
    }

    #[test]
    fn zero_is_no_stream() {
        let mut index = Index::default();
        assert_eq!(index.get(0), None);
        index.insert(1, 7);
        assert_eq!((index.get(0), index.get(1)), (None, Some(7)));
        index.remove(0);
        assert_eq!(index.len, 1);
    }
}
