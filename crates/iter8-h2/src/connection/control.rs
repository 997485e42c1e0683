//! Frames that are about the connection, or end streams.

use super::Connection;
use crate::error::{ConnectionError, ErrorCode};
use crate::frame::{self, ACK, DEFAULT_WINDOW, FrameHead, MAX_WINDOW};
use crate::sink::{Cause, Fault, Sink};
use crate::stream::StreamId;

/// A number that a payload of a checked length begins with; the highest bit is reserved.
#[inline]
fn number(payload: &[u8]) -> u32 {
    payload.first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

impl Connection {
    /// SETTINGS (RFC 9113, section 6.5).
    pub(super) fn on_settings(
        &mut self,
        head: FrameHead,
        payload: &[u8],
    ) -> Result<(), ConnectionError> {
        self.receiver.count_useless()?;
        if head.has(ACK) {
            self.on_confirmed();
            return Ok(());
        }
        self.is_greeted = true;
        let before = self.peer.initial_window;
        self.peer.read(payload)?;
        self.encoder.resize(self.peer.least_table_size, self.peer.header_table_size);
        self.shift_windows(i64::from(self.peer.initial_window) - i64::from(before))?;
        frame::write_head(self.output.reply()?, 0, frame::SETTINGS, ACK, 0);
        Ok(())
    }

    /// The peer knows our settings: what it sends from here on has to follow them.
    fn on_confirmed(&mut self) {
        if self.is_confirmed {
            return;
        }
        self.is_confirmed = true;
        self.decoder.set_allowed(self.settings.header_table_size);
        let size = self.settings.stream_window;
        if size < DEFAULT_WINDOW {
            let difference = i64::from(size) - i64::from(DEFAULT_WINDOW);
            self.streams.iter_mut().for_each(|(_, stream)| stream.receive.shift(difference));
        }
        self.stream_window = size;
    }

    /// Another initial window moves those of all open streams, perhaps below zero (section 6.9.2).
    fn shift_windows(&mut self, difference: i64) -> Result<(), ConnectionError> {
        if difference == 0 {
            return Ok(());
        }
        let mut woken = Vec::new();
        for (id, stream) in self.streams.iter_mut() {
            stream.window += difference;
            if stream.window > MAX_WINDOW.into() {
                return Err(ConnectionError::WindowOverflow);
            }
            woken.push(id);
        }
        for id in woken {
            self.wake(id);
        }
        Ok(())
    }

    /// WINDOW_UPDATE (section 6.9).
    #[inline]
    pub(super) fn on_window_update(
        &mut self,
        stream: u32,
        payload: &[u8],
        sink: &mut impl Sink,
    ) -> Result<(), ConnectionError> {
        let increment = i64::from(number(payload) & MAX_WINDOW);
        self.receiver.count_useless()?;
        if stream == 0 {
            self.sender.window += increment;
            return match increment {
                0 => Err(ConnectionError::ZeroIncrement),
                _ if self.sender.window > MAX_WINDOW.into() => Err(ConnectionError::WindowOverflow),
                _ => Ok(()),
            };
        }
        // One for a stream that has ended may have been on its way.
        let Some(id) = self.streams.find(stream) else { return Ok(()) };
        let Some(stream) = self.streams.get_mut(id) else { return Ok(()) };
        stream.window += increment;
        if increment == 0 {
            self.break_off(id, Fault::ZeroIncrement, sink);
        } else if stream.window > MAX_WINDOW.into() {
            self.break_off(id, Fault::FlowControl, sink);
        } else {
            self.wake(id);
        }
        Ok(())
    }

    /// RST_STREAM (section 6.4).
    pub(super) fn on_reset(
        &mut self,
        stream: u32,
        payload: &[u8],
        sink: &mut impl Sink,
    ) -> Result<(), ConnectionError> {
        let code = ErrorCode(number(payload));
        // One for a stream that has ended may have been on its way.
        let Some(stream) = self.streams.find(stream) else {
            return self.receiver.count_useless();
        };
        let cause = match code {
            ErrorCode::REFUSED_STREAM => Cause::Unprocessed,
            _ => Cause::Peer,
        };
        self.receiver.is_useful();
        if let Some(token) = self.remove(stream) {
            sink.reset(token, code, cause);
        }
        Ok(())
    }

    /// PING (section 6.7).
    pub(super) fn on_ping(
        &mut self,
        head: FrameHead,
        payload: &[u8],
        sink: &mut impl Sink,
    ) -> Result<(), ConnectionError> {
        let Some(payload) = payload.first_chunk() else { return Ok(()) };
        if head.has(ACK) {
            sink.pong(*payload);
        } else {
            frame::write_ping(self.output.reply()?, ACK, *payload);
        }
        Ok(())
    }

    /// GOAWAY (section 6.8). A later one may name fewer streams; more it cannot, since those beyond
    /// are gone and no new ones come.
    pub(super) fn on_goaway(
        &mut self,
        payload: &[u8],
        sink: &mut impl Sink,
    ) -> Result<(), ConnectionError> {
        self.receiver.count_useless()?;
        let code = ErrorCode(number(payload.get(4..).unwrap_or_default()));
        let last = number(payload) & MAX_WINDOW;
        self.goaway = Some(code);
        let beyond = self.streams.iter_mut().map(|(id, _)| id).filter(|id| id.id > last);
        let mut lost: Vec<StreamId> = beyond.collect();
        lost.sort_unstable_by_key(|stream| stream.id);
        for stream in lost {
            self.reset_up_to = self.reset_up_to.max(stream.id);
            if let Some(token) = self.remove(stream) {
                sink.reset(token, code, Cause::Unprocessed);
            }
        }
        Ok(())
    }
}
