//! Whether a failed attempt is repeated, and after which pause.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use crate::exchange::{Answer, Failure};
use crate::limits::Limits;
use crate::request::Repeat;

/// What to do after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is the answer.
    Final,
    /// Try again, not before so long.
    Again(Duration),
}

/// Whether an attempt is worth another one. `now` is for servers that name a time of day without
/// telling theirs.
pub(crate) fn judge(
    outcome: &Result<Answer, Failure>,
    repeat: Repeat,
    now: impl FnOnce() -> Timestamp,
) -> Verdict {
    let is_question = repeat == Repeat::Always;
    let is_worth_it = match outcome {
        Ok(answer) => is_passing(answer.status, is_question),
        Err(Failure::Connect { is_settled, .. }) => !is_settled,
        Err(Failure::Transport { .. } | Failure::Timeout) => is_question,
        Err(Failure::Auth { is_passing, .. }) => *is_passing,
        Err(Failure::TooLarge | Failure::Redirect { .. }) => false,
    };
    let asked = match outcome {
        Ok(answer) => asked_pause(&answer.headers, now),
        Err(Failure::Auth { pause, .. }) => *pause,
        Err(_) => None,
    };
    if is_worth_it { Verdict::Again(asked.unwrap_or_default()) } else { Verdict::Final }
}

/// Whether a status tells of a state that passes.
pub(crate) fn is_passing(status: u16, is_question: bool) -> bool {
    matches!(status, 429 | 502..=504) || (status == 500 && is_question)
}

/// The pause after attempt number `attempts`, counted from 1: from half to all of a time that
/// doubles, so that clients which failed together do not come back together. Never less than
/// the server asks for. `random` is from 0 to 1.
pub(crate) fn pause(limits: &Limits, attempts: u32, asked: Duration, random: f64) -> Duration {
    let doublings = attempts.saturating_sub(1).min(16);
    let whole = limits.pause.saturating_mul(1 << doublings).min(Limits::LONGEST_PAUSE);
    let own = whole.mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0);
    if asked.is_zero() { own } else { asked.saturating_add(own.min(limits.pause)) }
}

/// What the server asks for by `Retry-After`: seconds, or a date, which is read by the server's
/// own clock if it tells it.
pub(crate) fn asked_pause(
    headers: &HeaderMap,
    now: impl FnOnce() -> Timestamp,
) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are a longer time than anybody waits.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let until = date(text)?;
    let now = headers.get(DATE).and_then(|value| date(value.to_str().ok()?)).unwrap_or_else(now);
    Some(until.duration_since(now).try_into().unwrap_or_default())
}

/// A date of HTTP in the form that servers must send.
fn date(text: &str) -> Option<Timestamp> {
    static PARSER: DateTimeParser = DateTimeParser::new();
    PARSER.parse_timestamp(text).ok()
}

/// Random numbers for pauses, by splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
/// number generators", 2014).
pub(crate) struct Jitter(AtomicU64);

impl Jitter {
    /// Seeded by the process, as its point is to differ.
    pub(crate) fn new() -> Self {
        Self(AtomicU64::new(RandomState::new().hash_one(0)))
    }

    /// From 0 to 1.
    pub(crate) fn next(&self) -> f64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as f64 / u64::MAX as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    fn now() -> Timestamp {
        date(NOW).unwrap()
    }

    fn answer(status: u16, fields: &[(&'static str, &str)]) -> Answer {
        let fields =
            fields.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        Answer { status, headers: fields.collect(), body: Vec::new() }
    }

    #[test]
    fn servers_say_when_to_come_back() {
        let check = |fields: &[(&'static str, &str)], expected: Option<u64>| {
            let asked = asked_pause(&answer(429, fields).headers, now);
            assert_eq!(asked, expected.map(Duration::from_secs), "{fields:?}");
        };
        check(&[], None);
        check(&[("retry-after", "0")], Some(0));
        check(&[("retry-after", "120")], Some(120));
        check(&[("retry-after", " 7 ")], Some(7));
        check(&[("retry-after", "99999999999999999999999")], Some(u64::MAX));
        check(&[("retry-after", "-1")], None);
        check(&[("retry-after", "1.5")], None);
        check(&[("retry-after", "soon")], None);
        check(&[("retry-after", "")], None);
        // By this machine's clock, unless the server tells its own.
        check(&[("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT")], Some(30));
        check(&[("retry-after", NOW)], Some(0));
        check(&[("retry-after", "Sun, 06 Nov 1994 08:40:00 GMT")], Some(0));
        let skewed = [
            ("retry-after", "Sun, 06 Nov 1994 10:00:05 GMT"),
            ("date", "Sun, 06 Nov 1994 10:00:00 GMT"),
        ];
        check(&skewed, Some(5));
        check(&[("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT"), ("date", "today")], Some(30));
    }

    #[test]
    fn pauses_double_up_to_a_limit() {
        let limits = Limits { pause: Duration::from_millis(100), ..Limits::default() };
        let check = |attempts: u32, asked: u64, random: f64, expected: u64| {
            let pause = pause(&limits, attempts, Duration::from_millis(asked), random);
            assert_eq!(pause, Duration::from_millis(expected), "{attempts} {asked} {random}");
        };
        check(1, 0, 0.0, 50);
        check(1, 0, 1.0, 100);
        check(2, 0, 1.0, 200);
        check(3, 0, 0.5, 300);
        check(8, 0, 1.0, 8000);
        check(u32::MAX, 0, 1.0, 8000);
        // Never before the server wants it, and hardly later.
        check(1, 5000, 0.0, 5050);
        check(5, 5000, 1.0, 5100);
        assert_eq!(pause_of_ages(&limits), Duration::MAX);
    }

    fn pause_of_ages(limits: &Limits) -> Duration {
        pause(limits, 1, Duration::MAX, 1.0)
    }

    #[test]
    fn what_passes_is_tried_again() {
        let again = Verdict::Again(Duration::ZERO);
        let check = |outcome: Result<Answer, Failure>, question: Verdict, deed: Verdict| {
            assert_eq!(judge(&outcome, Repeat::Always, now), question);
            assert_eq!(judge(&outcome, Repeat::Unheard, now), deed);
        };
        for status in [200, 204, 301, 400, 401, 403, 404, 408, 501, 505] {
            check(Ok(answer(status, &[])), Verdict::Final, Verdict::Final);
        }
        for status in [429, 502, 503, 504] {
            check(Ok(answer(status, &[])), again, again);
        }
        check(Ok(answer(500, &[])), again, Verdict::Final);
        let asked = Verdict::Again(Duration::from_secs(9));
        check(Ok(answer(429, &[("retry-after", "9")])), asked, asked);
        check(Ok(answer(404, &[("retry-after", "9")])), Verdict::Final, Verdict::Final);
        let connect = |is_settled| Failure::Connect {
            host: String::new(),
            is_settled,
            source: "refused".into(),
        };
        check(Err(connect(false)), again, again);
        check(Err(connect(true)), Verdict::Final, Verdict::Final);
        check(Err(Failure::Timeout), again, Verdict::Final);
        check(Err(Failure::Transport { source: "reset".into() }), again, Verdict::Final);
        check(Err(Failure::TooLarge), Verdict::Final, Verdict::Final);
        let auth = |is_passing, pause| Failure::Auth {
            place: String::new(),
            what: String::new(),
            is_passing,
            pause,
            source: None,
        };
        check(Err(auth(false, None)), Verdict::Final, Verdict::Final);
        check(Err(auth(true, Some(Duration::from_secs(9)))), asked, asked);
    }

    #[test]
    fn jitter_fills_its_range() {
        let jitter = Jitter(AtomicU64::new(1));
        let drawn: Vec<f64> = (0..1000).map(|_| jitter.next()).collect();
        assert!(drawn.iter().all(|number| (0.0..=1.0).contains(number)));
        let mean = drawn.iter().sum::<f64>() / 1000.0;
        assert!((0.45..0.55).contains(&mean), "{mean}");
        assert!(drawn.iter().any(|number| *number < 0.1));
        assert!(drawn.iter().any(|number| *number > 0.9));
    }
}
