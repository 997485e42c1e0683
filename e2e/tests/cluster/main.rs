//! Stories in a real cluster with real pods. `make cluster` starts it and runs them.

mod faults;
mod launches;
