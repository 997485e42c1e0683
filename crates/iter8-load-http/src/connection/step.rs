//! What passes between a connection and its worker.

use iter8_load::{Clock, Outcome};
use iter8_sockets::{Buffers, LinkError, Poller};

use crate::compose::{Maker, TemplateError};
use crate::decoder::ProtocolError;
use crate::transport::HttpTransport;

/// What a connection needs of its worker.
pub(crate) struct Context<'a> {
    pub(crate) transport: &'a HttpTransport,
    pub(crate) poller: &'a Poller,
    pub(crate) clock: Clock,
    pub(crate) buffers: &'a mut Buffers,
    /// Set once responses may be such that their latency depends on when they are read.
    pub(crate) needs_attention: &'a mut bool,
    pub(crate) maker: &'a mut Maker,
}

/// What came of telling a connection something.
#[derive(Debug)]
pub(crate) enum Step {
    /// Something else must happen first.
    Pending,
    /// There is more to read, but others should have their turn.
    Again,
    /// It is open and idle; nanoseconds that took.
    Opened(u64),
    /// It could not be opened, and no request was waiting for it.
    NotOpened(Option<Cause>),
    /// The request has come to its end.
    Finished(Finish),
}

/// The end of a request.
#[derive(Debug, Clone)]
pub(crate) struct Finish {
    pub(crate) outcome: Outcome,
    /// Why it failed, if it did.
    pub(crate) cause: Option<Cause>,
}

/// Why a request failed, for people.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(crate) enum Cause {
    #[error(transparent)]
    Link(LinkError),
    #[error(transparent)]
    Protocol(ProtocolError),
    #[error(transparent)]
    Template(TemplateError),
    #[error("connection closed before the response was complete")]
    Closed,
    #[error("no connection within the time limit")]
    ConnectTimeout,
    #[error("no response within the time limit")]
    Timeout,
    #[error("redirect leads nowhere")]
    Redirect,
}
