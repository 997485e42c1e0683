//! Measures iter8 beside its peers.
fn main() {}
