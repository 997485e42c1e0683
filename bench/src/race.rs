//! Tools that do the same work one after the other, round by round.

use anyhow::{Context, ensure};

use crate::child::{self, Measured};
use crate::output::Output;
use crate::samples::Spread;
use crate::service::CLIENT;

/// One of those that race.
pub(crate) struct Runner {
    pub(crate) name: &'static str,
    /// What is started, once a round.
    pub(crate) command: Vec<String>,
    pub(crate) count: Count,
}

/// How many requests it makes; so many that starting it hardly counts.
pub(crate) enum Count {
    /// So many, if its report says this.
    Proven(u64, String),
    /// What its report says, and in how many seconds.
    Told(fn(&str) -> Option<(f64, f64)>),
}

impl Runner {
    fn run(&self) -> anyhow::Result<Lap> {
        let words: Vec<&str> = self.command.iter().map(String::as_str).collect();
        let measured = child::run(Some(CLIENT), &words)?;
        let (name, stdout) = (self.name, &measured.stdout);
        let (requests, seconds) = match &self.count {
            Count::Proven(requests, proof) => {
                ensure!(stdout.contains(proof), "{name} did not say {proof:?}:\n{stdout}");
                (*requests as f64, measured.wall.as_secs_f64())
            }
            Count::Told(told) => told(stdout)
                .with_context(|| format!("the report of {name} cannot be read:\n{stdout}"))?,
        };
        Ok(Lap::of(&measured, requests, seconds))
    }
}

/// What a round took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lap {
    pub(crate) micros: f64,
    pub(crate) thousands: f64,
    pub(crate) seconds: f64,
    mib: f64,
}

impl Lap {
    fn of(measured: &Measured, requests: f64, seconds: f64) -> Self {
        let processor = measured.processor.as_secs_f64();
        Self {
            micros: processor * 1e6 / requests,
            thousands: requests / seconds / 1000.0,
            seconds: processor,
            mib: measured.peak_kib as f64 / 1024.0,
        }
    }
}

/// Lets them race, and returns the laps of each. The first is the one that the others are compared
/// with.
pub(crate) fn run(
    output: &mut Output,
    what: &str,
    rounds: usize,
    runners: &[Runner],
) -> anyhow::Result<Vec<Vec<Lap>>> {
    let mut laps: Vec<Vec<Lap>> = vec![Vec::new(); runners.len()];
    for _ in 0..rounds {
        for (runner, laps) in runners.iter().zip(&mut laps) {
            laps.push(runner.run()?);
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
        let ratio = ratio(own, &laps[0], |lap| lap.micros);
        let name = runner.name;
        output
            .line(&format!("{name:<36}{micros:>24.2}{thousands:>26.1}{mib:>16.1}{ratio:>22.2}"))?;
    }
    Ok(laps)
}

/// By how much one is above another, round by round.
pub(crate) fn ratio(one: &[Lap], other: &[Lap], of: fn(&Lap) -> f64) -> Spread {
    Spread::of(one.iter().zip(other).map(|(one, other)| of(one) / of(other)))
}

/// Words of a command.
pub(crate) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
