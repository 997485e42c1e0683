//! A program that runs, and signals to it.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use iter8_testkit::wait_until;
use rustix::process::{Pid, kill_process};

pub use rustix::process::Signal;

use crate::Finished;
use crate::output::Output;

/// How long a killed process may take to go, and its pipes to be read to their end.
const GONE: Duration = Duration::from_secs(10);

/// A started program; killed when dropped before its end.
#[derive(Debug)]
pub struct Running {
    line: String,
    limit: Duration,
    pid: Pid,
    ended: Receiver<ExitStatus>,
    status: Option<ExitStatus>,
    stdout: Arc<Output>,
    stderr: Arc<Output>,
}

impl Running {
    pub(crate) fn new(mut child: Child, line: String, limit: Duration) -> Self {
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let stdout = Output::of(child.stdout.take().expect("stdout was asked for as a pipe"));
        let stderr = Output::of(child.stderr.take().expect("stderr was asked for as a pipe"));
        let (end, ended) = channel();
        std::thread::spawn(move || {
            let status = child.wait().expect("a child that was started can be waited for");
            // Nobody asks any more when the story is over.
            let _ = end.send(status);
        });
        Self {
            line,
            limit,
            pid: pid.expect("process numbers are positive"),
            ended,
            status: None,
            stdout,
            stderr,
        }
    }

    /// Its process number.
    pub fn pid(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    /// Sends a signal. A process that has ended meanwhile gets none.
    pub fn signal(&mut self, signal: Signal) {
        if !self.has_ended() {
            // It may end at this very moment.
            let _ = kill_process(self.pid, signal);
        }
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        if self.status.is_none() {
            self.status = self.ended.try_recv().ok();
        }
        self.status.is_some()
    }

    /// Waits until stderr contains a text.
    #[track_caller]
    pub fn wait_for_log(&self, text: &str) {
        let found = self.stderr.wait_for(text, self.limit);
        assert!(found, "{:?} never stood on stderr\n{}", text, self.so_far());
    }

    /// Waits for the first line of stdout.
    #[track_caller]
    pub fn first_line(&self) -> String {
        let found = self.stdout.wait_for("\n", self.limit);
        assert!(found, "there never was a line on stdout\n{}", self.so_far());
        self.stdout.text().lines().next().unwrap_or_default().to_owned()
    }

    /// Waits until stdout contains a text.
    #[track_caller]
    pub fn wait_for_print(&self, text: &str) {
        let found = self.stdout.wait_for(text, self.limit);
        assert!(found, "{:?} never stood on stdout\n{}", text, self.so_far());
    }

    /// Waits for the end like [`Running::finish`]; the most memory that the program had, in KiB, and
    /// how it ended. The kernel keeps the peak, which is asked for each millisecond, so that only what
    /// is taken in the last one may be missed. What is mapped from the program's own file is not
    /// counted: of one that is not optimised that is 30 MB.
    #[track_caller]
    pub fn finish_measured(mut self) -> (u64, Finished) {
        let mut peak = 0;
        let has_ended = wait_until(self.limit, || {
            let status = fs::read_to_string(format!("/proc/{}/status", self.pid()));
            let status = status.unwrap_or_default();
            if let (Some(most), Some(mapped)) =
                (kib_of(&status, "VmHWM:"), kib_of(&status, "RssFile:"))
            {
                peak = peak.max(most - mapped);
            }
            self.has_ended()
        });
        let finished = self.finish();
        assert!(has_ended && peak > 0, "it was not measured\n{finished}");
        (peak, finished)
    }

    /// Waits for the end, kills the program when it does not come within the limit, and then
    /// fails the story.
    #[track_caller]
    pub fn finish(mut self) -> Finished {
        let limit = self.limit;
        if !self.has_ended() {
            self.status = self.ended.recv_timeout(limit).ok();
        }
        let Some(status) = self.status else {
            self.kill();
            panic!("not ended within {limit:?}, so it was killed\n{}", self.so_far());
        };
        let is_whole = self.stdout.wait_for_end(GONE) && self.stderr.wait_for_end(GONE);
        let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
        let finished = Finished { code: code.unwrap_or(-1), ..self.so_far() };
        assert!(is_whole, "something that the program started still holds its output\n{finished}");
        finished
    }

    fn kill(&mut self) {
        self.signal(Signal::KILL);
        if self.status.is_none() {
            self.status = self.ended.recv_timeout(GONE).ok();
        }
    }

    pub(crate) fn so_far(&self) -> Finished {
        let (stdout, stderr) = (self.stdout.text(), self.stderr.text());
        Finished { line: self.line.clone(), code: -1, stdout, stderr }
    }
}

fn kib_of(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.status.is_none() {
            self.kill();
        }
    }
}
