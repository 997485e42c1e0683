//! From a launch to its end.

use iter8_e2e::cluster::{Namespace, wait_for};

const TASKS: &str = "--set tasks={ready,http,assess} --set ready.deploy=web --set ready.service=web \
                     --set http.url=http://web:8080/ --set http.numRequests=50 --set http.qps=100 \
                     --set assess.SLOs.upper.http/latency-p99=2000 \
                     --set assess.SLOs.upper.http/error-count=0";

/// The first experiment: launched, asserted, reported, logged, listed, and gone without a trace.
#[test]
fn a_job_from_launch_to_deletion() {
    let space = Namespace::new();
    space.start_sample(&[]);
    let before = space.leftovers();
    let launched = space.launch(&format!("{TASKS} --set runner=job")).run();
    launched.expect(0).logs("experiment launched. Happy Iter8ing!");
    space.k("assert -c completed,nofailure --timeout 60s").run().expect(0);
    let report = space.k("report").run().expect(0);
    let asserted = space.k("assert -c completed,nofailure,slos").run();
    assert_eq!(asserted.code, 0, "{asserted}\n{report}");
    asserted.logs("all conditions were satisfied");
    report.prints("Experiment completed: true").prints("Number of completed tasks: 4");
    space.k("report -o html").run().expect(0).prints("<!DOCTYPE html>");
    let log = space.k("log --follow").run().expect(0);
    log.prints("task 1: ready: completed").prints("task 3: http: completed");
    space.k("list").run().expect(0).prints("default  ");
    space.k("delete").run().expect(0).logs("experiment group default deleted");
    assert_eq!(space.leftovers(), before);
    let gone = space.k("delete").run().expect(2);
    let place = format!("there is no group default in {}", space.name());
    gone.error(&format!("deletion of experiment group default failed: {place}"));
}

/// Nothing runs by itself with the runner `none`; whoever runs it gives its result.
#[test]
fn a_launch_that_somebody_else_runs() {
    let space = Namespace::new();
    space.launch("--set tasks={run} --set-string run=:").run().expect(0);
    space.k("report").run().expect(2);
    space.k("run").run().expect(0);
    space.k("assert -c completed,nofailure").run().expect(0);
    space.k("report -o json").run().expect(0).prints("\"completed\"");
}

/// A launch that replaces one that runs: neither result is lost, and they do not mix.
#[test]
fn a_second_launch_while_the_first_runs() {
    let space = Namespace::new();
    space.start_sample(&[]);
    let slow = "--set tasks={http} --set http.url=http://web:8080/ --set http.duration=100s \
                --set http.qps=50 --set runner=job";
    space.launch(slow).run().expect(0);
    let log = || space.k("log").run().stdout;
    wait_for("the first run", || log().contains("task 1: http: started"));
    let second = space.launch(&format!("{TASKS} --set runner=job")).run();
    second.expect(0);
    // At once, while the first run ends: its result is not that of the second.
    space.k("assert -c completed,nofailure,slos --timeout 90s").run().expect(0);
    let earlier = space.k("report --revision 1 -o json").run().expect(0);
    earlier.prints("\"interrupted\"");
    let document = space.get("secret", "default");
    assert_eq!(document["metadata"]["annotations"]["iter8.tools/revision"], "2");
    space.k("report --revision 7").run().expect(2);
}

/// Loops of a CronJob add up, and a bounded series ends by itself.
#[test]
fn a_cronjob_loops_until_it_has_done_enough() {
    let space = Namespace::new();
    space.start_sample(&[]);
    let line = format!(
        "{TASKS} --set runner=cronjob --set-string cronjobSchedule=\"0 0 1 1 *\" --set maxLoops=2"
    );
    space.launch(&line).run().expect(0);
    for number in ["1", "2"] {
        let name = format!("forced-{number}");
        space.kubectl(&["create", "job", &name, "--from=cronjob/default-1-cronjob"]);
        let done = "--for=condition=Complete";
        space.kubectl(&["wait", done, &format!("job/{name}"), "--timeout=60s"]);
        let report = space.k("report").run().expect(0);
        report.prints(&format!("Number of completed loops: {number}"));
    }
    let cronjob = space.get("cronjob", "default-1-cronjob");
    assert_eq!(cronjob["spec"]["suspend"], true);
    space.k("delete").run().expect(0);
}
