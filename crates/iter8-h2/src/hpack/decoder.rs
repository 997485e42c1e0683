//! Decoding of field blocks (RFC 7541, section 3).

use super::kind::{self, Kind};
use super::statics::STATICS;
use super::table::Table;
use super::{DEFAULT_TABLE_SIZE, HpackError, huffman, integer};

/// A field as it lies in the block, a table or a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Field<'a> {
    pub(crate) kind: Kind,
    pub(crate) name: &'a [u8],
    /// Empty if nobody wants it and it need not be decoded.
    pub(crate) value: &'a [u8],
}

/// A string literal before it is decoded.
#[derive(Debug, Clone, Copy)]
struct Literal<'a> {
    is_huffman: bool,
    bytes: &'a [u8],
}

impl Literal<'_> {
    #[inline]
    fn append_to(self, out: &mut Vec<u8>) -> Result<(), HpackError> {
        if self.is_huffman {
            return huffman::decode(self.bytes, out);
        }
        out.extend_from_slice(self.bytes);
        Ok(())
    }
}

/// Decodes the blocks of one connection, in the order in which they come.
#[derive(Debug)]
pub(crate) struct Decoder {
    table: Table,
    /// Size that the peer may choose at most.
    allowed: u32,
    /// The next block has to begin with an update of the table size.
    needs_update: bool,
    /// Decoded literals that are not kept.
    scratch: Vec<u8>,
}

impl Decoder {
    /// A decoder with a table of the usual size, which the peer may change to at most `allowed`.
    pub(crate) fn new(allowed: u32) -> Self {
        Self {
            table: Table::new(DEFAULT_TABLE_SIZE),
            allowed: allowed.max(DEFAULT_TABLE_SIZE),
            needs_update: false,
            scratch: Vec::new(),
        }
    }

    /// The peer has confirmed another size.
    ///
    /// If it is smaller than the table, the next block has to say so (RFC 7541, section 4.2).
    pub(crate) fn set_allowed(&mut self, size: u32) {
        self.allowed = size;
        self.needs_update = self.table.limit() > size as usize;
    }

    /// Decodes a whole block. After an error the decoder is of no more use.
    #[inline]
    pub(crate) fn decode(
        &mut self,
        block: &[u8],
        is_wanted: bool,
        mut each: impl FnMut(Field<'_>),
    ) -> Result<(), HpackError> {
        let mut rest = self.update_size(block)?;
        while let Some(first) = rest.first() {
            rest = match first {
                0x80.. => self.indexed(rest, &mut each)?,
                0x40.. => self.kept(rest, &mut each)?,
                0x20.. => return Err(HpackError::InvalidSizeUpdate),
                _ => self.passing(rest, is_wanted, &mut each)?,
            };
        }
        Ok(())
    }

    /// Takes the updates of the table size with which a block begins (section 6.3).
    #[inline]
    fn update_size<'a>(&mut self, block: &'a [u8]) -> Result<&'a [u8], HpackError> {
        let mut rest = block;
        while let Some(0x20..0x40) = rest.first() {
            let (size, behind) = integer::decode(rest, 5)?;
            if size > self.allowed {
                return Err(HpackError::InvalidSizeUpdate);
            }
            self.table.resize(size as usize);
            self.needs_update = false;
            rest = behind;
        }
        if self.needs_update && !block.is_empty() {
            return Err(HpackError::InvalidSizeUpdate);
        }
        Ok(rest)
    }

    /// An indexed field (section 6.1).
    #[inline]
    fn indexed<'a>(
        &self,
        bytes: &'a [u8],
        each: &mut impl FnMut(Field<'_>),
    ) -> Result<&'a [u8], HpackError> {
        let (index, rest) = integer::decode(bytes, 7)?;
        let place = (index as usize).checked_sub(1).ok_or(HpackError::InvalidIndex(index))?;
        let (kind, name, value) = if let Some(&(name, value)) = STATICS.get(place) {
            (STATIC_KINDS[place], name, value)
        } else {
            let dynamic = self.table.get(place - STATICS.len());
            dynamic.ok_or(HpackError::InvalidIndex(index))?
        };
        each(Field { kind, name, value });
        Ok(rest)
    }

    /// A literal that is added to the table (section 6.2.1).
    fn kept<'a>(
        &mut self,
        bytes: &'a [u8],
        each: &mut impl FnMut(Field<'_>),
    ) -> Result<&'a [u8], HpackError> {
        let (index, rest) = integer::decode(bytes, 6)?;
        let (draft, buffer) = self.table.draft();
        let rest = match (index as usize).checked_sub(1) {
            None => {
                let (name, rest) = literal(rest)?;
                name.append_to(buffer)?;
                rest
            }
            Some(place) => {
                match STATICS.get(place) {
                    Some((name, _)) => buffer.extend_from_slice(name),
                    None if self.table.copy_name(place - STATICS.len()) => {}
                    None => return Err(HpackError::InvalidIndex(index)),
                }
                rest
            }
        };
        let (name, buffer) = self.table.drafted(draft);
        let (value, rest) = literal(rest)?;
        value.append_to(buffer)?;
        let field = self.table.peek(draft, name);
        let kind = kind::classify(field.0, field.1);
        each(Field { kind, name: field.0, value: field.1 });
        self.table.commit(draft, name, kind);
        Ok(rest)
    }

    /// A literal that is not added to the table (sections 6.2.2 and 6.2.3).
    fn passing<'a>(
        &mut self,
        bytes: &'a [u8],
        is_wanted: bool,
        each: &mut impl FnMut(Field<'_>),
    ) -> Result<&'a [u8], HpackError> {
        let (index, rest) = integer::decode(bytes, 4)?;
        let Self { table, scratch, .. } = self;
        scratch.clear();
        let (known, rest) = match (index as usize).checked_sub(1) {
            None => {
                let (name, rest) = literal(rest)?;
                name.append_to(scratch)?;
                (None, rest)
            }
            Some(place) => {
                let name = match STATICS.get(place) {
                    Some((name, _)) => Some(*name),
                    None => table.get(place - STATICS.len()).map(|(_, name, _)| name),
                };
                (Some(name.ok_or(HpackError::InvalidIndex(index))?), rest)
            }
        };
        let name_end = scratch.len();
        let (value, rest) = literal(rest)?;
        // Whoever only counts statuses need not decode the date of each response.
        if !is_wanted && value.is_huffman {
            let name = known.unwrap_or(scratch);
            if kind::classify_name(name) == Kind::Plain {
                each(Field { kind: Kind::Plain, name, value: &[] });
                return Ok(rest);
            }
        }
        let value = if value.is_huffman {
            huffman::decode(value.bytes, scratch)?;
            &scratch[name_end..]
        } else {
            value.bytes
        };
        let name = known.unwrap_or(&scratch[..name_end]);
        each(Field { kind: kind::classify(name, value), name, value });
        Ok(rest)
    }
}

/// Meaning of each entry of the static table.
const STATIC_KINDS: [Kind; STATICS.len()] = {
    let mut kinds = [Kind::Plain; STATICS.len()];
    // Fields of requests have no place in a response.
    let mut place = 0;
    while place < 7 {
        kinds[place] = Kind::Malformed;
        place += 1;
    }
    let statuses = [200, 204, 206, 304, 400, 404, 500];
    while place < 14 {
        kinds[place] = Kind::Status(statuses[place - 7]);
        place += 1;
    }
    // A length without digits, and a field of HTTP/1.1.
    kinds[27] = Kind::Malformed;
    kinds[56] = Kind::Malformed;
    kinds
};

/// Takes a string literal (section 5.2).
#[inline]
fn literal(bytes: &[u8]) -> Result<(Literal<'_>, &[u8]), HpackError> {
    let is_huffman = bytes.first().is_some_and(|first| first & 0x80 != 0);
    let (length, rest) = integer::decode(bytes, 7)?;
    let (bytes, rest) = rest.split_at_checked(length as usize).ok_or(HpackError::Truncated)?;
    Ok((Literal { is_huffman, bytes }, rest))
}

#[cfg(test)]
mod tests;
