//! Whole reports, looked at by a person once.

use iter8_model::experiment::Experiment;
use iter8_report::{Format, render};
use iter8_testkit::golden;

use crate::experiments::{self, context};

fn all() -> [(&'static str, Experiment); 9] {
    [
        ("one-version", experiments::one_version()),
        ("unreliable", experiments::unreliable()),
        ("two-versions", experiments::two_versions()),
        ("two-histograms", experiments::two_histograms()),
        ("queries", experiments::queries()),
        ("loops", experiments::loops()),
        ("no-insights", experiments::no_insights()),
        ("no-slos", experiments::no_slos()),
        ("hostile", experiments::hostile()),
    ]
}

fn check(format: Format, ending: &str) {
    for (name, experiment) in all() {
        golden(format!("{name}.{ending}"), &render(&experiment, &context(), format).text);
    }
}

#[test]
fn text() {
    check(Format::Text, "txt");
}

#[test]
fn json() {
    check(Format::Json, "json");
}

#[test]
fn junit() {
    check(Format::JUnit, "xml");
}

#[test]
fn markdown() {
    check(Format::Markdown, "md");
}

/// Without what is the same in every page: styles, scripts and the chart library.
#[test]
fn html() {
    for (name, experiment) in all() {
        let page = render(&experiment, &context(), Format::Html).text;
        golden(format!("{name}.html"), &without(&without(&page, "style"), "script"));
    }
}

/// Nothing but the licences and name spaces inside the chart library mentions other hosts.
#[test]
fn pages_load_nothing() {
    for (name, experiment) in all() {
        let page = render(&experiment, &context(), Format::Html).text;
        let own = page.replace(include_str!("../../assets/plotly-basic.min.js"), "");
        assert_eq!(own.matches("://").count(), 1, "{name}: only the link in the heading");
        for way in ["src=", "<link", "url(", "@import", "fetch(", "XMLHttpRequest", "sendBeacon"] {
            assert!(name == "hostile" || !own.contains(way), "{name}: {way}");
        }
        assert!(own.contains("content=\"default-src 'none'; style-src"), "{name}");
    }
}

/// Ids and what refers to them are made of numbers, whatever metrics are called.
#[test]
fn ids_are_unique_and_plain() {
    for (name, experiment) in all() {
        let page = render(&experiment, &context(), Format::Html).text;
        let (body, _) = page.split_once("<body>").unwrap().1.split_once("<script").unwrap();
        let values = |attribute: &str| -> Vec<&str> {
            let start = format!(" {attribute}=\"");
            let pieces = body.split(&start).skip(1);
            pieces.map(|piece| piece.split_once('"').unwrap().0).collect()
        };
        let ids = values("id");
        let unique: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(unique.len(), ids.len(), "{name}: {ids:?}");
        let is_plain = |id: &&str| id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        assert!(ids.iter().all(is_plain), "{name}: {ids:?}");
        for reference in values("for").iter().chain(&values("aria-labelledby")) {
            assert!(unique.contains(reference), "{name}: {reference}");
        }
        let headers = body.matches("<th ").count();
        assert_eq!(headers, body.matches("<th scope=\"").count(), "{name}");
    }
}

fn without(page: &str, element: &str) -> String {
    let (open, close) = (format!("<{element}>\n"), format!("</{element}>"));
    let plotly = format!("<{element}>/**");
    let mut kept = String::new();
    let mut rest = page;
    while let Some(start) = [open.as_str(), &plotly].iter().filter_map(|mark| rest.find(mark)).min()
    {
        let end = start + rest[start..].find(&close).unwrap();
        kept.push_str(&rest[..start]);
        kept.extend(["<", element, ">"]);
        rest = &rest[end..];
    }
    kept + rest
}

/// The example in the reference is a report that this program makes, and the reference names
/// every key in it.
#[test]
fn reference_shows_a_real_report() {
    let reference = include_str!("../../../../docs/reference/report-json.md");
    let report = render(&experiments::reference(), &context(), Format::Json).text;
    golden("reference.json", &report);
    let example = reference.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    assert_eq!(example, report, "copy tests/golden/reference.json to the reference");
    let (prose, _) = reference.split_once("```json").unwrap();
    let mut document: serde_json::Value = serde_json::from_str(&report).unwrap();
    // Its keys are the names of metrics.
    document["loops"][0]["values"] = serde_json::Value::Null;
    check_named(&document, prose);
}

fn check_named(value: &serde_json::Value, prose: &str) {
    for (key, value) in value.as_object().into_iter().flatten() {
        assert!(prose.contains(&format!("| `{key}` |")), "{key} is not in the reference");
        check_named(value, prose);
    }
    value.as_array().into_iter().flatten().for_each(|value| check_named(value, prose));
}
