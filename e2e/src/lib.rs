//! The vocabulary of the stories in `tests/it`: a folder to work in, the real program started in
//! it, what it printed, signals sent to it, and the code blocks of the documentation.
//!
//! It knows the program by its command line, its files and its exit codes alone, so that a story
//! says what a user would see. Everything here panics with what the program printed when
//! something does not happen within its limit: a story has nothing better to do.
//!
//! Start reading at [`Workspace`] and [`Iter8`].

mod binary;
mod blocks;
pub mod cluster;
mod iter8;
mod output;
mod running;
pub mod service;
pub mod web;
mod words;
mod workspace;

pub use binary::binary;
pub use blocks::{Block, blocks};
pub use iter8::{Finished, Iter8};
pub use running::{Running, Signal};
pub use words::words;
pub use workspace::Workspace;
