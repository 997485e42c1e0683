//! What a program prints, readable while it runs.

use std::io::Read;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Text that grows while a pipe is read.
#[derive(Debug, Default)]
pub(crate) struct Output {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    bytes: Vec<u8>,
    ended: bool,
}

impl Output {
    /// Collects what comes out of `pipe` on a thread of its own, so that the writer never waits.
    pub(crate) fn of(mut pipe: impl Read + Send + 'static) -> Arc<Self> {
        let output = Arc::new(Self::default());
        let filled = Arc::clone(&output);
        std::thread::spawn(move || {
            let mut chunk = [0; 8 * 1024];
            // A pipe that cannot be read any more has ended too.
            while let Ok(read @ 1..) = pipe.read(&mut chunk) {
                filled.lock().bytes.extend_from_slice(&chunk[..read]);
                filled.changed.notify_all();
            }
            filled.lock().ended = true;
            filled.changed.notify_all();
        });
        output
    }

    /// What was printed so far; bytes outside UTF-8 are replaced.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.lock().bytes).into_owned()
    }

    /// Waits until `wanted` was printed or nothing more can come, at most `limit`; whether it was.
    pub(crate) fn wait_for(&self, wanted: &str, limit: Duration) -> bool {
        let holds = |state: &State| String::from_utf8_lossy(&state.bytes).contains(wanted);
        let is_waiting = |state: &mut State| !state.ended && !holds(state);
        let waited = self.changed.wait_timeout_while(self.lock(), limit, is_waiting);
        holds(&waited.unwrap_or_else(PoisonError::into_inner).0)
    }

    /// Waits until nothing more can come, at most `limit`; whether that is so.
    pub(crate) fn wait_for_end(&self, limit: Duration) -> bool {
        let is_waiting = |state: &mut State| !state.ended;
        let waited = self.changed.wait_timeout_while(self.lock(), limit, is_waiting);
        waited.unwrap_or_else(PoisonError::into_inner).0.ended
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    #[test]
    fn text_is_complete_at_the_end() {
        let output = Output::of(&b"one\ntwo \xff\n"[..]);
        assert!(output.wait_for("two", LIMIT));
        assert!(output.wait_for_end(LIMIT));
        assert_eq!(output.text(), "one\ntwo \u{fffd}\n");
        assert!(!output.wait_for("three", LIMIT), "the end is not waited for twice");
    }
}
