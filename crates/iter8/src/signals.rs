//! Ctrl-C and SIGTERM: the first ends the run in order, the second at once.

use iter8_engine::CancellationToken;
use tokio::signal::unix::{SignalKind, signal};

/// Exit code of a run that was told twice to stop, as shells report an interrupt.
const ABORTED: i32 = 130;

/// Cancels the token at the first signal. The task ends with the process.
pub(crate) fn cancel_on_signal(stop: CancellationToken) -> std::io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::warn!("stopping; another signal ends the run at once");
        stop.cancel();
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        #[expect(clippy::exit, reason = "the user has asked twice, so nothing is waited for")]
        std::process::exit(ABORTED);
    });
    Ok(())
}
