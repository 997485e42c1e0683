//! What goes wrong in a cluster, and that no result is lost or mixed by it.

use std::fs;

use iter8_e2e::cluster::{Namespace, wait_for};
use serde_json::{Value, json};

/// A run that takes a while, with a document written in the middle of it.
const LONG: &str = "--set tasks={http,assess} --set http.url=http://web:8080/ \
                    --set http.qps=50 \
                    --set assess.SLOs.upper.http/latency-p99=60000 --set runner=job";

fn launch_long(space: &Namespace, duration: &str) {
    space.start_sample(&[]);
    space.launch(&format!("{LONG} --set http.duration={duration}")).run().expect(0);
    let log = || space.k("log").run().stdout;
    wait_for("the run", || log().contains("task 1: http: started"));
}

/// The document of a group as it lies in its Secret.
fn document(space: &Namespace) -> String {
    let words = [
        "get",
        "secret",
        "default",
        "-o",
        "go-template={{index .data \"experiment.yaml\" | base64decode}}",
    ];
    space.kubectl(&words)
}

/// The runner is asked to end: what it has measured until then is kept, and marked as partial.
#[test]
fn a_deleted_pod_leaves_its_partial_result() {
    let space = Namespace::new();
    launch_long(&space, "8s");
    space.kubectl(&["delete", "pod", "-l", "iter8.tools/group=default", "--wait=true"]);
    wait_for("the record of the loop", || document(&space).contains("outcome: interrupted"));
    let report = space.k("report").run().expect(0);
    report.prints("No task failures: false").prints("http/request-count");
    space.k("assert -c nofailure --timeout 30s").run().expect(1);
}

/// Labels and other keys that somebody adds to the Secret stay, and so does the run's result. A
/// document that somebody puts in its place is kept beside it.
#[test]
fn a_secret_edited_by_hand_during_a_run() {
    let space = Namespace::new();
    launch_long(&space, "8s");
    space.kubectl(&["label", "secret", "default", "team=checkout"]);
    let edit = json!({"stringData": {"note": "mine", "experiment.yaml": "spec: []\n"}});
    space.kubectl(&["patch", "secret", "default", "--type=merge", "-p", &edit.to_string()]);
    space.k("assert -c completed,nofailure,slos --timeout 60s").run().expect(0);
    let secret = space.get("secret", "default");
    assert_eq!(secret["metadata"]["labels"]["team"], "checkout");
    assert_eq!(secret["data"]["note"], "bWluZQ==");
    assert_eq!(secret["data"]["experiment.edited.yaml"], "c3BlYzogW10K");
    space.k("report").run().expect(0).prints("http/request-count");
    space.k("log").run().expect(0).prints("the document was changed by somebody else");
}

/// Two pods of one series at the same time: the second waits, and both loops are in the result.
#[test]
fn two_loops_that_overlap_run_one_after_the_other() {
    let space = Namespace::new();
    space.start_sample(&[]);
    let line = "--set tasks={http} --set http.url=http://web:8080/ --set http.duration=5s \
                --set runner=cronjob --set-string cronjobSchedule=\"0 0 1 1 *\"";
    space.launch(line).run().expect(0);
    for name in ["one", "two"] {
        space.kubectl(&["create", "job", name, "--from=cronjob/default-1-cronjob"]);
    }
    let done = "--for=condition=Complete";
    space.kubectl(&["wait", done, "job/one", "job/two", "--timeout=90s"]);
    let report = space.k("report -o json").run().expect(0);
    let report: Value = serde_json::from_str(&report.stdout).expect("a report in JSON");
    let loops = report["loops"].as_array().expect("loops").clone();
    assert_eq!(loops.len(), 2, "{report}");
    let time = |of: &Value, what: &str| of[what].as_str().expect("a time").to_owned();
    assert!(time(&loops[0], "end") <= time(&loops[1], "start"), "{loops:?}");
    space.k("log").run().expect(0).prints("waiting for runner");
}

/// The API server is away in the middle of a run and when its result is to be written.
#[test]
fn an_api_server_that_is_away() {
    let space = Namespace::alone();
    launch_long(&space, "20s");
    let hold = space.folder().join("hold/apiserver");
    fs::write(&hold, "").expect("the folder of the cluster can be written to");
    wait_for("the API server to go", || space.try_kubectl(&["get", "--raw", "/readyz"]).is_err());
    let refused = space.k("report").run().expect(2);
    assert!(refused.stderr.contains("failed to get secret"), "{refused}");
    // Its end falls into the time without a server: the document cannot be written.
    wait_for("the end of the test", || space.log_on_node().contains("task 1: http: completed"));
    fs::remove_file(&hold).expect("the file that holds it down can be removed");
    wait_for("the API server", || space.try_kubectl(&["get", "--raw", "/readyz"]).is_ok());
    space.k("assert -c completed,nofailure,slos --timeout 90s").run().expect(0);
    space.k("report").run().expect(0).prints("Number of completed loops: 1");
    // The controllers come back later than the server, and the other stories need them.
    let done = "--for=condition=Complete";
    space.kubectl(&["wait", done, "job/default-1-job", "--timeout=150s"]);
}

/// Without its Role, the runner says which permission is missing.
#[test]
fn a_missing_permission_is_named() {
    let space = Namespace::new();
    space.apply(&json!({
        "apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "powerless"},
    }));
    let as_user = format!("system:serviceaccount:{}:powerless", space.name());
    let refused = space.k(&format!("--kube-as-user {as_user} report")).run().expect(2);
    let words = "cannot get resource \"secrets\" in API group \"\" in the namespace";
    assert!(refused.stderr.contains(words), "{refused}");
    assert!(refused.stderr.contains("Hint: the account needs a Role"), "{refused}");
}
