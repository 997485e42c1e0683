//! Which requests fail and how long each takes: pure functions of the seed and the number of the
//! request, so that a run can be repeated whatever the order in which threads take requests.

use std::time::Duration;

use crate::config::{Distribution, SampleConfig, Share};

/// Separates the draws of one request from each other.
#[derive(Clone, Copy)]
enum Purpose {
    Error = 1,
    Latency = 2,
}

/// Whether request `number` is answered with an injected error.
pub(crate) fn is_error(config: &SampleConfig, number: u64) -> bool {
    happens(config.errors, uniform(config.seed, number, Purpose::Error))
}

/// How long request `number` takes.
pub(crate) fn latency(config: &SampleConfig, number: u64) -> Duration {
    let draw = || uniform(config.seed, number, Purpose::Latency);
    match config.distribution {
        Distribution::Fixed => config.latency,
        Distribution::Uniform { jitter } => {
            let low = config.latency.saturating_sub(jitter);
            let high = config.latency.saturating_add(jitter);
            low + high.saturating_sub(low).mul_f64(draw())
        }
        // Inverse transform: −ln(1 − u) has mean 1; 1 − u is never zero.
        Distribution::Exponential => config.latency.mul_f64(-(1.0 - draw()).ln()),
        Distribution::SlowTail { share, latency } => {
            if happens(share, draw()) {
                latency
            } else {
                config.latency
            }
        }
    }
}

fn happens(share: Share, draw: f64) -> bool {
    draw < share.value()
}

/// A number in [0, 1) with 53 random bits.
fn uniform(seed: u64, number: u64, purpose: Purpose) -> f64 {
    let mixed = mix(mix(seed ^ ((purpose as u64) << 56)).wrapping_add(number));
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

/// One step of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014): add the odd fraction of the golden ratio, then mix.
fn mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: u64 = 100_000;

    fn config() -> SampleConfig {
        SampleConfig { latency: Duration::from_millis(10), ..SampleConfig::default() }
    }

    /// Mean, least and greatest latency in milliseconds.
    fn spread(config: &SampleConfig) -> (f64, f64, f64) {
        let draws: Vec<f64> = (0..N).map(|n| latency(config, n).as_secs_f64() * 1e3).collect();
        let mean = draws.iter().sum::<f64>() / N as f64;
        let least = draws.iter().copied().fold(f64::INFINITY, f64::min);
        (mean, least, draws.iter().copied().fold(0.0, f64::max))
    }

    #[test]
    fn mix_gives_the_published_sequence() {
        // The first outputs of SplitMix64 seeded with 1234567, as in the reference program.
        let golden = 0x9e37_79b9_7f4a_7c15_u64;
        let outputs: Vec<u64> =
            (0..3).map(|n: u64| mix(1_234_567_u64.wrapping_add(golden.wrapping_mul(n)))).collect();
        assert_eq!(
            outputs,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn errors_hold_their_share_and_repeat() {
        for share in [0.0, 0.001, 0.01, 0.5, 1.0] {
            let config = SampleConfig { errors: Share::new(share).unwrap(), ..config() };
            let errors = |config: &SampleConfig| (0..N).filter(|&n| is_error(config, n)).count();
            let count = errors(&config);
            let sigma = (N as f64 * share * (1.0 - share)).sqrt();
            assert!((count as f64 - N as f64 * share).abs() <= 4.0 * sigma, "{share}: {count}");
            assert_eq!(count, errors(&config.clone()));
        }
    }

    #[test]
    fn another_seed_gives_other_errors() {
        let share = Share::new(0.5).unwrap();
        let chosen = |seed| {
            let config = SampleConfig { errors: share, seed, ..config() };
            (0..64).map(|n| is_error(&config, n)).collect::<Vec<_>>()
        };
        assert_ne!(chosen(1), chosen(2));
    }

    #[test]
    fn latencies_follow_their_distribution() {
        let near = |a: f64, b: f64| (a - b).abs() < 0.2;
        let with = |distribution| spread(&SampleConfig { distribution, ..config() });

        let (_, least, most) = with(Distribution::Fixed);
        assert!(near(least, 10.0) && least.total_cmp(&most).is_eq());

        let (mean, least, most) = with(Distribution::Uniform { jitter: Duration::from_millis(4) });
        assert!(near(mean, 10.0) && near(least, 6.0) && near(most, 14.0));
        assert!(least >= 6.0 && most <= 14.0);

        let (mean, least, most) = with(Distribution::Uniform { jitter: Duration::from_secs(1) });
        assert!(least >= 0.0 && most <= 1010.0 && (mean - 505.0).abs() < 5.0);

        let (mean, least, most) = with(Distribution::Exponential);
        assert!(near(mean, 10.0) && least < 0.01 && most > 80.0, "{mean} {least} {most}");

        let share = Share::new(0.05).unwrap();
        let slow = Distribution::SlowTail { share, latency: Duration::from_millis(110) };
        let (mean, least, most) = with(slow);
        assert!((mean - 15.0).abs() < 0.4 && near(least, 10.0) && near(most, 110.0));
    }

    #[test]
    fn errors_and_latencies_are_drawn_apart() {
        let share = Share::new(0.5).unwrap();
        let slow = Duration::from_secs(1);
        let config = SampleConfig {
            errors: share,
            distribution: Distribution::SlowTail { share, latency: slow },
            ..config()
        };
        let both = (0..N).filter(|&n| is_error(&config, n) && latency(&config, n) == slow).count();
        assert!((both as f64 / N as f64 - 0.25).abs() < 0.01);
    }
}
