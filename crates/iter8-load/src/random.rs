//! Small seeded random numbers: reproducible, allocation-free, not for secrets.

/// The SplitMix64 generator of Steele, Lea and Flood (OOPSLA 2014), whose whole state is a
/// counter. That makes the k-th number a pure function of the seed and k.
#[derive(Debug, Clone)]
pub struct SplitMix64 {
    state: u64,
}

/// The odd constant nearest to 2⁶⁴/φ, by which the counter steps.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl SplitMix64 {
    /// A generator that always yields the same numbers for the same seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The generator of one of several workers, whose numbers are other ones than those of the others.
    pub fn of_worker(seed: u64, lane: usize) -> Self {
        Self::new(Self::new(seed).next_u64().wrapping_add(lane as u64))
    }

    /// The next number, uniform over all 64-bit integers.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mix(self.state)
    }
}

/// Uniform in 0 (inclusive) to 1 (exclusive), a pure function of `seed` and `k`.
#[inline]
pub(crate) fn uniform(seed: u64, k: u64) -> f64 {
    // The seed is mixed first, so that neighbouring seeds are not shifted copies of one sequence.
    let bits = mix(mix(seed).wrapping_add(STEP.wrapping_mul(k.wrapping_add(1))));
    (bits >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// The exponential distribution with mean 1 by inversion, a pure function of `seed` and `k`.
#[inline]
pub(crate) fn exponential(seed: u64, k: u64) -> f64 {
    // 1 − u lies in (0, 1], so that the logarithm is finite.
    -(1.0 - uniform(seed, k)).ln()
}

#[inline]
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_have_numbers_of_their_own() {
        let first = |seed, worker| SplitMix64::of_worker(seed, worker).next_u64();
        assert_eq!(first(7, 1), first(7, 1));
        let all: std::collections::BTreeSet<u64> =
            (0..10).flat_map(|seed| (0..10).map(move |worker| first(seed, worker))).collect();
        assert_eq!(all.len(), 100);
    }

    #[test]
    fn sequence_is_that_of_the_reference_implementation() {
        // First outputs for seed 1234567, as published with the reference code at
        // <https://prng.di.unimi.it/splitmix64.c> and repeated by many test suites.
        let mut random = SplitMix64::new(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| random.next_u64()).collect();
        assert_eq!(
            first,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn uniform_numbers_have_the_moments_of_the_distribution() {
        let n = 100_000;
        let values: Vec<f64> = (0..n).map(|k| uniform(7, k)).collect();
        assert!(values.iter().all(|u| (0.0..1.0).contains(u)));
        let mean = values.iter().sum::<f64>() / n as f64;
        let square = values.iter().map(|u| u * u).sum::<f64>() / n as f64;
        // Four standard errors of the mean of n numbers with variance 1/12 and 4/45.
        assert!((mean - 0.5).abs() < 4.0 * (1.0 / 12.0 / n as f64).sqrt(), "{mean}");
        assert!((square - 1.0 / 3.0).abs() < 4.0 * (4.0 / 45.0 / n as f64).sqrt(), "{square}");
    }

    #[test]
    fn seeds_give_different_numbers_and_the_same_seed_the_same() {
        let bits = |seed| -> Vec<u64> { (0..100).map(|k| uniform(seed, k).to_bits()).collect() };
        assert_eq!(bits(1), bits(1));
        assert!(bits(1).iter().zip(bits(2)).all(|(one, other)| *one != other));
        assert!((0..100).all(|k| exponential(1, k).is_finite() && exponential(1, k) >= 0.0));
    }
}
