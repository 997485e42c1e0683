//! x
mod decoder;
