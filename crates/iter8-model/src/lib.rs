//! The nouns of iter8: metrics, versions, objectives, tasks, experiments and their results.
//!
//! Everything here is a value. This crate opens no file and no socket, reads no clock, and knows
//! neither how a task is carried out nor how a result is shown. Types of the document's format
//! live in [`wire`], apart from the domain, and convert with errors that name the place.
//!
//! Start with [`experiment::Experiment`].

pub mod condition;
pub mod credential;
pub mod duration;
pub mod experiment;
pub mod group;
pub mod history;
pub mod insights;
pub mod metric;
pub mod number;
pub mod secret;
pub mod size;
pub mod slo;
mod subject;
pub mod suggest;
pub mod task;
pub mod wire;
pub mod yaml;
