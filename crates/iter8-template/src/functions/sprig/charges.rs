//! What results cost that can be much larger than the arguments they are made of.

use crate::function::{Failure, Host};
use crate::value::Value;

/// Bytes that a text takes beside its own: the value, and the counters of the shared allocation.
const PER_TEXT: usize = size_of::<Value>() + 16;

/// Announces a list or map of so many texts with so many bytes in sum.
pub(super) fn texts(host: &mut dyn Host, count: usize, bytes: usize) -> Result<(), Failure> {
    host.charge(count.saturating_mul(PER_TEXT).saturating_add(bytes))
}

/// Announces a list of so many values that are already there, or are numbers.
pub(super) fn items(host: &mut dyn Host, count: usize) -> Result<(), Failure> {
    host.charge(count.saturating_mul(size_of::<Value>()))
}
