//! Whether memory depends on the number of requests.

use crate::iter8::Run;
use crate::output::Output;
use crate::samples::difference;
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
