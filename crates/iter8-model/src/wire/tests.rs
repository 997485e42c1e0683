//! Reading documents of Iter8 0.13 and of this program, and writing them back.

use expect_test::expect;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::experiment::{Experiment, ExperimentResult};
use crate::history::{LoopEnd, LoopOutcome};
use crate::insights::{Insights, Observation, QueryOutcome, QueryStatus, VersionName};
use crate::metric::{Bucket, MetricKind, MetricMeta, Summary};
use crate::slo::{Slo, Slos, SlosSatisfied};
use crate::task::{TaskKind, TaskSpec};

/// The stored result of one http task and one assess task, as Iter8 0.13 leaves it.
const STORED: &str = r#"
result:
  failure: false
  insights:
    SLOs: {upper: [{limit: 1000, metric: http/latency-p99.90}]}
    SLOsSatisfied: {upper: [[true]]}
    SummaryMetricValues: [{}]
    histMetricValues: [{http/latency: [{count: 6, lower: 0.140732, upper: 1}, {count: 1, lower: 3, upper: 3.12014}]}]
    metricsInfo:
      http/error-count: {description: number of responses that were errors, type: Counter}
      http/latency: {description: Latency Histogram, type: Histogram, units: msec}
      http/latency-p97.5: {description: 97.5-th percentile of observed latency values, type: Gauge, units: msec}
      http/latency-p99.9: {description: 99.9-th percentile of observed latency values, type: Gauge, units: msec}
    nonHistMetricValues: [{http/error-count: [0], http/latency-p97.5: [3.0991155], http/latency-p99.9: [3.1]}]
    numVersions: 1
    versionNames: null
  iter8Version: v0.13
  numCompletedTasks: 2
  numLoops: 1
  startTime: "2023-05-15T12:00:00.965565332Z"
spec:
- task: http
  with: {allowInitialErrors: false, connections: 2, endpoints: null, errorRanges: [{lower: 400}], numRequests: 7, percentiles: [97.5, 50, 75, 90, 95, 99, 99.9], qps: 100, url: "http://web"}
- task: assess
  with: {SLOs: {upper: [{limit: 1000, metric: http/latency-p99.90}]}}
"#;

fn read_one(text: &str) -> Experiment {
    let document = read(text).unwrap();
    assert_eq!(document.warnings, Vec::<String>::new());
    document.experiment
}

#[test]
fn documents_of_0_13_are_read() {
    let experiment = read_one(STORED);
    let kinds: Vec<_> = experiment.spec.iter().map(|task| task.kind).collect();
    assert_eq!(kinds, [TaskKind::Http, TaskKind::Assess]);
    assert_eq!(experiment.spec[0].with["qps"], json!(100));
    assert!(experiment.completed() && experiment.no_failure() && experiment.slos());
    let insights = experiment.insights().unwrap();
    let value = |name: &str| insights.value(0, &name.parse().unwrap());
    assert_eq!(value("http/latency-p97.50"), Some(3.099_115_5));
    assert_eq!(insights.versions[0].histograms["http/latency"][1].count, 1);
    let start = experiment.result.as_ref().unwrap().start_time.as_ref().unwrap();
    assert_eq!(start.timestamp().to_string(), "2023-05-15T12:00:00.965565332Z");
}

#[test]
fn documents_are_written_canonically() {
    expect![[r#"
        result:
          failure: false
          insights:
            SLOs:
              upper:
              - limit: 1000
                metric: http/latency-p99.90
            SLOsSatisfied:
              upper: [[true]]
            SummaryMetricValues:
            - {}
            histMetricValues:
            - http/latency:
              - count: 6
                lower: 0.140732
                upper: 1
              - count: 1
                lower: 3
                upper: 3.12014
            metricsInfo:
              http/error-count:
                description: number of responses that were errors
                type: Counter
              http/latency:
                description: Latency Histogram
                type: Histogram
                units: msec
              http/latency-p97.5:
                description: "97.5-th percentile of observed latency values"
                type: Gauge
                units: msec
              http/latency-p99.9:
                description: "99.9-th percentile of observed latency values"
                type: Gauge
                units: msec
            nonHistMetricValues:
            - http/error-count: [0]
              http/latency-p97.5: [3.0991155]
              http/latency-p99.9: [3.1]
            numVersions: 1
            versionNames: null
          iter8Version: v0.13
          numCompletedTasks: 2
          numLoops: 1
          startTime: "2023-05-15T12:00:00.965565332Z"
        spec:
        - task: http
          with:
            allowInitialErrors: false
            connections: 2
            endpoints: null
            errorRanges:
            - lower: 400
            numRequests: 7
            percentiles: [97.5, 50, 75, 90, 95, 99, 99.9]
            qps: 100
            url: http://web
        - task: assess
          with:
            SLOs:
              upper:
              - limit: 1000
                metric: http/latency-p99.90
    "#]]
    .assert_eq(&write(&read_one(STORED)));
}

#[test]
fn names_match_in_any_case() {
    let text = STORED.replace("SLOs:", "slos:").replace("numLoops", "NUMLOOPS");
    let text = text.replace("SummaryMetricValues", "summaryMetricValues");
    assert_eq!(read_one(&text).result, read_one(STORED).result);
    let text = "SPEC: [{Task: http, IF: SLOs(), With: {url: h}}]";
    assert_eq!(read_one(text).spec[0].condition.as_deref(), Some("SLOs()"));
}

#[test]
fn unknown_fields_are_named_and_ignored() {
    let document = read("spec: [{task: http, then: x}]\nresult: {foo: 1}\nbar: 2").unwrap();
    let expected = ["bar", "spec[0].then", "result.foo"];
    let expected = expected.map(|path| format!("{path}: unknown field is ignored"));
    assert_eq!(document.warnings, expected);
}

#[test]
fn unknown_inputs_are_named_too() {
    let text = "spec: [{task: http, with: {URL: h, qqs: 1, endpoints: {a: {qps: 1, foo: 2}}}}, \
                {task: abnmetrics, with: {anything: 1}}]";
    let expected = ["spec[0].with.qqs", "spec[0].with.endpoints.a.foo"];
    let expected = expected.map(|path| format!("{path}: unknown field is ignored"));
    assert_eq!(read(text).unwrap().warnings, expected);
}

#[test]
fn a_script_wins_over_a_task() {
    let spec = read_one("spec: [{run: echo hello, task: http}, {run: '', task: http}]").spec;
    assert_eq!(spec[0].kind, TaskKind::Run);
    assert_eq!(spec[0].with["script"], json!("echo hello"));
    assert_eq!(spec[1].kind, TaskKind::Http);
    let written = write(&Experiment { spec, result: None });
    assert_eq!(written, "spec:\n- run: echo hello\n- task: http\n");
}

#[test]
fn scalars_become_text_in_results() {
    let experiment = read_one("result: {iter8Version: 0.13, startTime: ''}");
    let result = experiment.result.unwrap();
    assert_eq!((result.iter8_version.as_str(), result.start_time), ("0.13", None));
    assert_eq!(read_one("").spec, []);
    assert_eq!(read_one("spec: null\nresult: null"), Experiment::default());
}

#[test]
fn offsets_of_start_times_are_kept() {
    for text in ["2023-05-15T12:00:00.5+05:30", "2023-05-15T12:00:00Z", "2023-05-15T12:00:00-07:00"]
    {
        let written = write(&read_one(&format!("result: {{startTime: '{text}'}}")));
        assert!(written.contains(&format!("startTime: \"{text}\"")), "{written}");
    }
}

#[test]
fn errors_name_the_place() {
    let cases = [
        ("spec: [{with: {}}]", "spec[0]: invalid task found without a task name or a run command"),
        ("spec: [{task: htttp}]", "spec[0]: unknown task: htttp"),
        ("spec: {}", "spec: expected a list"),
        ("spec: [5]", "spec[0]: expected a map"),
        ("spec: [{task: http, with: 5}]", "spec[0].with: expected a map"),
        ("spec: [{task: [http]}]", "spec[0].task: expected text"),
        ("result: 5", "result: expected a map"),
        ("result: {numLoops: many}", "result.numLoops: expected a whole number from 0"),
        ("result: {numLoops: -1}", "result.numLoops: expected a whole number from 0"),
        ("result: {failure: 1}", "result.failure: expected true or false"),
        (
            "result: {startTime: noon}",
            "result.startTime: expected a time such as 2026-01-31T12:00:00Z",
        ),
        (
            "result: {startTime: 5}",
            "result.startTime: expected a time such as 2026-01-31T12:00:00Z",
        ),
        ("result: {insights: []}", "result.insights: expected a map"),
        (
            "result: {insights: {numVersions: 99999999}}",
            "result.insights.numVersions: expected at most 10000",
        ),
        (
            "result: {insights: {metricsInfo: {a/b: {}}}}",
            "result.insights.metricsInfo.a/b: a metric needs a type",
        ),
        (
            "result: {insights: {metricsInfo: {a/b: {type: Meter}}}}",
            "result.insights.metricsInfo.a/b.type: unknown metric type \"Meter\"; expected Counter, Gauge, Histogram, Sample or Summary",
        ),
        (
            "result: {insights: {metricsInfo: {http/latency-px: {type: Gauge}}}}",
            "result.insights.metricsInfo.http/latency-px: cannot extract percent from metric http/latency-px",
        ),
        (
            "result: {insights: {nonHistMetricValues: [{a/b: 5}]}}",
            "result.insights.nonHistMetricValues[0].a/b: expected a list",
        ),
        (
            "result: {insights: {nonHistMetricValues: [{a/b: [x]}]}}",
            "result.insights.nonHistMetricValues[0].a/b[0]: expected a number",
        ),
        (
            "result: {insights: {SummaryMetricValues: [{a/b: [1, 2]}]}}",
            "result.insights.SummaryMetricValues[0].a/b: expected [count, sum, min, max, sum of squares]",
        ),
        (
            "result: {insights: {SLOs: {upper: [{limit: x}]}}}",
            "result.insights.SLOs.upper[0].limit: expected a number",
        ),
        (
            "result: {insights: {SLOsSatisfied: {upper: [true]}}}",
            "result.insights.SLOsSatisfied.upper[0]: expected a list",
        ),
        ("result: {history: {loops: [{number: 1}]}}", "result.history.loops[0]: needs outcome"),
        (
            "result: {history: {loops: [{outcome: lost}]}}",
            "result.history.loops[0].outcome: expected completed, failed or interrupted",
        ),
        ("- a", "the document cannot be read"),
        ("a: [", "the document cannot be read"),
    ];
    for (text, message) in cases {
        assert_eq!(read(text).unwrap_err().to_string(), message, "{text}");
    }
    let ReadError::Field(error) = read("spec: [{task: htttp}]").unwrap_err() else { panic!() };
    assert_eq!(error.hint.as_deref(), Some("did you mean \"http\"?"));
}

/// An experiment with something in every field.
fn full() -> Experiment {
    let mut insights = Insights::default();
    insights.ensure_versions(2).unwrap();
    let metas = [MetricKind::Gauge, MetricKind::Sample, MetricKind::Histogram, MetricKind::Summary]
        .map(|kind| MetricMeta::new(kind, format!("a {kind}: \"quoted\"")).in_units("msec"));
    let [gauge, sample, histogram, summary] = &metas;
    let bucket = Bucket { lower: 0.5, upper: 1.0, count: 3 };
    let sums = Summary { count: 2.0, sum: 30.0, min: 10.0, max: 20.0, sum_of_squares: 500.0 };
    insights.record(0, "p/g", gauge, Observation::Number(1e-7)).unwrap();
    insights.record(1, "p/g", gauge, Observation::Number(-3e20)).unwrap();
    insights.record(1, "p/s", sample, Observation::Sample(vec![1.5, 2.0])).unwrap();
    insights.record(0, "p/h", histogram, Observation::Buckets(vec![bucket])).unwrap();
    insights.record(1, "abn/m", summary, Observation::Summary(sums)).unwrap();
    insights.versions[0].name =
        Some(VersionName { version: "v1".to_owned(), track: "default".to_owned() });
    insights.versions[1].name = Some(VersionName::default());
    insights.note_query(0, "p/g", QueryStatus::VALUE).unwrap();
    for outcome in QueryOutcome::ALL {
        let status = QueryStatus::failed(outcome, format!("a \"{outcome}\": \n"));
        insights.note_query(1, &format!("q/{outcome}"), status).unwrap();
    }
    insights.set_doubts("p", vec!["tired: \n".to_owned(), "slow".to_owned()]);
    let slo = |metric: &str| Slo { metric: metric.to_owned(), limit: 0.25 };
    insights.slos = Some(Slos { upper: vec![slo("p/g")], lower: vec![slo("p/s/mean")] });
    let satisfied = vec![vec![true, false]];
    insights.slos_satisfied = Some(SlosSatisfied { upper: satisfied.clone(), lower: satisfied });
    let mut result = ExperimentResult {
        revision: 3,
        start_time: Some("2023-05-15T12:00:00.5+05:30[+05:30]".parse().unwrap()),
        num_loops: 4,
        num_completed_tasks: 1,
        failure: true,
        insights: Some(insights),
        ..ExperimentResult::default()
    };
    let at = |second| Timestamp::from_second(second).unwrap();
    for (number, outcome) in (1..).zip(LoopOutcome::ALL) {
        let ended = LoopEnd { number, start: at(10), end: at(11), outcome };
        let insights = result.insights.clone();
        result.history.push(ended, insights.as_ref().filter(|_| number > 1));
    }
    let mut http = TaskSpec::new(TaskKind::Http);
    http.with.insert("endpoints".to_owned(), json!({"z": {"qps": 1.5}, "a": {}}));
    http.with.insert("headers".to_owned(), json!({"on": "off", "n": "1", "k: v": "- #x", "e": ""}));
    http.condition = Some("not SLOs()".to_owned());
    let mut run = TaskSpec::new(TaskKind::Run);
    run.with.insert("script".to_owned(), json!("echo '\u{e9}\u{2028}\\'\n\tls\u{7f}"));
    Experiment { spec: vec![http, run], result: Some(result) }
}

#[test]
fn everything_reads_back_as_written() {
    let written = write(&full());
    let again = read_one(&written);
    assert_eq!(again, full());
    assert_eq!(write(&again), written);
    let order: Vec<_> = again.spec[0].with["endpoints"].as_object().unwrap().keys().collect();
    assert_eq!(order, ["z", "a"]);
}

#[test]
fn what_came_of_queries_stands_beside_the_metrics() {
    let document = r"
        result:
          insights:
            numVersions: 2
            QueryStatus:
            - p/latency-p50.0: {status: value}
              p/b: {status: noData, message: an empty vector, more: 1}
              p/c: {status: quantum, message: of a later version}
            - null
    ";
    let read = read(document).unwrap();
    let warnings = ["result.insights.QueryStatus[0].p/c: unknown status \"quantum\" is ignored"];
    assert_eq!(read.warnings, warnings);
    let mut queries = read.experiment.insights().unwrap().versions[0].queries.clone();
    assert_eq!(queries.remove("p/latency-p50"), Some(QueryStatus::VALUE));
    let no_data = QueryStatus::failed(QueryOutcome::NoData, "an empty vector");
    assert_eq!(queries.remove("p/b"), Some(no_data));
    assert!(queries.is_empty());
    let written = write(&read.experiment);
    let lines = "    queryStatus:\n    - p/b:\n        message: an empty vector\n        \
                 status: noData\n      p/latency-p50:\n        status: value\n    - {}\n";
    assert!(written.contains(lines), "{written}");
    // Without queries there is nothing to tell, as for Iter8 0.13.
    assert!(!write(&read_one(STORED)).contains("queryStatus"));
}

#[test]
fn a_thousand_loops_stay_well_below_the_limit_of_a_secret() {
    let mut result = ExperimentResult::default();
    let mut insights = Insights::default();
    insights.ensure_versions(1).unwrap();
    let meta = MetricMeta::new(MetricKind::Gauge, "X-th percentile of observed latency values");
    for number in 1..=3_000_u32 {
        for metric in 0..32 {
            let value = f64::from(number * 37 + metric) / 7.0;
            let name = format!("http/latency-metric-{metric}");
            insights.record(0, &name, &meta, Observation::Number(value)).unwrap();
        }
        let at = Timestamp::from_second(1_700_000_000 + i64::from(number)).unwrap();
        let outcome = LoopOutcome::Completed;
        let ended = LoopEnd { number: u64::from(number), start: at, end: at, outcome };
        result.history.push(ended, Some(&insights));
    }
    result.insights = Some(insights);
    let size = write(&Experiment { spec: vec![], result: Some(result) }).len();
    assert!(size < 1_000_000, "{size} bytes");
}

fn arbitrary_value() -> impl Strategy<Value = Value> {
    let finite = prop::num::f64::NORMAL | prop::num::f64::ZERO;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        finite.prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        "[a-z0-9:#\\-,\\[\\]{}&*!|>'\"%@` ~.\\n\\t]{0,8}".prop_map(Value::from),
        prop::sample::select(vec!["yes", "No", "~", "null", "1e3", "0x1f", ".inf", "2001-01-01"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((".{0,6}", inner), 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

/// Whole floats lose their point when written, so numbers are compared by value.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            let of_b = |key| b.get(key).unwrap_or(&Value::Bool(false));
            a.len() == b.len() && a.iter().all(|(key, value)| same(value, of_b(key)))
        }
        (a, b) => a == b,
    }
}

proptest! {
    #[test]
    fn any_value_survives_yaml(value in arbitrary_value()) {
        let text = to_yaml(&value);
        let again = crate::yaml::parse_document(&text);
        let again = again.map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert!(same(&value, &again), "{value}\n{text}\n{again}");
    }

    #[test]
    fn arbitrary_text_never_panics(text in ".{0,200}") {
        let _ = read(&text);
    }

    #[test]
    fn a_damaged_document_never_panics(at in 0..STORED.len(), with in ".{0,3}") {
        let mut text = STORED.to_owned();
        if text.is_char_boundary(at) {
            text.insert_str(at, &with);
        }
        let _ = read(&text);
    }
}
