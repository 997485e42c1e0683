//! The experiment: a list of tasks and what came of them.

use jiff::Zoned;

use crate::history::History;
use crate::insights::Insights;
use crate::task::{TaskKind, TaskSpec};

/// The version that documents carry: the series of Iter8 whose shape they have.
pub const DOCUMENT_VERSION: &str = "v0.13";

/// An experiment as it is stored.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Experiment {
    /// The tasks, in the order in which they run.
    pub spec: Vec<TaskSpec>,
    /// What came of them; `None` before the first run.
    pub result: Option<ExperimentResult>,
}

/// What came of the tasks.
#[derive(Debug, Clone, PartialEq)]
pub struct ExperimentResult {
    /// Revision of the launch; 0 where nobody counts.
    pub revision: u32,
    /// When the run began, with the offset of whoever launched it; `None` if never.
    pub start_time: Option<Zoned>,
    /// Loops started.
    pub num_loops: u64,
    /// Tasks completed or skipped in the current loop.
    pub num_completed_tasks: u64,
    /// Whether any task has ever failed.
    pub failure: bool,
    /// What was learnt about versions; `None` until a task has measured something.
    pub insights: Option<Insights>,
    /// Version of the document.
    pub iter8_version: String,
    /// The loops that have ended. Empty in documents of Iter8 0.13.
    pub history: History,
}

impl Default for ExperimentResult {
    fn default() -> Self {
        Self {
            revision: 0,
            start_time: None,
            num_loops: 0,
            num_completed_tasks: 0,
            failure: false,
            insights: None,
            iter8_version: DOCUMENT_VERSION.to_owned(),
            history: History::default(),
        }
    }
}

impl Experiment {
    /// Whether every task of the current loop has completed. False without a result.
    pub fn completed(&self) -> bool {
        let tasks = self.spec.len() as u64;
        self.result.as_ref().is_some_and(|result| result.num_completed_tasks == tasks)
    }

    /// Whether no task has ever failed. True without a result.
    pub fn no_failure(&self) -> bool {
        self.result.as_ref().is_none_or(|result| !result.failure)
    }

    /// Whether every version satisfies every objective.
    ///
    /// False until metrics exist. Without objectives it is true, unless the list of tasks has an
    /// `assess` task that has not run yet.
    // Differs from Iter8 0.13: there it is true as soon as metrics exist, before `assess` has run.
    pub fn slos(&self) -> bool {
        let Some(insights) = self.insights() else { return false };
        if let Some(satisfied) = &insights.slos_satisfied {
            return satisfied.all();
        }
        let assesses = self.spec.iter().any(|task| task.kind == TaskKind::Assess);
        !insights.versions.is_empty() && insights.slos.is_none() && !assesses
    }

    /// What was learnt about versions, if anything.
    pub fn insights(&self) -> Option<&Insights> {
        self.result.as_ref()?.insights.as_ref()
    }

    /// Loops that ran to their end. Loops that Iter8 0.13 has run are not recorded, only their
    /// starts are counted; they pass for completed.
    pub fn completed_loops(&self) -> u64 {
        self.result.as_ref().map_or(0, |result| {
            let history = &result.history;
            let newest = history.loops.back().map_or(result.num_loops, |record| record.number);
            history.completed + newest.saturating_sub(history.ended())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{LoopEnd, LoopOutcome};
    use crate::slo::{Slos, SlosSatisfied};

    fn experiment(tasks: &[TaskKind], insights: Option<Insights>) -> Experiment {
        Experiment {
            spec: tasks.iter().map(|kind| TaskSpec::new(*kind)).collect(),
            result: Some(ExperimentResult { insights, ..ExperimentResult::default() }),
        }
    }

    fn measured() -> Insights {
        let mut insights = Insights::default();
        insights.ensure_versions(1).unwrap();
        insights
    }

    #[test]
    fn completed_means_all_tasks_of_the_loop() {
        let mut experiment = experiment(&[TaskKind::Http, TaskKind::Assess], None);
        assert!(!experiment.completed());
        experiment.result.as_mut().unwrap().num_completed_tasks = 2;
        assert!(experiment.completed());
        experiment.result = None;
        assert!(!experiment.completed());
        assert!(experiment.no_failure());
    }

    #[test]
    fn objectives_are_not_met_before_they_are_assessed() {
        use TaskKind::{Assess, Http};
        assert!(!experiment(&[Http], None).slos());
        assert!(experiment(&[Http], Some(measured())).slos());
        assert!(!experiment(&[Http, Assess], Some(measured())).slos());
        let assessed = |satisfied| Insights {
            slos: Some(Slos::default()),
            slos_satisfied: Some(SlosSatisfied { upper: vec![vec![satisfied]], lower: vec![] }),
            ..measured()
        };
        assert!(experiment(&[Http, Assess], Some(assessed(true))).slos());
        assert!(!experiment(&[Http, Assess], Some(assessed(false))).slos());
    }

    #[test]
    fn completed_loops_are_not_started_loops() {
        let mut experiment = experiment(&[TaskKind::Http], None);
        let result = experiment.result.as_mut().unwrap();
        result.num_loops = 3;
        assert_eq!(experiment.completed_loops(), 3);
        let at = jiff::Timestamp::UNIX_EPOCH;
        let failed = LoopEnd { number: 1, start: at, end: at, outcome: LoopOutcome::Failed };
        experiment.result.as_mut().unwrap().history.push(failed, None);
        assert_eq!(experiment.completed_loops(), 0);
        let continued = LoopEnd { number: 4, outcome: LoopOutcome::Completed, ..failed };
        let result = experiment.result.as_mut().unwrap();
        result.history = History::default();
        result.history.push(continued, None);
        assert_eq!(experiment.completed_loops(), 4, "three of 0.13 and one of ours");
    }
}
