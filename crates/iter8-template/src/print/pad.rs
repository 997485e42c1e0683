//! Flags, width, and where printed bytes go.

use super::Excess;

/// What stands between `%` and the verb.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a character of a format")]
pub(super) struct Flags {
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
    pub(super) plus: bool,
    pub(super) minus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%#v`: as Go's source code would write it.
    pub(super) sharp_v: bool,
}

impl Flags {
    /// Whether there are none.
    pub(super) fn is_none(&self) -> bool {
        self.width.is_none()
            && self.precision.is_none()
            && !(self.plus || self.minus || self.sharp || self.space || self.zero || self.sharp_v)
    }
}

/// A buffer with an end.
pub(super) struct Sink<'a> {
    out: &'a mut Vec<u8>,
    end: usize,
}

impl<'a> Sink<'a> {
    /// At most `room` bytes are appended.
    pub(super) fn new(out: &'a mut Vec<u8>, room: usize) -> Self {
        let end = out.len().saturating_add(room);
        Self { out, end }
    }

    /// Whether so many bytes can still be appended.
    pub(super) fn has_room(&self, length: usize) -> Result<(), Excess> {
        if self.end - self.out.len() < length { Err(Excess::Bytes) } else { Ok(()) }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Excess> {
        self.has_room(bytes.len())?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    fn fill(&mut self, byte: u8, count: usize) -> Result<(), Excess> {
        self.has_room(count)?;
        self.out.resize(self.out.len() + count, byte);
        Ok(())
    }

    /// So many blanks; zeros only to the left.
    pub(super) fn padding(&mut self, flags: &Flags, count: usize) -> Result<(), Excess> {
        self.fill(if flags.zero && !flags.minus { b'0' } else { b' ' }, count)
    }

    /// Bytes, made as wide as asked.
    pub(super) fn pad(&mut self, flags: &Flags, bytes: &[u8]) -> Result<(), Excess> {
        let Some(width) = flags.width.filter(|&width| width > 0) else {
            return self.write(bytes);
        };
        let missing = width.saturating_sub(count_characters(bytes));
        if flags.minus {
            self.write(bytes)?;
            self.padding(flags, missing)
        } else {
            self.padding(flags, missing)?;
            self.write(bytes)
        }
    }

    /// The same, never with zeros.
    pub(super) fn pad_with_spaces(&mut self, flags: &Flags, bytes: &[u8]) -> Result<(), Excess> {
        self.pad(&Flags { zero: false, ..*flags }, bytes)
    }
}

/// Characters, where each byte that belongs to none counts as one.
pub(super) fn count_characters(bytes: &[u8]) -> usize {
    let chunks = bytes.utf8_chunks();
    chunks.map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}

/// The first characters of a text.
pub(super) fn truncate(bytes: &[u8], characters: usize) -> &[u8] {
    if bytes.len() <= characters {
        return bytes;
    }
    let mut left = characters;
    let mut end = 0;
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if left == 0 {
                return &bytes[..end];
            }
            left -= 1;
            end += c.len_utf8();
        }
        let invalid = chunk.invalid().len();
        if left < invalid {
            return &bytes[..end + left];
        }
        left -= invalid;
        end += invalid;
    }
    bytes
}
