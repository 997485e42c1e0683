//! Children: programs that are measured, and those that run beside them.
//!
//! A program is measured by a second process of this one, which waits for nothing else: what the
//! kernel says about its children is then about that program alone.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use crate::clock::Moment;
use crate::output;

/// Longest time that a measured program may take, in seconds: three times that of ten million
/// requests at the pace of a slow machine.
const LIMIT_SECONDS: &str = "600";

/// What a program printed, and what it took.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measured {
    pub(crate) stdout: String,
    pub(crate) wall: Duration,
    /// User and system time.
    pub(crate) processor: Duration,
    /// Largest resident set.
    pub(crate) peak_kib: u64,
}

/// Runs a command to its end and measures it. `processor` is the one that it is confined to.
pub(crate) fn run(processor: Option<u8>, command: &[&str]) -> anyhow::Result<Measured> {
    let own = own_program()?;
    let pinned = processor.map(|number| number.to_string());
    let mut words = vec!["--kill-after=5", LIMIT_SECONDS, &own, "child", "--"];
    if let Some(number) = &pinned {
        words.extend(["taskset", "-c", number]);
    }
    words.extend(command);
    let output = Command::new("timeout")
        .args(words)
        .current_dir(scratch()?)
        .stdin(Stdio::null())
        .output()
        .context("failed to start timeout (of the coreutils)")?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(
        output.status.success(),
        "{} failed: {}{text}",
        command.join(" "),
        String::from_utf8_lossy(&output.stderr)
    );
    parse(&text).with_context(|| format!("{} was not measured", command.join(" ")))
}

/// Where children run, so that experiments are not stored in the checkout.
pub(crate) fn scratch() -> anyhow::Result<std::path::PathBuf> {
    let folder = std::env::temp_dir().join(format!("iter8-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).context("failed to make a temporary folder")?;
    Ok(folder)
}

/// Removes what [`run`] left behind.
pub(crate) fn clean() {
    if let Ok(folder) = scratch() {
        let _ = std::fs::remove_dir_all(folder);
    }
}

/// The command `child`: runs a command, then prints what it took on a line of its own.
pub(crate) fn report(command: &[&str]) -> anyhow::Result<()> {
    let [program, arguments @ ..] = command else { bail!("no command") };
    let begun = Moment::now();
    let status = Command::new(program).args(arguments).status();
    let wall = begun.elapsed();
    let status = status.with_context(|| format!("failed to start {program}"))?;
    ensure!(status.success(), "{program}: {status}");
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).context("failed to ask for the usage")?;
    let processor = (usage.user_time() + usage.system_time()).num_microseconds();
    let (wall, peak) = (wall.as_micros(), usage.max_rss());
    output::print(&format!("\n#child {wall} {processor} {peak}\n"))
}

fn parse(text: &str) -> Option<Measured> {
    let (stdout, line) = text.trim_end().rsplit_once("\n#child ")?;
    let numbers: Vec<u64> = line.split(' ').map_while(|number| number.parse().ok()).collect();
    let &[wall, processor, peak_kib] = numbers.as_slice() else { return None };
    Some(Measured {
        stdout: stdout.to_owned(),
        wall: Duration::from_micros(wall),
        processor: Duration::from_micros(processor),
        peak_kib,
    })
}

/// The path of this program.
pub(crate) fn own_program() -> anyhow::Result<String> {
    let path = std::env::current_exe().context("failed to find this program")?;
    Ok(path.to_string_lossy().into_owned())
}

/// A program that runs until this is dropped.
pub(crate) struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Running {
    pub(crate) fn start(command: &[&str]) -> anyhow::Result<Self> {
        let [program, arguments @ ..] = command else { bail!("no command") };
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("failed to start {program}"))?;
        let stdout = child.stdout.take().context("the output was not caught")?;
        Ok(Self { child, stdout: BufReader::new(stdout) })
    }

    /// The resident set at present, in KiB; `None` when the program has ended.
    pub(crate) fn resident_kib(&mut self) -> anyhow::Result<Option<u64>> {
        if self.child.try_wait().context("failed to look after a program")?.is_some() {
            return Ok(None);
        }
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        // A program that has just ended has no memory.
        Ok(line.and_then(|line| line.split_whitespace().next()?.parse().ok()))
    }

    /// All that it still prints, to its end.
    pub(crate) fn rest(&mut self) -> anyhow::Result<String> {
        let mut text = String::new();
        self.stdout.read_to_string(&mut text).context("failed to read from a program")?;
        Ok(text)
    }

    /// Waits for the next line that the program prints.
    pub(crate) fn next_line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.stdout.read_line(&mut line).context("failed to read from a service")?;
        ensure!(!line.is_empty(), "the service ended at once");
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only if it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_tells_what_a_child_took() {
        let measured = parse("some\noutput\n#child 1000 2000 3000\n").unwrap();
        assert_eq!(measured.stdout, "some\noutput");
        assert_eq!(measured.wall, Duration::from_millis(1));
        assert_eq!(measured.processor, Duration::from_millis(2));
        assert_eq!(measured.peak_kib, 3000);
        for text in ["", "output\n", "output\n#child 1 2\n", "output\n#child 1 2 x\n"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
