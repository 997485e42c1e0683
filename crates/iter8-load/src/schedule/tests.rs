//! Schedules against closed forms, and the distributions of random arrivals.

use proptest::prelude::*;

use super::*;
use crate::clock::nanoseconds;

const ONE: NonZeroU64 = NonZeroU64::MIN;

fn rate(value: f64) -> Rate {
    Rate::per_second(value).unwrap()
}

fn seconds(value: f64) -> Duration {
    Duration::from_secs_f64(value)
}

fn stage(duration: f64, target: f64, change: Change) -> Stage {
    Stage { duration: seconds(duration), target: rate(target), change }
}

fn starts(schedule: &Schedule, until: f64) -> Vec<u64> {
    schedule.starts(0, ONE, Some(seconds(until))).map(|(_, start)| start).collect()
}

#[test]
fn constant_rate_is_k_over_rate() {
    let schedule = Schedule::constant(rate(8.0));
    let got: Vec<_> = schedule.starts(0, ONE, Some(seconds(1.0))).collect();
    let expected: Vec<_> = (0..8).map(|k| (k, k * 125_000_000)).collect();
    assert_eq!(got, expected);
    assert_eq!(schedule.starts(1_000_000_000, ONE, None).next().unwrap().1, 125 * 10u64.pow(15));
}

#[test]
fn counts_are_the_integral_rounded_down() {
    for (qps, length, expected) in [
        (1000.0, 5.0, 5000),
        (8.0, 5.0, 40),
        (2.5, 1.0, 2),
        (100.0, 0.29, 29),
        (0.1, 30.0, 3),
        (1.1, 10.0, 11),
        (0.5, 1.0, 1),
        (0.0, 10.0, 0),
        (10.0, 0.0, 0),
        (1e9, 3600.0, 3_600_000_000_000),
    ] {
        let schedule = Schedule::constant(rate(qps));
        assert_eq!(schedule.count(seconds(length)), Some(expected), "{qps} for {length}");
        if expected < 10_000 {
            for arrival in [Arrival::Constant, Arrival::Uniform] {
                let starts = starts(&schedule.clone().with_arrival(arrival, 3), length);
                assert_eq!(starts.len() as u64, expected, "{qps} for {length}, {arrival:?}");
                assert!(starts.iter().all(|&start| start < nanoseconds(seconds(length))));
            }
        }
    }
}

#[test]
fn ramp_from_zero_is_a_square_root() {
    // Rate 10·t, integral 5·t²: request k at √(k/5).
    let schedule = Schedule::stages(Rate::ZERO, &[stage(10.0, 100.0, Change::Ramp)]);
    assert_eq!(schedule.count(seconds(99.0)), Some(500));
    for (k, start) in schedule.starts(0, ONE, None) {
        let exact = (k as f64 / 5.0).sqrt();
        assert!((start as f64 / 1e9 - exact).abs() < 2e-9, "{k}: {start} for {exact}");
    }
}

#[test]
fn ramp_down_is_the_mirror_of_the_ramp_up() {
    let down = Schedule::stages(rate(100.0), &[stage(10.0, 0.0, Change::Ramp)]);
    for (k, start) in down.starts(0, ONE, None) {
        let exact = 10.0 - ((500.0 - k as f64) / 5.0).sqrt();
        assert!((start as f64 / 1e9 - exact).abs() < 1e-7, "{k}: {start} for {exact}");
    }
    assert_eq!(starts(&down, 10.0).len(), 500);
}

#[test]
fn stages_with_steps_pauses_and_jumps() {
    let schedule = Schedule::stages(
        rate(5.0),
        &[
            stage(2.0, 10.0, Change::Step),
            stage(3.0, 0.0, Change::Step),
            stage(0.0, 20.0, Change::Ramp),
            stage(1.0, 20.0, Change::Ramp),
        ],
    );
    assert_eq!(schedule.end(), Some(seconds(6.0)));
    let starts = starts(&schedule, 100.0);
    assert_eq!(starts.len(), 40);
    assert_eq!(starts[19], 1_900_000_000);
    // The request that falls on the pause starts when the pause is over.
    assert_eq!(starts[20], 5_000_000_000);
    assert_eq!(starts[39], 5_950_000_000);
}

#[test]
fn pause_at_the_beginning_delays_the_first_request() {
    let schedule = Schedule::stages(
        Rate::ZERO,
        &[stage(5.0, 0.0, Change::Step), stage(1.0, 4.0, Change::Step)],
    );
    assert_eq!(
        starts(&schedule, 100.0),
        [5_000_000_000, 5_250_000_000, 5_500_000_000, 5_750_000_000]
    );
    assert_eq!(starts(&schedule, 5.5).len(), 2);
}

#[test]
fn stages_without_any_rate_have_no_requests() {
    let silent = Schedule::stages(Rate::ZERO, &[stage(5.0, 0.0, Change::Ramp)]);
    for arrival in [Arrival::Constant, Arrival::Uniform, Arrival::Poisson] {
        assert_eq!(starts(&silent.clone().with_arrival(arrival, 1), 100.0), [0; 0]);
    }
    assert_eq!(starts(&Schedule::stages(rate(10.0), &[]), 100.0), [0; 0]);
}

#[test]
fn jittered_requests_stay_in_their_slot() {
    let schedule = Schedule::constant(rate(100.0)).with_arrival(Arrival::Uniform, 42);
    let starts = starts(&schedule, 100.0);
    assert_eq!(starts.len(), 10_000);
    let shares: Vec<f64> =
        (0..).zip(&starts).map(|(k, &s)| s as f64 / 1e7 - f64::from(k)).collect();
    assert!(shares.iter().all(|share| (-1e-6..=1.0).contains(share)));
    let distance = kolmogorov_smirnov(shares, |share| share);
    assert!(distance < critical(10_000), "{distance}");
}

#[test]
fn poisson_gaps_are_exponential() {
    let schedule = Schedule::constant(rate(1000.0)).with_arrival(Arrival::Poisson, 42);
    let starts = starts(&schedule, 20.0);
    // The count has mean and variance 20,000; five standard deviations are 707.
    assert!(starts.len().abs_diff(20_000) < 707, "{}", starts.len());
    let gaps: Vec<f64> = std::iter::once(starts[0])
        .chain(starts.windows(2).map(|pair| pair[1] - pair[0]))
        .map(|gap| gap as f64 / 1e6)
        .collect();
    let n = gaps.len();
    let distance = kolmogorov_smirnov(gaps, |gap| 1.0 - (-gap).exp());
    assert!(distance < critical(n), "{distance}");
}

#[test]
fn poisson_on_a_ramp_is_uniform_in_the_integral() {
    let ramp = [stage(20.0, 1000.0, Change::Ramp)];
    let schedule = Schedule::stages(Rate::ZERO, &ramp).with_arrival(Arrival::Poisson, 7);
    let starts = starts(&schedule, 20.0);
    let shares: Vec<f64> = starts.iter().map(|&start| (start as f64 / 20e9).powi(2)).collect();
    let n = shares.len();
    let distance = kolmogorov_smirnov(shares, |share| share);
    assert!(distance < critical(n), "{distance}");
}

/// Requests before a moment, in closed form.
type Integral = fn(f64) -> f64;

/// Every arrival has the counts of its closed form: over the whole time, at each second, and of
/// every stage. k6 allows itself 2 requests in 250, and 0.1 % of the time; random slots may cross
/// the border by one request, and Poisson counts are random.
#[test]
fn counts_of_each_second_follow_the_closed_form() {
    let ramp_up_hold_and_down = [
        stage(4.0, 250.0, Change::Ramp),
        stage(3.0, 250.0, Change::Step),
        stage(2.0, 50.0, Change::Ramp),
    ];
    let cases: [(Schedule, f64, Integral); 4] = [
        (Schedule::constant(rate(250.0)), 9.0, |t| 250.0 * t),
        (Schedule::stages(Rate::ZERO, &[stage(8.0, 400.0, Change::Ramp)]), 8.0, |t| 25.0 * t * t),
        (Schedule::stages(rate(400.0), &[stage(8.0, 0.0, Change::Ramp)]), 8.0, |t| {
            400.0 * t - 25.0 * t * t
        }),
        (Schedule::stages(Rate::ZERO, &ramp_up_hold_and_down), 9.0, |t| match t {
            ..4.0 => 31.25 * t * t,
            ..7.0 => 500.0 + 250.0 * (t - 4.0),
            _ => 1250.0 + 250.0 * (t - 7.0) - 50.0 * (t - 7.0).powi(2),
        }),
    ];
    for (schedule, end, integral) in cases {
        for arrival in [Arrival::Constant, Arrival::Uniform, Arrival::Poisson] {
            let schedule = schedule.clone().with_arrival(arrival, 11);
            let starts = starts(&schedule, end);
            let mut second = 0.0;
            while second < end {
                let before = |t: f64| {
                    let border = nanoseconds(seconds(t));
                    starts.partition_point(|&start| start < border) as f64
                };
                let count = before(second + 1.0) - before(second);
                let expected = integral(second + 1.0) - integral(second);
                let most = match arrival {
                    Arrival::Constant => 1.0,
                    Arrival::Uniform => 2.0,
                    // Five standard deviations of a Poisson number.
                    Arrival::Poisson => 5.0 * expected.sqrt(),
                };
                let distance = (count - expected).abs();
                assert!(distance <= most, "{schedule:?} second {second}: {count} for {expected}");
                second += 1.0;
            }
        }
    }
}

/// The time at which a request starts is that of the closed form to 0.1 %, and really to the
/// nanoseconds to which it is rounded.
#[test]
fn a_ramp_between_two_rates_is_the_root_of_its_integral() {
    for (from, to, length) in [(50.0, 250.0, 10.0), (250.0, 50.0, 10.0), (1.0, 1000.0, 3.0)] {
        let schedule = Schedule::stages(rate(from), &[stage(length, to, Change::Ramp)]);
        let slope = (to - from) / length;
        for (k, start) in schedule.starts(0, ONE, None) {
            let exact = ((from * from + 2.0 * slope * k as f64).sqrt() - from) / slope;
            let distance = (start as f64 / 1e9 - exact).abs();
            assert!(distance < 1e-7, "{from} to {to}, {k}: {start} for {exact}");
        }
        let count = f64::midpoint(from, to) * length;
        assert!((starts(&schedule, length).len() as f64 - count).abs() < 1.0);
    }
}

/// Whatever the seed: of 200 tests at the 1 % point, each of gaps of another seed, no more than 10
/// may say no. By the binomial distribution more would come once in 100,000 runs if seeds differed.
#[test]
fn poisson_gaps_are_exponential_for_nearly_every_seed() {
    let constant = Schedule::constant(rate(1000.0));
    let is_far = |seed: u64| {
        let starts = starts(&constant.clone().with_arrival(Arrival::Poisson, seed), 2.0);
        let gaps = starts.windows(2).map(|pair| (pair[1] - pair[0]) as f64 / 1e6);
        let gaps: Vec<f64> = gaps.collect();
        let n = gaps.len();
        kolmogorov_smirnov(gaps, |gap| 1.0 - (-gap).exp()) > critical(n)
    };
    let far = (0..200).filter(|seed| is_far(*seed)).count();
    assert!(far <= 10, "{far}");
}

/// Gaps do not depend on those before them: the correlation of neighbours is within five standard
/// errors of zero.
#[test]
fn poisson_gaps_are_independent() {
    let schedule = Schedule::constant(rate(1000.0)).with_arrival(Arrival::Poisson, 5);
    let starts = starts(&schedule, 50.0);
    let gaps = starts.windows(2).map(|pair| (pair[1] - pair[0]) as f64 / 1e6 - 1.0);
    let gaps: Vec<f64> = gaps.collect();
    let variance: f64 = gaps.iter().map(|gap| gap * gap).sum();
    let covariance: f64 = gaps.windows(2).map(|pair| pair[0] * pair[1]).sum();
    let correlation = covariance / variance;
    assert!(correlation.abs() < 5.0 / (gaps.len() as f64).sqrt(), "{correlation}");
}

/// Largest distance between the empirical distribution and `cdf`.
fn kolmogorov_smirnov(mut values: Vec<f64>, cdf: impl Fn(f64) -> f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len() as f64;
    let distances = (0u32..).zip(&values).map(|(i, &value)| {
        let (below, expected) = (f64::from(i) / n, cdf(value));
        (expected - below).abs().max((expected - below - 1.0 / n).abs())
    });
    distances.fold(0.0, f64::max)
}

/// The 1 % point of the Kolmogorov distribution for large n.
fn critical(n: usize) -> f64 {
    1.628 / (n as f64).sqrt()
}

fn any_schedule() -> impl Strategy<Value = Schedule> {
    let change = prop_oneof![Just(Change::Ramp), Just(Change::Step)];
    let stages = prop::collection::vec((0.0..5.0f64, 0.0..200.0f64, change), 0..6);
    let arrival =
        prop_oneof![Just(Arrival::Constant), Just(Arrival::Uniform), Just(Arrival::Poisson)];
    (0.1..200.0f64, stages, arrival, any::<u64>()).prop_map(|(start, stages, arrival, seed)| {
        let stages: Vec<_> = stages
            .into_iter()
            .map(|(length, target, change)| stage(length, target, change))
            .collect();
        let schedule = if stages.is_empty() {
            Schedule::constant(rate(start))
        } else {
            Schedule::stages(rate(start), &stages)
        };
        schedule.with_arrival(arrival, seed)
    })
}

proptest! {
    #[test]
    fn starts_ascend_and_lie_before_the_end(schedule in any_schedule(), until in 0.0..20.0f64) {
        let starts = starts(&schedule, until);
        prop_assert!(starts.is_sorted());
        let end = schedule.end().unwrap_or(Duration::MAX).min(seconds(until));
        prop_assert!(starts.iter().all(|&start| start <= nanoseconds(end)));
        if let Some(count) = schedule.count(seconds(until)) {
            prop_assert_eq!(starts.len() as u64, count);
        }
    }

    #[test]
    fn parts_are_exactly_the_whole(schedule in any_schedule(), workers in 1..5u64) {
        let until = Some(seconds(4.0));
        let mut parts: Vec<_> = (0..workers)
            .flat_map(|w| schedule.starts(w, NonZeroU64::new(workers).unwrap(), until))
            .collect();
        parts.sort_unstable();
        prop_assert_eq!(parts, schedule.starts(0, ONE, until).collect::<Vec<_>>());
    }

    #[test]
    fn integral_at_a_constant_start_is_its_number(schedule in any_schedule()) {
        let schedule = schedule.with_arrival(Arrival::Constant, 0);
        for (k, start) in schedule.starts(0, ONE, Some(seconds(3.0))) {
            let integral = schedule.expected(Duration::from_nanos(start));
            prop_assert!((integral - k as f64).abs() < 1e-5, "{k} at {start}: {integral}");
        }
    }
}

#[test]
fn a_held_schedule_goes_on_at_the_rate_of_its_end() {
    let stages = [stage(2.0, 4.0, Change::Step), stage(2.0, 10.0, Change::Ramp)];
    let schedule = Schedule::stages(Rate::ZERO, &stages).held();
    assert_eq!(schedule.end(), None);
    assert!((schedule.expected(Duration::from_secs(4)) - 22.0).abs() < 1e-9);
    assert!((schedule.expected(Duration::from_secs(6)) - 42.0).abs() < 1e-9);
    let starts: Vec<_> = schedule.starts(22, ONE, None).take(3).collect();
    assert_eq!(starts, [(22, 4_000_000_000), (23, 4_100_000_000), (24, 4_200_000_000)]);
    let silent = Schedule::stages(
        Rate::ZERO,
        &[stage(1.0, 5.0, Change::Step), stage(0.0, 0.0, Change::Step)],
    )
    .held();
    assert_eq!(silent.starts(0, ONE, None).count(), 5);
    let constant = Schedule::constant(rate(5.0));
    assert_eq!(constant.clone().held(), constant);
}
