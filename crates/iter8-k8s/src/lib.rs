//! Experiments in a Kubernetes cluster: where their documents lie, which objects run them, and
//! what became of those.
//!
//! This crate knows no task and renders no report. It is the only place where a client of the API
//! server is made, so that every command and every task obeys the same flags.
//!
//! Start with [`Cluster::connect`]; then [`manifests::render`] for what a launch consists of, and
//! [`SecretStore`] for how a run keeps its document.

mod archive;
mod connect;
mod deletion;
mod error;
mod groups;
mod launch;
mod lease;
mod logs;
pub mod manifests;
mod names;
mod readiness;
mod retry;
mod store;
mod wait;

pub use archive::{Archive, ArchiveError, KEPT_REVISIONS};
pub use connect::{Access, Cluster, ConnectError};
pub use deletion::delete;
pub use error::{Cause, ClusterError};
pub use groups::{GroupSummary, groups};
pub use launch::{current_revision, launch, suspend};
pub use lease::Lease;
pub use logs::{LogLine, logs};
pub use names::{GROUP, REVISION, VALUES_KEY};
pub use readiness::{Readiness, readiness};
pub use retry::Patience;
pub use store::SecretStore;
pub use wait::{Awaited, NotReady, until_ready};
