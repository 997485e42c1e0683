//! The machine and the programs that are compared.

use std::fmt;
use std::fs;
use std::process::Command;

use anyhow::Context;

use crate::iter8;

/// Processor, memory, kernel, load, and versions: one line each.
pub(crate) fn describe() -> anyhow::Result<String> {
    let processors = read("/proc/cpuinfo")?;
    let count = processors.lines().filter(|line| line.starts_with("processor")).count();
    let model = field(&processors, "model name").unwrap_or("unknown processor").to_owned();
    let memory = read("/proc/meminfo")?;
    let kib: u64 = field(&memory, "MemTotal").and_then(first_number).unwrap_or_default();
    let kernel = read("/proc/sys/kernel/osrelease")?;
    let load = read("/proc/loadavg")?;
    let mut lines = vec![
        format!("machine: {count} × {model}, {} MiB, Linux {}", kib / 1024, kernel.trim()),
        format!("load average: {}", load.trim()),
        format!("iter8: {}", iter8::version()?),
    ];
    lines.push(format!("wrk: {}", first_line("wrk", "-v")));
    lines.push(format!("h2load: {}", first_line("h2load", "--version")));
    Ok(lines.join("\n"))
}

/// Whether a program can be started.
pub(crate) fn has(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

fn read(path: &str) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("failed to read {path}"))
}

/// What follows `name:` in a file such as /proc/meminfo.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim())
}

fn first_number(text: &str) -> Option<u64> {
    text.split_whitespace().next()?.parse().ok()
}

/// The first line that a program prints; `wrk` exits with 1 after telling its version.
fn first_line(program: &str, argument: &str) -> String {
    match Command::new(program).arg(argument).output() {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout);
            text.lines().next().unwrap_or("unknown version").trim().to_owned()
        }
        Err(_) => "not installed".to_owned(),
    }
}

/// What all processors did so far, in clock ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Business {
    total: u64,
    idle: u64,
    steal: u64,
}

impl Business {
    pub(crate) fn now() -> anyhow::Result<Self> {
        Self::parse(&read("/proc/stat")?).context("/proc/stat has another shape")
    }

    /// From the first line of /proc/stat (see proc_stat(5)): user, nice, system, idle, iowait,
    /// irq, softirq, steal; guest times are part of the first two.
    fn parse(text: &str) -> Option<Self> {
        let numbers: Vec<u64> = text
            .lines()
            .next()?
            .strip_prefix("cpu ")?
            .split_whitespace()
            .map_while(|number| number.parse().ok())
            .take(8)
            .collect();
        let &[_, _, _, idle, iowait, _, _, steal] = numbers.as_slice() else { return None };
        Some(Self { total: numbers.iter().sum(), idle: idle + iowait, steal })
    }

    /// What they did in between.
    pub(crate) fn since(&self, before: &Self) -> Self {
        Self {
            total: self.total.saturating_sub(before.total),
            idle: self.idle.saturating_sub(before.idle),
            steal: self.steal.saturating_sub(before.steal),
        }
    }
}

impl fmt::Display for Business {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |ticks: u64| ticks as f64 * 100.0 / self.total.max(1) as f64;
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        write!(
            f,
            "meanwhile: processors {:.0} % idle, {:.1} % stolen by the host; load average now: {}",
            percent(self.idle),
            percent(self.steal),
            load.trim()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_proc_files() {
        let text = "MemTotal:       24684100 kB\nMemFree:   1 kB\n";
        assert_eq!(field(text, "MemTotal").and_then(first_number), Some(24_684_100));
        assert_eq!(field(text, "Swap"), None);
    }

    #[test]
    fn processor_times() {
        let before = Business::parse("cpu  10 1 5 100 4 0 0 0 0 0\ncpu0 1 1").unwrap();
        assert_eq!(before, Business { total: 120, idle: 104, steal: 0 });
        let after = Business::parse("cpu  60 1 5 120 4 0 10 20 0 0\n").unwrap();
        let between = after.since(&before);
        assert_eq!(between, Business { total: 100, idle: 20, steal: 20 });
        assert!(between.to_string().contains("20 % idle, 20.0 % stolen"));
        assert_eq!(Business::parse("intr 1 2 3"), None);
        assert_eq!(Business::parse("cpu  1 2 3"), None);
    }
}
