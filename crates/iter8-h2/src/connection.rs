//! A connection as its user sees it.

mod block;
mod control;
mod data;
mod receive;
mod send;

use std::sync::Arc;

use crate::error::{ConnectionError, ErrorCode};
use crate::frame::{self, MAX_WINDOW};
use crate::head::Head;
use crate::hpack::decoder::Decoder;
use crate::hpack::encoder::Encoder;
use crate::output::Output;
use crate::settings::{PeerSettings, Settings};
use crate::sink::{Cause, Fault, Sink};
use crate::stream::{ReceiveWindow, StreamId, Streams};

use receive::Receiver;
use send::Sender;

pub use block::MAX_INTERIM;
pub use receive::{MAX_CONTINUATIONS, MAX_USELESS_FRAMES};

/// Most streams at a time, whatever the peer allows: far more than a load test uses on one
/// connection, and little enough that nobody's limit becomes our memory.
pub const MAX_STREAMS: usize = 1 << 16;

/// Bytes of output beyond which no more data is framed and no stream opened until some are sent:
/// a few socket buffers full, so that a write never starves, and no more.
pub const OUTPUT_BOUND: usize = 256 << 10;

/// The client side of one HTTP/2 connection.
///
/// Its user opens streams, writes [`Connection::output`] to the socket and says with
/// [`Connection::advance`] how much of it went, and hands what comes to [`Connection::receive`].
/// Each of these can add to the output, so look at it afterwards.
///
/// There are no time limits here: whoever waits for a response decides how long, and then calls
/// [`Connection::reset`].
#[derive(Debug)]
pub struct Connection {
    settings: Settings,
    peer: PeerSettings,
    output: Output,
    streams: Streams,
    sender: Sender,
    receiver: Receiver,
    encoder: Encoder,
    decoder: Decoder,
    /// What the peer may send on all streams together.
    window: ReceiveWindow,
    /// What the peer may send on a new stream, as far as we know that it knows.
    stream_window: u32,
    /// The peer's settings came.
    is_greeted: bool,
    /// The peer knows ours.
    is_confirmed: bool,
    next_id: u32,
    /// Streams up to this number may have been reset by us, so frames of theirs may still come.
    reset_up_to: u32,
    /// Why the peer takes no more streams, if it does not.
    goaway: Option<ErrorCode>,
    is_closed: bool,
    failure: Option<ConnectionError>,
}

impl Connection {
    /// A connection whose output is what a client begins with (RFC 9113, section 3.4).
    ///
    /// Requests may be opened at once; there is no need to wait for the peer's settings.
    pub fn new(settings: &Settings) -> Self {
        let settings = settings.clamped();
        let mut output = Output::default();
        let out = output.bytes();
        out.extend_from_slice(frame::PREFACE);
        settings.write(out);
        if settings.connection_window > frame::DEFAULT_WINDOW {
            let more = settings.connection_window - frame::DEFAULT_WINDOW;
            frame::write_window_update(out, 0, more);
        }
        let window = settings.connection_window;
        Self {
            peer: PeerSettings::default(),
            output,
            streams: Streams::default(),
            sender: Sender::default(),
            receiver: Receiver::default(),
            encoder: Encoder::new(),
            decoder: Decoder::new(settings.header_table_size),
            window: ReceiveWindow::new(window, window),
            stream_window: settings.stream_window.max(frame::DEFAULT_WINDOW),
            is_greeted: false,
            is_confirmed: false,
            next_id: 1,
            reset_up_to: 0,
            goaway: None,
            is_closed: false,
            failure: None,
            settings,
        }
    }

    /// Bytes for the socket, all that there are.
    #[inline]
    pub fn output(&self) -> &[u8] {
        self.output.rest()
    }

    /// So many bytes of the output were taken by the socket. Data that waited may take their
    /// place.
    #[inline]
    pub fn advance(&mut self, sent: usize) {
        self.output.advance(sent);
        self.send_ready();
    }

    /// Takes bytes from the socket, cut anywhere, and tells the sink what they mean.
    ///
    /// After an error the connection is of no more use: all its streams are gone without further
    /// events, the output ends with a GOAWAY that tells the peer why, and every further call
    /// returns the same error.
    #[inline]
    pub fn receive(&mut self, bytes: &[u8], sink: &mut impl Sink) -> Result<(), ConnectionError> {
        if let Some(error) = self.failure {
            return Err(error);
        }
        let result = self.receive_frames(bytes, sink);
        match result {
            Ok(()) => self.send_ready(),
            Err(error) => self.fail(error),
        }
        result
    }

    /// How many streams may be opened now.
    ///
    /// That is what the peer allows (100 until it says), less those that are open; 0 if the
    /// connection [is closing](Self::is_closing) or more than [`OUTPUT_BOUND`] waits to be sent.
    #[inline]
    pub fn free_streams(&self) -> usize {
        if self.is_closing() || self.output.len() > OUTPUT_BOUND {
            return 0;
        }
        let limit = MAX_STREAMS.min(self.peer.max_streams as usize);
        limit.saturating_sub(self.streams.len())
    }

    /// Opens a stream and sends the head of a request on it; with `end`, that is all of it.
    ///
    /// The token is what the [`Sink`] is told with each event of the stream. `None` if no stream
    /// may be opened now.
    #[inline]
    pub fn open(&mut self, token: u32, head: &Head, end: bool) -> Option<StreamId> {
        if self.free_streams() == 0 {
            return None;
        }
        Some(self.start(token, head, end))
    }

    /// Sends content of a request; with `end`, its last part, which may be empty.
    ///
    /// Goes out at once as far as windows and [`OUTPUT_BOUND`] allow; the rest is copied, and
    /// follows when they do. Does nothing on a stream that has ended or whose last part was
    /// handed in.
    #[inline]
    pub fn send(&mut self, stream: StreamId, data: &[u8], end: bool) {
        if let Some(framed) = self.begin_data(stream, data, end)
            && let Some(stream) = self.streams.get_mut(stream)
        {
            stream.queue.push(&data[framed..]);
        }
    }

    /// The same for content that many requests share. What has to wait is not copied.
    pub fn send_shared(&mut self, stream: StreamId, data: Arc<[u8]>, end: bool) {
        if let Some(framed) = self.begin_data(stream, &data, end)
            && let Some(stream) = self.streams.get_mut(stream)
        {
            stream.queue.push_shared(data, framed);
        }
    }

    /// Bytes handed in that are not yet in the output; 0 if the stream has ended.
    ///
    /// Whoever sends without end should wait while this is large: nothing else bounds it.
    pub fn queued(&self, stream: StreamId) -> usize {
        self.streams.get(stream).map_or(0, |stream| stream.queue.len())
    }

    /// Ends a stream with RST_STREAM (RFC 9113, section 6.4). No event follows.
    pub fn reset(&mut self, stream: StreamId, code: ErrorCode) {
        if self.streams.get(stream).is_some() {
            self.write_reset(stream, code);
            self.remove(stream);
        }
    }

    /// Sends PING; the answer is told to [`Sink::pong`] (RFC 9113, section 6.7).
    pub fn ping(&mut self, payload: [u8; 8]) {
        frame::write_ping(self.output.bytes(), 0, payload);
    }

    /// Tells the peer with GOAWAY that no more requests will come. Running ones may end.
    pub fn close(&mut self) {
        if !self.is_closed && self.failure.is_none() {
            self.is_closed = true;
            frame::write_goaway(self.output.bytes(), ErrorCode::NO_ERROR);
        }
    }

    /// No streams can be opened any more: the peer sent GOAWAY, all numbers are used up, or the
    /// connection was closed or failed. Running ones may end.
    #[inline]
    pub fn is_closing(&self) -> bool {
        self.goaway.is_some()
            || self.next_id > MAX_WINDOW
            || self.is_closed
            || self.failure.is_some()
    }

    /// The code with which the peer sent GOAWAY, if it did.
    pub fn goaway(&self) -> Option<ErrorCode> {
        self.goaway
    }

    /// Whether the peer's settings have come: it does speak HTTP/2, and the number of free
    /// streams is what it says.
    pub fn is_established(&self) -> bool {
        self.is_greeted
    }

    /// Streams that are open.
    #[inline]
    pub fn active_streams(&self) -> usize {
        self.streams.len()
    }

    fn fail(&mut self, error: ConnectionError) {
        self.failure = Some(error);
        self.streams = Streams::default();
        self.sender = Sender::default();
        frame::write_goaway(self.output.bytes(), error.code());
    }

    /// Removes a stream and tells its token.
    #[inline]
    fn remove(&mut self, stream: StreamId) -> Option<u32> {
        let (token, is_ready) = self.streams.remove(stream)?;
        if is_ready {
            self.sender.forget(stream);
        }
        Some(token)
    }

    fn write_reset(&mut self, stream: StreamId, code: ErrorCode) {
        self.reset_up_to = self.reset_up_to.max(stream.id);
        frame::write_reset(self.output.bytes(), stream.id, code);
    }

    /// Ends a stream on which the peer broke the rules.
    fn break_off(&mut self, stream: StreamId, fault: Fault, sink: &mut impl Sink) {
        self.write_reset(stream, fault.code());
        if let Some(token) = self.remove(stream) {
            sink.reset(token, fault.code(), Cause::Fault(fault));
        }
    }

    /// The peer has ended a stream.
    #[inline]
    fn finish(&mut self, stream: StreamId, sink: &mut impl Sink) {
        if self.is_sending(stream) {
            // The peer wants no more of the request (RFC 9113, section 8.1).
            self.write_reset(stream, ErrorCode::NO_ERROR);
        }
        if let Some(token) = self.remove(stream) {
            sink.end(token);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RequestField;

    fn head() -> Head {
        let fields = [(":method", "GET"), (":scheme", "http"), (":path", "/")];
        Head::new(fields.map(|(name, value)| RequestField::stable(name, value))).unwrap()
    }

    #[test]
    fn numbers_of_streams_are_used_up() {
        let head = head();
        let mut connection = Connection::new(&Settings::default());
        connection.next_id = MAX_WINDOW - 2;
        let numbers: Vec<u32> =
            std::iter::from_fn(|| connection.open(0, &head, true)).map(StreamId::number).collect();
        assert_eq!(numbers, [MAX_WINDOW - 2, MAX_WINDOW]);
        assert!(connection.is_closing() && connection.free_streams() == 0);
        assert_eq!(connection.active_streams(), 2);
    }

    /// Requests that run into their time limit while nothing can be sent leave nothing behind.
    #[test]
    fn streams_that_waited_are_forgotten() {
        let head = head();
        let mut connection = Connection::new(&Settings::default());
        let first = connection.open(0, &head, false).unwrap();
        connection.send(first, &vec![0; 65_535], false);
        for _ in 0..1_000 {
            connection.advance(usize::MAX);
            let stream = connection.open(0, &head, false).unwrap();
            connection.send(stream, b"waits", true);
            assert_eq!((connection.queued(stream), connection.sender.waiting()), (5, 1));
            connection.reset(stream, ErrorCode::CANCEL);
        }
        assert_eq!(connection.sender.waiting(), 0);
    }
}
