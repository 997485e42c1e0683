//! The sample service seen by plain sockets.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test, in helpers too")]

mod client;
mod freezes;
mod limits;
mod protocol;
mod routes;
mod times;
