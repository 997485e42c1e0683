//! `run`: a shell script.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use iter8_engine::{BoxFuture, Task, TaskEnd, TaskError, Turn};
use iter8_model::duration;
use iter8_model::task::InputError;
use serde_json::{Map, Value};
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe::Receiver;
use tokio::process::{Child, Command};

/// Longest run of a script unless it says otherwise: longer than any sensible step of an
/// experiment, shorter than for ever.
// Differs from Iter8 0.13: there scripts have no time limit.
const DEFAULT_TIMEOUT: Duration = Duration::from_hours(1);

/// Output that is kept for the log: its end, where errors are. The rest is read and forgotten, so
/// that the script never blocks on a full pipe.
const OUTPUT_KEPT: usize = 64 * 1024;

/// Longest wait for the end of the output of a script that was killed. It is there at once, unless
/// a process that has left the group still holds the pipe.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Runs a script by `/bin/bash -c`.
pub(crate) struct ScriptTask {
    script: String,
    timeout: Duration,
}

impl ScriptTask {
    pub(crate) fn new(inputs: &Map<String, Value>, path: &str) -> Result<Self, InputError> {
        let script = inputs.get("script").and_then(Value::as_str);
        let Some(script) = script.filter(|script| !script.is_empty()) else {
            return Err(InputError::new(path, "please set the script parameter"));
        };
        let timeout = inputs.get("timeout").and_then(Value::as_str).map(duration::parse);
        let timeout = timeout
            .transpose()
            .map_err(|error| InputError::new(format!("{path}.timeout"), error.to_string()))?;
        Ok(Self { script: script.to_owned(), timeout: timeout.unwrap_or(DEFAULT_TIMEOUT) })
    }

    async fn execute(&self, turn: &Turn<'_>) -> Result<TaskEnd, TaskError> {
        let failed = |error| TaskError::caused_by("combined execution failed", error);
        let (mut child, mut pipe) = self.start().map_err(failed)?;
        let mut output = Output::default();
        let finished = async {
            output.read_all(&mut pipe).await;
            child.wait().await
        };
        let ended = tokio::select! {
            ended = tokio::time::timeout(self.timeout, finished) => Some(ended),
            () = turn.stop.cancelled() => None,
        };
        if !matches!(ended, Some(Ok(_))) {
            end_group(&mut child).await;
            // What was written before the end may still be in the pipe.
            let _ = tokio::time::timeout(LAST_WORDS, output.read_all(&mut pipe)).await;
        }
        let Some(ended) = ended else {
            tracing::warn!(trace = output.text(), "combined output from command");
            return Ok(TaskEnd::Interrupted);
        };
        let failure = match ended {
            Ok(Ok(status)) if status.success() => {
                tracing::trace!(trace = output.text(), "combined output from command");
                return Ok(TaskEnd::Completed);
            }
            Ok(Ok(status)) => {
                TaskError::new(format!("combined execution failed: script ended with {status}"))
            }
            Ok(Err(error)) => failed(error),
            Err(_) => {
                let limit = duration::format(self.timeout);
                TaskError::new(format!("script did not end within {limit}"))
            }
        };
        tracing::error!(trace = output.text(), "combined output from command");
        Err(failure)
    }

    /// Starts the script with one pipe for both outputs, so that their lines keep their order.
    fn start(&self) -> io::Result<(Child, Receiver)> {
        let (reader, writer) = io::pipe()?;
        let mut command = Command::new("/bin/bash");
        command.arg("-c").arg(&self.script).env("TEMP_DIR", std::env::temp_dir());
        command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
        // A group of its own, so that what the script starts can be ended with it.
        command.process_group(0).kill_on_drop(true);
        // The command holds our ends of the pipe; the output would never end while it lives.
        let child = command.spawn();
        drop(command);
        Ok((child?, Receiver::from_owned_fd(reader.into())?))
    }
}

/// The end of what a script has written.
#[derive(Default)]
struct Output {
    kept: Vec<u8>,
    /// Bytes before those kept.
    left_out: usize,
}

impl Output {
    /// Reads a pipe to its end.
    ///
    /// Cancel-safe: what was read until then is kept.
    async fn read_all(&mut self, pipe: &mut Receiver) {
        let mut chunk = [0; 8 * 1024];
        // Ends at the end of the output, or when the pipe breaks with the process.
        while let Ok(read @ 1..) = pipe.read(&mut chunk).await {
            self.kept.extend_from_slice(&chunk[..read]);
            // Cut only now and then, since that moves all the rest.
            if self.kept.len() > 2 * OUTPUT_KEPT {
                self.cut();
            }
        }
        self.cut();
    }

    fn cut(&mut self) {
        let more = self.kept.len().saturating_sub(OUTPUT_KEPT);
        self.kept.drain(..more);
        self.left_out += more;
    }

    fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.kept);
        match self.left_out {
            0 => text.into_owned(),
            bytes => format!("[{bytes} bytes before this are left out]\n{text}"),
        }
    }
}

/// Kills the script and whatever it has started.
async fn end_group(child: &mut Child) {
    let group = child.id().and_then(|id| i32::try_from(id).ok());
    if let Some(group) = group.and_then(rustix::process::Pid::from_raw) {
        // The group may be gone already; then there is nothing to end.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.wait().await;
}

impl Task for ScriptTask {
    fn run<'a>(&'a self, turn: Turn<'a>) -> BoxFuture<'a, Result<TaskEnd, TaskError>> {
        Box::pin(async move { self.execute(&turn).await })
    }
}

#[cfg(test)]
mod tests;
