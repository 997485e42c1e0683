//! Processor time at a fixed rate, and how exactly it is held.

use crate::iter8::Run;
use crate::output::Output;
use crate::race;
use crate::samples::Spread;
use crate::service::{CLIENT, Service};
use crate::tools::{self, Test};

const RATE: u64 = 20_000;
const CONNECTIONS: u64 = 16;
const ROUNDS: usize = 5;
const SECONDS: u64 = 4;

/// The lag's p99 on an idle processor, at most.
const LAG_BAR_MS: f64 = 0.1;

/// iter8's processor time as a multiple of these ones', at most.
const BARS: [(&str, f64); 2] = [("h2load", 1.0), ("fortio", 0.6)];

pub(crate) fn measure(output: &mut Output) -> anyhow::Result<()> {
    let service = Service::fast()?;
    output.line(&format!(
        "{RATE}/s over {CONNECTIONS} connections; {ROUNDS} alternating rounds of {SECONDS} s: \
         median [least … largest]\n\
         h2load sends what became due in 10 ms at once; who shows another rate cannot hold it"
    ))?;
    let test =
        Test { url: &service.url, connections: CONNECTIONS, seconds: SECONDS, rate: Some(RATE) };
    let (runners, absent) = tools::runners(&test)?;
    if !absent.is_empty() {
        output.line(&format!("not installed: {}", absent.join(", ")))?;
    }
    let laps = race::run(output, &format!("{RATE} requests/s"), ROUNDS, &runners)?;
    for (runner, own) in runners.iter().zip(&laps) {
        let seconds = Spread::of(own.iter().map(|lap| lap.seconds));
        output.line(&format!("{:<12}{seconds:>24.2} s of processor", runner.name))?;
    }
    for (name, bar) in BARS {
        let Some(at) = runners.iter().position(|runner| runner.name == name) else { continue };
        let ratio = race::ratio(&laps[0], &laps[at], |lap| lap.seconds);
        let met = if ratio.median <= bar { "met" } else { "MISSED" };
        output.line(&format!("processor time of iter8 : {name} {ratio:.2}; bar {bar}: {met}"))?;
    }
    let mut lags = Vec::new();
    for _ in 0..ROUNDS {
        let settings = [
            format!("qps={RATE}"),
            format!("duration={SECONDS}s"),
            format!("connections={CONNECTIONS}"),
        ];
        lags.push(Run::on(CLIENT, &service.url, &settings)?.metric("schedule-lag-p99")?);
    }
    let lag = Spread::of(lags);
    let met = if lag.median < LAG_BAR_MS { "met" } else { "MISSED" };
    output.line(&format!("p99 of iter8's lag: {lag:.3} ms; bar {LAG_BAR_MS} ms: {met}"))
}
