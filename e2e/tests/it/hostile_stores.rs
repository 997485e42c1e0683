//! Metric stores that break, stall, lie or never end: each query has its documented outcome, in
//! its documented time, in a program that takes less than 64 MiB.

use std::time::Duration;

use iter8_e2e::{Finished, Iter8, Workspace};
use iter8_testkit::{Script, ScriptedServer, Step};
use serde_json::Value;

/// What the whole program may take, in MiB.
const MEMORY: u32 = 64;

/// What it may reserve: as much again for the stack of a filter, of which only what is used takes
/// memory.
const RESERVED: u32 = MEMORY + 64;

/// The query of all stories, in the shape of Prometheus' answers.
const TEMPLATE: &str = "\
url: {{ .url }}/api/v1/query
metrics:
- name: latency-mean
  type: gauge
  description: Mean latency
  units: msec
  params:
  - name: query
    value: latency{version={{ .version | quote }}}
  jqExpression: .data.result[0].value[1] | tonumber
";

/// Asks a store once; the document's status of the query, and how the program ended.
#[track_caller]
fn ask(script: Script, more: &str) -> (String, Value, Finished) {
    let server = ScriptedServer::start(script);
    let workspace = Workspace::new();
    workspace.write("store.tpl", TEMPLATE);
    let url = server.url().trim_end_matches('/').to_owned();
    let line = format!(
        "run --set tasks={{custommetrics}} --set custommetrics.templates.store=store.tpl \
         --set custommetrics.values.url={url} --set custommetrics.values.version=v1 {more}"
    );
    let finished = bounded(workspace.iter8(&line).limit(Duration::from_secs(30))).expect(0);
    let report = workspace.iter8("report -o json").run().expect(0).stdout;
    let document = workspace.document_text("default");
    let report: Value = serde_json::from_str(&report).unwrap();
    (document, report, finished)
}

/// Runs it, and checks that it stays within [`MEMORY`].
#[track_caller]
fn bounded(line: Iter8) -> Finished {
    let (peak, finished) = line.memory(RESERVED).start().finish_measured();
    assert!(peak < u64::from(MEMORY) * 1024, "{peak} KiB\n{finished}");
    finished
}

/// Checks the status and that its message has a text.
#[track_caller]
fn outcome(script: Script, more: &str, status: &str, message: &str) {
    let (document, _, finished) = ask(script, more);
    assert!(document.contains(&format!("status: {status}\n")), "{status}\n{document}\n{finished}");
    assert!(document.contains(message), "{message}\n{document}");
    assert!(!document.contains("nonHistMetricValues: [{store"), "no value was recorded");
}

fn json(body: &str) -> Vec<Step> {
    vec![Step::ok(body)]
}

/// An answer as Prometheus gives it, with these values.
fn vector(values: &[&str]) -> String {
    let series = values.iter().map(|value| format!(r#"{{"metric":{{}},"value":[1,"{value}"]}}"#));
    let series: Vec<String> = series.collect();
    format!(
        r#"{{"status":"success","data":{{"resultType":"vector","result":[{}]}}}}"#,
        series.join(",")
    )
}

#[test]
fn a_store_that_fails() {
    let once = "--set custommetrics.retries=0";
    outcome(Script::always([Step::reply(500, "out of order")]), once, "httpError", "out of order");
    outcome(Script::always([Step::reply(404, "nope")]), "", "httpError", "404 Not Found");
    outcome(Script::always([Step::Reset]), once, "transportError", "");
    outcome(Script::always([Step::Close]), once, "transportError", "");
    let cut = Step::LyingLength { said: 1000, sent: 10 };
    outcome(Script::always([cut]), once, "transportError", "");
}

#[test]
fn a_store_that_asks_to_come_back_later() {
    let busy = |seconds: &str| Step::Reply {
        status: 429,
        headers: vec![("retry-after".to_owned(), seconds.to_owned())],
        body: b"slow down".to_vec(),
    };
    // Soon enough: the value is there after the second attempt.
    let script = Script::in_turn([vec![busy("1")], json(&vector(&["21.5"]))]);
    let (document, _, finished) = ask(script, "");
    assert!(document.contains("21.5"), "{document}\n{finished}");
    // An hour is more than the query may take in all, so nobody waits.
    outcome(Script::always([busy("3600")]), "", "httpError", "429 Too Many Requests");
}

#[test]
fn a_store_that_answers_something_else() {
    outcome(Script::always(json("<html>please log in</html>")), "", "notJson", "please log in");
    outcome(Script::always(json("")), "", "notJson", "");
    outcome(Script::always(json(&vector(&[]))), "", "noData", "");
    outcome(Script::always(json(&vector(&["NaN"]))), "", "notANumber", "NaN");
    outcome(Script::always(json(&vector(&["much"]))), "", "jqError", "");
    outcome(Script::always(json(r#"{"data":{"result":7}}"#)), "", "jqError", "");
}

#[test]
fn a_store_that_never_ends() {
    let gigabyte = Step::Sized { bytes: 1 << 30 };
    outcome(Script::always([gigabyte]), "", "tooLarge", "");
    outcome(Script::always([Step::ChunkedSized { bytes: 1 << 30 }]), "", "tooLarge", "");
    outcome(Script::always([Step::Endless]), "", "tooLarge", "");
    let impatient = "--set custommetrics.timeout=300ms,custommetrics.totalTimeout=1s";
    outcome(Script::always([Step::NeverAnswer]), impatient, "timeout", "");
    let mut bytes = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n".to_vec();
    bytes.resize(1000, b' ');
    let slow = Step::SlowBytes { bytes, gap: Duration::from_millis(50) };
    outcome(Script::always([slow]), impatient, "timeout", "");
}

#[test]
fn two_series_are_told() {
    let (document, _, finished) = ask(Script::always(json(&vector(&["1.5", "2.5"]))), "");
    assert!(document.contains("1.5") && !document.contains("2.5"), "{document}");
    assert!(finished.stderr.contains("the result has 2 entries"), "{finished}");
}

#[test]
fn filters_that_never_end() {
    for filter in [
        "[range(1e12)] | length",
        "last(repeat(1))",
        "def f: f + 1; f",
        "[limit(100000000; repeat(\\\"x\\\"))] | length",
        "(\\\"x\\\" * 100000000) | length",
        "reduce range(1000000000) as $i (0; . + 1)",
        "until(false; .)",
        "[recurse([.])] | length",
        "input",
        "env | length",
    ] {
        let server = ScriptedServer::start(Script::always(json("{}")));
        let workspace = Workspace::new();
        let template =
            TEMPLATE.replace(".data.result[0].value[1] | tonumber", &format!("\"{filter}\""));
        workspace.write("store.tpl", template);
        let line = format!(
            "run --set tasks={{custommetrics}} --set custommetrics.templates.store=store.tpl \
             --set custommetrics.values.url={} --set custommetrics.values.version=v1",
            server.url()
        );
        let run = bounded(workspace.iter8(&line).limit(Duration::from_mins(1)));
        // A function that is not there is found before anything is asked.
        let is_early = run.code == 2 && run.stderr.contains("jqExpression");
        let document = workspace.document_text("default");
        let is_late = run.code == 0 && document.contains("status: jqError");
        assert!((is_early || is_late) && !run.stderr.contains("panicked"), "{filter}\n{run}");
    }
}
