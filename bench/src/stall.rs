//! A service that answers in 1 ms and stands still once, for 2 s of a test of 10 s.
//!
//! A generator that waits for answers before it sends sees one slow request per connection. Users
//! do not wait for one another: 200 requests/s would have met the stop 400 times. What percentiles
//! would be then follows from arithmetic, see [`truth`].

use crate::iter8::Run;
use crate::output::Output;
use crate::samples::{Spread, difference, percentile};
use crate::service::{CLIENT, Service};

const CONNECTIONS: [u32; 3] = [4, 16, 64];
const RUNS: usize = 3;
const RATE: u32 = 200;
const SECONDS: u32 = 10;
const PERCENTS: [f64; 3] = [50.0, 95.0, 99.0];
const STALL: Stall = Stall { interval: 1.0 / RATE as f64, service: 0.001, begin: 4.0, end: 6.0 };

/// A schedule, and a service that stands still. In seconds.
#[derive(Debug, Clone, Copy)]
struct Stall {
    interval: f64,
    service: f64,
    begin: f64,
    end: f64,
}

pub(crate) fn measure(output: &mut Output) -> anyhow::Result<()> {
    output.line(&format!(
        "1 ms of service, still for 2 s; {RATE}/s for {SECONDS} s; {RUNS} runs; ms: median \
         [least … largest]"
    ))?;
    for connections in CONNECTIONS {
        let runs: Vec<Run> = (0..RUNS).map(|_| once(connections)).collect::<Result<_, _>>()?;
        output.line(&format!(
            "\n{:<16}{:>10}{:>12}{:>30}{:>8}{:>30}",
            format!("{connections} connections"),
            "truth",
            "unbounded",
            "latency by iter8",
            "off",
            "service time by iter8"
        ))?;
        let bounded = truth(STALL, RATE * SECONDS, connections);
        let unbounded = truth(STALL, RATE * SECONDS, RATE * SECONDS);
        for percent in PERCENTS {
            let spread = |name: &str| -> anyhow::Result<Spread> {
                let name = format!("{name}-p{percent}");
                Ok(Spread::of(
                    runs.iter().map(|run| run.metric(&name)).collect::<Result<Vec<_>, _>>()?,
                ))
            };
            let (latency, service) = (spread("latency")?, spread("service-time")?);
            let (bounded, unbounded) =
                (percentile(&bounded, percent), percentile(&unbounded, percent));
            output.line(&format!(
                "{:<16}{bounded:>10.1}{unbounded:>12.1}{latency:>30.1}{:>7.1}%{service:>30.1}",
                format!("p{percent}"),
                difference(latency.median, bounded)
            ))?;
        }
        let counts = runs.iter().map(|run| run.metric("request-count"));
        let counts = Spread::of(counts.collect::<Result<Vec<_>, _>>()?);
        output.line(&format!("{:<16}{:>10}{:>42.0}", "requests", RATE * SECONDS, counts))?;
    }
    Ok(())
}

fn once(connections: u32) -> anyhow::Result<Run> {
    let service = Service::sample(&["--latency", "1ms", "--freeze", "2s@4s"])?;
    let settings = [
        format!("qps={RATE}"),
        format!("duration={SECONDS}s"),
        format!("connections={connections}"),
    ];
    Run::on(CLIENT, &service.url, &settings)
}

/// Latencies from the intended starts in milliseconds, ascending.
///
/// Requests are due at even intervals and each takes the first free connection (a queue D/D/c). A
/// request begins when it is due and a connection is free; if that is within the stall, its
/// service goes on only after it, and so does a service that the stall interrupts. With as many
/// connections as requests nobody waits but for the stall itself.
fn truth(stall: Stall, requests: u32, connections: u32) -> Vec<f64> {
    let mut free = vec![0.0_f64; connections as usize];
    let mut latencies = Vec::new();
    for number in 0..requests {
        let due = f64::from(number) * stall.interval;
        let (at, earliest) = free
            .iter()
            .copied()
            .enumerate()
            .fold((0, f64::INFINITY), |best, one| if one.1 < best.1 { one } else { best });
        let begin = due.max(earliest);
        let end = begin + stall.service;
        let is_stalled = begin < stall.end && end > stall.begin;
        let left = if begin >= stall.begin { stall.service } else { end - stall.begin };
        let end = if is_stalled { stall.end + left } else { end };
        free[at] = end;
        latencies.push((end - due) * 1000.0);
    }
    latencies.sort_by(f64::total_cmp);
    latencies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_limits_the_stall_is_a_ramp() {
        // 400 of 2,000 requests meet the stall; their latencies fall from 2,001 ms in steps of 5.
        let latencies = truth(STALL, 2000, 2000);
        for (percent, expected) in
            [(50.0, 1.0), (80.0, 1.0), (95.0, 1501.0), (99.0, 1901.0), (100.0, 2001.0)]
        {
            let found = percentile(&latencies, percent);
            assert!((found - expected).abs() < 5.01, "p{percent} {found} {expected}");
        }
        assert_eq!(latencies.iter().filter(|latency| **latency > 1.5).count(), 400);
    }

    #[test]
    fn few_connections_take_their_time_after_the_stall() {
        // 400 requests wait for 4 connections: the last of them leaves 100 ms later and more.
        let latencies = truth(STALL, 2000, 4);
        let delayed = latencies.iter().filter(|latency| **latency > 1.5).count();
        assert!((400..460).contains(&delayed), "{delayed}");
        assert!((percentile(&latencies, 100.0) - 2001.0).abs() < 5.01);
    }

    #[test]
    fn without_a_stall_all_take_the_service_time() {
        let calm = Stall { begin: 100.0, end: 100.0, ..STALL };
        let latencies = truth(calm, 2000, 1);
        assert!(latencies.iter().all(|latency| (latency - 1.0).abs() < 1e-6));
    }

    #[test]
    fn a_service_that_the_stall_interrupts_goes_on_after_it() {
        let stall = Stall { interval: 1.0, service: 0.5, begin: 0.3, end: 2.3 };
        let found: Vec<String> =
            truth(stall, 2, 9).iter().map(|latency| format!("{latency:.0}")).collect();
        assert_eq!(found, ["1800", "2500"]);
    }
}
