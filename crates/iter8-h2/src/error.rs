//! What can go wrong, with a stream or with the whole connection.

use std::fmt;

use crate::hpack::HpackError;

/// A code of RST_STREAM and GOAWAY (RFC 9113, section 7). Codes without a name are possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode(pub u32);

impl ErrorCode {
    /// No error: the connection or stream ends as it should.
    pub const NO_ERROR: Self = Self(0x0);
    /// A violation of the protocol that has no code of its own.
    pub const PROTOCOL_ERROR: Self = Self(0x1);
    /// The sender is at fault.
    pub const INTERNAL_ERROR: Self = Self(0x2);
    /// More was sent than the windows allow.
    pub const FLOW_CONTROL_ERROR: Self = Self(0x3);
    /// Settings were not confirmed in time.
    pub const SETTINGS_TIMEOUT: Self = Self(0x4);
    /// A frame for a stream that had ended.
    pub const STREAM_CLOSED: Self = Self(0x5);
    /// A frame of an impossible size.
    pub const FRAME_SIZE_ERROR: Self = Self(0x6);
    /// Nothing was done with the request; it may be sent again.
    pub const REFUSED_STREAM: Self = Self(0x7);
    /// The stream is of no more use.
    pub const CANCEL: Self = Self(0x8);
    /// The table of fields is lost.
    pub const COMPRESSION_ERROR: Self = Self(0x9);
    /// The connection behind CONNECT broke.
    pub const CONNECT_ERROR: Self = Self(0xa);
    /// The peer makes too much work.
    pub const ENHANCE_YOUR_CALM: Self = Self(0xb);
    /// The encryption is too weak.
    pub const INADEQUATE_SECURITY: Self = Self(0xc);
    /// The request has to be made over HTTP/1.1.
    pub const HTTP_1_1_REQUIRED: Self = Self(0xd);

    /// The name in the registry, if it has one.
    pub fn name(self) -> Option<&'static str> {
        const NAMES: [&str; 14] = [
            "NO_ERROR",
            "PROTOCOL_ERROR",
            "INTERNAL_ERROR",
            "FLOW_CONTROL_ERROR",
            "SETTINGS_TIMEOUT",
            "STREAM_CLOSED",
            "FRAME_SIZE_ERROR",
            "REFUSED_STREAM",
            "CANCEL",
            "COMPRESSION_ERROR",
            "CONNECT_ERROR",
            "ENHANCE_YOUR_CALM",
            "INADEQUATE_SECURITY",
            "HTTP_1_1_REQUIRED",
        ];
        NAMES.get(usize::try_from(self.0).ok()?).copied()
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "code {:#x}", self.0),
        }
    }
}

/// Why a connection cannot go on. Its last output is a GOAWAY with [`ConnectionError::code`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionError {
    /// The peer speaks no HTTP/2, or another version of it (RFC 9113, section 3.4).
    #[error("peer does not begin with settings")]
    NoSettings,
    /// Longer than we allow, or a length that this type of frame cannot have (section 4.2).
    #[error("frame of type {kind} has {length} bytes")]
    FrameSize {
        /// Type of the frame as it is on the wire.
        kind: u8,
        /// Bytes behind its header.
        length: u32,
    },
    /// A frame of the connection on a stream, the reverse, or a stream that was never opened.
    #[error("frame of type {kind} on stream {stream}")]
    WrongStream {
        /// Type of the frame as it is on the wire.
        kind: u8,
        /// The stream.
        stream: u32,
    },
    /// A frame on a stream that the peer had ended (section 5.1).
    #[error("frame on stream {0}, which has ended")]
    StreamClosed(u32),
    /// Padding that does not fit its frame (section 6.1).
    #[error("padding is longer than its frame")]
    Padding,
    /// Something between the parts of a block of fields, or a part without a beginning (section
    /// 6.10).
    #[error("block of fields is interrupted")]
    Interrupted,
    /// A promise, though we allow none (section 6.6).
    #[error("peer pushes though it must not")]
    Push,
    /// A setting with a value that it cannot have (section 6.5.2).
    #[error("setting {id} has the value {value}")]
    Setting {
        /// Identifier of the setting.
        id: u16,
        /// Its value.
        value: u32,
    },
    /// A window beyond 2^31 - 1 (section 6.9.1).
    #[error("window is too large")]
    WindowOverflow,
    /// More data than we allowed (section 6.9).
    #[error("peer sends more than the window of the connection")]
    WindowExceeded,
    /// A window update of nothing (section 6.9).
    #[error("window update of 0")]
    ZeroIncrement,
    /// The fields cannot be decoded (section 4.3).
    #[error("failed to decode fields")]
    Compression(#[source] HpackError),
    /// More than [`MAX_REPLIES`](crate::MAX_REPLIES) wait for a peer that does not read.
    #[error("peer asks for more than it reads")]
    TooManyReplies,
    /// More than [`MAX_USELESS_FRAMES`](crate::MAX_USELESS_FRAMES) in a row.
    #[error("peer sends frames to no purpose")]
    TooManyUselessFrames,
    /// A block of fields longer than we allow, or in more than
    /// [`MAX_CONTINUATIONS`](crate::MAX_CONTINUATIONS) parts.
    #[error("block of fields does not end")]
    EndlessBlock,
}

impl ConnectionError {
    /// The code that tells the peer.
    pub fn code(self) -> ErrorCode {
        match self {
            // Of the settings, only a window beyond its limits has a code of its own.
            Self::Setting { id: 4, .. } | Self::WindowOverflow | Self::WindowExceeded => {
                ErrorCode::FLOW_CONTROL_ERROR
            }
            Self::NoSettings
            | Self::WrongStream { .. }
            | Self::Padding
            | Self::Interrupted
            | Self::Push
            | Self::Setting { .. }
            | Self::ZeroIncrement => ErrorCode::PROTOCOL_ERROR,
            Self::FrameSize { .. } => ErrorCode::FRAME_SIZE_ERROR,
            Self::StreamClosed(_) => ErrorCode::STREAM_CLOSED,
            Self::Compression(_) => ErrorCode::COMPRESSION_ERROR,
            Self::TooManyReplies | Self::TooManyUselessFrames | Self::EndlessBlock => {
                ErrorCode::ENHANCE_YOUR_CALM
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_names() {
        assert_eq!(ErrorCode::CANCEL.to_string(), "CANCEL");
        assert_eq!(ErrorCode::HTTP_1_1_REQUIRED.to_string(), "HTTP_1_1_REQUIRED");
        assert_eq!(ErrorCode(14).to_string(), "code 0xe");
        assert_eq!(ErrorCode(u32::MAX).to_string(), "code 0xffffffff");
    }

    #[test]
    fn errors_tell_the_peer_a_code() {
        for (error, code, text) in [
            (ConnectionError::NoSettings, "PROTOCOL_ERROR", "peer does not begin with settings"),
            (
                ConnectionError::FrameSize { kind: 6, length: 7 },
                "FRAME_SIZE_ERROR",
                "frame of type 6 has 7 bytes",
            ),
            (
                ConnectionError::WrongStream { kind: 0, stream: 0 },
                "PROTOCOL_ERROR",
                "frame of type 0 on stream 0",
            ),
            (
                ConnectionError::StreamClosed(5),
                "STREAM_CLOSED",
                "frame on stream 5, which has ended",
            ),
            (ConnectionError::Padding, "PROTOCOL_ERROR", "padding is longer than its frame"),
            (ConnectionError::Interrupted, "PROTOCOL_ERROR", "block of fields is interrupted"),
            (ConnectionError::Push, "PROTOCOL_ERROR", "peer pushes though it must not"),
            (
                ConnectionError::Setting { id: 4, value: u32::MAX },
                "FLOW_CONTROL_ERROR",
                "setting 4 has the value 4294967295",
            ),
            (
                ConnectionError::Setting { id: 2, value: 1 },
                "PROTOCOL_ERROR",
                "setting 2 has the value 1",
            ),
            (ConnectionError::WindowOverflow, "FLOW_CONTROL_ERROR", "window is too large"),
            (
                ConnectionError::WindowExceeded,
                "FLOW_CONTROL_ERROR",
                "peer sends more than the window of the connection",
            ),
            (ConnectionError::ZeroIncrement, "PROTOCOL_ERROR", "window update of 0"),
            (
                ConnectionError::Compression(HpackError::Truncated),
                "COMPRESSION_ERROR",
                "failed to decode fields",
            ),
            (
                ConnectionError::TooManyReplies,
                "ENHANCE_YOUR_CALM",
                "peer asks for more than it reads",
            ),
            (
                ConnectionError::TooManyUselessFrames,
                "ENHANCE_YOUR_CALM",
                "peer sends frames to no purpose",
            ),
            (ConnectionError::EndlessBlock, "ENHANCE_YOUR_CALM", "block of fields does not end"),
        ] {
            assert_eq!((error.code().name(), error.to_string().as_str()), (Some(code), text));
        }
    }
}
