//! What a report shows, whatever its format: one model, so that formats cannot disagree.

mod distribution;
mod loops;
mod metrics;
mod queries;
mod slos;

pub use distribution::{Bar, CurvePoint, Distribution, PERCENTS, Series};
pub use loops::{Loop, Loops};
pub use metrics::MetricRow;
pub use queries::QueryRow;
pub use slos::{Check, Outcome, SloRow};

use std::fmt::Write as _;

use iter8_model::experiment::Experiment;
use iter8_model::insights::{Insights, VersionName};
use iter8_model::number::two_decimals;
use jiff::Zoned;

/// The sentence that stands in for tables when nothing has been measured.
pub const NO_INSIGHTS: &str = "Insights not found in experiment results. You may need to retry \
                               this report at a later time.";

/// The word that stands in for a value that does not exist.
pub const UNAVAILABLE: &str = "unavailable";

/// Everything that a report shows.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// How far the experiment got.
    pub summary: Summary,
    /// The answer in short.
    pub verdict: Verdict,
    /// Whether anything has been measured.
    pub has_insights: bool,
    /// The versions of the app, in their order.
    pub versions: Vec<Version>,
    /// The objectives, upper before lower; `None` if the experiment has none.
    pub slos: Option<Vec<SloRow>>,
    /// The newest values, sorted by name.
    pub metrics: Vec<MetricRow>,
    /// What came of asking metrics stores in the newest loop, sorted by name.
    pub queries: Vec<QueryRow>,
    /// Distributions of histogram and sample metrics, sorted by name.
    pub distributions: Vec<Distribution>,
    /// The loops that are recorded.
    pub loops: Loops,
    /// Measurements that cannot be relied on, sorted by provider.
    pub doubts: Vec<Doubt>,
    /// What cannot be shown as asked for.
    pub warnings: Vec<String>,
}

/// How far the experiment got.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Whether every task of the current loop has completed.
    pub completed: bool,
    /// Whether no task has ever failed.
    pub no_failure: bool,
    /// Tasks of the experiment.
    pub total_tasks: u64,
    /// Tasks of the current loop that completed or were skipped.
    pub completed_tasks: u64,
    /// Loops started.
    pub started_loops: u64,
    /// Loops that ran to their end.
    pub completed_loops: u64,
    /// Revision of the launch; 0 where nobody counts.
    pub revision: u32,
    /// When the run began.
    pub start_time: Option<Zoned>,
}

/// A version of the app under test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// What tables call it.
    pub label: String,
    /// What a task has found out about it.
    pub name: VersionName,
}

/// Why the newest measurement of a provider of metrics cannot be relied on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The provider, such as `http`.
    pub provider: String,
    /// Why, in words; never empty.
    pub reasons: Vec<String>,
}

/// Whether the objectives are met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every version satisfies every objective.
    Satisfied,
    /// Some version does not satisfy some objective.
    NotSatisfied,
    /// Whether some version satisfies some objective cannot be told, for its measurement cannot be
    /// relied on; what can be relied on is satisfied.
    Inconclusive,
    /// There are no objectives, or no values to judge them by yet.
    NotAssessed,
}

impl View {
    /// Decides what a report of `experiment` shows.
    pub fn new(experiment: &Experiment) -> Self {
        let nothing = Insights::default();
        let insights = experiment.insights().unwrap_or(&nothing);
        let mut warnings = Vec::new();
        let slos = slos::rows(insights, &mut warnings);
        let doubts = insights.unreliable.iter();
        let doubts = doubts.map(|(provider, reasons)| Doubt {
            provider: provider.clone(),
            reasons: reasons.clone(),
        });
        let history = experiment.result.as_ref().map(|result| &result.history);
        Self {
            summary: Summary::new(experiment),
            verdict: Verdict::new(slos.as_deref().unwrap_or_default(), insights),
            doubts: doubts.collect(),
            has_insights: experiment.insights().is_some(),
            versions: (0..insights.versions.len()).map(|at| Version::new(insights, at)).collect(),
            metrics: metrics::rows(insights),
            queries: queries::rows(insights),
            distributions: distribution::of(insights),
            loops: history.map(|history| Loops::new(history, insights)).unwrap_or_default(),
            slos,
            warnings,
        }
    }

    /// Headings of the columns that hold one cell per version: `single` if there is only one.
    pub fn columns(&self, single: &str) -> Vec<String> {
        match self.versions.as_slice() {
            [_] => vec![single.to_owned()],
            versions => versions.iter().map(|version| version.label.clone()).collect(),
        }
    }

    /// The metrics that some store was asked for in vain.
    pub fn failed_queries(&self) -> Vec<&QueryRow> {
        self.queries.iter().filter(|row| row.is_failed()).collect()
    }

    /// Why the value of an objective cannot be relied on, if it cannot.
    pub fn doubt(&self, row: &SloRow) -> Option<&Doubt> {
        let provider = row.metric.split_once('/').map(|(provider, _)| provider)?;
        self.doubts.iter().find(|doubt| doubt.provider == provider)
    }

    /// The answer as one short sentence without a full stop.
    pub fn headline(&self) -> String {
        let slos = match self.verdict {
            Verdict::Satisfied => "SLOs are satisfied",
            Verdict::NotSatisfied => "SLOs are not satisfied",
            Verdict::Inconclusive => "SLOs are inconclusive",
            Verdict::NotAssessed if self.slos.as_ref().is_none_or(Vec::is_empty) => {
                if self.has_insights { "No SLOs to assess" } else { "No results yet" }
            }
            Verdict::NotAssessed => "SLOs have not been assessed",
        };
        match (self.summary.no_failure, self.verdict) {
            (true, _) => slos.to_owned(),
            (false, Verdict::NotAssessed) => "A task has failed".to_owned(),
            (false, Verdict::Satisfied) => format!("{slos}, but a task has failed"),
            (false, Verdict::NotSatisfied | Verdict::Inconclusive) => {
                format!("{slos}, and a task has failed")
            }
        }
    }

    /// Whether the report is bad news, good news or none.
    pub fn is_good(&self) -> Option<bool> {
        match (self.summary.no_failure, self.verdict) {
            (false, _) | (_, Verdict::NotSatisfied) => Some(false),
            (true, Verdict::Satisfied) => Some(true),
            (true, Verdict::NotAssessed | Verdict::Inconclusive) => None,
        }
    }

    /// How many checks (objectives × versions) came out how, in words; `None` if nothing was
    /// assessed.
    pub fn tally(&self) -> Option<String> {
        let rows = self.slos.as_ref()?;
        let all: Vec<Outcome> =
            rows.iter().flat_map(|row| &row.checks).map(Check::outcome).collect();
        let count = |wanted| all.iter().filter(|outcome| **outcome == wanted).count();
        let mut text = match (count(Outcome::Satisfied), all.len()) {
            (_, 0) => return None,
            (0, _) if self.verdict == Verdict::NotAssessed => return None,
            (satisfied, 1) => format!("{satisfied} of 1 check is satisfied"),
            (1, total) => format!("1 of {total} checks is satisfied"),
            (satisfied, total) => format!("{satisfied} of {total} checks are satisfied"),
        };
        match count(Outcome::Unavailable) {
            0 => {}
            1 => text.push_str(", 1 has no value"),
            more => {
                let _ = write!(text, ", {more} have no value");
            }
        }
        Some(text)
    }
}

impl Doubt {
    /// Provider and reasons as one sentence without a full stop.
    pub fn sentence(&self) -> String {
        format!("{} is unreliable: {}", self.provider, self.reasons.join("; "))
    }
}

impl Summary {
    fn new(experiment: &Experiment) -> Self {
        let result = experiment.result.as_ref();
        Self {
            completed: experiment.completed(),
            no_failure: experiment.no_failure(),
            total_tasks: experiment.spec.len() as u64,
            completed_tasks: result.map_or(0, |result| result.num_completed_tasks),
            started_loops: result.map_or(0, |result| result.num_loops),
            completed_loops: experiment.completed_loops(),
            revision: result.map_or(0, |result| result.revision),
            start_time: result.and_then(|result| result.start_time.clone()),
        }
    }

    /// The state of the experiment in sentences.
    pub fn sentences(&self) -> String {
        let completed = if self.completed { "completed" } else { "has not completed" };
        let failures = if self.no_failure { "no failures" } else { "failures" };
        format!(
            "Experiment {completed}. Experiment has {failures}. {} out of {} tasks are complete. \
             {} loops have completed.",
            self.completed_tasks, self.total_tasks, self.completed_loops
        )
    }
}

impl Version {
    fn new(insights: &Insights, at: usize) -> Self {
        let name = insights.versions[at].name.clone().unwrap_or_default();
        Self { label: insights.version_label(at), name }
    }
}

impl Verdict {
    /// Of all checks; the worst one decides.
    fn new(rows: &[SloRow], insights: &Insights) -> Self {
        let of_row = |row: &SloRow| {
            let is_reliable = insights.doubts(&row.metric).is_empty();
            let of_check = move |check: &Check| match (check.satisfied, is_reliable) {
                (None, _) => Self::NotAssessed,
                (Some(_), false) => Self::Inconclusive,
                (Some(false), true) => Self::NotSatisfied,
                (Some(true), true) => Self::Satisfied,
            };
            row.checks.iter().map(of_check).collect::<Vec<_>>()
        };
        let all: Vec<Self> = rows.iter().flat_map(of_row).collect();
        let worst_first = [Self::NotSatisfied, Self::NotAssessed, Self::Inconclusive];
        let worst = worst_first.into_iter().find(|verdict| all.contains(verdict));
        worst.unwrap_or(if all.is_empty() { Self::NotAssessed } else { Self::Satisfied })
    }

    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Satisfied => "satisfied",
            Self::NotSatisfied => "notSatisfied",
            Self::Inconclusive => "inconclusive",
            Self::NotAssessed => "notAssessed",
        }
    }
}

/// The text of a table cell: two decimals, or [`UNAVAILABLE`].
pub fn cell(value: Option<f64>) -> String {
    value.map_or_else(|| UNAVAILABLE.to_owned(), two_decimals)
}

/// A metric's name with its units in parentheses, if it has any.
pub fn label(name: &str, units: Option<&str>) -> String {
    match units {
        Some(units) if !units.is_empty() => format!("{name} ({units})"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests;
