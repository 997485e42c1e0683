//! The main job: from values to a verdict.

use iter8_e2e::Workspace;
use iter8_model::history::LoopOutcome;
use iter8_testkit::{Script, ScriptedServer, Step};
use serde_json::Value;

use crate::{open_gate, quick, sample, start_gated};

/// A text with every run of digits as one `0`.
fn without_digits(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        let digit = letter.is_ascii_digit();
        if !(digit && out.ends_with('0')) {
            out.push(if digit { '0' } else { letter });
        }
    }
    out
}

#[test]
fn a_good_service_passes() {
    let (workspace, service) = (Workspace::new(), sample());
    let line = format!(
        "run {} --set assess.SLOs.upper.http/latency-p99\\.9=5000 \
         --set assess.SLOs.lower.http/request-count=20",
        quick(&service.url())
    );
    let finished = workspace.iter8(&line).run().expect(0).no_hint();
    let (head, metrics) = finished.stdout.split_once("  ------- ").unwrap();
    let expected = "
Experiment summary:
*******************

  Experiment completed: true
  No task failures: true
  Total number of tasks: 2
  Number of completed tasks: 2
  Number of completed loops: 1

Whether or not service level objectives (SLOs) are satisfied:
*************************************************************

  SLO Conditions                    | Satisfied
  --------------                    | ---------
  http/error-count <= 0             | true
  http/latency-p99.9 (msec) <= 5000 | true
  20 <= http/request-count          | true
  \n
Latest observed values for metrics:
***********************************

";
    assert!(head.starts_with(expected), "{finished}");
    assert!(metrics.ends_with("\n  \n\n"), "{finished}");
    assert_metrics(metrics);
    let logged: Vec<String> = finished.stderr.lines().map(without_digits).collect();
    let line = |rest| format!("time=0-0-0 0:0:0 level=info msg=task 0: {rest}");
    let rest = ["http: started", "http: completed", "assess: started", "assess: completed"];
    assert_eq!(logged, rest.map(line));
    assert_eq!(service.stats().requests, 20);
    // The same report again, from the document alone.
    let again = workspace.iter8("report").run().expect(0);
    assert_eq!(again.stdout, finished.stdout);
    assert!(workspace.document("default").completed());
}

/// Rows in the order of their names, two decimals each, and everything that 0.13 measures.
fn assert_metrics(table: &str) {
    let rows = table.lines().skip(1).filter_map(|row| row.split_once('|'));
    let rows: Vec<(&str, &str)> = rows.map(|(name, value)| (name.trim(), value.trim())).collect();
    assert!(rows.is_sorted_by_key(|(name, _)| name.as_bytes()), "{table}");
    for (name, value) in &rows {
        let decimals = value.split_once('.').map(|(_, decimals)| decimals.len());
        assert!(value.parse::<f64>().is_ok() && decimals == Some(2), "{name}: {value}");
    }
    let of_0_13 = [
        "http/error-count",
        "http/error-rate",
        "http/latency-max (msec)",
        "http/latency-mean (msec)",
        "http/latency-min (msec)",
        "http/latency-p50 (msec)",
        "http/latency-p75 (msec)",
        "http/latency-p90 (msec)",
        "http/latency-p95 (msec)",
        "http/latency-p99 (msec)",
        "http/latency-p99.9 (msec)",
        "http/latency-stddev (msec)",
        "http/request-count",
    ];
    for name in of_0_13 {
        assert!(rows.iter().any(|(found, _)| *found == name), "no {name} in\n{table}");
    }
}

#[test]
fn a_slow_service_does_not_pass() {
    let (workspace, service) = (Workspace::new(), sample());
    let line = format!("run {} --set assess.SLOs.upper.http/latency-mean=0", quick(&service.url()));
    let finished = workspace.iter8(&line).run().expect(1);
    finished.prints("http/latency-mean (msec) <= 0 | false").error("SLOs are not satisfied");
    let experiment = workspace.document("default");
    assert!(experiment.completed() && experiment.no_failure() && !experiment.slos());
}

#[test]
fn a_failed_task_ends_the_run() {
    let workspace = Workspace::new();
    workspace
        .write("values.yaml", "tasks: [run, run]\nrun: 'touch ran; echo reason >&2; exit 3'\n");
    let finished =
        workspace.iter8("run -f values.yaml").run().expect(2).prints("No task failures: false");
    assert!(finished.stderr.contains("\n::Trace:: reason\n"), "{finished}");
    assert_eq!(
        finished.messages(),
        [
            "task 1: run: started",
            "combined output from command stack-trace=below ... ",
            "task 1: run: failure stack-trace=below ... "
        ]
    );
    finished.error(
        "failed to run task 1 (run): combined execution failed: \
         script ended with exit status: 3",
    );
    let result = workspace.document("default").result.unwrap();
    assert!(result.failure && result.num_completed_tasks == 0);
    assert_eq!(result.history.loops[0].outcome, LoopOutcome::Failed);
    assert!(workspace.has("ran"));
}

#[test]
fn a_false_condition_skips_a_task() {
    let (workspace, service) = (Workspace::new(), sample());
    let line = format!(
        "run {} --set tasks={{http,assess,run}} --set run.if='not SLOs()' --set run.script='touch ran'",
        quick(&service.url())
    );
    let finished = workspace.iter8(&line).run().expect(0);
    finished
        .logs("msg=task 3: run: skipped stack-trace=below ... \n::Trace:: false condition: not SLOs()\n")
        .prints("Number of completed tasks: 3");
    assert!(!workspace.has("ran"));
}

/// Asserts what a report must be.
type Check = fn(&str);

#[test]
fn reports_come_in_every_form() {
    let (workspace, service) = (Workspace::new(), sample());
    let checks: [(&str, Check); 7] = [
        ("json", |text| {
            let report: Value = serde_json::from_str(text).unwrap();
            assert_eq!(report["summary"]["verdict"], "satisfied", "{text}");
        }),
        ("html", |text| {
            let is_page = text.to_lowercase().starts_with("<!doctype html>");
            assert!(is_page && text.trim_end().ends_with("</html>"), "{text}");
        }),
        ("junit", |text| {
            assert!(text.starts_with("<?xml") && text.contains("failures=\"0\""), "{text}");
        }),
        ("markdown", |text| assert!(text.starts_with("### "), "{text}")),
        ("text", |text| assert!(text.starts_with("\nExperiment summary:\n"), "{text}")),
        ("none", |text| assert_eq!(text, "")),
        ("JSON", |text| assert!(serde_json::from_str::<Value>(text).is_ok(), "{text}")),
    ];
    for (form, check) in checks {
        let line = format!("run {} --output {form}", quick(&service.url()));
        check(&workspace.iter8(&line).run().expect(0).stdout);
        if form != "none" {
            check(&workspace.iter8(&format!("report -o {form}")).run().expect(0).stdout);
        }
    }
}

#[test]
fn a_dry_run_prints_and_writes_nothing() {
    let workspace = Workspace::new();
    let line = format!("run --dry {} --set http.warmupNumRequests=5", quick("http://web/"));
    let finished = workspace.iter8(&line).run().expect(0);
    let expected = "\
spec:
- task: http
  with:
    numRequests: 5
    qps: 500
    url: http://web/
    warmup: true
- task: http
  with:
    numRequests: 20
    qps: 500
    url: http://web/
    warmupNumRequests: 5
- task: assess
  with:
    SLOs:
      upper:
      - limit: 0
        metric: http/error-count
";
    assert_eq!((finished.stdout.as_str(), finished.stderr.as_str()), (expected, ""));
    assert!(!workspace.has(".iter8"));
    // What was printed is a document that can be run.
    let again = workspace.iter8("run --dry --file -").stdin(expected).run().expect(0);
    assert_eq!(again.stdout, expected);
}

#[test]
fn values_come_from_files_stdin_and_urls() {
    let workspace = Workspace::new();
    let values = "tasks: [http]\nhttp: {url: http://web/, qps: 1}\n";
    workspace.write("values.yaml", values);
    let server = ScriptedServer::start(Script::always([Step::ok(values)]));
    let lines =
        ["-f values.yaml", "-f -", "--values -", &format!("-f {}values.yaml", server.url())];
    for line in lines {
        let finished = workspace.iter8(&format!("run --dry {line}")).stdin(values).run().expect(0);
        finished.prints("url: http://web/");
    }
    assert_eq!(server.requests()[0].target(), "/values.yaml");
}

#[test]
fn later_sources_win_over_earlier_ones() {
    let workspace = Workspace::new();
    workspace.write("a.yaml", "tasks: [http]\nhttp: {url: http://a/, method: A, contentType: a}\n");
    workspace.write("b.yaml", "http: {url: http://b/, headers: {x: b, z: b}}\n");
    workspace.write("text", "from file\n");
    let url = |line: &str| {
        let finished = workspace.iter8(&format!("run --dry {line}")).run().expect(0);
        let urls = finished.stdout.lines().filter_map(|line| line.trim().strip_prefix("url: "));
        urls.map(|url| url.trim_matches('"').to_owned()).collect::<String>()
    };
    let layers = [
        ("-f a.yaml", "http://a/"),
        ("-f b.yaml", "http://b/"),
        (r#"--set-json 'http.url="http://json/"'"#, "http://json/"),
        ("--set http.url=http://set/", "http://set/"),
        ("--set-string http.url=http://string/", "http://string/"),
    ];
    for (index, (_, expected)) in layers.iter().enumerate() {
        let mut so_far: Vec<&str> = layers[..=index].iter().map(|(layer, _)| *layer).collect();
        assert_eq!(url(&so_far.join(" ")), *expected);
        // Kinds of options count, and among one kind their order.
        so_far[2.min(index)..].reverse();
        assert_eq!(url(&so_far.join(" ")), *expected);
    }
    assert_eq!(url("-f b.yaml -f a.yaml"), "http://a/");
    assert_eq!(url("-f a.yaml,b.yaml"), "http://b/");
    let line = "run --dry -f a.yaml -f b.yaml --set-file http.payloadStr=text --set http.method=null \
                --set-string http.headers.x=1 --set http.payloadStr=set";
    let finished = workspace.iter8(line).run().expect(0);
    for expected in ["x: \"1\"", "z: b", "contentType: a", r#"payloadStr: "from file\n""#] {
        assert!(finished.stdout.contains(expected), "{expected}\n{finished}");
    }
    assert!(!finished.stdout.contains("method"), "{finished}");
}

#[test]
fn endpoints_are_tested_in_the_order_given() {
    let workspace = Workspace::new();
    let server = ScriptedServer::start(Script::always([Step::ok("")]));
    let url = server.url();
    let endpoint = |id: &str| format!("    {id}: {{url: \"{url}{id}\"}}\n");
    let values = format!(
        "tasks: [http]\nhttp:\n  numRequests: 2\n  connections: 1\n  qps: 500\n  endpoints:\n{}",
        ["zebra", "ape", "mouse"].map(endpoint).concat()
    );
    let finished = workspace.iter8("run -f -").stdin(values).run().expect(0);
    let targets: Vec<String> = server.requests().iter().map(|r| r.target().to_owned()).collect();
    assert_eq!(targets, ["/zebra", "/zebra", "/ape", "/ape", "/mouse", "/mouse"]);
    for id in ["zebra", "ape", "mouse"] {
        assert!(finished.stdout.contains(&format!("http-{id}/request-count")), "{finished}");
    }
}

#[test]
fn payloads_are_downloaded_once_and_sent() {
    let workspace = Workspace::new();
    let payload = r#"{"id": 7}"#;
    let server =
        ScriptedServer::start(Script::in_turn([vec![Step::ok(payload)], vec![Step::ok("")]]));
    let line = format!(
        "run --set tasks={{http}} --set http.url={url}target --set http.payloadURL={url}payload \
         --set http.numRequests=4 --set http.qps=500 --set http.contentType=application/json",
        url = server.url()
    );
    workspace.iter8(&line).run().expect(0);
    let requests = server.requests();
    let seen: Vec<(&str, &str)> = requests.iter().map(|r| (r.method(), r.target())).collect();
    assert_eq!(seen[0], ("GET", "/payload"));
    assert_eq!(seen[1..], [("POST", "/target"); 4]);
    assert!(requests[1..].iter().all(|request| request.body == payload.as_bytes()));
    assert_eq!(requests[1].header("content-type"), Some("application/json"));
}

#[test]
fn groups_do_not_disturb_each_other() {
    let workspace = Workspace::new();
    let (one, two) = (start_gated(&workspace, "one"), start_gated(&workspace, "two.2"));
    let busy =
        workspace.iter8("run -g one --set tasks={run} --set run.script=true").run().expect(2);
    busy.error("group one is being run by another process");
    let kept = workspace.iter8("delete -g one").run().expect(2);
    kept.error(
        "deletion of experiment group one failed: group one is being run by another process",
    );
    workspace.iter8("report -g one").run().expect(0).prints("Experiment completed: false");
    open_gate(&workspace);
    assert_eq!((one.finish().code, two.finish().code), (0, 0));
    let listed = workspace.iter8("list").run().expect(0);
    let rows: Vec<Vec<&str>> =
        listed.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["GROUP", "STARTED", "LOOPS", "COMPLETED", "FAILURE", "SLOS"]);
    let tail = ["1", "true", "false", "-"];
    assert_eq!((rows[1][0], &rows[1][2..]), ("one", &tail[..]), "{listed}");
    assert_eq!((rows[2][0], &rows[2][2..]), ("two.2", &tail[..]), "{listed}");
    let json = workspace.iter8("list -o json").run().expect(0).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json[1]["group"], &json[1]["completed"]), (&"two.2".into(), &true.into()));
    let deleted = workspace.iter8("delete -g one").run().expect(0);
    assert_eq!(deleted.messages(), ["experiment group one deleted"]);
    assert!(!workspace.has(".iter8/one") && workspace.has(".iter8/two.2"));
    let gone = "deletion of experiment group one failed: there is no group one";
    workspace.iter8("delete -g one").run().expect(2).error(gone);
}

#[test]
fn an_empty_folder_has_no_groups() {
    let workspace = Workspace::new();
    let listed = workspace.iter8("list").run().expect(0);
    assert_eq!(listed.stdout.lines().count(), 1, "{listed}");
    assert_eq!(workspace.iter8("list -o json").run().expect(0).stdout.trim(), "[]");
}

#[test]
fn the_log_is_kept_and_can_be_followed() {
    let workspace = Workspace::new();
    let running = start_gated(&workspace, "default");
    let so_far = workspace.iter8("log").run().expect(0).stdout;
    assert!(so_far.ends_with("msg=task 1: run: started\n"), "{so_far}");
    let follow = workspace.iter8("log --follow").start();
    follow.wait_for_print("task 1: run: started");
    open_gate(&workspace);
    let finished = running.finish().expect(0);
    let followed = follow.finish().expect(0);
    assert_eq!(followed.stdout, finished.stderr);
    assert_eq!(workspace.iter8("log").run().expect(0).stdout, finished.stderr);
    // A new run begins its log anew, one that goes on does not.
    workspace.iter8("run --reuseResult -o none").run().expect(0);
    assert_eq!(workspace.read(".iter8/default/run.log").lines().count(), 4);
    workspace.iter8("run --set tasks={run} --set run.script=true -o none").run().expect(0);
    assert_eq!(workspace.read(".iter8/default/run.log").lines().count(), 2);
}

#[test]
fn documents_can_be_run_and_continued() {
    let (workspace, service) = (Workspace::new(), sample());
    let document = format!(
        "spec:\n- task: http\n  with: {{URL: \"{}\", numRequests: 4, qps: 500}}\n\
         - run: echo hi\n  if: Result.NumLoops > 1\n\
         - task: assess\n  with: {{SLOs: {{upper: [{{metric: http/error-count, limit: 0}}]}}}}\n",
        service.url()
    );
    workspace.write("document.yaml", document);
    let first = workspace.iter8("run --file document.yaml").run().expect(0);
    assert!(first.messages().contains(&"task 2: run: skipped stack-trace=below ... "), "{first}");
    let begun = workspace.document("default").result.unwrap();
    let second = workspace.iter8("run --reuseResult").run().expect(0);
    assert!(second.messages().contains(&"task 2: run: completed"), "{second}");
    let result = workspace.document("default").result.unwrap();
    assert_eq!((result.num_loops, result.start_time), (2, begun.start_time));
    assert_eq!(result.history.loops.len(), 2);
    assert_eq!(result.insights.unwrap().versions[0].numbers["http/request-count"], [4.0, 4.0]);
    // With values, the tasks are new and the result goes on; without the option it starts afresh.
    workspace.iter8(&format!("run --reuseResult {}", quick(&service.url()))).run().expect(0);
    let document = workspace.document("default");
    assert_eq!((document.result.unwrap().num_loops, document.spec.len()), (3, 2));
    workspace.iter8("run --file document.yaml").run().expect(0);
    assert_eq!(workspace.document("default").result.unwrap().num_loops, 1);
}
