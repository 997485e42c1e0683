//! Executing templates, compared with Go and bounded.

mod cases;
mod limits;
mod missing;
mod objects;
mod reference;

use crate::templates::MissingKey;
use crate::testing::check;

#[test]
fn fields_keys_literals_and_commands() {
    check(cases::FIELDS, MissingKey::Default);
}

#[test]
fn variables() {
    check(cases::VARIABLES, MissingKey::Default);
}

#[test]
fn branches() {
    check(cases::BRANCHES, MissingKey::Default);
}

#[test]
fn loops() {
    check(cases::LOOPS, MissingKey::Default);
}

#[test]
fn templates() {
    check(cases::TEMPLATES, MissingKey::Default);
}

#[test]
fn trim_markers_and_comments() {
    check(cases::TRIMMED, MissingKey::Default);
}

#[test]
fn missing_keys() {
    check(missing::MISSING_DEFAULT, MissingKey::Default);
    check(missing::MISSING_ZERO, MissingKey::Zero);
    check(missing::MISSING_ERROR, MissingKey::Error);
}
