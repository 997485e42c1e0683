//! Frames (RFC 9113, sections 4 and 6): their numbers, how they begin, and the small ones.

use crate::error::ErrorCode;

/// What a client sends first (RFC 9113, section 3.4).
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Bytes before the payload of each frame.
pub(crate) const HEAD: usize = 9;
/// Frame size that everybody has to take.
pub(crate) const DEFAULT_FRAME_SIZE: u32 = 1 << 14;
/// Largest frame size that can be allowed.
pub(crate) const MAX_FRAME_SIZE: u32 = (1 << 24) - 1;
/// Window of the connection, and of streams until settings say otherwise.
pub(crate) const DEFAULT_WINDOW: u32 = 65_535;
/// Largest window; also the largest number of a stream.
pub(crate) const MAX_WINDOW: u32 = (1 << 31) - 1;

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const PRIORITY: u8 = 2;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PUSH_PROMISE: u8 = 5;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;

/// On SETTINGS and PING.
pub(crate) const ACK: u8 = 0x1;
/// On DATA and HEADERS.
pub(crate) const END_STREAM: u8 = 0x1;
/// On HEADERS and CONTINUATION.
pub(crate) const END_HEADERS: u8 = 0x4;
/// On DATA and HEADERS.
pub(crate) const PADDED: u8 = 0x8;
/// On HEADERS.
pub(crate) const WITH_PRIORITY: u8 = 0x20;

/// Identifier of a setting (RFC 9113, section 6.5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Setting(pub(crate) u16);

impl Setting {
    pub(crate) const HEADER_TABLE_SIZE: Self = Self(1);
    pub(crate) const ENABLE_PUSH: Self = Self(2);
    pub(crate) const MAX_CONCURRENT_STREAMS: Self = Self(3);
    pub(crate) const INITIAL_WINDOW_SIZE: Self = Self(4);
    pub(crate) const MAX_FRAME_SIZE: Self = Self(5);
    pub(crate) const MAX_HEADER_LIST_SIZE: Self = Self(6);
}

/// How a frame begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameHead {
    pub(crate) length: u32,
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    pub(crate) stream: u32,
}

impl FrameHead {
    #[inline]
    pub(crate) fn parse(bytes: [u8; HEAD]) -> Self {
        let [l2, l1, l0, kind, flags, stream @ ..] = bytes;
        Self {
            length: u32::from_be_bytes([0, l2, l1, l0]),
            kind,
            flags,
            stream: u32::from_be_bytes(stream) & MAX_WINDOW,
        }
    }

    #[inline]
    pub(crate) fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// Appends the beginning of a frame.
#[inline]
pub(crate) fn write_head(out: &mut Vec<u8>, length: usize, kind: u8, flags: u8, stream: u32) {
    let [.., l2, l1, l0] = length.to_be_bytes();
    let [s3, s2, s1, s0] = stream.to_be_bytes();
    out.extend_from_slice(&[l2, l1, l0, kind, flags, s3, s2, s1, s0]);
}

/// Appends WINDOW_UPDATE.
pub(crate) fn write_window_update(out: &mut Vec<u8>, stream: u32, increment: u32) {
    write_head(out, 4, WINDOW_UPDATE, 0, stream);
    out.extend_from_slice(&increment.to_be_bytes());
}

/// Appends RST_STREAM.
pub(crate) fn write_reset(out: &mut Vec<u8>, stream: u32, code: ErrorCode) {
    write_head(out, 4, RST_STREAM, 0, stream);
    out.extend_from_slice(&code.0.to_be_bytes());
}

/// Appends PING.
pub(crate) fn write_ping(out: &mut Vec<u8>, flags: u8, payload: [u8; 8]) {
    write_head(out, payload.len(), PING, flags, 0);
    out.extend_from_slice(&payload);
}

/// Appends GOAWAY. The last stream is always 0, since a server may open none.
pub(crate) fn write_goaway(out: &mut Vec<u8>, code: ErrorCode) {
    write_head(out, 8, GOAWAY, 0, 0);
    out.extend_from_slice(&0_u32.to_be_bytes());
    out.extend_from_slice(&code.0.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_as_they_are_written() {
        let mut out = Vec::new();
        write_head(&mut out, 0x12_3456, HEADERS, END_STREAM | PADDED, 0x7fff_ffff);
        assert_eq!(out, [0x12, 0x34, 0x56, 1, 9, 0x7f, 0xff, 0xff, 0xff]);
        let head = FrameHead::parse(out.try_into().unwrap());
        assert_eq!((head.length, head.kind, head.stream), (0x12_3456, HEADERS, 0x7fff_ffff));
        assert!(head.has(PADDED) && head.has(END_STREAM) && !head.has(END_HEADERS));
    }

    #[test]
    fn the_reserved_bit_is_ignored() {
        let head = FrameHead::parse([0, 0, 0, 0, 0, 0x80, 0, 0, 1]);
        assert_eq!(head.stream, 1);
    }
}
