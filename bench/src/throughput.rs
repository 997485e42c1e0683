//! Requests per second and processor time per request, as fast as it goes.

use std::collections::BTreeMap;

use crate::child::Measured;
use crate::iter8::Run;
use crate::machine;
use crate::output::Output;
use crate::peers::{self, Wrk};
use crate::samples::Spread;
use crate::service::{CLIENT, Service};

const CONNECTIONS: [u64; 3] = [1, 16, 64];
const ROUNDS: usize = 5;
const SECONDS: u64 = 3;

/// One run: requests per second in thousands, and microseconds of processor time per request.
#[derive(Debug, Clone, Copy)]
struct Pace {
    thousands: f64,
    micros: f64,
    mib: f64,
}

impl Pace {
    fn of(measured: &Measured, requests: f64, seconds: f64) -> Self {
        Self {
            thousands: requests / seconds / 1000.0,
            micros: measured.processor.as_secs_f64() * 1e6 / requests,
            mib: measured.peak_kib as f64 / 1024.0,
        }
    }
}

pub(crate) fn measure(output: &mut Output) -> anyhow::Result<()> {
    let service = Service::fast()?;
    let has_h2load = machine::has("h2load");
    output.line(&format!(
        "closed loop against a service of one thread; {ROUNDS} alternating rounds of {SECONDS} s: \
         median [least … largest]"
    ))?;
    for connections in CONNECTIONS {
        let mut paces: BTreeMap<&str, Vec<Pace>> = BTreeMap::new();
        for _ in 0..ROUNDS {
            paces.entry("iter8").or_default().push(iter8(&service.url, connections)?);
            paces.entry("wrk").or_default().push(wrk(&service.url, connections)?);
            if has_h2load {
                paces.entry("h2load").or_default().push(h2load(&service.url, connections)?);
            }
        }
        output.line(&format!(
            "\n{:<16}{:>26}{:>26}{:>20}",
            format!("{connections} connections"),
            "µs of processor/request",
            "thousand requests/s",
            "resident, MiB"
        ))?;
        for (name, paces) in &paces {
            let spread = |of: fn(&Pace) -> f64| Spread::of(paces.iter().map(of));
            let (micros, thousands) = (spread(|pace| pace.micros), spread(|pace| pace.thousands));
            let mib = spread(|pace| pace.mib);
            output.line(&format!("{name:<16}{micros:>26.1}{thousands:>26.1}{mib:>20.1}"))?;
        }
        let ratios = paces["iter8"].iter().zip(&paces["wrk"]);
        let ratio = Spread::of(ratios.map(|(iter8, wrk)| iter8.micros / wrk.micros));
        output.line(&format!(
            "processor time of iter8 as a multiple of wrk's, by round: {ratio:.2}"
        ))?;
    }
    Ok(())
}

fn iter8(url: &str, connections: u64) -> anyhow::Result<Pace> {
    let settings = [
        "qps=max".to_owned(),
        format!("duration={SECONDS}s"),
        format!("connections={connections}"),
    ];
    let run = Run::on(CLIENT, url, &settings)?;
    let (count, rate) = (run.metric("request-count")?, run.metric("throughput")?);
    Ok(Pace::of(&run.measured, count, count / rate))
}

fn wrk(url: &str, connections: u64) -> anyhow::Result<Pace> {
    let run = Wrk::on(CLIENT, url, connections, SECONDS)?;
    Ok(Pace::of(&run.measured, run.requests as f64, run.micros as f64 / 1e6))
}

fn h2load(url: &str, connections: u64) -> anyhow::Result<Pace> {
    let (measured, requests, seconds) = peers::h2load(CLIENT, url, connections, SECONDS)?;
    Ok(Pace::of(&measured, requests as f64, seconds))
}
