//! What `/metrics` answers: the recording in the text format that Prometheus scrapes.
//!
//! Format: <https://prometheus.io/docs/instrumenting/exposition_formats/>, version 0.0.4.

use std::fmt::Write as _;

use iter8_stats::Histogram;

use crate::stats::Stats;

/// The media type of the format.
pub(crate) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Upper bounds of the buckets in nanoseconds, and as they are written in seconds: the usual ones
/// of Prometheus clients, and some below for a service that may answer within a millisecond.
const BOUNDS: [(u64, &str); 15] = [
    (250_000, "0.00025"),
    (500_000, "0.0005"),
    (1_000_000, "0.001"),
    (2_500_000, "0.0025"),
    (5_000_000, "0.005"),
    (10_000_000, "0.01"),
    (25_000_000, "0.025"),
    (50_000_000, "0.05"),
    (100_000_000, "0.1"),
    (250_000_000, "0.25"),
    (500_000_000, "0.5"),
    (1_000_000_000, "1"),
    (2_500_000_000, "2.5"),
    (5_000_000_000, "5"),
    (10_000_000_000, "10"),
];

/// The text. Counters exist from the start, at 0, so that their first increase is not lost.
pub(crate) fn write(stats: &Stats, version: &str) -> String {
    let version = escape(version);
    let mut text = String::from(
        "# HELP http_requests_total Answers given, by the class of their status.\n\
         # TYPE http_requests_total counter\n",
    );
    for (class, count) in (2..).zip(stats.answers.0) {
        line(&mut text, "http_requests_total", &version, &format!("code=\"{class}xx\""), count);
    }
    text.push_str(
        "# HELP http_request_duration_seconds Time from the head read to the last byte written.\n\
         # TYPE http_request_duration_seconds histogram\n",
    );
    let times = &stats.service_time;
    let bucket = "http_request_duration_seconds_bucket";
    for (bound, seconds) in BOUNDS {
        line(&mut text, bucket, &version, &format!("le=\"{seconds}\""), at_most(times, bound));
    }
    line(&mut text, bucket, &version, "le=\"+Inf\"", times.count());
    let sum = times.mean().unwrap_or(0.0) * times.count() as f64 / 1e9;
    let sums = [("sum", sum.to_string()), ("count", times.count().to_string())];
    for (name, value) in sums {
        // Writing to a string cannot fail.
        let _ =
            writeln!(text, "http_request_duration_seconds_{name}{{version=\"{version}\"}} {value}");
    }
    text
}

fn line(text: &mut String, name: &str, version: &str, label: &str, value: u64) {
    let _ = writeln!(text, "{name}{{version=\"{version}\",{label}}} {value}");
}

/// Observations up to a bound, to within the resolution of the recording.
fn at_most(times: &Histogram, bound: u64) -> u64 {
    let below = times.buckets(u32::MAX).into_iter().take_while(|bucket| bucket.upper <= bound + 1);
    below.map(|bucket| bucket.count).sum()
}

/// A label value: the format knows three escapes.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Answers;

    fn lines(times: &[u64]) -> Vec<String> {
        let mut stats = Stats { answers: Answers([2, 0, 0, 1]), ..Stats::default() };
        for time in times {
            stats.service_time.record(*time);
        }
        write(&stats, "v\"1\\\n").lines().map(str::to_owned).collect()
    }

    #[test]
    fn counters_are_there_from_the_start() {
        let lines = lines(&[]);
        let version = r#"version="v\"1\\\n""#;
        for (code, count) in [("2xx", 2), ("3xx", 0), ("4xx", 0), ("5xx", 1)] {
            let wanted = format!("http_requests_total{{{version},code=\"{code}\"}} {count}");
            assert!(lines.contains(&wanted), "{wanted} in {lines:#?}");
        }
        assert!(lines.contains(&format!("http_request_duration_seconds_sum{{{version}}} 0")));
    }

    #[test]
    fn buckets_are_cumulative_and_end_with_the_count() {
        let lines = lines(&[900_000, 4_000_000, 4_000_000, 20_000_000_000]);
        let counts: Vec<u64> = lines
            .iter()
            .filter(|line| line.starts_with("http_request_duration_seconds_bucket"))
            .map(|line| line.rsplit_once(' ').unwrap().1.parse().unwrap())
            .collect();
        assert_eq!(counts, [0, 0, 1, 1, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4]);
        let sum = lines.iter().find(|line| line.contains("_sum{")).unwrap();
        let sum: f64 = sum.rsplit_once(' ').unwrap().1.parse().unwrap();
        assert!((sum - 20.0089).abs() < 0.001, "{sum}");
        assert!(lines.iter().any(|line| line.contains("_count{") && line.ends_with(" 4")));
    }

    #[test]
    fn bounds_read_as_their_numbers() {
        for (bound, seconds) in BOUNDS {
            let read = seconds.parse::<f64>().unwrap() * 1e9;
            assert!((read - bound as f64).abs() < 1e-3, "{seconds}");
        }
    }
}
