//! The times at which the whole service stands still.

use std::sync::OnceLock;
use std::time::Duration;

use crate::clock::Moment;
use crate::config::Freeze;

/// Says until when everything has to wait. Time counts from the first request.
#[derive(Debug)]
pub(crate) struct Gate {
    /// Begin and end of each freeze, in order and apart from each other.
    spans: Vec<(Duration, Duration)>,
    origin: OnceLock<Moment>,
}

impl Gate {
    pub(crate) fn new(freezes: &[Freeze]) -> Self {
        let mut sorted: Vec<(Duration, Duration)> = freezes
            .iter()
            .filter(|freeze| !freeze.lasting.is_zero())
            .map(|freeze| (freeze.at, freeze.at.saturating_add(freeze.lasting)))
            .collect();
        sorted.sort_unstable();
        let mut spans: Vec<(Duration, Duration)> = Vec::with_capacity(sorted.len());
        for (begin, end) in sorted {
            match spans.last_mut() {
                Some(last) if begin <= last.1 => last.1 = last.1.max(end),
                _ => spans.push((begin, end)),
            }
        }
        Self { spans, origin: OnceLock::new() }
    }

    /// Takes `now` as the time of the first request, unless there was one before.
    pub(crate) fn first_request(&self, now: Moment) {
        self.origin.get_or_init(|| now);
    }

    /// Whether there is any freeze at all; saves asking the clock.
    pub(crate) fn is_always_open(&self) -> bool {
        self.spans.is_empty()
    }

    /// The end of the freeze that holds at `now`, if one does.
    pub(crate) fn closed_until(&self, now: Moment) -> Option<Moment> {
        let origin = *self.origin.get()?;
        let elapsed = now.since(origin);
        let &(_, end) = self.spans.iter().find(|(begin, end)| (*begin..*end).contains(&elapsed))?;
        // Beyond what the clock can express: ask again in a day.
        origin.after(end).or_else(|| now.after(Duration::from_hours(24)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    fn gate(freezes: &[(u64, u64)]) -> Gate {
        let freezes: Vec<Freeze> = freezes
            .iter()
            .map(|&(at, lasting)| Freeze { at: MS(at), lasting: MS(lasting) })
            .collect();
        Gate::new(&freezes)
    }

    #[test]
    fn closed_within_a_freeze_only() {
        let gate = gate(&[(500, 100), (100, 50)]);
        let origin = Moment::now();
        let at = |ms| origin.after(MS(ms)).unwrap();
        assert_eq!(gate.closed_until(at(120)), None, "nothing counts before the first request");
        gate.first_request(origin);
        gate.first_request(at(90));
        for (now, end) in [
            (0, None),
            (99, None),
            (100, Some(150)),
            (149, Some(150)),
            (150, None),
            (500, Some(600)),
            (599, Some(600)),
            (600, None),
            (9_000, None),
        ] {
            assert_eq!(gate.closed_until(at(now)), end.map(at), "{now} ms");
        }
    }

    #[test]
    fn overlapping_freezes_are_one() {
        let gate = gate(&[(100, 50), (120, 100), (130, 10), (220, 5), (300, 0)]);
        assert_eq!(gate.spans, [(MS(100), MS(225))]);
        assert!(!gate.is_always_open());
        assert!(Gate::new(&[]).is_always_open());
    }

    #[test]
    fn a_freeze_without_end_stays_closed() {
        let endless = Freeze { at: MS(0), lasting: Duration::MAX };
        let gate = Gate::new(&[endless]);
        let origin = Moment::now();
        gate.first_request(origin);
        assert_eq!(gate.closed_until(origin), origin.after(Duration::from_hours(24)));
    }
}
