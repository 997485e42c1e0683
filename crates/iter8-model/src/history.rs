//! The loops of an experiment: when each ran, how it ended, and what it measured.

use std::collections::VecDeque;

use jiff::Timestamp;

use crate::insights::{Insights, VALUES_KEPT};
use crate::metric::MetricKind;

/// Records of the newest loops and counts of all of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// Loops that ran to their end without a failure, including those no longer recorded.
    pub completed: u64,
    /// Loops that a failed task ended.
    pub failed: u64,
    /// Loops that a signal ended.
    pub interrupted: u64,
    /// Names of the metrics whose values are recorded, sorted: the columns of
    /// [`LoopRecord::values`].
    pub metrics: Vec<String>,
    /// The newest loops, at most [`VALUES_KEPT`], the newest last.
    pub loops: VecDeque<LoopRecord>,
}

/// One execution of the task list.
#[derive(Debug, Clone, PartialEq)]
pub struct LoopRecord {
    /// Number of the loop, from 1.
    pub number: u64,
    /// When it began.
    pub start: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// How it ended.
    pub outcome: LoopOutcome,
    /// Counters and gauges as of its end: `values[version][metric]`; `None` where there is none.
    pub values: Vec<Vec<Option<f64>>>,
}

/// How a loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoopOutcome {
    /// Every task completed or was skipped.
    Completed,
    /// A task failed.
    Failed,
    /// A signal stopped it; what was measured until then is kept.
    Interrupted,
}

impl LoopOutcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Completed, Self::Failed, Self::Interrupted];

    /// The name that documents use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }
}

impl std::str::FromStr for LoopOutcome {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text).ok_or(())
    }
}

/// A loop that has just ended, without its values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoopEnd {
    /// Number of the loop, from 1.
    pub number: u64,
    /// When it began.
    pub start: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// How it ended.
    pub outcome: LoopOutcome,
}

impl History {
    /// Adds a loop with the counters and gauges that `insights` holds now, and forgets the oldest
    /// record beyond [`VALUES_KEPT`]. Metrics that first appear get a column, empty for earlier
    /// loops.
    pub fn push(&mut self, ended: LoopEnd, insights: Option<&Insights>) {
        match ended.outcome {
            LoopOutcome::Completed => self.completed += 1,
            LoopOutcome::Failed => self.failed += 1,
            LoopOutcome::Interrupted => self.interrupted += 1,
        }
        if let Some(insights) = insights {
            self.add_columns(insights);
        }
        let versions = insights.map(|insights| insights.versions.as_slice()).unwrap_or_default();
        let values = versions
            .iter()
            .map(|of| self.metrics.iter().map(|name| of.newest(name)).collect())
            .collect();
        let LoopEnd { number, start, end, outcome } = ended;
        self.loops.push_back(LoopRecord { number, start, end, outcome, values });
        while self.loops.len() > VALUES_KEPT {
            self.loops.pop_front();
        }
    }

    /// Number of loops that have ended, however they did.
    pub fn ended(&self) -> u64 {
        self.completed + self.failed + self.interrupted
    }

    fn add_columns(&mut self, insights: &Insights) {
        let is_column = |kind: MetricKind| matches!(kind, MetricKind::Counter | MetricKind::Gauge);
        for (name, _) in insights.metrics.iter().filter(|(_, meta)| is_column(meta.kind)) {
            let Err(place) = self.metrics.binary_search(name) else { continue };
            self.metrics.insert(place, name.clone());
            for row in self.loops.iter_mut().flat_map(|record| &mut record.values) {
                row.insert(place.min(row.len()), None);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insights::Observation;
    use crate::metric::MetricMeta;

    fn ended(number: u64, outcome: LoopOutcome) -> LoopEnd {
        let second = i64::try_from(number).unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        LoopEnd { number, start: at(second), end: at(second + 1), outcome }
    }

    fn insights(values: &[(&str, f64)]) -> Insights {
        let mut insights = Insights::default();
        insights.ensure_versions(1).unwrap();
        for (name, value) in values {
            let meta = MetricMeta::new(MetricKind::Gauge, "");
            insights.record(0, name, &meta, Observation::Number(*value)).unwrap();
        }
        insights
    }

    #[test]
    fn outcomes_are_counted_and_records_bounded() {
        let mut history = History::default();
        for number in 1..=1_500 {
            let outcome =
                if number % 3 == 0 { LoopOutcome::Failed } else { LoopOutcome::Completed };
            history.push(ended(number, outcome), None);
        }
        history.push(ended(1_501, LoopOutcome::Interrupted), None);
        assert_eq!((history.completed, history.failed, history.interrupted), (1_000, 500, 1));
        assert_eq!(history.ended(), 1_501);
        assert_eq!(history.loops.len(), VALUES_KEPT);
        assert_eq!(history.loops[0].number, 502);
    }

    #[test]
    fn new_metrics_get_a_column_in_order() {
        let mut history = History::default();
        history.push(ended(1, LoopOutcome::Completed), None);
        history.push(ended(2, LoopOutcome::Completed), Some(&insights(&[("b/b", 1.0)])));
        history
            .push(ended(3, LoopOutcome::Completed), Some(&insights(&[("a/a", 2.0), ("b/b", 3.0)])));
        assert_eq!(history.metrics, ["a/a", "b/b"]);
        let values: Vec<_> = history.loops.iter().map(|record| record.values.clone()).collect();
        assert_eq!(values[0], Vec::<Vec<Option<f64>>>::new());
        assert_eq!(values[1], [[None, Some(1.0)]]);
        assert_eq!(values[2], [[Some(2.0), Some(3.0)]]);
    }

    #[test]
    fn outcome_names_read_back() {
        for outcome in LoopOutcome::ALL {
            assert_eq!(outcome.as_str().parse(), Ok(outcome));
        }
        assert_eq!("crashed".parse::<LoopOutcome>(), Err(()));
    }
}
