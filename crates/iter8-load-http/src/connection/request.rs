//! Book-keeping of a request.

use iter8_load::{Outcome, Verdict};

/// Book-keeping of the request under way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request {
    pub(super) intended: Option<u64>,
    pub(super) taken: u64,
    pub(super) sent: Option<u64>,
    pub(super) connect: Option<u64>,
    pub(super) bytes_out: u64,
    pub(super) bytes_in: u64,
    /// Whether anything came back on this connection for this request.
    pub(super) has_answer: bool,
    /// Whether the connection is older than the request, and may have died meanwhile.
    pub(super) is_reused: bool,
    pub(super) retried: bool,
}

impl Request {
    /// A request taken at `now`, of which nothing has happened.
    #[inline]
    pub(super) fn new(intended: Option<u64>, now: u64, is_reused: bool) -> Self {
        Self {
            intended,
            taken: now,
            sent: None,
            connect: None,
            bytes_out: 0,
            bytes_in: 0,
            has_answer: false,
            is_reused,
            retried: false,
        }
    }

    /// What came of it on a connection that was free from `free` on.
    #[inline]
    pub(super) fn outcome(&self, free: u64, done: u64, verdict: Verdict) -> Outcome {
        let sent = self.sent.unwrap_or(self.taken);
        Outcome {
            intended: self.intended.unwrap_or(sent),
            free,
            sent,
            done,
            verdict,
            bytes_out: self.bytes_out,
            bytes_in: self.bytes_in,
            connect: self.connect,
            retried: self.retried,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_loop_intends_what_it_does() {
        let mut request = Request::new(None, 10, true);
        let unsent = request.outcome(5, 30, Verdict::Status(200));
        assert_eq!((unsent.intended, unsent.sent, unsent.free), (10, 10, 5));
        request.sent = Some(12);
        let sent = request.outcome(5, 30, Verdict::Status(200));
        assert_eq!((sent.intended, sent.sent), (12, 12));
    }

    #[test]
    fn a_schedule_intends_what_it_says() {
        let mut request = Request::new(Some(3), 10, false);
        request.sent = Some(12);
        request.connect = Some(2);
        let outcome = request.outcome(5, 30, Verdict::Status(200));
        assert_eq!((outcome.latency(), outcome.service(), outcome.lag()), (27, 18, 7));
        assert_eq!(outcome.connect, Some(2));
    }
}
