//! A request under way, and what is spoken over HTTP/2.

use std::sync::Arc;

use iter8_h2::{ErrorCode, Head, StreamId};
use iter8_load::{Attempt, Verdict};

/// What is spoken over HTTP/2: makes requests, and judges what comes back.
///
/// A slot is the place of one request at a time. All events of a slot belong to its latest
/// request.
pub trait Protocol {
    /// The request of this number in the whole test, to be sent in a slot. `None`, with a reason
    /// to be had from [`Protocol::verdict`], if there is none to be sent.
    ///
    /// It is asked again when a request has to be sent a second time.
    fn request(&mut self, slot: usize, number: u64) -> Option<Request<'_>>;

    /// The head of the response came.
    fn head(&mut self, slot: usize, status: u16);

    /// A field of the response, of its head or its trailers.
    fn field(&mut self, slot: usize, name: &[u8], value: &[u8]) {
        let _ = (slot, name, value);
    }

    /// Content of the response that came at this moment; its borders mean nothing.
    fn data(&mut self, slot: usize, data: &[u8], now: u64) -> Flow {
        let _ = (slot, data, now);
        Flow::Goes
    }

    /// What comes next of a request, at the moment that it has asked for.
    fn more(&mut self, slot: usize, now: u64) -> More<'_> {
        let _ = (slot, now);
        More::Nothing
    }

    /// The peer has ended the request with a code of HTTP/2; how that is counted, if not as a
    /// connection that was reset.
    fn reset(&mut self, slot: usize, error: ErrorCode) -> Option<Verdict> {
        let _ = (slot, error);
        None
    }

    /// How the request ended: its response is complete, or the protocol has ended it, or there was
    /// none to be sent.
    fn verdict(&mut self, slot: usize) -> Verdict;
}

/// A request.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Its head.
    pub head: &'a Head,
    /// Its content.
    pub body: Body<'a>,
    /// Whether that is all of it.
    pub is_whole: bool,
    /// When [`Protocol::more`] is asked, in nanoseconds from now.
    pub next: Option<u64>,
}

/// Whether a response goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// It does.
    Goes,
    /// There was enough of it: the stream is cancelled, and [`Protocol::verdict`] asked.
    Enough,
}

/// What comes next of a request.
#[derive(Debug, Clone, Copy)]
pub enum More<'a> {
    /// Nothing.
    Nothing,
    /// This content.
    Content {
        /// The content.
        bytes: &'a [u8],
        /// Whether that was the last of it.
        is_last: bool,
        /// When the next is asked for, in nanoseconds from now.
        next: Option<u64>,
    },
    /// There was enough of it, see [`Flow::Enough`].
    Enough,
}

/// The content of a request.
#[derive(Debug, Clone, Copy)]
pub enum Body<'a> {
    /// None.
    Empty,
    /// Of this request alone.
    Own(&'a [u8]),
    /// Shared by many requests, and not copied.
    Shared(&'a Arc<[u8]>),
}

/// The place of one request at a time.
#[derive(Debug, Default)]
pub(crate) struct Slot {
    /// The request under way.
    pub(crate) attempt: Option<Attempt>,
    /// Its number in the whole test.
    pub(crate) number: u64,
    /// Counts its requests, so that timers of old ones can be told apart.
    pub(crate) turn: u32,
    /// The session and the stream that carry it.
    pub(crate) stream: Option<(usize, StreamId)>,
    /// Whether it had to wait for a connection or a stream.
    pub(crate) has_waited: bool,
    /// When the slot became able to carry a request.
    pub(crate) free: u64,
}
