//! Compression of fields (RFC 7541): what both directions share.

pub(crate) mod decoder;
pub(crate) mod encoder;
pub(crate) mod huffman;
pub(crate) mod integer;
pub(crate) mod kind;
pub(crate) mod statics;
mod table;

/// What an entry of a table counts beside its name and value (RFC 7541, section 4.1).
pub(crate) const ENTRY_OVERHEAD: usize = 32;

/// Size of both tables until settings say otherwise (RFC 9113, section 6.5.2).
pub(crate) const DEFAULT_TABLE_SIZE: u32 = 4_096;

/// Why a block of fields cannot be decoded. The table is lost, and the connection with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HpackError {
    /// The block ends within a field.
    #[error("block of fields is cut short")]
    Truncated,
    /// An integer beyond 32 bits (RFC 7541, section 5.1).
    #[error("integer is too large")]
    IntegerOverflow,
    /// An index of 0 or beyond both tables (section 2.3.3).
    #[error("index {0} is in no table")]
    InvalidIndex(u32),
    /// An impossible code, EOS, or padding of more than 7 bits or other than ones (section 5.2).
    #[error("huffman code is invalid")]
    InvalidHuffman,
    /// A table larger than allowed, an update that is not first, or one that is missing (section
    /// 4.2).
    #[error("update of the table size is invalid")]
    InvalidSizeUpdate,
}
