//! One load test in short, for the person who has just typed it.

use std::fmt::Write as _;

use iter8_model::number::two_decimals;

use crate::view::{Bar, Outcome, Series, View};

/// Rows of the histogram: as many as are taken in at a glance.
const ROWS: u32 = 12;

/// Columns of its longest bar: with the numbers before it, a line fits a terminal of 80.
const COLUMNS: f64 = 40.0;

/// Latencies that span more than this factor are cut into rows of equal ratio instead of equal
/// width, or the fast ones would all fall into one row.
const RATIO_FOR_GEOMETRIC: f64 = 10.0;

/// The percentiles of the second table, by the ends of their names.
const PERCENTILES: [&str; 6] = ["p50", "p75", "p90", "p95", "p99", "p99.9"];

/// Renders the newest values of a load test's metrics, whose names begin with `provider`, its
/// latencies as a histogram, and the objectives.
pub fn render(view: &View, provider: &str) -> String {
    let of = |name: &str| value(view, &format!("{provider}/{name}"));
    let mut out = String::new();
    let count = of("request-count").unwrap_or(0.0);
    let _ = writeln!(out, "\n  requests   {count:<12} {} per second", shown(of("throughput")));
    let percent = of("error-rate").map(|rate| 100.0 * rate);
    let errors = of("error-count").unwrap_or(0.0);
    let _ = writeln!(out, "  errors     {errors:<12} {} %", shown(percent));
    if of("unsent-count").is_some_and(|unsent| unsent > 0.0) {
        let _ = writeln!(
            out,
            "  unsent     {:<12} due, and not sent in time",
            shown_count(of("unsent-count"))
        );
    }
    for doubt in view.doubts.iter().filter(|doubt| doubt.provider == provider) {
        for reason in &doubt.reasons {
            let _ = writeln!(out, "  unreliable {reason}");
        }
    }
    out.push_str("\n  msec      ");
    for name in ["mean", "stddev", "min", "max"] {
        let _ = write!(out, "  {name} {}", shown(of(&format!("latency-{name}"))));
    }
    out.push_str("\n  latency   ");
    for name in PERCENTILES {
        let _ = write!(out, "  {name} {}", shown(of(&format!("latency-{name}"))));
    }
    out.push_str("\n  service   ");
    for name in PERCENTILES {
        let _ = write!(out, "  {name} {}", shown(of(&format!("service-time-{name}"))));
    }
    out.push_str("\n\n");
    let latency = format!("{provider}/latency");
    let drawn = view.distributions.iter().find(|distribution| distribution.metric == latency);
    if let Some(series) = drawn.and_then(|distribution| distribution.series.first()) {
        histogram(&mut out, series);
    }
    objectives(&mut out, view);
    out
}

fn value(view: &View, name: &str) -> Option<f64> {
    let row = view.metrics.iter().find(|row| row.name == name)?;
    row.values.first().copied().flatten()
}

fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), two_decimals)
}

fn shown_count(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |count| count.to_string())
}

/// Draws the distribution in rows, from the fastest to the slowest.
fn histogram(out: &mut String, series: &Series) {
    let rows = rows(&series.bars);
    let most = rows.iter().map(|row| row.count).max().unwrap_or(0);
    if most == 0 {
        return;
    }
    let edge = |value: f64| format!("{value:.3}");
    let width = rows.iter().map(|row| edge(row.upper).len()).max().unwrap_or(0);
    let digits = most.to_string().len();
    for row in rows {
        let columns = (COLUMNS * row.count as f64 / most as f64).round();
        // At most COLUMNS, and not negative.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 40")]
        let bar = "█".repeat(columns as usize);
        let (lower, upper) = (edge(row.lower), edge(row.upper));
        let line = format!("  {lower:>width$} – {upper:>width$}  {:>digits$}  {bar}", row.count);
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out.push('\n');
}

/// Bars joined to rows of equal width, or of equal ratio where they span much.
fn rows(bars: &[Bar]) -> Vec<Bar> {
    let (Some(first), Some(last)) = (bars.first(), bars.last()) else { return Vec::new() };
    let (lower, upper) = (first.lower, last.upper);
    let is_geometric = lower > 0.0 && upper / lower > RATIO_FOR_GEOMETRIC;
    let edge = |row: u32| {
        let share = f64::from(row) / f64::from(ROWS);
        if is_geometric {
            lower * (upper / lower).powf(share)
        } else {
            lower + (upper - lower) * share
        }
    };
    let mut rows: Vec<Bar> = (0..ROWS)
        .map(|row| Bar { lower: edge(row), upper: edge(row + 1), count: 0, percent: 0.0 })
        .collect();
    for bar in bars {
        let middle = f64::midpoint(bar.lower, bar.upper);
        let at = rows.partition_point(|row| row.upper < middle).min(rows.len() - 1);
        rows[at].count += bar.count;
        rows[at].percent += bar.percent;
    }
    // All the same: one row says it.
    if upper <= lower {
        rows.truncate(1);
    }
    rows
}

fn objectives(out: &mut String, view: &View) {
    for row in view.slos.iter().flatten() {
        let Some(check) = row.checks.first() else { continue };
        let word = match check.outcome() {
            _ if view.doubt(row).is_some() => "not sure",
            Outcome::Satisfied => "met",
            Outcome::Violated | Outcome::Unavailable => "NOT met",
            Outcome::NotAssessed => "not assessed",
        };
        let _ = writeln!(out, "  {word:<8} {}", row.comparison(check));
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn bar(lower: f64, upper: f64, count: u64) -> Bar {
        Bar { lower, upper, count, percent: 0.0 }
    }

    fn drawn(bars: Vec<Bar>) -> String {
        let count = bars.iter().map(|bar| bar.count).sum();
        let mut out = String::new();
        histogram(&mut out, &Series { count, bars, percentiles: [None; 6] });
        out
    }

    #[test]
    fn close_latencies_are_cut_by_width() {
        let bars = (0..24).map(|n| bar(1.0 + f64::from(n) / 8.0, 1.125 + f64::from(n) / 8.0, 10));
        let mut bars: Vec<Bar> = bars.collect();
        bars[3].count = 100;
        bars[23].count = 1;
        expect![[r"
            1.000 – 1.250   20  ███████
            1.250 – 1.500  110  ████████████████████████████████████████
            1.500 – 1.750   20  ███████
            1.750 – 2.000   20  ███████
            2.000 – 2.250   20  ███████
            2.250 – 2.500   20  ███████
            2.500 – 2.750   20  ███████
            2.750 – 3.000   20  ███████
            3.000 – 3.250   20  ███████
            3.250 – 3.500   20  ███████
            3.500 – 3.750   20  ███████
            3.750 – 4.000   11  ████

        "]]
        .assert_eq(&drawn(bars).replace("\n  ", "\n").replacen("  ", "", 1));
    }

    #[test]
    fn a_long_tail_is_cut_by_ratio() {
        let bars = vec![bar(0.5, 0.6, 900), bar(0.6, 0.7, 80), bar(100.0, 512.0, 20)];
        let drawn = drawn(bars);
        let lines: Vec<&str> = drawn.lines().collect();
        assert_eq!(lines.len(), 13);
        assert_eq!(lines[0].split_whitespace().nth(3), Some("980"));
        assert!(lines[11].ends_with("20  █"), "{drawn}");
        assert!(lines[1].starts_with("    0.891 –   1.587    0"), "{drawn}");
    }

    #[test]
    fn nothing_and_one_value_are_drawn_as_such() {
        assert_eq!(drawn(Vec::new()), "");
        assert_eq!(
            drawn(vec![bar(2.0, 2.0, 7)]),
            format!("  2.000 – 2.000  7  {}\n\n", "█".repeat(40))
        );
    }
}
