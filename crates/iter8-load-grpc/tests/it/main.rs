//! Calls from descriptors and data, as a transport makes them.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails where it stands")]

mod data;
mod descriptors;
mod exchange;
mod reflection;
mod shop;
mod templates;
