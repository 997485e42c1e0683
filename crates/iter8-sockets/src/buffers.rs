//! Where all connections of a thread receive.

use std::ops::Range;
use std::os::fd::OwnedFd;

use iter8_load::Clock;
use rustix::io::Errno;

use crate::peer::receive_some;
use crate::stamps::Stamps;

/// Bytes received at once: most responses in one call, a long body in few, and well within the
/// second-level cache.
pub(crate) const SIZE: usize = 64 * 1024;

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
    /// When it came, if anybody wants to know.
    stamps: Option<Stamps>,
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
        Self { raw, plain: Vec::with_capacity(SIZE), filled: Filled::Plain, stamps: None }
    }

    /// The same, of connections that are to tell when bytes came in. That makes receiving a little
    /// dearer.
    pub fn stamped() -> Self {
        Self { stamps: Some(Stamps::default()), ..Self::new() }
    }

    /// Whether sockets are to stamp what they receive.
    pub(crate) fn are_stamped(&self) -> bool {
        self.stamps.is_some()
    }

    /// Compares the clock of the stamps with this one. [`Self::arrival`] is right as long as neither
    /// is adjusted in between.
    pub fn compare_clocks(&mut self, clock: Clock) {
        if let Some(stamps) = &mut self.stamps {
            stamps.compare(clock);
        }
    }

    /// When the last of the bytes received last came in, if the kernel told: by the clock of
    /// [`Self::compare_clocks`], and no more exact than the two could be compared.
    #[inline]
    pub fn arrival(&self) -> Option<u64> {
        self.stamps.as_ref().and_then(Stamps::latest)
    }

    /// Forgets when bytes came in, because others are handed out that were kept.
    pub(crate) fn forget_arrival(&mut self) {
        if let Some(stamps) = &mut self.stamps {
            stamps.forget();
        }
    }

    /// Receives into a part of the raw bytes; `None` when nothing is there at present, `Some(0)` at
    /// the end.
    #[inline]
    pub(crate) fn receive(
        &mut self,
        socket: &OwnedFd,
        part: Range<usize>,
    ) -> Result<Option<usize>, Errno> {
        let room = &mut self.raw[part];
        match &mut self.stamps {
            None => receive_some(socket, room),
            Some(stamps) => stamps.receive(socket, room),
        }
    }

    /// What was received last.
    #[inline]
    pub fn received(&self) -> &[u8] {
        match self.filled {
            Filled::Raw(length) => &self.raw[..length],
            Filled::Plain => &self.plain,
        }
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
