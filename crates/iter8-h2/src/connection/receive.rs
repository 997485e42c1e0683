//! From bytes to frames: whatever the cuts, each frame is judged as soon as its head is there.

use super::Connection;
use super::data::DataFrame;
use crate::error::ConnectionError;
use crate::frame::{
    self, ACK, CONTINUATION, DATA, FrameHead, GOAWAY, HEADERS, PING, PRIORITY, PUSH_PROMISE,
    RST_STREAM, SETTINGS, WINDOW_UPDATE,
};
use crate::sink::{Fault, Sink};

/// Most frames in a row that bring nothing: empty data, priorities, settings, window updates while
/// nothing is sent, frames for streams that we have reset, frames of unknown types. Anything that
/// advances a request or a response starts the count anew. A peer that sends so many keeps us
/// busy to no purpose; even a slow reader of our largest request sends fewer between two frames of
/// ours.
pub const MAX_USELESS_FRAMES: u32 = 10_000;

/// Most CONTINUATION frames of one block: at the smallest frame size that all peers must take,
/// far more than the largest list of fields that anybody accepts.
pub const MAX_CONTINUATIONS: u32 = 128;

/// Memory that is kept for the next frame or block.
const KEPT: usize = 64 << 10;

/// How far the reading is.
#[derive(Debug, Default)]
pub(super) struct Receiver {
    state: State,
    /// The part of a head or payload that came without its end.
    partial: Vec<u8>,
    pub(super) block: Block,
    useless: u32,
}

#[derive(Debug, Clone, Copy, Default)]
enum State {
    /// Within the head of a frame.
    #[default]
    Head,
    /// Within a frame of data.
    Data(DataFrame),
    /// So many bytes are of no interest.
    Skip(usize),
    /// Within the payload of another frame.
    Payload(FrameHead),
}

/// A block of fields that came without its end.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// 0 if there is none.
    pub(super) stream: u32,
    pub(super) is_end: bool,
    pub(super) parts: u32,
    pub(super) bytes: Vec<u8>,
}

impl Receiver {
    /// Something was worth its while.
    #[inline]
    pub(super) fn is_useful(&mut self) {
        self.useless = 0;
    }

    /// Counts a frame that brings nothing.
    pub(super) fn count_useless(&mut self) -> Result<(), ConnectionError> {
        self.useless += 1;
        if self.useless > MAX_USELESS_FRAMES {
            return Err(ConnectionError::TooManyUselessFrames);
        }
        Ok(())
    }

    /// Collects bytes until there are `length`; the whole and what follows it, if they are there.
    #[inline]
    fn collect<'a>(&mut self, bytes: &'a [u8], length: usize) -> (bool, &'a [u8]) {
        let (part, rest) = bytes.split_at(bytes.len().min(length - self.partial.len()));
        self.partial.extend_from_slice(part);
        (self.partial.len() == length, rest)
    }
}

impl Connection {
    #[inline]
    pub(super) fn receive_frames(
        &mut self,
        bytes: &[u8],
        sink: &mut impl Sink,
    ) -> Result<(), ConnectionError> {
        let mut rest = bytes;
        loop {
            match self.receiver.state {
                State::Head => {
                    let Some((head, behind)) = self.take_head(rest) else { return Ok(()) };
                    rest = behind;
                    self.receiver.state = self.begin(head, sink)?;
                }
                State::Data(mut frame) => {
                    rest = self.take_data(&mut frame, rest, sink)?;
                    if !frame.is_complete() {
                        self.receiver.state = State::Data(frame);
                        return Ok(());
                    }
                    self.receiver.state = State::Head;
                }
                State::Skip(length) => {
                    let skipped = length.min(rest.len());
                    rest = &rest[skipped..];
                    if skipped < length {
                        self.receiver.state = State::Skip(length - skipped);
                        return Ok(());
                    }
                    self.receiver.state = State::Head;
                }
                State::Payload(head) => match self.take_payload(head, rest, sink)? {
                    Some(behind) => rest = behind,
                    None => return Ok(()),
                },
            }
        }
    }

    #[inline]
    fn take_head<'a>(&mut self, bytes: &'a [u8]) -> Option<(FrameHead, &'a [u8])> {
        if self.receiver.partial.is_empty()
            && let Some((head, rest)) = bytes.split_first_chunk()
        {
            return Some((FrameHead::parse(*head), rest));
        }
        let (is_whole, rest) = self.receiver.collect(bytes, frame::HEAD);
        if !is_whole {
            return None;
        }
        let head = self.receiver.partial.first_chunk().map(|head| FrameHead::parse(*head));
        self.receiver.partial.clear();
        head.map(|head| (head, rest))
    }

    /// Handles the payload of a frame that is small or has to be whole, once it is.
    #[inline]
    fn take_payload<'a>(
        &mut self,
        head: FrameHead,
        bytes: &'a [u8],
        sink: &mut impl Sink,
    ) -> Result<Option<&'a [u8]>, ConnectionError> {
        let length = head.length as usize;
        if self.receiver.partial.is_empty()
            && let Some((payload, rest)) = bytes.split_at_checked(length)
        {
            self.receiver.state = State::Head;
            self.handle(head, payload, sink)?;
            return Ok(Some(rest));
        }
        let (is_whole, rest) = self.receiver.collect(bytes, length);
        if !is_whole {
            return Ok(None);
        }
        self.receiver.state = State::Head;
        let mut payload = std::mem::take(&mut self.receiver.partial);
        self.handle(head, &payload, sink)?;
        payload.clear();
        payload.shrink_to(KEPT);
        self.receiver.partial = payload;
        Ok(Some(rest))
    }

    /// Judges a frame by its head.
    #[inline]
    fn begin(&mut self, head: FrameHead, sink: &mut impl Sink) -> Result<State, ConnectionError> {
        if !self.is_greeted && (head.kind != SETTINGS || head.has(ACK)) {
            return Err(ConnectionError::NoSettings);
        }
        if head.length > self.settings.max_frame_size {
            return Err(size_error(head));
        }
        let open = self.receiver.block.stream;
        if head.kind == CONTINUATION {
            if open == 0 || open != head.stream {
                return Err(ConnectionError::Interrupted);
            }
            return Ok(State::Payload(head));
        }
        if open != 0 {
            return Err(ConnectionError::Interrupted);
        }
        match head.kind {
            DATA => {
                self.check_opened(head)?;
                return self.begin_frame_of_data(head, sink).map(State::Data);
            }
            HEADERS => self.check_opened(head)?,
            PRIORITY => {
                self.check_priority(head, sink)?;
                return Ok(State::Skip(head.length as usize));
            }
            RST_STREAM => check_size(head, head.length == 4, self.check_opened(head))?,
            SETTINGS => {
                let is_empty = head.length == 0;
                let is_whole = is_empty || (!head.has(ACK) && head.length.is_multiple_of(6));
                check_size(head, is_whole, check_no_stream(head))?;
            }
            PUSH_PROMISE => return Err(ConnectionError::Push),
            PING => check_size(head, head.length == 8, check_no_stream(head))?,
            GOAWAY => check_size(head, head.length >= 8, check_no_stream(head))?,
            WINDOW_UPDATE => {
                let place = if head.stream == 0 { Ok(()) } else { self.check_opened(head) };
                check_size(head, head.length == 4, place)?;
            }
            _ => {
                self.receiver.count_useless()?;
                return Ok(State::Skip(head.length as usize));
            }
        }
        Ok(State::Payload(head))
    }

    /// Streams of even numbers would be pushed, those beyond ours were never opened.
    #[inline]
    fn check_opened(&self, head: FrameHead) -> Result<(), ConnectionError> {
        if head.stream % 2 == 1 && head.stream < self.next_id {
            return Ok(());
        }
        Err(wrong_stream(head))
    }

    /// Priorities are ignored, and may be about any stream (RFC 9113, section 6.3).
    fn check_priority(
        &mut self,
        head: FrameHead,
        sink: &mut impl Sink,
    ) -> Result<(), ConnectionError> {
        if head.stream == 0 {
            return Err(wrong_stream(head));
        }
        if head.length != 5
            && let Some(stream) = self.streams.find(head.stream)
        {
            self.break_off(stream, Fault::FrameSize, sink);
        }
        self.receiver.count_useless()
    }

    /// A frame came for a stream that is not open any more: an error unless it may have been on
    /// its way when we reset the stream.
    pub(super) fn check_reset(&mut self, stream: u32) -> Result<(), ConnectionError> {
        if stream > self.reset_up_to {
            return Err(ConnectionError::StreamClosed(stream));
        }
        self.receiver.count_useless()
    }

    #[inline]
    fn handle(
        &mut self,
        head: FrameHead,
        payload: &[u8],
        sink: &mut impl Sink,
    ) -> Result<(), ConnectionError> {
        match head.kind {
            HEADERS => self.on_headers(head, payload, sink),
            CONTINUATION => self.on_continuation(head, payload, sink),
            RST_STREAM => self.on_reset(head.stream, payload, sink),
            SETTINGS => self.on_settings(head, payload),
            PING => self.on_ping(head, payload, sink),
            GOAWAY => self.on_goaway(payload, sink),
            WINDOW_UPDATE => self.on_window_update(head.stream, payload, sink),
            // The others were handled when they began.
            _ => Ok(()),
        }
    }
}

fn check_size(
    head: FrameHead,
    is_right: bool,
    place: Result<(), ConnectionError>,
) -> Result<(), ConnectionError> {
    if is_right { place } else { Err(size_error(head)) }
}

fn check_no_stream(head: FrameHead) -> Result<(), ConnectionError> {
    if head.stream == 0 { Ok(()) } else { Err(wrong_stream(head)) }
}

pub(super) fn size_error(head: FrameHead) -> ConnectionError {
    ConnectionError::FrameSize { kind: head.kind, length: head.length }
}

fn wrong_stream(head: FrameHead) -> ConnectionError {
    ConnectionError::WrongStream { kind: head.kind, stream: head.stream }
}
