//! A sample HTTP/1.1 service with known behaviour: how long it takes, how often it fails, how much
//! it answers and when it stands still are all configured, and it records what it really did.
//!
//! It is what the demo, the documentation and the accuracy benches measure. To be true below a
//! millisecond it uses one plain thread per connection, blocking sockets and a sleep with the
//! timer slack of the thread lowered; an asynchronous runtime rounds timers to a millisecond.
//!
//! It knows no load test, no experiment and no Kubernetes, and it serves neither TLS nor HTTP/2.
//!
//! Start reading at [`serve`], then `connection` (one connection from accept to close) and
//! `routes` (what each path answers).

mod clock;
mod config;
mod connection;
mod draw;
mod exposition;
mod freeze;
mod input;
mod output;
mod registry;
mod request;
mod response;
mod routes;
mod server;
mod socket;
mod stats;

pub use config::{
    Distribution, Freeze, InvalidValue, Limits, Listen, Redirect, SampleConfig, Share,
    parse_duration, parse_size,
};
pub use server::{Running, serve};
pub use stats::{Answers, Stats};
