//! Steps under any numbers.

use proptest::prelude::*;

use super::*;

proptest! {
    /// Numbers lead from the start to the end without ever passing it, and then stay.
    #[test]
    fn levels_lead_to_the_end(
        start in 0_u64..1000, end in 1_u64..1000, step in 1_i64..50, seconds in 1_u64..100,
        limit in proptest::option::of(1_u64..10_000),
    ) {
        prop_assume!(start != end);
        let step = if end > start { step } else { -step };
        let every = Duration::from_secs(seconds);
        let ramp = Ramp { start, end, step, every, limit: limit.map(Duration::from_secs) };
        let levels = ramp.levels(u64::MAX, |_| false).unwrap();
        prop_assert_eq!(levels[0], Level { from: Duration::ZERO, value: start });
        prop_assert_eq!(levels.last().unwrap().value, end);
        prop_assert!(levels.is_sorted_by(|a, b| a.from < b.from));
        let mut rises = levels.windows(2).map(|pair| pair[1].value > pair[0].value);
        prop_assert!(rises.all(|rises| rises == (step > 0)));
        for pair in levels.windows(2) {
            let change = pair[0].value.abs_diff(pair[1].value);
            prop_assert!(change <= step.unsigned_abs() || limit.is_some_and(|limit| pair[1].from.as_secs() == limit));
        }
    }

    #[test]
    fn concurrency_is_that_of_the_level(values in proptest::collection::vec(0_u64..100, 1..20), at in 0_u64..25_000) {
        let level = |(index, value): (usize, &u64)| Level { from: Duration::from_secs(index as u64), value: *value };
        let concurrency = Concurrency::of_levels(values.iter().enumerate().map(level).collect());
        let index = usize::try_from(at / 1000).unwrap().min(values.len() - 1);
        prop_assert_eq!(concurrency.at(Duration::from_millis(at)) as u64, values[index]);
        prop_assert_eq!(concurrency.most() as u64, *values.iter().max().unwrap());
        prop_assert_eq!(concurrency.changes().count(), values.len());
    }
}
