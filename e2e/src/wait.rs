//! Waiting for something that another program does.

use std::thread::sleep;
use std::time::Duration;

/// Time between two looks: far below what a person notices, far above what a look costs.
const PAUSE: Duration = Duration::from_millis(5);

/// Looks again and again until a condition holds, for about the limit; whether it holds.
pub(crate) fn wait_until(limit: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let looks = limit.div_duration_f64(PAUSE).ceil();
    let mut looked = 0.0;
    while looked < looks {
        if holds() {
            return true;
        }
        sleep(PAUSE);
        looked += 1.0;
    }
    holds()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_until_the_condition_holds_or_the_limit_is_over() {
        let mut looked = 0;
        assert!(wait_until(Duration::from_mins(1), || {
            looked += 1;
            looked == 3
        }));
        assert!(!wait_until(PAUSE, || false));
    }
}
