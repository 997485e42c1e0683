//! Random numbers and primes of a certain length.

use num_bigint::BigUint;

use crate::environment::Random;
use crate::function::{Failure, Host};

/// Primes below this are tried as divisors before a candidate is tested. More of them find fewer
/// further composites than they cost time.
const SMALL_PRIMES_BELOW: u32 = 8192;

/// Candidates beside a random number that are looked at before another random number is drawn.
const WINDOW: u32 = 1 << 14;

/// Rounds of Miller and Rabin's test. For random candidates of 256 bits and more, far fewer leave
/// a chance below 2^-100 that a composite passes.
const ROUNDS: usize = 8;

/// Most tests for one prime: a thousandth of a billionth of the searches take more.
const MAX_TESTS: usize = 2_000;

/// Steps of a test that polls whether the caller's time is over. What the search takes is charged
/// by whoever starts it, so that the cost does not depend on luck.
const STEPS_PER_TEST: u64 = 100;

/// A random number of at most so many bits.
pub(super) fn random_bits(random: &mut dyn Random, bits: u32) -> BigUint {
    let mut bytes = vec![0; bits.div_ceil(8) as usize];
    random.fill(&mut bytes);
    BigUint::from_bytes_be(&bytes) >> (bytes.len() * 8 - bits as usize)
}

/// A random number from 1 up to, but not including, a limit.
pub(super) fn random_below(random: &mut dyn Random, limit: &BigUint) -> BigUint {
    let bits = u32::try_from(limit.bits()).unwrap_or(u32::MAX);
    loop {
        let number = random_bits(random, bits);
        if number > BigUint::ZERO && number < *limit {
            return number;
        }
    }
}

/// A random prime of exactly so many bits. Its two highest bits are set, so that the product of
/// two has twice as many bits.
pub(super) fn random_prime(host: &mut dyn Host, bits: u32) -> Result<BigUint, Failure> {
    let mut tests = 0;
    loop {
        let mut start = random_bits(host.random(), bits);
        start.set_bit(u64::from(bits) - 1, true);
        start.set_bit(u64::from(bits) - 2, true);
        start.set_bit(0, true);
        let found = search(host, &start, &BigUint::from(2_u8), &mut tests)?;
        if let Some(prime) = found.filter(|prime| prime.bits() == u64::from(bits)) {
            return Ok(prime);
        }
    }
}

/// The first prime among a number and those that follow it in equal steps, within the window.
pub(super) fn search(
    host: &mut dyn Host,
    start: &BigUint,
    step: &BigUint,
    tests: &mut usize,
) -> Result<Option<BigUint>, Failure> {
    for index in sieved(start, step) {
        host.work(STEPS_PER_TEST)?;
        *tests += 1;
        if *tests > MAX_TESTS {
            return Err("no prime was found".into());
        }
        let candidate = start + step * index;
        if is_prime(host.random(), &candidate) {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// Which of the numbers have no small divisor.
fn sieved(start: &BigUint, step: &BigUint) -> impl Iterator<Item = u32> + use<> {
    let mut is_composite = vec![false; WINDOW as usize];
    for prime in small_primes() {
        let residue = |number: &BigUint| (number % prime).try_into().unwrap_or(0_u32);
        let (first, by) = (residue(start), residue(step));
        if by == 0 {
            if first == 0 {
                is_composite.fill(true);
            }
            continue;
        }
        let hit = (0..prime).find(|index| (first + index * by) % prime == 0).unwrap_or(0);
        for index in (hit..WINDOW).step_by(prime as usize) {
            is_composite[index as usize] = true;
        }
    }
    (0..WINDOW)
        .zip(is_composite)
        .filter_map(|(index, is_composite)| (!is_composite).then_some(index))
}

/// Primes by the sieve of Eratosthenes.
fn small_primes() -> Vec<u32> {
    let mut is_composite = [false; SMALL_PRIMES_BELOW as usize];
    let mut primes = Vec::new();
    for number in 2..SMALL_PRIMES_BELOW {
        if !is_composite[number as usize] {
            primes.push(number);
            for multiple in (number * number..SMALL_PRIMES_BELOW).step_by(number as usize) {
                is_composite[multiple as usize] = true;
            }
        }
    }
    primes
}

/// Whether an odd number above 3 is a prime, as far as Miller and Rabin's test can tell: M. O.
/// Rabin, Probabilistic algorithm for testing primality, J. Number Theory 12 (1980).
pub(super) fn is_prime(random: &mut dyn Random, number: &BigUint) -> bool {
    let one = BigUint::from(1_u8);
    let before = number - 1_u8;
    let twos = before.trailing_zeros().unwrap_or(0);
    let odd = &before >> twos;
    let passes = |base: &BigUint| {
        let mut power = base.modpow(&odd, number);
        if power == one || power == before {
            return true;
        }
        for _ in 1..twos {
            power = power.modpow(&BigUint::from(2_u8), number);
            if power == before {
                return true;
            }
        }
        false
    };
    // Two is quick and finds nearly all composites.
    passes(&BigUint::from(2_u8)) && (0..ROUNDS).all(|_| passes(&random_below(random, &before)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestHost;

    #[test]
    fn primes_are_told_from_others() {
        let mut host = TestHost::default();
        let mut check = |number: &str, expected: bool| {
            let number = BigUint::parse_bytes(number.as_bytes(), 10).unwrap();
            assert_eq!(is_prime(host.random(), &number), expected, "{number}");
        };
        for prime in ["5", "7", "8191", "2147483647", "170141183460469231731687303715884105727"] {
            check(prime, true);
        }
        // Among them numbers of Carmichael and strong pseudoprimes to the base 2.
        for other in ["9", "561", "1105", "2047", "3277", "4033", "3215031751", "341550071728321"] {
            check(other, false);
        }
    }

    #[test]
    fn random_primes_have_their_length() {
        let mut host = TestHost::default();
        for bits in [16, 64, 256, 512] {
            let prime = random_prime(&mut host, bits).unwrap();
            assert_eq!(prime.bits(), u64::from(bits));
            assert!(prime.bit(u64::from(bits) - 2), "{prime}");
            assert!(is_prime(host.random(), &prime), "{prime}");
        }
    }

    #[test]
    fn the_sieve_leaves_what_has_no_small_divisor() {
        let start = BigUint::from(100_000_001_u64);
        let left: Vec<u32> = sieved(&start, &BigUint::from(2_u8)).take(20).collect();
        let primes = small_primes();
        assert_eq!(primes[..5], [2, 3, 5, 7, 11]);
        let expected = (0..).filter(|index: &u32| {
            primes
                .iter()
                .all(|prime| (100_000_001 + 2 * u64::from(*index)) % u64::from(*prime) != 0)
        });
        assert_eq!(left, expected.take(20).collect::<Vec<_>>());
    }

    #[test]
    fn random_numbers_keep_to_their_limit() {
        let mut host = TestHost::default();
        assert_eq!(random_bits(host.random(), 16), BigUint::from(1_u8));
        assert_eq!(random_bits(host.random(), 12), BigUint::from(0x020_u16));
        let limit = BigUint::from(3_u8);
        for _ in 0..50 {
            let number = random_below(host.random(), &limit);
            assert!(number > BigUint::ZERO && number < limit);
        }
    }

    #[test]
    fn a_search_ends_with_the_steps() {
        let mut host = TestHost { steps_left: 50, ..TestHost::default() };
        assert!(random_prime(&mut host, 512).is_err());
    }
}
