//! The streams of a connection.

mod index;
mod queue;

use index::Index;
pub(crate) use queue::Queue;

/// A stream that was opened. Once the stream has ended, whatever is done with this does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StreamId {
    pub(crate) id: u32,
    pub(crate) slot: u32,
}

impl StreamId {
    /// The number of the stream on the wire.
    pub fn number(self) -> u32 {
        self.id
    }
}

/// How far the response is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The final head is to come.
    Head {
        /// Interim heads so far.
        interim: u32,
    },
    /// Data or trailers are to come.
    Body {
        /// Bytes to come, if the head says so and it matters.
        left: Option<u64>,
    },
}

/// How far the request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    /// More may be handed in.
    Open,
    /// All is handed in, the last part is not yet framed.
    Ending,
    /// The last frame is in the output.
    Done,
}

/// Bytes that the peer may still send.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReceiveWindow {
    left: i64,
    /// Bytes received since the peer was last allowed more.
    pending: u32,
    /// Bytes after which the peer is allowed more: half of the window, so that it never waits
    /// and updates are rare.
    threshold: u32,
}

impl ReceiveWindow {
    pub(crate) fn new(left: u32, size: u32) -> Self {
        Self { left: left.into(), pending: 0, threshold: (size / 2).max(1) }
    }

    /// Takes bytes that came; `false` if they were too many.
    #[inline]
    pub(crate) fn take(&mut self, length: u32) -> bool {
        self.left -= i64::from(length);
        self.pending += length;
        self.left >= 0
    }

    /// What the peer is to be allowed now, if anything.
    #[inline]
    pub(crate) fn replenish(&mut self) -> Option<u32> {
        if self.pending < self.threshold {
            return None;
        }
        self.left += i64::from(self.pending);
        Some(std::mem::take(&mut self.pending))
    }

    /// The peer has learned of another initial size.
    pub(crate) fn shift(&mut self, difference: i64) {
        self.left += difference;
    }
}

/// A request and its response.
#[derive(Debug)]
pub(crate) struct Stream {
    /// 0 if the slot is free.
    pub(crate) id: u32,
    pub(crate) token: u32,
    /// The response has no content, whatever it says.
    pub(crate) is_head: bool,
    pub(crate) phase: Phase,
    pub(crate) sending: Sending,
    /// Bytes that we may still send; negative if the peer has changed its mind.
    pub(crate) window: i64,
    pub(crate) receive: ReceiveWindow,
    pub(crate) queue: Queue,
    /// Waits for its turn to send.
    pub(crate) is_ready: bool,
}

/// All streams that are open.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    slots: Vec<Stream>,
    free: Vec<u32>,
    index: Index,
}

impl Streams {
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Adds a stream. Its queue is that of the slot, empty.
    #[inline]
    pub(crate) fn insert(&mut self, mut stream: Stream) -> StreamId {
        let id = stream.id;
        let slot = if let Some(slot) = self.free.pop() {
            let old = &mut self.slots[slot as usize];
            std::mem::swap(&mut stream.queue, &mut old.queue);
            *old = stream;
            slot
        } else {
            let slot = u32::try_from(self.slots.len()).expect("bounded by MAX_STREAMS");
            self.slots.push(stream);
            slot
        };
        self.index.insert(id, slot);
        StreamId { id, slot }
    }

    /// The open stream of this number.
    #[inline]
    pub(crate) fn find(&self, id: u32) -> Option<StreamId> {
        self.index.get(id).map(|slot| StreamId { id, slot })
    }

    #[inline]
    pub(crate) fn get(&self, stream: StreamId) -> Option<&Stream> {
        self.slots.get(stream.slot as usize).filter(|slot| slot.id == stream.id)
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, stream: StreamId) -> Option<&mut Stream> {
        self.slots.get_mut(stream.slot as usize).filter(|slot| slot.id == stream.id)
    }

    /// Removes a stream and tells its token and whether it waited for its turn to send.
    #[inline]
    pub(crate) fn remove(&mut self, stream: StreamId) -> Option<(u32, bool)> {
        let slot = self.get_mut(stream)?;
        slot.id = 0;
        slot.queue.clear();
        let (token, is_ready) = (slot.token, slot.is_ready);
        self.index.remove(stream.id);
        self.free.push(stream.slot);
        Some((token, is_ready))
    }

    /// Every open stream.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (StreamId, &mut Stream)> {
        let slots = (0_u32..).zip(&mut self.slots).filter(|(_, stream)| stream.id != 0);
        slots.map(|(slot, stream)| (StreamId { id: stream.id, slot }, stream))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(id: u32) -> Stream {
        Stream {
            id,
            token: id * 10,
            is_head: false,
            phase: Phase::Head { interim: 0 },
            sending: Sending::Open,
            window: 0,
            receive: ReceiveWindow::new(0, 0),
            queue: Queue::default(),
            is_ready: false,
        }
    }

    #[test]
    fn slots_are_used_again_and_old_handles_lead_nowhere() {
        let mut streams = Streams::default();
        let (one, three) = (streams.insert(stream(1)), streams.insert(stream(3)));
        assert_eq!(streams.find(3), Some(three));
        assert_eq!(streams.remove(one), Some((10, false)));
        assert_eq!(streams.remove(one), None);
        let five = streams.insert(stream(5));
        assert_eq!((five.slot, streams.len()), (one.slot, 2));
        assert!(streams.get(one).is_none() && streams.find(1).is_none());
        assert_eq!(streams.get(five).map(|stream| stream.token), Some(50));
        assert_eq!(streams.iter_mut().map(|(stream, _)| stream.id).sum::<u32>(), 8);
    }

    #[test]
    fn windows_are_refilled_by_halves() {
        let mut window = ReceiveWindow::new(10, 10);
        assert!(window.take(4));
        assert_eq!(window.replenish(), None);
        assert!(window.take(1));
        assert_eq!(window.replenish(), Some(5));
        assert!(window.take(10) && !window.take(1));
        let mut small = ReceiveWindow::new(65_535, 1);
        assert!(small.take(60_000));
        small.shift(1 - 65_535);
        assert_eq!(small.replenish(), Some(60_000));
        assert!(small.take(1) && !small.take(1));
    }
}
