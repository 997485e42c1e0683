//! Latencies below a millisecond: those that iter8 reports against those that others record.
//!
//! Closed loop: `wrk` before and after, with the same connections against the same service.
//! At a rate: what the service recorded in the same run, in two ways. The sample service counts
//! from the head read, which is after its process was woken; the stamping service counts from the
//! kernel's stamp of the arrival, over HTTP/1.1, HTTP/2 and gRPC. A client cannot know of less than
//! the way there and back, which is the difference that remains.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::iter8::Run;
use crate::output::Output;
use crate::peers::Wrk;
use crate::samples::{Spread, difference};
use crate::service::{CLIENT, Service};
use crate::spin::Awake;

const ROUNDS: usize = 5;
const SECONDS: u64 = 3;
const LATENCY_US: u32 = 250;
/// Few, so that the one processor of the service is not the bottleneck.
const CLOSED_CONNECTIONS: u64 = 4;
const RATE: u32 = 2_000;
const RATE_CONNECTIONS: u32 = 16;
const PERCENTS: [f64; 3] = [50.0, 95.0, 99.0];
const BAR_PERCENT: f64 = 5.0;
const HTTP2: &str = "HTTP/2";
const GRPC: &str = "gRPC";
const PROTOCOLS: [&str; 3] = ["HTTP/1.1", HTTP2, GRPC];

/// Microseconds by series and percentile, one for each round.
type Series = BTreeMap<&'static str, [Vec<f64>; 3]>;

pub(crate) fn measure(output: &mut Output) -> anyhow::Result<()> {
    output.line(&format!(
        "a service of {LATENCY_US} µs; {ROUNDS} alternating rounds of {SECONDS} s; µs: median \
         [least … largest]\noff: service time of iter8 less that row, in µs and in %, medians of the rounds; beyond \
         {BAR_PERCENT} % marked !"
    ))?;
    for keeps_awake in [false, true] {
        let _awake = keeps_awake.then(Awake::begin).transpose()?;
        for distribution in ["fixed", "exponential"] {
            output.line(&format!(
                "\n== {distribution}, processors {}",
                if keeps_awake { "kept awake by idle-class loops" } else { "halt when idle" }
            ))?;
            let (mut closed, mut sampled) = (Series::new(), Series::new());
            let mut stamped = PROTOCOLS.map(|_| Series::new());
            for _ in 0..ROUNDS {
                closed_round(distribution, &mut closed)?;
                sampled_round(distribution, &mut sampled)?;
                for (protocol, series) in PROTOCOLS.into_iter().zip(&mut stamped) {
                    stamped_round(protocol, distribution, series)?;
                }
            }
            let title = format!("closed loop, {CLOSED_CONNECTIONS} connections");
            table(output, &title, &closed)?;
            let rate = format!("{RATE}/s, {RATE_CONNECTIONS} connections");
            table(output, &format!("{rate}, sample service"), &sampled)?;
            for (protocol, series) in PROTOCOLS.into_iter().zip(&stamped) {
                table(output, &format!("{rate}, {protocol}, stamping service"), series)?;
            }
        }
    }
    Ok(())
}

/// The name of iter8's own series, with which all others are compared.
const OURS: &str = "iter8 service time";

fn closed_round(distribution: &str, series: &mut Series) -> anyhow::Result<()> {
    let latency = format!("{LATENCY_US}us");
    let service = Service::sample(&["--latency", &latency, "--distribution", distribution])?;
    let settings = [
        "qps=max".to_owned(),
        format!("duration={SECONDS}s"),
        format!("connections={CLOSED_CONNECTIONS}"),
    ];
    let wrk = || Wrk::on(CLIENT, &service.url, CLOSED_CONNECTIONS, SECONDS);
    let before = wrk()?;
    let run = Run::on(CLIENT, &service.url, &settings)?;
    let after = wrk()?;
    for (index, percent) in PERCENTS.into_iter().enumerate() {
        push(series, OURS, index, run.micros(&format!("service-time-p{percent}"))?);
        push(series, "iter8 latency", index, run.micros(&format!("latency-p{percent}"))?);
        let mean = f64::midpoint(before.recorded(percent)?, after.recorded(percent)?);
        push(series, "wrk, as recorded", index, mean);
        let mean = f64::midpoint(before.reported(percent), after.reported(percent));
        push(series, "wrk --latency", index, mean);
    }
    Ok(())
}

fn rate_settings() -> [String; 3] {
    [
        format!("qps={RATE}"),
        format!("duration={SECONDS}s"),
        format!("connections={RATE_CONNECTIONS}"),
    ]
}

fn sampled_round(distribution: &str, series: &mut Series) -> anyhow::Result<()> {
    let latency = format!("{LATENCY_US}us");
    let service = Service::sample(&["--latency", &latency, "--distribution", distribution])?;
    let run = Run::on(CLIENT, &service.url, &rate_settings())?;
    let stats = service.stats()?;
    for (index, percent) in PERCENTS.into_iter().enumerate() {
        push(series, OURS, index, run.micros(&format!("service-time-p{percent}"))?);
        push(series, "iter8 latency", index, run.micros(&format!("latency-p{percent}"))?);
        let found = &stats["service_time_us"][format!("p{percent}")];
        push(series, "service, from its read", index, found.as_f64().unwrap_or(f64::NAN));
    }
    Ok(())
}

fn stamped_round(protocol: &str, distribution: &str, series: &mut Series) -> anyhow::Result<()> {
    let service = Service::stamped(LATENCY_US, distribution)?;
    let settings = rate_settings();
    let run = match protocol {
        GRPC => {
            let host = service.url.trim_start_matches("http://").trim_end_matches('/');
            let settings = [
                format!("host={host}"),
                "health=true".to_owned(),
                format!("rps={RATE}"),
                format!("duration={SECONDS}s"),
                format!("connections={RATE_CONNECTIONS}"),
                format!("concurrency={RATE_CONNECTIONS}"),
            ];
            Run::of(CLIENT, "grpc", &settings)?
        }
        HTTP2 => {
            let version = ["httpVersion=2".to_owned()];
            Run::on(CLIENT, &service.url, &[&settings[..], &version].concat())?
        }
        _ => Run::on(CLIENT, &service.url, &settings)?,
    };
    let records = service.records()?;
    for (index, percent) in PERCENTS.into_iter().enumerate() {
        push(series, OURS, index, run.micros(&format!("service-time-p{percent}"))?);
        push(series, "iter8 latency", index, run.micros(&format!("latency-p{percent}"))?);
        push(series, "service, from arrival", index, records.percentile(percent));
    }
    Ok(())
}

fn push(series: &mut Series, name: &'static str, index: usize, micros: f64) {
    series.entry(name).or_default()[index].push(micros);
}

/// One line per series: each percentile, and how far iter8 is off.
fn table(output: &mut Output, title: &str, series: &Series) -> anyhow::Result<()> {
    let mut header = format!("\n{title:<50}\n{:<24}", "");
    for percent in PERCENTS {
        write!(header, "{:>22}{:>15}", format!("p{percent}"), "off")?;
    }
    output.line(&header)?;
    let ours = &series[OURS];
    for (name, rounds) in series {
        let mut line = format!("{name:<24}");
        for (own, rounds) in ours.iter().zip(rounds) {
            let spread = Spread::of(rounds.iter().copied());
            write!(line, "{spread:>22.0}")?;
            if name.starts_with("iter8") {
                write!(line, "{:>15}", "")?;
            } else {
                let pairs = || own.iter().zip(rounds);
                let micros = Spread::of(pairs().map(|(own, other)| own - other)).median;
                let off = Spread::of(pairs().map(|(own, other)| difference(*own, *other))).median;
                let mark = if off.abs() <= BAR_PERCENT { ' ' } else { '!' };
                write!(line, "{micros:>+6.0}{off:>+7.1}%{mark}")?;
            }
        }
        output.line(&line)?;
    }
    Ok(())
}
