//! The built-in templates: what they make of variables, and what comes of the answers of stores.
//!
//! The cases are golden files, see `tests/templates/README.md`.

mod pages;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use iter8_fetch::{Auth, Client, Limits, Tls};
use iter8_providers::{MetricQuery, Outcome, ProviderSpec, TEMPLATES, builtin, query};
use iter8_template::{Dialect, Environment, Templates, Value as Data, Zone};
use iter8_testkit::{Script, ScriptedServer, Step};
use serde_json::{Map, Value};

/// What stands for a credential in the variables of the cases.
const CREDENTIAL: &str = "not-a-real-";

/// A golden case.
struct Case {
    name: String,
    template: String,
    now: String,
    variables: Value,
    answers: Map<String, Value>,
    rendered: String,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/templates")
}

fn cases() -> Vec<Case> {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .filter(|path| path.file_stem().is_some_and(|stem| stem != "refusals"))
        .collect();
    paths.sort();
    let case = |path: &PathBuf| {
        let mut value: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let text = |value: &Value, name: &str| value[name].as_str().unwrap().to_owned();
        Case {
            name: path.file_stem().unwrap().to_string_lossy().into_owned(),
            template: text(&value, "template"),
            now: text(&value, "now"),
            variables: value["variables"].take(),
            answers: value["answers"].as_object().unwrap().clone(),
            rendered: fs::read_to_string(path.with_extension("yaml")).unwrap(),
        }
    };
    paths.iter().map(case).collect()
}

/// Renders a built-in template, or tells why not.
fn render(template: &str, variables: &Value, now: &str) -> Result<String, String> {
    let text = builtin(template).ok_or_else(|| format!("there is no template {template}"))?;
    let mut templates = Templates::new(Dialect::Sprig);
    templates.parse(template, text).map_err(|error| error.to_string())?;
    let mut environment = Environment {
        now: now.parse().unwrap(),
        zone: Zone::UTC,
        random: &mut |buffer: &mut [u8]| buffer.fill(0),
        interrupted: &|| false,
        limits: iter8_template::Limits::default(),
    };
    let bytes = templates
        .render(template, &Data::from(variables), &mut environment)
        .map_err(|error| error.to_string())?;
    Ok(String::from_utf8(bytes).unwrap())
}

fn spec(case: &Case) -> ProviderSpec {
    let parsed = ProviderSpec::parse(&case.rendered).unwrap();
    assert_eq!(parsed.warnings, Vec::<String>::new(), "{}", case.name);
    parsed.spec
}

/// What comes of an answer of a store.
async fn asked(
    client: &Client,
    spec: &mut ProviderSpec,
    metric: &MetricQuery,
    status: u16,
    body: Vec<u8>,
) -> Outcome {
    let reply = Step::Reply { status, headers: Vec::new(), body };
    let server = ScriptedServer::start(Script::in_turn([vec![reply]]));
    spec.url = server.url();
    let limits = Limits { retries: 0, ..Limits::default() };
    query(client, spec, metric, &Auth::None, &limits).await.outcome
}

#[test]
fn templates_render_as_with_go() {
    for case in cases() {
        let rendered = render(&case.template, &case.variables, &case.now).unwrap();
        assert_eq!(rendered, case.rendered, "{}", case.name);
    }
}

#[tokio::test]
async fn answers_give_their_values() {
    let client = Client::new(&Tls::default()).unwrap();
    let mut given = 0;
    for case in cases() {
        let mut spec = spec(&case);
        let named: Vec<&String> = case.answers.keys().collect();
        let wanted: Vec<&String> = spec.metrics.iter().map(|metric| &metric.name).collect();
        assert_eq!(named, wanted, "{}: an answer for each metric", case.name);
        for metric in std::mem::take(&mut spec.metrics) {
            let answer = &case.answers[&metric.name];
            let place = format!("{} {}", case.name, metric.name);
            let gives = &answer["gives"];
            let status =
                gives["status"].as_u64().map_or(200, |status| u16::try_from(status).unwrap());
            let body = answer["answer"].as_str().map_or_else(
                || answer["answer"].to_string().into_bytes(),
                |text| text.as_bytes().to_vec(),
            );
            let outcome = asked(&client, &mut spec, &metric, status, body).await;
            match (gives, &outcome) {
                (Value::Number(number), Outcome::Value(value)) => {
                    let number = number.as_f64().unwrap();
                    let is_near = (number - value).abs() <= 1e-9 * number.abs();
                    assert!(is_near, "{place}: {value} is not {number}");
                }
                (Value::String(nothing), Outcome::NoData(_)) if nothing == "noData" => {}
                (Value::Object(_), Outcome::JqError(message)) => {
                    assert_eq!(gives["jqError"], *message, "{place}");
                }
                (Value::Object(_), Outcome::HttpError { status, .. }) => {
                    assert_eq!(gives["status"], *status, "{place}");
                }
                _ => panic!("{place}: {outcome:?} is not {gives}"),
            }
            given += 1;
        }
    }
    assert!(given > 150, "{given}");
}

#[test]
fn every_template_has_cases() {
    let with_cases: BTreeSet<String> = cases().into_iter().map(|case| case.template).collect();
    let all: BTreeSet<String> = TEMPLATES.iter().map(|built| built.name.to_owned()).collect();
    assert_eq!(with_cases, all);
}

/// URLs are logged along the way by proxies and stores, and bodies often too.
#[test]
fn credentials_are_sent_in_headers_only() {
    let mut found = BTreeSet::new();
    for case in cases() {
        let spec = spec(&case);
        assert!(!spec.url.contains(CREDENTIAL), "{}", case.name);
        for metric in &spec.metrics {
            let params = metric.params.iter().map(|(_, value)| value);
            let mut sent = params.chain(&metric.body);
            assert!(sent.all(|text| !text.contains(CREDENTIAL)), "{} {}", case.name, metric.name);
        }
        if spec.headers.iter().any(|(_, value)| value.contains(CREDENTIAL)) {
            found.insert(case.template);
        }
    }
    assert_eq!(found.len(), 8, "{found:?}");
}

#[test]
fn unusable_variables_are_refused() {
    let text = fs::read_to_string(folder().join("refusals.json")).unwrap();
    let refusals: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert!(refusals.len() > 50);
    for refusal in refusals {
        let template = refusal["template"].as_str().unwrap();
        let message = refusal["message"].as_str().unwrap();
        let error = render(template, &refusal["variables"], "2026-03-01T12:00:30Z").unwrap_err();
        assert!(error.ends_with(&format!("error calling fail: {message}")), "{error}");
        // By which a user finds what to change.
        assert!(message.contains("variable") || message.contains("text \""), "{message}");
    }
}

/// A map of the template's name wins over what all templates share.
#[test]
fn templates_have_variables_of_their_own() {
    let variables = serde_json::json!({
        "url": "http://a", "labels": {"x": "1"}, "window": 5, "headers": {"A": "a"},
        "envoy-prom": {"url": "http://b", "labels": {"y": "2"}, "headers": {"A": "b"}},
    });
    for (template, url, selector) in [
        ("envoy-prom", "http://b/api/v1/query", "{x=\"1\",y=\"2\"}[5s]"),
        ("seldon-prom", "http://a/api/v1/query", "{x=\"1\"}[5s]"),
    ] {
        let rendered = render(template, &variables, "2026-03-01T12:00:30Z").unwrap();
        let spec = ProviderSpec::parse(&rendered).unwrap().spec;
        assert_eq!(spec.url, url);
        assert!(spec.metrics[0].params[0].1.contains(selector), "{}", spec.metrics[0].params[0].1);
    }
}

#[test]
fn windows_are_seconds_or_durations() {
    let cases = [
        (serde_json::json!({"window": 90}), "90s"),
        (serde_json::json!({"window": "90"}), "90s"),
        (serde_json::json!({"window": "1h30m"}), "5400s"),
        (serde_json::json!({"window": "1d"}), "86400s"),
        (serde_json::json!({"window": "2w"}), "1209600s"),
        (serde_json::json!({"window": 0.4}), "1s"),
        (serde_json::json!({"window": -5}), "1s"),
        (serde_json::json!({"elapsedTimeSeconds": 1_234_567}), "1234567s"),
        (serde_json::json!({"window": "5m", "elapsedTimeSeconds": 7}), "300s"),
    ];
    for (variables, expected) in cases {
        let rendered = render("istio-prom", &variables, "2026-03-01T12:00:30Z").unwrap();
        assert!(rendered.contains(&format!("{{}}[{expected}]")), "{variables}: {rendered}");
    }
}

/// CSV and the like: the filter gets the answer as a text, whatever bytes it has.
#[tokio::test]
async fn answers_may_be_texts() {
    let client = Client::new(&Tls::default()).unwrap();
    let cases: [(&str, &str, &[u8], Outcome); 5] = [
        ("text", "split(\",\")[1] | tonumber", b"a,5", Outcome::Value(5.0)),
        ("TEXT", "length", b"\xffab", Outcome::Value(3.0)),
        ("text", "length", b"", Outcome::Value(0.0)),
        ("text", "if . == \"\" then empty else . end", b"", Outcome::NoData(String::new())),
        ("json", "length", b"[1, 2]", Outcome::Value(2.0)),
    ];
    for (format, filter, answer, expected) in cases {
        let text = format!(
            "url: http://h\nresponseFormat: {format}\nmetrics:\n- name: a\n  type: gauge\n  \
             jqExpression: {}\n",
            Value::from(filter)
        );
        let parsed = ProviderSpec::parse(&text).unwrap();
        assert_eq!(parsed.warnings, Vec::<String>::new());
        let mut spec = parsed.spec;
        let metric = spec.metrics.remove(0);
        let outcome = asked(&client, &mut spec, &metric, 200, answer.to_vec()).await;
        assert_eq!((outcome.name(), outcome.value()), (expected.name(), expected.value()));
    }
    let error = ProviderSpec::parse("url: http://h\nresponseFormat: xml\n").unwrap_err();
    assert_eq!(error.to_string(), "responseFormat: expected json or text, found \"xml\"");
}
