//! Running a test: threads, and nothing else.

use std::any::Any;
use std::thread::{Builder, panicking, scope};

use crate::control::Control;
use crate::measurement::Measurement;
use crate::plan::Plan;
use crate::recorder::Recorder;
use crate::share::Share;
use crate::start_line::StartLine;
use crate::transport::{Transport, TransportError};

/// Why a test has no result at all.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The transport could not go on.
    #[error(transparent)]
    Transport(TransportError),
    /// A worker panicked, which is a defect of this program.
    #[error("load worker {worker} panicked: {message}")]
    Panicked {
        /// Number of the worker.
        worker: usize,
        /// What it said.
        message: String,
    },
    /// The machine gives no more threads.
    #[error("failed to start a thread for load worker {worker}")]
    Spawn {
        /// Number of the worker.
        worker: usize,
        /// Why.
        source: std::io::Error,
    },
}

/// Runs the test on threads of its own and waits for it.
///
/// A stop through `control` is no error: what was measured until then is returned. If several
/// workers fail, the error is that of the first by number.
pub fn run(
    plan: &Plan,
    transport: &dyn Transport,
    control: &Control,
) -> Result<Measurement, LoadError> {
    let workers = plan.threads();
    let line = StartLine::new(workers);
    let cells = control.begin(plan);
    let parts = scope(|scope| {
        let mut handles = Vec::with_capacity(workers);
        for (worker, cell) in cells.into_iter().enumerate() {
            let share = Share::new(plan, worker, &line, control, cell);
            let end = WorkerEnd { line: &line, control };
            let body = move || work(share, transport, &end);
            match Builder::new().name(format!("load-{worker}")).spawn_scoped(scope, body) {
                Ok(handle) => handles.push(handle),
                Err(source) => {
                    control.fail();
                    line.leave(workers - worker);
                    return vec![Err(LoadError::Spawn { worker, source })];
                }
            }
        }
        let joined = handles.into_iter().enumerate();
        joined
            .map(|(worker, handle)| match handle.join() {
                Ok(result) => result.map_err(LoadError::Transport),
                Err(panic) => Err(LoadError::Panicked { worker, message: message_of(&*panic) }),
            })
            .collect()
    });
    let mut recorder = Recorder::new();
    let mut complete = true;
    for part in parts {
        let part = part?;
        recorder.merge(&part.recorder);
        complete &= part.complete;
    }
    Ok(Measurement {
        recorder,
        interrupted: control.stop_requested() && !complete,
        aborted: control.is_aborted() && !complete,
        planned: plan.planned(),
        connections: plan.connections(),
        threads: workers,
        errors: plan.errors().clone(),
    })
}

/// What one worker brings home.
struct Part {
    recorder: Recorder,
    complete: bool,
}

fn work(
    mut share: Share<'_>,
    transport: &dyn Transport,
    end: &WorkerEnd<'_>,
) -> Result<Part, TransportError> {
    let mut recorder = Recorder::new();
    let driven = transport.drive(&mut share, &mut recorder, end.control);
    if driven.is_err() {
        end.control.fail();
    }
    driven.map(|()| Part { recorder, complete: share.is_complete() })
}

/// Lets the other workers know when this one is gone, however it went.
struct WorkerEnd<'a> {
    line: &'a StartLine,
    control: &'a Control,
}

impl Drop for WorkerEnd<'_> {
    fn drop(&mut self) {
        if panicking() {
            self.control.fail();
        }
        self.line.leave(1);
    }
}

fn message_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
        .to_owned()
}

#[cfg(test)]
mod tests;
