//! How long answers take, by the recording of the service.
//!
//! Lower bounds are exact. Upper bounds are generous, as other processes use the machine too.

use std::time::Duration;

use iter8_sample::{Distribution, SampleConfig, Share, Stats};

use crate::client::{connect, start};

const MS: u64 = 1_000_000;

/// What the service recorded of so many requests.
fn recorded(config: SampleConfig, paths: &[&str]) -> Stats {
    let running = start(config);
    let mut client = connect(&running);
    for path in paths {
        client.get(path);
    }
    // Asked on the same connection, everything before is recorded.
    assert_eq!(client.get("/stats").json()["service_time_us"]["count"], paths.len());
    running.stop()
}

#[test]
fn the_latency_is_kept() {
    let latency = Duration::from_micros(250);
    let stats = recorded(SampleConfig { latency, ..SampleConfig::default() }, &["/"; 200]);
    let times = &stats.service_time;
    assert_eq!(times.count(), 200);
    assert!(times.min().unwrap() >= 250_000);
    assert!(times.quantile(0.5).unwrap() < 5 * MS, "{:?}", times.quantile(0.5));
}

#[test]
fn delays_replace_the_latency() {
    let latency = Duration::from_hours(1);
    let config = SampleConfig { latency, ..SampleConfig::default() };
    let times = recorded(config, &["/delay/3ms", "/delay/0", "/delay/5ms"]).service_time;
    assert!(times.min().unwrap() < MS * 1000);
    assert!((5 * MS..1000 * MS).contains(&times.max().unwrap()));
}

#[test]
fn slow_tails() {
    let share = Share::new(0.2).unwrap();
    let distribution = Distribution::SlowTail { share, latency: Duration::from_millis(20) };
    let times = recorded(SampleConfig { distribution, ..SampleConfig::default() }, &["/"; 100])
        .service_time;
    assert!(times.quantile(0.5).unwrap() < 15 * MS);
    assert!(times.quantile(0.95).unwrap() >= 19_980_000);
}

#[test]
fn errors_take_their_time_too() {
    let latency = Duration::from_millis(2);
    let config = SampleConfig { latency, errors: Share::ALL, ..SampleConfig::default() };
    let stats = recorded(config, &["/"; 5]);
    assert_eq!(stats.answers.errors(), 5);
    assert!(stats.service_time.min().unwrap() >= 2 * MS);
}

#[test]
fn recordings_of_all_connections_are_merged() {
    let running = start(SampleConfig::default());
    for _ in 0..3 {
        let mut client = connect(&running);
        client.get("/");
        client.get("/delay/2ms");
        client.get("/stats");
    }
    let times = running.stop().service_time;
    assert_eq!(times.count(), 6);
    assert!(times.max().unwrap() >= 2 * MS && times.min().unwrap() < times.max().unwrap());
}
