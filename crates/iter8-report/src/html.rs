//! The report as one page that needs nothing else: styles, scripts and data are all inside.
//!
//! The page works without scripts, too: they only draw charts, whose numbers stand in tables
//! beside them.

mod chart;

use askama::Template;
use iter8_model::number::shortest;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::Context;
use crate::view::{
    Check, Distribution, Loop, MetricRow, NO_INSIGHTS, Outcome, PERCENTS, Series, SloRow, View,
    cell,
};

/// Draws the charts. Plotly is under the MIT licence, which lies beside the file.
const PLOTLY: &str = include_str!("../assets/plotly-basic.min.js");
const SCRIPT: &str = include_str!("../assets/report.js");
const STYLE: &str = include_str!("../assets/report.css");

/// Loops in the table: about what fits on a screen. The chart shows all that are recorded.
const LOOPS_SHOWN: usize = 20;

/// A trend needs two points.
const LOOPS_FOR_TREND: usize = 2;

/// Where the mark of the limit stands in the bar of an objective, in percent of its width; the
/// rest shows by how much a value misses it.
const LIMIT_AT: f64 = 75.0;

/// Renders the page.
pub fn render(view: &View, context: &Context) -> String {
    let page = Page { view, context };
    page.render().expect("writing to a string does not fail, and the template calls nothing else")
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    view: &'a View,
    context: &'a Context,
}

impl Page<'_> {
    fn tone(&self) -> &'static str {
        match self.view.is_good() {
            Some(true) => "good",
            Some(false) => "bad",
            None => "open",
        }
    }

    fn thumb(&self) -> &'static str {
        if self.view.summary.no_failure { "good" } else { "bad" }
    }

    fn has_charts(&self) -> bool {
        !self.view.distributions.is_empty() || self.has_trend()
    }

    fn has_trend(&self) -> bool {
        self.view.loops.newest.len() >= LOOPS_FOR_TREND
    }

    fn newest_loops(&self) -> impl Iterator<Item = &Loop> {
        self.view.loops.newest.iter().rev().take(LOOPS_SHOWN)
    }

    fn chart_data(&self) -> String {
        chart::data(self.view, self.has_trend())
    }

    fn trend_groups(&self) -> Vec<(&str, Vec<(usize, &str)>)> {
        let mut groups: Vec<(&str, Vec<(usize, &str)>)> = Vec::new();
        for (at, (name, _)) in self.view.loops.metrics.iter().enumerate() {
            let provider = name.split_once('/').map_or(name.as_str(), |(provider, _)| provider);
            match groups.last_mut() {
                Some((last, metrics)) if *last == provider => metrics.push((at, name)),
                _ => groups.push((provider, vec![(at, name)])),
            }
        }
        groups
    }
}

/// The look of a check: a class for colours, a sign, and the same in words.
struct Mark {
    class: &'static str,
    sign: &'static str,
    words: &'static str,
}

fn mark(check: &Check) -> Mark {
    let (class, sign, words) = match check.outcome() {
        Outcome::Satisfied => ("good", "✓", "satisfied"),
        Outcome::Violated => ("bad", "✗", "not satisfied"),
        Outcome::Unavailable => ("open", "?", ""),
        Outcome::NotAssessed => ("open", "–", "not assessed"),
    };
    Mark { class, sign, words }
}

/// The value as a share of the bar on which the limit stands at [`LIMIT_AT`]; `None` where such a
/// picture would mean nothing: without a value, and unless limit and value are positive.
fn share_of_bar(row: &SloRow, check: &Check) -> Option<String> {
    let value = check.value.filter(|value| value.is_finite() && *value >= 0.0)?;
    let share = (row.limit > 0.0).then(|| (value / row.limit * LIMIT_AT).min(100.0))?;
    Some(format!("{share:.1}"))
}

/// The cells of a metric, each with its exact value, which a pointer brings to light.
fn exact_cells(row: &MetricRow) -> Vec<(String, String)> {
    let exact = |value: &Option<f64>| value.map(shortest).unwrap_or_default();
    row.cells().zip(row.values.iter().map(exact)).collect()
}

fn description(row: &SloRow) -> &str {
    row.meta.as_ref().map_or("No task has reported this metric", |meta| &meta.description)
}

/// Rows of the table beside a chart: what, and one cell per version.
fn percentile_rows(of: &Distribution) -> Vec<(String, Vec<String>)> {
    let counts = of.series.iter().map(|series| series.count.to_string()).collect();
    let mut rows = vec![("observations".to_owned(), counts)];
    let row = |(at, percent): (usize, f64)| {
        let value = |series: &Series| cell(series.percentiles[at]);
        (format!("p{percent}"), of.series.iter().map(value).collect())
    };
    rows.extend(PERCENTS.into_iter().enumerate().map(row));
    rows
}

/// A time for readers, to the second, with its offset.
fn time_of(at: &Zoned) -> String {
    let date_time = at.datetime().strftime("%Y-%m-%d %H:%M:%S");
    if at.offset().is_zero() {
        format!("{date_time} UTC")
    } else {
        format!("{date_time} {}", at.strftime("%:z"))
    }
}

fn utc(at: &Timestamp) -> String {
    time_of(&at.to_zoned(TimeZone::UTC))
}

#[cfg(test)]
mod tests {
    use iter8_model::slo::Bound;

    use super::*;

    fn share(limit: f64, value: Option<f64>) -> Option<String> {
        let check = Check { satisfied: None, value };
        let metric = "a/b".to_owned();
        let row = SloRow { metric, meta: None, bound: Bound::Upper, limit, checks: vec![check] };
        share_of_bar(&row, &check)
    }

    #[test]
    fn bars_stop_at_their_end() {
        let cases = [
            (50.0, Some(50.0), Some("75.0")),
            (50.0, Some(25.0), Some("37.5")),
            (50.0, Some(0.0), Some("0.0")),
            (50.0, Some(5e9), Some("100.0")),
            (f64::MIN_POSITIVE, Some(f64::MAX), Some("100.0")),
            (50.0, Some(-1.0), None),
            (50.0, Some(f64::NAN), None),
            (50.0, None, None),
            (0.0, Some(1.0), None),
            (f64::NAN, Some(1.0), None),
        ];
        for (limit, value, expected) in cases {
            assert_eq!(share(limit, value).as_deref(), expected, "{value:?} of {limit}");
        }
    }

    #[test]
    fn every_outcome_has_a_sign_of_its_own_colour_and_words() {
        let mark = |satisfied, value| mark(&Check { satisfied, value });
        let marks =
            [mark(Some(true), Some(1.0)), mark(Some(false), Some(1.0)), mark(Some(false), None)];
        let signs = marks.each_ref().map(|mark| mark.sign);
        assert_eq!(signs, ["✓", "✗", "?"]);
        assert_eq!(marks.map(|mark| mark.words), ["satisfied", "not satisfied", ""]);
    }

    #[test]
    fn times_are_for_readers() {
        let at: Timestamp = "2026-01-02T03:04:05.678Z".parse().unwrap();
        assert_eq!(utc(&at), "2026-01-02 03:04:05 UTC");
        let zone = TimeZone::fixed(jiff::tz::Offset::from_seconds(19_800).unwrap());
        assert_eq!(time_of(&at.to_zoned(zone)), "2026-01-02 08:34:05 +05:30");
    }
}
