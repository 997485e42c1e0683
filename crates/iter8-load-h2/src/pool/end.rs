//! The ends of requests.

use std::mem::take;

use iter8_h2::ErrorCode;
use iter8_load::{Event, Failure, Verdict};

use super::Pool;
use crate::cause::Cause;
use crate::slot::Protocol;

/// How a stream ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// With a whole response.
    Complete,
    /// With a response of which there was enough.
    Enough,
    /// The server has done nothing with the request.
    Unprocessed(ErrorCode),
    /// Otherwise.
    Failed(Cause),
}

impl<P: Protocol> Pool<P> {
    /// Finishes the requests whose streams have ended at this moment: what came together has one time.
    pub(super) fn take_ended(&mut self, now: u64) {
        if self.ended.is_empty() {
            return;
        }
        let mut all = take(&mut self.ended);
        for (token, ended) in all.drain(..) {
            let slot = usize::try_from(token).expect("32 bits fit");
            match ended {
                Ended::Complete => {
                    let verdict = self.protocol.verdict(slot);
                    self.finish(slot, now, verdict, None);
                }
                Ended::Enough => self.cut(slot),
                Ended::Unprocessed(code) => {
                    let is_first =
                        self.slots[slot].attempt.as_ref().is_some_and(|attempt| !attempt.retried);
                    if is_first {
                        self.repeat(slot);
                    } else {
                        self.on_reset(slot, now, code);
                    }
                }
                Ended::Failed(Cause::Reset(code)) => self.on_reset(slot, now, code),
                Ended::Failed(cause) => self.fail(slot, cause.failure(), cause),
            }
        }
        // The room is kept for the next ones.
        self.ended = all;
    }

    fn on_reset(&mut self, slot: usize, now: u64, code: ErrorCode) {
        let verdict = self.protocol.reset(slot, code).unwrap_or(Verdict::Failed(Failure::Reset));
        self.finish(slot, now, verdict, Some(Cause::Reset(code)));
    }

    /// Lets a request wait for a stream again.
    pub(super) fn repeat(&mut self, slot: usize) {
        self.slots[slot].stream = None;
        if let Some(attempt) = &mut self.slots[slot].attempt {
            attempt.retried = true;
            attempt.is_reused = false;
        }
        self.slots[slot].has_waited = true;
        self.waiting[slot / self.plan.width].push_back(slot);
    }

    pub(super) fn on_timeout(&mut self, slot: usize) {
        let connection = slot / self.plan.width;
        let is_dialing = self.current[connection]
            .is_some_and(|session| self.sessions[session].link.is_dialing());
        let is_carried = self.slots[slot].stream.is_some();
        self.cancel(slot);
        self.waiting[connection].retain(|&waiting| waiting != slot);
        if is_carried || !is_dialing {
            self.fail(slot, Failure::Timeout, Cause::Timeout);
        } else {
            self.fail(slot, Failure::ConnectTimeout, Cause::ConnectTimeout);
        }
    }

    pub(super) fn fail(&mut self, slot: usize, failure: Failure, cause: Cause) {
        let now = self.clock.now();
        self.finish(slot, now, Verdict::Failed(failure), Some(cause));
    }

    pub(super) fn finish(
        &mut self,
        slot: usize,
        done: u64,
        verdict: Verdict,
        cause: Option<Cause>,
    ) {
        self.deadlines.clear(slot);
        let place = &mut self.slots[slot];
        let Some(mut attempt) = place.attempt.take() else { return };
        if let Some((session, _)) = place.stream.take() {
            // What came and went since the last end counts for this one: the sum is right.
            let session = &mut self.sessions[session];
            attempt.bytes_in = take(&mut session.bytes_in);
            attempt.bytes_out = take(&mut session.bytes_out);
        }
        // Whatever happened to the clocks, it ended after its beginning.
        let done = attempt.sent.map_or(done, |sent| done.max(sent));
        let outcome = attempt.outcome(place.free, done, verdict);
        place.free = done;
        self.results.push_back(Event::Finished { slot, outcome, cause });
    }
}
