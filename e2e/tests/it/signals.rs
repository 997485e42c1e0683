//! Runs that are stopped, politely and not.

use std::time::{Duration, SystemTime};

use iter8_e2e::{Running, Signal, Workspace};
use iter8_model::history::LoopOutcome;
use iter8_testkit::wait_until;

use crate::{sample, start_gated};

const LIMIT: Duration = Duration::from_secs(15);

#[test]
fn a_stopped_load_test_keeps_what_it_measured() {
    for signal in [Signal::INT, Signal::TERM] {
        let (workspace, service) = (Workspace::new(), sample());
        let line = format!(
            "run --set tasks={{http,run}} --set http.url={} --set http.duration=1h \
             --set http.qps=200 --set run.script='touch ran'",
            service.url()
        );
        let mut running = workspace.iter8(&line).start();
        assert!(wait_until(LIMIT, || service.stats().requests > 20));
        running.signal(signal);
        let finished = running.finish().expect(2);
        assert!(finished.messages().contains(&"task 1: http: interrupted"), "{finished}");
        let finished = finished.prints("Experiment completed: false").prints("http/request-count");
        finished
            .prints("No task failures: false")
            .error("the run was interrupted; its results are partial");
        let result = workspace.document("default").result.unwrap();
        assert_eq!(result.history.interrupted, 1);
        assert_eq!(result.history.loops[0].outcome, LoopOutcome::Interrupted);
        assert!(result.failure && result.num_completed_tasks == 0);
        assert!(workspace.metric("default", "http/request-count") >= 15.0);
        assert!(workspace.metric("default", "http/error-count") < 0.5, "own stops are no errors");
        assert!(!workspace.has("ran"));
    }
}

#[test]
fn a_stopped_script_is_ended_with_its_children() {
    let workspace = Workspace::new();
    let line = "run --set tasks={run} --set run.script='(sleep 600 & echo $! > child; wait)'";
    let mut running = workspace.iter8(line).start();
    assert!(wait_until(LIMIT, || workspace.has("child") && !workspace.read("child").is_empty()));
    running.signal(Signal::INT);
    running.finish().expect(2).error("the run was interrupted; its results are partial");
    let child = format!("/proc/{}", workspace.read("child").trim());
    assert!(wait_until(LIMIT, || !std::path::Path::new(&child).exists()), "{child} lives on");
}

/// Sends two signals to a run that stands still, so that they arrive together.
fn signal_twice(running: &mut Running) {
    for signal in [Signal::STOP, Signal::INT, Signal::TERM, Signal::CONT] {
        running.signal(signal);
    }
}

#[test]
fn a_second_signal_ends_the_run_at_once() {
    let workspace = Workspace::new();
    // Whoever is faster: a run that has acted upon the first signal is not hit by the second.
    let codes = (0..20).map(|_| {
        let mut running = start_gated(&workspace, "default");
        signal_twice(&mut running);
        let finished = running.finish();
        assert!([2, 130].contains(&finished.code), "{finished}");
        workspace.iter8("report").run().expect(0).prints("Experiment completed: false");
        finished.code
    });
    assert!(codes.into_iter().any(|code| code == 130));
}

/// Numbers that differ from run to run; the seed is part of every message.
struct Random(u64);

impl Random {
    fn new() -> Self {
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap();
        Self(u64::from(now.subsec_nanos()) | 1)
    }

    /// A number below `bound`, by the generator of Lehmer with Knuth's multiplier.
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

#[test]
fn a_killed_run_leaves_a_whole_document() {
    let (workspace, service) = (Workspace::new(), sample());
    let line = format!(
        "run --reuseResult --loops 1000000 -o none --set tasks={{http,run}} \
         --set http.url={} --set http.numRequests=2 --set http.qps=max --set run.script=true",
        service.url()
    );
    let mut random = Random::new();
    let seed = random.0;
    let (mut loops, mut records) = (0, 0);
    for round in 0..30 {
        let mut running = workspace.iter8(&line).start();
        let moment = Duration::from_millis(random.below(120));
        assert!(!wait_until(moment, || running.has_ended()), "{}", running.finish());
        running.signal(Signal::KILL);
        assert_eq!(running.finish().code, 137);
        let report = workspace.iter8("report").run();
        if !workspace.has(".iter8/default/experiment.yaml") {
            assert_eq!((report.code, loops), (2, 0), "round {round}, seed {seed}\n{report}");
            continue;
        }
        report.expect(0);
        let result = workspace.document("default").result.unwrap();
        let ended = result.history.ended();
        let is_kept = result.num_loops >= loops && ended >= records && ended <= result.num_loops;
        assert!(is_kept, "round {round}, seed {seed}: {ended} of {} loops", result.num_loops);
        (loops, records) = (result.num_loops, ended);
    }
    assert!(records > 0, "no loop ended, seed {seed}");
    // The group is not held by the dead, and nothing lies about.
    let finished = workspace.iter8("run --reuseResult -o none").run().expect(0);
    assert!(workspace.document("default").result.unwrap().num_loops > loops, "{finished}");
    workspace.iter8("delete").run().expect(0);
    assert!(!workspace.has(".iter8/default"));
}
