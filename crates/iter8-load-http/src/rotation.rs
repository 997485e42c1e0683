//! Which of several requests each request of a test is.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::num::NonZeroU64;

/// Longest cycle: a weight is exact to one in 65,536, and a worker's cache holds it.
pub(crate) const MAX_CYCLE: u64 = 1 << 16;

/// A cycle of requests in which each has its share, spread as evenly as whole turns allow: after any
/// number of turns, each has had its exact share to within less than one turn.
///
/// Which request a number means follows from the number alone, whatever worker sends it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rotation {
    /// Places of requests; empty if there is only one request.
    cycle: Box<[u16]>,
}

/// The cycle would have so many turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLong(pub(crate) u128);

impl Rotation {
    /// A cycle of as many requests as there are weights.
    ///
    /// The unit tasks of each request, the k-th to be done between k/w and (k + 1)/w of the cycle,
    /// are taken by their deadlines; that this always succeeds is the theorem behind fair scheduling
    /// (Baruah et al., Proportionate progress, Algorithmica 15, 1996).
    pub(crate) fn new(weights: &[NonZeroU64]) -> Result<Self, TooLong> {
        let common = weights.iter().fold(0, |gcd, weight| common(weight.get(), gcd)).max(1);
        let sum = weights.iter().map(|weight| u128::from(weight.get() / common)).sum();
        let turns = u64::try_from(sum).ok().filter(|turns| *turns <= MAX_CYCLE);
        let turns = turns.ok_or(TooLong(sum))?;
        if weights.len() <= 1 {
            return Ok(Self::default());
        }
        // When it may be taken, when it must be, which, and how many before it.
        let task = |place: u16, weight: u64, done: u64| {
            let (begin, end) = (done * turns / weight, ((done + 1) * turns).div_ceil(weight));
            (begin, end, place, done)
        };
        let weights: Vec<u64> = weights.iter().map(|weight| weight.get() / common).collect();
        let places = (0u16..=u16::MAX).zip(&weights);
        let mut early: BinaryHeap<_> =
            places.map(|(place, &weight)| Reverse(task(place, weight, 0))).collect();
        let mut ready = BinaryHeap::new();
        let cycle = (0..turns).filter_map(|turn| {
            while early.peek().is_some_and(|Reverse((begin, ..))| *begin <= turn) {
                ready.extend(
                    early.pop().map(|Reverse((_, end, place, done))| Reverse((end, place, done))),
                );
            }
            let Reverse((_, place, done)) = ready.pop()?;
            let weight = weights[usize::from(place)];
            if done + 1 < weight {
                early.push(Reverse(task(place, weight, done + 1)));
            }
            Some(place)
        });
        Ok(Self { cycle: cycle.collect() })
    }

    /// The place of the request of this number.
    #[inline]
    pub(crate) fn at(&self, number: u64) -> usize {
        if self.cycle.is_empty() {
            return 0;
        }
        let turn = number % self.cycle.len() as u64;
        usize::from(self.cycle[usize::try_from(turn).expect("a cycle is short")])
    }
}

/// The greatest common divisor.
fn common(mut a: u64, mut b: u64) -> u64 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rotation(weights: &[u64]) -> Result<Rotation, TooLong> {
        let weights: Vec<NonZeroU64> =
            weights.iter().map(|weight| NonZeroU64::new(*weight).unwrap()).collect();
        Rotation::new(&weights)
    }

    #[test]
    fn turns_are_spread() {
        for (weights, expected) in [
            (&[7][..], "00000000"),
            (&[1, 1, 1], "01201201"),
            (&[5, 1, 1], "00010020"),
            (&[2, 1], "00100100"),
            (&[1, 3], "11011101"),
            (&[300, 200, 100], "01010201"),
            (&[u64::MAX, u64::MAX], "01010101"),
        ] {
            let rotation = rotation(weights).unwrap();
            let turns: String = (0..8).map(|number| rotation.at(number).to_string()).collect();
            assert_eq!(turns, expected, "{weights:?}");
        }
    }

    #[test]
    fn cycles_have_a_limit() {
        assert_eq!(rotation(&[65_535, 1]).unwrap().cycle.len(), 65_536);
        assert_eq!(rotation(&[65_536, 1]).unwrap_err(), TooLong(65_537));
        assert_eq!(rotation(&[u64::MAX, u64::MAX - 1]).unwrap_err().0, (1 << 65) - 3);
        assert_eq!(rotation(&vec![1; 65_536]).unwrap().at(65_535), 65_535);
        assert_eq!(rotation(&vec![1; 65_537]).unwrap_err(), TooLong(65_537));
        // A single request has no cycle, whatever its weight.
        assert_eq!(rotation(&[u64::MAX]).unwrap().at(u64::MAX), 0);
    }

    proptest! {
        #[test]
        fn shares_are_exact_to_less_than_one_turn(
            weights in prop::collection::vec(1_u64..60, 2..12),
        ) {
            let rotation = rotation(&weights).unwrap();
            let sum: u64 = weights.iter().sum();
            let mut taken = vec![0; weights.len()];
            for number in 0..2 * sum {
                taken[rotation.at(number)] += 1;
                for (taken, weight) in taken.iter().zip(&weights) {
                    prop_assert!((taken * sum).abs_diff((number + 1) * weight) < sum);
                }
            }
        }
    }
}
