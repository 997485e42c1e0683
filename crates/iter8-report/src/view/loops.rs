//! The loops of an experiment.

use iter8_model::history::{History, LoopOutcome};
use iter8_model::insights::Insights;
use jiff::Timestamp;

/// What is recorded of loops.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Loops {
    /// Loops that ran to their end without a failure.
    pub completed: u64,
    /// Loops that a failed task ended.
    pub failed: u64,
    /// Loops that a signal ended.
    pub interrupted: u64,
    /// Names and units of the metrics in [`Loop::values`].
    pub metrics: Vec<(String, Option<String>)>,
    /// The newest loops, the newest last.
    pub newest: Vec<Loop>,
}

/// One recorded loop.
#[derive(Debug, Clone, PartialEq)]
pub struct Loop {
    /// Its number, from 1.
    pub number: u64,
    /// When it began.
    pub start: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// How it ended.
    pub outcome: LoopOutcome,
    /// `values[metric][version]` as of its end; `None` where there is none.
    pub values: Vec<Vec<Option<f64>>>,
}

impl Loops {
    pub(super) fn new(history: &History, insights: &Insights) -> Self {
        let versions = insights.versions.len();
        let units = |name: &String| insights.metrics.get(name).and_then(|meta| meta.units.clone());
        let newest = history.loops.iter().map(|record| {
            let value = |version: usize, metric: usize| {
                record.values.get(version)?.get(metric).copied().flatten()
            };
            let values = (0..history.metrics.len())
                .map(|metric| (0..versions).map(|version| value(version, metric)).collect())
                .collect();
            let outcome = record.outcome;
            Loop { number: record.number, start: record.start, end: record.end, outcome, values }
        });
        Self {
            completed: history.completed,
            failed: history.failed,
            interrupted: history.interrupted,
            metrics: history.metrics.iter().map(|name| (name.clone(), units(name))).collect(),
            newest: newest.collect(),
        }
    }
}

impl Loop {
    /// How long it took, in seconds; 0 if the clock was set back meanwhile.
    pub fn seconds(&self) -> f64 {
        self.end.duration_since(self.start).as_secs_f64().max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use iter8_model::history::LoopRecord;
    use iter8_model::metric::{MetricKind, MetricMeta};

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn record(number: u64, end: i64, values: Vec<Vec<Option<f64>>>) -> LoopRecord {
        LoopRecord { number, start: at(100), end: at(end), outcome: LoopOutcome::Failed, values }
    }

    #[test]
    fn values_are_turned_to_metric_by_version_and_gaps_filled() {
        let mut insights = Insights::default();
        insights.ensure_versions(2).unwrap();
        let meta = MetricMeta::new(MetricKind::Gauge, "").in_units("msec");
        insights.metrics.insert("a/b".to_owned(), meta);
        let history = History {
            failed: 2,
            metrics: vec!["a/b".to_owned(), "c/d".to_owned()],
            loops: [
                record(1, 101, vec![vec![Some(1.0)]]),
                record(2, 102, vec![vec![Some(1.0), None], vec![Some(2.0), Some(3.0)]]),
            ]
            .into(),
            ..History::default()
        };
        let loops = Loops::new(&history, &insights);
        let units = Some("msec".to_owned());
        assert_eq!(loops.metrics, [("a/b".to_owned(), units), ("c/d".to_owned(), None)]);
        assert_eq!(loops.newest[0].values, [[Some(1.0), None], [None, None]]);
        assert_eq!(loops.newest[1].values, [[Some(1.0), Some(2.0)], [None, Some(3.0)]]);
        assert_eq!((loops.completed, loops.failed, loops.interrupted), (0, 2, 0));
    }

    #[test]
    fn a_clock_set_back_does_not_make_a_loop_negative() {
        let history = History {
            loops: [record(1, 112, vec![]), record(2, 90, vec![])].into(),
            ..History::default()
        };
        let loops = Loops::new(&history, &Insights::default());
        let seconds: Vec<f64> = loops.newest.iter().map(Loop::seconds).collect();
        assert_eq!(seconds, [12.0, 0.0]);
    }
}
