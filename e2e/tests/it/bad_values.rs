//! Wrong values: nothing is sent and nothing is written.

use iter8_e2e::Workspace;

/// Values, advice if there is some, and the error.
type Row = (&'static str, Option<&'static str>, &'static str);

/// A parameter of an http task whose other inputs are right.
const PARAMETERS: &[Row] = &[
    (
        "qps: fast",
        None,
        r#"http.qps: expected a number of requests per second or "max", got "fast""#,
    ),
    (
        "qps: [5]",
        None,
        r#"http.qps: expected a number of requests per second or "max", got a list"#,
    ),
    ("qps: .nan", None, "failed to parse values -: line 2, column 30: a number that is not finite"),
    (
        "qps: 1e400",
        None,
        "failed to parse values -: line 2, column 30: a number that is not finite",
    ),
    ("numRequests: 0", None, "http.numRequests: expected a whole number from 1, got 0"),
    ("numRequests: 1.5", None, "http.numRequests: expected a whole number from 1, got 1.5"),
    ("numRequests: -5", None, "http.numRequests: expected a whole number from 1, got -5"),
    (
        "numRequests: 99999999999999999999",
        None,
        "http.numRequests: expected a whole number from 1, got 1e+20",
    ),
    ("connections: 0", None, "http.connections: expected a whole number from 1 to 65535, got 0"),
    (
        "connections: 1000000",
        None,
        "http.connections: expected a whole number from 1 to 65535, got 1000000",
    ),
    (
        "duration: 5",
        None,
        r#"http.duration: missing unit in duration "5"; expected for example 5s"#,
    ),
    ("duration: -5s", None, r#"http.duration: negative duration "-5s""#),
    (
        "duration: 0s",
        None,
        "http: the schedule has no requests: its rate is zero, or it lasts no time",
    ),
    (
        "duration: 5 s",
        None,
        r#"http.duration: unknown unit " s" in duration "5 s"; expected ns, us, ms, s, m or h"#,
    ),
    (
        "duration: 10y",
        None,
        r#"http.duration: unknown unit "y" in duration "10y"; expected ns, us, ms, s, m or h"#,
    ),
    ("timeout: 0s", None, "http.timeout: timeout must be above zero"),
    ("percentiles: 5", None, "http.percentiles: expected a list, got 5"),
    (
        "percentiles: [0]",
        None,
        "http.percentiles[0]: expected a percentile above 0 and up to 100, got 0",
    ),
    (
        "percentiles: [101]",
        None,
        "http.percentiles[0]: expected a percentile above 0 and up to 100, got 101",
    ),
    ("percentiles: [x]", None, r#"http.percentiles[0]: expected a number, got "x""#),
    ("errorRanges: [{}]", None, "http.errorRanges[0]: a range needs lower, upper or both"),
    (
        "errorRanges: [{lower: 5, upper: 1}]",
        None,
        "http.errorRanges[0]: lower (5) is above upper (1)",
    ),
    (
        "errorRanges: [{low: 5}]",
        None,
        "http.errorRanges[0].low: unknown key; expected lower, upper",
    ),
    ("headers: [a]", None, "http.headers: expected a map, got a list"),
    (r#"headers: {"a b": c}"#, None, r#"http.headers: invalid header name "a b""#),
    (
        r#"headers: {a: "x\ny"}"#,
        None,
        r#"http.headers: header "a" has a control character in its value"#,
    ),
    (
        r#"headers: {Content-Length: "5"}"#,
        None,
        r#"http.headers: header "Content-Length" cannot be set: it follows from the body"#,
    ),
    (r#"method: "G T""#, None, r#"http.method: invalid method "G T""#),
    ("stages: [{qps: 5}]", None, "http.stages[0]: a stage needs duration"),
    (
        "stages: [{duration: 5s, qps: -1}]",
        None,
        "http.stages[0].qps: expected a rate of 0 or more, got -1",
    ),
    (
        "stages: []",
        None,
        "http: the schedule has no requests: its rate is zero, or it lasts no time",
    ),
    (
        "stages: [{duration: 5s, qps: 5, shape: cliff}]",
        None,
        r#"http.stages[0].shape: expected one of ramp, step, got "cliff""#,
    ),
    (
        "arrival: sometimes",
        None,
        r#"http.arrival: expected one of constant, uniform, poisson, got "sometimes""#,
    ),
    ("qsp: 5", Some(r#"did you mean "qps"?"#), "http.qsp: unknown parameter of task http"),
    ("endpoints: [a]", None, "http.endpoints: expected a map, got a list"),
    (
        "endpoints: {a/b: {}}",
        Some("the name becomes part of metric names such as http-NAME/error-rate"),
        "http.endpoints.a/b: the name of an endpoint must not be empty or have a /",
    ),
    (
        "endpoints: {a: {warmupDuration: 5s}}",
        Some("set http.warmupDuration for all endpoints"),
        "http.endpoints.a.warmupDuration: warmupDuration may not stand in an endpoint",
    ),
    (
        "endpoints: {a: {qps: x}}",
        None,
        r#"http.endpoints.a.qps: expected a number of requests per second or "max", got "x""#,
    ),
    (
        "endpoints: {a: {endpoints: {}}}",
        Some("set http.endpoints for all endpoints"),
        "http.endpoints.a.endpoints: endpoints may not stand in an endpoint",
    ),
    ("onError: ignore", None, r#"http.onError: expected one of fail, skip, got "ignore""#),
    (
        "followRedirects: perhaps",
        None,
        r#"http.followRedirects: expected true or false, got "perhaps""#,
    ),
    (r#"if: "nope(""#, None, "http.if: unexpected end of expression (1:6)"),
    ("if: SLO()", Some("did you mean `SLOs()`?"), "http.if: unknown name SLO (1:1)"),
    ("if: 5", None, "http.if: expected a condition as text"),
    ("seed: -1", None, "http.seed: expected a whole number from 0, got -1"),
    ("payloadStr: [a]", None, "http.payloadStr: expected text, got a list"),
    (r#"url: """#, None, r#"http.url: invalid URL "": URL is empty"#),
    (r#"url: "http://""#, None, r#"http.url: invalid URL "http://": URL has no host"#),
    (
        r#"url: "ftp://h/""#,
        None,
        r#"http.url: invalid URL "ftp://h/": URL has scheme "ftp": only http and https are supported"#,
    ),
    (
        r#"url: "http://h:99999/""#,
        None,
        r#"http.url: invalid URL "http://h:99999/": URL has invalid port "99999""#,
    ),
    (
        r#"url: "http://h h/""#,
        None,
        r#"http.url: invalid URL "http://h h/": URL has invalid host "h h""#,
    ),
    (
        r#"url: "http://[::1""#,
        None,
        r#"http.url: invalid URL "http://[::1": URL has invalid host "[::1""#,
    ),
];

/// Whole files.
const FILES: &[Row] = &[
    ("", Some(r#"for example --set "tasks={http,assess}""#), "tasks: .Values.tasks is empty"),
    ("5", None, "failed to parse values -: expected a mapping at the top level, found a number"),
    ("[]", None, "failed to parse values -: expected a mapping at the top level, found a list"),
    ("tasks: [http", None, "failed to parse values -: line 1, column 8: unclosed bracket '['"),
    (
        "tasks: http",
        Some(r#"for example --set "tasks={http,assess}""#),
        "tasks: expected a list of task names",
    ),
    (
        "tasks: []",
        Some(r#"for example --set "tasks={http,assess}""#),
        "tasks: .Values.tasks is empty",
    ),
    (
        "tasks: {}",
        Some(r#"for example --set "tasks={http,assess}""#),
        "tasks: expected a list of task names",
    ),
    ("tasks: [5]", None, "tasks[0]: expected a task name"),
    (
        "tasks: [htpp]",
        Some(r#""htpp" is none; did you mean "http"?"#),
        "tasks[0]: task name must be one of assess, custommetrics, abnmetrics, grpc, http, ready, run, notify, github, or slack",
    ),
    (
        "tasks: [http]",
        Some("tasks lists http, which needs parameters"),
        "http: http values object is nil",
    ),
    ("tasks: [http]\nhttp: [x]", None, "http: expected a map of parameters"),
    ("tasks: [http]\nhtpp: {url: x}", Some(r#"did you mean "http"?"#), "htpp: unknown value"),
    (
        "tasks: [http]\nhttp: {qps: 5}",
        None,
        "http: please set the url parameter or the endpoints parameter",
    ),
    (
        "tasks: [http]\nhttp: {endpoints: {a: {qps: 5}}}",
        None,
        r#"http.endpoints.a: endpoint "a" does not have a url parameter"#,
    ),
    (
        "tasks: [http]\nhttp: {url: \"http://h\", url: \"http://g\"}",
        None,
        r#"failed to parse values -: line 2, column 25: duplicate key "url""#,
    ),
    (
        "tasks: [assess]\nassess: {}",
        Some("for example --set assess.SLOs.upper.http/latency-mean=50"),
        "assess: please set the SLOs parameter",
    ),
    ("tasks: [assess]\nassess: {SLOs: 5}", None, "assess.SLOs: expected a map, got 5"),
    (
        "tasks: [assess]\nassess: {SLOs: {upper: {http/latency-p99: fast}}}",
        None,
        r#"assess.SLOs.upper: http/latency-p99: expected a number as its limit, got "fast""#,
    ),
    (
        "tasks: [assess]\nassess: {SLOs: {above: {http/latency-mean: 5}}}",
        None,
        "assess.SLOs.above: unknown key; expected upper, lower",
    ),
    (
        "tasks: [assess]\nassess: {SLOs: {upper: {latency: 5}}}",
        Some("for example http/latency-mean, http/error-rate or abn/revenue/mean"),
        r#"assess.SLOs.upper: latency: "latency" is not a metric name; expected provider/metric or provider/metric/aggregation"#,
    ),
    (
        "tasks: [http, assess]\nhttp: {url: \"http://h\"}\nassess: {SLOs: {upper: {http/latency-p98: 5}}}",
        Some(r#"add it: --set "http.percentiles={98}""#),
        "assess.SLOs.upper: http/latency-p98: percentile 98 is not measured",
    ),
    (
        "tasks: [http, assess]\nhttp: {url: \"http://h\"}\nassess: {SLOs: {upper: {http/latncy-mean: 5}}}",
        Some("did you mean http/latency-mean?"),
        "assess.SLOs.upper: http/latncy-mean: no such metric is measured",
    ),
    (
        "tasks: [http, assess]\nhttp: {url: \"http://h\"}\nassess: {SLOs: {upper: {http/latency-p99: {9: 5}}}}",
        None,
        "assess.SLOs.upper: http/latency-p99: expected a number as its limit, got a map",
    ),
    (
        "tasks: [http, assess]\nhttp: {url: \"http://h\"}\nassess: {SLOs: {upper: {http-b/latency-mean: 5}}}",
        Some("there are no endpoints; metrics begin with http/"),
        "assess.SLOs.upper: http-b/latency-mean: no load test measures this metric",
    ),
    (
        "tasks: [http, assess]\nhttp: {endpoints: {a: {url: \"http://h\"}}}\nassess: {SLOs: {upper: {http/latency-mean: 5}}}",
        Some("endpoints are a; for example http-a/error-rate"),
        "assess.SLOs.upper: http/latency-mean: no load test measures this metric",
    ),
    (
        "tasks: [run]",
        Some("tasks lists run, which needs parameters"),
        "run: run values object is nil",
    ),
    ("tasks: [run]\nrun: {}", None, "run: please set the script parameter"),
    ("tasks: [run]\nrun: 5", None, "run: expected a map of parameters"),
    (
        "tasks: [run]\nrun: {script: \"true\", timeout: x}",
        None,
        r#"run.timeout: invalid duration "x"; expected for example 1m30s"#,
    ),
    (
        "tasks: [run]\nrun: \"true\"\nrunner: pod",
        None,
        "runner: runner must be one of job, cronjob, or none",
    ),
    ("tasks: [run]\nrun: \"true\"\nlogLevel: 5", None, "logLevel: expected text"),
    ("tasks: [run]\nrun: \"true\"\nresources: 5", None, "resources: expected a map"),
    (
        "a: b: c",
        None,
        "failed to parse values -: line 1, column 5: mapping values are not allowed in this context",
    ),
    (
        "a:\n\t- b",
        None,
        "failed to parse values -: line 2, column 2: tabs disallowed within this context (block indentation)",
    ),
    (
        "a: &a [*a]",
        None,
        "failed to parse values -: line 1, column 8: an alias inside its own anchor",
    ),
];

fn check(values: &str, hint: Option<&str>, error: &str) {
    let workspace = Workspace::new();
    let finished = workspace.iter8("run -f -").stdin(values).run().expect(2).error(error);
    let finished = match hint {
        Some(hint) => finished.hint(hint),
        None => finished.no_hint(),
    };
    assert_eq!(finished.stdout, "", "{values}");
    assert!(!workspace.has(".iter8"), "{values}");
}

#[test]
fn parameters_are_checked_before_anything_runs() {
    for (parameter, hint, error) in PARAMETERS {
        let url = if parameter.starts_with("url") { "" } else { "url: \"http://h\", " };
        check(&format!("tasks: [http]\nhttp: {{{url}{parameter}}}\n"), *hint, error);
    }
}

#[test]
fn files_of_values_are_checked_before_anything_runs() {
    for (values, hint, error) in FILES {
        check(values, *hint, error);
    }
}
