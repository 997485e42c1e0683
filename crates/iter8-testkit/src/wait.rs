//! Waiting for something that happens on another thread.

use std::time::Duration;

/// These waits are on real threads and sockets, where a clock that can be paused has no use.
#[expect(clippy::disallowed_types, reason = "the one place where this crate takes its time from")]
type Monotonic = std::time::Instant;

/// Time between two looks: far below what a person notices, far above what a look costs.
const PAUSE: Duration = Duration::from_millis(1);

/// Asks `condition` every millisecond until it holds or `limit` is over, and says whether it
/// holds. It is asked at least once, and a last time after the limit.
#[must_use = "a condition that does not hold within the limit is a failed test"]
pub fn wait_until(limit: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let begun = Monotonic::now();
    while begun.elapsed() < limit {
        if condition() {
            return true;
        }
        std::thread::sleep(PAUSE);
    }
    condition()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_when_the_condition_holds() {
        let mut asked = 0;
        assert!(wait_until(Duration::from_mins(1), || {
            asked += 1;
            asked == 3
        }));
        assert_eq!(asked, 3);
    }

    #[test]
    fn ends_with_the_limit() {
        assert!(!wait_until(Duration::from_millis(5), || false));
        assert!(wait_until(Duration::ZERO, || true));
    }
}
