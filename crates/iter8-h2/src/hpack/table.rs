//! The decoder's dynamic table (RFC 7541, section 2.3.2).
//!
//! Names and values lie one behind the other in one piece of memory. New entries are decoded
//! right to its end; old ones leave at its beginning, which is reclaimed now and then.

use std::collections::VecDeque;

use super::ENTRY_OVERHEAD;
use super::kind::Kind;

/// A name, a value, and what they mean.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Where the name begins, counted over the life of the table.
    start: usize,
    name: usize,
    value: usize,
    kind: Kind,
}

/// Where an entry that is still being made begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draft {
    start: usize,
}

/// The newest fields that were sent with the request to keep them.
#[derive(Debug)]
pub(crate) struct Table {
    bytes: Vec<u8>,
    /// Bytes that lay before `bytes` and were reclaimed.
    base: usize,
    /// Oldest first.
    entries: VecDeque<Entry>,
    size: usize,
    limit: usize,
}

impl Table {
    /// An empty table of this size.
    pub(crate) fn new(limit: u32) -> Self {
        let limit = limit as usize;
        Self { bytes: Vec::new(), base: 0, entries: VecDeque::new(), size: 0, limit }
    }

    /// Size that the table may have.
    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// Changes the size and drops what no longer fits.
    pub(crate) fn resize(&mut self, limit: usize) {
        self.limit = limit;
        self.evict(limit);
    }

    /// The field at an index of the dynamic table, 0 being the newest.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> Option<(Kind, &[u8], &[u8])> {
        let entry = self.entries.get(self.entries.len().checked_sub(index + 1)?)?;
        let (name, rest) = self.bytes[entry.start - self.base..].split_at(entry.name);
        Some((entry.kind, name, &rest[..entry.value]))
    }

    /// Begins an entry: what is now appended to the bytes is its name.
    #[inline]
    pub(crate) fn draft(&mut self) -> (Draft, &mut Vec<u8>) {
        // Twice the size, so that each byte is moved at most once on average.
        if self.bytes.len() > 2 * self.limit {
            let start = self.entries.front().map_or(self.end(), |entry| entry.start);
            self.bytes.drain(..start - self.base);
            self.base = start;
        }
        let start = self.end();
        (Draft { start }, &mut self.bytes)
    }

    /// Appends the name of an entry to the bytes; `false` if there is no such entry.
    #[inline]
    pub(crate) fn copy_name(&mut self, index: usize) -> bool {
        let place = self.entries.len().checked_sub(index + 1);
        let Some(entry) = place.and_then(|place| self.entries.get(place)) else {
            return false;
        };
        let start = entry.start - self.base;
        self.bytes.extend_from_within(start..start + entry.name);
        true
    }

    /// Bytes behind the draft.
    #[inline]
    pub(crate) fn drafted(&mut self, draft: Draft) -> (usize, &mut Vec<u8>) {
        (self.end() - draft.start, &mut self.bytes)
    }

    /// The bytes of the draft, split behind its name.
    #[inline]
    pub(crate) fn peek(&self, draft: Draft, name: usize) -> (&[u8], &[u8]) {
        self.bytes[draft.start - self.base..].split_at(name)
    }

    /// Keeps the draft as the newest entry. One larger than the table empties it and is not kept
    /// (RFC 7541, section 4.4).
    #[inline]
    pub(crate) fn commit(&mut self, draft: Draft, name: usize, kind: Kind) {
        let value = self.end() - draft.start - name;
        let size = name + value + ENTRY_OVERHEAD;
        if size > self.limit {
            self.evict(0);
            return;
        }
        self.evict(self.limit - size);
        self.entries.push_back(Entry { start: draft.start, name, value, kind });
        self.size += size;
    }

    fn end(&self) -> usize {
        self.base + self.bytes.len()
    }

    fn evict(&mut self, limit: usize) {
        while self.size > limit
            && let Some(entry) = self.entries.pop_front()
        {
            self.size -= entry.name + entry.value + ENTRY_OVERHEAD;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(table: &mut Table, name: &str, value: &str) {
        let (draft, bytes) = table.draft();
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(value.as_bytes());
        assert_eq!(table.peek(draft, name.len()), (name.as_bytes(), value.as_bytes()));
        table.commit(draft, name.len(), Kind::Plain);
    }

    fn names(table: &Table) -> Vec<String> {
        (0..table.entries.len())
            .map(|index| String::from_utf8(table.get(index).unwrap().1.to_vec()).unwrap())
            .collect()
    }

    #[test]
    fn old_entries_make_room_for_new_ones() {
        let mut table = Table::new(100);
        add(&mut table, "a", "1");
        add(&mut table, "b", "2");
        assert_eq!((names(&table).join(" "), table.size), ("b a".to_owned(), 68));
        add(&mut table, "c", "3");
        assert_eq!((names(&table).join(" "), table.size), ("c b".to_owned(), 68));
        table.resize(67);
        assert_eq!(names(&table), ["c"]);
        add(&mut table, "d", &"x".repeat(35));
        assert_eq!((names(&table).len(), table.size), (0, 0));
    }

    #[test]
    fn memory_is_reclaimed_while_entries_stay_right() {
        let mut table = Table::new(200);
        for number in 0..10_000 {
            add(&mut table, &format!("name-{number}"), &"v".repeat(number % 40));
            let (_, name, value) = table.get(0).unwrap();
            assert_eq!(name, format!("name-{number}").as_bytes());
            assert_eq!(value.len(), number % 40);
            if let Some((_, name, _)) = table.get(1) {
                assert_eq!(name, format!("name-{}", number - 1).as_bytes());
            }
            assert!(table.bytes.len() <= 600 && table.size <= 200);
        }
    }

    #[test]
    fn a_name_may_come_from_the_entry_that_leaves() {
        let mut table = Table::new(40);
        add(&mut table, "name", "old");
        let (draft, _) = table.draft();
        assert!(table.copy_name(0) && !table.copy_name(1));
        let (name, bytes) = table.drafted(draft);
        bytes.extend_from_slice(b"new");
        table.commit(draft, name, Kind::Plain);
        assert_eq!(table.get(0), Some((Kind::Plain, &b"name"[..], &b"new"[..])));
        assert_eq!(table.get(1), None);
    }
}
