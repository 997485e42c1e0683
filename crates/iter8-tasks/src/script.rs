//! `run`: a shell script.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use iter8_engine::{BoxFuture, Task, TaskEnd, TaskError, Turn};
use iter8_model::duration;
use iter8_model::task::InputError;
use serde_json::{Map, Value};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

/// Longest run of a script unless it says otherwise: longer than any sensible step of an
/// experiment, shorter than for ever.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(3_600);

/// Output that is kept for the log; the rest is read and forgotten, so that the script never
/// blocks on a full pipe.
const OUTPUT_KEPT: usize = 64 * 1024;

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
        let mut command = Command::new("/bin/bash");
        command.arg("-c").arg(&self.script).env("TEMP_DIR", std::env::temp_dir());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own, so that what the script starts can be ended with it.
        command.process_group(0).kill_on_drop(true);
        let spawned = command.spawn();
        let mut child =
            spawned.map_err(|error| TaskError::caused_by("combined execution failed", error))?;
        let stdout = child.stdout.take();
        let stderr = child.stderr.take();
        let finished = async {
            let (stdout, stderr) = tokio::join!(collect(stdout), collect(stderr));
            (child.wait().await, stdout + &stderr)
        };
        let ended = tokio::select! {
            ended = tokio::time::timeout(self.timeout, finished) => ended.ok(),
            () = turn.stop.cancelled() => {
                end_group(&mut child).await;
                return Ok(TaskEnd::Interrupted);
            }
        };
        let Some((status, output)) = ended else {
            end_group(&mut child).await;
            let limit = duration::format(self.timeout);
            return Err(TaskError::new(format!("script did not end within {limit}")));
        };
        let status = status.map_err(|e| TaskError::caused_by("combined execution failed", e))?;
        judge(status, &output)
    }
}

fn judge(status: ExitStatus, output: &str) -> Result<TaskEnd, TaskError> {
    if status.success() {
        tracing::trace!(trace = output, "combined output from command");
        return Ok(TaskEnd::Completed);
    }
    tracing::error!(trace = output, "combined output from command");
    Err(TaskError::new(format!("combined execution failed: script ended with {status}")))
}

/// Reads a pipe to its end and keeps the beginning.
async fn collect(pipe: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut pipe) = pipe else { return String::new() };
    let mut kept = Vec::new();
    let mut chunk = [0; 8 * 1024];
    // Ends at the end of the output, or when the pipe breaks with the process.
    while let Ok(read @ 1..) = pipe.read(&mut chunk).await {
        let room = OUTPUT_KEPT - kept.len();
        kept.extend_from_slice(&chunk[..read.min(room)]);
    }
    String::from_utf8_lossy(&kept).into_owned()
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
