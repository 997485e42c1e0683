//! Whether requests are sent when they were to be sent, and as many as were to be sent.

use crate::iter8::Run;
use crate::output::Output;
use crate::samples::{Spread, percentile};
use crate::service::{CLIENT, Records, Service};

/// Requests per second, and connections: enough that none has to wait for another.
const RATES: [(u32, u32); 2] = [(1_000, 16), (10_000, 16)];
const RUNS: usize = 5;
const SECONDS: u32 = 5;
/// How long the service takes: so short that connections are mostly free.
const LATENCY_US: u32 = 50;
/// On an idle machine, at this rate.
const BAR_MS: f64 = 1.0;
const BAR_RATE: u32 = 1_000;

pub(crate) fn measure(output: &mut Output) -> anyhow::Result<()> {
    output.line(&format!(
        "{SECONDS} s at a fixed rate; lags in ms: the real sending after the intended one\n\
         tool: as iter8 reports it; service: the arrival by the kernel's stamp, less the earliest"
    ))?;
    for (rate, connections) in RATES {
        output.line(&format!(
            "\n{rate}/s, {connections} connections\n{:<8}{:>10}{:>10}{:>14}{:>16}{:>12}{:>12}{:>8}",
            "run", "reported", "arrived", "tool p99", "service p50", "p99", "max", "late"
        ))?;
        let mut lags = Vec::new();
        let mut is_exact = true;
        for number in 1..=RUNS {
            let (run, records) = once(rate, connections)?;
            let (count, lag) = (run.metric("request-count")?, run.metric("schedule-lag-p99")?);
            let seen = records.lags(f64::from(rate));
            let planned = u64::from(rate * SECONDS);
            is_exact &= (count - planned as f64).abs() < 0.5 && seen.len() as u64 == planned;
            output.line(&format!(
                "{number:<8}{count:>10}{:>10}{lag:>14.3}{:>16.3}{:>12.3}{:>12.3}{:>8}",
                seen.len(),
                percentile(&seen, 50.0),
                percentile(&seen, 99.0),
                percentile(&seen, 100.0),
                run.metric("late-count")?
            ))?;
            lags.push(lag);
        }
        let lag = Spread::of(lags);
        let exact = if is_exact { "yes" } else { "NO" };
        output.line(&format!("p99 of the lag: {lag:.3} ms; as many as planned: {exact}"))?;
        if rate == BAR_RATE {
            let met = if lag.median < BAR_MS { "met" } else { "MISSED" };
            output.line(&format!("bar: a p99 below {BAR_MS} ms on an idle machine: {met}"))?;
        }
    }
    Ok(())
}

fn once(rate: u32, connections: u32) -> anyhow::Result<(Run, Records)> {
    let service = Service::stamped(LATENCY_US, "fixed")?;
    let settings = [
        format!("qps={rate}"),
        format!("duration={SECONDS}s"),
        format!("connections={connections}"),
    ];
    let run = Run::on(CLIENT, &service.url, &settings)?;
    let records = service.records()?;
    Ok((run, records))
}
