//! Reports on documents, those of Iter8 0.13 above all.

use std::path::Path;

use iter8_e2e::Workspace;
use serde_json::Value;

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    std::fs::read_to_string(path).unwrap()
}

const FIXTURES: [&str; 4] = ["two-versions", "http", "failed", "custommetrics"];

#[test]
fn documents_of_0_13_are_reported_to_the_byte() {
    let workspace = Workspace::new();
    for name in FIXTURES {
        let document = fixture(&format!("{name}.yaml"));
        let expected = fixture(&format!("{name}.txt"));
        let file = workspace.write("document.yaml", &document);
        let from_file = workspace.iter8("report --file").arg(file).run().expect(0);
        assert_eq!(from_file.stdout, expected, "{name}");
        let from_stdin = workspace.iter8("report --file -").stdin(document).run().expect(0);
        assert_eq!(from_stdin.stdout, expected, "{name}");
    }
    assert!(!workspace.has(".iter8"));
}

#[test]
fn what_a_report_cannot_show_is_said() {
    let workspace = Workspace::new();
    let quiet = workspace.iter8("report --file -").stdin(fixture("two-versions.yaml")).run();
    assert_eq!(quiet.expect(0).stderr, "");
    let told = workspace.iter8("report --file -").stdin(fixture("custommetrics.yaml")).run();
    assert_eq!(
        told.expect(0).messages(),
        [
            "Result.Later: unknown field is ignored",
            "metric istio-prom/none of an objective is unknown"
        ]
    );
}

#[test]
fn samples_are_summarised_when_asked_for() {
    let workspace = Workspace::new();
    let report = workspace.iter8("report --samples --file -").stdin(fixture("two-versions.yaml"));
    report.run().expect(0).prints("  grpc/latency/max (msec)").prints("  grpc/latency/mean (msec)");
}

#[test]
fn every_form_shows_every_document() {
    let workspace = Workspace::new();
    for name in FIXTURES {
        let report = |form: &str| {
            let line = format!("report --file - -o {form}");
            workspace.iter8(&line).stdin(fixture(&format!("{name}.yaml"))).run().expect(0).stdout
        };
        let json: Value = serde_json::from_str(&report("json")).unwrap();
        let has_failed = name == "failed";
        assert_eq!(json["summary"]["noFailure"], !has_failed, "{name}");
        let page = report("html");
        assert!(page.contains("</html>"), "{name}: {page}");
        let loads = ["src=\"http", "href=\"http", "@import", "url(http"];
        let is_self_contained = loads.iter().all(|part| !page.contains(part));
        assert!(is_self_contained || page.contains("href=\"https://iter8"), "{name}: {page}");
        let junit = report("junit");
        assert!(
            junit.starts_with("<?xml") && junit.trim_end().ends_with("</testsuites>"),
            "{junit}"
        );
        assert!(report("markdown").starts_with("### "), "{name}");
    }
}

#[test]
fn documents_of_0_13_can_be_asserted() {
    let workspace = Workspace::new();
    let cases = [
        ("two-versions", "completed,nofailure", 0),
        ("two-versions", "slos", 1),
        ("http", "completed,nofailure,slos", 0),
        ("failed", "nofailure", 1),
        ("failed", "completed", 1),
        ("custommetrics", "completed", 0),
        ("custommetrics", "slos", 1),
    ];
    for (name, conditions, code) in cases {
        let line = format!("assert --file - -c {conditions}");
        workspace.iter8(&line).stdin(fixture(&format!("{name}.yaml"))).run().expect(code);
    }
}

#[test]
fn a_result_of_0_13_is_continued() {
    let (workspace, service) = (Workspace::new(), crate::sample());
    let document = fixture("http.yaml").replace("http://web.default/get", &service.url());
    workspace.write(".iter8/default/experiment.yaml", document);
    workspace.iter8("run --reuseResult").run().expect(0);
    let result = workspace.document("default").result.unwrap();
    assert_eq!(result.num_loops, 2);
    let insights = result.insights.unwrap();
    assert_eq!(insights.versions[0].numbers["http/request-count"], [7.0, 7.0]);
    let counts = insights.versions[0].histograms["http/latency"].iter().map(|bucket| bucket.count);
    assert_eq!(counts.sum::<u64>(), 14);
}

#[test]
fn a_reader_who_leaves_is_no_error() {
    let workspace = Workspace::new();
    let file = workspace.write("document.yaml", fixture("two-versions.yaml"));
    let program = iter8_e2e::binary();
    let script = format!(
        "{} report --file {} -o html | head -c 10 > /dev/null; exit ${{PIPESTATUS[0]}}",
        program.display(),
        file.display()
    );
    let ended = std::process::Command::new("bash").args(["-c", &script]).output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr), (Some(0), Vec::new()));
}
