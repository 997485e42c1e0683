//! Stories: what a user does with the program, and what comes of it.
//!
//! Each module is a chapter; those called `bad_…` are tables of wrong inputs with the exact last
//! words of the program.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed story, in helpers too")]

mod accuracy;
mod answers;
mod assert;
mod bad_documents;
mod bad_flags;
mod bad_servers;
mod bad_values;
mod browser;
mod conduct;
mod docs;
mod grpc;
mod hostile_stores;
mod hostile_templates;
mod load;
mod loops;
mod measured;
mod metrics;
mod notify;
mod report;
mod run;
mod signals;
mod stores;

use std::net::SocketAddr;

use iter8_e2e::{Running, Workspace};
use iter8_sample::{Listen, SampleConfig, serve};

/// A sample service without latency and errors.
fn sample() -> iter8_sample::Running {
    serve(SampleConfig::default()).unwrap()
}

/// Where a sample service listens.
fn address(service: &iter8_sample::Running) -> SocketAddr {
    match service.address() {
        Listen::Tcp(address) => *address,
        Listen::Unix(_) => unreachable!("samples listen on TCP unless told otherwise"),
    }
}

/// Arguments of a load test that takes some 40 ms, followed by its assessment.
fn quick(url: &str) -> String {
    format!(
        "--set tasks={{http,assess}} --set http.url={url} --set http.numRequests=20 \
         --set http.qps=500 --set assess.SLOs.upper.http/error-count=0"
    )
}

/// A script that waits for a file named `go`, and gives up after 20 s.
const GATE: &str = "for i in {1..1000}; do test -e go && exit 0; sleep 0.02; done; exit 1";

/// Starts a run of a group whose only task lasts until there is a file named `go`.
fn start_gated(workspace: &Workspace, group: &str) -> Running {
    let line = format!("run -g {group} --set tasks={{run}} --set-file run.script=gate.sh");
    workspace.write("gate.sh", GATE);
    let running = workspace.iter8(&line).start();
    running.wait_for_log("task 1: run: started");
    running
}

/// Lets gated runs go on.
fn open_gate(workspace: &Workspace) {
    workspace.write("go", "");
}
