//! Whether what is reported is what happened, measured with a service of known behaviour.

use std::time::Duration;

use iter8_e2e::Workspace;
use iter8_sample::{SampleConfig, serve};

use crate::sample;

/// 200 requests a second for 10 s against a service that stands still from 4 s to 6 s: the 400
/// requests due in that time wait 0 to 2 s, evenly. So 5 % of all wait longer than 1.5 s, and 1 %
/// longer than 1.9 s, whatever the number of connections. A tool that times requests from the
/// moment it gets round to sending them sees a stall of a few requests only.
fn stall(connections: usize) {
    let config = SampleConfig {
        latency: Duration::from_millis(1),
        freezes: vec!["2s@4s".parse().unwrap()],
        ..SampleConfig::default()
    };
    let (workspace, service) = (Workspace::new(), serve(config).unwrap());
    let line = format!(
        "run --set tasks={{http}} --set http.url={} --set http.qps=200 --set http.duration=10s \
         --set http.connections={connections}",
        service.url()
    );
    workspace.iter8(&line).limit(Duration::from_mins(1)).run().expect(0);
    let metric = |name: &str| workspace.metric("default", &format!("http/{name}"));
    for (name, expected) in [("latency-p95", 1_500.0), ("latency-p99", 1_900.0)] {
        let measured = metric(name);
        assert!((measured / expected - 1.0_f64).abs() < 0.1, "{name}: {measured} ms");
    }
    let service_time = metric("service-time-p95");
    assert!(service_time < 50.0, "service-time-p95: {service_time} ms");
    assert!((metric("request-count") - 2_000.0).abs() < 0.5);
    assert!(metric("error-count") < 0.5);
}

#[test]
fn a_stall_is_seen_with_few_connections() {
    stall(4);
}

#[test]
fn a_stall_is_seen_with_many_connections() {
    stall(16);
}

#[test]
fn a_schedule_is_kept_to_the_request() {
    let (workspace, service) = (Workspace::new(), sample());
    let line = format!(
        "run --set tasks={{http}} --set http.url={} --set http.qps=1000 --set http.duration=5s",
        service.url()
    );
    workspace.iter8(&line).run().expect(0);
    assert!((workspace.metric("default", "http/request-count") - 5_000.0).abs() < 0.5);
    assert!(workspace.metric("default", "http/unsent-count") < 0.5);
    // Each connection asked once before the test.
    let requests = service.stats().requests;
    assert!((5_000..=5_004).contains(&requests), "{requests}");
}
