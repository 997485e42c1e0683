//! What bounds an exchange.

use std::time::Duration;

/// The bounds of one exchange. The defaults suit queries and notifications.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest time of an attempt, from name resolution to the last byte, redirects included.
    pub attempt: Duration,
    /// Longest time of all attempts and of the pauses between them.
    pub total: Duration,
    /// Most bytes of a body. Bodies are never decompressed, so that these are the bytes held.
    pub largest: u64,
    /// Most attempts after the first one.
    pub retries: u32,
    /// Most redirects followed in an attempt. With 0 the redirect itself is the answer.
    pub redirects: u32,
    /// The pause before the first retry, about; each further one is twice as long, up to
    /// [`Limits::LONGEST_PAUSE`].
    pub pause: Duration,
}

impl Limits {
    /// The longest pause that a client takes by itself. A server may ask for more, within
    /// [`Limits::total`].
    pub const LONGEST_PAUSE: Duration = Duration::from_secs(8);
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            attempt: Duration::from_secs(10),
            total: Duration::from_secs(30),
            largest: 4 * 1024 * 1024,
            retries: 3,
            redirects: 10,
            pause: Duration::from_millis(250),
        }
    }
}
