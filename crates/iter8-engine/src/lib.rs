//! Runs experiments: the task list, loop after loop, and the document between.
//!
//! This crate knows neither what a task does nor where a document lies in the end; both stand
//! behind traits ([`Task`], [`Store`]). It knows no HTTP and no Kubernetes.
//!
//! Start with [`Runner::run_loop`].

mod chain;
mod progress;
mod runner;
mod store;
mod task;

pub use chain::chain;
pub use progress::{Progress, Silent, TaskProgress};
pub use runner::{LoopEnded, LoopError, Places, Plan, PlanError, RunError, Runner};
pub use store::{
    FileStore, FileStoreError, GroupFolders, MemoryStore, Store, StoreError, Stored, Version,
};
pub use task::{BoxFuture, Task, TaskEnd, TaskError, TaskFactory, Turn};
pub use tokio_util::sync::CancellationToken;
