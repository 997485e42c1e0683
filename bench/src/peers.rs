//! The other load generators, and how their reports are read.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};

use crate::child;
use crate::samples::counted_percentile;

/// Prints, after a test of wrk, what its own report rounds or leaves out.
pub(crate) const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/wrk.lua");

/// Latencies in microseconds with their numbers, ascending.
type Latencies = Vec<(u64, u64)>;

/// One run of wrk.
#[derive(Debug)]
pub(crate) struct Wrk {
    requests: u64,
    micros: u64,
    connections: u64,
    /// As wrk reports them.
    reported: Latencies,
}

impl Wrk {
    pub(crate) fn on(
        processor: u8,
        url: &str,
        connections: u64,
        seconds: u64,
    ) -> anyhow::Result<Self> {
        let (c, d) = (format!("-c{connections}"), format!("-d{seconds}"));
        let command = ["wrk", "-t1", &c, &d, "--latency", "-s", SCRIPT, url];
        let measured = child::run(Some(processor), &command)?;
        let (requests, micros, reported) =
            parse_wrk(&measured.stdout).context("the report of wrk cannot be read")?;
        Ok(Self { requests, micros, connections, reported })
    }

    /// A percentile as `wrk --latency` reports it, in microseconds.
    pub(crate) fn reported(&self, percent: f64) -> f64 {
        counted_percentile(&self.reported, percent)
    }

    /// A percentile of the latencies that wrk recorded, in microseconds.
    pub(crate) fn recorded(&self, percent: f64) -> anyhow::Result<f64> {
        let recorded = uncorrect(&self.reported, self.expected());
        let count: u64 = recorded.iter().map(|(_, count)| count).sum();
        // Those on their way at the end are in one number and not in the other.
        ensure!(
            count.abs_diff(self.requests) <= 2 * self.connections,
            "wrk recorded {count} latencies of {} requests",
            self.requests
        );
        Ok(counted_percentile(&recorded, percent))
    }

    /// The interval between requests of a connection that wrk assumes when it corrects.
    fn expected(&self) -> u64 {
        self.micros / (self.requests / self.connections).max(1)
    }
}

/// Requests, duration in microseconds, and latencies from the lines of `wrk.lua`.
fn parse_wrk(text: &str) -> Option<(u64, u64, Latencies)> {
    let mut total = None;
    let mut latencies = Vec::new();
    for line in text.lines() {
        let mut words = line.split(' ');
        let (word, mut number) = (words.next()?, || words.next()?.parse::<u64>().ok());
        match word {
            "#total" => total = Some((number()?, number()?)),
            "#latency" => latencies.push((number()?, number()?)),
            _ => {}
        }
    }
    let (requests, micros) = total?;
    Some((requests, micros, latencies))
}

/// Takes back what wrk adds for requests that a slow answer held up.
///
/// For each latency of at least twice the `expected` interval, wrk 4 adds latencies that are
/// smaller by one interval, by two and so on, as long as more than an interval is left. That is
/// a guess about requests that were never sent, and no part of what was recorded. Whatever is
/// larger by whole intervals has added to a latency, so that they are undone from the largest
/// down.
fn uncorrect(reported: &[(u64, u64)], expected: u64) -> Latencies {
    let mut added: BTreeMap<u64, u64> = BTreeMap::new();
    let mut recorded = Vec::new();
    for &(value, count) in reported.iter().rev() {
        let count = count.saturating_sub(added.get(&value).copied().unwrap_or(0));
        if count == 0 {
            continue;
        }
        recorded.push((value, count));
        if expected > 0 && value >= 2 * expected {
            let mut smaller = value - expected;
            while smaller > expected {
                *added.entry(smaller).or_default() += count;
                smaller -= expected;
            }
        }
    }
    recorded.reverse();
    recorded
}

/// Requests and seconds from the line of `wrk.lua` with the totals.
pub(crate) fn parse_total(text: &str) -> Option<(f64, f64)> {
    let (requests, micros, _) = parse_wrk(text)?;
    Some((requests as f64, micros as f64 / 1e6))
}

/// Requests and seconds of h2load, from lines such as `finished in 4.00s, 66000.00 req/s, …` and
/// `requests: 264000 total, 264064 started, 264000 done, …`.
pub(crate) fn parse_h2load(text: &str) -> Option<(f64, f64)> {
    let after = |begin: &str| text.lines().find_map(|line| line.strip_prefix(begin));
    let seconds = after("finished in ")?.split('s').next()?.parse().ok()?;
    let done = after("requests: ")?.split(", ").find_map(|part| part.strip_suffix(" done"))?;
    Some((done.parse().ok()?, seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The correction of wrk, from its description.
    fn correct(recorded: &[(u64, u64)], expected: u64) -> Latencies {
        let mut counts: BTreeMap<u64, u64> = recorded.iter().copied().collect();
        for &(value, count) in recorded {
            let mut smaller = value.saturating_sub(expected);
            while value >= 2 * expected && smaller > expected {
                *counts.entry(smaller).or_default() += count;
                smaller -= expected;
            }
        }
        counts.into_iter().collect()
    }

    #[test]
    fn corrections_are_taken_back() {
        for recorded in [
            vec![(10, 5)],
            vec![(90, 5), (110, 2), (150, 1)],
            vec![(90, 1000), (199, 3), (200, 7), (201, 2), (301, 5), (1234, 1), (5000, 4)],
        ] {
            let corrected = correct(&recorded, 100);
            assert_eq!(uncorrect(&corrected, 100), recorded, "{corrected:?}");
        }
        assert_eq!(correct(&[(350, 1)], 100), [(150, 1), (250, 1), (350, 1)]);
        assert_eq!(uncorrect(&[(350, 1)], 0), [(350, 1)]);
    }

    #[test]
    fn lines_of_wrk() {
        let text = "Running 1s test\n#total 30 1000000\n#latency 250 20\n#latency 300 10";
        assert_eq!(parse_wrk(text), Some((30, 1_000_000, vec![(250, 20), (300, 10)])));
        assert_eq!(parse_wrk("#latency 250 20"), None);
        assert_eq!(parse_wrk("#total 30"), None);
    }

    #[test]
    fn lines_of_h2load() {
        let text = "progress: 10% done\n\nfinished in 4.05s, 66000.00 req/s, 9MB/s\nrequests: 264000 \
                    total, 264064 started, 264000 done, 264000 succeeded, 0 failed";
        let (requests, seconds) = parse_h2load(text).unwrap();
        assert!((requests - 264_000.0).abs() < 1e-9);
        assert!((seconds - 4.05).abs() < 1e-9);
        assert_eq!(parse_h2load("finished in soon"), None);
    }
}
