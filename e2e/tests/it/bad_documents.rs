//! Wrong documents.

use iter8_e2e::Workspace;

/// Text, advice if there is some, and the error.
type Row = (&'static str, Option<&'static str>, &'static str);

/// Documents that no command can read.
const UNREADABLE: &[Row] = &[
    ("a", None, "the document cannot be read: expected a mapping at the top level, found a string"),
    ("[1]", None, "the document cannot be read: expected a mapping at the top level, found a list"),
    ("spec: x", None, "spec: expected a list"),
    ("spec:\n- {}", None, "spec[0]: invalid task found without a task name or a run command"),
    ("spec:\n- 5", None, "spec[0]: expected a map"),
    ("spec:\n- task: htp", Some(r#"did you mean "http"?"#), "spec[0]: unknown task: htp"),
    ("spec:\n- task: http\n  with: 5", None, "spec[0].with: expected a map"),
    (
        "spec:\n- run: \"\"",
        None,
        "spec[0]: invalid task found without a task name or a run command",
    ),
    ("result: 5", None, "result: expected a map"),
    ("result: {numLoops: -1}", None, "result.numLoops: expected a whole number from 0"),
    ("result: {numLoops: many}", None, "result.numLoops: expected a whole number from 0"),
    (
        "result: {startTime: 5}",
        None,
        "result.startTime: expected a time such as 2026-01-31T12:00:00Z",
    ),
    (
        "result: {startTime: yesterday}",
        None,
        "result.startTime: expected a time such as 2026-01-31T12:00:00Z",
    ),
    ("result: {failure: maybe}", None, "result.failure: expected true or false"),
    ("result: {history: {loops: [{number: 1}]}}", None, "result.history.loops[0]: needs outcome"),
    (
        "result: {history: {loops: [{number: 1, start: \"2026-01-01T00:00:00Z\", end: \"2026-01-01T00:00:00Z\", outcome: won}]}}",
        None,
        "result.history.loops[0].outcome: expected completed, failed or interrupted",
    ),
    (
        "result: {insights: {metricsInfo: {a/b: {type: Foo}}}}",
        None,
        r#"result.insights.metricsInfo.a/b.type: unknown metric type "Foo"; expected Counter, Gauge, Histogram, Sample or Summary"#,
    ),
    (
        "result: {insights: {metricsInfo: {a/b: {}}}}",
        None,
        "result.insights.metricsInfo.a/b: a metric needs a type",
    ),
    (
        "result: {insights: {metricsInfo: {http/latency-pxx: {type: Gauge}}}}",
        None,
        "result.insights.metricsInfo.http/latency-pxx: cannot extract percent from metric http/latency-pxx",
    ),
    (
        "result: {insights: {nonHistMetricValues: [{a/b: 5}]}}",
        None,
        "result.insights.nonHistMetricValues[0].a/b: expected a list",
    ),
    (
        "result: {insights: {nonHistMetricValues: [{a/b: [x]}]}}",
        None,
        "result.insights.nonHistMetricValues[0].a/b[0]: expected a number",
    ),
    (
        "result: {insights: {nonHistMetricValues: {a/b: [5]}}}",
        None,
        "result.insights.nonHistMetricValues: expected a list",
    ),
    (
        "result: {insights: {numVersions: 99999999999}}",
        None,
        "result.insights.numVersions: expected at most 10000",
    ),
    (
        "result: {insights: {versionNames: [5]}}",
        None,
        "result.insights.versionNames[0]: expected a map",
    ),
    (
        "result: {insights: {SummaryMetricValues: [{a/b: [1, 2]}]}}",
        None,
        "result.insights.SummaryMetricValues[0].a/b: expected [count, sum, min, max, sum of squares]",
    ),
    (
        "result: {insights: {histMetricValues: [{a/b: [{lower: x}]}]}}",
        None,
        "result.insights.histMetricValues[0].a/b[0].lower: expected a number",
    ),
    (
        "result: {insights: {SLOs: {upper: [{metric: a/b, limit: x}]}}}",
        None,
        "result.insights.SLOs.upper[0].limit: expected a number",
    ),
    (
        "result: {insights: {SLOsSatisfied: {upper: [true]}}}",
        None,
        "result.insights.SLOsSatisfied.upper[0]: expected a list",
    ),
    ("spec: [\n", None, "the document cannot be read: line 1, column 7: unclosed bracket '['"),
    (
        "a: b: c",
        None,
        "the document cannot be read: line 1, column 5: mapping values are not allowed in this context",
    ),
    (
        "spec:\n\t- x",
        None,
        "the document cannot be read: line 2, column 2: tabs disallowed within this context (block indentation)",
    ),
    (
        "spec: &a [*a]",
        None,
        "the document cannot be read: line 1, column 11: an alias inside its own anchor",
    ),
    (
        "spec: []\nspec: []",
        None,
        r#"the document cannot be read: line 2, column 1: duplicate key "spec""#,
    ),
];

/// Tasks that can be reported, but not run.
const TASKS: &[Row] = &[
    (
        "task: http\n  with: {}",
        None,
        "spec[0].with: please set the url parameter or the endpoints parameter",
    ),
    (
        "task: http\n  with: {url: \"http://x\", qps: abc}",
        None,
        r#"spec[0].with.qps: expected a number of requests per second or "max", got "abc""#,
    ),
    ("task: http\n  with: {url: [5]}", None, "spec[0].with.url: expected text, got a list"),
    (
        "task: http\n  if: 5 +\n  with: {url: \"http://x\"}",
        None,
        "spec[0].if: unexpected end of expression (1:4)",
    ),
    (
        "task: assess\n  if: SLO()",
        Some("did you mean `SLOs()`?"),
        "spec[0].if: unknown name SLO (1:1)",
    ),
    (
        "task: assess\n  if: Result.NumLoops",
        Some("compare it with a number"),
        "spec[0].if: expected bool, but got int (1:1)",
    ),
    (
        "task: assess\n  if: result.numLoops == 1",
        Some("names are case-sensitive: did you mean `Result`?"),
        "spec[0].if: unknown name result (1:1)",
    ),
    (
        "task: assess\n  with: {SLOs: {upper: [{metric: nope, limit: 0}]}}",
        Some("for example http/latency-mean, http/error-rate or abn/revenue/mean"),
        r#"spec[0].with.SLOs.upper[0]: nope: "nope" is not a metric name; expected provider/metric or provider/metric/aggregation"#,
    ),
    (
        "task: assess\n  with: {SLOs: {upper: [{limit: 0}]}}",
        None,
        "spec[0].with.SLOs.upper[0]: an objective needs metric",
    ),
    (
        "task: assess\n  with: {SLOs: {upper: [{metric: a/b}]}}",
        None,
        "spec[0].with.SLOs.upper[0]: an objective needs limit",
    ),
    ("task: run", None, "spec[0].with: please set the script parameter"),
    (
        "task: http\n  with: {endpoints: {a: {qps: 5}}}",
        None,
        r#"spec[0].with.endpoints.a: endpoint "a" does not have a url parameter"#,
    ),
];

#[test]
fn unreadable_documents_are_explained_by_every_command() {
    let workspace = Workspace::new();
    for (text, hint, error) in UNREADABLE {
        workspace.write(".iter8/default/experiment.yaml", text);
        let file = format!("failed to read -: {error}");
        for line in ["report --file -", "assert -c slos --file -", "run --file -"] {
            let finished = workspace.iter8(line).stdin(*text).run().expect(2).error(&file);
            let finished = match hint {
                Some(hint) => finished.hint(hint),
                None => finished.no_hint(),
            };
            assert_eq!(finished.stdout, "", "{finished}");
        }
        for line in ["report", "assert -c slos", "run --reuseResult"] {
            let finished = workspace.iter8(line).run().expect(2);
            let last = finished.stderr.lines().next_back().unwrap_or_default();
            assert!(last.starts_with("Error: ") && last.ends_with(error), "{finished}");
        }
        // Not even a run destroys what it cannot read.
        assert_eq!(workspace.document_text("default"), *text);
    }
    workspace.iter8("list").run().expect(0).logs("level=error msg=group default: ");
    workspace.iter8("delete").run().expect(0);
}

#[test]
fn tasks_are_checked_before_anything_runs() {
    let workspace = Workspace::new();
    for (task, hint, error) in TASKS {
        let document = format!("spec:\n- {task}\n");
        let line = "run --file -";
        let finished = workspace.iter8(line).stdin(document.as_str()).run().expect(2).error(error);
        match hint {
            Some(hint) => finished.hint(hint),
            None => finished.no_hint(),
        };
        workspace.iter8("report --file -").stdin(document).run().expect(0);
    }
    assert!(!workspace.has(".iter8"));
}

#[test]
fn hostile_documents_cost_neither_time_nor_memory() {
    let workspace = Workspace::new();
    let nine = |name: char| format!("[{}]", vec![format!("*{name}"); 9].join(", "));
    let mut bomb = String::from("a: &a [x, x, x, x, x, x, x, x, x]\n");
    for (before, name) in ('a'..='y').zip('b'..='z') {
        bomb.extend([format!("{name}: &{name} "), nine(before), "\n".to_owned()]);
    }
    let cases = [
        (bomb.into_bytes(), "too deeply (aliases repeat more than 20000 values)"),
        (b"[".repeat(100_000), "recursion limit exceeded"),
        (b"- ".repeat(100_000), "too large or nested too deeply (more than 64 levels)"),
        ([b"x: ".as_slice(), &b"y".repeat(5_000_000)].concat(), "maximum of 4194304 bytes"),
        (b"\xff\xfe".to_vec(), "stream did not contain valid UTF-8"),
    ];
    for (bytes, error) in cases {
        workspace.write("hostile.yaml", &bytes);
        for line in ["report --file hostile.yaml", "run --dry -f hostile.yaml", "run --file -"] {
            let finished = workspace.iter8(line).stdin(bytes.clone()).run().expect(2);
            let last = finished.stderr.lines().next_back().unwrap_or_default();
            assert!(last.starts_with("Error: ") && last.ends_with(error), "{finished}");
        }
    }
}
