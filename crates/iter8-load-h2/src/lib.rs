//! HTTP/2 connections of load tests, for whatever is spoken over them.
//!
//! A [`Pool`] is one worker's connections: it dials them, opens streams as the server allows, keeps
//! the time limits, and notes when each request was sent and answered. What the requests are, and
//! whether an answer is good, is up to a [`Protocol`].
//!
//! Start reading at [`Protocol`], then [`Pool`].

mod cause;
mod pool;
mod session;
mod slot;
mod timers;

pub use cause::Cause;
pub use pool::{Pool, PoolPlan};
pub use slot::{Body, Flow, More, Protocol, Request};
