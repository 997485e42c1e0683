//! The language and its functions, compared with what Go makes of the same templates.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, too")]
#![expect(clippy::print_stdout, reason = "shows the cases of each family when a test fails")]

mod cases;
mod comparison;
mod conformance;
mod render;
