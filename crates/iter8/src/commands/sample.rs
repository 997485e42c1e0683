//! `iter8 sample`

use anyhow::Context;
use iter8_engine::CancellationToken;
use iter8_sample::{SampleConfig, serve};

use crate::args::{SampleArgs, SampleHttpArgs, SampleService};
use crate::exit::Exit;
use crate::{commands, limits, signals};

/// Serves until a signal comes.
pub(crate) async fn sample(arguments: SampleArgs) -> anyhow::Result<Exit> {
    let SampleService::Http(arguments) = arguments.service;
    let listen = arguments.listen.clone();
    limits::allow_many_files();
    let stop = CancellationToken::new();
    signals::cancel_on_signal(stop.clone()).context("failed to listen for signals")?;
    let running =
        serve(config(*arguments)).with_context(|| format!("failed to listen on {listen}"))?;
    // The address goes to stdout, so that a script that asked for any free port learns it.
    commands::print(&format!("{}\n", running.url()))?;
    stop.cancelled().await;
    let stats = running.stop();
    tracing::info!("served {} requests, {} errors", stats.requests, stats.answers.errors());
    Ok(Exit::Yes)
}

fn config(arguments: SampleHttpArgs) -> SampleConfig {
    SampleConfig {
        listen: arguments.listen,
        latency: arguments.latency,
        distribution: arguments.distribution,
        errors: arguments.errors,
        error_status: arguments.error_status,
        body_size: arguments.body_size,
        chunked: arguments.chunked,
        version: arguments.app_version,
        freezes: arguments.freeze,
        seed: arguments.seed,
        ..SampleConfig::default()
    }
}
