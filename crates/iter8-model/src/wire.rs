//! The experiment document: the YAML shape of Iter8 0.13, read in any case, written canonically.
//!
//! Beside the fields of 0.13, `result` carries `history`, and `insights` carries `queryStatus`;
//! readers of 0.13 ignore them.

mod emit;
mod read;
mod write;

pub use read::{Document, ReadError, read};
pub use write::write;

/// YAML text of any value, with sorted keys.
pub fn to_yaml(value: &serde_json::Value) -> String {
    emit::emit(value)
}

#[cfg(test)]
mod tests;
