//! Measures iter8 beside its peers and beside the truth: on this machine, over loopback only, and
//! with every run bounded in time.
//!
//! It knows iter8 as its users do: it starts the program and reads its reports. Start with
//! [`MENU`]; each entry is a module of the same name. `README.md` explains every figure.

mod child;
mod clock;
mod h2;
mod iter8;
mod machine;
mod memory;
mod output;
mod peers;
mod protocols;
mod race;
mod samples;
mod schedule;
mod server;
mod service;
mod spin;
mod stall;
mod start;
mod template;
mod throughput;
mod truth;

use std::fmt::Write;
use std::process::ExitCode;

use anyhow::{Context, bail};

use output::Output;

type Measure = fn(&mut Output) -> anyhow::Result<()>;

/// What can be measured, how long it takes, and whether it is among the quick ones.
const MENU: &[(&str, &str, bool, Measure)] = &[
    ("start", "wall time and memory of a start (5 s)", true, start::measure),
    ("schedule", "requests sent when they were to be sent (1 min)", true, schedule::measure),
    ("throughput", "requests per second and processor time (2.5 min)", true, throughput::measure),
    ("stall", "a service that stands still for 2 s (1.5 min)", false, stall::measure),
    (
        "truth",
        "sub-millisecond latencies against wrk and the server (6 min)",
        false,
        truth::measure,
    ),
    (
        "template",
        "rendering a provider template beside Go's engine (20 s)",
        true,
        template::measure,
    ),
    ("h2", "an exchange over HTTP/2 apart from sockets (10 s)", true, h2::measure),
    ("http2", "HTTP/2 beside h2load (20 s)", true, protocols::http2),
    ("grpc", "gRPC beside ghz and h2load (3 min)", false, protocols::grpc),
    ("tls", "TLS beside plain connections and OpenSSL (2 min)", false, protocols::tls),
    ("memory", "100,000 against 10,000,000 requests (3 min)", false, memory::measure),
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
        ["template", mode, template, values, milliseconds] => {
            template::render(mode, template, values, milliseconds)
        }
        ["h2", mode] => h2::exchange(mode),
        ["spin"] => {
            spin::until_orphaned();
            Ok(())
        }
        [] => measure_quick(),
        ["all"] => MENU.iter().try_for_each(|entry| measure(entry)),
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
    for (name, what, is_quick, _) in MENU {
        let mark = if *is_quick { "*" } else { " " };
        writeln!(menu, "{mark} {name:<12}{what}")?;
    }
    menu.push_str("  all         everything\nNow follow those with a star.\n\n");
    output::print(&menu)?;
    MENU.iter().filter(|(_, _, is_quick, _)| *is_quick).try_for_each(measure)
}

fn measure_named(name: &str) -> anyhow::Result<()> {
    match MENU.iter().find(|(known, ..)| *known == name) {
        Some(entry) => measure(entry),
        None => bail!("nothing to measure is called {name}"),
    }
}

fn measure(&(name, _, _, measure): &(&str, &str, bool, Measure)) -> anyhow::Result<()> {
    let mut output = Output::begin(name)?;
    measure(&mut output).with_context(|| format!("failed to measure {name}"))?;
    output.end()
}
