//! Book-keeping of a request under way.

use crate::outcome::{Outcome, Verdict};

/// What a transport notes of a request under way. Times are nanoseconds since the start of the
/// schedule.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    /// When it ought to start; `None` in a closed loop.
    pub intended: Option<u64>,
    /// When it was taken from the schedule.
    pub taken: u64,
    /// When its first byte was sent.
    pub sent: Option<u64>,
    /// Time that connecting took, if it had to wait for that.
    pub connect: Option<u64>,
    /// Bytes sent.
    pub bytes_out: u64,
    /// Bytes received.
    pub bytes_in: u64,
    /// Whether anything came back on this connection for this attempt.
    pub has_answer: bool,
    /// Whether the connection is older than the request, and may have died meanwhile.
    pub is_reused: bool,
    /// Whether it was sent a second time.
    pub retried: bool,
}

impl Attempt {
    /// A request taken at `now`, of which nothing has happened.
    #[inline]
    pub fn new(intended: Option<u64>, now: u64, is_reused: bool) -> Self {
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
    pub fn outcome(&self, free: u64, done: u64, verdict: Verdict) -> Outcome {
        let sent = self.sent.unwrap_or(self.taken);
        Outcome {
            // What was sent a moment early took its time from there on.
            intended: self.intended.map_or(sent, |intended| intended.min(sent)),
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
        let mut attempt = Attempt::new(None, 10, true);
        let unsent = attempt.outcome(5, 30, Verdict::Status(200));
        assert_eq!((unsent.intended, unsent.sent, unsent.free), (10, 10, 5));
        attempt.sent = Some(12);
        let sent = attempt.outcome(5, 30, Verdict::Status(200));
        assert_eq!((sent.intended, sent.sent), (12, 12));
    }

    #[test]
    fn early_requests_count_from_their_sending() {
        let mut attempt = Attempt::new(Some(30), 10, true);
        attempt.sent = Some(12);
        let outcome = attempt.outcome(5, 45, Verdict::Status(200));
        assert_eq!((outcome.latency(), outcome.service(), outcome.lag()), (33, 33, 0));
    }

    #[test]
    fn a_schedule_intends_what_it_says() {
        let mut attempt = Attempt::new(Some(3), 10, false);
        attempt.sent = Some(12);
        attempt.connect = Some(2);
        let outcome = attempt.outcome(5, 30, Verdict::Status(200));
        assert_eq!((outcome.latency(), outcome.service(), outcome.lag()), (27, 18, 7));
        assert_eq!(outcome.connect, Some(2));
    }
}
