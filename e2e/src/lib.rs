//! Stories told with the real program.
