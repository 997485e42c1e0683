//! Experiments that run again and again.

use std::fmt::Write;

use iter8_e2e::{Signal, Workspace};
use iter8_model::history::LoopOutcome;

use crate::{quick, sample};

#[test]
fn every_loop_is_recorded() {
    let (workspace, service) = (Workspace::new(), sample());
    let line = format!("run --loops 3 {}", quick(&service.url()));
    workspace.iter8(&line).run().expect(0).prints("Number of completed loops: 3");
    let result = workspace.document("default").result.unwrap();
    assert_eq!((result.num_loops, result.history.completed), (3, 3));
    let records: Vec<_> = result.history.loops.iter().map(|r| (r.number, r.outcome)).collect();
    assert_eq!(records, [1, 2, 3].map(|number| (number, LoopOutcome::Completed)));
    let insights = result.insights.unwrap();
    assert_eq!(insights.versions[0].numbers["http/request-count"], [20.0; 3]);
    let counted: u64 =
        insights.versions[0].histograms["http/latency"].iter().map(|b| b.count).sum();
    assert_eq!((counted, service.stats().requests), (60, 60));
    let column = result.history.metrics.iter().position(|name| name == "http/request-count");
    let values = result.history.loops.iter().map(|record| record.values[0][column.unwrap()]);
    assert_eq!(values.collect::<Vec<_>>(), [Some(20.0); 3]);
}

#[test]
fn intervals_are_kept() {
    let workspace = Workspace::new();
    let line = "run --loops 3 --interval 400ms --set tasks={run} --set run.script=true -o none";
    workspace.iter8(line).run().expect(0);
    let history = workspace.document("default").result.unwrap().history;
    let starts: Vec<_> = history.loops.iter().map(|record| record.start).collect();
    for pair in starts.windows(2) {
        let apart = pair[1].duration_since(pair[0]).as_millis();
        assert!((395..4_000).contains(&apart), "{apart} ms");
    }
}

#[test]
fn a_series_without_end_is_ended_by_a_signal() {
    let workspace = Workspace::new();
    let line = "run --interval 1h --set tasks={run} --set run.script=true";
    let mut running = workspace.iter8(line).start();
    running.wait_for_log("loop 2 starts at ");
    running.signal(Signal::TERM);
    // Between loops nothing is interrupted.
    let finished = running.finish().expect(0).prints("Number of completed loops: 1");
    assert!(
        finished.stderr.contains("stopping; another signal ends the run at once"),
        "{finished}"
    );
    assert!(workspace.document("default").completed());
}

#[test]
fn cron_waits_for_its_time_and_stops_in_order() {
    let workspace = Workspace::new();
    let line = "run --cron '0 0 1 1 *' --set tasks={run} --set run.script='touch ran'";
    let mut running = workspace.iter8(line).start();
    running.wait_for_log("loop 1 starts at ");
    running.signal(Signal::INT);
    let finished = running.finish().expect(0).prints("Number of completed loops: 0");
    assert!(finished.stderr.contains("-01-01 00:00:00\n"), "{finished}");
    assert!(!workspace.has("ran"));
    assert_eq!(workspace.document("default").result.unwrap().num_loops, 0);
}

#[test]
fn a_failed_loop_ends_neither_the_series_nor_is_it_forgotten() {
    let workspace = Workspace::new();
    workspace.write("values.yaml", "tasks: [run]\nrun: 'echo >> n; test $(wc -l < n) != 2'\n");
    let finished = workspace.iter8("run -f values.yaml --loops 3").run().expect(2);
    let failed = "failed to run task 1 (run): combined execution failed: \
                  script ended with exit status: 1";
    assert!(finished.stderr.contains(&format!("msg=loop 2 failed: {failed}\n")), "{finished}");
    let finished = finished.error(failed).prints("Experiment completed: true");
    finished.prints("No task failures: false").prints("Number of completed loops: 2");
    let result = workspace.document("default").result.unwrap();
    assert!(result.failure);
    let outcomes: Vec<_> = result.history.loops.iter().map(|record| record.outcome).collect();
    let completed = LoopOutcome::Completed;
    assert_eq!(outcomes, [completed, LoopOutcome::Failed, completed]);
    assert_eq!((result.num_loops, result.history.failed), (3, 1));
    // It stays a failure when the result is continued.
    workspace.iter8("run --reuseResult").run().expect(0).prints("No task failures: false");
    workspace.iter8("assert -c nofailure").run().expect(1);
}

/// A document whose history is nearly full, so that a few loops show what a thousand would.
fn long_running(loops: u32) -> String {
    let mut text =
        String::from("spec:\n- run: \"true\"\nresult:\n  startTime: \"2026-01-01T00:00:00Z\"\n");
    let _ = write!(text, "  numLoops: {loops}\n  history:\n    completed: {loops}\n    loops:\n");
    for number in 1..=loops {
        let time =
            format!("2026-01-01T{:02}:{:02}:{:02}Z", number / 3600, number / 60 % 60, number % 60);
        let _ = writeln!(
            text,
            "    - {{number: {number}, start: \"{time}\", end: \"{time}\", outcome: completed}}"
        );
    }
    text
}

#[test]
fn the_document_is_bounded_however_many_loops() {
    let workspace = Workspace::new();
    workspace.write(".iter8/default/experiment.yaml", long_running(1_195));
    workspace.iter8("run --reuseResult --loops 5 -o none").run().expect(0);
    let result = workspace.document("default").result.unwrap();
    assert_eq!((result.num_loops, result.history.completed), (1_200, 1_200));
    assert_eq!(result.history.loops.len(), 1_000);
    assert_eq!(result.history.loops[0].number, 201);
    let size = workspace.document_text("default").len();
    workspace.iter8("run --reuseResult --loops 5 -o none").run().expect(0);
    let grown = workspace.document_text("default").len();
    // Only numbers get longer.
    assert!(grown < size + 1_024 && grown < 512 * 1_024, "{size} to {grown} bytes");
}
