//! Why a request failed.

use iter8_h2::{ConnectionError, ErrorCode, Fault};
use iter8_load::Failure;
use iter8_sockets::LinkError;

/// Why a request failed, for people.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Cause {
    /// The connection.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The peer broke the rules of HTTP/2.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// The peer broke the rules of a stream.
    #[error(transparent)]
    Fault(Fault),
    /// The peer ended the stream.
    #[error("stream was reset: {0}")]
    Reset(ErrorCode),
    /// The connection ended before the response did.
    #[error("connection closed before the response was complete")]
    Closed,
    /// The server does not agree to HTTP/2.
    #[error("server does not speak HTTP/2")]
    NotSpoken,
    /// No connection in time.
    #[error("no connection within the time limit")]
    ConnectTimeout,
    /// The peer does not answer a ping in time.
    #[error("server does not answer keepalive pings")]
    Unresponsive,
    /// No response in time.
    #[error("no response within the time limit")]
    Timeout,
    /// What is spoken over HTTP/2.
    #[error("{0}")]
    Protocol(String),
}

impl Cause {
    /// How it is counted when it befalls an open connection.
    pub(crate) fn failure(&self) -> Failure {
        match self {
            Self::Link(error) => error.failure(),
            Self::Connection(_) | Self::Fault(_) | Self::NotSpoken | Self::Protocol(_) => {
                Failure::Protocol
            }
            Self::Reset(_) => Failure::Reset,
            Self::Closed => Failure::ClosedEarly,
            Self::ConnectTimeout => Failure::ConnectTimeout,
            Self::Timeout | Self::Unresponsive => Failure::Timeout,
        }
    }
}
