//! Whole reports, looked at by a person once.

use iter8_model::experiment::Experiment;
use iter8_report::{Format, render};
use iter8_testkit::golden;

use crate::experiments::{self, context};

fn all() -> [(&'static str, Experiment); 7] {
    [
        ("one-version", experiments::one_version()),
        ("two-versions", experiments::two_versions()),
        ("two-histograms", experiments::two_histograms()),
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

fn without(page: &str, element: &str) -> String {
    let (open, close) = (format!("<{element}>\n"), format!("</{element}>"));
    let plotly = format!("<{element}>/**");
    let mut kept = String::new();
    let mut rest = page;
    while let Some(start) = [open.as_str(), &plotly].iter().filter_map(|mark| rest.find(mark)).min()
    {
        let end = start + rest[start..].find(&close).unwrap();
        kept.push_str(&rest[..start]);
        kept.push_str(&format!("<{element}>"));
        rest = &rest[end..];
    }
    kept + rest
}

/// The example in the reference is a report that this program makes.
#[test]
fn reference_shows_a_real_report() {
    let reference = include_str!("../../../../docs/reference/report-json.md");
    let example = reference.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    let report = render(&experiments::two_versions(), &context(), Format::Json).text;
    assert_eq!(example, report);
}
