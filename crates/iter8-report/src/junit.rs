//! The report as test results, which every CI system can show.
//!
//! An experiment is a suite. That it completed, that no task failed, and each objective for each
//! version are its cases; the newest values of metrics are its properties, and so is why there are
//! none.

use chrono::{DateTime, FixedOffset, Utc};
use iter8_model::number::shortest;
use jiff::Timestamp;
use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use crate::Context;
use crate::view::{Check, Doubt, SloRow, View};

/// In a second.
const NANOSECONDS: i128 = 1_000_000_000;

/// Renders the report. The suite's time is that of the start of the run, and none if there is no
/// such time.
pub fn render(view: &View, context: &Context) -> String {
    let mut suite = TestSuite::new(context.group.as_str());
    if let Some(at) = view.summary.start_time.as_ref().and_then(|at| to_chrono(at.timestamp())) {
        suite.set_timestamp(at);
    }
    suite.add_properties(properties(view));
    for mut case in facts(view).into_iter().chain(objectives(view)) {
        case.set_classname(context.group.as_str());
        suite.add_test_case(case);
    }
    let mut report = Report::new("iter8");
    if let Some(at) = context.generated_at.and_then(to_chrono) {
        report.set_timestamp(at);
    }
    report.add_test_suite(suite);
    report.to_string().expect("a string takes whatever is written, and quick-junit escapes it")
}

/// `None` only for times that no clock shows: jiff's range lies within that of chrono.
fn to_chrono(at: Timestamp) -> Option<DateTime<FixedOffset>> {
    let nanoseconds = at.as_nanosecond();
    let second = i64::try_from(nanoseconds.div_euclid(NANOSECONDS)).ok()?;
    let nanosecond = u32::try_from(nanoseconds.rem_euclid(NANOSECONDS)).ok()?;
    DateTime::<Utc>::from_timestamp(second, nanosecond).map(|at| at.fixed_offset())
}

fn properties(view: &View) -> Vec<Property> {
    let mut properties = Vec::new();
    for (at, version) in view.versions.iter().enumerate() {
        let name = |label: String| in_version(view, &label, &version.label);
        let shown = view.metrics.iter().filter_map(|row| Some((row.label(), row.values[at]?)));
        properties.extend(shown.map(|(label, value)| Property::new(name(label), shortest(value))));
        let asked = view.queries.iter();
        let asked = asked.filter_map(|row| Some((&row.metric, row.statuses[at].as_ref()?)));
        let failed = asked.filter(|(_, status)| !status.has_value());
        properties.extend(failed.map(|(metric, status)| {
            Property::new(name(format!("status of {metric}")), status.to_string())
        }));
    }
    properties
}

/// Names need their version only where there are several.
fn in_version(view: &View, text: &str, version: &str) -> String {
    if view.versions.len() == 1 { text.to_owned() } else { format!("{text} [{version}]") }
}

fn facts(view: &View) -> [TestCase; 2] {
    let summary = &view.summary;
    let tasks =
        format!("{} out of {} tasks are complete", summary.completed_tasks, summary.total_tasks);
    [
        TestCase::new("completed", status(summary.completed, tasks)),
        TestCase::new("no failure", status(summary.no_failure, "a task has failed".to_owned())),
    ]
}

fn objectives(view: &View) -> Vec<TestCase> {
    let mut cases = Vec::new();
    for row in view.slos.iter().flatten() {
        for (check, version) in row.checks.iter().zip(&view.versions) {
            let name = in_version(view, &row.condition("<="), &version.label);
            let of_objective = match view.doubt(row) {
                Some(doubt) => undecided(doubt, row, check),
                None => objective(row, check),
            };
            cases.push(TestCase::new(name, of_objective));
        }
    }
    cases
}

fn objective(row: &SloRow, check: &Check) -> TestCaseStatus {
    let Some(satisfied) = check.satisfied else {
        let mut skipped = TestCaseStatus::skipped();
        skipped.set_message("not assessed");
        return skipped;
    };
    status(satisfied, row.comparison(check))
}

/// Neither a success nor a failure: an error of the measurement.
fn undecided(doubt: &Doubt, row: &SloRow, check: &Check) -> TestCaseStatus {
    let mut error = TestCaseStatus::non_success(NonSuccessKind::Error);
    error.set_message(format!("{}; {}", row.comparison(check), doubt.sentence()));
    error
}

fn status(holds: bool, message: String) -> TestCaseStatus {
    if holds {
        return TestCaseStatus::success();
    }
    let mut failure = TestCaseStatus::non_success(NonSuccessKind::Failure);
    failure.set_message(message);
    failure
}

#[cfg(test)]
mod tests {
    use iter8_model::slo::Bound;

    use super::*;

    fn objective_of(satisfied: Option<bool>) -> TestCaseStatus {
        let check = Check { satisfied, value: Some(61.2) };
        let row = SloRow {
            metric: "http/latency-p99".to_owned(),
            meta: None,
            bound: Bound::Upper,
            limit: 50.0,
            checks: vec![check],
        };
        objective(&row, &check)
    }

    #[test]
    fn objectives_become_results() {
        assert_eq!(objective_of(Some(true)), TestCaseStatus::success());
        let mut failure = TestCaseStatus::non_success(NonSuccessKind::Failure);
        failure.set_message("http/latency-p99 = 61.20, limit <= 50");
        assert_eq!(objective_of(Some(false)), failure);
        let mut skipped = TestCaseStatus::skipped();
        skipped.set_message("not assessed");
        assert_eq!(objective_of(None), skipped);
    }

    #[test]
    fn times_keep_their_instant() {
        for text in ["1969-12-31T23:59:59.25Z", "2026-01-02T03:04:05.123456789Z"] {
            let at: Timestamp = text.parse().unwrap();
            let converted = to_chrono(at).unwrap();
            let nanoseconds = converted.timestamp_nanos_opt().map(i128::from);
            assert_eq!(nanoseconds, Some(at.as_nanosecond()));
        }
    }
}
