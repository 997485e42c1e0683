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
