//! What a scripted server does, request by request.

use std::time::Duration;

/// One thing a scripted server does in answer to a request.
///
/// Steps that close the connection end the list. After a list that does not, the connection is
/// kept and the next request awaited, unless the request asked for a close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A proper answer. A `content-length` is added unless the fields hold it or a
    /// `transfer-encoding`.
    Reply {
        /// The status; not checked.
        status: u16,
        /// Header fields, sent as they are.
        headers: Vec<(String, String)>,
        /// The body, sent as it is.
        body: Vec<u8>,
    },
    /// These bytes.
    Raw(Vec<u8>),
    /// These bytes one at a time, with a gap before each but the first.
    SlowBytes {
        /// What is sent.
        bytes: Vec<u8>,
        /// The time between two bytes.
        gap: Duration,
    },
    /// Nothing for this time.
    Wait(Duration),
    /// Ends the connection with a reset.
    Reset,
    /// Closes the connection.
    Close,
    /// Nothing, until the peer closes or the server is stopped.
    NeverAnswer,
    /// Closes the connection without reading; only as first step of a list, and taken when a
    /// connection arrives.
    CloseAfterAccept,
    /// Resets the connection without reading; else as [`Step::CloseAfterAccept`].
    ResetAfterAccept,
    /// So many random bytes, the same for the same seed, then a close.
    Garbage {
        /// The seed of the bytes.
        seed: u64,
        /// How many.
        bytes: usize,
    },
    /// A head without length, then body bytes until the peer closes or the server is stopped.
    Endless,
    /// A 200 with so many body bytes and a `content-length`.
    Sized {
        /// Bytes of the body, streamed.
        bytes: u64,
    },
    /// A 200 with so many body bytes in chunks.
    ChunkedSized {
        /// Bytes of the body, streamed.
        bytes: u64,
    },
    /// A 200 whose `content-length` and body differ. The connection is closed when less is sent
    /// than said.
    LyingLength {
        /// The `content-length`.
        said: u64,
        /// Bytes really sent.
        sent: u64,
    },
    /// Two full answers to one request, in one write.
    TwoResponses,
    /// A 200 without body whose head, up to the end of its empty line, has so many bytes; at
    /// least the 48 that are left with an empty filler field.
    HeadOfBytes(usize),
    /// A `100 Continue`. As first step it is sent before the body of the request is read.
    Interim100,
    /// A 200 that promises to keep the connection; the server then closes it, once the connection
    /// has had `after` answers of this step.
    KeepAliveThenClose {
        /// Answers before the close.
        after: usize,
    },
}

impl Step {
    /// A 200 with a text.
    pub fn ok(body: &str) -> Self {
        Self::reply(200, body)
    }

    /// An answer with a text.
    pub fn reply(status: u16, body: &str) -> Self {
        let headers = vec![("content-type".to_owned(), "text/plain".to_owned())];
        Self::Reply { status, headers, body: body.as_bytes().to_vec() }
    }

    /// These bytes.
    pub fn raw(bytes: impl AsRef<[u8]>) -> Self {
        Self::Raw(bytes.as_ref().to_vec())
    }

    pub(crate) fn is_after_accept(&self) -> bool {
        matches!(self, Self::CloseAfterAccept | Self::ResetAfterAccept)
    }
}

/// The step lists of a server: one per request, counted over all connections or over each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    lists: Vec<Vec<Step>>,
    is_per_connection: bool,
}

impl Script {
    /// The same steps for every request.
    pub fn always(steps: impl Into<Vec<Step>>) -> Self {
        Self { lists: vec![steps.into()], is_per_connection: false }
    }

    /// One list for each request in the order of arrival over all connections; the last one is
    /// for all further requests too. Without any list, nothing is ever answered.
    pub fn in_turn(lists: impl Into<Vec<Vec<Step>>>) -> Self {
        Self { lists: lists.into(), is_per_connection: false }
    }

    /// As [`Script::in_turn`], but every connection begins anew.
    pub fn per_connection(lists: impl Into<Vec<Vec<Step>>>) -> Self {
        Self { lists: lists.into(), is_per_connection: true }
    }

    pub(crate) fn is_per_connection(&self) -> bool {
        self.is_per_connection
    }

    /// The steps of turn `turn`, counted from 0.
    pub(crate) fn steps(&self, turn: usize) -> &[Step] {
        const NOTHING: &[Step] = &[Step::NeverAnswer];
        self.lists.get(turn).or(self.lists.last()).map_or(NOTHING, Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_list_repeats() {
        let script = Script::in_turn([vec![Step::Close], vec![Step::Reset]]);
        assert_eq!(script.steps(0), [Step::Close]);
        assert_eq!(script.steps(1), [Step::Reset]);
        assert_eq!(script.steps(9), [Step::Reset]);
        assert_eq!(Script::always([Step::Endless]).steps(3), [Step::Endless]);
        assert_eq!(Script::in_turn([]).steps(0), [Step::NeverAnswer]);
        assert!(Script::per_connection([]).is_per_connection());
    }
}
