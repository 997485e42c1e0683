//! Frames of data (RFC 9113, section 6.1), reported as they come.

use super::Connection;
use super::receive::size_error;
use crate::error::ConnectionError;
use crate::frame::{self, END_STREAM, FrameHead, PADDED};
use crate::sink::{Fault, Sink};
use crate::stream::{Phase, StreamId};

/// A frame of data that has begun.
#[derive(Debug, Clone, Copy)]
pub(super) struct DataFrame {
    /// `None` if nobody waits for it any more.
    stream: Option<StreamId>,
    /// Bytes of its payload that are to come, padding included.
    left: u32,
    /// Length of the padding, unless the byte that tells it is still to come.
    padding: Option<u32>,
    is_end: bool,
}

impl DataFrame {
    /// Nothing more is to come.
    #[inline]
    pub(super) fn is_complete(&self) -> bool {
        self.left == 0
    }
}

impl Connection {
    /// Takes a frame into account as soon as its head is there: windows count it as a whole.
    #[inline]
    pub(super) fn begin_frame_of_data(
        &mut self,
        head: FrameHead,
        sink: &mut impl Sink,
    ) -> Result<DataFrame, ConnectionError> {
        if !self.window.take(head.length) {
            return Err(ConnectionError::WindowExceeded);
        }
        if let Some(increment) = self.window.replenish() {
            frame::write_window_update(self.output.bytes(), 0, increment);
        }
        let is_padded = head.has(PADDED);
        if is_padded && head.length == 0 {
            return Err(size_error(head));
        }
        let is_end = head.has(END_STREAM);
        let mut stream = self.streams.find(head.stream);
        match stream {
            None => self.check_reset(head.stream)?,
            Some(id) => {
                if let Err(fault) = self.accept(id, head.length, is_end) {
                    self.break_off(id, fault, sink);
                    stream = None;
                }
            }
        }
        let padding = if is_padded { None } else { Some(0) };
        let mut frame = DataFrame { stream, left: head.length, padding, is_end };
        if !is_padded {
            self.announce(&mut frame, sink)?;
        }
        Ok(frame)
    }

    /// Counts a frame against the window of its stream.
    #[inline]
    fn accept(&mut self, id: StreamId, length: u32, is_end: bool) -> Result<(), Fault> {
        let Some(stream) = self.streams.get_mut(id) else { return Ok(()) };
        if matches!(stream.phase, Phase::Head { .. }) {
            return Err(Fault::DataBeforeHead);
        }
        if !stream.receive.take(length) {
            return Err(Fault::FlowControl);
        }
        if !is_end && let Some(increment) = stream.receive.replenish() {
            frame::write_window_update(self.output.bytes(), id.id, increment);
        }
        Ok(())
    }

    /// The length of the content is known, before any of it is here.
    #[inline]
    fn announce(
        &mut self,
        frame: &mut DataFrame,
        sink: &mut impl Sink,
    ) -> Result<(), ConnectionError> {
        let length = frame.left - frame.padding.unwrap_or(0);
        let Some(stream) = frame.stream else { return Ok(()) };
        if length > 0 {
            self.receiver.is_useful();
        } else if !frame.is_end {
            self.receiver.count_useless()?;
        }
        let entry = self.streams.get_mut(stream);
        if let Some(Phase::Body { left: Some(left) }) = entry.map(|entry| &mut entry.phase) {
            match left.checked_sub(length.into()) {
                Some(rest) if rest == 0 || !frame.is_end => *left = rest,
                _ => {
                    self.break_off(stream, Fault::ContentLength, sink);
                    frame.stream = None;
                }
            }
        }
        if frame.left == 0 {
            self.complete(frame, sink);
        }
        Ok(())
    }

    /// Takes what is there of a frame and returns what follows it.
    #[inline]
    pub(super) fn take_data<'a>(
        &mut self,
        frame: &mut DataFrame,
        bytes: &'a [u8],
        sink: &mut impl Sink,
    ) -> Result<&'a [u8], ConnectionError> {
        let mut rest = bytes;
        if frame.left == 0 {
            return Ok(rest);
        }
        let padding = match (frame.padding, rest.split_first()) {
            (Some(padding), _) => padding,
            (None, None) => return Ok(rest),
            (None, Some((padding, behind))) => {
                let padding = u32::from(*padding);
                rest = behind;
                frame.left -= 1;
                if padding > frame.left {
                    return Err(ConnectionError::Padding);
                }
                frame.padding = Some(padding);
                self.announce(frame, sink)?;
                padding
            }
        };
        let content = (frame.left.saturating_sub(padding) as usize).min(rest.len());
        let (data, behind) = rest.split_at(content);
        if let Some(stream) = frame.stream
            && !data.is_empty()
            && let Some(stream) = self.streams.get(stream)
        {
            sink.data(stream.token, data);
        }
        let skipped = (frame.left as usize - content).min(behind.len());
        // Until the content is complete, nothing follows it here.
        debug_assert!(skipped == 0 || frame.left as usize - content <= padding as usize);
        let before = frame.left;
        frame.left -= u32::try_from(content + skipped).unwrap_or(frame.left);
        if frame.left == 0 && before > 0 {
            self.complete(frame, sink);
        }
        Ok(&behind[skipped..])
    }

    #[inline]
    fn complete(&mut self, frame: &DataFrame, sink: &mut impl Sink) {
        if frame.is_end
            && let Some(stream) = frame.stream
        {
            self.finish(stream, sink);
        }
    }
}
