//! Service level objectives: limits on metrics, and whether versions keep to them.

use crate::insights::Insights;
use crate::metric::MetricName;

/// A limit on one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Slo {
    /// Name of the metric as the user wrote it.
    pub metric: String,
    /// The limit, in the units of the metric.
    pub limit: f64,
}

/// Which side of a limit is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bound {
    /// Values at or below the limit are good.
    Upper,
    /// Values at or above the limit are good.
    Lower,
}

impl Bound {
    /// Both, in the order in which reports list them.
    pub const ALL: [Self; 2] = [Self::Upper, Self::Lower];

    /// The key of documents and values.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upper => "upper",
            Self::Lower => "lower",
        }
    }

    /// Whether `value` keeps to `limit`. What is not finite satisfies nothing.
    ///
    // Differs from Iter8 0.13: there NaN satisfies every objective.
    pub fn holds(self, value: f64, limit: f64) -> bool {
        value.is_finite()
            && match self {
                Self::Upper => value <= limit,
                Self::Lower => value >= limit,
            }
    }
}

/// The objectives of an experiment, in the order in which they were given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Slos {
    /// Values must not exceed these.
    pub upper: Vec<Slo>,
    /// Values must not fall below these.
    pub lower: Vec<Slo>,
}

impl Slos {
    /// The objectives of one side.
    pub fn of(&self, bound: Bound) -> &[Slo] {
        match bound {
            Bound::Upper => &self.upper,
            Bound::Lower => &self.lower,
        }
    }

    /// All objectives, upper before lower.
    pub fn iter(&self) -> impl Iterator<Item = (Bound, &Slo)> {
        Bound::ALL.into_iter().flat_map(|bound| self.of(bound).iter().map(move |slo| (bound, slo)))
    }

    /// Compares the newest values of every version with the objectives. A value that is missing
    /// or not finite satisfies none.
    pub fn assess(&self, insights: &Insights) -> SlosSatisfied {
        let rows = |bound: Bound| {
            let slos = self.of(bound).iter();
            slos.map(|slo| {
                let name: Option<MetricName> = slo.metric.parse().ok();
                let value = |version| insights.value(version, name.as_ref()?);
                let holds = |version| value(version).is_some_and(|v| bound.holds(v, slo.limit));
                (0..insights.versions.len()).map(holds).collect()
            })
            .collect()
        };
        SlosSatisfied { upper: rows(Bound::Upper), lower: rows(Bound::Lower) }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.upper.is_empty() && self.lower.is_empty()
    }
}

/// For every objective, in the order of [`Slos`], whether each version satisfies it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SlosSatisfied {
    /// Of the upper objectives: `upper[slo][version]`.
    pub upper: Vec<Vec<bool>>,
    /// Of the lower objectives: `lower[slo][version]`.
    pub lower: Vec<Vec<bool>>,
}

impl SlosSatisfied {
    /// The rows of one side.
    pub fn of(&self, bound: Bound) -> &[Vec<bool>] {
        match bound {
            Bound::Upper => &self.upper,
            Bound::Lower => &self.lower,
        }
    }

    /// Whether every version satisfies every objective.
    pub fn all(&self) -> bool {
        self.upper.iter().chain(&self.lower).flatten().all(|satisfied| *satisfied)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_inclusive_and_numbers_must_be_finite() {
        assert!(Bound::Upper.holds(50.0, 50.0) && !Bound::Upper.holds(50.1, 50.0));
        assert!(Bound::Lower.holds(50.0, 50.0) && !Bound::Lower.holds(49.9, 50.0));
        for bound in Bound::ALL {
            for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                assert!(!bound.holds(value, 0.0), "{bound:?} {value}");
            }
        }
    }

    #[test]
    fn iteration_is_upper_first() {
        let slo = |metric: &str| Slo { metric: metric.to_owned(), limit: 1.0 };
        let slos = Slos { upper: vec![slo("a/b")], lower: vec![slo("c/d")] };
        let names: Vec<_> = slos.iter().map(|(bound, slo)| (bound, slo.metric.as_str())).collect();
        assert_eq!(names, [(Bound::Upper, "a/b"), (Bound::Lower, "c/d")]);
        assert!(!slos.is_empty() && Slos::default().is_empty());
    }

    #[test]
    fn newest_values_decide_and_missing_ones_fail() {
        use crate::insights::Observation;
        use crate::metric::{MetricKind, MetricMeta, Summary};
        let mut insights = Insights::default();
        insights.ensure_versions(2).unwrap();
        let gauge = MetricMeta::new(MetricKind::Gauge, "");
        for value in [99.0, 50.0] {
            insights.record(0, "p/g", &gauge, Observation::Number(value)).unwrap();
        }
        let sums = Summary { count: 1.0, sum: 5.0, min: 5.0, max: 5.0, sum_of_squares: 25.0 };
        let summary = MetricMeta::new(MetricKind::Summary, "");
        insights.record(1, "abn/m", &summary, Observation::Summary(sums)).unwrap();
        let slo = |metric: &str| Slo { metric: metric.to_owned(), limit: 50.0 };
        let slos = Slos {
            upper: vec![slo("p/g"), slo("abn/m/mean"), slo("abn/m/stddev"), slo("nonsense")],
            lower: vec![slo("p/g")],
        };
        let satisfied = slos.assess(&insights);
        let upper = [[true, false], [false, true], [false, false], [false, false]];
        assert_eq!(satisfied.upper, upper);
        assert_eq!(satisfied.lower, [[true, false]]);
    }

    #[test]
    fn one_violation_is_enough() {
        let satisfied = |lower| SlosSatisfied { upper: vec![vec![true, true]], lower };
        assert!(satisfied(vec![]).all());
        assert!(!satisfied(vec![vec![true, false]]).all());
    }
}
