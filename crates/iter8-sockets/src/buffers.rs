//! Where all connections of a thread receive.

/// Bytes received at once: most responses in one call, a long body in few, and well within the
/// second-level cache.
const SIZE: usize = 64 * 1024;

/// The longest TLS record with its head (RFC 8446, section 5.2, and RFC 5246, section 6.2.3): so
/// much may lie before what is received, of a record that was not complete.
pub(crate) const RECORD: usize = 5 + (1 << 14) + 2048;

/// Where all connections of a thread receive, one after the other.
#[derive(Debug)]
pub struct Buffers {
    /// As it comes from the socket.
    pub(crate) raw: Box<[u8]>,
    /// What was in it, if it was encrypted.
    pub(crate) plain: Vec<u8>,
    /// Which of the two holds what was received last.
    filled: Filled,
}

#[derive(Debug, Clone, Copy)]
enum Filled {
    Raw(usize),
    Plain,
}

impl Buffers {
    /// Empty buffers, of some 150 KiB.
    pub fn new() -> Self {
        let raw = vec![0; RECORD + SIZE].into_boxed_slice();
        Self { raw, plain: Vec::with_capacity(SIZE), filled: Filled::Plain }
    }

    /// What was received last.
    #[inline]
    pub fn received(&self) -> &[u8] {
        match self.filled {
            Filled::Raw(length) => &self.raw[..length],
            Filled::Plain => &self.plain,
        }
    }

    /// Room for what comes unencrypted.
    #[inline]
    pub(crate) fn room(&mut self) -> &mut [u8] {
        &mut self.raw[..SIZE]
    }

    #[inline]
    pub(crate) fn fill_raw(&mut self, length: usize) {
        self.filled = Filled::Raw(length);
    }

    pub(crate) fn fill_plain(&mut self) {
        self.filled = Filled::Plain;
    }
}

impl Default for Buffers {
    fn default() -> Self {
        Self::new()
    }
}
