//! Scripts: their surroundings, their end, and what is told of them.

use std::path::Path;
use std::time::Duration;

use iter8_model::history::LoopOutcome;
use iter8_testkit::wait_until;
use rustix::process::{Pid, test_kill_process};
use serde_json::json;
use tempfile::TempDir;

use super::{OUTPUT_KEPT, Output};
use crate::tests::Bench;

/// How long the kernel may take to carry out what it was asked to.
const LIMIT: Duration = Duration::from_secs(10);

fn bench(script: &str) -> Bench {
    Bench::new(json!([{"run": script}]))
}

/// A script that starts a process, tells its number in a file, and waits for it.
fn lasting(folder: &TempDir) -> String {
    let file = folder.path().join("process");
    format!("echo before; sleep 3600 & echo $! > {0}.new; mv {0}.new {0}; wait", file.display())
}

fn is_there(file: &Path) -> bool {
    file.exists()
}

/// Whether the process that the script has started is gone.
fn is_ended(folder: &TempDir) -> bool {
    let text = std::fs::read_to_string(folder.path().join("process")).unwrap();
    let process = Pid::from_raw(text.trim().parse().unwrap()).unwrap();
    // Killed processes whose parent is gone are reaped by the first process of the system, which
    // may not care; their state then tells.
    let state = std::fs::read_to_string(format!("/proc/{}/stat", text.trim())).unwrap_or_default();
    test_kill_process(process).is_err() || state.contains(") Z ")
}

#[tokio::test]
async fn bash_runs_scripts_with_a_folder_for_temporary_files() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("told");
    let script = format!(
        "values=(a b); echo \"${{values[1]}} $TEMP_DIR $HOME $(pwd)\" > {}; cat",
        file.display()
    );
    let bench = bench(&script);
    bench.complete().await;
    let home = std::env::var("HOME").unwrap_or_default();
    let here = std::env::current_dir().unwrap();
    let expected = format!("b {} {home} {}\n", std::env::temp_dir().display(), here.display());
    assert_eq!(std::fs::read_to_string(file).unwrap(), expected);
    assert_eq!(bench.with(0), json!({"script": script}));
}

#[tokio::test]
async fn output_of_both_kinds_is_told_in_its_order() {
    let script = "echo one; echo two >&2; echo three";
    let fine = bench(script);
    fine.complete().await;
    let told = "TRACE combined output from command <one\ntwo\nthree\n>";
    assert!(fine.logs.lines().contains(&told.to_owned()), "{:?}", fine.logs.lines());
    assert!(fine.logs.warnings().is_empty());

    let failing = bench(&format!("{script}; exit 7"));
    let error = failing.run().await.unwrap_err();
    assert!(error.ends_with("combined execution failed: script ended with exit status: 7"));
    let cause = "combined execution failed: script ended with exit status: 7";
    assert_eq!(
        failing.logs.warnings(),
        [
            "ERROR combined output from command <one\ntwo\nthree\n>".to_owned(),
            format!("ERROR task 1: run: failure <{cause}>"),
        ]
    );
}

#[tokio::test]
async fn lines_name_scripts_run() {
    let bench = bench("true");
    bench.complete().await;
    let lines = bench.logs.lines();
    assert_eq!(lines.first().map(String::as_str), Some("INFO task 1: run: started"));
    assert_eq!(lines.last().map(String::as_str), Some("INFO task 1: run: completed"));
}

#[tokio::test]
async fn a_signal_is_a_failure() {
    let error = bench("kill -9 $$").run().await.unwrap_err();
    assert!(error.ends_with("script ended with signal: 9 (SIGKILL)"), "{error}");
}

#[tokio::test]
async fn time_ends_a_script_and_what_it_has_started() {
    let folder = TempDir::new().unwrap();
    let bench =
        Bench::new(json!([{"task": "run", "run": lasting(&folder), "with": {"timeout": "1.5s"}}]));
    let error = bench.run().await.unwrap_err();
    assert_eq!(error, "failed to run task 1 (run): script did not end within 1.5s");
    assert!(wait_until(LIMIT, || is_ended(&folder)));
    assert_eq!(bench.logs.warnings()[0], "ERROR combined output from command <before\n>");
    assert!(bench.result().failure);
}

#[tokio::test]
async fn a_stop_ends_a_script_and_what_it_has_started() {
    let folder = TempDir::new().unwrap();
    let bench = bench(&lasting(&folder));
    let file = folder.path().join("process");
    let stopper = bench.stop_when(move || is_there(&file));
    assert_eq!(bench.run().await, Ok(LoopOutcome::Interrupted));
    stopper.join().unwrap();
    assert!(wait_until(LIMIT, || is_ended(&folder)));
    assert!(bench.result().failure);
    assert_eq!(
        bench.logs.warnings(),
        ["WARN combined output from command <before\n>", "WARN task 1: run: interrupted",]
    );
}

/// A process that has left the group outlives the script, but nobody waits for it.
#[tokio::test]
async fn a_process_that_has_left_does_not_hold_up_the_end() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("process");
    let script =
        format!("setsid sleep 5 & echo $! > {0}.new; mv {0}.new {0}; wait", file.display());
    let bench = bench(&script);
    let stopper = bench.stop_when(move || is_there(&file));
    assert_eq!(bench.run().await, Ok(LoopOutcome::Interrupted));
    stopper.join().unwrap();
}

#[tokio::test]
async fn only_the_end_of_a_long_output_is_told() {
    let bench = bench("head -c 1000000 /dev/zero | tr '\\0' x; echo the end; exit 1");
    bench.run().await.unwrap_err();
    let told = &bench.logs.warnings()[0];
    let left_out = 1_000_000 + "the end\n".len() - OUTPUT_KEPT;
    let begin = format!(
        "ERROR combined output from command <[{left_out} bytes before this are left out]\nxxx"
    );
    assert!(told.starts_with(&begin), "{}", &told[..200]);
    assert!(told.ends_with("xthe end\n>"));
}

#[test]
fn output_is_cut_to_its_end() {
    let mut output = Output { kept: vec![b'a'; OUTPUT_KEPT + 2], left_out: 3 };
    output.cut();
    assert_eq!((output.kept.len(), output.left_out), (OUTPUT_KEPT, 5));
    output.cut();
    assert_eq!((output.kept.len(), output.left_out), (OUTPUT_KEPT, 5));
    let odd = Output { kept: b"a\xffb".to_vec(), left_out: 0 };
    assert_eq!(odd.text(), "a\u{fffd}b");
}
