//! The reference page of the templates: it names them all, and its examples render.

use std::fs;
use std::path::Path;

use iter8_providers::{ProviderSpec, TEMPLATES};
use serde_json::{Map, Value, json};

use super::render;

fn page() -> String {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/metric-providers.md");
    fs::read_to_string(path).unwrap()
}

/// The examples: values of experiments.
fn examples(page: &str) -> Vec<Map<String, Value>> {
    let blocks = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.map(|block| iter8_model::yaml::parse_mapping(block).unwrap()).collect()
}

/// Values with texts in place of references to credentials.
fn resolved(value: &Value) -> Value {
    match value {
        Value::Object(map) if map.len() == 1 && map.keys().all(|key| key.ends_with("Ref")) => {
            json!("resolved")
        }
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.clone(), resolved(value))).collect()
        }
        Value::Array(items) => items.iter().map(resolved).collect(),
        other => other.clone(),
    }
}

/// The first map with what the second has laid over it.
fn merged(below: &Value, above: &Value) -> Value {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            let mut both = below.clone();
            for (key, value) in above {
                let value = both.get(key).map_or_else(|| value.clone(), |old| merged(old, value));
                both.insert(key.clone(), value);
            }
            Value::Object(both)
        }
        (_, above) => above.clone(),
    }
}

#[test]
fn examples_of_the_page_measure_what_they_judge() {
    let page = page();
    let mut shown = Vec::new();
    for values in examples(&page) {
        let task = &values["custommetrics"];
        let mut measured = Vec::new();
        for (provider, template) in task["templates"].as_object().unwrap() {
            let template = template.as_str().unwrap();
            shown.push(template.to_owned());
            for version in task["versionValues"].as_array().unwrap() {
                let mut variables = merged(&resolved(&task["values"]), &resolved(version));
                variables["elapsedTimeSeconds"] = json!(30);
                let rendered = render(template, &variables, "2026-03-01T12:00:30Z").unwrap();
                let spec = ProviderSpec::parse(&rendered).unwrap().spec;
                let names = spec.metrics.iter().map(|metric| format!("{provider}/{}", metric.name));
                measured.extend(names);
            }
        }
        let limits = values.get("assess").map(|assess| assess["SLOs"].as_object().unwrap());
        for objective in limits.into_iter().flat_map(Map::values) {
            for metric in objective.as_object().unwrap().keys() {
                assert!(measured.contains(metric), "{metric} is not in {measured:?}");
            }
        }
    }
    for built in TEMPLATES {
        assert!(shown.iter().any(|template| template == built.name), "{}", built.name);
    }
}

#[test]
fn the_page_names_every_template() {
    let page = page();
    for built in TEMPLATES {
        assert!(page.contains(&format!("\n## {}\n", built.name)), "{}", built.name);
        assert!(page.contains(&format!("| [`{0}`](#{0}) |", built.name)), "{}", built.name);
    }
    let sections = page.lines().filter(|line| line.starts_with("## ")).count();
    assert_eq!(sections, TEMPLATES.len() + 2, "one for each, what is common, and how to write one");
}
