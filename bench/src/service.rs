//! Services under test, on processor 0; clients have processor 1.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::child::{Running, own_program};
use crate::clock::Moment;
use crate::iter8;
use crate::samples::percentile;

/// The processor of services.
const SERVICE: &str = "0";

/// The processor of clients.
pub(crate) const CLIENT: u8 = 1;

/// Longest wait for an answer that is no part of a measurement.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server program that is told its port, on the processor of services; ends when this is dropped.
pub(crate) struct Server {
    _process: Running,
    /// Host and port.
    pub(crate) address: String,
}

impl Server {
    /// Starts what `command` makes of a free port, and waits until it listens.
    pub(crate) fn start(command: impl Fn(u16) -> Vec<String>) -> anyhow::Result<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let command = command(port);
        let mut pinned = vec!["taskset", "-c", SERVICE];
        pinned.extend(command.iter().map(String::as_str));
        let process = Running::start(&pinned)?;
        let address = format!("127.0.0.1:{port}");
        let begun = Moment::now();
        while TcpStream::connect(&address).is_err() {
            ensure!(begun.elapsed() < PATIENCE, "{} does not listen", command.join(" "));
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(Self { _process: process, address })
    }
}

/// A service that ends when this is dropped.
pub(crate) struct Service {
    _process: Running,
    pub(crate) url: String,
}

impl Service {
    /// The fastest service that one thread can be.
    pub(crate) fn fast() -> anyhow::Result<Self> {
        let own = own_program()?;
        Self::start(&[&own, "server", "fast"])
    }

    /// One that stamps what comes in.
    pub(crate) fn stamped(latency_us: u32, distribution: &str) -> anyhow::Result<Self> {
        let own = own_program()?;
        Self::start(&[&own, "server", "stamped", &latency_us.to_string(), distribution])
    }

    /// `iter8 sample http` with these options.
    pub(crate) fn sample(options: &[&str]) -> anyhow::Result<Self> {
        let program = iter8::program()?;
        let mut command = vec![program.as_str(), "sample", "http", "--listen", "127.0.0.1:0"];
        command.extend(options);
        Self::start(&command)
    }

    fn start(command: &[&str]) -> anyhow::Result<Self> {
        let mut pinned = vec!["taskset", "-c", SERVICE];
        pinned.extend(command);
        let mut process = Running::start(&pinned)?;
        let line = process.next_line()?;
        let url = line.split_whitespace().last().unwrap_or_default().to_owned();
        ensure!(url.starts_with("http://"), "a service printed {line:?} instead of its URL");
        Ok(Self { _process: process, url })
    }

    /// What the sample service recorded.
    pub(crate) fn stats(&self) -> anyhow::Result<Value> {
        serde_json::from_str(&self.get("/stats")?).context("the statistics are no JSON")
    }

    /// What the stamping service recorded.
    pub(crate) fn records(&self) -> anyhow::Result<Records> {
        Records::parse(&self.get("/record")?).context("the records cannot be read")
    }

    fn get(&self, path: &str) -> anyhow::Result<String> {
        let authority = self.url.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = TcpStream::connect(authority).context("the service is gone")?;
        stream.set_read_timeout(Some(PATIENCE))?;
        // In one piece: services of the bench look at the first words of what they read at once.
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        stream.shutdown(std::net::Shutdown::Write)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).context("the service does not answer")?;
        let (_, body) = answer.split_once("\r\n\r\n").context("the answer has no body")?;
        Ok(body.to_owned())
    }
}

/// When requests came, in seconds, and how long they took, in microseconds; each ascending.
#[derive(Debug, PartialEq)]
pub(crate) struct Records {
    pub(crate) arrivals: Vec<f64>,
    pub(crate) micros: Vec<f64>,
}

impl Records {
    fn parse(text: &str) -> Option<Self> {
        let pair = |line: &str| {
            let (arrival, taken) = line.split_once(' ')?;
            Some((arrival.parse::<i64>().ok()?, taken.parse::<i64>().ok()?))
        };
        let pairs: Vec<(i64, i64)> = text.lines().map(pair).collect::<Option<_>>()?;
        let begin = pairs.iter().map(|(arrival, _)| *arrival).min()?;
        let mut arrivals: Vec<f64> =
            pairs.iter().map(|(arrival, _)| (arrival - begin) as f64 / 1e9).collect();
        let mut micros: Vec<f64> = pairs.iter().map(|(_, taken)| *taken as f64 / 1e3).collect();
        arrivals.sort_by(f64::total_cmp);
        micros.sort_by(f64::total_cmp);
        Some(Self { arrivals, micros })
    }

    /// How late requests came, in milliseconds, ascending, if they were to come at this rate.
    ///
    /// The i-th is compared with i intervals after the start. The start is where the earliest
    /// request would have no lag, since the client does not tell when it began; what all requests
    /// have in common, such as the way through the kernel, cannot be seen from here.
    pub(crate) fn lags(&self, rate: f64) -> Vec<f64> {
        let due = |index: usize| index as f64 / rate;
        let lags = self.arrivals.iter().enumerate().map(|(index, arrival)| arrival - due(index));
        let mut lags: Vec<f64> = lags.map(|seconds| seconds * 1000.0).collect();
        lags.sort_by(f64::total_cmp);
        let least = lags.first().copied().unwrap_or_default();
        lags.iter().map(|lag| lag - least).collect()
    }

    pub(crate) fn percentile(&self, percent: f64) -> f64 {
        percentile(&self.micros, percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_sorted_and_begin_at_zero() {
        let records = Records::parse("3000000000 251000\n1000000000 252000\n").unwrap();
        assert_eq!(records, Records { arrivals: vec![0.0, 2.0], micros: vec![251.0, 252.0] });
        for text in ["", "1\n", "1 x\n"] {
            assert_eq!(Records::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn lags_count_from_an_even_schedule() {
        let records = Records { arrivals: vec![0.0, 0.002, 0.0201, 0.03], micros: vec![] };
        let lags: Vec<String> = records.lags(100.0).iter().map(|lag| format!("{lag:.1}")).collect();
        assert_eq!(lags, ["0.0", "8.0", "8.0", "8.1"]);
    }
}
