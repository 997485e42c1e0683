//! Parts of a request that wait for their turn.

use std::collections::VecDeque;
use std::sync::Arc;

/// Memory for copied bytes that an empty queue keeps for the next request.
const KEPT: usize = 64 << 10;

#[derive(Debug)]
enum Piece {
    /// So many bytes of the copied ones.
    Copied(usize),
    /// The bytes from this place on.
    Shared(Arc<[u8]>, usize),
}

/// Bytes in the order in which they were handed in.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    pieces: VecDeque<Piece>,
    copied: Vec<u8>,
    /// Where the copied bytes begin that are still there.
    start: usize,
    len: usize,
}

impl Queue {
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Copies bytes to the end.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        if self.start > self.copied.len() / 2 {
            self.copied.drain(..self.start);
            self.start = 0;
        }
        self.copied.extend_from_slice(bytes);
        self.len += bytes.len();
        match self.pieces.back_mut() {
            Some(Piece::Copied(length)) => *length += bytes.len(),
            _ => self.pieces.push_back(Piece::Copied(bytes.len())),
        }
    }

    /// Adds the bytes from this place on to the end, without copying them.
    pub(crate) fn push_shared(&mut self, bytes: Arc<[u8]>, from: usize) {
        if from < bytes.len() {
            self.len += bytes.len() - from;
            self.pieces.push_back(Piece::Shared(bytes, from));
        }
    }

    /// The first bytes: at least one unless the queue is empty.
    #[inline]
    pub(crate) fn front(&self) -> &[u8] {
        match self.pieces.front() {
            None => &[],
            Some(Piece::Copied(length)) => &self.copied[self.start..self.start + length],
            Some(Piece::Shared(bytes, from)) => &bytes[*from..],
        }
    }

    /// Removes bytes of the front.
    pub(crate) fn consume(&mut self, count: usize) {
        let is_used_up = match self.pieces.front_mut() {
            None => return,
            Some(Piece::Copied(length)) => {
                *length -= count;
                self.start += count;
                *length == 0
            }
            Some(Piece::Shared(bytes, from)) => {
                *from += count;
                *from == bytes.len()
            }
        };
        self.len -= count;
        if is_used_up {
            self.pieces.pop_front();
        }
        if self.start == self.copied.len() {
            self.copied.clear();
            self.start = 0;
        }
    }

    /// Empties the queue for another stream.
    #[inline]
    pub(crate) fn clear(&mut self) {
        self.pieces.clear();
        self.copied.clear();
        self.copied.shrink_to(KEPT);
        self.start = 0;
        self.len = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// However copied and shared pieces mix: what comes out is what went in.
        #[test]
        fn keeps_the_order(
            pieces in prop::collection::vec((0_usize..50, any::<bool>(), 0_usize..80), 0..60),
        ) {
            let (mut queue, mut expected, mut seen) = (Queue::default(), Vec::new(), Vec::new());
            for (number, (length, is_shared, taken)) in (0_u8..).zip(pieces) {
                let bytes = vec![number; length];
                expected.extend_from_slice(&bytes);
                if is_shared {
                    queue.push_shared([&[0][..], &bytes].concat().into(), 1);
                } else {
                    queue.push(&bytes);
                }
                let taken = taken.min(queue.front().len());
                seen.extend_from_slice(&queue.front()[..taken]);
                queue.consume(taken);
                prop_assert_eq!(queue.len(), expected.len() - seen.len());
                prop_assert_eq!(queue.is_empty(), queue.front().is_empty());
            }
            while !queue.is_empty() {
                seen.extend_from_slice(queue.front());
                queue.consume(queue.front().len());
            }
            prop_assert_eq!(seen, expected);
        }
    }

    #[test]
    fn a_cleared_queue_keeps_little_memory() {
        let mut queue = Queue::default();
        queue.push(&vec![0; 1 << 20]);
        queue.clear();
        assert!(queue.is_empty() && queue.copied.capacity() <= KEPT);
        queue.consume(1);
        assert_eq!(queue.len(), 0);
    }
}
