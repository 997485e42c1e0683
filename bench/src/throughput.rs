//! Requests per second and processor time per request, as fast as it goes.

use crate::output::Output;
use crate::race::{self, Lap};
use crate::samples::Spread;
use crate::service::Service;
use crate::tools::{self, Test};

const CONNECTIONS: [u64; 4] = [1, 16, 64, 256];
const ROUNDS: usize = 5;
const SECONDS: u64 = 3;

/// iter8's processor time as a multiple of wrk's and of the bound's, at most, and its requests per
/// second as a multiple of wrk's, at least. With one connection a halted processor decides.
const BARS: [(&str, &str, f64); 3] =
    [("wrk", "processor time", 0.95), ("bound", "processor time", 1.15), ("wrk", "rate", 1.05)];

pub(crate) fn measure(output: &mut Output) -> anyhow::Result<()> {
    let service = Service::fast()?;
    output.line(&format!(
        "closed loop against a service of one thread; {ROUNDS} alternating rounds of {SECONDS} s: \
         median [least … largest]"
    ))?;
    for connections in CONNECTIONS {
        let test = Test { url: &service.url, connections, seconds: SECONDS, rate: None };
        let (runners, absent) = tools::runners(&test)?;
        if connections == CONNECTIONS[0] && !absent.is_empty() {
            output.line(&format!("not installed: {}", absent.join(", ")))?;
        }
        let laps = race::run(output, &format!("{connections} connections"), ROUNDS, &runners)?;
        for (name, what, bar) in BARS {
            let Some(at) = runners.iter().position(|runner| runner.name == name) else { continue };
            let ratio = ratio(&laps[0], &laps[at], what);
            let is_met = if what == "rate" { ratio.median >= bar } else { ratio.median <= bar };
            let met = if is_met { "met" } else { "MISSED" };
            output.line(&format!("{what} of iter8 : {name} {ratio:.2}; bar {bar}: {met}"))?;
        }
    }
    Ok(())
}

fn ratio(iter8: &[Lap], other: &[Lap], what: &str) -> Spread {
    match what {
        "rate" => race::ratio(iter8, other, |lap| lap.thousands),
        _ => race::ratio(iter8, other, |lap| lap.micros),
    }
}
