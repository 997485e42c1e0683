//! Whether the load generator itself was fit: a late, throttled or starved generator measures
//! itself instead of the service.

use std::path::{Path, PathBuf};
use std::time::Duration;

use iter8_load::{Clock, Failure, Measurement};
use iter8_model::duration;

/// The first hierarchy of control groups that a Linux system has.
const CGROUPS: &str = "/sys/fs/cgroup";

/// How unfit a generator may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bounds {
    /// Largest 99th percentile of the delay that the generator adds to the schedule.
    pub(crate) lag: Duration,
    /// Largest share of the test's time for which the control group was kept from its processors.
    pub(crate) throttling: f64,
}

impl Default for Bounds {
    /// 100 ms, which no machine reaches by a hiccup alone, for a short test has few requests and one
    /// hiccup delays several of them; and a twentieth of the time.
    fn default() -> Self {
        Self { lag: Duration::from_millis(100), throttling: 0.05 }
    }
}

/// Watches the control group of this process during a test.
pub(crate) struct Watch {
    clock: Clock,
    file: Option<PathBuf>,
    before: Option<Duration>,
}

impl Watch {
    /// Begins now.
    pub(crate) fn begin() -> Self {
        let groups = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        let file = statistics(&groups, Path::new(CGROUPS));
        let before = file.as_deref().and_then(throttled);
        Self { clock: Clock::start(), file, before }
    }

    /// For which share of the time since the beginning the group was throttled; above 1 if that
    /// befell several processors at a time. `None` where nobody counts that.
    pub(crate) fn end(&self) -> Option<f64> {
        let now = self.file.as_deref().and_then(throttled)?;
        let elapsed = Duration::from_nanos(self.clock.now()).as_secs_f64();
        Some(now.saturating_sub(self.before?).as_secs_f64() / elapsed.max(f64::MIN_POSITIVE))
    }
}

/// The file with the processor statistics of the nearest group that has them, for a process of the
/// groups that `/proc/self/cgroup` tells: version 2 as a whole, version 1 by controller.
fn statistics(groups: &str, root: &Path) -> Option<PathBuf> {
    let places = groups.lines().filter_map(|line| {
        let (_, rest) = line.split_once(':')?;
        let (controllers, group) = rest.split_once(':')?;
        let is_cpu = controllers.split(',').any(|controller| controller == "cpu");
        let folder = match controllers {
            "" => root.to_owned(),
            _ if is_cpu => root.join(controllers),
            _ => return None,
        };
        Some((folder, group.trim_start_matches('/').to_owned()))
    });
    places.into_iter().find_map(|(folder, group)| {
        let ancestors = Path::new(&group).ancestors();
        let mut files = ancestors.map(|group| folder.join(group).join("cpu.stat"));
        files.find(|file| throttled(file).is_some())
    })
}

/// For how long a group was throttled ever since it exists, over all processors.
fn throttled(file: &Path) -> Option<Duration> {
    let text = std::fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| match line.split_once(' ')? {
        ("throttled_usec", value) => Some(Duration::from_micros(value.trim().parse().ok()?)),
        ("throttled_time", value) => Some(Duration::from_nanos(value.trim().parse().ok()?)),
        _ => None,
    })
}

/// Why a measurement cannot be relied on; nothing if it can.
pub(crate) fn doubts(
    measurement: &Measurement,
    throttled: Option<f64>,
    bounds: &Bounds,
) -> Vec<String> {
    let recorder = &measurement.recorder;
    let lag = recorder.lag().quantile(0.99).map(Duration::from_nanos);
    let lag = lag.filter(|lag| *lag > bounds.lag).map(|lag| {
        let (lag, most) = (1e3 * lag.as_secs_f64(), duration::format(bounds.lag));
        format!("the load generator lagged behind its schedule: p99 {lag:.3}ms, at most {most}")
    });
    let throttled = throttled.filter(|share| *share > bounds.throttling).map(|share| {
        let (share, most) = (100.0 * share, 100.0 * bounds.throttling);
        format!("the CPU quota throttled the load generator for {share:.1} % of the time, at most {most} %")
    });
    let mut failures = recorder.counts().failures();
    let starved = failures.find(|(failure, _)| *failure == Failure::NoSocket).map(|(_, count)| {
        format!("this machine had no free port or file descriptor for {count} of the requests")
    });
    lag.into_iter().chain(throttled).chain(starved).collect()
}

#[cfg(test)]
mod tests {
    use iter8_load::{Recorder, Verdict};

    use super::*;
    use crate::load::{measurement, outcome};

    fn lagging(lag_ms: u64, verdict: Verdict) -> Measurement {
        let mut recorder = Recorder::new();
        let sent = lag_ms * 1_000_000;
        recorder.record(&outcome(0, sent, sent, verdict));
        measurement(recorder)
    }

    #[test]
    fn what_is_beyond_a_bound_is_doubted() {
        let (ok, starved) = (Verdict::Status(200), Verdict::Failed(Failure::NoSocket));
        for (lag, verdict, throttled, expected) in [
            (0, ok, None, vec![]),
            (100, ok, Some(0.05), vec![]),
            (
                101,
                ok,
                None,
                vec!["the load generator lagged behind its schedule: p99 101.000ms, at most 100ms"],
            ),
            (
                0,
                starved,
                Some(0.25),
                vec![
                    "the CPU quota throttled the load generator for 25.0 % of the time, at most 5 %",
                    "this machine had no free port or file descriptor for 1 of the requests",
                ],
            ),
        ] {
            let found = doubts(&lagging(lag, verdict), throttled, &Bounds::default());
            assert_eq!(found, expected, "{lag} {throttled:?}");
        }
    }

    #[test]
    fn the_nearest_group_with_statistics_counts() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let file = root.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        };
        write("cpu.stat", "usage_usec 1\nthrottled_usec 7\n");
        write("a/b/cpu.stat", "nr_throttled 2\nthrottled_usec 2500\n");
        write("a/b/c/cpu.stat", "usage_usec 1\n");
        write("cpu,cpuacct/x/cpu.stat", "nr_periods 0\nthrottled_time 3000\n");
        for (groups, expected) in [
            ("0::/\n", Some(7_000)),
            ("0::/a/b\n", Some(2_500_000)),
            ("0::/a/b/c\n", Some(2_500_000)),
            ("0::/gone\n", Some(7_000)),
            ("3:cpuset:/x\n2:cpu,cpuacct:/x\n0::/a/b\n", Some(3_000)),
            ("2:memory:/a/b\n", None),
            ("", None),
            ("nonsense", None),
        ] {
            let file = statistics(groups, root.path());
            let found = file.as_deref().and_then(throttled).map(|time| time.as_nanos());
            assert_eq!(found, expected, "{groups:?}");
        }
    }

    #[test]
    fn a_watch_of_this_process_has_an_end() {
        let share = Watch::begin().end();
        assert!(share.is_none_or(|share| share >= 0.0), "{share:?}");
    }
}
