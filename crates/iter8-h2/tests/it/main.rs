//! A connection as its users see it: against bytes made by hand, and against the server of `h2`.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails where it stands")]

mod bounds;
mod cuts;
mod exchange;
mod flow;
mod frames;
mod life;
mod model;
mod recorder;
mod responses;
mod server;
mod wire;
