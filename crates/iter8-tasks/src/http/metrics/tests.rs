//! Which metrics a measurement becomes.
