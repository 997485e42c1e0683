//! Scripted servers seen by plain sockets.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test, in helpers too")]

mod client;
mod fakes;
mod steps;
mod turns;
