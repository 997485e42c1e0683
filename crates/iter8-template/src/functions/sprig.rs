//! The functions of Sprig 3, and Helm's.

mod cast;
mod charges;
mod convert;
mod crypto;
mod data;
mod date;
mod defaults;
mod dicts;
mod encoding;
mod helm;
mod lists;
mod network;
mod numeric;
mod panics;
mod path;
pub(super) mod random;
mod reflect;
mod regex;
mod runes;
mod search;
mod semver;
mod strings;
#[cfg(test)]
mod testing;
mod url;

use crate::function::Function;

/// All groups.
pub(super) const GROUPS: &[&[Function]] = &[
    convert::FUNCTIONS,
    crypto::FUNCTIONS,
    data::FUNCTIONS,
    date::FUNCTIONS,
    defaults::FUNCTIONS,
    dicts::FUNCTIONS,
    dicts::copy::FUNCTIONS,
    dicts::merge::FUNCTIONS,
    encoding::FUNCTIONS,
    helm::FUNCTIONS,
    lists::FUNCTIONS,
    lists::ranges::FUNCTIONS,
    lists::sets::FUNCTIONS,
    network::FUNCTIONS,
    numeric::FUNCTIONS,
    numeric::floats::FUNCTIONS,
    path::FUNCTIONS,
    random::FUNCTIONS,
    reflect::FUNCTIONS,
    regex::FUNCTIONS,
    semver::FUNCTIONS,
    strings::FUNCTIONS,
    strings::case::FUNCTIONS,
    strings::quote::FUNCTIONS,
    strings::split::FUNCTIONS,
    strings::trim::FUNCTIONS,
    strings::words::FUNCTIONS,
    strings::wrap::FUNCTIONS,
    #[cfg(test)]
    testing::FUNCTIONS,
    url::FUNCTIONS,
];
