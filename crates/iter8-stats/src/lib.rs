//! Numbers: distributions, moments and percentiles, with exact merges.
//!
//! This crate knows no metric, no latency and no experiment; it takes integers and floats and
//! gives back integers and floats. Nothing here reads a clock, allocates per observation, or
//! accepts a number that is not finite.
//!
//! Start with [`Histogram`], which every load test records into; [`Moments`] keeps mean and
//! variance beside it; [`percentile`] is for the few places that hold all their observations.

mod histogram;
mod moments;
mod percentile;

pub use histogram::{Bucket, Histogram};
pub use moments::{Moments, NotFinite};
pub use percentile::percentile;
