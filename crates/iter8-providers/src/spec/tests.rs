//! Rendered templates, read.

use super::*;

const WHOLE: &str = r#"
URL: http://p/api
method: post
Headers:
  X-Scope-OrgID: 17
  Authorization: "Bearer x"
  X-Debug: true
  X-Empty:
metrics:
- name: request-count
  type: counter
  description: all requests
  units: requests
  params:
  - name: query
    value: sum(up)
  - {Name: time, VALUE: 10}
  - name: step
  body: |
    {"a": 1}
  jqexpression: .data.result[0].value[1] | tonumber
- name: mean
  TYPE: Gauge
  jqExpression: .x
"#;

#[test]
fn a_specification_is_read() {
    let Parsed { spec, warnings } = ProviderSpec::parse(WHOLE).unwrap();
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!((spec.url.as_str(), spec.method.as_str()), ("http://p/api", "POST"));
    let headers = [
        ("X-Scope-OrgID", "17"),
        ("Authorization", "Bearer x"),
        ("X-Debug", "true"),
        ("X-Empty", ""),
    ];
    assert_eq!(spec.headers, pairs(&headers));
    let [count, mean] = &spec.metrics[..] else { panic!("{spec:?}") };
    assert_eq!((count.name.as_str(), count.kind), ("request-count", MetricKind::Counter));
    assert_eq!(count.description, "all requests");
    assert_eq!(count.units.as_deref(), Some("requests"));
    assert_eq!(count.params, pairs(&[("query", "sum(up)"), ("time", "10"), ("step", "")]));
    assert_eq!(count.body.as_deref(), Some("{\"a\": 1}\n"));
    assert_eq!(count.jq.as_str(), ".data.result[0].value[1] | tonumber");
    // Neither parameters nor a description are needed.
    assert_eq!((mean.name.as_str(), mean.kind), ("mean", MetricKind::Gauge));
    assert_eq!((mean.description.as_str(), &mean.units, &mean.body), ("", &None, &None));
    assert!(mean.params.is_empty());
}

/// A specification of one metric, with other or further lines.
fn of_metric(lines: &str) -> String {
    let mut text = "url: http://p/\nmetrics:\n-".to_owned();
    let plain = [("name", "a"), ("type", "gauge"), ("jqExpression", "1")];
    for (name, value) in plain {
        let is_given = |line: &str| line.starts_with(&format!("{name}:"));
        if !lines.lines().any(is_given) {
            text = format!("{text}  {name}: {value}\n ");
        }
    }
    for line in lines.lines() {
        text = format!("{text}  {line}\n ");
    }
    text
}

#[test]
fn mistakes_name_their_place() {
    let check = |text: &str, expected: &str| {
        let error = ProviderSpec::parse(text).map(|_| ()).unwrap_err().to_string();
        assert_eq!(error, expected, "{text}");
    };
    check("", "url: missing");
    check("url:", "url: missing");
    check("url: ' '", "url: missing");
    check("url: p/api", "url: expected a URL that begins with http:// or https://");
    check("url: [a]", "url: expected a text, found a list");
    check("a: b: c", "line 1, column 5: mapping values are not allowed in this context");
    check("- a", "expected a mapping at the top level, found a list");
    check("url: http://p\nURL: http://q", "url: given twice, in different case");
    check("url: http://p\nmethod: {}", "method: expected a text, found a map");
    check("url: http://p\nheaders: [a]", "headers: expected a map, found a list");
    check("url: http://p\nheaders: {A: [b]}", "headers.A: expected a text, found a list");
    check("url: http://p\nmetrics: a", "metrics: expected a list, found a text");
    check("url: http://p\nmetrics: [a]", "metrics[0]: expected a map, found a text");
    check("url: http://p\nmetrics: [{}]", "metrics[0].name: missing");
    let metric = |lines: &str, expected: &str| {
        check(&of_metric(lines), &format!("metrics[0].{expected}"));
    };
    metric("name: a/b", "name: a name must not have a /");
    metric("type:", "type: missing");
    metric("type: sample", "type: expected counter or gauge, found \"sample\"");
    metric("units: {}", "units: expected a text, found a map");
    metric("params: {a: b}", "params: expected a list, found a map");
    metric("params: [a]", "params[0]: expected a map, found a text");
    metric("params: [{name: a}, {value: b}]", "params[1].name: missing");
    metric("params: [{name: a, value: [b]}]", "params[0].value: expected a text, found a list");
    metric("body: [a]", "body: expected a text, found a list");
    metric("jqExpression:", "jqExpression: missing");
    metric("jqExpression: .a | ", "jqExpression: line 1, column 5: expected term, found the end");
    metric("jqExpression: .a | foo", "jqExpression: line 1, column 6: there is no function foo/0");
}

#[test]
fn what_is_not_known_is_left_out_with_a_warning() {
    let check = |text: &str, expected: &[&str]| {
        let parsed = ProviderSpec::parse(text).unwrap();
        assert_eq!(parsed.warnings, expected, "{text}");
        parsed.spec
    };
    check(
        &(of_metric("Unit: ms\nparams: [{name: a, values: b}]") + "\nprovider: istio\n"),
        &[
            "provider: not known, and left out",
            "metrics[0].Unit: not known, and left out",
            "metrics[0].params[0].values: not known, and left out",
        ],
    );
    for empty in ["url: http://p", "url: http://p\nmetrics:", "url: http://p\nmetrics: []"] {
        check(empty, &["metrics: there are none"]);
    }
    let twice = of_metric("units: s") + "\n-  {name: a, type: counter, jqExpression: '2'}";
    let spec = check(&twice, &["metrics[1]: \"a\" is there already; this one is left out"]);
    assert_eq!(spec.metrics.len(), 1);
    assert_eq!(spec.metrics[0].units.as_deref(), Some("s"));
}
