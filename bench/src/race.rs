//! Tools that do the same work one after the other, round by round.

use anyhow::ensure;

use crate::child::{self, Measured};
use crate::output::Output;
use crate::samples::Spread;
use crate::service::CLIENT;

/// One of those that race.
pub(crate) struct Runner {
    pub(crate) name: &'static str,
    /// What is started, once a round.
    pub(crate) command: Vec<String>,
    /// Requests that it makes; so many that starting it hardly counts.
    pub(crate) requests: u64,
    /// What its report says when all of them went well.
    pub(crate) proof: String,
}

/// What a round took.
#[derive(Debug, Clone, Copy)]
struct Lap {
    micros: f64,
    thousands: f64,
    mib: f64,
}

impl Lap {
    fn of(measured: &Measured, requests: u64) -> Self {
        let requests = requests as f64;
        Self {
            micros: measured.processor.as_secs_f64() * 1e6 / requests,
            thousands: requests / measured.wall.as_secs_f64() / 1000.0,
            mib: measured.peak_kib as f64 / 1024.0,
        }
    }
}

/// Lets them race. The first is the one that the others are compared with.
pub(crate) fn run(
    output: &mut Output,
    what: &str,
    rounds: usize,
    runners: &[Runner],
) -> anyhow::Result<()> {
    let mut laps: Vec<Vec<Lap>> = vec![Vec::new(); runners.len()];
    for _ in 0..rounds {
        for (runner, laps) in runners.iter().zip(&mut laps) {
            let words: Vec<&str> = runner.command.iter().map(String::as_str).collect();
            let measured = child::run(Some(CLIENT), &words)?;
            ensure!(
                measured.stdout.contains(&runner.proof),
                "{} did not say {:?}:\n{}",
                runner.name,
                runner.proof,
                measured.stdout
            );
            laps.push(Lap::of(&measured, runner.requests));
        }
    }
    output.line(&format!(
        "\n{what:<36}{:>24}{:>26}{:>16}{:>22}",
        "µs of processor/request", "thousand requests/s", "MiB", "times the first's µs"
    ))?;
    for (runner, own) in runners.iter().zip(&laps) {
        let spread = |of: fn(&Lap) -> f64| Spread::of(own.iter().map(of));
        let (micros, thousands) = (spread(|lap| lap.micros), spread(|lap| lap.thousands));
        let mib = spread(|lap| lap.mib).max;
        let ratios = own.iter().zip(&laps[0]).map(|(own, first)| own.micros / first.micros);
        let name = runner.name;
        let ratio = Spread::of(ratios);
        output
            .line(&format!("{name:<36}{micros:>24.2}{thousands:>26.1}{mib:>16.1}{ratio:>22.2}"))?;
    }
    Ok(())
}
