//! The load generators that are compared over HTTP/1.1: how each is started, and how its report
//! is read.

use std::path::PathBuf;

use crate::bound;
use crate::child::{self, own_program};
use crate::iter8;
use crate::k6;
use crate::machine;
use crate::peers::{SCRIPT, parse_h2load, parse_total};
use crate::race::{Count, Runner, words};

/// What all of them do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Test<'a> {
    pub(crate) url: &'a str,
    pub(crate) connections: u64,
    pub(crate) seconds: u64,
    /// Requests per second; as many as go without it.
    pub(crate) rate: Option<u64>,
}

/// Where things are.
struct Places {
    /// The program under test, and this one.
    iter8: String,
    own: String,
    scratch: PathBuf,
}

/// A load generator.
struct Tool {
    name: &'static str,
    /// What has to be installed.
    program: &'static str,
    /// Whether it can hold a rate.
    is_paced: bool,
    /// How it is started.
    command: fn(&Test<'_>, &Places) -> Vec<String>,
    /// Requests and seconds from its report.
    told: fn(&str) -> Option<(f64, f64)>,
}

/// All of them. The first is the one that the others are compared with.
const TOOLS: &[Tool] = &[
    Tool { name: "iter8", program: "", is_paced: true, command: iter8, told: told_by_iter8 },
    Tool { name: "bound", program: "", is_paced: false, command: bound, told: parse_total },
    Tool { name: "wrk", program: "wrk", is_paced: false, command: wrk, told: parse_total },
    Tool { name: "h2load", program: "h2load", is_paced: true, command: h2load, told: parse_h2load },
    Tool {
        name: "fortio",
        program: "fortio",
        is_paced: true,
        command: fortio,
        told: told_by_fortio,
    },
    Tool { name: "oha", program: "oha", is_paced: true, command: oha, told: told_in_responses },
    Tool { name: "hey", program: "hey", is_paced: true, command: hey, told: told_in_responses },
    Tool {
        name: "vegeta",
        program: "vegeta",
        is_paced: true,
        command: vegeta,
        told: told_by_vegeta,
    },
    Tool { name: "k6", program: "k6", is_paced: true, command: by_k6, told: k6::told_requests },
];

/// Those that are there and can do this; and the names of the others.
pub(crate) fn runners(test: &Test<'_>) -> anyhow::Result<(Vec<Runner>, Vec<&'static str>)> {
    let places =
        Places { iter8: iter8::program()?, own: own_program()?, scratch: child::scratch()? };
    let (mut runners, mut absent) = (Vec::new(), Vec::new());
    for tool in TOOLS {
        if !tool.program.is_empty() && !machine::has(tool.program) {
            absent.push(tool.name);
        } else if test.rate.is_none() || tool.is_paced {
            let command = (tool.command)(test, &places);
            runners.push(Runner { name: tool.name, command, count: Count::Told(tool.told) });
        }
    }
    Ok((runners, absent))
}

fn iter8(test: &Test<'_>, places: &Places) -> Vec<String> {
    let (c, d) = (test.connections.to_string(), format!("{}s", test.seconds));
    let rate = test.rate.map_or("max".to_owned(), |rate| rate.to_string());
    words(&[&places.iter8, "load", test.url, "-c", &c, "-d", &d, "-q", &rate])
}

/// Our own, without a pace.
fn bound(test: &Test<'_>, places: &Places) -> Vec<String> {
    let address = test.url.trim_start_matches("http://").trim_end_matches('/');
    let (c, d) = (test.connections.to_string(), test.seconds.to_string());
    words(&[&places.own, bound::NAME, address, &c, &d])
}

fn wrk(test: &Test<'_>, _: &Places) -> Vec<String> {
    let (c, d) = (format!("-c{}", test.connections), format!("-d{}", test.seconds));
    words(&["wrk", "-t1", &c, &d, "--latency", "-s", SCRIPT, test.url])
}

fn h2load(test: &Test<'_>, _: &Places) -> Vec<String> {
    let (c, d) = (format!("-c{}", test.connections), format!("-D{}", test.seconds));
    let mut command = words(&["h2load", "--h1", "-t1", &c, &d]);
    if let Some(rate) = test.rate {
        // Of each connection.
        command.extend(words(&["--rps", &(rate / test.connections).to_string()]));
    }
    command.push(test.url.to_owned());
    command
}

/// Its report is on stderr.
fn fortio(test: &Test<'_>, _: &Places) -> Vec<String> {
    let Test { url, connections, seconds, rate } = test;
    let rate = rate.unwrap_or(0);
    let options = format!("-c {connections} -t {seconds}s -qps {rate} -loglevel error");
    words(&["sh", "-c", &format!("exec fortio load {options} {url} 2>&1")])
}

fn oha(test: &Test<'_>, _: &Places) -> Vec<String> {
    let (c, d) = (test.connections.to_string(), format!("{}s", test.seconds));
    let mut command = words(&["oha", "--no-tui", "--time-unit", "s", "-c", &c, "-z", &d]);
    if let Some(rate) = test.rate {
        command.extend(words(&["-q", &rate.to_string()]));
    }
    command.push(test.url.to_owned());
    command
}

fn hey(test: &Test<'_>, _: &Places) -> Vec<String> {
    let (c, d) = (test.connections.to_string(), format!("{}s", test.seconds));
    let mut command = words(&["hey", "-c", &c, "-z", &d]);
    if let Some(rate) = test.rate {
        // Of each connection.
        command.extend(words(&["-q", &(rate / test.connections).to_string()]));
    }
    command.push(test.url.to_owned());
    command
}

/// Its report is a program of its own, and so part of what it takes.
fn vegeta(test: &Test<'_>, places: &Places) -> Vec<String> {
    let targets = places.scratch.join("targets");
    // What cannot be written cannot be read either, and vegeta says so.
    let _ = std::fs::write(&targets, format!("GET {}\n", test.url));
    let (rate, workers) = (test.rate.unwrap_or(0), test.connections);
    let script = format!(
        "vegeta attack -targets={} -duration={}s -rate={rate} -workers={workers} \
         -max-workers={workers} -connections={workers} | vegeta report",
        targets.display(),
        test.seconds
    );
    words(&["sh", "-c", &script])
}

fn by_k6(test: &Test<'_>, places: &Places) -> Vec<String> {
    let Test { url, connections, seconds, rate } = test;
    let scenario = match rate {
        None => format!("{{executor: 'constant-vus', vus: {connections}, duration: '{seconds}s'}}"),
        Some(rate) => format!(
            "{{executor: 'constant-arrival-rate', rate: {rate}, timeUnit: '1s', \
             duration: '{seconds}s', preAllocatedVUs: {connections}}}"
        ),
    };
    k6::http(&places.scratch, url, &scenario)
}

/// The words of the first line that begins with this one.
fn line<'a>(text: &'a str, begin: &str) -> Option<Vec<&'a str>> {
    let found = text.lines().map(str::trim).find(|line| line.starts_with(begin))?;
    Some(found.split_whitespace().collect())
}

/// `requests   40000        19999.75 per second`.
fn told_by_iter8(text: &str) -> Option<(f64, f64)> {
    let words = line(text, "requests ")?;
    let (count, rate): (f64, f64) = (words.get(1)?.parse().ok()?, words.get(2)?.parse().ok()?);
    Some((count, count / rate))
}

/// `All done 39811 calls (plus 16 warmup) 0.803 ms avg, 19903.0 qps`.
fn told_by_fortio(text: &str) -> Option<(f64, f64)> {
    let words = line(text, "All done ")?;
    let (count, rate): (f64, f64) =
        (words.get(2)?.parse().ok()?, words.get(words.len().checked_sub(2)?)?.parse().ok()?);
    Some((count, count / rate))
}

/// `Total: 3.0012 secs` and `[200] 12345 responses`.
fn told_in_responses(text: &str) -> Option<(f64, f64)> {
    let (seconds, count) = (line(text, "Total:")?, line(text, "[200]")?);
    Some((count.get(1)?.parse().ok()?, seconds.get(1)?.parse().ok()?))
}

/// `Requests [total, rate, throughput] 12345, 4115.05, 4114.69`.
fn told_by_vegeta(text: &str) -> Option<(f64, f64)> {
    let words = line(text, "Requests ")?;
    let number = |at: usize| words.get(at)?.trim_end_matches(',').parse::<f64>().ok();
    Some((number(4)?, number(4)? / number(5)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_read() {
        let check = |told: fn(&str) -> Option<(f64, f64)>, text: &str| {
            let shown = told(text).map(|(count, seconds)| format!("{count} in {seconds:.2}"));
            assert_eq!(shown.as_deref(), Some("12000 in 4.00"), "{text}");
            assert_eq!(told("nothing of the kind"), None);
        };
        check(told_by_iter8, "\n  requests   12000        3000.00 per second\n");
        check(told_by_fortio, "All done 12000 calls (plus 16 warmup) 0.8 ms avg, 3000.0 qps\n");
        check(told_in_responses, "  Total:\t4.0000 secs\n  [200]\t12000 responses\n");
        check(told_by_vegeta, "Requests      [total, rate, throughput]  12000, 3000.00, 2999.69\n");
    }
}
