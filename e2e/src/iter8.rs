//! Starting the program and looking at how it ended.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::{Running, binary};

/// How long a run may take unless the story says otherwise: several times what the longest
/// command takes on a busy machine, and short enough to be waited for when one hangs.
const LIMIT: Duration = Duration::from_secs(20);

/// A command line of the program, not yet started.
#[derive(Debug, Clone)]
pub struct Iter8 {
    pub(crate) arguments: Vec<OsString>,
    pub(crate) limit: Duration,
    folder: Option<PathBuf>,
    stdin: Option<Vec<u8>>,
    environment: Vec<(String, OsString)>,
    memory_mib: Option<u32>,
}

impl Iter8 {
    /// A command line without the name of the program. It would run in the folder of the test
    /// process; see [`crate::Workspace::iter8`] for one of its own.
    pub fn new(arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        Self {
            arguments: arguments.into_iter().map(Into::into).collect(),
            limit: LIMIT,
            folder: None,
            stdin: None,
            environment: Vec::new(),
            memory_mib: None,
        }
    }

    /// Another argument at the end, whatever characters it has.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// The working directory.
    #[must_use]
    pub fn in_folder(self, folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()), ..self }
    }

    /// What stands on stdin, which is empty otherwise.
    #[must_use]
    pub fn stdin(self, text: impl Into<Vec<u8>>) -> Self {
        Self { stdin: Some(text.into()), ..self }
    }

    /// A variable of the environment besides those of the test process.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// How long it may run before it is killed and the story fails.
    #[must_use]
    pub fn limit(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// How much memory of its own it gets from the system, in MiB: heap, stacks, written pages. It is
    /// aborted when it asks for more, so a story that it survives has proved that it did not.
    #[must_use]
    pub fn memory(self, mib: u32) -> Self {
        Self { memory_mib: Some(mib), ..self }
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn run(self) -> Finished {
        self.start().finish()
    }

    fn command(&self) -> Command {
        let Some(mib) = self.memory_mib else { return Command::new(binary()) };
        // The limit is set by a shell that then becomes the program.
        let mut command = Command::new("bash");
        command.args(["-c", "ulimit -d \"$1\" && shift && exec \"$@\"", "bash"]);
        command.arg((mib * 1024).to_string()).arg(binary());
        command
    }

    /// Starts it in the background. It is killed when the result is dropped.
    #[track_caller]
    pub fn start(self) -> Running {
        let mut command = self.command();
        command.args(&self.arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.stdin(if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() });
        command.envs(self.environment);
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        let mut child = command.spawn().expect("the program that was built can be started");
        if let (Some(mut pipe), Some(text)) = (child.stdin.take(), self.stdin) {
            // On a thread, because the program may print before it has read everything; a program
            // that does not read at all is no error here.
            std::thread::spawn(move || drop(pipe.write_all(&text)));
        }
        let words = self.arguments.iter().map(|word| word.to_string_lossy().into_owned());
        let line = format!("iter8 {}", words.collect::<Vec<_>>().join(" "));
        Running::new(child, line, self.limit)
    }
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The command line, for messages.
    pub line: String,
    /// The exit code, or 128 plus the signal that ended it, as shells say.
    pub code: i32,
    /// What it printed to stdout.
    pub stdout: String,
    /// What it printed to stderr.
    pub stderr: String,
}

#[expect(
    clippy::return_self_not_must_use,
    reason = "the assertions return the same result so that they chain, and are complete without"
)]
impl Finished {
    /// Asserts the exit code, and that nothing panicked.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert!(self.code == code && !self.stderr.contains("panicked"), "expected {code}\n{self}");
        self
    }

    /// Asserts that stdout contains a text.
    #[track_caller]
    pub fn prints(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "expected {text:?} on stdout\n{self}");
        self
    }

    /// Asserts that stderr contains a text.
    #[track_caller]
    pub fn logs(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "expected {text:?} on stderr\n{self}");
        self
    }

    /// Asserts that the last line of stderr is this error.
    #[track_caller]
    pub fn error(self, message: &str) -> Self {
        let last = self.stderr.lines().next_back().unwrap_or_default();
        assert_eq!(last, format!("Error: {message}"), "\n{self}");
        self
    }

    /// Asserts that the line before the error is this advice.
    #[track_caller]
    pub fn hint(self, hint: &str) -> Self {
        let before = self.stderr.lines().rev().nth(1).unwrap_or_default();
        assert_eq!(before, format!("Hint: {hint}"), "\n{self}");
        self
    }

    /// Asserts that there is no advice.
    #[track_caller]
    pub fn no_hint(self) -> Self {
        assert!(!self.stderr.lines().any(|line| line.starts_with("Hint: ")), "\n{self}");
        self
    }

    /// The messages of the log lines on stderr, without time and level, in their order.
    pub fn messages(&self) -> Vec<&str> {
        let logged = self.stderr.lines().filter(|line| line.starts_with("time="));
        logged.filter_map(|line| line.split_once(" msg=").map(|(_, message)| message)).collect()
    }
}

impl std::fmt::Display for Finished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { line, code, stdout, stderr } = self;
        write!(f, "$ {line}\n[exit code {code}]\n-- stdout\n{stdout}\n-- stderr\n{stderr}")
    }
}
