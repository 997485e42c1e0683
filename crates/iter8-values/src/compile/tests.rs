//! Values compile to the tasks of the specification, or to one clear error.

use serde_json::json;

use super::*;
use crate::set::{Layers, compose};

fn compiled(values: Value) -> Result<Value, String> {
    let Value::Object(values) = values else { panic!("not a map") };
    let spec = compile(&values).map_err(|error| match &error.hint {
        Some(hint) => format!("{error} [{hint}]"),
        None => error.to_string(),
    })?;
    Ok(spec
        .into_iter()
        .map(|task| {
            let mut entry = json!({"task": task.kind.as_str(), "with": task.with});
            if let Some(condition) = task.condition {
                entry["if"] = json!(condition);
            }
            entry
        })
        .collect())
}

fn from_arguments(arguments: &[&str]) -> Map<String, Value> {
    let set = arguments.iter().map(|argument| (*argument).to_owned()).collect::<Vec<_>>();
    let layers = Layers { set, ..Layers::default() };
    compose(layers, &mut |_| Err("no files here".into())).unwrap()
}

/// The worked example of the specification, less what this version does not have. Downloads are
/// no scripts, so `payloadURL` stays as it is; payloads of notifications are built in.
#[test]
fn worked_example() {
    let values = from_arguments(&[
        "tasks={http,assess,slack}",
        "http.url=http://h/get",
        "http.payloadURL=http://p",
        "http.warmupNumRequests=5",
        r"assess.SLOs.upper.http/latency-p99\.9=50",
        "assess.SLOs.upper.http/error-rate=0.01",
        "slack.url=http://s",
        "slack.if=Result.NumLoops == 10",
    ]);
    let expected = json!([
        {"task": "http", "with": {
            "url": "http://h/get", "payloadURL": "http://p", "numRequests": 5, "warmup": true,
        }},
        {"task": "http", "with": {
            "url": "http://h/get", "payloadURL": "http://p", "warmupNumRequests": 5,
        }},
        {"task": "assess", "with": {"SLOs": {"upper": [
            {"metric": "http/error-rate", "limit": 0.01},
            {"metric": "http/latency-p99.9", "limit": 50},
        ]}}},
        {"task": "notify", "if": "Result.NumLoops == 10", "with": {
            "url": "http://s", "method": "POST", "softFailure": true, "payload": "slack",
        }},
    ]);
    assert_eq!(compiled(Value::Object(values)), Ok(expected));
}

#[test]
fn dots_of_metric_names_need_no_escape() {
    let with = |slo: &str| {
        let arguments = ["tasks={http,assess}", "http.url=http://h", slo];
        compiled(Value::Object(from_arguments(&arguments)))
    };
    let escaped = with(r"assess.SLOs.upper.http/latency-p99\.9=50");
    assert_eq!(with("assess.SLOs.upper.http/latency-p99.9=50"), escaped);
    assert!(escaped.is_ok());
}

#[test]
fn tasks_run_in_their_order_and_may_repeat() {
    let values = json!({
        "tasks": ["run", "http", "run"],
        "run": "echo",
        "http": {"url": "http://h", "if": "not SLOs()"},
    });
    let expected = json!([
        {"task": "run", "with": {"script": "echo"}},
        {"task": "http", "with": {"url": "http://h"}, "if": "not SLOs()"},
        {"task": "run", "with": {"script": "echo"}},
    ]);
    assert_eq!(compiled(values), Ok(expected));
}

#[test]
fn warm_up_has_only_its_own_bound_everywhere() {
    let values = json!({"tasks": ["http"], "http": {
        "numRequests": 100,
        "warmupDuration": "2s",
        "endpoints": {
            "a": {"url": "http://a", "numRequests": 7},
            "b": {"url": "http://b", "duration": "9s", "qps": 3},
        },
    }});
    let tests = compiled(values).unwrap();
    assert_eq!(
        tests[0]["with"],
        json!({
            "endpoints": {"a": {"url": "http://a"}, "b": {"url": "http://b", "qps": 3}},
            "duration": "2s",
            "warmup": true,
        })
    );
    assert_eq!(tests[1]["with"]["endpoints"]["a"]["numRequests"], json!(7));
}

#[test]
fn warm_up_by_number_wins_over_warm_up_by_time() {
    let values = json!({"tasks": ["http"], "http": {
        "url": "http://h", "warmupNumRequests": 5, "warmupDuration": "2s",
    }});
    let tests = compiled(values).unwrap();
    assert_eq!(tests.as_array().unwrap().len(), 2);
    assert_eq!(tests[0]["with"], json!({"url": "http://h", "numRequests": 5, "warmup": true}));
}

#[test]
fn objectives_are_sorted_by_metric() {
    let values = json!({"tasks": ["assess"], "assess": {"SLOs": {
        "upper": {"http/latency-mean": 50, "http/error-count": 0},
        "lower": {"a/b": -1.5},
    }}});
    let expected = json!([{"task": "assess", "with": {"SLOs": {
        "upper": [
            {"metric": "http/error-count", "limit": 0},
            {"metric": "http/latency-mean", "limit": 50},
        ],
        "lower": [{"metric": "a/b", "limit": -1.5}],
    }}}]);
    assert_eq!(compiled(values), Ok(expected));
}

#[test]
fn values_that_do_not_fit_are_named_before_anything_starts() {
    let http = |inputs: Value| json!({"tasks": ["http"], "http": inputs});
    let cases = [
        (json!({}), "tasks: .Values.tasks is empty [for example --set \"tasks={http,assess}\"]"),
        (
            json!({"tasks": []}),
            "tasks: .Values.tasks is empty [for example --set \"tasks={http,assess}\"]",
        ),
        (
            json!({"tasks": "http"}),
            "tasks: expected a list of task names [for example --set \"tasks={http,assess}\"]",
        ),
        (json!({"tasks": [5]}), "tasks[0]: expected a task name"),
        (
            json!({"tasks": ["htttp"]}),
            "tasks[0]: task name must be one of assess, custommetrics, abnmetrics, grpc, http, ready, run, notify, github, or slack [\"htttp\" is none; did you mean \"http\"?]",
        ),
        (
            json!({"tasks": ["abnmetrics"]}),
            "tasks[0]: task abnmetrics is not available in this version of iter8 [available are assess, custommetrics, github, grpc, http, notify, ready, run, slack]",
        ),
        (json!({"tasks": ["http"], "htp": {}}), "htp: unknown value [did you mean \"http\"?]"),
        (
            json!({"tasks": ["http"]}),
            "http: http values object is nil [tasks lists http, which needs parameters]",
        ),
        (
            json!({"tasks": ["assess"]}),
            "assess: assess values object is nil [tasks lists assess, which needs parameters]",
        ),
        (
            json!({"tasks": ["assess"], "assess": {}}),
            "assess: please set the SLOs parameter [for example --set assess.SLOs.upper.http/latency-mean=50]",
        ),
        (json!({"tasks": ["run"], "run": {}}), "run: please set the script parameter"),
        (json!({"tasks": ["run"], "run": 5}), "run: expected a map of parameters"),
        (
            json!({"tasks": ["run"], "run": "x", "runner": "pod"}),
            "runner: runner must be one of job, cronjob, or none",
        ),
        (json!({"tasks": ["run"], "run": "x", "resources": 5}), "resources: expected a map"),
        (http(json!({})), "http: please set the url parameter or the endpoints parameter"),
        (
            http(json!({"endpoints": {}})),
            "http: please set the url parameter or the endpoints parameter",
        ),
        (
            http(json!({"endpoints": {"a": {"url": "h"}, "b": {}}})),
            "http.endpoints.b: endpoint \"b\" does not have a url parameter",
        ),
        (
            http(json!({"url": "h", "qqs": 1})),
            "http.qqs: unknown parameter of task http [did you mean \"qps\"?]",
        ),
        (http(json!({"url": "h", "if": 5})), "http.if: expected a condition as text"),
    ];
    for (values, expected) in cases {
        assert_eq!(compiled(values.clone()).unwrap_err(), expected, "{values}");
    }
}

#[test]
fn conditions_are_compiled_at_once() {
    let with = |condition: Value| {
        compiled(json!({"tasks": ["run"], "run": {"script": "x", "if": condition}}))
    };
    assert_eq!(
        with(json!("Result.NumLoop == 1")).unwrap_err(),
        "run.if: type Result has no field NumLoop (1:8) [did you mean `NumLoops`?]"
    );
    let pattern = with(json!("Result.Iter8Version matches '('")).unwrap_err();
    assert!(pattern.starts_with("run.if: invalid regular expression (1:29): regex"), "{pattern}");
    // What `--set` and YAML make of the shortest conditions.
    assert_eq!(with(json!(true)).unwrap()[0]["if"], json!("true"));
    assert_eq!(with(Value::Null).unwrap()[0].get("if"), None);
}

/// Both tasks of a load test have its condition.
#[test]
fn a_warm_up_has_the_condition_of_its_test() {
    let values = json!({"tasks": ["http"], "http": {
        "url": "http://h", "warmupNumRequests": 5, "if": "Result.NumLoops == 1",
    }});
    let tests = compiled(values).unwrap();
    let conditions: Vec<_> = tests.as_array().unwrap().iter().map(|test| &test["if"]).collect();
    assert_eq!(conditions, ["Result.NumLoops == 1"; 2]);
}

#[test]
fn objectives_must_be_measured() {
    let check = |http: Value, metric: &str| {
        compiled(json!({
            "tasks": ["http", "assess"],
            "http": http,
            "assess": {"SLOs": {"upper": {metric: 1}}},
        }))
        .map(|_| ())
    };
    let one = || json!({"url": "http://h", "percentiles": [97.5]});
    let two = || json!({"endpoints": {"a": {"url": "h"}, "b": {"url": "h", "percentiles": [42]}}});
    for metric in [
        "http/latency-p97.50",
        "http/latency-p99.9",
        "http/error-rate",
        "http/throughput",
        "http/service-time-p50",
    ] {
        assert_eq!(check(one(), metric), Ok(()), "{metric}");
    }
    // A test that is no warm-up measures, one that is one does not.
    let mut plain = one();
    plain["warmup"] = json!("false");
    assert!(check(plain, "http/error-rat").is_err());
    let mut warm_up = one();
    warm_up["warmup"] = json!(true);
    assert_eq!(check(warm_up, "http/error-rat"), Ok(()));
    for metric in ["http-a/latency-p50.0", "http-b/latency-p42", "http-b/error-count"] {
        assert_eq!(check(two(), metric), Ok(()), "{metric}");
    }
    let cases = [
        (
            one(),
            "http/latency-p98",
            "percentile 98 is not measured [add it: --set \"http.percentiles={98}\"]",
        ),
        (one(), "http/error-rat", "no such metric is measured [did you mean http/error-rate?]"),
        (one(), "http/latency", "no such metric is measured"),
        (
            one(),
            "prom/anything",
            "no task measures this metric [list the task that measures it in tasks, or set custommetrics.templates.prom]",
        ),
        (one(), "grpc/latency/p50", "no task measures this metric [list the task"),
        (one(), "htpp/error-rate", "no task measures this metric [did you mean http/…?]"),
        (
            one(),
            "http-a/error-rate",
            "no load test measures this metric [there are no endpoints; metrics begin with http/]",
        ),
        (
            two(),
            "http/error-rate",
            "no load test measures this metric [endpoints are a, b; for example http-a/error-rate]",
        ),
        (
            two(),
            "http-a/latency-p42",
            "percentile 42 is not measured [add it: --set \"http.percentiles={42}\"]",
        ),
    ];
    for (http, metric, expected) in cases {
        let error = check(http, metric).unwrap_err();
        let place = format!("assess.SLOs.upper: {metric}: ");
        assert!(error.starts_with(&format!("{place}{expected}")), "{error}");
    }
}

/// Whatever templates define is measured, and nothing of a provider that has no template.
#[test]
fn objectives_on_templates_need_the_template() {
    let check = |tasks: Value, metric: &str| {
        compiled(json!({
            "tasks": tasks,
            "http": {"url": "http://h"},
            "custommetrics": {"templates": {"istio-prom": "istio-prom", "http-x": "./x.tpl"}},
            "assess": {"SLOs": {"lower": {metric: 1}}},
        }))
        .map(|_| ())
    };
    let metrics = || json!(["custommetrics", "assess"]);
    for metric in ["istio-prom/latency-p99", "istio-prom/anything", "http-x/error-rate"] {
        assert_eq!(check(metrics(), metric), Ok(()), "{metric}");
    }
    let both = || json!(["http", "custommetrics", "assess"]);
    for metric in ["istio-prom/error-rate", "http/error-rate", "http-x/error-rate"] {
        assert_eq!(check(both(), metric), Ok(()), "{metric}");
    }
    // The metrics may come from an earlier run.
    assert_eq!(check(json!(["assess"]), "prom/anything"), Ok(()));
    let cases = [
        (metrics(), "istio/x", "no task measures this metric [list the task"),
        (metrics(), "istioprom/x", "no task measures this metric [did you mean istio-prom/…?]"),
        (metrics(), "http/error-rate", "no task measures this metric [list the task"),
        (both(), "http/error-rat", "no such metric is measured [did you mean http/error-rate?]"),
        (both(), "http-y/error-rate", "no load test measures this metric"),
    ];
    for (tasks, metric, expected) in cases {
        let error = check(tasks, metric).unwrap_err();
        assert!(error.starts_with(&format!("assess.SLOs.lower: {metric}: {expected}")), "{error}");
    }
}

#[test]
fn custom_metrics_are_checked() {
    let values = |inputs: Value| json!({"tasks": ["custommetrics"], "custommetrics": inputs});
    let inputs = json!({
        "templates": {"prom": "prometheus"},
        "values": {"labels": {"app": "web"}},
        "versionValues": [{"labels": {"version": "v1"}}, {}],
        "auth": {"prom": {"bearer": {"envRef": "TOKEN"}}},
    });
    let expected = json!([{"task": "custommetrics", "with": inputs}]);
    assert_eq!(compiled(values(inputs)), Ok(expected));
    let cases = [
        (
            json!(null),
            "custommetrics: custommetrics values object is nil [tasks lists custommetrics, which needs parameters]",
        ),
        (
            json!({"templates": {}}),
            "custommetrics: please set the templates parameter [for example --set custommetrics.templates.istio-prom=istio-prom]",
        ),
        (
            json!({"values": {}}),
            "custommetrics: please set the templates parameter [for example --set custommetrics.templates.istio-prom=istio-prom]",
        ),
        (
            json!({"templates": {"a": "x", "b": "y"}, "auth": {"c": {"bearer": "t"}}}),
            "custommetrics.auth.c: there is no template \"c\" [templates are a, b]",
        ),
        (
            json!({"templates": {"a": "x"}, "tls": {"c": {}}}),
            "custommetrics.tls.c: there is no template \"c\" [templates are a]",
        ),
        (
            json!({"templates": {"a": "x"}, "versionvalues": {"a": 1}}),
            "custommetrics.versionvalues: expected a list, got a map",
        ),
    ];
    for (inputs, expected) in cases {
        assert_eq!(compiled(values(inputs)).unwrap_err(), expected);
    }
}

#[test]
fn tasks_that_measure_agree_on_the_number_of_versions() {
    let check = |tasks: Value, versions: Value, more: Value| {
        let mut http = json!({"url": "http://h"});
        let Value::Object(more) = more else { panic!("not a map") };
        more.into_iter().for_each(|(name, value)| http[name] = value);
        let metrics = json!({"templates": {"prom": "prom"}, "versionValues": versions});
        compiled(json!({"tasks": tasks, "http": http, "custommetrics": metrics})).map(|_| ())
    };
    let both = || json!(["http", "custommetrics"]);
    for versions in [json!(null), json!([]), json!([{}])] {
        assert_eq!(check(both(), versions, json!({})), Ok(()));
    }
    let two = || json!([{}, {}]);
    assert_eq!(check(json!(["custommetrics", "custommetrics"]), two(), json!({})), Ok(()));
    // Warm-ups measure nothing, and what has a condition may not run.
    assert_eq!(check(both(), two(), json!({"warmup": true})), Ok(()));
    assert_eq!(check(both(), two(), json!({"if": "Result.NumLoops == 1"})), Ok(()));
    let error = check(both(), two(), json!({})).unwrap_err();
    assert_eq!(
        error,
        "custommetrics.versionValues: inconsistent number for app versions; old (1); new (2) \
         [a load test measures one version; tasks of one list must agree]"
    );
}

mod notify;
mod ready;
