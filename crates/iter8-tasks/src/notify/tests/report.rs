//! `.Report` as an object: names, kinds, and what its functions answer.

use iter8_template::Value;
use serde_json::{Value as Json, json};

use super::{experiment, facts};
use crate::notify::template_data;

fn data(name: &str) -> Value {
    template_data(&experiment(name), &facts())
}

/// Follows fields of structs and keys of maps.
fn at(value: &Value, path: &str) -> Value {
    path.split('.').fold(value.clone(), |value, name| match &value {
        Value::Object(object) => object.field(name).unwrap_or_else(|| panic!("no {name}")),
        Value::Map(map) => map.get(name.as_bytes()).unwrap_or_else(|| panic!("no {name}")),
        Value::List(list) => list.items()[name.parse::<usize>().unwrap()].clone(),
        other => panic!("{name} of {other:?}"),
    })
}

/// As JSON, for comparisons.
fn plain(value: &Value) -> Json {
    match value {
        Value::Nil => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Int(number, _) => json!(number),
        Value::Float(number) => json!(number),
        Value::Str(text) => json!(text.as_str()),
        Value::List(list) => list.items().iter().map(plain).collect(),
        Value::Map(map) => {
            let entries = map.entries().into_iter();
            entries.map(|(key, value)| (key.to_string(), plain(&value))).collect()
        }
        Value::Object(object) => plain(&object.plain()),
        Value::Complex(..) => panic!("{value:?}"),
    }
}

#[test]
fn fields_have_their_go_names() {
    let cases = [
        ("pass", "Report.NumTasks", json!(3)),
        ("pass", "Report.TimeStamp", json!("2023-05-15 12:00:00.5 +0000 UTC")),
        ("pass", "Report.Experiment.Result.Insights.NumVersions", json!(1)),
        ("pass", "Report.Experiment.Result.Insights.VersionNames", json!(null)),
        ("pass", "Report.Experiment.Result.Insights.MetricsInfo.http/latency.Units", json!("msec")),
        (
            "pass",
            "Report.Experiment.Result.Insights.MetricsInfo.http/error-rate.Units",
            json!(null),
        ),
        (
            "pass",
            "Report.Experiment.Result.Insights.SLOs.Lower.0.Metric",
            json!("http/request-count"),
        ),
        ("pass", "Report.Experiment.Result.Insights.SLOsSatisfied.Upper", json!([[true], [true]])),
        ("pass", "Report.Experiment.Spec.0.With.URL", json!("http://shop/get")),
        ("pass", "Report.Experiment.Spec.0.Run", json!(null)),
        ("fail", "Report.Experiment.Spec.3.Run", json!("echo bye")),
        ("fail", "Report.Experiment.Spec.2.If", json!("not SLOs()")),
        ("fail", "Report.NoTaskFailures", json!(true)),
        ("failed-task", "Report.NoTaskFailures", json!(false)),
        ("failed-task", "Report.Experiment.Result.Insights", json!(null)),
        (
            "two-versions",
            "Report.Experiment.Result.Insights.VersionNames.1.Track",
            json!("candidate"),
        ),
        ("pass", "Verdict", json!("pass")),
        ("pass", "Group", json!("shop")),
        ("pass", "Loop", json!(1)),
        ("pass", "Link", json!(null)),
        ("pass", "Time", json!("2023-05-15T12:00:00.5Z")),
        ("pass", "Tally", json!("3 of 3 checks are satisfied")),
        ("fail", "SLOs.0.Condition", json!("http/latency-mean (msec) ≤ 50")),
        ("fail", "SLOs.1.Checks.0.Text", json!("0.0005")),
        ("fail", "SLOs.2.Checks.0.Outcome", json!("unavailable")),
        ("two-versions", "SLOs.2.Satisfied", json!(false)),
        ("two-versions", "SLOs.2.Condition", json!("p/c ≥ 0.5")),
        ("two-versions", "Versions", json!(["default (v1)", "candidate (v2)"])),
        ("no-slos", "Metrics.1.Values.0.Value", json!(17.25)),
        ("no-slos", "LeftOut", json!({"SLOs": 0, "Metrics": 0})),
    ];
    for (name, path, expected) in cases {
        assert_eq!(plain(&at(&data(name), path)), expected, "{path} of {name}");
    }
}

#[test]
fn completed_waits_for_all_but_notifications() {
    // Two notifications follow each other at the end of `two-versions`; a script follows in `fail`.
    for (name, expected) in [("pass", true), ("two-versions", true), ("fail", false)] {
        let data = data(name);
        assert_eq!(plain(&at(&data, "Report.Completed")), json!(expected), "{name}");
        let answer = call(&at(&data, "Report.Experiment"), "Completed", &[]);
        assert_eq!(answer, Some(Ok(json!(expected))), "{name}");
    }
}

fn call(value: &Value, name: &str, arguments: &[Value]) -> Option<Result<Json, String>> {
    let Value::Object(object) = value else { panic!("{value:?}") };
    Some(object.call(name, arguments)?.map(|value| plain(&value)))
}

#[test]
fn functions_answer_as_in_conditions() {
    let (one, two) = (Value::int(1), Value::int(2));
    let metric = Value::from("abn/m/mean");
    let cases: [(&str, &[Value], Result<Json, &str>); 9] = [
        ("ScalarMetricValue", &[one.clone(), metric.clone()], Ok(json!(5.0))),
        ("ScalarMetricValue", &[two.clone(), metric.clone()], Ok(json!(null))),
        ("ScalarMetricValue", &[one.clone(), "p/c".into()], Ok(json!(null))),
        ("ScalarMetricValue", &[one.clone(), "abn/m/stddev".into()], Ok(json!(null))),
        (
            "ScalarMetricValue",
            std::slice::from_ref(&metric),
            Err("expected the number of a version and a metric"),
        ),
        ("TrackVersionStr", std::slice::from_ref(&one), Ok(json!("candidate (v2)"))),
        ("TrackVersionStr", &[two], Err("there is no version 2")),
        (
            "GetMetricsInfo",
            &["p/c".into()],
            Ok(json!({"description": "a counter <&>", "type": "Counter"})),
        ),
        ("GetMetricsInfo", &["p/d".into()], Err("no metric p/d")),
    ];
    let insights = at(&data("two-versions"), "Report.Experiment.Result.Insights");
    for (name, arguments, expected) in cases {
        let answer = call(&insights, name, arguments).expect(name);
        assert_eq!(answer, expected.map_err(str::to_owned), "{name} {arguments:?}");
    }
    assert_eq!(call(&insights, "NumVersions", &[]), None);
    for (name, slos) in [("pass", true), ("fail", false), ("failed-task", false)] {
        let experiment = at(&data(name), "Report.Experiment");
        assert_eq!(call(&experiment, "SLOs", &[]), Some(Ok(json!(slos))), "{name}");
        let failed = name == "failed-task";
        assert_eq!(call(&experiment, "NoFailure", &[]), Some(Ok(json!(!failed))), "{name}");
    }
}

#[test]
fn structs_and_pointers_look_like_those_of_go() {
    let data = data("pass");
    let shown = |path: &str| match at(&data, path) {
        Value::Object(object) => {
            format!("{} {} {}", object.type_name(), object.kind_name(), object.print())
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(
        shown("Report.Experiment.Result.Insights.SLOs"),
        "*base.SLOLimits ptr &{[{http/latency-mean 50} {http/error-rate 0}] [{http/request-count 20}]}"
    );
    assert_eq!(
        shown("Report.Experiment.Result.Insights.MetricsInfo.http/error-rate"),
        "base.MetricMeta struct {fraction of responses that were errors <nil> Gauge}"
    );
    assert!(
        shown("Report")
            .starts_with("base.Report struct {2023-05-15 12:00:00.5 +0000 UTC true true 3 2 1 &{[")
    );
}
