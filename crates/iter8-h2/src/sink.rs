//! What a connection tells about its streams.

use crate::error::ErrorCode;

/// Takes the events of a connection, in the order in which they happened.
///
/// A response is `head`, fields, `data` as often as it comes, perhaps `trailers` and fields, and
/// `end`. Any of it may be cut off by `reset`. After `end` and `reset` the token is free. A gRPC
/// response made of trailers only is a `head`, fields, and `end`.
///
/// Every method does nothing unless it is written anew.
pub trait Sink {
    /// The head of the final response begins; interim ones are passed over. The status is from
    /// 200 to 999.
    #[inline]
    fn head(&mut self, token: u32, status: u16) {
        let _ = (token, status);
    }

    /// A field of the head, or of the trailers after [`Self::trailers`]. Never a pseudo-field.
    /// Only called if [`Fields::Reported`](crate::Fields::Reported) was set.
    #[inline]
    fn field(&mut self, token: u32, name: &[u8], value: &[u8]) {
        let _ = (token, name, value);
    }

    /// A piece of content, as it came: its borders mean nothing, and it is never empty.
    #[inline]
    fn data(&mut self, token: u32, data: &[u8]) {
        let _ = (token, data);
    }

    /// The fields that follow are trailers.
    #[inline]
    fn trailers(&mut self, token: u32) {
        let _ = token;
    }

    /// The response is complete. What was not yet sent of the request is dropped.
    #[inline]
    fn end(&mut self, token: u32) {
        let _ = token;
    }

    /// The stream broke off.
    #[inline]
    fn reset(&mut self, token: u32, code: ErrorCode, cause: Cause) {
        let _ = (token, code, cause);
    }

    /// The peer answered [`Connection::ping`](crate::Connection::ping).
    #[inline]
    fn pong(&mut self, payload: [u8; 8]) {
        let _ = payload;
    }
}

/// A sink for those who do not care.
impl Sink for () {}

/// Why a stream broke off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The peer ended it.
    Peer,
    /// The peer ended it and says that nothing was done with the request, so that it may be sent
    /// again (RFC 9113, section 8.7): RST_STREAM with REFUSED_STREAM, or GOAWAY.
    Unprocessed,
    /// We ended it, because the peer broke the rules.
    Fault(Fault),
}

/// How a peer broke the rules of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No status, several, or one that is no number from 100 to 999; status 101, which HTTP/2
    /// does not have; an interim response that ends the stream.
    #[error("status of the response is invalid")]
    Status,
    /// A field that no response may have (RFC 9113, section 8.2).
    #[error("field of the response is invalid")]
    Field,
    /// More fields than [`Settings::max_header_list_size`](crate::Settings) allows.
    #[error("response has too many fields")]
    TooManyFields,
    /// More than [`MAX_INTERIM`](crate::MAX_INTERIM) heads before the final one.
    #[error("too many interim responses")]
    TooManyInterim,
    /// A block of fields within or behind the content that does not end the stream.
    #[error("trailers do not end the response")]
    Trailers,
    /// Data before the head.
    #[error("content comes before the head")]
    DataBeforeHead,
    /// Less or more content than announced, or two announcements that differ (RFC 9113, section
    /// 8.1.1).
    #[error("length of the content is not as announced")]
    ContentLength,
    /// More data than the window of the stream allows, or a window beyond 2^31 - 1.
    #[error("flow control of the stream is violated")]
    FlowControl,
    /// A window update of nothing.
    #[error("window update of 0")]
    ZeroIncrement,
    /// PRIORITY of another size than 5 bytes.
    #[error("priority has an impossible size")]
    FrameSize,
}

impl Fault {
    /// The code that tells the peer.
    pub fn code(self) -> ErrorCode {
        match self {
            Self::Status
            | Self::Field
            | Self::Trailers
            | Self::DataBeforeHead
            | Self::ContentLength
            | Self::ZeroIncrement => ErrorCode::PROTOCOL_ERROR,
            Self::TooManyFields | Self::TooManyInterim => ErrorCode::ENHANCE_YOUR_CALM,
            Self::FlowControl => ErrorCode::FLOW_CONTROL_ERROR,
            Self::FrameSize => ErrorCode::FRAME_SIZE_ERROR,
        }
    }
}
