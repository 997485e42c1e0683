//! Assertions, at once and with patience.

use std::time::{Duration, SystemTime};

use iter8_e2e::Workspace;

use crate::{open_gate, start_gated};

/// A document of one completed task; `{…}` is the rest of its result.
fn document(result: &str) -> String {
    format!(
        "spec: [{{task: assess, with: {{}}}}]\n\
         result: {{numLoops: 1, startTime: \"2026-01-31T12:00:00Z\", {result}}}\n"
    )
}

const GOOD: &str = "numCompletedTasks: 1, failure: false, insights: {numVersions: 1, SLOs: \
                    {upper: [{metric: a/b, limit: 1}]}, SLOsSatisfied: {upper: [[true]]}}";
const UNMET: &str = "numCompletedTasks: 1, insights: {numVersions: 1, SLOs: {upper: \
                     [{metric: a/b, limit: 1}]}, SLOsSatisfied: {upper: [[false]]}}";
const FAILED: &str = "numCompletedTasks: 0, failure: true";
const UNASSESSED: &str = "numCompletedTasks: 0, insights: {numVersions: 1}";

#[test]
fn every_condition_is_told() {
    let workspace = Workspace::new();
    let all = "completed,nofailure,slos";
    let yes = ["experiment completed", "experiment has no failure", "SLOs are satisfied"];
    let no = ["experiment did not complete", "experiment failed", "SLOs are not satisfied"];
    let cases = [
        (GOOD, all, 0, yes.to_vec()),
        (GOOD, "SLOs,NoFailure", 0, vec![yes[2], yes[1]]),
        (UNMET, all, 1, vec![yes[0], yes[1], no[2]]),
        (UNMET, "completed", 0, vec![yes[0]]),
        (FAILED, all, 1, no.to_vec()),
        // Metrics without their assessment are not good ones.
        (UNASSESSED, "slos", 1, vec![no[2]]),
        (UNASSESSED, "nofailure", 0, vec![yes[1]]),
    ];
    for (result, conditions, code, told) in cases {
        let line = format!("assert --file - -c {conditions}");
        let finished = workspace.iter8(&line).stdin(document(result)).run().expect(code);
        let verdict = ["all conditions were satisfied", "not all conditions were satisfied"]
            [usize::from(code == 1)];
        let expected: Vec<&str> = told.into_iter().chain([verdict]).collect();
        assert_eq!(finished.messages(), expected, "{finished}");
        assert_eq!(finished.stdout, "");
        if code == 1 {
            finished.error("assert conditions failed");
        }
    }
}

#[test]
fn conditions_can_be_repeated() {
    let workspace = Workspace::new();
    let line = "assert --file - -c completed --condition nofailure,slos";
    workspace.iter8(line).stdin(document(GOOD)).run().expect(0);
}

#[test]
fn a_failure_is_not_waited_for() {
    let workspace = Workspace::new();
    workspace.write("document.yaml", document(FAILED));
    let limit = Duration::from_secs(10);
    let asked = workspace.iter8("assert --file document.yaml -c nofailure -t 1h").limit(limit);
    asked.run().expect(1).error("assert conditions failed");
    // Nor can stdin change.
    let asked = workspace.iter8("assert --file - -c slos -t 1h").stdin(document(UNMET));
    asked.limit(limit).run().expect(1).error("assert conditions failed");
}

#[test]
fn patience_is_measured_by_the_clock() {
    let workspace = Workspace::new();
    workspace.write("document.yaml", document(UNMET));
    let begun = SystemTime::now();
    let finished = workspace.iter8("assert --file document.yaml -c slos --timeout 1200ms").run();
    let took = begun.elapsed().unwrap();
    let messages = finished.expect(1).error("assert conditions failed");
    // A condition that does not change is told once.
    assert_eq!(
        messages.messages(),
        ["SLOs are not satisfied", "not all conditions were satisfied"]
    );
    let range = Duration::from_millis(1_200)..Duration::from_millis(2_900);
    assert!(range.contains(&took), "{took:?}");
}

#[test]
fn a_run_in_the_background_is_waited_for() {
    let workspace = Workspace::new();
    // Even one that has not begun.
    let asked = workspace.iter8("assert -l debug -c completed,nofailure -t 15s").start();
    asked.wait_for_log("there is no group default here");
    let running = start_gated(&workspace, "default");
    asked.wait_for_log("experiment did not complete");
    open_gate(&workspace);
    running.finish().expect(0);
    let finished = asked.finish().expect(0);
    let told: Vec<&str> =
        finished.messages().into_iter().filter(|message| message.contains("experiment ")).collect();
    let expected =
        ["experiment did not complete", "experiment has no failure", "experiment completed"];
    assert!(told.ends_with(&expected), "{finished}");
}

#[test]
fn without_a_document_there_is_no_answer() {
    let workspace = Workspace::new();
    let hint = "run one with iter8 run, list them with iter8 list, or name a document with --file";
    for line in ["assert -c slos", "assert -c slos -t 10ms", "report"] {
        let finished = workspace.iter8(line).run().expect(2).hint(hint);
        finished.error("unable to read experiment: there is no group default here");
    }
    workspace.iter8("log").run().expect(2).error("there is no log of group default here");
    let finished = workspace.iter8("run --reuseResult").run().expect(2);
    finished.error(
        "group default has no result to reuse: experiment with nil result section cannot be run",
    );
}
