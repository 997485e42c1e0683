//! Blocks of fields: heads of responses and trailers (RFC 9113, sections 6.2, 6.10 and 8.1).

use super::Connection;
use super::receive::{MAX_CONTINUATIONS, size_error};
use crate::error::ConnectionError;
use crate::frame::{END_HEADERS, END_STREAM, FrameHead, PADDED, WITH_PRIORITY};
use crate::hpack::ENTRY_OVERHEAD;
use crate::hpack::decoder::Field;
use crate::hpack::kind::Kind;
use crate::settings::Fields;
use crate::sink::{Fault, Sink};
use crate::stream::{Phase, StreamId};

/// Most interim responses (100, 103) before the final one: servers send one or two.
pub const MAX_INTERIM: u32 = 16;

/// Memory that is kept for the next block in several parts.
const KEPT: usize = 16 << 10;

impl Connection {
    /// HEADERS: usually a whole block, decoded where it lies.
    #[inline]
    pub(super) fn on_headers(
        &mut self,
        head: FrameHead,
        payload: &[u8],
        sink: &mut impl Sink,
    ) -> Result<(), ConnectionError> {
        let fragment = fragment(head, payload)?;
        let is_end = head.has(END_STREAM);
        if head.has(END_HEADERS) {
            return self.on_block(head.stream, is_end, fragment, sink);
        }
        let block = &mut self.receiver.block;
        block.stream = head.stream;
        block.is_end = is_end;
        block.parts = 0;
        block.bytes.extend_from_slice(fragment);
        Ok(())
    }

    /// CONTINUATION: a further part of the block that is open.
    pub(super) fn on_continuation(
        &mut self,
        head: FrameHead,
        payload: &[u8],
        sink: &mut impl Sink,
    ) -> Result<(), ConnectionError> {
        let longest = self.settings.max_header_list_size.max(self.settings.max_frame_size);
        let block = &mut self.receiver.block;
        block.parts += 1;
        block.bytes.extend_from_slice(payload);
        // Fields that are sent as text take less than they count.
        if block.parts > MAX_CONTINUATIONS || block.bytes.len() > longest as usize {
            return Err(ConnectionError::EndlessBlock);
        }
        if !head.has(END_HEADERS) {
            return Ok(());
        }
        block.stream = 0;
        let is_end = block.is_end;
        let mut bytes = std::mem::take(&mut block.bytes);
        self.on_block(head.stream, is_end, &bytes, sink)?;
        bytes.clear();
        bytes.shrink_to(KEPT);
        self.receiver.block.bytes = bytes;
        Ok(())
    }

    /// A whole block.
    #[inline]
    fn on_block(
        &mut self,
        number: u32,
        is_end: bool,
        block: &[u8],
        sink: &mut impl Sink,
    ) -> Result<(), ConnectionError> {
        let id = self.streams.find(number);
        let Some((id, stream)) = id.and_then(|id| Some((id, self.streams.get_mut(id)?))) else {
            self.check_reset(number)?;
            // The table has to stay in step.
            let decoded = self.decoder.decode(block, false, |_| {});
            return decoded.map_err(ConnectionError::Compression);
        };
        let token = stream.token;
        let mut reader = Reader {
            sink: &mut *sink,
            token,
            part: Part::Begin { is_trailers: matches!(stream.phase, Phase::Body { .. }) },
            is_wanted: self.settings.fields == Fields::Reported,
            room: self.settings.max_header_list_size as usize,
            status: None,
            length: None,
            fault: None,
        };
        reader.begin(is_end);
        let is_wanted = reader.is_wanted;
        let decoded = self.decoder.decode(block, is_wanted, |field| reader.field(field));
        decoded.map_err(ConnectionError::Compression)?;
        let fields = reader.finish();
        self.receiver.is_useful();
        match fields.and_then(|fields| self.advance_phase(id, fields, is_end)) {
            Err(fault) => self.break_off(id, fault, sink),
            Ok(()) if is_end => self.finish(id, sink),
            Ok(()) => {}
        }
        Ok(())
    }

    /// What a block means for its stream.
    #[inline]
    fn advance_phase(
        &mut self,
        id: StreamId,
        (status, length): (Option<u16>, Option<u64>),
        is_end: bool,
    ) -> Result<(), Fault> {
        let Some(stream) = self.streams.get_mut(id) else { return Ok(()) };
        match (&mut stream.phase, status) {
            // HTTP/2 has no switching of protocols (RFC 9113, section 8.6).
            (Phase::Head { .. }, None | Some(101)) => Err(Fault::Status),
            (Phase::Head { .. }, Some(..200)) if is_end => Err(Fault::Status),
            (Phase::Head { interim }, Some(..200)) => {
                *interim += 1;
                if *interim > MAX_INTERIM { Err(Fault::TooManyInterim) } else { Ok(()) }
            }
            (phase @ Phase::Head { .. }, Some(status)) => {
                // These have no content, whatever they announce.
                let matters = !stream.is_head && !matches!(status, 204 | 304);
                let left = length.filter(|_| matters);
                *phase = Phase::Body { left };
                check_complete(left, is_end)
            }
            (Phase::Body { left }, _) => check_complete(*left, is_end),
        }
    }
}

fn check_complete(left: Option<u64>, is_end: bool) -> Result<(), Fault> {
    match left {
        Some(1..) if is_end => Err(Fault::ContentLength),
        _ => Ok(()),
    }
}

/// The part of a block in HEADERS, without padding and priority.
#[inline]
fn fragment(head: FrameHead, payload: &[u8]) -> Result<&[u8], ConnectionError> {
    let mut rest = payload;
    let mut padding = 0;
    if head.has(PADDED) {
        let (length, behind) = rest.split_first().ok_or(size_error(head))?;
        (padding, rest) = (usize::from(*length), behind);
    }
    if head.has(WITH_PRIORITY) {
        rest = rest.get(5..).ok_or(size_error(head))?;
    }
    let length = rest.len().checked_sub(padding).ok_or(ConnectionError::Padding)?;
    Ok(&rest[..length])
}

/// Where in a block the reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Only pseudo-fields so far.
    Begin { is_trailers: bool },
    /// Fields that are reported.
    Fields,
    /// Fields of an interim response, which are not.
    Interim,
}

/// Checks the fields of a block and reports them.
struct Reader<'s, S> {
    sink: &'s mut S,
    token: u32,
    part: Part,
    is_wanted: bool,
    /// Bytes that the list of fields may still count.
    room: usize,
    status: Option<u16>,
    length: Option<u64>,
    fault: Option<Fault>,
}

impl<S: Sink> Reader<'_, S> {
    /// Trailers have nothing to wait for.
    #[inline]
    fn begin(&mut self, is_end: bool) {
        if self.part == (Part::Begin { is_trailers: true }) {
            if is_end {
                self.sink.trailers(self.token);
                self.part = Part::Fields;
            } else {
                self.fault = Some(Fault::Trailers);
            }
        }
    }

    #[inline]
    fn field(&mut self, field: Field<'_>) {
        if self.fault.is_some() {
            return;
        }
        let size = field.name.len() + field.value.len() + ENTRY_OVERHEAD;
        let Some(room) = self.room.checked_sub(size) else {
            self.fault = Some(Fault::TooManyFields);
            return;
        };
        self.room = room;
        match field.kind {
            Kind::Status(status) => {
                if self.status.replace(status).is_some() {
                    self.fault = Some(Fault::Status);
                } else if !matches!(self.part, Part::Begin { .. }) {
                    self.fault = Some(Fault::Field);
                }
            }
            Kind::Malformed => self.fault = Some(Fault::Field),
            Kind::ContentLength(length) => {
                // Trailers announce nothing any more, but must not contradict themselves either.
                if self.length.replace(length).is_some_and(|before| before != length) {
                    self.fault = Some(Fault::ContentLength);
                }
                self.report(field);
            }
            Kind::Plain => self.report(field),
        }
    }

    #[inline]
    fn report(&mut self, field: Field<'_>) {
        self.end_pseudo();
        if self.part == Part::Fields && self.is_wanted && self.fault.is_none() {
            self.sink.field(self.token, field.name, field.value);
        }
    }

    /// No further pseudo-field may come.
    #[inline]
    fn end_pseudo(&mut self) {
        if let Part::Begin { .. } = self.part {
            match self.status {
                None => self.fault = Some(Fault::Status),
                Some(..200) => self.part = Part::Interim,
                Some(status) => {
                    self.part = Part::Fields;
                    self.sink.head(self.token, status);
                }
            }
        }
    }

    /// Status and length, if the fields are those of a response.
    #[inline]
    fn finish(mut self) -> Result<(Option<u16>, Option<u64>), Fault> {
        if self.fault.is_none() {
            self.end_pseudo();
        }
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok((self.status, self.length)),
        }
    }
}
