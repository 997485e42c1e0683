//! The service standing still.

use std::time::Duration;

use iter8_sample::{Freeze, SampleConfig};
use iter8_testkit::wait_until;

use crate::client::{LIMIT, connect, start};

const MS: u64 = 1_000_000;

fn frozen(at_ms: u64, lasting: Duration) -> SampleConfig {
    let freezes = vec![Freeze { at: Duration::from_millis(at_ms), lasting }];
    SampleConfig { freezes, ..SampleConfig::default() }
}

#[test]
fn requests_wait_for_the_end_of_a_freeze() {
    let running = start(frozen(0, Duration::from_millis(60)));
    let mut client = connect(&running);
    assert_eq!(client.get("/").status, 200);
    assert_eq!(client.get("/").status, 200);
    client.get("/stats");
    let times = running.stop().service_time;
    assert!((60 * MS..5000 * MS).contains(&times.max().unwrap()), "{:?}", times.max());
    assert!(times.min().unwrap() < 60 * MS, "the second request comes after the freeze");
}

#[test]
fn requests_under_way_wait_too() {
    // The delay ends within the freeze, which then holds the answer back to its end.
    let running = start(frozen(5, Duration::from_millis(95)));
    let mut client = connect(&running);
    client.get("/delay/20ms");
    client.get("/stats");
    assert!(running.stop().service_time.min().unwrap() >= 100 * MS);
}

#[test]
fn the_time_counts_from_the_first_request() {
    let running = start(frozen(0, Duration::from_hours(1)));
    let mut client = connect(&running);
    assert_eq!(client.get("/healthz").status, 200, "health checks do not start the time");
    assert_eq!(client.get("/stats").status, 200);
    client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    assert!(wait_until(LIMIT, || running.stats().requests == 1));
    // Now everything stands still, and a stop ends it all the same.
    let mut other = connect(&running);
    other.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n");
    let stats = running.stop();
    assert_eq!((stats.requests, stats.service_time.count()), (1, 0));
    assert!(client.is_closed() && other.is_closed());
}

#[test]
fn streams_stand_still() {
    let running = start(frozen(30, Duration::from_millis(100)));
    let mut client = connect(&running);
    client.get("/");
    // More than 30 ms of data: somewhere in it the stream stops for 100 ms.
    client.send("GET /bytes/900GiB HTTP/1.1\r\nhost: a\r\n\r\n");
    client.head();
    let mut longest = Duration::ZERO;
    let mut before = Stopwatch::start();
    assert!(wait_until(LIMIT, || {
        client.exactly(1 << 20);
        longest = longest.max(before.lap());
        longest >= Duration::from_millis(80)
    }));
}

/// Time between laps.
struct Stopwatch(
    #[expect(clippy::disallowed_types, reason = "the gap is what is tested")] std::time::Instant,
);

impl Stopwatch {
    #[expect(clippy::disallowed_types, reason = "the gap is what is tested")]
    fn start() -> Self {
        Self(std::time::Instant::now())
    }

    fn lap(&mut self) -> Duration {
        let lap = self.0.elapsed();
        *self = Self::start();
        lap
    }
}
