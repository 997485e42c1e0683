//! Patience with an API server that is away for a while.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use crate::error::{Cause, ClusterError};

/// First wait before a call is repeated; each further one is twice as long, up to [`LONGEST`].
const SHORTEST: Duration = Duration::from_millis(100);

/// Longest wait before a call is repeated: an API server that is back is noticed soon.
const LONGEST: Duration = Duration::from_secs(2);

/// Longest that a single call may take. A server that is being stopped may leave calls unanswered.
const CALL: Duration = Duration::from_secs(15);

/// How long calls are repeated that may succeed in a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// With a server that does not answer, or answers that it cannot.
    pub absence: Duration,
    /// With a server that refuses: permissions are known to all servers only after a moment, and
    /// one that has just started knows none.
    pub refusal: Duration,
}

impl Patience {
    /// Of a person who waits at a terminal.
    pub const OF_A_COMMAND: Self =
        Self { absence: Duration::from_secs(5), refusal: Duration::ZERO };

    /// Of a run, whose results are at stake: an upgrade of a control plane takes minutes. Iter8
    /// 0.13 has a minute for refusals, and none for anything else.
    pub const OF_A_RUN: Self =
        Self { absence: Duration::from_mins(5), refusal: Duration::from_mins(1) };

    /// Repeats a call until it succeeds, fails for good, or patience is at an end. `action` names
    /// it, as in `get secret shop/default`.
    pub(crate) async fn call<T, F>(
        self,
        action: &str,
        mut call: impl FnMut() -> F,
    ) -> Result<T, ClusterError>
    where
        F: Future<Output = Result<T, kube::Error>>,
    {
        let start = Instant::now();
        let mut refused_since = None;
        let mut wait = SHORTEST;
        loop {
            let error = match timeout(CALL, call()).await {
                Ok(Ok(done)) => return Ok(done),
                Ok(Err(error)) => ClusterError::new(action, error),
                Err(_) => {
                    let cause = Cause::NoAnswer(format!("nothing came in {CALL:?}").into());
                    ClusterError { action: action.to_owned(), cause }
                }
            };
            let now = Instant::now();
            let deadline = if error.is_forbidden() {
                *refused_since.get_or_insert(now) + self.refusal
            } else if error.is_transient() {
                start + self.absence
            } else {
                return Err(error);
            };
            if now + wait > deadline {
                return Err(error);
            }
            tracing::debug!("{}; trying again", iter8_engine::chain(&error));
            sleep(wait).await;
            wait = (wait * 2).min(LONGEST);
        }
    }
}
