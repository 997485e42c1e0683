//! The program under test, started as its users start it.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::child::{self, Measured};

/// The program: what `ITER8` in the environment names, or a fresh build of the checkout.
pub(crate) fn program() -> anyhow::Result<String> {
    static PROGRAM: OnceLock<String> = OnceLock::new();
    if let Some(program) = PROGRAM.get() {
        return Ok(program.clone());
    }
    let program = match std::env::var("ITER8") {
        Ok(program) => program,
        Err(_) => build()?,
    };
    Ok(PROGRAM.get_or_init(|| program).clone())
}

/// Builds it; the bench was built into the same folder.
fn build() -> anyhow::Result<String> {
    let status = Command::new("cargo")
        .args(["build", "--quiet", "--release", "--locked", "--package", "iter8"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .status()
        .context("failed to start cargo")?;
    ensure!(status.success(), "iter8 does not build");
    let own = std::env::current_exe().context("failed to find this program")?;
    Ok(own.with_file_name("iter8").to_string_lossy().into_owned())
}

/// Its version, and the commit of its sources unless it was built elsewhere.
pub(crate) fn version() -> anyhow::Result<String> {
    let output = Command::new(program()?).arg("version").output();
    let output = output.context("failed to start iter8")?;
    let version = String::from_utf8_lossy(&output.stdout);
    let version = version.lines().next().unwrap_or_default().trim();
    if std::env::var_os("ITER8").is_some() {
        return Ok(format!("{version}, built elsewhere"));
    }
    // The last commit that could have changed the program.
    let commit = git(&["log", "-1", "--format=%h", "--", "../crates", "../Cargo.lock"]);
    let changed = git(&["status", "--porcelain", "--", "../crates", "../Cargo.lock"]);
    let changed = if changed.is_empty() { "" } else { " and changes" };
    Ok(format!("{version}, commit {commit}{changed}"))
}

/// What git says, in this folder; nothing where there is no git.
fn git(words: &[&str]) -> String {
    let output = Command::new("git").args(words).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    output.map_or_else(
        |_| String::new(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

/// One load test.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) measured: Measured,
    task: &'static str,
    metrics: BTreeMap<String, f64>,
}

impl Run {
    /// Tests the URL with these settings, such as `qps=100`, on one processor.
    pub(crate) fn on(processor: u8, url: &str, settings: &[String]) -> anyhow::Result<Self> {
        let url = [format!("url={url}")];
        Self::of(processor, "http", &[settings, &url].concat())
    }

    /// A task with all its settings, on one processor.
    pub(crate) fn of(
        processor: u8,
        task: &'static str,
        settings: &[String],
    ) -> anyhow::Result<Self> {
        let program = program()?;
        let mut words: Vec<String> =
            [&program, "run", "--loglevel", "error", "-o", "json"].map(str::to_owned).to_vec();
        let tasks = std::iter::once(format!("tasks={{{task}}}"));
        for setting in tasks.chain(settings.iter().map(|setting| format!("{task}.{setting}"))) {
            words.extend(["--set".to_owned(), setting]);
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let measured = child::run(Some(processor), &words)?;
        let metrics = parse(&measured.stdout).context("the report cannot be read")?;
        Ok(Self { measured, task, metrics })
    }

    /// A metric of the test, such as `latency-p99`. Times are in milliseconds.
    pub(crate) fn metric(&self, name: &str) -> anyhow::Result<f64> {
        let name = format!("{}/{name}", self.task);
        self.metrics.get(&name).copied().with_context(|| format!("the report has no {name}"))
    }

    /// The same in microseconds.
    pub(crate) fn micros(&self, name: &str) -> anyhow::Result<f64> {
        Ok(self.metric(name)? * 1000.0)
    }
}

/// Metrics of the first version in a JSON report.
fn parse(report: &str) -> anyhow::Result<BTreeMap<String, f64>> {
    let report: Value = serde_json::from_str(report)?;
    let metrics = report["metrics"].as_array().context("there are no metrics")?;
    let pair = |metric: &Value| {
        Some((metric["name"].as_str()?.to_owned(), metric["values"].get(0)?.as_f64()?))
    };
    Ok(metrics.iter().filter_map(pair).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_of_a_report() {
        let report = r#"{"metrics": [
            {"name": "http/latency-p99", "values": [1.5, 2.5]},
            {"name": "http/empty", "values": [null]},
            {"name": "http/request-count", "values": [100]}]}"#;
        let metrics = parse(report).unwrap();
        assert_eq!(metrics.len(), 2);
        assert!((metrics["http/latency-p99"] - 1.5).abs() < 1e-9);
        assert!(parse("{}").is_err());
        assert!(parse("no report").is_err());
    }
}
