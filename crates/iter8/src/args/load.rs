//! `iter8 load`

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};
use iter8_model::metric::MetricName;

use super::conduct::ConductArgs;
use super::duration;

/// `iter8 load`
#[derive(Debug, Args)]
#[command(after_help = "\
Unless you say otherwise, a URL gets 100 requests at 8 a second over 4 connections, as the task http
has it, and a gRPC method 200 calls as fast as they go, 50 at a time, as the task grpc has it.
Latencies count from when a request was due, so a service that makes its clients wait cannot hide it.

Exit codes: 0 the test ran and the objectives, if any, are met; 1 an objective is not met, or cannot
be decided; 2 wrong usage, a failed, an aborted or an interrupted test.

Examples:
  iter8 load http://localhost:8080/ -q 1000 -d 10s -c 16
  iter8 load grpc://localhost:50051/hello.Greeter/SayHello -b '{\"name\": \"ada\"}' -n 5000 -q 200
  iter8 load https://shop.example/cart -m PUT -H 'Content-Type: application/json' -b @cart.json \\
    -q 50 -d 30s --slo latency-p99=200 --slo error-rate=0.01")]
pub(crate) struct LoadArgs {
    /// Where requests go: http://, which may be left out, or https://, in which each {uuid} becomes a
    /// fresh random UUID; or a method, grpc://HOST:PORT/PACKAGE.SERVICE/METHOD, grpcs:// if encrypted.
    pub(crate) url: String,
    /// Take path and query, headers and body as Go templates, evaluated for each request, as calls of
    /// gRPC always are: {{.RequestNumber}}, {{.UUID}}, {{randomInt 1 100}}.
    #[arg(long)]
    pub(crate) template: bool,
    /// Further URLs of the same server, or paths that begin with /; all are requested in turns.
    #[arg(value_name = "URL")]
    pub(crate) more: Vec<String>,
    /// File of requests that are sent in turns, in YAML or JSON, as the task http has them in
    /// requests.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "more")]
    pub(crate) requests_file: Option<PathBuf>,
    /// Requests per second over all connections; max is as many as the service takes.
    #[arg(short, long, value_name = "RATE")]
    pub(crate) qps: Option<String>,
    /// Send requests for this long.
    #[arg(short, long, value_name = "DURATION", value_parser = duration, conflicts_with = "requests")]
    pub(crate) duration: Option<Duration>,
    /// Send this many requests.
    #[arg(short = 'n', long, value_name = "N")]
    pub(crate) requests: Option<u64>,
    /// Connections, and so requests under way at once; of gRPC the calls under way at once.
    #[arg(short, long, value_name = "N")]
    pub(crate) connections: Option<u64>,
    /// Header of each request, such as 'Accept: text/html', or metadata of each call; repeat for more.
    #[arg(short = 'H', long, value_name = "NAME: VALUE", value_parser = header)]
    pub(crate) header: Vec<(String, String)>,
    /// Method; by default POST with a body, else GET.
    #[arg(short, long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// Body of each request: a text, or @FILE; of gRPC the message as JSON.
    #[arg(short, long, value_name = "TEXT")]
    pub(crate) body: Option<String>,
    /// Longest time for a connection and for each response.
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) timeout: Option<Duration>,
    /// How starts are spread: constant, uniform or poisson.
    #[arg(long, value_name = "HOW")]
    pub(crate) arrival: Option<String>,
    /// Send this many requests first and forget their results.
    #[arg(long, value_name = "N")]
    pub(crate) warmup: Option<u64>,
    /// File that describes the service of a gRPC method; without it the server is asked.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) proto: Option<PathBuf>,
    /// Follow redirects.
    #[arg(short = 'L', long)]
    pub(crate) location: bool,
    /// Speak HTTP/2, with this many requests at a time on each connection.
    #[arg(long, value_name = "STREAMS", num_args = 0..=1, default_missing_value = "1", require_equals = true)]
    pub(crate) http2: Option<u64>,
    /// Proxy to connect through, as `http://HOST:PORT` or `http://USER:PASSWORD@HOST:PORT`; none is taken from the
    /// environment.
    #[arg(short = 'x', long, value_name = "URL")]
    pub(crate) proxy: Option<String>,
    /// Open a connection for each request.
    #[arg(long)]
    pub(crate) no_keepalive: bool,
    #[command(flatten)]
    pub(crate) tls: TlsArgs,
    /// Objective: METRIC=MOST, METRIC<=MOST or METRIC>=LEAST, such as latency-p99=50; repeat for more.
    #[arg(long, value_name = "OBJECTIVE", value_parser = objective)]
    pub(crate) slo: Vec<Objective>,
    /// Form of the result: text, json, html, junit, markdown or none.
    #[arg(short, long, default_value = "text", value_name = "FORMAT", value_parser = super::output)]
    pub(crate) output: super::Output,
    #[command(flatten)]
    pub(crate) conduct: ConductArgs,
}

/// Certificates and checks of encrypted connections.
#[derive(Debug, Args)]
pub(crate) struct TlsArgs {
    /// Authorities to trust instead of the usual ones, in PEM form.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) cacert: Option<PathBuf>,
    /// Certificate to show to the server, in PEM form.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "key")]
    pub(crate) cert: Option<PathBuf>,
    /// Its key, in PEM form.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "cert")]
    pub(crate) key: Option<PathBuf>,
    /// Name that the server must prove, in place of the URL's host.
    #[arg(long, value_name = "NAME")]
    pub(crate) server_name: Option<String>,
    /// Take any certificate of the server.
    #[arg(short = 'k', long)]
    pub(crate) insecure: bool,
}

/// What a metric has to be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Objective {
    /// Name without the provider, or with it.
    pub(crate) metric: String,
    pub(crate) bound: Bound,
    pub(crate) limit: f64,
}

/// Which side of the limit is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    Upper,
    Lower,
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("expected NAME: VALUE")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

pub(super) fn objective(text: &str) -> Result<Objective, String> {
    let expected = || "expected METRIC=MOST, METRIC<=MOST or METRIC>=LEAST".to_owned();
    let (metric, limit) = text.split_once('=').ok_or_else(expected)?;
    let (metric, bound) = match metric.strip_suffix('>') {
        Some(metric) => (metric, Bound::Lower),
        None => (metric.strip_suffix('<').unwrap_or(metric), Bound::Upper),
    };
    let limit: f64 = limit.trim().parse().map_err(|_| expected())?;
    let metric = metric.trim();
    if metric.is_empty() || !limit.is_finite() {
        return Err(expected());
    }
    // The provider is that of the URL, unless one is typed.
    let whole = if metric.contains('/') { metric.to_owned() } else { format!("http/{metric}") };
    whole.parse::<MetricName>().map_err(|error| error.to_string())?;
    Ok(Objective { metric: metric.to_owned(), bound, limit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objectives_are_upper_or_lower_limits() {
        let read = |text: &str| objective(text).map(|o| (o.metric, o.bound, o.limit));
        for (text, metric, bound, limit) in [
            ("latency-p99=50", "latency-p99", Bound::Upper, 50.0),
            ("latency-p99.9 <= 0.5", "latency-p99.9", Bound::Upper, 0.5),
            ("throughput>=1e3", "throughput", Bound::Lower, 1000.0),
            ("http/error-rate=0", "http/error-rate", Bound::Upper, 0.0),
        ] {
            assert_eq!(read(text), Ok((metric.to_owned(), bound, limit)), "{text}");
        }
        for text in ["", "latency-p99", "=5", "x=", "x=much", "x=nan", "x=inf", "a/b/c/d=1"] {
            assert!(objective(text).is_err(), "{text}");
        }
    }

    #[test]
    fn headers_are_names_and_values() {
        assert_eq!(header("A: b:c "), Ok(("A".to_owned(), "b:c".to_owned())));
        assert!(header("A").is_err());
    }
}
