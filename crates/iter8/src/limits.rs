//! Limits that the system sets to a process.

use rustix::process::{Resource, getrlimit, setrlimit};

/// Allows as many open files as the system permits without asking: each connection is one, and
/// the usual soft limit of 1,024 is below what a test may open.
pub(crate) fn allow_many_files() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::debug!("the limit of open files stays as it is: {error}");
    }
}
