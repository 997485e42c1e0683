//! Stores that are scripted servers, asked through templates in files.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use iter8_model::history::LoopOutcome;
use iter8_testkit::{Captured, Script, ScriptedServer, Step};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::tests::Bench;

mod failures;
mod secrets;
mod versions;

/// A template that asks for two numbers with all variables in the query.
const TEMPLATE: &str = r#"url: {{ .url }}/api/query?fixed=1
headers:
  X-App: {{ or .labels.app "none" }}
metrics:
- name: request-count
  type: counter
  description: number of requests
  params:
  - name: query
    value: count{v="{{ .labels.version }}"}[{{ .elapsedTimeSeconds }}s]
  jqExpression: .
- name: latency-p50.0
  type: gauge
  description: median of latencies
  units: msec
  params:
  - name: query
    value: p50{v="{{ .labels.version }}"}[{{ .elapsedTimeSeconds }}s]
  jqExpression: .
"#;

/// A folder with a template.
struct Templates(TempDir);

impl Templates {
    fn with(text: &str) -> Self {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("store.tpl"), text).unwrap();
        Self(folder)
    }

    fn path(&self) -> String {
        self.0.path().join("store.tpl").display().to_string()
    }
}

/// A server that answers with these bodies one after the other, the last one for ever.
fn server(bodies: &[&str]) -> Arc<ScriptedServer> {
    let lists: Vec<Vec<Step>> = bodies.iter().map(|body| vec![Step::ok(body)]).collect();
    Arc::new(ScriptedServer::start(Script::in_turn(lists)))
}

fn url(server: &ScriptedServer) -> String {
    server.url().trim_end_matches('/').to_owned()
}

/// The task that asks a server by the template, one query after the other and once.
fn task(server: &ScriptedServer, template: &Templates, more: Value) -> Value {
    let mut with = json!({
        "templates": {"store": template.path()},
        "values": {"url": url(server), "labels": {"app": "web", "version": "v0"}},
        "concurrency": 1,
        "retries": 0,
    });
    let Value::Object(more) = more else { panic!("not a map") };
    more.into_iter().for_each(|(name, value)| with[name] = value);
    json!({"task": "custommetrics", "with": with})
}

/// The queries of requests, as they were before encoding.
fn queries(requests: &[Captured]) -> Vec<String> {
    let query = |request: &Captured| {
        let target = request.target();
        let (_, query) = target.split_once("query=").unwrap_or(("", target));
        let query = query.split('&').next().unwrap_or_default();
        [("%7B", "{"), ("%7D", "}"), ("%22", "\""), ("%5B", "["), ("%5D", "]"), ("%3D", "=")]
            .iter()
            .fold(query.to_owned(), |text, (code, plain)| text.replace(code, plain))
    };
    requests.iter().map(query).collect()
}

#[tokio::test]
async fn values_are_recorded_with_what_the_template_says_of_them() {
    let (server, template) = (server(&["7", "\"21.5\""]), Templates::with(TEMPLATE));
    let bench = Bench::new(json!([task(&server, &template, json!({}))]));
    bench.complete().await;
    assert_eq!(bench.value("store/request-count"), Some(7.0));
    assert_eq!(bench.value("store/latency-p50"), Some(21.5));
    let insights = bench.insights();
    assert_eq!(insights.versions.len(), 1);
    let meta = &insights.metrics["store/latency-p50"];
    assert_eq!(
        (meta.description.as_str(), meta.units.as_deref()),
        ("median of latencies", Some("msec"))
    );
    let statuses: Vec<_> =
        insights.versions[0].queries.values().map(|q| q.outcome.as_str()).collect();
    assert_eq!(statuses, ["value", "value"]);
    let requests = server.requests();
    assert!(requests.iter().all(|request| request.method() == "GET"));
    assert!(requests.iter().all(|request| request.header("x-app") == Some("web")));
    assert!(requests[0].target().contains("fixed=1"), "{}", requests[0].target());
    assert_eq!(bench.logs.warnings(), Vec::<String>::new());
}

#[tokio::test]
async fn the_window_begins_with_the_experiment() {
    let check = async |values: Value, expected: &str| {
        let (server, template) = (server(&["1"]), Templates::with(TEMPLATE));
        let mut spec = task(&server, &template, json!({}));
        let Value::Object(values) = values else { panic!("not a map") };
        values.into_iter().for_each(|(name, value)| spec["with"]["values"][name] = value);
        let result = json!({"startTime": "2026-01-31T11:59:00Z"});
        let bench = Bench::with_result(json!([spec]), result).at("2026-01-31T12:00:00Z");
        bench.complete().await;
        let asked = queries(&server.requests());
        assert_eq!(asked[0], format!("count{{v=\"v0\"}}[{expected}]"));
    };
    check(json!({}), "60s").await;
    check(json!({"startingTime": "2026-01-31T12:00:00Z"}), "1s").await;
    check(json!({"startingTime": "2027-01-31T12:00:00Z"}), "1s").await;
    // Large numbers are written in full.
    check(json!({"startingTime": "1970-01-01T00:00:00Z"}), "1769860800s").await;
}

#[tokio::test]
async fn templates_of_the_web_are_fetched_in_each_loop() {
    let store = server(&["3"]);
    let text = TEMPLATE.replace("{{ .url }}", &url(&store));
    let web = server(&[&text, "Not a template {{"]);
    let with = json!({"templates": {"store": format!("{}t.tpl?token=1", web.url())}});
    let bench = Bench::new(json!([{"task": "custommetrics", "with": with}]));
    bench.complete().await;
    assert_eq!(bench.value("store/request-count"), Some(3.0));
    let error = bench.run().await.unwrap_err();
    let place = format!("{}t.tpl", web.url());
    assert!(
        error.starts_with(&format!(
            "failed to run task 1 (custommetrics): failed to load template store: failed to parse \
             the template: template: {place}:1"
        )),
        "{error}"
    );
    assert_eq!(web.request_count(), 2);
}

#[tokio::test]
async fn several_stores_are_asked_at_once_and_recorded_in_order() {
    let template = Templates::with(TEMPLATE);
    let servers = ["10", "20", "30"].map(|body| server(&[body]));
    let mut with = json!({"versionValues": [{}, {}, {}], "values": {}});
    for (at, server) in servers.iter().enumerate() {
        let name = format!("s{at}");
        let text = TEMPLATE
            .replace("{{ .url }}", &url(server))
            .replace(".labels.version", "\"\"")
            .replace(".labels.app", "\"\"");
        let path = Path::new(&template.path()).with_file_name(&name);
        fs::write(&path, text).unwrap();
        with["templates"][name] = json!(path);
    }
    let bench = Bench::new(json!([{"task": "custommetrics", "with": with}]));
    bench.complete().await;
    for (version, of) in bench.insights().versions.iter().enumerate() {
        for (at, value) in [10.0, 20.0, 30.0].into_iter().enumerate() {
            let name = format!("s{at}/request-count");
            assert_eq!(of.numbers[&name], [value], "{name} of version {version}");
        }
    }
    assert!(servers.iter().all(|server| server.request_count() == 6));
}

#[tokio::test]
async fn a_stop_keeps_what_was_found_until_then() {
    let lists = [vec![Step::ok("7")], vec![Step::NeverAnswer]];
    let server = Arc::new(ScriptedServer::start(Script::in_turn(lists)));
    let template = Templates::with(TEMPLATE);
    let bench = Bench::new(json!([task(&server, &template, json!({}))]));
    let watched = Arc::clone(&server);
    let stopper = bench.stop_when(move || watched.request_count() == 2);
    assert_eq!(bench.run().await, Ok(LoopOutcome::Interrupted));
    stopper.join().unwrap();
    assert_eq!(bench.value("store/request-count"), Some(7.0));
    assert_eq!(bench.value("store/latency-p50"), None);
    assert_eq!(bench.insights().versions[0].queries.len(), 1);
}
