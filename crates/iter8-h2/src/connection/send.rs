//! From requests to frames.

use std::collections::VecDeque;

use super::{Connection, OUTPUT_BOUND};
use crate::frame::{self, CONTINUATION, DATA, DEFAULT_WINDOW, END_HEADERS, END_STREAM, HEADERS};
use crate::head::Head;
use crate::output::Output;
use crate::stream::{Phase, Queue, ReceiveWindow, Sending, Stream, StreamId};

/// Longest frame of data, even if the peer takes longer ones: larger frames save nothing, and
/// would let one stream go far beyond the bound of the output.
const MAX_DATA: usize = 64 << 10;

/// Whose data waits, and for what.
#[derive(Debug)]
pub(super) struct Sender {
    /// Bytes that we may send on all streams together.
    pub(super) window: i64,
    /// Streams that have data and a window, and wait for the output or the window of the
    /// connection. Each is there at most once.
    ready: VecDeque<StreamId>,
}

impl Default for Sender {
    fn default() -> Self {
        Self { window: DEFAULT_WINDOW.into(), ready: VecDeque::new() }
    }
}

impl Sender {
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.ready.len()
    }

    pub(super) fn forget(&mut self, stream: StreamId) {
        self.ready.retain(|ready| *ready != stream);
    }
}

impl Connection {
    /// Opens a stream though there may be too many.
    pub(super) fn start(&mut self, token: u32, head: &Head, end: bool) -> StreamId {
        let id = self.next_id;
        self.next_id += 2;
        let flags = if end { END_STREAM } else { 0 };
        let out = self.output.bytes();
        let begin = out.len();
        frame::write_head(out, 0, HEADERS, flags | END_HEADERS, id);
        self.encoder.encode(head, out);
        let length = out.len() - begin - frame::HEAD;
        if length > self.peer.max_frame_size as usize {
            split(out, begin, flags, id, self.peer.max_frame_size as usize);
        } else {
            let [.., high, middle, low] = length.to_be_bytes();
            out[begin..begin + 3].copy_from_slice(&[high, middle, low]);
        }
        self.receiver.is_useful();
        self.streams.insert(Stream {
            id,
            token,
            is_head: head.parts.is_head,
            phase: Phase::Head { interim: 0 },
            sending: if end { Sending::Done } else { Sending::Open },
            window: self.peer.initial_window.into(),
            receive: ReceiveWindow::new(self.stream_window, self.settings.stream_window),
            queue: Queue::default(),
            is_ready: false,
        })
    }

    /// Whether the last part of the request is still to be sent.
    #[inline]
    pub(super) fn is_sending(&self, stream: StreamId) -> bool {
        self.streams.get(stream).is_some_and(|stream| stream.sending != Sending::Done)
    }

    /// Frames as much as may go out, and says how much that is; the caller queues the rest.
    #[inline]
    pub(super) fn begin_data(&mut self, id: StreamId, data: &[u8], end: bool) -> Option<usize> {
        let stream = self.streams.get_mut(id).filter(|stream| stream.sending == Sending::Open)?;
        if end {
            stream.sending = Sending::Ending;
        }
        let mut framed = 0;
        if stream.queue.is_empty() {
            let mut framer =
                Framer::new(&mut self.output, &mut self.sender, self.peer.max_frame_size);
            framed = framer.frame_all(stream, data);
            self.receiver.is_useful();
        }
        if framed < data.len() && stream.window > 0 && !stream.is_ready {
            stream.is_ready = true;
            self.sender.ready.push_back(id);
        }
        Some(framed)
    }

    /// The window of a stream has grown.
    pub(super) fn wake(&mut self, id: StreamId) {
        if let Some(stream) = self.streams.get_mut(id)
            && stream.window > 0
            && !stream.queue.is_empty()
            && !stream.is_ready
        {
            stream.is_ready = true;
            self.sender.ready.push_back(id);
        }
    }

    /// Frames what waits, a frame from each stream in turn.
    #[inline]
    pub(super) fn send_ready(&mut self) {
        if !self.sender.ready.is_empty() {
            self.send_in_turn();
        }
    }

    fn send_in_turn(&mut self) {
        while self.sender.window > 0 && self.output.len() < OUTPUT_BOUND {
            let Some(id) = self.sender.ready.pop_front() else { return };
            let Some(stream) = self.streams.get_mut(id) else { continue };
            let mut queue = std::mem::take(&mut stream.queue);
            let mut framer =
                Framer::new(&mut self.output, &mut self.sender, self.peer.max_frame_size);
            let is_last_piece = queue.front().len() == queue.len();
            let framed = framer.frame(stream, queue.front(), is_last_piece);
            queue.consume(framed);
            stream.queue = queue;
            stream.is_ready = stream.window > 0 && !stream.queue.is_empty();
            if stream.is_ready {
                self.sender.ready.push_back(id);
            }
            self.receiver.is_useful();
        }
    }
}

/// What is needed to frame data.
struct Framer<'a> {
    output: &'a mut Output,
    sender: &'a mut Sender,
    longest: usize,
}

impl<'a> Framer<'a> {
    #[inline]
    fn new(output: &'a mut Output, sender: &'a mut Sender, max_frame_size: u32) -> Self {
        Self { output, sender, longest: MAX_DATA.min(max_frame_size as usize) }
    }

    /// Frames data until it, a window or the output is used up. Empty data makes a frame only if
    /// it ends the request.
    #[inline]
    fn frame_all(&mut self, stream: &mut Stream, data: &[u8]) -> usize {
        if data.is_empty() {
            if stream.sending == Sending::Ending {
                self.write(stream, data, true);
            }
            return 0;
        }
        let mut framed = 0;
        while framed < data.len() && self.output.len() < OUTPUT_BOUND {
            match self.frame(stream, &data[framed..], true) {
                0 => break,
                length => framed += length,
            }
        }
        framed
    }

    /// Writes one frame, if windows allow any of it. `is_last_piece`: nothing is queued behind.
    #[inline]
    fn frame(&mut self, stream: &mut Stream, data: &[u8], is_last_piece: bool) -> usize {
        let window = usize::try_from(self.sender.window.min(stream.window)).unwrap_or(0);
        let length = data.len().min(self.longest).min(window);
        if length == 0 {
            return 0;
        }
        let is_end = is_last_piece && length == data.len() && stream.sending == Sending::Ending;
        self.write(stream, &data[..length], is_end);
        length
    }

    #[inline]
    fn write(&mut self, stream: &mut Stream, data: &[u8], is_end: bool) {
        let out = self.output.bytes();
        let flags = if is_end { END_STREAM } else { 0 };
        frame::write_head(out, data.len(), DATA, flags, stream.id);
        out.extend_from_slice(data);
        // Lengths are bounded by `MAX_DATA`.
        let length = i64::try_from(data.len()).unwrap_or(i64::MAX);
        stream.window -= length;
        self.sender.window -= length;
        if is_end {
            stream.sending = Sending::Done;
        }
    }
}

/// Cuts the block behind `begin`, which is too long for one frame, into several.
fn split(out: &mut Vec<u8>, begin: usize, flags: u8, id: u32, longest: usize) {
    let block = out.split_off(begin + frame::HEAD);
    out.truncate(begin);
    let mut parts = block.chunks(longest).enumerate().peekable();
    while let Some((number, part)) = parts.next() {
        let end = if parts.peek().is_none() { END_HEADERS } else { 0 };
        let (kind, flags) = if number == 0 { (HEADERS, flags | end) } else { (CONTINUATION, end) };
        frame::write_head(out, part.len(), kind, flags, id);
        out.extend_from_slice(part);
    }
}
