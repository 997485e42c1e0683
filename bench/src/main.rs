//! Measures iter8 beside its peers and beside the truth: on this machine, over loopback only, and
//! with every run bounded in time.
//!
//! It knows iter8 as its users do: it starts the program and reads its reports. Start with
//! [`MENU`]; each entry is a module of the same name. `README.md` explains every figure.

mod bound;
mod child;
mod clock;
mod h2;
mod iter8;
mod k6;
mod machine;
mod memory;
mod output;
mod peers;
mod protocols;
mod race;
mod rate;
mod samples;
mod schedule;
mod server;
mod service;
mod spin;
mod stall;
mod start;
mod template;
mod throughput;
mod tools;
mod truth;

use std::fmt::Write;
use std::process::ExitCode;

use anyhow::{Context, bail};

use output::Output;

type Measure = fn(&mut Output) -> anyhow::Result<()>;

/// What is measured when nothing is named, when `all` is, and what only by its own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Always,
    WithAll,
    Named,
}

use When::{Always, Named, WithAll};

/// What can be measured, how long it takes, and when it is.
const MENU: &[(&str, &str, When, Measure)] = &[
    ("start", "wall time and memory of a start (5 s)", Always, start::measure),
    ("schedule", "requests sent when they were to be sent (1 min)", Always, schedule::measure),
    ("throughput", "requests per second and processor time (9 min)", Always, throughput::measure),
    ("rate", "processor time and exactness at 20,000/s (3 min)", Always, rate::measure),
    ("stall", "a service that stands still for 2 s (1.5 min)", WithAll, stall::measure),
    (
        "truth",
        "sub-millisecond latencies against wrk and the server (8 min)",
        WithAll,
        truth::measure,
    ),
    (
        "template",
        "rendering a provider template beside Go's engine (20 s)",
        Always,
        template::measure,
    ),
    ("h2", "an exchange over HTTP/2 apart from sockets (10 s)", Always, h2::measure),
    ("http2", "HTTP/2 beside h2load (20 s)", Always, protocols::http2),
    ("grpc", "gRPC beside ghz and h2load (3 min)", WithAll, protocols::grpc),
    ("tls", "TLS beside plain connections and OpenSSL (2 min)", WithAll, protocols::tls),
    ("memory", "100,000 against 10,000,000 requests (3 min)", WithAll, memory::measure),
    ("memory-long", "the resident set in 100,000,000 requests (12 min)", Named, memory::long),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        // How this program starts itself, see the modules.
        ["child", "--", command @ ..] => child::report(command),
        ["server", "fast"] => server::fast::serve(),
        ["server", "stamped", latency, distribution] => {
            server::stamped::serve(latency, distribution)
        }
        [bound::NAME, address, connections, seconds] => bound::run(address, connections, seconds),
        ["template", mode, template, values, milliseconds] => {
            template::render(mode, template, values, milliseconds)
        }
        ["h2", mode] => h2::exchange(mode),
        ["spin"] => {
            spin::until_orphaned();
            Ok(())
        }
        [] => measure_quick(),
        ["all"] => MENU.iter().filter(|entry| entry.2 != Named).try_for_each(measure),
        names => names.iter().try_for_each(|name| measure_named(name)),
    };
    child::clean();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}

fn measure_quick() -> anyhow::Result<()> {
    let mut menu = "cargo run --release --package iter8-bench -- NAME… measures:\n".to_owned();
    for (name, what, when, _) in MENU {
        let mark = if *when == Always { "*" } else { " " };
        writeln!(menu, "{mark} {name:<12}{what}")?;
    }
    menu.push_str("  all         everything but memory-long\nNow follow those with a star.\n\n");
    output::print(&menu)?;
    MENU.iter().filter(|entry| entry.2 == Always).try_for_each(measure)
}

fn measure_named(name: &str) -> anyhow::Result<()> {
    match MENU.iter().find(|(known, ..)| *known == name) {
        Some(entry) => measure(entry),
        None => bail!("nothing to measure is called {name}"),
    }
}

fn measure(&(name, _, _, measure): &(&str, &str, When, Measure)) -> anyhow::Result<()> {
    let mut output = Output::begin(name)?;
    measure(&mut output).with_context(|| format!("failed to measure {name}"))?;
    output.end()
}
