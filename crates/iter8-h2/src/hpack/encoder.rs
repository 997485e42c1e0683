//! Encoding of request heads (RFC 7541, section 6).
//!
//! Stable fields enter the peer's table when they are first sent, as long as there is room, and
//! never leave it. So their indexes settle after the first requests, and from then on a head is
//! a copy of bytes made before.

use std::sync::Arc;

use super::statics::STATICS;
use super::statics::StaticMatch;
use super::{DEFAULT_TABLE_SIZE, ENTRY_OVERHEAD, integer};
use crate::head::{Fixed, Head, Parts};

/// Heads of which the bytes are remembered: one for each method or endpoint of a test, which are
/// few. More are sent correctly, only more slowly.
const MAX_REMEMBERED: usize = 32;

/// Name and value of a field in the table.
type Entry = (Box<[u8]>, Box<[u8]>);

/// A head as it is sent while the table is what it is.
#[derive(Debug)]
struct Remembered {
    parts: Arc<Parts>,
    /// Number of changes of the table before this was made.
    changes: u64,
    bytes: Vec<u8>,
    /// Where the fields without a colon begin.
    regular: usize,
}

/// Encodes the heads of one connection, in the order in which they are sent.
#[derive(Debug)]
pub(crate) struct Encoder {
    /// What the peer has in its table, oldest first.
    entries: Vec<Entry>,
    size: usize,
    limit: u32,
    /// The next block begins with an update of the table size.
    is_resized: bool,
    changes: u64,
    remembered: Vec<Remembered>,
    /// Which one is replaced next.
    oldest: usize,
}

impl Encoder {
    /// An encoder with an empty table.
    pub(crate) fn new() -> Self {
        Self {
            entries: Vec::new(),
            size: 0,
            limit: DEFAULT_TABLE_SIZE,
            is_resized: false,
            changes: 0,
            remembered: Vec::new(),
            oldest: 0,
        }
    }

    /// The peer allows a table of `last` bytes, and meanwhile allowed only `least`.
    ///
    /// We never use more than the usual size: what is stable in a few heads fits. Below it, the
    /// table is emptied and filled anew (RFC 7541, section 4.2).
    pub(crate) fn resize(&mut self, least: u32, last: u32) {
        let last = last.min(DEFAULT_TABLE_SIZE);
        if least < self.limit || last != self.limit {
            self.limit = last;
            self.is_resized = true;
            self.entries.clear();
            self.size = 0;
            self.changes += 1;
        }
    }

    /// Appends the block of a head.
    #[inline]
    pub(crate) fn encode(&mut self, head: &Head, out: &mut Vec<u8>) {
        if self.is_resized {
            self.write_sizes(out);
        }
        let is_known = |known: &Remembered| {
            Arc::ptr_eq(&known.parts, &head.parts) && known.changes == self.changes
        };
        let place = match self.remembered.iter().position(is_known) {
            Some(place) => place,
            None if self.can_learn(&head.parts) => return self.write_first(head, out),
            None => self.remember(&head.parts),
        };
        let known = &self.remembered[place];
        out.extend_from_slice(&known.bytes[..known.regular]);
        head.varying_pseudo().for_each(|field| out.extend_from_slice(field));
        out.extend_from_slice(&known.bytes[known.regular..]);
        head.varying_regular().for_each(|field| out.extend_from_slice(field));
    }

    fn write_sizes(&mut self, out: &mut Vec<u8>) {
        // Zero first, for whatever the peer's table was in between.
        for size in [0, self.limit] {
            integer::encode(size as usize, 5, 0x20, out);
        }
        self.is_resized = false;
    }

    /// Whether the table has room for a field that it does not have.
    fn can_learn(&self, parts: &Parts) -> bool {
        parts.pseudo.iter().chain(&parts.regular).any(|field| self.is_new(field))
    }

    fn is_new(&self, field: &Fixed) -> bool {
        !field.is_secret
            && !matches!(field.found, StaticMatch::Field(_))
            && self.size + entry_size(field) <= self.limit as usize
            && self.index(field).is_none()
    }

    /// Index of a field in the table.
    fn index(&self, field: &Fixed) -> Option<usize> {
        let is_same =
            |entry: &(Box<[u8]>, Box<[u8]>)| entry.0 == field.name && entry.1 == field.value;
        // The newest has the lowest index, and all come after the static ones.
        Some(STATICS.len() + self.entries.len() - self.entries.iter().position(is_same)?)
    }

    /// Writes a head and adds to the table what has room there.
    fn write_first(&mut self, head: &Head, out: &mut Vec<u8>) {
        let parts = &head.parts;
        parts.pseudo.iter().for_each(|field| self.write_and_add(field, out));
        head.varying_pseudo().for_each(|field| out.extend_from_slice(field));
        parts.regular.iter().for_each(|field| self.write_and_add(field, out));
        head.varying_regular().for_each(|field| out.extend_from_slice(field));
        self.changes += 1;
    }

    fn write_and_add(&mut self, field: &Fixed, out: &mut Vec<u8>) {
        if !self.is_new(field) {
            return self.write(field, out);
        }
        write_literal(field, 6, 0x40, out);
        self.size += entry_size(field);
        self.entries.push((field.name.clone(), field.value.clone()));
    }

    /// Writes a field without changing the table.
    fn write(&self, field: &Fixed, out: &mut Vec<u8>) {
        match field.found {
            _ if field.is_secret => write_literal(field, 4, 0x10, out),
            StaticMatch::Field(index) => integer::encode(index, 7, 0x80, out),
            StaticMatch::Name(_) | StaticMatch::Nothing => match self.index(field) {
                Some(index) => integer::encode(index, 7, 0x80, out),
                None => write_literal(field, 4, 0, out),
            },
        }
    }

    /// Remembers the bytes of a head from which the table has nothing more to learn.
    fn remember(&mut self, parts: &Arc<Parts>) -> usize {
        let mut bytes = Vec::new();
        parts.pseudo.iter().for_each(|field| self.write(field, &mut bytes));
        let regular = bytes.len();
        parts.regular.iter().for_each(|field| self.write(field, &mut bytes));
        let new = Remembered { parts: Arc::clone(parts), changes: self.changes, bytes, regular };
        let same = self.remembered.iter().position(|known| Arc::ptr_eq(&known.parts, parts));
        let place = match same {
            Some(place) => place,
            None if self.remembered.len() < MAX_REMEMBERED => {
                self.remembered.push(new);
                return self.remembered.len() - 1;
            }
            None => {
                self.oldest = (self.oldest + 1) % MAX_REMEMBERED;
                self.oldest
            }
        };
        self.remembered[place] = new;
        place
    }
}

fn entry_size(field: &Fixed) -> usize {
    field.name.len() + field.value.len() + ENTRY_OVERHEAD
}

fn write_literal(field: &Fixed, prefix: u32, first: u8, out: &mut Vec<u8>) {
    match field.found {
        StaticMatch::Field(index) | StaticMatch::Name(index) => {
            integer::encode(index, prefix, first, out);
        }
        StaticMatch::Nothing => {
            out.push(first);
            out.extend_from_slice(&field.name_literal);
        }
    }
    out.extend_from_slice(&field.value_literal);
}

#[cfg(test)]
mod tests;
