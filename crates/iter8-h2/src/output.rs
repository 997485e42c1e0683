//! Bytes for the peer, in one piece.

use crate::error::ConnectionError;

/// Most answers to the peer's own frames that wait to be sent. A peer that reads has a handful
/// outstanding; one that does not would otherwise make us keep 17 bytes for each 17 it sends.
pub const MAX_REPLIES: u32 = 1_000;

/// Sent bytes are cut off once they are this many and more than half; until then they only stay.
const WORTH_MOVING: usize = 16 << 10;

/// Memory that an empty output keeps: what the bound on framed data makes usual.
const KEPT: usize = 512 << 10;

#[derive(Debug, Default)]
pub(crate) struct Output {
    bytes: Vec<u8>,
    /// Where the bytes begin that are not yet sent.
    start: usize,
    /// Replies among the bytes up to the mark, and those behind it.
    replies: (u32, u32),
    /// Bytes until all replies of the first kind are sent.
    until_mark: usize,
}

impl Output {
    /// What is to be sent.
    #[inline]
    pub(crate) fn rest(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - self.start
    }

    /// Where more is appended.
    #[inline]
    pub(crate) fn bytes(&mut self) -> &mut Vec<u8> {
        if self.start >= WORTH_MOVING && self.start > self.bytes.len() / 2 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        &mut self.bytes
    }

    /// Where a reply is appended, unless the peer has too many outstanding.
    pub(crate) fn reply(&mut self) -> Result<&mut Vec<u8>, ConnectionError> {
        if self.replies.0 + self.replies.1 >= MAX_REPLIES {
            return Err(ConnectionError::TooManyReplies);
        }
        self.replies.1 += 1;
        Ok(self.bytes())
    }

    /// Forgets bytes that were sent.
    #[inline]
    pub(crate) fn advance(&mut self, sent: usize) {
        let sent = sent.min(self.len());
        self.start += sent;
        if self.start == self.bytes.len() {
            self.bytes.clear();
            self.bytes.shrink_to(KEPT);
            self.start = 0;
            self.until_mark = 0;
            self.replies = (0, 0);
        } else if self.until_mark > sent {
            self.until_mark -= sent;
        } else {
            self.until_mark = self.len();
            self.replies = (self.replies.1, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_out_once_and_in_order() {
        let mut output = Output::default();
        let (mut expected, mut seen) = (Vec::new(), Vec::new());
        for round in 0..200_u8 {
            let piece = vec![round; usize::from(round) * 31 + 1];
            output.bytes().extend_from_slice(&piece);
            expected.extend_from_slice(&piece);
            let sent = output.len() * 2 / 3;
            seen.extend_from_slice(&output.rest()[..sent]);
            output.advance(sent);
            assert!(output.bytes.len() <= 2 * output.len() + WORTH_MOVING + 7_000);
        }
        seen.extend_from_slice(output.rest());
        output.advance(usize::MAX);
        assert!(seen == expected && output.rest().is_empty());
    }

    #[test]
    fn replies_are_bounded_while_nobody_reads() {
        let mut output = Output::default();
        for _ in 0..MAX_REPLIES {
            output.reply().unwrap().push(0);
        }
        assert_eq!(output.reply(), Err(ConnectionError::TooManyReplies));
        output.advance(MAX_REPLIES as usize);
        assert!(output.reply().is_ok());
    }

    #[test]
    fn replies_count_while_they_are_sent_in_parts() {
        let mut output = Output::default();
        let fill = |output: &mut Output, count: u32| {
            for _ in 0..count {
                output.reply().unwrap().extend_from_slice(&[0; 17]);
            }
        };
        fill(&mut output, 600);
        output.advance(1);
        fill(&mut output, MAX_REPLIES - 600);
        for _ in 0..100 {
            assert!(output.reply().is_err());
            output.advance(1);
        }
        // Once the last of the first six hundred is out, as many may come.
        output.advance(17 * 600 - 102);
        assert!(output.reply().is_err());
        output.advance(1);
        fill(&mut output, 600);
        assert!(output.reply().is_err());
    }

    #[test]
    fn replies_count_until_they_are_sent() {
        let mut output = Output::default();
        // The output never runs empty, yet each reply is sent some time.
        output.bytes().extend_from_slice(&[0; 1_000]);
        for _ in 0..10 * MAX_REPLIES {
            output.reply().unwrap().extend_from_slice(&[0; 9]);
            output.advance(9);
        }
        assert_eq!(output.len(), 1_000);
    }
}
