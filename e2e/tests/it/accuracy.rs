//! Whether what is reported is what happened, measured with a service of known behaviour.

use std::collections::BTreeSet;
use std::num::NonZeroU64;
use std::time::Duration;

use iter8_e2e::Workspace;
use iter8_load::{Arrival, Change, Rate, Schedule, Stage};
use serde_json::{Value, json};

use crate::measured::{Way, measure, merged, seen};
use crate::sample;

/// 400 requests a second for 5 s against a service that stands still from 2 s to 3 s: the 400
/// requests due in that time wait 0 to 1 s, evenly. So 5 % of all wait longer than 0.75 s, and 1 %
/// longer than 0.95 s, whatever the number of connections. A tool that times requests from the
/// moment it gets round to sending them sees a stall of a few requests only.
#[track_caller]
fn stall(way: Way) {
    let server = way.server(&["-freeze=1s", "-freeze-at=800"]);
    let told = way.run(&server, 2_000, 400);
    for (name, expected) in [("latency-p95", 750.0), ("latency-p99", 950.0)] {
        let measured = told.metric(name);
        assert!((measured / expected - 1.0_f64).abs() < 0.1, "{way:?} {name}: {measured} ms");
    }
    let service_time = told.metric("service-time-p95");
    assert!(service_time < 50.0, "{way:?} service-time-p95: {service_time} ms");
    assert_eq!(told.counts(), (2_000, 0), "{way:?}");
}

#[test]
fn a_stall_is_seen_over_http_1_1() {
    stall(Way::Http1 { connections: 4 });
    stall(Way::Http1 { connections: 32 });
}

#[test]
fn a_stall_is_seen_over_http_2() {
    stall(Way::Http2 { connections: 1, streams: 4 });
    stall(Way::Http2 { connections: 2, streams: 16 });
}

#[test]
fn a_stall_is_seen_over_grpc() {
    stall(Way::Grpc { connections: 1, streams: 4 });
    stall(Way::Grpc { connections: 2, streams: 16 });
}

/// The value that this share of all does not exceed.
fn quantile(values: &[f64], share: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the list")]
    let index = (values.len() as f64 * share).ceil() as usize - 1;
    values[index]
}

/// A service of a quarter of a millisecond, which tells when each request came and how long it
/// took. Every request comes once, and no quantile of the times on the client's side is below that
/// on the server's side, for what the client sees includes it. How far above it may lie on an idle
/// machine is measured in `bench`; here only what would be whole milliseconds is found.
#[test]
fn requests_are_those_that_the_server_saw() {
    for way in [
        Way::Http1 { connections: 4 },
        Way::Http2 { connections: 2, streams: 2 },
        Way::Grpc { connections: 2, streams: 2 },
    ] {
        let server = way.server(&["-latency=250us"]);
        let told = way.run(&server, 1_000, 500);
        assert_eq!(told.counts(), (1_000, 0), "{way:?}");
        let seen = seen(&server, 1_000);
        let ids: BTreeSet<&str> = seen.iter().map(|seen| seen.id.as_str()).collect();
        assert_eq!((seen.len(), ids.len()), (1_000, 1_000), "{way:?}");
        let mut took: Vec<f64> = seen.iter().map(|seen| seen.took).collect();
        took.sort_by(f64::total_cmp);
        let shares =
            [("service-time-p50", 0.5), ("service-time-p90", 0.9), ("service-time-p99", 0.99)];
        for (name, share) in shares {
            let (ours, theirs) = (told.metric(name), quantile(&took, share));
            // A thousandth is the resolution of our histogram.
            assert!(ours >= theirs * 0.999, "{way:?} {name}: {ours} ms, the server's {theirs} ms");
        }
        let (least, half) = (told.metric("latency-min"), told.metric("service-time-p50"));
        assert!((0.25..1.0).contains(&least), "{way:?} latency-min: {least} ms");
        assert!(half < took[500] + 1.0, "{way:?}: {half} ms, the server's {} ms", took[500]);
    }
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

/// The moments at which requests came are those of the schedule: as many, and each second as many
/// but for those that a busy machine sends on the other side of its end.
#[track_caller]
fn arrivals(inputs: &Value, schedule: &Schedule, span: f64) {
    let way = Way::Http1 { connections: 16 };
    let server = way.server(&[]);
    let all = json!({"url": format!("http://{}/?id=x", server.host()), "connections": 16,
        "seed": 7, "allowInitialErrors": true});
    let told = measure(&Workspace::new(), "http", &merged(all, inputs), 0);
    let until = Some(Duration::from_secs_f64(span));
    let due = schedule.starts(0, NonZeroU64::MIN, until);
    let due: Vec<f64> = due.map(|(_, start)| start as f64 / 1e9).collect();
    let (count, errors) = told.counts();
    assert_eq!((count, errors), (due.len() as u64, 0), "{inputs}");
    let mut came: Vec<f64> = seen(&server, due.len()).iter().map(|seen| seen.at).collect();
    came.sort_by(f64::total_cmp);
    // Each connection may have asked once before the test.
    let came = &came[came.len() - due.len()..];
    let mut lags: Vec<f64> = came.iter().zip(&due).map(|(came, due)| came - due).collect();
    lags.sort_by(f64::total_cmp);
    let begun = quantile(&lags, 0.5);
    assert!(quantile(&lags, 0.9) - begun < 0.05, "{inputs}: {lags:?}");
    let within = |moments: &[f64], second: f64| {
        moments.iter().filter(|moment| (second..second + 1.0).contains(*moment)).count()
    };
    let came: Vec<f64> = came.iter().map(|came| came - begun).collect();
    for second in 0..3 {
        let second = f64::from(second);
        let (came, due) = (within(&came, second), within(&due, second));
        assert!(came.abs_diff(due) <= 12, "{inputs}: {came} in second {second}, not {due}");
    }
}

#[test]
fn arrivals_follow_their_schedule() {
    let rate = |value: f64| Rate::per_second(value).unwrap();
    let constant = Schedule::constant(rate(200.0));
    for (name, arrival) in [
        ("constant", Arrival::Constant),
        ("uniform", Arrival::Uniform),
        ("poisson", Arrival::Poisson),
    ] {
        let inputs = json!({"qps": 200, "duration": "3s", "arrival": name});
        arrivals(&inputs, &constant.clone().with_arrival(arrival, 7), 3.0);
    }
    let second = Duration::from_secs(1);
    let stages = [
        Stage { duration: 2 * second, target: rate(300.0), change: Change::Ramp },
        Stage { duration: second, target: rate(100.0), change: Change::Step },
    ];
    let inputs = json!({"stages": [{"duration": "2s", "qps": 300},
        {"duration": "1s", "qps": 100, "shape": "step"}]});
    arrivals(&inputs, &Schedule::stages(Rate::ZERO, &stages), 3.0);
}
