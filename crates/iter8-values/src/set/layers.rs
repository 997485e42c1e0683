//! The order in which files and arguments override each other.

use serde_json::{Map, Value};

use super::{ArgumentError, ReadFile, apply_set, apply_set_file, apply_set_json, apply_set_string};
use crate::merge::overlay;

/// All that a user gave, each list in the order given. The fields stand in order of precedence,
/// lowest first.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// Contents of the files of `-f`.
    pub files: Vec<Map<String, Value>>,
    /// Arguments of `--set-json`. They come before `--set`, as in Helm 3.11, so that single values
    /// can be changed in a structure given as JSON.
    pub set_json: Vec<String>,
    /// Arguments of `--set`.
    pub set: Vec<String>,
    /// Arguments of `--set-string`.
    pub set_string: Vec<String>,
    /// Arguments of `--set-file`.
    pub set_file: Vec<String>,
}

/// Puts the layers on top of each other.
///
/// Nulls are kept, because they still have to remove defaults: [`merge`](crate::merge::merge) the
/// result into these. Files are overlaid; arguments write single keys, so that `a.b=1` keeps the
/// rest of map `a` and `a[0]=1` the rest of list `a`.
pub fn compose(
    layers: Layers,
    read: &mut ReadFile<'_>,
) -> Result<Map<String, Value>, ArgumentError> {
    let mut values = layers.files.into_iter().fold(Map::new(), overlay);
    layers.set_json.iter().try_for_each(|argument| apply_set_json(&mut values, argument))?;
    layers.set.iter().try_for_each(|argument| apply_set(&mut values, argument))?;
    layers.set_string.iter().try_for_each(|argument| apply_set_string(&mut values, argument))?;
    layers.set_file.iter().try_for_each(|argument| apply_set_file(&mut values, argument, read))?;
    Ok(values)
}
