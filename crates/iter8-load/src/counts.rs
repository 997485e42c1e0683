//! What is counted of the outcomes.

use crate::errors::ErrorRanges;
use crate::outcome::{Failure, Outcome, Verdict};

/// Codes that are counted one by one: all of HTTP's (100 to 999) and all of gRPC's (0 to 16).
const STATUSES: usize = 1000;

/// What is counted of the outcomes of one worker, or after a merge of all, in a whole test or a
/// stretch of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    statuses: Box<[u64]>,
    failures: [u64; Failure::ALL.len()],
    /// Requests that were sent or could not connect, and of which the end is known.
    pub requests: u64,
    /// Requests that were due but could not be sent before the end of the test.
    pub unsent: u64,
    /// Requests sent more than [`crate::LATE_AFTER`] after their intended start.
    pub late: u64,
    /// Requests that had to wait for a new connection.
    pub reconnects: u64,
    /// Requests sent a second time because a kept connection turned out dead.
    pub retries: u64,
    /// Bytes sent, with heads.
    pub bytes_out: u64,
    /// Bytes received, with heads.
    pub bytes_in: u64,
}

impl Default for Counts {
    fn default() -> Self {
        Self {
            statuses: vec![0; STATUSES].into_boxed_slice(),
            failures: [0; Failure::ALL.len()],
            requests: 0,
            unsent: 0,
            late: 0,
            reconnects: 0,
            retries: 0,
            bytes_out: 0,
            bytes_in: 0,
        }
    }
}

impl Counts {
    /// Adds the outcome of one request.
    ///
    /// # Panics
    ///
    /// When its status is 1000 or more.
    #[inline]
    pub(crate) fn record(&mut self, outcome: &Outcome, is_late: bool) {
        self.requests += 1;
        match outcome.verdict {
            Verdict::Status(status) => self.statuses[usize::from(status)] += 1,
            Verdict::Failed(failure) => self.failures[failure as usize] += 1,
        }
        self.late += u64::from(is_late);
        self.reconnects += u64::from(outcome.connect.is_some());
        self.retries += u64::from(outcome.retried);
        self.bytes_out += outcome.bytes_out;
        self.bytes_in += outcome.bytes_in;
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &Self) {
        self.combine(other, |mine, theirs| mine + theirs);
    }

    /// What was counted since `earlier`, a former state of these counts.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let mut difference = self.clone();
        difference.combine(earlier, u64::saturating_sub);
        difference
    }

    fn combine(&mut self, other: &Self, with: fn(u64, u64) -> u64) {
        for (mine, theirs) in self.numbers_mut().zip(other.clone().numbers_mut()) {
            *mine = with(*mine, *theirs);
        }
    }

    fn numbers_mut(&mut self) -> impl Iterator<Item = &mut u64> {
        let Self { statuses, failures, .. } = self;
        let lists = statuses.iter_mut().chain(failures);
        lists.chain([
            &mut self.requests,
            &mut self.unsent,
            &mut self.late,
            &mut self.reconnects,
            &mut self.retries,
            &mut self.bytes_out,
            &mut self.bytes_in,
        ])
    }

    /// The status codes seen and how often, ascending.
    pub fn statuses(&self) -> impl Iterator<Item = (u16, u64)> + '_ {
        (0u16..).zip(self.statuses.iter().copied()).filter(|&(_, count)| count > 0)
    }

    /// The failures seen and how often.
    pub fn failures(&self) -> impl Iterator<Item = (Failure, u64)> + '_ {
        Failure::ALL.into_iter().zip(self.failures).filter(|&(_, count)| count > 0)
    }

    /// How often a status was seen; `None` for a code that is none.
    pub(crate) fn status_mut(&mut self, status: u64) -> Option<&mut u64> {
        self.statuses.get_mut(usize::try_from(status).ok()?)
    }

    /// How often a failure was seen.
    pub(crate) fn failure_mut(&mut self, failure: Failure) -> &mut u64 {
        &mut self.failures[failure as usize]
    }

    /// Requests that count as errors: all without a status, and those with a status in `ranges`.
    pub fn errors(&self, ranges: &ErrorRanges) -> u64 {
        let failed: u64 = self.failures.iter().sum();
        let statuses = self.statuses().filter(|&(status, _)| ranges.contains(status));
        failed + statuses.map(|(_, count)| count).sum::<u64>()
    }
}
