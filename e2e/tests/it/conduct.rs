//! How load tests are conducted: told second by second, shared, ended early, doubted.

use std::fs;
use std::path::{Path, PathBuf};

use iter8_e2e::service::Prometheus;
use iter8_e2e::{Finished, Workspace};
use iter8_sample::{SampleConfig, serve};
use iter8_testkit::{Script, ScriptedServer, Step};
use serde_json::{Value, json};

use crate::{GATE, open_gate, sample};

/// The lines of a file of events.
fn events(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn sum(events: &[Value], name: &str) -> u64 {
    events.iter().map(|event| event[name].as_u64().unwrap()).sum()
}

#[test]
fn every_second_is_an_event() {
    let service = sample();
    let workspace = Workspace::new();
    workspace.write("seconds.jsonl", "of another test");
    let line = format!("load {} -q 100 -d 2500ms --events seconds.jsonl", service.url());
    // What is wrong is found before anything is replaced.
    workspace.iter8(&format!("{line} --arrival odd")).run().expect(2);
    assert_eq!(workspace.read("seconds.jsonl"), "of another test");
    workspace.iter8(&line).run().expect(0);
    let events = events(&workspace.read("seconds.jsonl"));
    let spans: Vec<_> = events.iter().map(|event| event["from"].as_f64().unwrap()).collect();
    assert_eq!(spans, [0.0, 1.0, 2.0]);
    assert_eq!((sum(&events, "sent"), sum(&events, "requests")), (250, 250));
    assert_eq!(sum(&events, "errors"), 0);
    assert_eq!(events[0]["test"], json!("http"));
    assert!(events.iter().all(|event| event["latency"]["p99"].as_f64().unwrap() > 0.0));
}

#[test]
fn endpoints_at_the_same_time_have_events_of_their_own() {
    let (one, other) = (sample(), sample());
    let line = format!(
        "run --set tasks={{http}} --set http.parallel=true --set http.qps=100 \
         --set http.duration=1s --set http.endpoints.one.url={} --set http.endpoints.other.url={} \
         -o none --events -",
        one.url(),
        other.url()
    );
    let workspace = Workspace::new();
    let finished = workspace.iter8(&line).run().expect(0);
    let events = events(&finished.stdout);
    for test in ["http-one", "http-other"] {
        let own: Vec<Value> =
            events.iter().filter(|event| event["test"] == test).cloned().collect();
        assert_eq!(sum(&own, "sent"), 100, "{finished}");
        let counted = workspace.metric("default", &format!("{test}/request-count"));
        assert_eq!(counted.to_string(), "100");
    }
}

#[test]
fn prometheus_takes_every_second() {
    let (service, prometheus) = (sample(), Prometheus::scraping(&[]));
    let line = format!(
        "load {} -q 200 -d 2s --remote-write {}",
        service.url(),
        prometheus.remote_write_url()
    );
    let finished = Workspace::new().iter8(&line).run().expect(0);
    assert_eq!(finished.stderr, "", "{finished}");
    let requests = "iter8_load_requests_total{experiment=\"default\",test=\"http\",status=\"200\"}";
    prometheus.wait_for(requests, |found| (found - 400.0).abs() < 0.5);
    prometheus.wait_for("iter8_load_latency_seconds_count", |found| (found - 400.0).abs() < 0.5);
    let quantile = "histogram_quantile(0.99, iter8_load_latency_seconds_bucket)";
    prometheus.wait_for(quantile, |found| found > 0.0 && found < 30.0);
    prometheus.wait_for("iter8_load_second_latency_seconds{quantile=\"0.5\"}", |found| found > 0.0);
}

/// What the specification of OTLP demands of a body in JSON.
fn check_otlp(body: &Value) {
    for metric in body["resourceMetrics"][0]["scopeMetrics"][0]["metrics"].as_array().unwrap() {
        let kinds = ["sum", "gauge", "histogram"];
        let kinds: Vec<&str> =
            kinds.into_iter().filter(|kind| metric.get(kind).is_some()).collect();
        assert_eq!(kinds.len(), 1, "{metric}");
        let data = &metric[kinds[0]];
        if kinds[0] != "gauge" {
            assert_eq!(data["aggregationTemporality"], json!(2), "{metric}");
        }
        for point in data["dataPoints"].as_array().unwrap() {
            let time = |name: &str| point[name].as_str().unwrap().parse::<u128>().unwrap();
            assert!(time("startTimeUnixNano") < time("timeUnixNano"), "{point}");
            assert!(point["attributes"].as_array().is_some_and(|list| !list.is_empty()));
            let values = ["asInt", "asDouble", "count"];
            assert_eq!(values.into_iter().filter(|name| point.get(name).is_some()).count(), 1);
        }
    }
}

#[test]
fn otlp_is_told_with_credentials_that_nobody_sees() {
    let (service, collector) = (sample(), ScriptedServer::start(Script::always([Step::ok("{}")])));
    let workspace = Workspace::new();
    let export = json!({"otlp": {
        "url": format!("{}/v1/metrics", collector.url()),
        "auth": {"bearer": "collector-secret"},
    }});
    let values = json!({
        "tasks": ["http"],
        "http": {"url": service.url(), "qps": 100, "duration": "1500ms", "export": export},
    });
    workspace.write("values.yaml", values.to_string());
    workspace.iter8("run -f values.yaml -o none").run().expect(0);
    let requests = collector.requests();
    assert_eq!(requests.len(), 2);
    for request in &requests {
        assert_eq!(request.header("authorization"), Some("Bearer collector-secret"));
        assert_eq!(request.header("content-type"), Some("application/json"));
        check_otlp(&serde_json::from_slice(&request.body).unwrap());
    }
    assert!(!workspace.document_text("default").contains("collector-secret"));
}

#[test]
fn a_collector_that_is_gone_is_told_of_once_and_changes_nothing() {
    let service = sample();
    let url = service.url();
    let line = format!("load {url} -q 100 -d 2s --otlp http://127.0.0.1:1/v1/metrics");
    let finished = Workspace::new().iter8(&line).run().expect(0);
    let told = finished.stderr.matches("failed to export by otlp").count();
    assert_eq!(told, 1, "{finished}");
    let wrong = format!("load {url} --remote-write ftp://h");
    Workspace::new().iter8(&wrong).run().expect(2);
}

/// Carries out the parts of a test; their outputs are files 1.json, 2.json and so on.
fn parts(workspace: &Workspace, test: &str, of: usize) {
    let running: Vec<_> = (1..=of)
        .map(|part| workspace.iter8(&format!("load {test} --part {part}/{of}")).start())
        .collect();
    for (part, running) in (1..).zip(running) {
        let finished: Finished = running.finish().expect(0);
        workspace.write(&format!("{part}.json"), &finished.stdout);
    }
}

#[test]
fn parts_of_a_test_add_up_to_the_whole() {
    let service = sample();
    let workspace = Workspace::new();
    parts(&workspace, &format!("{} -q 300 -d 1s -c 6", service.url()), 3);
    let line = "merge 3.json 1.json 2.json --slo request-count>=300 --slo error-rate=0";
    let merged = workspace.iter8(line).run().expect(0);
    assert!(merged.stdout.starts_with("\n  requests   300 "), "{merged}");
    let json = workspace.iter8("merge 1.json 2.json 3.json -o json").run().expect(0);
    let report: Value = serde_json::from_str(&json.stdout).unwrap();
    let distribution = &report["histograms"][0]["versions"][0];
    assert_eq!(distribution["count"], json!(300), "{json}");
    for file in ["1.json", "2.json", "3.json"] {
        let part: Value = serde_json::from_str(&workspace.read(file)).unwrap();
        assert_eq!(part["measurement"]["requests"], json!(100), "{file}");
    }
}

#[test]
fn parts_that_do_not_fit_are_told() {
    let service = sample();
    let workspace = Workspace::new();
    parts(&workspace, &format!("{} -q 500 -n 20", service.url()), 2);
    let merge = |files: &str| workspace.iter8(&format!("merge {files}")).run();
    merge("1.json").expect(2).error("part 2/2 is missing").hint("--partial goes on without it");
    merge("1.json 1.json").expect(2).error("1.json: part 1/2 is there twice");
    let partial = merge("2.json --partial --slo error-rate=0").expect(1);
    partial.error("SLOs are inconclusive");
    assert!(merge("2.json --partial").expect(0).stdout.contains("part 1/2 is missing"));
    merge("1.json 2.json --slo latency-p12=5")
        .expect(2)
        .error("--slo http/latency-p12: the parts have no such metric");
    workspace.write("none.json", "{}");
    let format = "this is no part of a load test: expected {\"format\": \"iter8-load-part/1\", …}";
    merge("none.json").expect(2).error(&format!("none.json: {format}"));
    let other = format!("load {} -q 501 -n 20 --part 2/2", service.url());
    let other = workspace.iter8(&other).run().expect(0);
    workspace.write("other.json", &other.stdout);
    merge("1.json other.json")
        .expect(2)
        .error("other.json: parts of different tests: qps 500 and 501");
    let many = format!("load {} -n 20 --part 1/9", service.url());
    workspace.iter8(&many).run().expect(2);
}

#[test]
fn a_test_of_a_broken_service_ends_early() {
    let config = SampleConfig { errors: "60%".parse().unwrap(), ..SampleConfig::default() };
    let service = serve(config).unwrap();
    let test = format!("load {} -q 200 -n 4000", service.url());
    let finished = Workspace::new().iter8(&format!("{test} --abort-on-error-rate 0.4")).run();
    let finished = finished.expect(2);
    let last = finished.stderr.lines().last().unwrap();
    assert!(
        last.contains("aborted, since ") && last.contains(" requests were errors"),
        "{finished}"
    );
    assert!(finished.stdout.contains("  requests   "), "{finished}");
    let share = "spec[0].with.abortOnErrorRate: expected a share from 0 to 1";
    let line = format!("{test} --abort-on-error-rate 40");
    let wrong = Workspace::new().iter8(&line).run().expect(2);
    let path = share.replace("spec[0].with", "http");
    assert!(wrong.stderr.contains(&path), "{wrong}");
}

#[test]
fn a_generator_that_lags_decides_nothing() {
    let service = sample();
    let line = format!("{} -q 200 -n 40 --max-schedule-lag 1ns --slo error-rate=0", service.url());
    let finished = Workspace::new().iter8(&format!("load {line}")).run();
    let finished = finished.expect(1).error("SLOs are inconclusive");
    let told = "  unreliable the load generator lagged behind its schedule: p99 ";
    assert!(finished.stdout.contains(told), "{finished}");
    assert!(
        finished.stdout.contains("  not sure http/error-rate = 0.00, limit <= 0"),
        "{finished}"
    );
}

/// A control group with a hundredth of a processor, removed at the end.
struct Quota(PathBuf);

impl Quota {
    /// `None` where this process may not make one.
    fn new() -> Option<Self> {
        let name = format!("iter8-e2e-{}", std::process::id());
        let root = Path::new("/sys/fs/cgroup");
        let files: [(PathBuf, &[(&str, &str)]); 2] = [
            (root.join("cpu"), &[("cpu.cfs_period_us", "100000"), ("cpu.cfs_quota_us", "1000")]),
            (root.to_owned(), &[("cpu.max", "1000 100000")]),
        ];
        files.into_iter().find_map(|(hierarchy, settings)| {
            let group = hierarchy.join(&name);
            fs::create_dir(&group).ok()?;
            let group = Self(group);
            let set = |(file, value): &(&str, &str)| fs::write(group.0.join(file), value).is_ok();
            settings.iter().all(set).then_some(group)
        })
    }

    fn hold(&self, pid: u32) {
        fs::write(self.0.join("cgroup.procs"), pid.to_string()).unwrap();
    }
}

impl Drop for Quota {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.0);
    }
}

#[expect(clippy::print_stderr, reason = "a story that is left out must say so")]
#[test]
fn a_throttled_generator_decides_nothing() {
    let Some(quota) = Quota::new() else {
        eprintln!("left out: this machine lets nobody make a control group");
        return;
    };
    let service = sample();
    let workspace = Workspace::new();
    workspace.write("gate.sh", GATE);
    let line = format!(
        "run --set tasks={{run,http,assess}} --set-file run.script=gate.sh --set http.url={} \
         --set http.qps=500 --set http.numRequests=500 --set http.maxScheduleLag=1h \
         --set assess.SLOs.upper.http/error-rate=0 -o text",
        service.url()
    );
    let running = workspace.iter8(&line).start();
    running.wait_for_log("task 1: run: started");
    quota.hold(running.pid());
    open_gate(&workspace);
    let finished = running.finish().expect(1).error("SLOs are inconclusive");
    let told = "http is unreliable: the CPU quota throttled the load generator for ";
    assert!(finished.stdout.contains(told), "{finished}");
}
