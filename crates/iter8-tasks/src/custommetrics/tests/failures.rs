//! Queries without a value, and everything that keeps them from being asked.

use super::*;

/// What is wrong with the inputs, with the advice that goes with it.
fn refused(with: &Value) -> String {
    let error = Bench::new(json!([{"task": "custommetrics", "with": with}])).fault().unwrap();
    match error.hint.as_deref() {
        Some(hint) => format!("{error} [{hint}]"),
        None => error.to_string(),
    }
}

#[test]
fn inputs_are_checked_before_anything_runs() {
    let broken = Templates::with("url: {{ .url }\n");
    let good = Templates::with(TEMPLATE);
    let place = broken.path();
    let templates = |path: &str| json!({"templates": {"store": path}});
    let with = |name: &str, value: Value| {
        let mut with = templates(&good.path());
        with[name] = value;
        with
    };
    let cases = [
        (json!({}), "with: please set the templates parameter"),
        (json!({"templates": {}}), "with: please set the templates parameter"),
        (
            templates("prometheu"),
            "with.templates.store: cannot read prometheu: No such file or directory (os error 2) [did you mean the built-in template prometheus?]",
        ),
        (
            templates("/no/such/file"),
            "with.templates.store: cannot read /no/such/file: No such file or directory (os error 2) [a template is a URL, a file, or one of those that iter8 metrics templates lists]",
        ),
        (templates("/dev/zero"), "with.templates.store: cannot read /dev/zero: not a regular file"),
        (
            templates(&place),
            &format!("with.templates.store: failed to parse the template: template: {place}:1"),
        ),
        (with("timeout", json!("0s")), "with.timeout: expected a time above zero"),
        (
            with("values", json!({"startingTime": "now"})),
            "with.values.startingTime: cannot parse startingTime: expected a time such as 2026-01-31T12:00:00Z, got \"now\"",
        ),
        (
            with("versionValues", json!([{}, {"startingTime": 5}])),
            "with.versionValues[1].startingTime: cannot parse startingTime: expected a time such as 2026-01-31T12:00:00Z, got 5",
        ),
        (
            with("tls", json!({"store": {"caFile": "/no/ca"}})),
            "with.tls.store.caFile: cannot read /no/ca: No such file or directory (os error 2)",
        ),
        (
            with("tls", json!({"store": {"caFile": good.path()}})),
            "with.tls.store: cannot use the CA certificates: ",
        ),
        (
            with("auth", json!({"store": {"bearer": {"envRef": "ITER8_NO_SUCH"}}})),
            "with.auth.store.bearer: envRef ITER8_NO_SUCH: there is no such environment variable",
        ),
    ];
    for (inputs, expected) in cases {
        let error = refused(&inputs);
        assert!(error.starts_with(&format!("spec[0].{expected}")), "{inputs}: {error}");
    }
}

/// The first answers make the first metric fail; the second metric has a value.
async fn without_a_value(step: Step, more: Value) -> (Bench, Result<LoopOutcome, String>) {
    let server =
        Arc::new(ScriptedServer::start(Script::in_turn([vec![step], vec![Step::ok("7")]])));
    let template = Templates::with(TEMPLATE);
    let bench = Bench::new(json!([task(&server, &template, more)]));
    let ended = bench.run().await;
    (bench, ended)
}

#[tokio::test]
async fn a_query_without_a_value_is_noted_and_skipped() {
    let (bench, ended) = without_a_value(Step::reply(503, "try  \n later"), json!({})).await;
    assert_eq!(ended, Ok(LoopOutcome::Completed));
    assert_eq!(bench.value("store/latency-p50"), Some(7.0));
    let insights = bench.insights();
    assert!(!insights.metrics.contains_key("store/request-count"));
    let status = &insights.versions[0].queries["store/request-count"];
    assert_eq!(status.outcome.as_str(), "httpError");
    let message = status.message.as_deref().unwrap();
    assert!(message.contains("503") && message.contains("try later"), "{message}");
    let warnings = bench.logs.warnings();
    assert_eq!(warnings.len(), 1);
    let expected =
        "WARN 1 of 2 queries gave no value <store/request-count of version 0: httpError: ";
    assert!(warnings[0].starts_with(expected), "{warnings:?}");
}

#[tokio::test]
async fn a_query_without_a_value_fails_the_task_if_it_must() {
    let fail = json!({"onError": "fail"});
    let (bench, ended) = without_a_value(Step::reply(404, "gone"), fail).await;
    let error = ended.unwrap_err();
    let expected = "failed to run task 1 (custommetrics): 1 of 2 queries gave no value: \
                    store/request-count of version 0: httpError: ";
    assert!(error.starts_with(expected), "{error}");
    // The others were asked all the same.
    assert_eq!(bench.value("store/latency-p50"), Some(7.0));
    assert_eq!(bench.insights().versions[0].queries.len(), 2);
}

#[tokio::test]
async fn long_messages_are_cut() {
    let (bench, _) = without_a_value(Step::reply(500, &"x".repeat(10_000)), json!({})).await;
    let insights = bench.insights();
    let message = insights.versions[0].queries["store/request-count"].message.clone().unwrap();
    assert!(message.chars().count() <= 301, "{} characters", message.chars().count());
}

/// What an earlier loop has found does not decide about this one.
#[tokio::test]
async fn a_value_of_an_earlier_loop_satisfies_no_objective() {
    let lists = [vec![Step::ok("7")], vec![Step::ok("7")], vec![Step::reply(404, "gone")]];
    let server = Arc::new(ScriptedServer::start(Script::in_turn(lists)));
    let template = Templates::with(TEMPLATE);
    let slos = json!({"upper": [{"metric": "store/request-count", "limit": 10}]});
    let bench = Bench::new(json!([
        task(&server, &template, json!({})),
        {"task": "assess", "with": {"SLOs": slos}},
    ]));
    for expected in [true, false] {
        bench.complete().await;
        assert_eq!(bench.insights().slos_satisfied.unwrap().upper, [[expected]]);
    }
    assert_eq!(bench.insights().versions[0].numbers["store/request-count"], [7.0]);
}

#[tokio::test]
async fn what_keeps_queries_from_being_asked_fails_the_task() {
    let cases = [
        (
            "{{ fail \"no namespace\" }}",
            "failed to render template store for version 1: template: ",
            "error calling fail: no namespace",
        ),
        (
            "{{ template \"x\" }}",
            "failed to render template store for version 1: template: ",
            "not defined",
        ),
        ("url: [", "failed to read what template store makes for version 1: ", ""),
        ("metrics: [{name: a}]", "failed to read what template store makes for version 1: ", "url"),
        (
            "url: http://h\nmetrics: [{name: a}]",
            "failed to read what template store makes for version 1: ",
            "metrics[0]",
        ),
    ];
    for (text, start, end) in cases {
        // The first version is fine.
        let text = format!("{{{{ if .bad }}}}{text}{{{{ else }}}}{TEMPLATE}{{{{ end }}}}");
        let (server, template) = (server(&["1"]), Templates::with(&text));
        let more = json!({"versionValues": [{"bad": false}, {"bad": true}]});
        let bench = Bench::new(json!([task(&server, &template, more)]));
        let error = bench.run().await.unwrap_err();
        let start = format!("failed to run task 1 (custommetrics): {start}");
        assert!(error.starts_with(&start) && error.contains(end), "{error}");
        assert!(bench.result().failure);
        assert_eq!(server.request_count(), 0);
    }
}

#[tokio::test]
async fn what_is_said_of_a_metric_must_not_change() {
    let text =
        TEMPLATE.replace("number of requests", "number of requests of {{ .labels.version }}");
    let (server, template) = (server(&["1"]), Templates::with(&text));
    let more =
        json!({"versionValues": [{"labels": {"version": "v1"}}, {"labels": {"version": "v2"}}]});
    let error = Bench::new(json!([task(&server, &template, more)])).run().await.unwrap_err();
    assert_eq!(
        error,
        "failed to run task 1 (custommetrics): failed to record metrics: old and new metric meta \
         for store/request-count differ"
    );
}

#[tokio::test]
async fn a_template_that_is_not_there_fails_the_task() {
    let web = Arc::new(ScriptedServer::start(Script::always([Step::reply(404, "404: Not Found")])));
    let with = json!({"templates": {"store": format!("{}x.tpl", web.url())}, "retries": 0});
    let error =
        Bench::new(json!([{"task": "custommetrics", "with": with}])).run().await.unwrap_err();
    let expected = format!(
        "failed to run task 1 (custommetrics): failed to load template store: failed to fetch the \
         template: {}x.tpl answered 404 Not Found: 404: Not Found",
        web.url()
    );
    assert_eq!(error, expected);
}
