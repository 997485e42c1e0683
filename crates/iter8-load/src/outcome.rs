//! What came of one request.

/// What came of one request. Times are nanoseconds since the start of the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// When the schedule wanted the request to start. In a closed loop the same as `sent`.
    pub intended: u64,
    /// When the connection that carried the request became able to: its previous request was
    /// done, or it was (re)connected. What passes between this and `sent`, the intended start
    /// being past, is delay of the generator itself.
    pub free: u64,
    /// When its first byte was really sent; for a request that never got that far, when the
    /// attempt began.
    pub sent: u64,
    /// When its last byte was received, or when it failed.
    pub done: u64,
    /// How it ended.
    pub verdict: Verdict,
    /// Bytes sent, with heads.
    pub bytes_out: u64,
    /// Bytes received, with heads.
    pub bytes_in: u64,
    /// Time that connecting took, if the request had to wait for a new connection.
    pub connect: Option<u64>,
    /// Whether it was sent a second time because a kept connection turned out dead.
    pub retried: bool,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// With a status of the protocol, below 1000: HTTP codes, or gRPC codes.
    Status(u16),
    /// Without any status.
    Failed(Failure),
}

/// Why a request ended without a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Failure {
    /// Nobody listens.
    ConnectRefused,
    /// No connection within the time limit.
    ConnectTimeout,
    /// No connection, since this machine has no file descriptor, port or memory left for one.
    NoSocket,
    /// No connection for another reason, such as an unreachable network.
    ConnectOther,
    /// The TLS handshake failed, or what came was not encrypted as agreed.
    Tls,
    /// No complete response within the time limit.
    Timeout,
    /// The connection was reset.
    Reset,
    /// The connection was closed before the response was complete.
    ClosedEarly,
    /// What came back was no response, or more than one.
    Protocol,
    /// A redirect that leads nowhere: too many hops, or a place that cannot be reached.
    Redirect,
    /// The request itself could not be made, as by a template that cannot be evaluated.
    Unmade,
    /// Any other failure of the connection.
    Other,
}

impl Failure {
    /// All kinds, in the order in which they are counted and printed.
    pub const ALL: [Self; 12] = [
        Self::ConnectRefused,
        Self::ConnectTimeout,
        Self::NoSocket,
        Self::ConnectOther,
        Self::Tls,
        Self::Timeout,
        Self::Reset,
        Self::ClosedEarly,
        Self::Protocol,
        Self::Redirect,
        Self::Unmade,
        Self::Other,
    ];

    /// A short name for reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::ConnectRefused => "connection refused",
            Self::ConnectTimeout => "connect timeout",
            Self::NoSocket => "no socket left",
            Self::ConnectOther => "connect failed",
            Self::Tls => "TLS failed",
            Self::Timeout => "timeout",
            Self::Reset => "connection reset",
            Self::ClosedEarly => "connection closed early",
            Self::Protocol => "protocol error",
            Self::Redirect => "redirect failed",
            Self::Unmade => "request not made",
            Self::Other => "connection failed",
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Outcome {
    /// A request that was answered with 200 in no time.
    #[cfg(test)]
    pub(crate) fn at(moment: u64) -> Self {
        Self {
            intended: moment,
            free: moment,
            sent: moment,
            done: moment,
            verdict: Verdict::Status(200),
            bytes_out: 0,
            bytes_in: 0,
            connect: None,
            retried: false,
        }
    }

    /// From the intended start to the end: what a user would have waited.
    #[inline]
    pub fn latency(&self) -> u64 {
        self.done.saturating_sub(self.intended)
    }

    /// From the real send to the end.
    #[inline]
    pub fn service(&self) -> u64 {
        self.done.saturating_sub(self.sent)
    }

    /// From the intended start to the real send.
    #[inline]
    pub fn send_distance(&self) -> u64 {
        self.sent.saturating_sub(self.intended)
    }

    /// The part of the send distance that is the generator's own fault: what passed between the
    /// first moment at which the request was due and a connection was free, and the send.
    #[inline]
    pub fn lag(&self) -> u64 {
        self.sent.saturating_sub(self.intended.max(self.free))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lag_excludes_waiting_for_a_connection() {
        let outcome = Outcome {
            intended: 100,
            free: 900,
            sent: 905,
            done: 1000,
            verdict: Verdict::Status(200),
            bytes_out: 0,
            bytes_in: 0,
            connect: None,
            retried: false,
        };
        assert_eq!(outcome.latency(), 900);
        assert_eq!(outcome.service(), 95);
        assert_eq!(outcome.send_distance(), 805);
        assert_eq!(outcome.lag(), 5);
        assert_eq!(Outcome { free: 0, ..outcome }.lag(), 805);
    }

    #[test]
    fn kinds_are_counted_under_their_own_number() {
        for (index, kind) in Failure::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, index, "{kind}");
        }
    }
}
