//! Reports of fixed experiments, and what must hold for reports of any experiment.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, too")]

mod experiments;
mod goldens;
mod properties;
mod spec;
