//! What the service is told to do: addresses, latencies, errors, sizes and freezes.

mod parse;

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

pub use parse::{parse_duration, parse_size};

/// Connections served at once. Each costs a thread, and the load of a demo or a bench seldom
/// needs more than a few hundred.
const CONNECTIONS: usize = 1024;

/// How long a silent connection is kept: longer than the 60 s after which most clients and
/// proxies give up an idle connection themselves, so that it is not this side that closes.
const IDLE: Duration = Duration::from_secs(75);

/// Bytes of a request head: eight times what the common servers accept.
const HEAD_BYTES: usize = 64 * 1024;

/// Everything the service is told; plain values, see [`crate::serve`].
#[derive(Clone, Debug, PartialEq)]
pub struct SampleConfig {
    /// Where to listen.
    pub listen: Listen,
    /// How long a request takes from its last byte read to the first byte of its answer.
    pub latency: Duration,
    /// How single latencies spread around [`Self::latency`].
    pub distribution: Distribution,
    /// The share of requests answered with [`Self::error_status`].
    pub errors: Share,
    /// The status of an injected error, 200 to 599.
    pub error_status: u16,
    /// The least bytes of an ordinary answer: its JSON is padded with white space to this size.
    /// A size below that of the JSON changes nothing.
    pub body_size: u64,
    /// Whether answers use the chunked transfer coding instead of a `Content-Length`.
    /// Clients of HTTP/1.0 get a `Content-Length` in any case.
    pub chunked: bool,
    /// The version that answers name.
    pub version: String,
    /// When the whole service stands still; may overlap and come in any order.
    pub freezes: Vec<Freeze>,
    /// When set, ordinary paths answer with this redirection.
    pub redirect: Option<Redirect>,
    /// The seed of errors and latencies. The same seed gives the same error and the same latency
    /// to the same request number.
    pub seed: u64,
    /// Bounds of what clients may take.
    pub limits: Limits,
}

impl Default for SampleConfig {
    /// Any free port on 127.0.0.1, no latency, no errors, version `1.0.0`.
    fn default() -> Self {
        Self {
            listen: Listen::Tcp(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)),
            latency: Duration::ZERO,
            distribution: Distribution::Fixed,
            errors: Share::NONE,
            error_status: 500,
            body_size: 0,
            chunked: false,
            version: "1.0.0".to_owned(),
            freezes: Vec::new(),
            redirect: None,
            seed: 1,
            limits: Limits::default(),
        }
    }
}

impl SampleConfig {
    /// Refuses values that no answer could carry.
    pub(crate) fn check(&self) -> io::Result<()> {
        let invalid = |error| Err(io::Error::new(io::ErrorKind::InvalidInput, error));
        if !(200..=599).contains(&self.error_status) {
            let text = self.error_status.to_string();
            return invalid(InvalidValue::new("error status", &text, "not within 200 to 599"));
        }
        if let Some(redirect) = &self.redirect {
            if !(300..=399).contains(&redirect.status) {
                let text = redirect.status.to_string();
                return invalid(InvalidValue::new("redirect status", &text, "not in 300 to 399"));
            }
            if redirect.location.is_empty()
                || !redirect.location.bytes().all(|b| b > b' ' && b < 127)
            {
                let why = "not a visible ASCII text";
                return invalid(InvalidValue::new("redirect location", &redirect.location, why));
            }
        }
        Ok(())
    }
}

/// Bounds of what clients may take; the defaults suit demos and benches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections served at once; one more is answered 503 and closed.
    pub connections: usize,
    /// How long a connection may be silent, or a request head be on its way.
    pub idle: Duration,
    /// Bytes of a request head; a longer one is answered 431.
    pub head_bytes: usize,
}

impl Default for Limits {
    /// 1,024 connections, 75 s, 64 KiB.
    fn default() -> Self {
        Self { connections: CONNECTIONS, idle: IDLE, head_bytes: HEAD_BYTES }
    }
}

/// Where the service listens, or is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// A TCP address; port 0 stands for any free port.
    Tcp(SocketAddr),
    /// The path of a unix socket, which must not exist and is removed at the stop.
    Unix(PathBuf),
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "{address}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl FromStr for Listen {
    type Err = InvalidValue;

    /// Reads `127.0.0.1:8080`, `[::1]:8080`, `:8080` (all IPv4 addresses) or `unix:/path`.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        if let Some(path) = text.strip_prefix("unix:") {
            if path.is_empty() {
                return Err(InvalidValue::new("address", text, "the path is missing"));
            }
            return Ok(Self::Unix(PathBuf::from(path)));
        }
        let full = if text.starts_with(':') { format!("0.0.0.0{text}") } else { text.to_owned() };
        full.parse()
            .map(Self::Tcp)
            .map_err(|_| InvalidValue::new("address", text, "neither ip:port nor unix:path"))
    }
}

/// How single latencies spread around the configured latency.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Distribution {
    /// Every request takes the latency.
    #[default]
    Fixed,
    /// Evenly between latency − jitter (not below zero) and latency + jitter.
    Uniform {
        /// Half the width of the interval.
        jitter: Duration,
    },
    /// Exponentially distributed with the latency as mean, as waits in many queues are.
    Exponential,
    /// A share of the requests takes another, usually far longer, latency.
    SlowTail {
        /// The share of slow requests.
        share: Share,
        /// How long a slow request takes.
        latency: Duration,
    },
}

impl FromStr for Distribution {
    type Err = InvalidValue;

    /// Reads `fixed`, `uniform:<jitter>`, `exponential` or `slow-tail:<share>:<latency>`.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let parts: Vec<&str> = text.split(':').collect();
        match parts[..] {
            ["fixed"] => Ok(Self::Fixed),
            ["exponential"] => Ok(Self::Exponential),
            ["uniform", jitter] => Ok(Self::Uniform { jitter: parse_duration(jitter)? }),
            ["slow-tail", share, latency] => {
                Ok(Self::SlowTail { share: share.parse()?, latency: parse_duration(latency)? })
            }
            _ => Err(InvalidValue::new(
                "distribution",
                text,
                "not one of fixed, uniform:<jitter>, exponential, slow-tail:<share>:<latency>",
            )),
        }
    }
}

/// A stretch of time, counted from the first request, in which the whole service stands still:
/// nothing is processed and nothing answered, as in a long collection of garbage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freeze {
    /// When it begins, after the first request.
    pub at: Duration,
    /// How long it lasts.
    pub lasting: Duration,
}

impl FromStr for Freeze {
    type Err = InvalidValue;

    /// Reads `<lasting>@<at>`, for example `500ms@10s`.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let Some((lasting, at)) = text.split_once('@') else {
            return Err(InvalidValue::new("freeze", text, "not of the form <lasting>@<at>"));
        };
        Ok(Self { at: parse_duration(at)?, lasting: parse_duration(lasting)? })
    }
}

/// A redirection given to every ordinary path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The status, 300 to 399.
    pub status: u16,
    /// The `Location`: visible ASCII, relative or absolute.
    pub location: String,
}

/// A share of all requests, 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Share(f64);

impl Share {
    /// No request.
    pub const NONE: Self = Self(0.0);
    /// Every request.
    pub const ALL: Self = Self(1.0);

    /// A share; `None` when `value` is not a number from 0 to 1.
    pub fn new(value: f64) -> Option<Self> {
        (0.0..=1.0).contains(&value).then_some(Self(value))
    }

    /// The share as a number from 0 to 1.
    pub fn value(self) -> f64 {
        self.0
    }
}

impl FromStr for Share {
    type Err = InvalidValue;

    /// Reads a percentage (`1%`, `0.5%`) or a number from 0 to 1 (`0.01`).
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let (number, unit) = match text.strip_suffix('%') {
            Some(number) => (number, 100.0),
            None => (text, 1.0),
        };
        let invalid = |why| InvalidValue::new("share", text, why);
        let value: f64 =
            number.parse().map_err(|_| invalid("neither a number nor a percentage"))?;
        Self::new(value / unit).ok_or_else(|| invalid("not within 0 to 1, or 0% to 100%"))
    }
}

/// A setting that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("invalid {what} {text:?}: {why}")]
pub struct InvalidValue {
    what: &'static str,
    text: String,
    why: &'static str,
}

impl InvalidValue {
    fn new(what: &'static str, text: &str, why: &'static str) -> Self {
        Self { what, text: text.to_owned(), why }
    }
}

#[cfg(test)]
mod tests;
