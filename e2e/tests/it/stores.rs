//! Versions judged by what a metrics store knows of them: a canary behind HAProxy, a mirrored
//! candidate behind nginx, and points in InfluxDB, each with the real programs.

use std::time::Duration;

use iter8_e2e::service::{Haproxy, InfluxDb, Mirror, Prometheus, Scrape, Weighted};
use iter8_e2e::{Finished, Running, Workspace};
use iter8_model::slo::Bound;
use iter8_sample::{SampleConfig, serve};

use crate::address;

/// What a candidate is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Candidate {
    Good,
    Slow,
    Failing,
}

impl Candidate {
    /// Latency of a slow candidate; a good one takes [`GOOD`].
    const SLOW: Duration = Duration::from_millis(60);

    fn start(self) -> iter8_sample::Running {
        let latency = if self == Self::Slow { Self::SLOW } else { GOOD };
        let errors = if self == Self::Failing { "20%" } else { "0" };
        let errors = errors.parse().unwrap();
        let version = "v2".to_owned();
        serve(SampleConfig { version, latency, errors, ..SampleConfig::default() }).unwrap()
    }

    /// The metrics that show what is wrong with it.
    fn faults(self) -> &'static [&'static str] {
        match self {
            Self::Good => &[],
            Self::Slow => &["latency"],
            Self::Failing => &["error-rate"],
        }
    }
}

const GOOD: Duration = Duration::from_millis(1);

fn stable() -> iter8_sample::Running {
    serve(SampleConfig { version: "v1".to_owned(), latency: GOOD, ..SampleConfig::default() })
        .unwrap()
}

/// Sends load to an app until it is told to stop.
fn users(workspace: &Workspace, url: &str) -> Running {
    let line = format!(
        "run -g users -o none --set tasks={{http}} --set http.url={url} \
         --set http.qps=2500,http.duration=5m,http.connections=64,http.allowInitialErrors=true"
    );
    let running = workspace.iter8(&line).start();
    running.wait_for_log("task 1: http: started");
    running
}

/// Runs the experiment of `values.yaml` in three loops; the exit code is the verdict.
fn judge(workspace: &Workspace, values: &str, candidate: Candidate) -> Finished {
    workspace.write("values.yaml", values);
    let code = i32::from(candidate != Candidate::Good);
    let line = "run -f values.yaml --loops 3 --interval 500ms";
    let finished = workspace.iter8(line).limit(Duration::from_mins(1)).run().expect(code);
    let experiment = workspace.document("default");
    let insights = experiment.insights().unwrap();
    assert_eq!(insights.versions.len(), 2, "{finished}");
    for version in &insights.versions {
        for (name, numbers) in &version.numbers {
            assert_eq!(numbers.len(), 3, "{name} has a value in each loop\n{finished}");
        }
    }
    let (slos, satisfied) = (insights.slos.as_ref(), insights.slos_satisfied.as_ref());
    let (slos, satisfied) = (slos.unwrap(), satisfied.unwrap());
    for bound in [Bound::Upper, Bound::Lower] {
        for (slo, satisfied) in slos.of(bound).iter().zip(satisfied.of(bound)) {
            let is_fault = candidate.faults().iter().any(|fault| slo.metric.contains(fault));
            let expected = [true, !is_fault];
            assert_eq!(satisfied.as_slice(), expected, "{} of v1, v2\n{finished}", slo.metric);
        }
    }
    finished
}

/// HAProxy gives a tenth of the users to the candidate; its own exporter counts for Prometheus.
fn canary(candidate: Candidate) {
    let (v1, v2) = (stable(), candidate.start());
    let proxy = Haproxy::splitting(&[
        Weighted { name: "v1", address: address(&v1), weight: 90 },
        Weighted { name: "v2", address: address(&v2), weight: 10 },
    ]);
    let prometheus = Prometheus::scraping(&[Scrape { job: "haproxy", address: proxy.metrics() }]);
    let workspace = Workspace::new();
    let _users = users(&workspace, &proxy.url());
    // HAProxy's mean is one over 1,024 requests and means nothing before that many.
    let requests = "sum(haproxy_server_http_responses_total{server=\"v2\"})";
    prometheus.wait_for(requests, |count| count > 1_200.0);
    let counted = "sum(increase(haproxy_server_http_responses_total{server=\"v2\"}[15s]))";
    prometheus.wait_for(counted, |count| count > 50.0);
    let values = format!(
        "tasks: [custommetrics, assess]
custommetrics:
  templates: {{haproxy: haproxy-prom}}
  values: {{url: \"{}\", labels: {{proxy: {}}}, window: 15s}}
  versionValues:
  - labels: {{server: v1}}
  - labels: {{server: v2}}
assess:
  SLOs:
    upper: {{haproxy/error-rate: 0.05, haproxy/latency-mean: 30}}
    lower: {{haproxy/request-count: 50}}
",
        prometheus.query_url(),
        Haproxy::BACKEND
    );
    judge(&workspace, &values, candidate).prints("haproxy/latency-mean (msec)");
    let share = v2.stats().requests as f64 / (v1.stats().requests + v2.stats().requests) as f64;
    assert!((0.08..0.12).contains(&share), "the candidate had {share} of the requests");
}

#[test]
fn a_good_canary_passes() {
    canary(Candidate::Good);
}

#[test]
fn a_slow_canary_fails() {
    canary(Candidate::Slow);
}

#[test]
fn a_failing_canary_fails() {
    canary(Candidate::Failing);
}

/// nginx sends every request to the candidate too and throws its answers away: users never see
/// them, and only the candidate's own metrics tell.
fn mirrored(candidate: Candidate) {
    let (v1, v2) = (stable(), candidate.start());
    let proxy = Mirror::start(address(&v1), address(&v2));
    let prometheus = Prometheus::scraping(&[
        Scrape { job: "v1", address: address(&v1) },
        Scrape { job: "v2", address: address(&v2) },
    ]);
    let workspace = Workspace::new();
    let _users = users(&workspace, &proxy.url());
    for version in ["v1", "v2"] {
        let counted = format!("sum(increase(http_requests_total{{job=\"{version}\"}}[15s]))");
        prometheus.wait_for(&counted, |count| count > 200.0);
    }
    let values = format!(
        "tasks: [custommetrics, assess]
custommetrics:
  templates: {{app: prometheus}}
  values:
    url: \"{}\"
    window: 15s
    queries:
      request-count: {{query: 'sum(increase(http_requests_total{{$labels}}[$window]))', type: counter}}
      error-rate: sum(rate(http_requests_total{{code=\"5xx\",$labels}}[$window])) / sum(rate(http_requests_total{{$labels}}[$window]))
      latency-p90:
        query: 1000 * histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket{{$labels}}[$window])))
        units: msec
  versionValues:
  - labels: {{job: v1, version: v1}}
  - labels: {{job: v2, version: v2}}
assess:
  SLOs:
    upper: {{app/error-rate: 0.05, app/latency-p90: 50}}
    lower: {{app/request-count: 50}}
",
        prometheus.query_url()
    );
    judge(&workspace, &values, candidate).prints("app/latency-p90 (msec)");
    let (answered, mirrored) = (v1.stats().requests, v2.stats().requests);
    assert!(answered > 0 && mirrored > answered / 2, "{answered} answered, {mirrored} mirrored");
}

#[test]
fn a_good_mirrored_version_passes() {
    mirrored(Candidate::Good);
}

#[test]
fn a_slow_mirrored_version_fails() {
    mirrored(Candidate::Slow);
}

#[test]
fn a_failing_mirrored_version_fails() {
    mirrored(Candidate::Failing);
}

/// An app that writes its measurements to InfluxDB, as points of some requests.
fn measured(candidate: Candidate) {
    let influx = InfluxDb::start();
    let (latency, errors) = match candidate {
        Candidate::Good => (4.0, 0.0),
        Candidate::Slow => (80.0, 0.0),
        Candidate::Failing => (4.0, 0.5),
    };
    for (version, latency, errors) in [("v1", 4.0, 0.0), ("v2", latency, errors)] {
        for number in 0..20 {
            // Points of one series with one time would replace each other; the tag tells them apart.
            influx.write(&format!(
                "requests,version={version},worker={number} latency={},error={errors}",
                latency + f64::from(number) / 10.0
            ));
        }
    }
    let workspace = Workspace::new();
    let values = format!(
        "tasks: [custommetrics, assess]
custommetrics:
  templates: {{app: influxdb}}
  values:
    url: \"{}\"
    database: {}
    window: 1h
    queries:
      request-count: {{query: 'SELECT count(latency) FROM requests WHERE $labels AND time > now() - $window', type: counter}}
      error-rate: SELECT mean(error) FROM requests WHERE $labels AND time > now() - $window
      latency-mean: {{query: 'SELECT mean(latency) FROM requests WHERE $labels AND time > now() - $window', units: msec}}
  versionValues:
  - labels: {{version: v1}}
  - labels: {{version: v2}}
assess:
  SLOs:
    upper: {{app/error-rate: 0.05, app/latency-mean: 30}}
    lower: {{app/request-count: 20}}
",
        influx.url(),
        InfluxDb::DATABASE
    );
    judge(&workspace, &values, candidate).prints("app/latency-mean (msec)");
}

#[test]
fn points_of_good_slow_and_failing_versions_are_told_apart() {
    measured(Candidate::Good);
    measured(Candidate::Slow);
    measured(Candidate::Failing);
}
