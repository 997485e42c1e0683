//! Whether memory depends on the number of requests.

use std::time::Duration;

use anyhow::ensure;

use crate::child::Running;
use crate::clock::Moment;
use crate::iter8::{self, Run};
use crate::output::Output;
use crate::race::words;
use crate::samples::{Spread, difference};
use crate::service::{CLIENT, Service};

const REQUESTS: [u64; 2] = [100_000, 10_000_000];
const CONNECTIONS: u64 = 16;
const BAR_MIB: f64 = 32.0;
const BAR_PERCENT: f64 = 10.0;

pub(crate) fn measure(output: &mut Output) -> anyhow::Result<()> {
    let service = Service::fast()?;
    output.line(&format!("closed loop, {CONNECTIONS} connections, as fast as it goes"))?;
    output.line(&format!(
        "{:>12}{:>12}{:>14}{:>12}{:>22}",
        "requests", "measured", "seconds", "k/s", "peak resident, MiB"
    ))?;
    let mut peaks = Vec::new();
    for requests in REQUESTS {
        let settings = [
            "qps=max".to_owned(),
            format!("numRequests={requests}"),
            format!("connections={CONNECTIONS}"),
        ];
        let run = Run::on(CLIENT, &service.url, &settings)?;
        let count = run.metric("request-count")?;
        let seconds = run.measured.wall.as_secs_f64();
        let peak = run.measured.peak_kib as f64 / 1024.0;
        let pace = count / seconds / 1000.0;
        output
            .line(&format!("{requests:>12}{count:>12}{seconds:>14.1}{pace:>12.1}{peak:>22.2}"))?;
        peaks.push(peak);
    }
    let grown = difference(peaks[1], peaks[0]);
    let is_met = grown.abs() <= BAR_PERCENT && peaks[1] < BAR_MIB;
    output.line(&format!(
        "the larger takes {grown:+.1} %; bar: within {BAR_PERCENT} % and below {BAR_MIB} MiB: {}",
        if is_met { "met" } else { "MISSED" }
    ))
}

/// An hour at 28,000 requests a second.
const LONG: u64 = 100_000_000;
/// How often the resident set is looked at, and how many looks make the beginning and the end.
const EVERY: Duration = Duration::from_secs(1);
const LOOKS: usize = 10;
/// A slow machine takes so long.
const LONGEST: Duration = Duration::from_hours(1);

/// Whether the resident set grows in a long test.
pub(crate) fn long(output: &mut Output) -> anyhow::Result<()> {
    let service = Service::fast()?;
    let (program, n, client) = (iter8::program()?, LONG.to_string(), CLIENT.to_string());
    let command = ["taskset", "-c", &client, &program, "load", &service.url, "-q", "max"];
    let options = ["-c", "256", "-n", &n, "--slo", "error-count=0"];
    let command = words(&[&command[..], &options].concat());
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    let begun = Moment::now();
    let mut process = Running::start(&command)?;
    let mut looks = Vec::new();
    loop {
        std::thread::sleep(EVERY);
        let Some(kib) = process.resident_kib()? else { break };
        looks.push(kib as f64 / 1024.0);
        ensure!(begun.elapsed() < LONGEST, "{LONG} requests take longer than {LONGEST:?}");
    }
    let seconds = begun.elapsed().as_secs_f64();
    let report = process.rest()?;
    ensure!(report.contains("met      http/error-count"), "not all went well:\n{report}");
    ensure!(looks.len() > 2 * LOOKS, "it was over too soon");
    // The first look may see a program that still begins.
    let first = Spread::of(looks[1..=LOOKS].iter().copied());
    let last = Spread::of(looks[looks.len() - LOOKS..].iter().copied());
    let grown = difference(last.median, first.median);
    let is_met = grown <= BAR_PERCENT && last.max < BAR_MIB;
    output.line(&format!(
        "{LONG} requests over 256 connections in {seconds:.0} s; resident set in MiB, first and last \
         {LOOKS} s:\n{first:.2}\n{last:.2}\n\
         the end takes {grown:+.1} %; bar: within {BAR_PERCENT} % and below {BAR_MIB} MiB: {}",
        if is_met { "met" } else { "MISSED" }
    ))
}
