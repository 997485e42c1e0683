//! Metrics from stores: asked by an experiment, and by hand.

use std::sync::Arc;

use iter8_e2e::{Finished, Workspace};
use iter8_testkit::{Script, ScriptedServer, Step};
use serde_json::{Value, json};

/// A template in the style of Iter8 0.13, with a counter and a gauge.
const TEMPLATE: &str = r#"url: {{ .url }}/api/v1/query
headers:
  X-Api-Key: "{{ .apiKey }}"
metrics:
- name: request-count
  type: counter
  description: number of requests
  params:
  - name: query
    value: |
      sum(last_over_time(requests_total{version="{{ .labels.version }}"}[{{ .elapsedTimeSeconds }}s])) or on() vector(0)
  jqExpression: .data.result[0].value[1] | tonumber
- name: latency-mean
  type: gauge
  description: mean of latencies
  units: msec
  params:
  - name: query
    value: mean{version="{{ .labels.version }}"}
  jqExpression: .data.result[0].value[1] | tonumber
"#;

/// Everything that is a credential in these stories.
const CREDENTIALS: [&str; 4] = ["key-in-values", "token-in-auth", "token-in-file", "token-in-env"];

/// What Prometheus answers if the result is one number.
fn number(value: &str) -> Vec<Step> {
    let result = json!([{"metric": {}, "value": [1_556_823_494.744, value]}]);
    let body = json!({"status": "success", "data": {"resultType": "vector", "result": result}});
    vec![Step::ok(&body.to_string())]
}

/// An answer without any series.
fn nothing() -> Vec<Step> {
    vec![Step::ok(r#"{"status": "success", "data": {"resultType": "vector", "result": []}}"#)]
}

fn store(answers: Vec<Vec<Step>>) -> Arc<ScriptedServer> {
    Arc::new(ScriptedServer::start(Script::in_turn(answers)))
}

fn url(store: &ScriptedServer) -> String {
    store.url().trim_end_matches('/').to_owned()
}

/// Values of a canary: two versions, one query after the other so that answers can be scripted.
fn canary(store: &ScriptedServer, more: Value) -> String {
    let mut values = json!({
        "tasks": ["custommetrics", "assess"],
        "custommetrics": {
            "templates": {"prom": "./prom.tpl"},
            "values": {"url": url(store), "apiKey": CREDENTIALS[0], "labels": {"app": "web"}},
            "versionValues": [
                {"labels": {"version": "v1"}},
                {"labels": {"version": "v2"}},
            ],
            "concurrency": 1,
            "retries": 0,
        },
        "assess": {"SLOs": {
            "upper": {"prom/latency-mean": 50},
            "lower": {"prom/request-count": 10},
        }},
    });
    let Value::Object(more) = more else { panic!("not a map") };
    more.into_iter().for_each(|(name, value)| values["custommetrics"][name] = value);
    values.to_string()
}

fn workspace(values: &str) -> Workspace {
    let workspace = Workspace::new();
    workspace.write("prom.tpl", TEMPLATE);
    workspace.write("values.yaml", values);
    workspace
}

/// No credential is in what a command printed, nor in any file that runs left behind.
fn check_hidden(workspace: &Workspace, finished: &[&Finished]) {
    let folder = workspace.path().join(".iter8/default");
    let files = ["experiment.yaml", "run.log"].map(|file| folder.join(file));
    let texts = files.iter().filter_map(|file| std::fs::read_to_string(file).ok());
    let printed = finished.iter().flat_map(|of| [of.stdout.clone(), of.stderr.clone()]);
    for text in texts.chain(printed) {
        for credential in CREDENTIALS {
            assert!(!text.contains(credential), "{credential} in {text}");
        }
    }
}

#[test]
fn a_good_candidate_passes_and_a_slow_one_does_not() {
    for (latency, code) in [("45.5", 0), ("50.5", 1)] {
        let store = store(vec![number("100"), number("30"), number("20"), number(latency)]);
        let workspace = workspace(&canary(&store, json!({})));
        let finished = workspace.iter8("run -f values.yaml").run().expect(code);
        let finished = finished.prints("prom/latency-mean (msec) <= 50 | true      | ");
        assert!(
            finished.stdout.contains("prom/request-count       | 100.00    | 20.00"),
            "{finished}"
        );
        let document = workspace.document("default");
        let insights = document.insights().unwrap();
        assert_eq!(insights.versions.len(), 2);
        assert_eq!(document.slos(), code == 0);
    }
}

/// Iter8 0.13 asked about every version with the labels of the last one from the second loop on.
#[test]
fn every_loop_asks_about_each_version_d2() {
    let store = store(vec![number("100")]);
    let values =
        canary(&store, json!({})).replace("\"prom/latency-mean\":50", "\"prom/latency-mean\":100");
    let workspace = workspace(&values);
    workspace.iter8("run -f values.yaml --loops 3 -o none").run().expect(0);
    let versions: Vec<&str> = store
        .requests()
        .iter()
        .map(|request| if request.target().contains("%22v1%22") { "v1" } else { "v2" })
        .collect();
    assert_eq!(versions, ["v1", "v1", "v2", "v2"].repeat(3));
    let with = &workspace.document("default").spec[0].with;
    assert_eq!(with["values"]["labels"], json!({"app": "web"}));
    assert_eq!(with["versionValues"][0], json!({"labels": {"version": "v1"}}));
    assert!(!with["values"].to_string().contains("elapsedTimeSeconds"));
}

#[test]
fn metrics_without_a_value_are_told_everywhere_but_in_the_text_report() {
    let failing = vec![Step::reply(503, "try later")];
    let store = store(vec![number("100"), failing, nothing(), number("20")]);
    let workspace = workspace(&canary(&store, json!({})));
    let finished = workspace.iter8("run -f values.yaml").run().expect(1);
    assert!(!finished.stdout.contains("httpError"), "{finished}");
    assert!(finished.stderr.contains("2 of 4 queries gave no value"), "{finished}");
    for format in ["json", "html", "markdown", "junit"] {
        let report = workspace.iter8(&format!("report --output {format}")).run().expect(0);
        for status in ["httpError", "noData", "503 Service Unavailable"] {
            assert!(report.stdout.contains(status), "{format}: {report}");
        }
    }
    let store = self::store(vec![nothing()]);
    workspace.write("values.yaml", canary(&store, json!({"onError": "fail"})));
    let finished = workspace.iter8("run -f values.yaml -o none").run().expect(2);
    assert!(finished.stderr.contains("4 of 4 queries gave no value"), "{finished}");
    assert!(workspace.document("default").result.unwrap().failure);
}

#[test]
fn credentials_are_sent_and_appear_nowhere() {
    let [key, given, in_file, in_environment] = CREDENTIALS;
    let auths = [
        (json!({"bearer": given}), given, "Bearer token-in-auth"),
        (json!({"token": {"fileRef": "./token"}}), in_file, "token token-in-file"),
        (
            json!({"basic": {"user": "me", "password": {"envRef": "STORE_TOKEN"}}}),
            in_environment,
            "Basic bWU6dG9rZW4taW4tZW52",
        ),
    ];
    for (auth, credential, sent) in auths {
        // Some servers repeat what they were sent.
        let store = store(vec![vec![Step::reply(401, &format!("{key} and {credential}"))]]);
        let auth = json!({"prom": auth});
        let workspace = workspace(&canary(&store, json!({"auth": auth})));
        workspace.write("token", "token-in-file\n");
        let iter8 = |line: &str| workspace.iter8(line).env("STORE_TOKEN", CREDENTIALS[3]);
        let finished = iter8("--loglevel trace run -f values.yaml --loops 2").run().expect(1);
        let last = store.requests().pop().unwrap();
        assert_eq!(last.header("authorization"), Some(sent));
        assert_eq!(last.header("x-api-key"), Some(CREDENTIALS[0]));
        let dry = iter8("run -f values.yaml --dry").run().expect(0);
        let reports = ["text", "json", "html", "junit", "markdown"]
            .map(|format| iter8(&format!("report --output {format}")).run().expect(0));
        let query = iter8("metrics query -f values.yaml").run().expect(1);
        let all: Vec<&Finished> = reports.iter().chain([&finished, &dry, &query]).collect();
        check_hidden(&workspace, &all);
        assert!(query.stdout.contains("[redacted]"), "{query}");
    }
}

#[test]
fn a_withheld_credential_is_not_there_for_the_next_run() {
    let store = store(vec![number("100")]);
    let workspace = workspace(&canary(&store, json!({})));
    workspace.iter8("run -f values.yaml -o none").run().expect(1);
    let again = workspace.iter8("run --reuse-result -o none").run().expect(2);
    let expected = "Hint: give the values again, or use envRef, fileRef or secretRef instead\n\
                    Error: spec[0].with.values.apiKey: withheldRef spec[0].with.values.apiKey: this \
                    credential was given to an earlier run and is not stored";
    assert!(again.stderr.contains(expected), "{again}");
    let asked = store.request_count();
    workspace.iter8("run -f values.yaml --reuse-result -o none").run().expect(1);
    assert_eq!(store.request_count(), asked + 4);
    assert_eq!(workspace.document("default").result.unwrap().num_loops, 2);
}

#[test]
fn a_missing_credential_is_named_before_anything_starts() {
    let store = store(vec![number("100")]);
    let auth = json!({"prom": {"bearer": {"envRef": "ITER8_NO_SUCH_VARIABLE"}}});
    let workspace = workspace(&canary(&store, json!({"auth": auth})));
    let finished = workspace.iter8("run -f values.yaml").run().expect(2);
    let expected = "Error: custommetrics.auth.prom.bearer: envRef ITER8_NO_SUCH_VARIABLE: there is \
                    no such environment variable";
    assert!(finished.stderr.contains(expected), "{finished}");
    // A dry run needs none.
    let dry = workspace.iter8("run -f values.yaml --dry").run().expect(0);
    assert!(dry.stdout.contains("envRef: ITER8_NO_SUCH_VARIABLE"), "{dry}");
    assert_eq!(store.request_count(), 0);
}

#[test]
fn a_template_is_tried_by_hand() {
    let store = store(vec![number("21.7639"), nothing()]);
    let workspace = workspace("labels: {version: v1}\n");
    let set = format!("--set url={},apiKey={}", url(&store), CREDENTIALS[0]);
    let line = format!("metrics query --template prom.tpl -f values.yaml --elapsed 2m {set}");
    let one = workspace.iter8(&format!("{line} --metric request-count")).run().expect(0);
    for part in [
        "prom/request-count (counter)\n",
        &format!("  request   GET {}/api/v1/query\n", url(&store)),
        "query = sum(last_over_time(requests_total{version=\"v1\"}[120s])) or on() vector(0)\n",
        "  header    X-Api-Key: [redacted]\n",
        "  response  200\n",
        "\"21.7639\"",
        "  jq        .data.result[0].value[1] | tonumber\n",
        "  value     21.7639\n",
    ] {
        assert!(one.stdout.contains(part), "{part}: {one}");
    }
    let other = workspace.iter8(&format!("{line} --metric latency-mean")).run().expect(1);
    assert!(other.stdout.contains("  no value  noData: the result has no entries\n"), "{other}");
    assert!(other.stderr.ends_with("Error: some metrics have no value\n"), "{other}");
    let json = workspace.iter8(&format!("{line} --output json")).run().expect(1);
    let asked: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(asked[0]["status"], "noData");
    assert_eq!(asked[1]["metric"], "prom/latency-mean");
    assert_eq!(
        asked[1]["request"]["params"][0],
        json!({"name": "query", "value": "mean{version=\"v1\"}"})
    );
    check_hidden(&workspace, &[&one, &other, &json]);
}

#[test]
fn the_values_of_an_experiment_are_tried_by_hand() {
    let store = store(vec![number("5")]);
    let workspace = workspace(&canary(&store, json!({})));
    let iter8 = |line: &str| workspace.iter8(&format!("metrics query -f values.yaml {line}")).run();
    let second = iter8("--version-index 1 --template prom").expect(0);
    assert!(second.stdout.contains("version=\"v2\""), "{second}");
    let third = iter8("--version-index 2").expect(2);
    assert!(third.stderr.ends_with("Error: there is no version 2: the values have 2\n"), "{third}");
    let other = iter8("--template istio").expect(2);
    let expected = "Hint: templates are prom\nError: the values have no template istio\n";
    assert!(other.stderr.ends_with(expected), "{other}");
    let metric = iter8("--metric latency").expect(2);
    assert!(metric.stderr.ends_with("Error: the template has no such metric\n"), "{metric}");
}

#[test]
fn built_in_templates_are_listed_and_printed() {
    let workspace = Workspace::new();
    let list = workspace.iter8("metrics templates").run().expect(0);
    let names: Vec<&str> = list
        .stdout
        .lines()
        .take_while(|line| !line.is_empty())
        .map(|l| l.split(' ').next().unwrap())
        .collect();
    assert!(names.contains(&"prometheus"), "{list}");
    for name in names {
        let template = workspace.iter8(&format!("metrics template {name}")).run().expect(0);
        assert!(template.stdout.contains("url: "), "{template}");
    }
    let none = workspace.iter8("metrics template promethus").run().expect(2);
    let expected =
        "Hint: did you mean prometheus?\nError: there is no built-in template promethus\n";
    assert!(none.stderr.ends_with(expected), "{none}");
}
