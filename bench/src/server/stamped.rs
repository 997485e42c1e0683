//! A service of known latency that records when requests reached it, by the kernel's own stamp.
//!
//! The kernel notes when a segment came in (`SO_TIMESTAMPNS`), before any process is woken for it.
//! The latency counts from there to the last byte written, so that the wake-up of this process is
//! part of the latency and not an unknown beside it. The first request of each connection is not
//! recorded: with it, clients try a connection out.
//!
//! `GET /record` answers one line per request: when it came, and how long it took until its
//! answer was written, both in nanoseconds.
//!
//! A connection that begins as those of HTTP/2 do is one, for requests and for calls of gRPC; of
//! calls, all are recorded.

mod h2;

use std::fmt::Write as _;
use std::io::{IoSliceMut, Write};
use std::net::TcpStream;
use std::num::NonZeroU64;
use std::os::fd::AsRawFd;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};
use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg, setsockopt, sockopt};
use nix::sys::time::TimeSpec;
use nix::time::{ClockId, clock_gettime};

use super::{Heads, listen};

/// How long before the moment a sleep ends; the rest is spun away. Woken threads run some 20 to
/// 40 µs after their timer on a virtual machine.
const EARLY_NS: i64 = 40_000;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// When a request came, and how long it took, in nanoseconds.
type Record = (i64, i64);

/// How long requests take.
#[derive(Debug, Clone, Copy)]
enum Latency {
    Fixed(f64),
    Exponential(f64),
}

/// Serves until it is killed. The latency is in microseconds, its distribution `fixed` or
/// `exponential`.
pub(crate) fn serve(latency: &str, distribution: &str) -> anyhow::Result<()> {
    let nanos = latency.parse::<f64>().context("not a latency")? * 1000.0;
    let latency = match distribution {
        "fixed" => Latency::Fixed(nanos),
        "exponential" => Latency::Exponential(nanos),
        _ => bail!("not a distribution: {distribution}"),
    };
    let records: Arc<Mutex<Vec<Record>>> = Arc::default();
    let listener = listen()?;
    // Connections inherit the option, so that even what comes before `accept` is stamped.
    setsockopt(&listener, sockopt::ReceiveTimestampns, &true)?;
    for seed in 1.. {
        let (stream, _) = listener.accept()?;
        stream.set_nodelay(true)?;
        let records = Arc::clone(&records);
        let draw = Draw { latency, state: seed };
        // A connection that breaks is the client's affair.
        thread::spawn(move || drop(Talk { stream: &stream, draw, records: &records }.run()));
    }
    Ok(())
}

/// One connection, and how long its answers take.
struct Talk<'a> {
    stream: &'a TcpStream,
    draw: Draw,
    records: &'a Mutex<Vec<Record>>,
}

impl Talk<'_> {
    fn answer(&mut self, arrival: i64, bytes: &[u8], is_recorded: bool) -> anyhow::Result<()> {
        wait_until(arrival + self.draw.nanos())?;
        self.stream.write_all(bytes)?;
        let taken = now()? - arrival;
        if is_recorded {
            self.records.lock().unwrap_or_else(PoisonError::into_inner).push((arrival, taken));
        }
        Ok(())
    }

    fn run(mut self) -> anyhow::Result<()> {
        // Timers may be 50 µs late by default.
        let _ = rustix::thread::set_current_timer_slack(Some(NonZeroU64::MIN));
        let (mut heads, mut frames) = (Heads::default(), None);
        let mut buffer = [0; 16 * 1024];
        let mut is_first = true;
        loop {
            let (length, arrival) = receive(self.stream, &mut buffer)?;
            let mut come = &buffer[..length];
            if come.is_empty() {
                return Ok(());
            }
            if come.starts_with(b"GET /record ") {
                return Ok(self.stream.write_all(dump(self.records).as_bytes())?);
            }
            if let Some(rest) = come.strip_prefix(h2::PREFACE) {
                frames = Some(h2::Frames::new());
                come = rest;
            }
            let Some(frames) = &mut frames else {
                if heads.count(come) > 0 {
                    self.answer(arrival, ANSWER, !is_first)?;
                    is_first = false;
                }
                continue;
            };
            let requests = frames.take(come);
            // Ours must be the first words.
            self.stream.write_all(&std::mem::take(&mut frames.control))?;
            for request in requests {
                self.answer(arrival, &request.answer(), request.is_call || !is_first)?;
                is_first = false;
            }
        }
    }
}

/// Takes what has come, and when it came.
fn receive(stream: &TcpStream, buffer: &mut [u8]) -> anyhow::Result<(usize, i64)> {
    let mut control = nix::cmsg_space!(TimeSpec);
    let mut slices = [IoSliceMut::new(buffer)];
    let message =
        recvmsg::<()>(stream.as_raw_fd(), &mut slices, Some(&mut control), MsgFlags::empty())?;
    if message.bytes == 0 {
        return Ok((0, 0));
    }
    let stamp = message.cmsgs()?.find_map(|control| match control {
        ControlMessageOwned::ScmTimestampns(stamp) => Some(nanos(stamp)),
        _ => None,
    });
    // The kernel takes a moment to begin with stamps; that meets the first requests, which are
    // not recorded.
    Ok((message.bytes, stamp.map_or_else(now, Ok)?))
}

fn nanos(time: TimeSpec) -> i64 {
    time.tv_sec() * 1_000_000_000 + time.tv_nsec()
}

/// The clock of the stamps.
fn now() -> anyhow::Result<i64> {
    Ok(nanos(clock_gettime(ClockId::CLOCK_REALTIME)?))
}

fn wait_until(moment: i64) -> anyhow::Result<()> {
    loop {
        let left = moment - now()?;
        if left <= 0 {
            return Ok(());
        }
        match u64::try_from(left - EARLY_NS) {
            Ok(nanos) => thread::sleep(Duration::from_nanos(nanos)),
            Err(_) => std::hint::spin_loop(),
        }
    }
}

fn dump(records: &Mutex<Vec<Record>>) -> String {
    let records = records.lock().unwrap_or_else(PoisonError::into_inner);
    let mut body = String::with_capacity(records.len() * 32);
    for (arrival, taken) in records.iter() {
        // Writing to a string does not fail.
        let _ = writeln!(body, "{arrival} {taken}");
    }
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// Latencies at random, the same for the same seed.
struct Draw {
    latency: Latency,
    state: u64,
}

impl Draw {
    fn nanos(&mut self) -> i64 {
        let nanos = match self.latency {
            Latency::Fixed(nanos) => nanos,
            // Inversion: -ln of an even number in (0, 1] is exponential with mean 1.
            Latency::Exponential(mean) => -self.unit().ln() * mean,
        };
        #[expect(clippy::cast_possible_truncation, reason = "at most 37 times the mean")]
        let nanos = nanos as i64;
        nanos
    }

    /// An even number in (0, 1] by SplitMix64 (Steele, Lea, Flood 2014), with 53 random bits.
    fn unit(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        ((z >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponential_latencies_have_their_mean_and_their_median() {
        let mut draw = Draw { latency: Latency::Exponential(1e6), state: 1 };
        let mut drawn: Vec<i64> = (0..100_000).map(|_| draw.nanos()).collect();
        drawn.sort_unstable();
        let mean = drawn.iter().sum::<i64>() as f64 / 1e5;
        // Five standard errors of the mean of 100,000; the median of exponential times is ln 2.
        assert!((mean / 1e6 - 1.0).abs() < 5.0 / 1e5_f64.sqrt(), "{mean}");
        let median = drawn[50_000] as f64 / 1e6;
        assert!((median - std::f64::consts::LN_2).abs() < 0.02, "{median}");
        assert!(drawn[0] >= 0);
    }

    #[test]
    fn fixed_latencies_are_what_was_asked_for() {
        let mut draw = Draw { latency: Latency::Fixed(250_000.0), state: 1 };
        assert_eq!([draw.nanos(), draw.nanos()], [250_000, 250_000]);
    }

    #[test]
    fn records_are_lines() {
        let records = Mutex::new(vec![(5, 250_100), (7, 250_200)]);
        assert!(dump(&records).ends_with("Content-Length: 18\r\n\r\n5 250100\n7 250200\n"));
    }
}
