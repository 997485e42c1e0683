//! Text that is charged to the limits while it grows.
//!
//! A document can be exponentially larger than the values in memory, because lists and maps are
//! shared: the sum of what a function was given says nothing about what it writes.

use crate::function::{Failure, Host, MAX_DEPTH};

/// Most bytes between two charges, strings apart.
const CHUNK: usize = 4096;

/// Bytes written in the time of one step.
const BYTES_PER_STEP: usize = 16;

/// Why a document was not written or read.
#[derive(Debug)]
pub(super) enum Fault {
    /// The value or text is unfit, which many functions pass over in silence.
    Value(String),
    /// A limit was reached, which none may pass over.
    Failure(Failure),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Value(message) => Self::Message(message),
            Fault::Failure(failure) => failure,
        }
    }
}

/// Text being written.
pub(super) struct Sink<'a> {
    host: &'a mut dyn Host,
    out: Vec<u8>,
    charged: usize,
}

impl<'a> Sink<'a> {
    /// No text yet.
    pub(super) fn new(host: &'a mut dyn Host) -> Self {
        Self { host, out: Vec::new(), charged: 0 }
    }

    /// Adds text.
    pub(super) fn push(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Adds a character several times.
    pub(super) fn fill(&mut self, byte: u8, count: usize) {
        self.out.resize(self.out.len() + count, byte);
    }

    /// Whether a value may be written at this depth. To be called for each value before it is
    /// written.
    pub(super) fn enter(&mut self, depth: usize) -> Result<(), Fault> {
        if depth > MAX_DEPTH {
            let message = format!("the value is nested more than {MAX_DEPTH} levels deep");
            return Err(Fault::Failure(message.into()));
        }
        if self.out.len() - self.charged >= CHUNK { self.settle() } else { Ok(()) }
    }

    /// The text.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, Fault> {
        self.settle()?;
        Ok(self.out)
    }

    fn settle(&mut self) -> Result<(), Fault> {
        let bytes = self.out.len() - self.charged;
        self.charged = self.out.len();
        self.host.charge(bytes)?;
        self.host.work((bytes / BYTES_PER_STEP) as u64)?;
        Ok(())
    }

    /// Whether the text ends with these bytes.
    pub(super) fn ends_with(&self, end: &str) -> bool {
        self.out.ends_with(end.as_bytes())
    }

    /// Characters on the last line.
    pub(super) fn column(&self) -> usize {
        let line = self.out.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        // Bytes within a character do not count.
        line.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
    }

    /// Whether nothing was written.
    pub(super) fn is_empty(&self) -> bool {
        self.out.is_empty()
    }
}
