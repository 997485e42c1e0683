//! Values: what a user sets, from `--set` arguments and files to the tasks of an experiment.
//!
//! This crate reads no file and opens no URL; whoever calls it passes texts in. It does not know
//! how tasks are carried out.
//!
//! Start with [`set::compose`], which applies the precedence of all options, and
//! [`compile::compile`], which turns the composed values into tasks; how those run
//! in a cluster is in [`launch::LaunchSettings`].

pub mod compile;
pub mod launch;
pub mod merge;
pub mod reference;
pub mod schema;
pub mod set;
pub mod settings;
