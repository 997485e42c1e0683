//! What a template may know of the world: only what its caller passes in.

/// A time zone by the rules of the IANA database.
pub use jiff::tz::TimeZone as Zone;

/// A source of random bytes.
pub trait Random {
    /// Fills the buffer.
    fn fill(&mut self, buffer: &mut [u8]);
}

impl<F: FnMut(&mut [u8])> Random for F {
    fn fill(&mut self, buffer: &mut [u8]) {
        self(buffer);
    }
}

/// The world of one rendering.
pub struct Environment<'a> {
    /// What `now` returns.
    pub now: jiff::Timestamp,
    /// The local time zone, in which `date` prints.
    pub zone: Zone,
    /// Where random text, keys and UUIDs come from.
    pub random: &'a mut dyn Random,
    /// Asked every few thousand steps; the rendering ends with an error once it says true. This is
    /// how a caller with a clock sets a time limit.
    pub interrupted: &'a dyn Fn() -> bool,
    /// Bounds on work and memory.
    pub limits: Limits,
}

/// Bounds of one rendering. A template that exceeds one fails with an error that says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most steps: an action, a call, a pass of a loop count one each, expensive functions more.
    pub steps: u64,
    /// Most bytes allocated in sum, whether still needed or not, output included.
    pub bytes: usize,
}

impl Default for Limits {
    /// Ten million steps take about a second; templates of users need a few thousand. 24 MiB leaves
    /// room for what allocators add, and for a result that is copied before it is counted, without
    /// ever taking 64 MiB.
    fn default() -> Self {
        Self { steps: 10_000_000, bytes: 24 << 20 }
    }
}
